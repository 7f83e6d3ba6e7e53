package mavlink

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// exchange is one message of a recorded transfer.
type exchange struct {
	at        time.Time
	byStation bool
	m         message.Message
}

// exchanges are the messages of the mission protocol and all else that the station sent, in their order.
func exchanges(t *testing.T, r recording) (out []exchange) {
	t.Helper()
	d := &Decoder{kinds: allKinds()}
	for _, rec := range r.records {
		d.Split(rec.frame, func(f Frame) {
			switch f.Message.(type) {
			case *common.MessageMissionCount, *common.MessageMissionItemInt, *common.MessageMissionItem, *common.MessageMissionRequestInt,
				*common.MessageMissionRequest, *common.MessageMissionAck, *common.MessageStatustext:
				out = append(out, exchange{rec.at, rec.byStation(), f.Message})
			case *common.MessageHeartbeat:
			default:
				if rec.byStation() {
					out = append(out, exchange{rec.at, true, f.Message})
				}
			}
		})
	}
	return out
}

// frames finds the frame of each line about a message of the station; the rest it sent as mere bytes.
func frames(r recording, all []exchange) map[int]int {
	out, next := map[int]int{}, map[string]int{}
	for i, l := range r.truth {
		if l.kind != "TX" {
			continue
		}
		name, least := camel(l.name), r.zero.Add(l.at-2*time.Millisecond)
		for k := next[name]; k < len(all); k++ {
			if e := all[k]; e.byStation && named(e.m) == name && !e.at.Before(least) {
				out[i], next[name] = k, k+1
				break
			}
		}
	}
	return out
}

// answersTo are the vehicle's messages after the station's last one before line i of the list, up to the station's next
// one or the time of that line.
func answersTo(r recording, all []exchange, i int) (out []message.Message) {
	last, of := i-1, frames(r, all)
	for ; r.truth[last].kind != "TX"; last-- {
	}
	from, at := of[last], r.zero.Add(r.truth[i].at+2*time.Millisecond)
	if strings.Contains(r.truth[i].text, "sent RAW") {
		for from++; !all[from].byStation; from++ {
		}
	}
	for _, e := range all[from+1:] {
		if e.byStation || e.at.After(at) {
			break
		}
		out = append(out, e.m)
	}
	return out
}

func named(m message.Message) string {
	return strings.TrimPrefix(reflect.TypeOf(m).Elem().Name(), "Message")
}

// asked is what a message of the station asks for, so that the recorded answers to it can be found.
func asked(m message.Message) string {
	switch m := m.(type) {
	case *common.MessageMissionCount:
		return fmt.Sprint("count ", m.MissionType, m.Count)
	case *common.MessageMissionItemInt:
		return fmt.Sprint("item ", m.MissionType, m.Seq)
	case *common.MessageMissionRequestList:
		return fmt.Sprint("list ", m.MissionType)
	case *common.MessageMissionRequestInt:
		return fmt.Sprint("request ", m.MissionType, m.Seq)
	}
	return ""
}

// reader is a session with a vehicle that is heard, for a transfer that speaks with a recording.
func reader(now time.Time) *Session {
	s := NewSession(fleet.VehicleSpec{ID: "V01", SystemID: 1}, Config{Stale: time.Hour, Lost: time.Hour, EmitEvery: time.Second})
	feed(s, testEncoder(1, 1), now, worldAddr.Addr.String(), &common.MessageHeartbeat{Type: 2, Autopilot: minimal.MAV_AUTOPILOT_PX4})
	return s
}

// speak lets a transfer speak with the recorded answers until it ends or nobody has anything to say.
func speak(s *Session, now time.Time, x *transfer, answers map[string][]message.Message) (done bool, err error) {
	var inbox []message.Message
	var wake time.Time
	for range 500 {
		var m message.Message
		if len(inbox) > 0 {
			m, inbox = inbox[0], inbox[1:]
		} else if wake.After(now) {
			now = wake
		}
		s.out = nil
		if done, wake, err = x.step(s, now, m, &fleet.Envelope{}); done || err != nil {
			return done, err
		}
		for _, o := range s.out {
			inbox = append(inbox, answers[asked(o.(Transmit).Message)]...)
		}
		now = now.Add(time.Millisecond)
	}
	return false, nil
}

