package hangar

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var (
	t0   = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)
	spec = fleet.DockSpec{ID: "H01", Pad: geo.LatLon{Lat: 32.53, Lon: 120.46}.At(5), OpenSeconds: 12}
)

// idle is a healthy dock with a vehicle in it, heard at now.
func idle(now time.Time) fleet.Dock {
	return fleet.Dock{ID: "H01", Link: fleet.LinkOnline, HeardAt: now, State: fleet.DockIdle, StateAt: now, LidSwitch: fleet.LidClosed,
		LidEncoder: fleet.LidClosed, LidAt: now, Seated: true,
		Env:   fleet.DockEnvironment{OutTempC: 20, WindMS: 3, GustMS: 5, At: now},
		Power: fleet.DockPower{MainsOK: true, UPSMinutes: 30, At: now}}
}

func parked(now time.Time) fleet.Vehicle {
	return fleet.Vehicle{ID: "V01", Link: fleet.LinkOnline, HeardAt: now, Landed: fleet.OnGround}
}

func aloft(now time.Time, metres float64) fleet.Vehicle {
	p := geo.Offset(spec.Pad.LatLon, 90, metres).At(10)
	return fleet.Vehicle{ID: "V01", Link: fleet.LinkOnline, HeardAt: now, Armed: true, Landed: fleet.InAir, Position: &p}
}

func order(act fleet.Act) Intent {
	return Intent{fleet.Intent{ID: "I1", Dock: "H01", Sortie: "S1", Epoch: 1, Act: act}}
}

// seen makes a Dock that has just observed a dock and a vehicle.
func seen(now time.Time, dock fleet.Dock, vehicle fleet.Vehicle) *Dock {
	d := New(spec, DefaultLimits())
	d.Step(now, Observed{fleet.DockChanged{Dock: dock}})
	d.Step(now, Observed{fleet.VehicleChanged{Vehicle: &vehicle}})
	return d
}

// verdict is the code of the refusal, or "" if the act was forwarded.
func verdict(t *testing.T, outs []Output) string {
	t.Helper()
	for _, o := range outs {
		switch o := o.(type) {
		case Forward:
			return ""
		case Emit:
			if r, ok := o.Event.(fleet.Report); ok && r.Stage == fleet.StageRefused {
				return r.Code
			}
		}
	}
	t.Fatalf("neither forwarded nor refused: %+v", outs)
	return ""
}

