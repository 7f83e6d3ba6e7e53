package mavlink

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/events"
)

func px4Words(t testing.TB) *events.Set {
	t.Helper()
	b, err := os.ReadFile("events/testdata/all_events.json.xz")
	if err != nil {
		t.Fatal(err)
	}
	set, err := events.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// recordedEvents are what a PX4 v1.17 said on the ground.
func recordedEvents(t testing.TB) (out []common.MessageEvent) {
	t.Helper()
	f, err := os.Open("events/testdata/ground.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var at float64
		var m common.MessageEvent
		var args string
		if n, _ := fmt.Sscanf(lines.Text(), "%f event %d %d %d %s", &at, &m.Id, &m.Sequence, &m.LogLevels, &args); n != 5 {
			continue
		}
		b, _ := hex.DecodeString(strings.TrimPrefix(args, "-"))
		copy(m.Arguments[:], b)
		out = append(out, m)
	}
	return out
}

// eventBook keeps what a fake vehicle said and says it again when it is asked to.
type eventBook struct {
	w     *world
	said  []common.MessageEvent
	asked int
	keeps int // only the newest so many
	deaf  bool
	runs  int
}

func keepEvents(w *world) *eventBook {
	b := &eventBook{w: w, keeps: 1000}
	w.v.beside = func(m message.Message) bool {
		switch m := m.(type) {
		case *common.MessageRequestEvent:
			b.asked++
			for seq := m.FirstSequence; !b.deaf; seq++ {
				i := slices.IndexFunc(b.said, func(e common.MessageEvent) bool { return e.Sequence == seq })
				if i < len(b.said)-b.keeps || i < 0 {
					oldest := b.said[max(0, len(b.said)-b.keeps)].Sequence
					w.v.send(&common.MessageResponseEventError{TargetSystem: 255, TargetComponent: 190, Sequence: seq, SequenceOldestAvailable: oldest})
				} else {
					e := b.said[i]
					w.v.send(&e)
				}
				if seq == m.LastSequence {
					break
				}
			}
			return true
		case *common.MessageCommandLong:
			if m.Command == common.MAV_CMD_RUN_PREARM_CHECKS {
				b.runs++
				w.v.ack(m.Command, common.MAV_RESULT_ACCEPTED)
				return true
			}
		}
		return false
	}
	return b
}

func (b *eventBook) say(m common.MessageEvent) {
	b.said = append(b.said, m)
	b.w.v.send(&m)
}

func (w *world) notices() (out []string) {
	for _, e := range w.events {
		if n, ok := e.(fleet.Notice); ok {
			out = append(out, n.Text)
		}
	}
	return out
}

func TestEventsAreToldInOrderWhateverIsLost(t *testing.T) {
	var want []string
	overRadios(t, func(t *testing.T, w *world) {
		b := keepEvents(w)
		w.settle()
		w.s.KnowEvents(px4Words(t))
		for !w.s.hearing.started {
			w.v.send(&common.MessageCurrentEventSequence{Sequence: recordedEvents(t)[0].Sequence - 1})
			w.run(3*time.Second, nil)
		}
		w.events = nil
		for _, m := range recordedEvents(t) {
			b.say(m)
			w.v.send(&common.MessageCurrentEventSequence{Sequence: m.Sequence})
			w.run(300*time.Millisecond, nil)
		}
		for range 20 {
			w.v.send(&common.MessageCurrentEventSequence{Sequence: b.said[len(b.said)-1].Sequence})
			w.run(3*time.Second, nil)
		}
		got := w.notices()
		if want == nil { // over the good radio
			want = got
			for _, text := range []string{"Mission start denied! No valid mission", "Climb to 20.0 m above home", "Geofence violation for waypoint 2"} {
				if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, text) }) {
					t.Errorf("%q was not told: %q", text, got)
				}
			}
			if b.asked != 0 {
				t.Errorf("%d times asked for what was not lost", b.asked)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("told\n%q\nwant\n%q", got, want)
		}
		if w.s.v.ChecksAt == nil {
			t.Fatal("no report was heard")
		}
	})
}

func TestChecksAreShownAndAreTheReasonOfARefusal(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	b := keepEvents(w)
	w.settle()
	all := recordedEvents(t)
	b.say(all[0])
	if w.run(time.Second, nil); w.s.v.Checks != nil || len(w.notices()) != 0 {
		t.Fatal("told without words")
	}
	w.s.KnowEvents(px4Words(t))
	w.run(2*time.Second, nil)
	if b.runs != 1 {
		t.Fatalf("asked %d times for a report", b.runs)
	}
	for _, m := range all[1:10] {
		b.say(m)
	}
	w.run(time.Second, nil)
	want := []fleet.Check{
		{Name: "check_modes_attitude", Component: "Attitude estimate", Severity: "error", Text: "No valid attitude estimate"},
		{Name: "check_modes_local_pos", Component: "Local position estimate", Severity: "error", Text: "Navigation error: No valid position estimate"},
		{Name: "check_modes_global_pos", Component: "Global position estimate", Severity: "error", Text: "Navigation error: No valid global position estimate"},
		{Name: "check_modes_manual_control", Component: "Remote Control (RC or Joystick)", Severity: "warning", Text: "No manual control input"},
	}
	if !slices.Equal(w.s.told.Checks, want) || w.s.told.ChecksAt == nil {
		t.Fatalf("%+v", w.s.told.Checks)
	}
	if len(w.notices()) != 0 {
		t.Fatalf("checks were told as notices: %q", w.notices())
	}
	done(t, w.do(worldPlan()))
	w.v.armResult = common.MAV_RESULT_TEMPORARILY_REJECTED
	w.run(2*time.Second, nil)
	r := w.do(worldLaunch())
	if r.Code != "temporarily-rejected" || !strings.Contains(r.Detail, "; Navigation error: No valid global position estimate") || strings.Contains(r.Detail, "manual control") {
		t.Fatalf("%+v", r)
	}
	for _, m := range all[10:17] {
		b.say(m)
	}
	w.run(time.Second, nil)
	if len(w.s.told.Checks) != 3 {
		t.Fatalf("%+v", w.s.told.Checks)
	}
	w.v.boot = w.now
	w.run(3*time.Second, nil)
	if w.s.told.Checks != nil || w.s.told.ChecksAt != nil {
		t.Fatal("a vehicle that started anew has the checks of before")
	}
}

func TestEventsThatAreGoneArePassedOver(t *testing.T) {
	for name, deaf := range map[string]bool{"said so": false, "silence": true} {
		w := newWorld(t, 1, goodRadio)
		b := keepEvents(w)
		w.settle()
		w.s.KnowEvents(px4Words(t))
		all := recordedEvents(t)
		b.say(all[0])
		w.run(time.Second, nil)
		b.deaf, b.keeps = deaf, 4
		b.said = append(b.said, all[1:40]...)
		for _, m := range all[40:50] {
			b.say(m)
		}
		w.run(time.Minute, nil)
		if got := w.s.hearing.next; got != all[49].Sequence+1 {
			t.Errorf("%s: stands at %d, %d was said", name, got, all[49].Sequence)
		}
		if b.asked == 0 || b.asked > 60 {
			t.Errorf("%s: asked %d times", name, b.asked)
		}
		// A vehicle that counts anew without having started anew.
		w.v.send(&common.MessageCurrentEventSequence{Sequence: 3, Flags: common.MAV_EVENT_CURRENT_SEQUENCE_FLAGS_RESET})
		w.run(time.Second, nil)
		m := all[49]
		m.Sequence = 4
		w.v.send(&m)
		if w.run(time.Second, nil); w.s.hearing.next != 5 {
			t.Errorf("%s: %d after it began anew", name, w.s.hearing.next)
		}
		far := all[49]
		far.Sequence = 9000
		w.v.send(&far)
		if w.run(time.Second, nil); w.s.hearing.next != 9001 || len(w.s.hearing.held) != 0 {
			t.Errorf("%s: %d after a leap", name, w.s.hearing.next)
		}
	}
}

func TestATextThatAnEventRepeatsIsToldOnce(t *testing.T) {
	rtl := common.MessageEvent{Id: 20262116, LogLevels: 102, Sequence: 7} // "Returning to launch"
	for _, known := range []bool{true, false} {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		if known {
			w.s.KnowEvents(px4Words(t))
		}
		w.v.say("Returning to launch\t")
		w.run(time.Second, nil)
		w.v.send(&rtl)
		w.run(time.Second, nil)
		w.v.say("Only in words")
		w.run(time.Second, nil)
		want := []string{"Returning to launch", "Only in words"}
		if got := w.notices(); !slices.Equal(got, want) {
			t.Errorf("words known %v: %q", known, got)
		}
		if w.s.v.LastText != "Only in words" {
			t.Errorf("%q", w.s.v.LastText)
		}
	}
}

func TestPiecesOfATextThatAreMissingAreMarked(t *testing.T) {
	long := strings.Repeat("0123456789", 12)
	for name, c := range map[string]struct {
		chunks []int
		want   string
	}{
		"whole":            {[]int{0, 1, 2}, long},
		"backwards":        {[]int{2, 1, 0}, long},
		"without a middle": {[]int{0, 2}, long[:50] + missing + long[100:]},
		"without a head":   {[]int{1, 2}, missing + long[50:]},
		"without an end":   {[]int{0, 1}, long[:100] + missing},
		"an end only":      {[]int{2}, missing + missing + long[100:]},
	} {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		for _, i := range c.chunks {
			w.v.send(&common.MessageStatustext{Severity: 4, Text: long[50*i : min(50*i+50, len(long))], Id: 9, ChunkSeq: uint8(i)})
			w.run(50*time.Millisecond, nil)
		}
		w.run(3*time.Second, nil)
		if got := w.notices(); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A report of which a piece is gone for good says nothing; what comes again is not told again, nor kept.
func TestABrokenReportSaysNothing(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	b := keepEvents(w)
	b.deaf = true
	w.settle()
	w.s.KnowEvents(px4Words(t))
	all := recordedEvents(t)
	b.say(all[0])
	w.run(time.Second, nil)
	for i, m := range all[1:10] {
		if i != 3 {
			b.say(m)
			w.run(50*time.Millisecond, nil)
		}
	}
	if w.run(2*time.Minute, nil); w.s.hearing.next != all[9].Sequence+1 || w.s.v.ChecksAt != nil {
		t.Fatalf("stands at %d, checks %+v", w.s.hearing.next, w.s.v.Checks)
	}
	said := len(w.notices())
	for range 20 {
		for _, m := range all[:10] {
			w.v.send(&m)
		}
		w.run(time.Second, nil)
	}
	if len(w.s.hearing.held) != 0 || len(w.notices()) != said || w.s.v.ChecksAt != nil {
		t.Fatalf("%d held, %d told again", len(w.s.hearing.held), len(w.notices())-said)
	}
}
