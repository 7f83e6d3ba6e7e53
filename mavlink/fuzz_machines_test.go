package mavlink

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// stepMost is more than one Step of a session may send: some items ahead, each as often as a bad link asks for, a
// heartbeat, streams and commands.
const stepMost = 200

// driven is a session with a vehicle whose every word, and the time between two of them, is drawn from octets.
type driven struct {
	t      *testing.T
	s      *Session
	now    time.Time
	seq    uint8
	data   []byte
	finals map[fleet.IntentID]int
	given  []fleet.IntentID
}

func newDriven(t *testing.T, data []byte) *driven {
	d := &driven{t: t, s: NewSession(worldSpec, DefaultConfig()), now: worldStart, data: data, finals: map[fleet.IntentID]int{}}
	d.alive(0)
	d.hear(&common.MessageHomePosition{Latitude: toE7(fakeHome.Lat), Longitude: toE7(fakeHome.Lon), Altitude: 4000})
	return d
}

// next is the next octet, 0 when there are no more.
func (d *driven) next() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *driven) word() uint32 {
	return binary.LittleEndian.Uint32([]byte{d.next(), d.next(), d.next(), d.next()})
}

// alive is a heartbeat in a mode, on the ground or in the air.
func (d *driven) alive(b byte) {
	modes := []px4Mode{px4Hold, px4Mission, px4Return, px4Land, px4(3, 0), px4(3, 1), px4(200, 9), px4PrecLand}
	base := minimal.MAV_MODE_FLAG(29)
	landed := common.MAV_LANDED_STATE_ON_GROUND
	if b&8 != 0 {
		base, landed = 157, common.MAV_LANDED_STATE(b>>4&7)
	}
	d.hear(&common.MessageHeartbeat{Type: minimal.MAV_TYPE_QUADROTOR, Autopilot: minimal.MAV_AUTOPILOT_PX4, BaseMode: base, CustomMode: uint32(modes[b&7]),
		SystemStatus: minimal.MAV_STATE(b >> 5), MavlinkVersion: 3})
	d.hear(&common.MessageExtendedSysState{LandedState: landed})
	d.hear(&common.MessageGlobalPositionInt{TimeBootMs: uint32(d.now.Sub(worldStart).Milliseconds()), Lat: toE7(fakeHome.Lat), Lon: toE7(fakeHome.Lon), Alt: 54000, RelativeAlt: 50000})
}

func (d *driven) hear(m message.Message) {
	d.seq++
	d.step(&FrameIn{Frame: Frame{System: 7, Component: autopilot, Seq: d.seq, V2: true, ID: m.GetID(), Checked: true, Message: m}, Source: worldAddr})
}

func (d *driven) step(in Input) {
	n := 0
	for _, o := range d.s.Step(d.now, in) {
		switch o := o.(type) {
		case Transmit:
			n++
		case Emit:
			if r, ok := o.Event.(fleet.Report); ok && r.Stage.Final() {
				d.finals[r.Intent]++
			}
		}
	}
	if n > stepMost {
		d.t.Fatalf("%d messages in one step", n)
	}
}

// pass lets time pass, with every deadline in it.
func (d *driven) pass(by time.Duration) {
	end := d.now.Add(by)
	for n := 0; ; n++ {
		at := d.s.Deadline()
		if at.IsZero() || at.After(end) {
			break
		}
		if at.After(d.now) {
			d.now = at
		}
		d.step(Tick{})
		if n > 100000 {
			d.t.Fatal("it wants to be stepped without end")
		}
	}
	d.now = end
}

func (d *driven) want(id fleet.IntentID, a fleet.Act) {
	d.given = append(d.given, id)
	d.step(IntentIn{fleet.Intent{ID: id, Vehicle: "V07", Epoch: 1, Sortie: "S1", Envelope: worldEnvelope(), Act: a}})
}

// over lets all bounds run out, with a vehicle that is heard and says nothing else, and sees each Intent ended once.
func (d *driven) over() {
	d.data = nil
	for n := 0; n < 8*60 && len(d.finals) < len(d.given); n++ {
		d.pass(time.Second)
		d.alive(0)
	}
	d.pass(time.Minute) // nothing is told twice
	for _, id := range d.given {
		if d.finals[id] != 1 {
			d.t.Fatalf("%d final reports of %s", d.finals[id], id)
		}
	}
	if len(d.s.tasks) != 0 {
		d.t.Fatalf("%d tasks are left", len(d.s.tasks))
	}
}

