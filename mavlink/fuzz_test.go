package mavlink

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// fuzzed is what a fuzzer gives; when they are used up all are zero.
type fuzzed struct{ b []byte }

func (o *fuzzed) next() byte {
	if len(o.b) == 0 {
		return 0
	}
	v := o.b[0]
	o.b = o.b[1:]
	return v
}

func (o *fuzzed) some(n int) []byte {
	out := make([]byte, n)
	o.b = o.b[copy(out, o.b):]
	return out
}

func (o *fuzzed) number() uint64 {
	var v uint64
	for _, b := range o.some(8) {
		v = v<<8 | uint64(b)
	}
	return v
}

func of[T any](o *fuzzed, list []T) T { return list[int(o.next())%len(list)] }

// fill makes any value of a type, mostly near what is allowed.
func (o *fuzzed) fill(v reflect.Value) {
	if p, ok := v.Addr().Interface().(*geo.LatLon); ok && o.next() < 200 {
		*p = geo.Offset(fakeHome.LatLon, float64(o.next())*1.4, float64(o.next())*8)
		return
	}
	if _, ok := v.Interface().(time.Time); ok {
		return
	}
	switch v.Kind() {
	case reflect.Float64:
		if o.next() < 200 {
			v.SetFloat(float64(o.next()) / 2)
		} else {
			v.SetFloat(math.Float64frombits(o.number()))
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(o.number()) >> (64 - v.Type().Bits()) >> (o.next() % 64))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(o.number() >> (64 - v.Type().Bits()) >> (o.next() % 64))
	case reflect.Bool:
		v.SetBool(o.next()&1 != 0)
	case reflect.String:
		words := []string{"NAV_DLL_ACT", "RTL_RETURN_ALT", "takeoff", "waypoint", "speed", "roi", "roi-none", "/log", "../x", "", "\x00", string(o.some(4))}
		v.SetString(of(o, words))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				o.fill(v.Field(i))
			}
		}
	case reflect.Slice:
		n := int(o.next()) % 8
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			o.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range o.next() % 4 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			o.fill(key)
			o.fill(value)
			v.SetMapIndex(key, value)
		}
	}
}

// act is any act with any values.
func (o *fuzzed) act(acts []fleet.Act) fleet.Act {
	a := of(o, acts)
	if a == nil {
		return nil
	}
	v := reflect.New(reflect.TypeOf(a)).Elem()
	o.fill(v)
	return v.Interface().(fleet.Act)
}

// machine is what a session of a vehicle and one of a dock have in common.
type machine interface {
	Step(time.Time, Input) []Output
	Deadline() time.Time
}

// playground steps a session with whatever the octets say, and watches what no input may break.
type playground struct {
	t      *testing.T
	m      machine
	system fleet.SystemID
	now    time.Time
	o      *fuzzed
	d      *Decoder
	enc    *Encoder
	ids    []uint32
	acts   []fleet.Act
	intent func(fleet.Intent) fleet.Intent
	n      int
	seq    uint8
}

// outMost bounds what one step may put out: a plan is cancelled, uploaded and asked back item by item, each some times at
// once; streams are asked for one by one.
const outMost = 400

func (p *playground) step(in Input) {
	outs := p.m.Step(p.now, in)
	if len(outs) > outMost {
		p.t.Fatalf("%T gave %d outputs", in, len(outs))
	}
	for _, out := range outs {
		switch out := out.(type) {
		case Transmit:
			if _, err := p.enc.Encode(nil, out.Message); err != nil {
				p.t.Fatalf("%T is sent and cannot be encoded: %v", out.Message, err)
			}
		case Emit:
			// What goes onto the Board must go to consoles as JSON, which knows no NaN, and as a value that stays.
			if _, err := json.Marshal(out.Event); err != nil {
				p.t.Fatalf("%+v cannot be shown: %v", out.Event, err)
			}
		}
	}
}

// pass lets time go, with a Tick at every deadline.
func (p *playground) pass(d time.Duration) {
	end := p.now.Add(d)
	for still := 0; ; {
		at := p.m.Deadline()
		if at.IsZero() || at.After(end) {
			break
		}
		if at.After(p.now) {
			p.now, still = at, 0
		} else if still++; still > 50 {
			p.t.Fatalf("50 ticks and the deadline still is %v, %v before now", at, p.now.Sub(at))
		}
		p.step(Tick{})
	}
	p.now = end
	p.step(Tick{})
}

