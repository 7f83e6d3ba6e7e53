package dispatch

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var (
	now   = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	scene = geo.LatLon{Lat: 32.533, Lon: 120.467}
)

// able is a vehicle in its dock, so many metres west of the scene, that nothing speaks against.
func able(id string, metres float64) Case {
	pad := geo.Offset(scene, 270, metres).At(4.6)
	return Case{
		Spec: fleet.VehicleSpec{ID: fleet.VehicleID(id), Class: fleet.DockQuad, Dock: "H-" + fleet.DockID(id), CruiseMS: 14, ClimbMS: 4, DescendMS: 2.5,
			MaxWindMS: 12, EnergyWh: 140, HoverW: 190, CruiseW: 205},
		Vehicle: &fleet.Vehicle{ID: fleet.VehicleID(id), Link: fleet.LinkOnline, HeardAt: now, Landed: fleet.OnGround,
			Battery: fleet.Battery{Percent: 100, TempC: 20, At: now}},
		DockSpec: &fleet.DockSpec{ID: "H-" + fleet.DockID(id), Pad: pad, GroundPad: pad, OpenSeconds: 12},
		Dock:     &fleet.Dock{Link: fleet.LinkOnline, HeardAt: now, State: fleet.DockIdle, Seated: true, LidAt: now},
		Wind:     &Wind{MeanMS: 3, GustMS: 5, FromDeg: 0, At: now},
	}
}

func decide(r Request, cases ...Case) Decision {
	if r.Target == (geo.LatLon{}) {
		r.Target = scene
	}
	return Decide(Snapshot{Cases: cases}, r, now)
}

func TestTheOneThatArrivesFirstGoes(t *testing.T) {
	slow := able("V1", 800)
	slow.Spec.CruiseMS = 6
	d := decide(Request{OnSceneS: 120}, slow, able("V2", 1500), able("V3", 900))
	if d.Chosen != "V3" {
		t.Fatalf("%s goes: %s", d.Chosen, d.Summary)
	}
	if order := fmt.Sprint(d.Candidates[0].Vehicle, d.Candidates[1].Vehicle, d.Candidates[2].Vehicle); order != "V3V2V1" && order != "V3 V2 V1" {
		t.Errorf("the order is %s", order)
	}
	want := 12 + GNSSS + ArmS + CruiseAGL/4 + cruiseS(able("V3", 900).Spec, geo.Offset(scene, 270, 900), scene, *able("V3", 900).Wind)
	if math.Abs(d.ETAs-want) > 1e-6 {
		t.Errorf("it arrives after %v s, want %v", d.ETAs, want)
	}
}

// A vehicle that its dock keeps switched off goes when the dock says of it all that is needed, and takes its time to boot.
func TestAVehicleThatIsSwitchedOffMayGo(t *testing.T) {
	asleep := func(percent float64, old time.Duration) Case {
		c := able("V1", 900)
		c.Vehicle = &fleet.Vehicle{ID: "V1", Link: fleet.LinkLost, HeardAt: now.Add(-time.Hour)}
		c.Dock.Power = fleet.DockPower{MainsOK: true, PackPercent: percent, PackTempC: 20, VehicleOff: true, At: now.Add(-old)}
		return c
	}
	c := asleep(95, time.Second)
	d := decide(Request{OnSceneS: 60}, c)
	if d.Chosen != "V1" {
		t.Fatalf("%s", d.Summary)
	}
	if got := PrepareS(&c); got != BootS+GNSSS+ArmS {
		t.Errorf("ready within %v s", got)
	}
	c.Spec.RemoteID = fleet.RemoteIDRequired // its transmitter is off with it
	if d = decide(Request{OnSceneS: 60}, c); d.Chosen != "V1" {
		t.Errorf("its transmitter is switched off: %s", d.Summary)
	}
	c.Vehicle = nil // never heard since the station started
	if d = decide(Request{OnSceneS: 60}, c); d.Chosen != "V1" {
		t.Errorf("never heard: %s", d.Summary)
	}
	for name, c := range map[string]Case{"empty": asleep(20, 0), "said long ago": asleep(95, time.Minute), "charge unknown": asleep(-1, 0)} {
		if d := decide(Request{OnSceneS: 60}, c); d.Chosen != "" {
			t.Errorf("%s: it goes", name)
		}
	}
	twin := asleep(95, 0)
	twin.Vehicle.Link = fleet.LinkQuarantined
	if d := decide(Request{OnSceneS: 60}, twin); d.Chosen != "" {
		t.Error("it goes though two claim its id")
	}
}

func TestAnOpenDockSavesItsLid(t *testing.T) {
	open := able("V2", 1000)
	open.Dock.State = fleet.DockLaunchReady
	if d := decide(Request{}, able("V1", 950), open); d.Chosen != "V2" {
		t.Errorf("%s goes though the dock of V2 is open", d.Chosen)
	}
}

func TestEachRuleNamesItself(t *testing.T) {
	for code, change := range map[string]func(*Case){
		"busy":          func(c *Case) { c.BusyWith = "S1" },
		"human":         func(c *Case) { c.Human = true },
		"link":          func(c *Case) { c.Vehicle.HeardAt = now.Add(-LinkAge - time.Second) },
		"quarantine":    func(c *Case) { c.Vehicle.Link = fleet.LinkQuarantined },
		"uplink":        func(c *Case) { c.Vehicle.Uplink = fleet.UplinkUnconfirmed },
		"clock":         func(c *Case) { c.Vehicle.Clock = fleet.Clock{Ahead: -6 * time.Second, At: now} },
		"airborne":      func(c *Case) { c.Vehicle.Landed = fleet.InAir },
		"failsafe":      func(c *Case) { c.Vehicle.Failsafe = true },
		"safety-params": func(c *Case) { c.Vehicle.Safety.CheckedAt = now },
		"remote-id":     func(c *Case) { c.Spec.RemoteID = fleet.RemoteIDRequired },
		"battery":       func(c *Case) { c.Vehicle.Battery.Percent = math.NaN() },
		"dock-link":     func(c *Case) { c.Dock.Link = fleet.LinkLost },
		"dock-state":    func(c *Case) { c.Dock.State = fleet.DockFault },
		"no-vehicle":    func(c *Case) { c.Dock.Seated = false },
		"lid-jam":       func(c *Case) { c.Dock.NoLaunch = []fleet.Gate{{Code: "lid-jam", Text: "the lid is jammed"}} },
		"wind":          func(c *Case) { c.Wind.MeanMS = 12.1 },
		"range":         func(c *Case) { c.DockSpec.Pad = geo.Offset(scene, 270, 10100).At(4.6) },
		"energy":        func(c *Case) { c.Vehicle.Battery.Percent = 31 },
		"tethered":      func(c *Case) { c.Spec.Class = fleet.Tethered },
	} {
		c := able("V1", 1000)
		change(&c)
		d := decide(Request{OnSceneS: 600}, c)
		if d.Chosen != "" {
			t.Errorf("%s: it goes", code)
			continue
		}
		found := false
		for _, g := range d.Candidates[0].Rejections {
			found = found || g.Code == code
			if g.Text == "" {
				t.Errorf("%s: a rule without words", g.Code)
			}
		}
		if !found {
			t.Errorf("%s: refused by %+v", code, d.Candidates[0].Rejections)
		}
		if !strings.HasPrefix(d.Summary, "no drone: 1 ") {
			t.Errorf("%s: %q", code, d.Summary)
		}
	}
}

// A vehicle that goes on for long before it misses the station needs energy for that as well.
func TestALateFailsafeNeedsEnergy(t *testing.T) {
	for loss, goes := range map[float64]bool{20: true, 300: false} {
		c := able("V1", 2000)
		c.Vehicle.Battery.Percent, c.LossS = 43, loss
		if d := decide(Request{OnSceneS: 60}, c); (d.Chosen != "") != goes {
			t.Errorf("after %v s: %s", loss, d.Summary)
		}
	}
}

// TestATetheredVehicleGoesStraightUpWhenItIsAskedFor: a cable bars the way, not the climb. For an incident nobody asks for
// it by name.
func TestATetheredVehicleGoesStraightUpWhenItIsAskedFor(t *testing.T) {
	for _, row := range []struct {
		aside float64
		only  fleet.VehicleID
		goes  bool
	}{{2, "V1", true}, {2, "", false}, {4, "V1", false}, {1000, "V1", false}} {
		c := able("V1", row.aside)
		c.Spec.Class, c.Spec.Dock, c.Spec.CruiseMS, c.Dock, c.DockSpec = fleet.Tethered, "", 2, nil, nil
		at := geo.Offset(scene, 270, row.aside).At(4)
		c.Vehicle.Position, c.Vehicle.PositionAt, c.Vehicle.PrearmOK = &at, now, true
		c.Wind.MeanMS = 8 // more than it could fly against at its cruise
		if d := decide(Request{OnSceneS: 600, Only: row.only}, c); (d.Chosen != "") != row.goes {
			t.Errorf("%.0f m aside, asked for %q: %s", row.aside, row.only, d.Summary)
		}
	}
}