// say is one message of the mission protocol or of the telemetry that it looks at.
func (d *driven) say(plan []common.MessageMissionItemInt) {
	kind := common.MAV_MISSION_TYPE(d.next() & 3)
	seq := uint16(d.next())
	switch op := d.next(); op % 10 {
	case 0:
		d.hear(&common.MessageMissionRequestInt{TargetSystem: 255, TargetComponent: 190, Seq: seq, MissionType: kind})
	case 1:
		d.hear(&common.MessageMissionRequest{TargetSystem: 255, TargetComponent: 190, Seq: seq, MissionType: kind})
	case 2:
		d.hear(&common.MessageMissionAck{TargetSystem: 255, TargetComponent: 190, Type: common.MAV_MISSION_RESULT(seq & 15), MissionType: kind, OpaqueId: uint32(op)})
	case 3:
		d.hear(&common.MessageMissionCount{TargetSystem: 255, TargetComponent: 190, Count: seq, MissionType: kind, OpaqueId: uint32(op)})
	case 4: // as it was sent, perhaps
		it := plan[int(seq)%len(plan)]
		it.TargetSystem, it.TargetComponent, it.MissionType = 255, 190, kind
		d.hear(&it)
	case 5:
		d.hear(&common.MessageMissionItemInt{TargetSystem: 255, TargetComponent: 190, Seq: seq, MissionType: kind, Command: common.MAV_CMD(d.word()),
			Param1: math.Float32frombits(d.word()), X: int32(d.word()), Y: int32(d.word()), Z: math.Float32frombits(d.word())})
	case 6:
		d.hear(&common.MessageMissionCurrent{Seq: seq, Total: uint16(d.next()), MissionState: common.MISSION_STATE(d.next()), MissionId: uint32(d.next()), FenceId: uint32(d.next())})
	case 7:
		d.alive(d.next())
	case 8:
		d.hear(&common.MessageCommandAck{TargetSystem: 255, TargetComponent: 190, Command: common.MAV_CMD(d.word()), Result: common.MAV_RESULT(seq)})
	case 9: // whatever it is
		testDecoder().Split(d.data, func(f Frame) { d.step(&FrameIn{Frame: f, Source: worldAddr}) })
		d.data = nil
	}
}

// FuzzTransfer: whatever a vehicle says, and when, while a plan is written to it or read from it: no panic, never more
// than a bounded number of messages at once, one end.
func FuzzTransfer(f *testing.F) {
	plan := missionTransfer(7, worldPlan().Items, false).items
	// A vehicle that asks, acknowledges, and gives back what it was sent.
	var good []byte
	for kind := range byte(3) {
		k := []byte{1, 2, 0}[kind]
		n := byte([]int{4, 1, 6}[kind])
		for i := range n {
			good = append(good, 5, k, i, 0)
		}
		good = append(good, 5, k, 0, 2, 5, k, n, 3)
		for i := range n {
			good = append(good, 5, k, i, 4)
		}
	}
	f.Add(byte(0), good)
	f.Add(byte(1), []byte{9, 0, 6, 3, 1, 0, 0, 4, 1, 0, 1, 4, 1, 0, 2, 4})
	f.Add(byte(2), []byte{255, 2, 1, 2, 255, 2, 0, 3, 4, 0, 1, 6, 6, 2, 9, 9})
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		if len(data) > 2000 {
			return
		}
		d := newDriven(t, data)
		switch which % 4 {
		case 0:
			d.want("I1", worldPlan())
		case 1:
			d.want("I1", fleet.VerifyPlan{UploadPlan: worldPlan()})
		case 2:
			d.want("I1", fleet.SetRally{Points: worldPlan().Rally})
		case 3:
			d.alive(8 | 2<<4)
			d.s.v.Landed, d.s.v.Armed = fleet.InAir, true
			d.want("I1", fleet.Divert{To: geo.Offset(fakeHome.LatLon, 90, 5).At(4), Fence: worldEnvelope().Fence})
		}
		for len(d.data) > 0 {
			d.pass(time.Duration(d.next()) * 20 * time.Millisecond)
			d.say(plan)
		}
		d.over()
	})
}

