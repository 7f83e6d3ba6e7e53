package logbook

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

var start = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)

// desk plays the sessions, the Desk and the disk.
type desk struct {
	t     *testing.T
	b     *Book
	now   time.Time
	out   []Output
	shown map[fleet.SortieID]FlightLog
}

func newDesk(t *testing.T, cfg Config) *desk {
	return &desk{t: t, b: New(cfg), now: start, shown: map[fleet.SortieID]FlightLog{}}
}

func (d *desk) step(in Input) {
	for _, o := range d.b.Step(d.now, in) {
		if s, ok := o.(Show); ok {
			d.shown[s.Record.Sortie] = s.Record
		}
		d.out = append(d.out, o)
	}
}

// wait lets the time pass, with the Ticks that are due.
func (d *desk) wait(t time.Duration) {
	for end := d.now.Add(t); ; {
		at := d.b.Deadline()
		if at.IsZero() || at.After(end) {
			d.now = end
			return
		}
		if at.After(d.now) {
			d.now = at
		}
		d.step(Tick{})
	}
}

func (d *desk) vehicle(id fleet.VehicleID, link fleet.Link, armed bool, landed fleet.Landed) {
	d.step(Observed{fleet.VehicleChanged{Vehicle: &fleet.Vehicle{ID: id, Link: link, Armed: armed, Landed: landed}}})
}

func (d *desk) grounded(id fleet.VehicleID) { d.vehicle(id, fleet.LinkOnline, false, fleet.OnGround) }

// sortie is a flight of ten minutes that ended now, or with open one that goes on.
func (d *desk) sortie(id fleet.SortieID, v fleet.VehicleID, open bool) {
	s := mission.Sortie{ID: id, Vehicle: v, State: mission.Outbound, Stages: []mission.StageTime{{Name: "launching", At: d.now.Add(-10 * time.Minute)}}}
	if !open {
		at := d.now
		s.State, s.ClosedAt = mission.Closed, &at
	}
	d.step(Sortie{s})
}

// sent is the last Intent that was sent, and how many were.
func (d *desk) sent() (last fleet.Intent, n int) {
	for _, o := range d.out {
		if s, ok := o.(Send); ok {
			last = s.Intent
			n++
		}
	}
	return last, n
}

// asks wants the last Intent to be of this type.
func asks[T fleet.Act](d *desk) (fleet.Intent, T) {
	d.t.Helper()
	in, _ := d.sent()
	a, ok := in.Act.(T)
	if !ok {
		d.t.Fatalf("%T was asked last", in.Act)
	}
	return in, a
}

func (d *desk) report(in fleet.Intent, code string) {
	r := fleet.Report{Intent: in.ID, Vehicle: in.Vehicle, Stage: fleet.StageDone, Code: code}
	if code != "" {
		r.Stage = fleet.StageFailed
	}
	d.step(Observed{r})
}

func (d *desk) list(logs ...fleet.FlightLog) {
	in, _ := asks[fleet.ListLogs](d)
	d.step(Observed{fleet.LogsListed{Vehicle: in.Vehicle, Intent: in.ID, Logs: logs}})
	d.report(in, "")
}

func (d *desk) part(in fleet.Intent, at, n, size int64) {
	d.step(Observed{fleet.FilePart{Vehicle: in.Vehicle, Intent: in.ID, Offset: at, Data: make([]byte, n), Size: size, Sum: uint32(at + n)}})
}

func logAt(path string, at time.Time, size int64) fleet.FlightLog {
	return fleet.FlightLog{Path: path, At: at, Size: size}
}

func TestAFlightIsKept(t *testing.T) {
	d := newDesk(t, Config{})
	d.sortie("S1", "V1", true)
	d.sortie("S1", "V1", false)
	d.grounded("V1")
	if _, n := d.sent(); n != 0 {
		t.Fatal("asked at once: the log is being closed")
	}
	d.wait(settle)
	d.list(logAt("a", start.Add(-3*time.Hour), 900), logAt("b", start.Add(-10*time.Minute), 300), logAt("c", start.Add(-9*time.Minute), 500), logAt("d", start.Add(time.Hour), 800))
	in, a := asks[fleet.FetchLog](d)
	if a.Log.Path != "c" || a.From != 0 || !a.Verify || in.Vehicle != "V1" {
		t.Fatalf("%+v", a)
	}
	d.part(in, 0, 400, 500)
	d.part(in, 400, 100, 500)
	d.step(Observed{fleet.FileRead{Vehicle: "V1", Intent: in.ID, Size: 500, Verified: true}})
	d.report(in, "")
	if d.shown["S1"].State == Kept {
		t.Fatal("kept before it was durable")
	}
	d.step(Stored{Sortie: "S1", SHA256: "abc"})
	if r := d.shown["S1"]; r.State != Kept || r.SHA256 != "abc" || r.Have != 500 || !r.Verified || r.Sum != 500 {
		t.Fatalf("%+v", r)
	}
	var kinds []string
	for _, o := range d.out {
		if _, ok := o.(Show); !ok {
			kinds = append(kinds, fmt.Sprintf("%T", o))
		}
	}
	if want := []string{"logbook.Send", "logbook.Open", "logbook.Send", "logbook.Append", "logbook.Append", "logbook.Close"}; !slices.Equal(kinds, want) {
		t.Fatalf("%v", kinds)
	}
	_, n := d.sent()
	if d.wait(time.Hour); !d.b.Deadline().IsZero() {
		t.Fatal("it is not over")
	}
	if _, after := d.sent(); after != n {
		t.Fatal("asked again")
	}
}