func TestWhatIsNotKnownIsNo(t *testing.T) {
	for name, change := range map[string]func(*Case){
		"vehicle never heard": func(c *Case) { c.Vehicle = nil },
		"dock never heard":    func(c *Case) { c.Dock = nil },
		"battery never heard": func(c *Case) { c.Vehicle.Battery = fleet.Battery{} },
		"old battery":         func(c *Case) { c.Vehicle.Battery.At = now.Add(-BatteryAge - time.Second) },
		"landed unknown":      func(c *Case) { c.Vehicle.Landed = fleet.LandedUnknown },
		"no wind":             func(c *Case) { c.Wind = nil },
		"old wind":            func(c *Case) { c.Wind.At = now.Add(-WindAge - time.Second) },
		"wind that is none":   func(c *Case) { c.Wind.MeanMS = math.NaN() },
		"no climb speed":      func(c *Case) { c.Spec.ClimbMS = 0 },
	} {
		c := able("V1", 1000)
		change(&c)
		if d := decide(Request{OnSceneS: 120}, c); d.Chosen != "" || len(d.Candidates[0].Rejections) == 0 {
			t.Errorf("%s: %s goes", name, d.Chosen)
		}
	}
	if d := decide(Request{Target: geo.LatLon{Lat: 91}}, able("V1", 1000)); d.Chosen != "" {
		t.Error("a place that is none is flown to")
	}
	if d := decide(Request{}); d.Summary != "no drone: none registered" {
		t.Errorf("without vehicles: %q", d.Summary)
	}
}

func TestTheOneThatIsAskedForGoesOrNone(t *testing.T) {
	busy := able("V1", 300)
	busy.BusyWith = "S1"
	if d := decide(Request{Only: "V2"}, able("V1", 300), able("V2", 3000)); d.Chosen != "V2" {
		t.Errorf("%s goes", d.Chosen)
	}
	if d := decide(Request{Only: "V1"}, busy, able("V2", 300)); d.Chosen != "" || !strings.Contains(d.Summary, "V1: flies S1") {
		t.Errorf("%s goes: %q", d.Chosen, d.Summary)
	}
	if d := decide(Request{Only: "V9"}, able("V1", 300)); d.Chosen != "" || !strings.Contains(d.Summary, "V9 is not registered") {
		t.Errorf("%q", d.Summary)
	}
}

func TestTheWeatherOfTheNearestDockCounts(t *testing.T) {
	c, near, far := able("V1", 1000), able("V2", 1200), able("V3", 9000)
	c.Wind, near.Wind, far.Wind = nil, nil, nil
	near.Dock.Env = fleet.DockEnvironment{WindMS: 13, GustMS: 15, At: now}
	far.Dock.Env = fleet.DockEnvironment{WindMS: 2, GustMS: 3, At: now}
	d := decide(Request{}, c, near, far)
	for _, got := range d.Candidates {
		windy := len(got.Rejections) > 0 && got.Rejections[0].Code == "wind"
		if windy != (got.Vehicle != "V3") {
			t.Errorf("%s: %+v", got.Vehicle, got.Rejections)
		}
	}
}

// One instrument goes up and down with the gusts of its place: a way home is reckoned with the strongest of three, a launch
// judged by the one beside it.
func TestAWayHomeIsReckonedWithTheStrongestWindAround(t *testing.T) {
	all := []Case{able("V1", 6000), able("V2", 6100), able("V3", 6200), able("V4", 9000)}
	for i, ms := range []float64{3, 4, 9.5, 11.5} {
		all[i].Wind, all[i].Dock.Env = nil, fleet.DockEnvironment{WindMS: ms, GustMS: ms + 1, At: now}
	}
	codes := func(cases ...Case) (list []string) {
		for _, g := range decide(Request{Only: "V1", OnSceneS: 60}, cases...).Candidates[0].Rejections {
			list = append(list, g.Code)
		}
		return list
	}
	if got := codes(all[0], all[1]); len(got) != 0 {
		t.Errorf("with 3 and 4 m/s: %v", got)
	}
	if got := codes(all...); !slices.Equal(got, []string{"energy"}) {
		t.Errorf("with 9.5 m/s among the three nearest: %v, want energy alone", got)
	}
	all[2].Dock.Env.At = now.Add(-WindAge - time.Second)
	if got := codes(all[:3]...); len(got) != 0 {
		t.Errorf("with 9.5 m/s that is old: %v", got)
	}
}