// TestRecordedPlans: the mission, the fence and the rally points that the recorded ground station stored are on the list
// item by item, come back as they were sent, and are taken for the same by the machine that reads lists back; one metre
// elsewhere and they are not.
func TestRecordedPlans(t *testing.T) {
	r := readRecording(t, "flight")
	all := exchanges(t, r)
	for _, c := range []struct {
		kind   common.MAV_MISSION_TYPE
		items  int
		opaque uint32
		whole  bool // our guard lets these items pass as they were recorded, so they can be uploaded by our machine
	}{
		{common.MAV_MISSION_TYPE_MISSION, 6, 154856161, false},
		{common.MAV_MISSION_TYPE_FENCE, 4, 333955560, true},
		{common.MAV_MISSION_TYPE_RALLY, 1, 1245446330, false},
	} {
		answers := map[string][]message.Message{}
		var sent, stored []common.MessageMissionItemInt
		var at time.Time
		last := ""
		for _, e := range all {
			if e.byStation {
				if last = asked(e.m); len(answers[last]) > 0 {
					last = "" // the first answers to a question are used
				}
				if it, ok := e.m.(*common.MessageMissionItemInt); ok && it.MissionType == c.kind {
					sent, at = append(sent, *it), e.at
				}
				continue
			}
			if it, ok := e.m.(*common.MessageMissionItemInt); ok && it.MissionType == c.kind {
				stored = append(stored, *it)
			}
			if last != "" {
				answers[last] = append(answers[last], e.m)
			}
		}
		// The list was empty when it was first asked for; what was asked after the upload is what was stored.
		answers[asked(&common.MessageMissionRequestList{MissionType: c.kind})] = []message.Message{&common.MessageMissionCount{
			TargetSystem: StationSystem, TargetComponent: StationComponent, MissionType: c.kind, Count: uint16(c.items), OpaqueId: c.opaque}}
		if len(sent) != c.items || len(stored) != c.items {
			t.Fatalf("%s: %d items sent, %d read back", c.kind, len(sent), len(stored))
		}
		for i := range sent {
			t.Run(fmt.Sprintf("%s item %d", c.kind, i), func(t *testing.T) {
				if !sameItem(&sent[i], &stored[i], 0) {
					t.Errorf("sent %+v, read back %+v", sent[i], stored[i])
				}
			})
		}
		t.Run(c.kind.String()+" read back", func(t *testing.T) {
			x := &transfer{kind: c.kind, system: 1, items: sent, phase: phaseList}
			if done, err := speak(reader(at), at, x, answers); !done || err != nil || x.opaque != c.opaque {
				t.Errorf("done %v, id %d: %v", done, x.opaque, err)
			}
		})
		t.Run(c.kind.String()+" moved by a metre", func(t *testing.T) {
			moved := append([]common.MessageMissionItemInt(nil), sent...)
			moved[len(moved)-1].X += 90
			x := &transfer{kind: c.kind, system: 1, items: moved, phase: phaseList}
			if done, err := speak(reader(at), at, x, answers); done {
				t.Errorf("taken for the same: %v", err)
			}
		})
		if c.whole {
			t.Run(c.kind.String()+" uploaded and read back", func(t *testing.T) {
				x := &transfer{kind: c.kind, system: 1, items: sent}
				if done, err := speak(reader(at), at, x, answers); !done || err != nil || x.opaque != c.opaque {
					t.Errorf("done %v, id %d: %v", done, x.opaque, err)
				}
			})
		}
	}
}

var (
	truthUpload = regexp.MustCompile(`^mission upload type=(\d) n=(\d+): ack=(\d+) .*opaque_id=(\d+)`)
	truthSent   = regexp.MustCompile(`^(.*): sent (\S+)(?: seq=(\d+))? -> (.*)$`)
	truthReply  = regexp.MustCompile(`([A-Z_]+)\{(?:seq=(\d+),|type=(\d+),|count=(\d+),)?(?:mission_type=(\d)[^}]*|text=([^}]*))\}@(\d+)ms`)
)