// FuzzCommand: acts that take one another's place, and acknowledgements of whatever command with whatever result: each
// Intent ends once, and of each command id one is in flight.
func FuzzCommand(f *testing.F) {
	f.Add([]byte{0x11, 0x02, 0, 5, 3, 192, 0, 0, 0, 0x12, 0x01, 1, 5})
	f.Add([]byte{0x18, 0x28, 5, 3, 5, 34, 0, 0, 0, 50, 3, 5, 34, 0, 0, 0, 0x11, 50, 3, 6, 34, 0, 0, 0})
	f.Add([]byte{0x15, 10, 3, 8, 176, 0, 0, 0, 10, 3, 0, 176, 0, 0, 0, 0x16})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1000 {
			return
		}
		d := newDriven(t, data)
		d.alive(8 | 2<<4)
		ids := []common.MAV_CMD{common.MAV_CMD_DO_REPOSITION, common.MAV_CMD_DO_ORBIT, common.MAV_CMD_DO_SET_MODE, common.MAV_CMD_COMPONENT_ARM_DISARM,
			common.MAV_CMD_DO_SET_HOME, common.MAV_CMD_DO_SET_ROI_LOCATION, common.MAV_CMD_REQUEST_MESSAGE, common.MAV_CMD_DO_CHANGE_SPEED}
		place := geo.Offset(fakeHome.LatLon, 30, 200).At(60)
		for len(d.data) > 0 && len(d.given) < 64 {
			op := d.next()
			if op&0x10 != 0 {
				acts := []fleet.Act{fleet.Hold{}, fleet.GoTo{Target: place}, fleet.Orbit{Center: place, RadiusM: 40, SpeedMS: 5}, fleet.Return{}, fleet.Land{},
					fleet.LandAt{Target: fakeHome, Precision: true}, fleet.Continue{}, fleet.LookAt{Target: place}, fleet.SetHome{Home: fakeHome}, worldLaunch(),
					fleet.Disarm{}, fleet.Resume{Plan: "x", Item: 2}}
				d.want(fleet.IntentID([]byte{'I', '0' + byte(len(d.given))}), acts[int(op&15)%len(acts)])
				continue
			}
			d.pass(time.Duration(d.next()) * 20 * time.Millisecond)
			switch op & 3 {
			case 0:
				d.alive(d.next())
			case 1, 2:
				d.hear(&common.MessageCommandAck{TargetSystem: 255, TargetComponent: 190, Command: ids[d.next()&7], Result: common.MAV_RESULT(d.next() & 15), Progress: d.next()})
			case 3:
				d.hear(&common.MessageCommandAck{TargetSystem: d.next(), TargetComponent: d.next(), Command: common.MAV_CMD(d.word()), Result: common.MAV_RESULT(d.next())})
			}
			flying := map[common.MAV_CMD]int{}
			for _, c := range d.s.cmds {
				if c.state == cmdSent || c.state == cmdCancelling {
					flying[c.id]++
				}
				if flying[c.id] > 1 {
					t.Fatalf("%d of %s in flight", flying[c.id], c.id)
				}
			}
		}
		d.over()
	})
}

// FuzzWords: chunks of texts in whatever order, events, and modes that change between them: what is told is printable, no
// longer than its chunks, and every change of mode is told with a cause.
func FuzzWords(f *testing.F) {
	f.Add([]byte("\x00\x05\x01\x00Failsafe activated: entering Hold for 5 seconds....\x01\x09\x00\x05\x01\x01rest"))
	f.Add([]byte("\x02\x01\xb4\xb5\xa4\x01\x01\x02\x03\x04\x05\x06\x07\x08\x01\x2a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return
		}
		d := newDriven(t, data)
		told := func(e fleet.Event) {
			switch e := e.(type) {
			case fleet.Notice:
				if e.Text == "" || len(e.Text) > 4*chunkLen*chunksMax || e.Text != printable(e.Text) {
					t.Fatalf("told %q", e.Text)
				}
			case fleet.ModeChanged:
				if e.Cause == "" || e.From == e.To && e.Detail == "?" {
					t.Fatalf("%+v", e)
				}
			}
		}
		for len(d.data) > 0 {
			var m message.Message
			switch d.next() % 4 {
			case 0:
				text := &common.MessageStatustext{Severity: common.MAV_SEVERITY(d.next()), Id: uint16(d.next()), ChunkSeq: d.next()}
				n := min(len(d.data), chunkLen)
				text.Text, d.data = string(d.data[:n]), d.data[n:]
				m = text
			case 1:
				d.alive(d.next())
				continue
			case 2:
				ev := &common.MessageEvent{Id: d.word()}
				for i := range ev.Arguments {
					ev.Arguments[i] = d.next()
				}
				m = ev
			case 3:
				d.pass(time.Duration(d.next()) * 20 * time.Millisecond)
				continue
			}
			d.seq++
			for _, o := range d.s.Step(d.now, &FrameIn{Frame: Frame{System: 7, Component: autopilot, Seq: d.seq, V2: true, ID: m.GetID(), Checked: true, Message: m}, Source: worldAddr}) {
				if e, ok := o.(Emit); ok {
					told(e.Event)
				}
			}
		}
		d.over()
	})
}