func TestWhichLogIsAFlights(t *testing.T) {
	from, to := start, start.Add(10*time.Minute)
	other := FlightLog{Sortie: "S0", Vehicle: "V1", State: Kept, Path: "sess1/log2.ulg", Size: 70}
	for name, c := range map[string]struct {
		logs []fleet.FlightLog
		want string
	}{
		"none":                     {nil, ""},
		"begun in it":              {[]fleet.FlightLog{logAt("x", from.Add(time.Minute), 5)}, "x"},
		"a clock that is behind":   {[]fleet.FlightLog{logAt("x", from.Add(-slack), 5)}, "x"},
		"before it":                {[]fleet.FlightLog{logAt("x", from.Add(-slack-time.Second), 5)}, ""},
		"after it":                 {[]fleet.FlightLog{logAt("x", to.Add(slack+time.Second), 5)}, ""},
		"the longest":              {[]fleet.FlightLog{logAt("x", from, 5), logAt("y", from, 9), logAt("z", from, 7)}, "y"},
		"the newest without times": {[]fleet.FlightLog{logAt("sess1/log1.ulg", time.Time{}, 9), logAt("sess2/log1.ulg", time.Time{}, 5)}, "sess2/log1.ulg"},
		"another flight's":         {[]fleet.FlightLog{logAt("sess1/log1.ulg", time.Time{}, 9), logAt("sess1/log2.ulg", time.Time{}, 70)}, ""},
		"timed ones count only":    {[]fleet.FlightLog{logAt("x", from.Add(-time.Hour), 9), logAt("y", time.Time{}, 5)}, ""},
	} {
		b := New(Config{Kept: []FlightLog{other}})
		got, ok := b.match(&FlightLog{Sortie: "S1", Vehicle: "V1", From: from, To: to}, c.logs)
		if ok != (c.want != "") || got.Path != c.want {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
}

func TestASortieEndsTheReadingAndItGoesOnAfterIt(t *testing.T) {
	d := newDesk(t, Config{})
	d.sortie("S1", "V1", false)
	d.grounded("V1")
	d.wait(settle)
	log := logAt("c", start, 500)
	d.list(log)
	in, _ := asks[fleet.FetchLog](d)
	d.part(in, 0, 200, 500)
	d.sortie("S2", "V1", true)
	asks[fleet.StopReading](d)
	_, n := d.sent()
	d.report(in, "yielded")
	d.part(in, 200, 100, 500) // late
	d.vehicle("V1", fleet.LinkOnline, true, fleet.InAir)
	d.wait(20 * time.Minute)
	d.grounded("V1")
	d.wait(time.Minute)
	if _, after := d.sent(); after != n {
		t.Fatal("asked while it has a sortie")
	}
	d.sortie("S2", "V1", false)
	d.wait(settle)
	// The newer flight comes first.
	second := logAt("d", d.now.Add(-5*time.Minute), 90)
	d.list(log, second)
	in, a := asks[fleet.FetchLog](d)
	if a.Log != second {
		t.Fatalf("%+v", a)
	}
	d.part(in, 0, 90, 90)
	d.step(Observed{fleet.FileRead{Vehicle: "V1", Intent: in.ID}})
	d.step(Stored{Sortie: "S2", SHA256: "x"})
	d.wait(time.Minute)
	d.list(log, second)
	if _, a = asks[fleet.FetchLog](d); a.Log != log || a.From != 200 || a.Sum != 200 {
		t.Fatalf("%+v", a)
	}
}

func TestFailures(t *testing.T) {
	for code, c := range map[string]struct {
		from  int64 // where the next fetch begins
		state State
	}{
		"timeout": {200, Fetching}, "link-lost": {200, Fetching}, "rebooted": {200, Fetching}, "checksum": {0, Fetching}, "file-changed": {0, Fetching},
		"too-large": {0, Failed}, "unsupported": {0, Failed},
	} {
		d := newDesk(t, Config{})
		d.sortie("S1", "V1", false)
		d.grounded("V1")
		d.wait(settle)
		d.list(logAt("c", start, 500))
		in, _ := asks[fleet.FetchLog](d)
		d.part(in, 0, 200, 500)
		d.report(in, code)
		_, n := d.sent()
		d.wait(retryFirst - time.Second)
		if _, after := d.sent(); after != n {
			t.Errorf("%s: asked again at once", code)
		}
		d.wait(time.Minute)
		r := d.shown["S1"]
		if r.State != c.state || r.Code != code {
			t.Errorf("%s: %+v", code, r)
		}
		if c.state == Failed {
			continue
		}
		d.list(logAt("c", start, 500))
		if _, a := asks[fleet.FetchLog](d); a.From != c.from || a.Sum != uint32(c.from) {
			t.Errorf("%s: goes on at %d", code, a.From)
		}
	}
}

func TestItIsGivenUpInTheEnd(t *testing.T) {
	d := newDesk(t, Config{})
	d.sortie("S1", "V1", false)
	d.grounded("V1")
	for range triesMax {
		d.wait(retryMost + time.Minute)
		in, _ := asks[fleet.ListLogs](d)
		d.report(in, "no-answer")
	}
	_, n := d.sent()
	d.wait(3 * time.Hour)
	if _, after := d.sent(); after != n || d.shown["S1"].State != Failed || n != triesMax {
		t.Fatalf("%d and %d, %+v", n, after, d.shown["S1"])
	}
	// What is nobody's fault never ends it.
	d.sortie("S2", "V1", false)
	for i := range 5 * triesMax {
		d.wait(time.Minute)
		in, _ := asks[fleet.ListLogs](d)
		d.report(in, []string{"yielded", "busy", "link-lost"}[i%3])
	}
	if r := d.shown["S2"]; r.State != Owed {
		t.Fatalf("%+v", r)
	}
}

func TestADiskThatFails(t *testing.T) {
	d := newDesk(t, Config{})
	d.sortie("S1", "V1", false)
	d.grounded("V1")
	d.wait(settle)
	d.list(logAt("c", start, 500))
	in, _ := asks[fleet.FetchLog](d)
	d.part(in, 0, 200, 500)
	d.step(Stored{Sortie: "S1", Err: errors.New("no space left")})
	asks[fleet.StopReading](d)
	if r := d.shown["S1"]; r.Code != "storage" || r.Have != 0 {
		t.Fatalf("%+v", r)
	}
	d.report(in, "yielded")
	d.wait(time.Minute)
	d.list(logAt("c", start, 500))
	if _, a := asks[fleet.FetchLog](d); a.From != 0 {
		t.Fatalf("%+v", a)
	}
}

func TestFewAreReadAtOnce(t *testing.T) {
	d := newDesk(t, Config{AtOnce: 2})
	for i := range 5 {
		id := fleet.VehicleID(fmt.Sprintf("V%d", i))
		d.sortie(fleet.SortieID("S"+string(id)), id, false)
		d.grounded(id)
	}
	d.wait(time.Minute)
	if _, n := d.sent(); n != 2 {
		t.Fatalf("%d", n)
	}
	var first fleet.Intent
	for _, o := range d.out {
		if s, ok := o.(Send); ok {
			first = s.Intent
			break
		}
	}
	d.report(first, "no-answer")
	if _, n := d.sent(); n != 3 {
		t.Fatalf("%d", n)
	}
}

func TestWhatIsNoFlightOrTooOld(t *testing.T) {
	d := newDesk(t, Config{})
	at := start.Add(-25 * time.Hour)
	d.step(Sortie{mission.Sortie{ID: "S1", Vehicle: "V1", State: mission.Aborted, ClosedAt: &start, Stages: []mission.StageTime{{Name: "preparing", At: start}}}})
	d.step(Sortie{mission.Sortie{ID: "S2", Vehicle: "V1", State: mission.Closed, ClosedAt: &at, Stages: []mission.StageTime{{Name: "launching", At: at}}}})
	d.grounded("V1")
	d.wait(time.Hour)
	if _, n := d.sent(); n != 0 || len(d.shown) != 0 {
		t.Fatalf("%d %v", n, d.shown)
	}
	// No log of it: that is said, and not asked again.
	d.sortie("S3", "V1", false)
	d.wait(time.Minute)
	d.list()
	_, n := d.sent()
	if d.wait(time.Hour); d.shown["S3"].State != None {
		t.Fatalf("%+v", d.shown)
	}
	if _, after := d.sent(); after != n {
		t.Fatal("asked again")
	}
}

func TestAfterARestart(t *testing.T) {
	d := newDesk(t, Config{Kept: []FlightLog{
		{Sortie: "S1", Vehicle: "V1", From: start.Add(-20 * time.Minute), To: start.Add(-10 * time.Minute), State: Fetching, Path: "c", Begun: start.Add(-19 * time.Minute), Size: 500, Have: 300, Sum: 9},
		{Sortie: "S0", Vehicle: "V1", State: Kept},
	}})
	d.grounded("V1")
	if len(d.shown) != 2 {
		t.Fatal("what is known is not shown")
	}
	d.sortie("S0", "V1", false) // as the Desk shows it again
	d.wait(time.Minute)
	d.list(logAt("c", start.Add(-19*time.Minute), 500))
	if _, a := asks[fleet.FetchLog](d); a.From != 300 || a.Sum != 9 {
		t.Fatalf("%+v", a)
	}
}