// TestRecordedUploads: the end of every upload that was recorded, good or bad, and what our machine makes of it: an ACK that
// refuses is told with its name, one that accepts is no success yet.
func TestRecordedUploads(t *testing.T) {
	for name, uploads := range map[string]int{"flight": 3, "ground": 16, "badinput": 21} {
		r := readRecording(t, name)
		all := exchanges(t, r)
		n := 0
		for i, l := range r.truth {
			m := truthUpload.FindStringSubmatch(l.text)
			if m == nil {
				continue
			}
			n++
			t.Run(fmt.Sprintf("%s %.3f type %s, %s items, ack %s", name, l.at.Seconds(), m[1], m[2], m[3]), func(t *testing.T) {
				var ack *common.MessageMissionAck
				for _, answer := range answersTo(r, all, i) {
					if a, ok := answer.(*common.MessageMissionAck); ok {
						ack = a
					}
				}
				if ack == nil {
					t.Fatal("no acknowledgement")
				}
				if got := fmt.Sprintf("%d %d %d", ack.MissionType, ack.Type, ack.OpaqueId); got != strings.Join([]string{m[1], m[3], m[4]}, " ") {
					t.Fatalf("%s, recorded %v", got, m[1:])
				}
				answered(t, ack)
			})
		}
		if n != uploads {
			t.Errorf("%s: %d uploads on the list, want %d", name, n, uploads)
		}
	}
}

// answered gives an acknowledgement to an upload that has sent its last item.
func answered(t *testing.T, ack *common.MessageMissionAck) {
	t.Helper()
	s, now := reader(worldStart), worldStart.Add(time.Second)
	x := &transfer{at: now, heard: now, kind: ack.MissionType, system: 1, items: make([]common.MessageMissionItemInt, 2), phase: phaseItems, ended: true}
	if ack.MissionType > common.MAV_MISSION_TYPE_RALLY {
		return // of a list that we never write
	}
	done, _, err := x.step(s, now, ack, &fleet.Envelope{})
	switch ack.Type {
	case common.MAV_MISSION_ACCEPTED:
		if done || err != nil || x.phase != phaseList || x.opaque != ack.OpaqueId {
			t.Errorf("accepted: done %v, phase %d, id %d: %v", done, x.phase, x.opaque, err)
		}
	case common.MAV_MISSION_ERROR:
		if done || err != nil {
			t.Errorf("busy, or an item came twice, so the read-back decides: done %v: %v", done, err)
		}
	default:
		if !errors.Is(err, errRefused) || !strings.Contains(err.Error(), ack.Type.String()) {
			t.Errorf("refused with %s: %v", ack.Type, err)
		}
	}
}

// TestRecordedBadInput: each piece of malformed input got the recorded answers, or none, and nothing else.
func TestRecordedBadInput(t *testing.T) {
	r := readRecording(t, "badinput")
	all := exchanges(t, r)
	n := 0
	for i, l := range r.truth {
		m := truthSent.FindStringSubmatch(l.text)
		if m == nil {
			continue
		}
		n++
		t.Run(fmt.Sprintf("%.3f %s", l.at.Seconds(), l.text), func(t *testing.T) {
			var got []string
			for _, answer := range answersTo(r, all, i) {
				switch x := answer.(type) {
				case *common.MessageMissionRequestInt:
					got = append(got, fmt.Sprintf("MISSION_REQUEST_INT %d %d", x.Seq, x.MissionType))
				case *common.MessageMissionRequest:
					got = append(got, fmt.Sprintf("MISSION_REQUEST %d %d", x.Seq, x.MissionType))
				case *common.MessageMissionAck:
					got = append(got, fmt.Sprintf("MISSION_ACK %d %d", x.Type, x.MissionType))
				case *common.MessageMissionCount:
					got = append(got, fmt.Sprintf("MISSION_COUNT %d %d", x.Count, x.MissionType))
				case *common.MessageMissionItem:
					got = append(got, fmt.Sprintf("MISSION_ITEM %d %d", x.Seq, x.MissionType))
				case *common.MessageMissionItemInt:
					got = append(got, fmt.Sprintf("MISSION_ITEM_INT %d %d", x.Seq, x.MissionType))
				case *common.MessageStatustext:
					got = append(got, "STATUSTEXT "+x.Text)
				}
			}
			var want []string
			for _, reply := range truthReply.FindAllStringSubmatch(m[4], -1) {
				number := reply[2] + reply[3] + reply[4]
				if reply[1] == "STATUSTEXT" {
					want = append(want, "STATUSTEXT "+reply[6])
					continue
				}
				want = append(want, fmt.Sprintf("%s %s %s", reply[1], number, reply[5]))
			}
			if (m[4] == "nothing") != (len(want) == 0) {
				t.Fatalf("%q was not understood", m[4])
			}
			if strings.Join(got, "; ") != strings.Join(want, "; ") {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
	if n != 23 {
		t.Errorf("%d pieces on the list", n)
	}
}