func (p *playground) frame() {
	k := p.d.kinds.kind(of(p.o, p.ids))
	flags := p.o.next()
	payload := p.o.some(int(p.o.next()))
	from, seq := uint8(autopilot), p.seq
	p.seq++
	if flags&0x40 != 0 {
		from = p.o.next()
	}
	if flags&0x20 != 0 {
		seq = p.o.next()
	}
	m, err := p.d.decode(k, payload[:min(len(payload), payloadMax)], true)
	if err != nil {
		return
	}
	if v := reflect.ValueOf(m).Elem(); flags&0x10 == 0 { // most is for us
		if t := v.FieldByName("TargetSystem"); t.IsValid() {
			t.SetUint(StationSystem)
		}
		if t := v.FieldByName("TargetComponent"); t.IsValid() {
			t.SetUint(StationComponent)
		}
	}
	p.hear(m, from, seq, flags)
}

// hear takes a message as the frame that it comes in.
func (p *playground) hear(m message.Message, component, seq, flags uint8) {
	e := &Encoder{kinds: p.d.kinds, sys: uint8(p.system), cmp: component, seq: seq}
	b, err := e.Encode(nil, m)
	if err != nil {
		return
	}
	from := worldAddr
	if flags&0x0F == 15 {
		from = source("127.0.0.1:666")
	}
	p.d.Split(b, func(f Frame) {
		f.Checked = f.Checked && flags&0x80 == 0
		p.step(&FrameIn{Frame: f, Source: from, Signed: flags&0x0E == 14})
	})
}

func (p *playground) beat(m message.Message) {
	p.hear(m, autopilot, p.seq, 0)
	p.seq++
}

func (p *playground) run(beats []message.Message, extra func()) {
	p.beat(beats[0])
	for steps := 0; len(p.o.b) > 0 && steps < 400; steps++ {
		switch c := p.o.next(); {
		case c < 130:
			p.frame()
		case c < 160:
			p.n++
			in := fleet.Intent{ID: fleet.IntentID(fmt.Sprint("I", p.n)), Epoch: uint64(c & 3), Envelope: worldEnvelope(), Act: p.o.act(p.acts)}
			if c&4 != 0 {
				in.Bound = time.Duration(p.o.next()) * time.Second
			}
			p.step(IntentIn{p.intent(in)})
		case c < 200:
			p.pass(time.Duration(p.o.next()) * time.Duration(p.o.next()) * time.Millisecond)
		case c < 215:
			p.step(Renew{Until: p.now.Add(3 * time.Second)})
		case c < 225:
			extra()
		default:
			p.beat(of(p.o, beats))
		}
	}
	p.pass(10 * time.Minute) // whatever was begun comes to its end
}

// FuzzSession steps a vehicle's session with any frames, acts, sticks and times: it does not panic, does not loop over one
// deadline, puts out no more than so much, and nothing that cannot be encoded or shown.
func FuzzSession(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := NewSession(worldSpec, DefaultConfig())
		p := &playground{t: t, m: s, system: 7, now: worldStart, o: &fuzzed{b}, d: testDecoder(), enc: testEncoder(StationSystem, StationComponent),
			acts: vehicleActs, intent: func(in fleet.Intent) fleet.Intent { in.Vehicle = "V07"; return in }}
		for _, id := range understood {
			if id < 53000 {
				p.ids = append(p.ids, id)
			}
		}
		p.run([]message.Message{
			&common.MessageHeartbeat{Type: 2, Autopilot: 12, BaseMode: 157, CustomMode: uint32(px4Hold), SystemStatus: 4},
			&common.MessageHeartbeat{Type: 2, Autopilot: 12, BaseMode: 29, CustomMode: uint32(px4Hold), SystemStatus: 3},
			&common.MessageHeartbeat{Type: 2, Autopilot: 3, BaseMode: 209, CustomMode: 4, SystemStatus: 4},
			&common.MessageHeartbeat{Type: 2, Autopilot: 0, SystemStatus: 4},
			&common.MessageExtendedSysState{LandedState: 2},
			&common.MessageExtendedSysState{LandedState: 1},
			&common.MessageGlobalPositionInt{Lat: 325333000, Lon: 1204667000, Alt: 50000, TimeBootMs: 100000},
			&common.MessageHomePosition{Latitude: 325333000, Longitude: 1204667000, Altitude: 4000},
		}, func() {
			grant := fleet.IntentID(fmt.Sprint("I", p.n))
			p.step(GrantIn{grant, p.now.Add(time.Second)})
			in := fleet.StickInput{Grant: grant, Seq: uint32(p.o.next()), SentMS: float64(p.o.next())}
			p.o.fill(reflect.ValueOf(&in.Sticks).Elem())
			p.step(SticksIn(in))
		})
		if len(s.tasks) != 0 {
			p.pass(manualMost) // a flight by hand is the longest act
		}
		if len(s.tasks) != 0 && s.link.state(p.now, &s.cfg) != fleet.LinkQuarantined {
			t.Fatalf("%d acts have no end, the first is %T", len(s.tasks), s.tasks[0].in.Act)
		}
	})
}