func TestATailwindArrivesEarlier(t *testing.T) {
	behind, ahead := able("V1", 3000), able("V1", 3000)
	behind.Wind.FromDeg, ahead.Wind.FromDeg = 270, 90
	if a, b := decide(Request{}, behind).ETAs, decide(Request{}, ahead).ETAs; !(a < b) {
		t.Errorf("with the wind %v s, against it %v s", a, b)
	}
}

// Where identification is required, what is not known to be ready does not go. Only a transmitter that fails under a closed
// lid, where nobody has a position, is judged when the lid is open.
func TestWhoDoesNotIdentifyItselfStays(t *testing.T) {
	at := func(state fleet.RemoteIDState, old time.Duration) *fleet.RemoteID {
		return &fleet.RemoteID{State: state, Text: "no position", Component: 236, At: now.Add(-old)}
	}
	for name, c := range map[string]struct {
		rule  fleet.RemoteIDRule
		r     *fleet.RemoteID
		fix   uint8
		crew  bool
		goes  bool
		value float64
		age   float64
	}{
		"ready":                         {fleet.RemoteIDRequired, at(fleet.RemoteIDReady, 0), 0, false, true, 0, 0},
		"ready 5 s ago":                 {fleet.RemoteIDRequired, at(fleet.RemoteIDReady, 5*time.Second), 3, false, true, 0, 0},
		"ready 6 s ago":                 {fleet.RemoteIDRequired, at(fleet.RemoteIDReady, 6*time.Second), 3, false, false, 6, 6},
		"never heard":                   {fleet.RemoteIDRequired, nil, 0, false, false, 0, -1},
		"never heard, only shown":       {fleet.RemoteIDShown, nil, 0, false, true, 0, 0},
		"no status yet":                 {fleet.RemoteIDRequired, at(fleet.RemoteIDPresent, 0), 0, false, false, 0, 0},
		"silent":                        {fleet.RemoteIDRequired, at(fleet.RemoteIDSilent, 8*time.Second), 0, false, false, 8, 8},
		"failing, under its lid":        {fleet.RemoteIDRequired, at(fleet.RemoteIDFailing, 0), 0, false, true, 0, 0},
		"failing, with a position":      {fleet.RemoteIDRequired, at(fleet.RemoteIDFailing, 0), 3, false, false, 1, 0},
		"failing long ago":              {fleet.RemoteIDRequired, at(fleet.RemoteIDFailing, 7*time.Second), 0, false, false, 1, 7},
		"failing, in a crew's hands":    {fleet.RemoteIDRequired, at(fleet.RemoteIDFailing, 0), 0, true, false, 1, 0},
		"failing, and nobody asks":      {"", at(fleet.RemoteIDFailing, 0), 3, false, true, 0, 0},
		"failing, and not to be heeded": {fleet.RemoteIDNone, at(fleet.RemoteIDFailing, 0), 3, false, true, 0, 0},
	} {
		k := able("V1", 1000)
		k.Spec.RemoteID, k.Vehicle.RemoteID, k.Vehicle.GPS.Fix = c.rule, c.r, c.fix
		if c.crew {
			k.Spec.Dock, k.DockSpec, k.Dock = "", nil, nil
			place := geo.Offset(scene, 270, 1000).At(4)
			k.Vehicle.Position, k.Vehicle.PositionAt, k.Vehicle.PrearmOK = &place, now, true
		}
		d := decide(Request{OnSceneS: 60}, k)
		var gate *fleet.Gate
		for _, g := range d.Candidates[0].Rejections {
			if g.Code == "remote-id" {
				gate = &g
			}
		}
		switch {
		case (d.Chosen == "V1") != c.goes || (gate == nil) != c.goes:
			t.Errorf("%s: %s, %+v", name, d.Summary, d.Candidates[0].Rejections)
		case gate != nil && (gate.Value != c.value || gate.AgeS != c.age || !strings.HasPrefix(gate.Text, "remote identification: ")):
			t.Errorf("%s: %+v", name, *gate)
		case gate != nil && d.Summary != "no drone: 1 without remote identification":
			t.Errorf("%s: %q", name, d.Summary)
		}
	}
}