func TestLaunchIsRefusedByEachShutGate(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*fleet.Dock)
		want  string
	}{
		"all good":           {func(*fleet.Dock) {}, ""},
		"dock link lost":     {func(d *fleet.Dock) { d.Link = fleet.LinkLost }, "dock-link"},
		"dock silent":        {func(d *fleet.Dock) { d.HeardAt = t0.Add(-6 * time.Second) }, "dock-link"},
		"state stale":        {func(d *fleet.Dock) { d.StateAt = t0.Add(-6 * time.Second) }, "dock-link"},
		"fault":              {func(d *fleet.Dock) { d.State = fleet.DockFault }, "dock-state"},
		"maintenance":        {func(d *fleet.Dock) { d.State = fleet.DockMaintenance }, "dock-state"},
		"emergency stop":     {func(d *fleet.Dock) { d.EStop = true }, "e-stop"},
		"person near":        {func(d *fleet.Dock) { d.PersonNear = true }, "person"},
		"local key":          {func(d *fleet.Dock) { d.LocalKey = true }, "local-key"},
		"contradictory bits": {func(d *fleet.Dock) { d.Contradict = true }, "lid-sensors"},
		"lid sensors apart":  {func(d *fleet.Dock) { d.LidEncoder = fleet.LidOpen }, "lid-sensors"},
		"grave health":       {func(d *fleet.Dock) { d.Health = []fleet.DockHealth{{Level: 2, Module: "lid", Code: 7}} }, "health"},
		"no weather":         {func(d *fleet.Dock) { d.Env.At = time.Time{} }, "weather-unknown"},
		"wind":               {func(d *fleet.Dock) { d.Env.WindMS = 12.1 }, "wind"},
		"gust":               {func(d *fleet.Dock) { d.Env.GustMS = 18 }, "gust"},
		"rain":               {func(d *fleet.Dock) { d.Env.RainMMH = 9 }, "rain"},
		"cold":               {func(d *fleet.Dock) { d.Env.OutTempC = -21 }, "temperature"},
		"no power report":    {func(d *fleet.Dock) { d.Power.At = time.Time{} }, "power-unknown"},
		"no mains":           {func(d *fleet.Dock) { d.Power.MainsOK = false }, "mains"},
		"its pack is out":    {func(d *fleet.Dock) { d.Power.Slots, d.Power.PackPercent = 3, -1 }, "pack-out"},
		"nobody home":        {func(d *fleet.Dock) { d.Seated = false }, "not-seated"},
	} {
		t.Run(name, func(t *testing.T) {
			dock := idle(t0)
			c.spoil(&dock)
			if got := verdict(t, seen(t0, dock, parked(t0)).Step(t0, order(fleet.PrepareLaunch{}))); got != c.want {
				t.Fatalf("refused with %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheLidNeverClosesOverOrBehindAVehicleInDoubt(t *testing.T) {
	away := fleet.CloseAway{EarliestReturn: 3 * time.Minute}
	for name, c := range map[string]struct {
		seated  bool
		vehicle fleet.Vehicle
		act     fleet.Act
		want    string
	}{
		"seated, disarmed":         {true, parked(t0), fleet.Secure{}, ""},
		"not seated":               {false, parked(t0), fleet.Secure{}, "not-seated"},
		"armed":                    {true, func() fleet.Vehicle { v := parked(t0); v.Armed = true; return v }(), fleet.Secure{}, "armed"},
		"landed state unknown":     {true, func() fleet.Vehicle { v := parked(t0); v.Landed = fleet.LandedUnknown; return v }(), fleet.AbortLaunch{}, "armed"},
		"vehicle silent":           {true, parked(t0.Add(-6 * time.Second)), fleet.Secure{}, "vehicle-link"},
		"away and clear":           {false, aloft(t0, 200), away, ""},
		"still above the dock":     {false, aloft(t0, 3), away, "not-clear"},
		"still on the pad":         {true, aloft(t0, 200), away, "seated"},
		"link stale":               {false, aloft(t0.Add(-6*time.Second), 200), away, "vehicle-link"},
		"back within the minute":   {false, aloft(t0, 200), fleet.CloseAway{EarliestReturn: 72 * time.Second}, "return-too-soon"},
		"an act docks do not know": {true, parked(t0), fleet.Launch{}, "unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			dock := idle(t0)
			dock.Seated = c.seated
			if got := verdict(t, seen(t0, dock, c.vehicle).Step(t0, order(c.act))); got != c.want {
				t.Fatalf("refused with %q, want %q", got, c.want)
			}
		})
	}
}

// A vehicle that its dock has switched off is not heard and cannot turn a motor; that the dock says so must be fresh.
func TestTheLidClosesOverAVehicleThatIsSwitchedOff(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*fleet.Dock)
		want  string
	}{
		"off":               {func(*fleet.Dock) {}, ""},
		"said too long ago": {func(d *fleet.Dock) { d.Power.At = t0.Add(-6 * time.Second) }, "vehicle-link"},
		"not seated":        {func(d *fleet.Dock) { d.Seated = false }, "not-seated"},
	} {
		dock := idle(t0)
		dock.Power.VehicleOff = true
		c.spoil(&dock)
		if got := verdict(t, seen(t0, dock, parked(t0.Add(-time.Hour))).Step(t0, order(fleet.AbortLaunch{}))); got != c.want {
			t.Errorf("%s: refused with %q, want %q", name, got, c.want)
		}
	}
}

func TestUnheardIsRefused(t *testing.T) {
	for _, act := range []fleet.Act{fleet.PrepareLaunch{}, fleet.PrepareLanding{}, fleet.CloseAway{}, fleet.Secure{}} {
		if got := verdict(t, New(spec, DefaultLimits()).Step(t0, order(act))); got != "dock-link" {
			t.Errorf("%T of a dock never heard: %q", act, got)
		}
	}
}

func finals(outs []Output) (all []fleet.Report) {
	for _, o := range outs {
		if e, ok := o.(Emit); ok {
			if r, ok := e.Event.(fleet.Report); ok && r.Stage.Final() {
				all = append(all, r)
			}
		}
	}
	return all
}

func TestDoneIsWhatBothSensorsShow(t *testing.T) {
	ready := func(now time.Time) fleet.Dock {
		dock := idle(now)
		dock.State, dock.LidSwitch, dock.LidEncoder, dock.Task = fleet.DockLaunchReady, fleet.LidOpen, fleet.LidOpen, fleet.TaskHash("S1")
		return dock
	}
	for name, c := range map[string]struct {
		spoil func(*fleet.Dock)
		want  fleet.Stage
	}{
		"both open":          {func(*fleet.Dock) {}, fleet.StageDone},
		"encoder moving":     {func(d *fleet.Dock) { d.LidEncoder = fleet.LidMoving }, ""},
		"sensors too old":    {func(d *fleet.Dock) { d.LidAt = d.LidAt.Add(-1100 * time.Millisecond) }, ""},
		"another's task":     {func(d *fleet.Dock) { d.Task = 7 }, ""},
		"obstructed instead": {func(d *fleet.Dock) { d.State = fleet.DockObstructed }, fleet.StageFailed},
	} {
		t.Run(name, func(t *testing.T) {
			d := seen(t0, idle(t0), parked(t0))
			d.Step(t0, order(fleet.PrepareLaunch{}))
			if f := finals(d.Step(t0, Observed{fleet.Report{Intent: "I1", Stage: fleet.StageDone}})); len(f) != 0 {
				t.Fatalf("the session's word alone ended it: %+v", f)
			}
			now := t0.Add(13 * time.Second)
			dock := ready(now)
			c.spoil(&dock)
			f := finals(d.Step(now, Observed{fleet.DockChanged{Dock: dock}}))
			if c.want == "" && len(f) != 0 || c.want != "" && (len(f) != 1 || f[0].Stage != c.want) {
				t.Fatalf("got %+v, want %q", f, c.want)
			}
		})
	}
}

func TestAnActWithoutEffectTimesOutOnce(t *testing.T) {
	d := seen(t0, idle(t0), parked(t0))
	d.Step(t0, order(fleet.PrepareLaunch{}))
	at := d.Deadline()
	if f := finals(d.Step(at.Add(-1), Tick{})); len(f) != 0 {
		t.Fatalf("timed out early: %+v", f)
	}
	if f := finals(d.Step(at, Tick{})); len(f) != 1 || f[0].Stage != fleet.StageTimedOut || f[0].Code != "no-effect" {
		t.Fatalf("got %+v", f)
	}
	if f := finals(d.Step(at.Add(time.Second), Tick{})); len(f) != 0 || !d.Deadline().IsZero() {
		t.Fatalf("ended twice: %+v", f)
	}
}

func TestANewerActEndsTheOlder(t *testing.T) {
	d := seen(t0, idle(t0), parked(t0))
	d.Step(t0, order(fleet.PrepareLaunch{}))
	newer := order(fleet.AbortLaunch{})
	newer.Intent.ID = "I2"
	outs := d.Step(t0, newer)
	if f := finals(outs); len(f) != 1 || f[0].Intent != "I1" || f[0].Code != "superseded" {
		t.Fatalf("got %+v", f)
	}
	if fw, ok := outs[len(outs)-1].(Forward); !ok || fw.Intent.ID != "I2" {
		t.Fatalf("not forwarded: %+v", outs)
	}
}

func TestTheDockOpensByItselfWhenTheVehicleIsLost(t *testing.T) {
	dock := idle(t0)
	dock.Seated = false
	d := seen(t0, dock, aloft(t0, 500))
	if got := verdict(t, d.Step(t0, order(fleet.CloseAway{EarliestReturn: 5 * time.Minute}))); got != "" {
		t.Fatal(got)
	}
	lost := aloft(t0, 500)
	lost.Link = fleet.LinkLost
	outs := d.Step(t0.Add(20*time.Second), Observed{fleet.VehicleChanged{Vehicle: &lost}})
	opened := 0
	for _, o := range outs {
		if f, ok := o.(Forward); ok {
			if _, ok := f.Intent.Act.(fleet.PrepareLanding); ok && f.Intent.Sortie == "S1" {
				opened++
			}
		}
	}
	if opened != 1 {
		t.Fatalf("opened %d times: %+v", opened, outs)
	}
	if outs := d.Step(t0.Add(21*time.Second), Observed{fleet.VehicleChanged{Vehicle: &lost}}); len(outs) != 0 {
		t.Fatalf("opened again: %+v", outs)
	}
}

func TestTheBoardIsToldTheGates(t *testing.T) {
	dock := idle(t0)
	dock.Env.WindMS = 15
	for _, o := range New(spec, DefaultLimits()).Step(t0, Observed{fleet.DockChanged{Dock: dock}}) {
		if e, ok := o.(Emit); ok {
			got := e.Event.(fleet.DockChanged).Dock
			if len(got.NoLaunch) != 1 || got.NoLaunch[0].Code != "wind" || got.NoLaunch[0].Value != 15 || len(got.NoLanding) != 0 {
				t.Fatalf("launch %+v, landing %+v", got.NoLaunch, got.NoLanding)
			}
			return
		}
	}
	t.Fatal("nothing told")
}