// FuzzDock does the same with a dock's session.
func FuzzDock(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := NewDockSession(dockSpec, DefaultConfig())
		p := &playground{t: t, m: s, system: 103, now: worldStart, o: &fuzzed{b}, d: testDecoder(), enc: testEncoder(StationSystem, StationComponent),
			ids: []uint32{0, 77, 111, 253, 53000, 53001, 53002, 53003, 53005},
			acts: []fleet.Act{fleet.PrepareLaunch{}, fleet.CloseAway{}, fleet.PrepareLanding{}, fleet.Secure{}, fleet.AbortLaunch{},
				fleet.SwapPack{}, fleet.Charge{ToPercent: 95}, fleet.Wake{For: time.Minute}, fleet.Hold{}, nil},
			intent: func(in fleet.Intent) fleet.Intent { in.Dock, in.Sortie = "H03", "S1"; return in }}
		p.run([]message.Message{&common.MessageHeartbeat{Type: 31, SystemStatus: 4}, &hangar.MessageDockStatus{State: hangar.DOCK_STATE_IDLE}}, func() {})
		if s.task != nil {
			t.Fatalf("%T has no end", s.task.in.Act)
		}
	})
}

// seeds are some programs of chance.
func seeds(f *testing.F) {
	for seed := range uint64(4) {
		rng, b := rand.New(rand.NewPCG(seed, 9)), make([]byte, 1500)
		for i := range b {
			b[i] = byte(rng.UintN(256))
		}
		f.Add(b)
	}
}

// FuzzDecode reads a payload of any message, whole or cut, as version 1 or 2, and writes what it read: read again it is the
// same, and the decoders without reflection read what the others read.
func FuzzDecode(f *testing.F) {
	for _, id := range []uint32{0, 30, 33, 253, 77, 110, 324, 345, 436} {
		f.Add(id, bytes.Repeat([]byte{0xA5, 0x3C, 0x00}, 80), id%2 == 0)
	}
	f.Fuzz(func(t *testing.T, id uint32, payload []byte, v2 bool) {
		roundTrip(t, id, payload, v2)
	})
}

// FuzzHangarDialect does the same with the messages of docks only, which are many times rarer among all.
func FuzzHangarDialect(f *testing.F) {
	for i := range uint32(7) {
		f.Add(i, bytes.Repeat([]byte{0xA5, 0x3C, 0x00}, 30))
	}
	f.Fuzz(func(t *testing.T, i uint32, payload []byte) {
		roundTrip(t, 53000+i%uint32(len(hangar.Dialect.Messages)), payload, true)
	})
}

func roundTrip(t *testing.T, id uint32, payload []byte, v2 bool) {
	d := &Decoder{kinds: allKinds()}
	k := d.kinds.kind(id)
	if k == nil || len(payload) > payloadMax || !v2 && id > 255 {
		return
	}
	m, err := d.decode(k, payload, v2)
	if err != nil {
		return
	}
	if v2 && (id < 322 || id > 324) { // the value of an extended parameter is octets: the library ends it at the first zero
		var whole [payloadMax]byte
		copy(whole[:], payload)
		slow, err := k.rw.Read(&message.MessageRaw{ID: id, Payload: whole[:]}, true)
		if err != nil || !alike(slow, m) {
			t.Fatalf("%+v, by reflection %+v: %v", m, slow, err)
		}
	}
	e := &Encoder{kinds: allKinds(), sys: 7, cmp: 1}
	b, err := e.Encode(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	st := d.Split(b, func(f Frame) {
		n++
		if f.System != 7 || f.Component != 1 || !f.Checked || f.ID != id || !alike(f.Message, m) {
			t.Fatalf("%+v became %+v", m, f)
		}
	})
	if n != 1 || st.Bad+st.Garbage+st.Unknown != 0 {
		t.Fatalf("%d frames of one, %+v", n, st)
	}
}

// alike says whether two messages print the same: NaN is NaN.
func alike(a, b message.Message) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }
