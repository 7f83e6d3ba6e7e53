package privacy

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var (
	base  = geo.LatLon{Lat: 32.53, Lon: 120.46}
	start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	spec  = fleet.VehicleSpec{ID: "V01", HFOVDeg: 70}
	rules = Rules{}.WithDefaults()
)

func area(t interface {
	Helper()
	Fatal(...any)
}, z NoRecordZone) Area {
	t.Helper()
	if z.ID == "" {
		z.ID = "Z1"
	}
	if z.Name == "" {
		z.Name = "school"
	}
	if z.Rule == "" {
		z.Rule = NoRecord
	}
	z.Reason = "children"
	a, err := Prepare(z)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// round is a circle so many metres to the north.
func round(t testing.TB, north, radius float64) Area {
	at := geo.Offset(base, 0, north)
	return area(t, NoRecordZone{Center: &at, RadiusM: radius})
}

// flying is a vehicle 60 m above ground at 4 m AMSL that stands in the air and looks at an angle.
func flying(at time.Time, yaw, pitch float64) *fleet.Vehicle {
	p := base.At(64)
	return &fleet.Vehicle{ID: "V01", Position: &p, PositionAt: at, GPS: fleet.GPS{Fix: 3, HAccM: 1, VAccM: 1.5},
		Gimbal: &fleet.Gimbal{YawDeg: yaw, PitchDeg: pitch, At: at}}
}

func scene(v *fleet.Vehicle, zones ...Area) Scene {
	return Scene{Spec: spec, Vehicle: v, Place: &base, LevelAMSL: 4, Zones: zones}
}

func TestAPictureThatTouchesAZoneIsNotRecorded(t *testing.T) {
	for name, c := range map[string]struct {
		yaw, pitch, north float64 // of the middle of a zone of 50 m
		open              bool
	}{
		"straight down, over it":       {0, -90, 0, false},
		"straight down, 100 m beside":  {0, -90, 100, false}, // 49 m of picture to the north and 50 of zone
		"straight down, 250 m beside":  {0, -90, 250, true},
		"aslant towards it":            {0, -40, 130, false},
		"aslant, it is far behind it":  {0, -60, 450, true},
		"away from it":                 {180, -40, 150, true},
		"the horizon, it is far ahead": {0, 0, 540, false},
		"the horizon, it is beyond":    {0, 0, 620, true},
		"the horizon, it is behind":    {180, 0, 200, true},
		"the sky":                      {0, 60, 100, true},
	} {
		var g Gate
		v, changed := g.Judge(start, rules, scene(flying(start, c.yaw, c.pitch), round(t, c.north, 50)))
		if v.Record != c.open || !v.Show || !changed {
			t.Errorf("%s: %+v", name, v)
		}
		if !c.open && (v.Code != CodeZone || len(v.Zones) != 1 || !strings.Contains(v.Why, "school") || !v.Until.IsZero()) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestAZoneMayKeepAPictureFromBeingShown(t *testing.T) {
	dark := round(t, 10, 50)
	dark.Rule, dark.ID = NoRelay, "Z2"
	var g Gate
	v, _ := g.Judge(start, rules, scene(flying(start, 0, -90), round(t, 0, 50), dark))
	if v.Show || v.Record || len(v.Zones) != 2 {
		t.Errorf("%+v", v)
	}
}

func TestAPolygonIsKeptToItsShape(t *testing.T) {
	// An L around the vehicle, which looks down into its missing corner.
	corner := func(e, n float64) geo.LatLon { return geo.Offset(geo.Offset(base, 90, e), 0, n) }
	l := area(t, NoRecordZone{Ring: []geo.LatLon{corner(-400, -400), corner(400, -400), corner(400, -150), corner(-150, -150), corner(-150, 400), corner(-400, 400)}})
	var g Gate
	if v, _ := g.Judge(start, rules, scene(flying(start, 0, -90), l)); !v.Record {
		t.Errorf("over the missing corner: %+v", v)
	}
	over := flying(start, 0, -90)
	*over.Position = corner(0, -200).At(64)
	g = Gate{}
	if v, _ := g.Judge(start, rules, scene(over, l)); v.Record {
		t.Errorf("over it: %+v", v)
	}
}

func TestAViewThatIsNotKnownSeesEverythingInReach(t *testing.T) {
	near, far := round(t, 400, 50), round(t, 3000, 50)
	old := flying(start.Add(-3*time.Second), 180, -90)
	blind := flying(start, 0, 0)
	blind.Gimbal = nil
	nowhere := flying(start, 0, 0)
	nowhere.Position = nil
	for name, c := range map[string]struct {
		v    *fleet.Vehicle
		zone Area
		open bool
	}{
		"stale, near": {old, near, false}, "stale, far": {old, far, true}, "without a gimbal": {blind, near, false}, "without a gimbal, far": {blind, far, true},
		"never heard, near its dock": {nil, near, false}, "never heard, far": {nil, far, true}, "of no place, near": {nowhere, near, false},
	} {
		var g Gate
		v, _ := g.Judge(start, rules, scene(c.v, c.zone))
		if v.Record != c.open || !c.open && v.Code != CodeUnknown {
			t.Errorf("%s: %+v", name, v)
		}
	}
	s := scene(nil, far)
	s.Place = nil
	var g Gate
	if v, _ := g.Judge(start, rules, s); v.Record {
		t.Errorf("it may be anywhere: %+v", v)
	}
	// A minute of silence is 1.8 km.
	v := flying(start.Add(-time.Minute), 180, -90)
	g = Gate{}
	if v, _ := g.Judge(start, rules, scene(v, round(t, 2000, 50))); v.Record {
		t.Errorf("it may have come there: %+v", v)
	}
}

func TestAZoomSeesFarther(t *testing.T) {
	v := flying(start, 0, -2)
	zoom := 40.0
	var g Gate
	far := round(t, 1500, 50)
	if v, _ := g.Judge(start, rules, scene(v, far)); !v.Record {
		t.Fatalf("%+v", v)
	}
	v.Cameras = []fleet.Camera{{Zoom: &zoom}}
	if v, _ := g.Judge(start, rules, scene(v, far)); v.Record {
		t.Errorf("%+v", v)
	}
}

// A camera that is zoomed and tells how wide it is, is judged at that; at its wide end where it does not tell, or did so
// too long ago, or was just told to zoom.
func TestAZoomedCameraIsJudgedAtItsOwnField(t *testing.T) {
	beside := round(t, 110, 50) // within the picture of the wide end, which looks straight down
	zoom := 60.0
	camera := func(f *fleet.Field) *fleet.Vehicle {
		v := flying(start, 0, -90)
		v.Cameras = []fleet.Camera{{Zoom: &zoom, Field: f}}
		return v
	}
	own := &fleet.Field{HDeg: 20, VDeg: 11.4, At: start.Add(-200 * time.Millisecond)}
	old := &fleet.Field{HDeg: 20, VDeg: 11.4, At: start.Add(-1600 * time.Millisecond)}
	two := camera(own)
	two.Cameras = append(two.Cameras, fleet.Camera{Component: 101})
	night := camera(own)
	night.Cameras[0].Streams, night.Cameras[0].Shown = []fleet.VideoStream{{ID: 1, Protocol: "rtsp", Thermal: true}}, 1
	for name, c := range map[string]struct {
		v    *fleet.Vehicle
		open bool
	}{
		"its own field":              {camera(own), true},
		"none told":                  {camera(nil), false},
		"told too long ago":          {camera(old), false},
		"as wide as ever":            {camera(&fleet.Field{HDeg: 70, At: start}), false},
		"wider than in its data":     {camera(&fleet.Field{HDeg: 90, At: start}), false},
		"one of two cameras":         {two, false},
		"the thermal picture beside": {night, false},
	} {
		var g Gate
		if v, _ := g.Judge(start, rules, scene(c.v, beside)); v.Record != c.open {
			t.Errorf("%s: %+v", name, v)
		}
	}
	var g Gate
	g.Zooms(start)
	if v, _ := g.Judge(start.Add(time.Second), rules, scene(camera(&fleet.Field{HDeg: 20, At: start.Add(time.Second)}), beside)); v.Record {
		t.Errorf("told to zoom a second ago: %+v", v)
	}
	// It sees as much farther as it is nearer.
	ahead := flying(start, 0, -2)
	ahead.Cameras = []fleet.Camera{{Zoom: &zoom, Field: own}}
	for north, open := range map[float64]bool{1500: false, 6000: true} {
		if v, _ := new(Gate).Judge(start, rules, scene(ahead, round(t, north, 50))); v.Record != open {
			t.Errorf("%v m ahead: %+v", north, v)
		}
	}
}

func TestAZoneByTheHour(t *testing.T) {
	a := round(t, 0, 50)
	z := a.NoRecordZone
	z.Daily = &Daily{From: "07:30", To: "17:00", TimeZone: "Asia/Shanghai"}
	night := z
	night.Daily = &Daily{From: "22:00", To: "06:00", TimeZone: "Asia/Shanghai"}
	for _, c := range []struct {
		zone  NoRecordZone
		at    string
		until string
	}{
		{z, "2026-03-02T07:29:59+08:00", ""}, {z, "2026-03-02T07:30:00+08:00", "2026-03-02T17:00:00+08:00"},
		{z, "2026-03-02T16:59:59+08:00", "2026-03-02T17:00:00+08:00"}, {z, "2026-03-02T17:00:00+08:00", ""},
		{night, "2026-03-02T23:00:00+08:00", "2026-03-03T06:00:00+08:00"}, {night, "2026-03-02T05:59:00+08:00", "2026-03-02T06:00:00+08:00"},
		{night, "2026-03-02T06:00:00+08:00", ""},
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		var g Gate
		ready := area(t, c.zone)
		v, _ := g.Judge(at, rules, scene(flying(at, 0, -90), ready))
		if next := ready.Begins(at); !next.After(at) || next.Sub(at) > 24*time.Hour || next.In(ready.where).Format("15:04") != c.zone.Daily.From {
			t.Errorf("at %s it begins next at %s", c.at, next)
		}
		until, _ := time.Parse(time.RFC3339, c.until)
		if v.Record != (c.until == "") || !v.Until.Equal(until) {
			t.Errorf("%s: %+v", c.at, v)
		}
	}
}

func TestOnTheWayACameraLooksAtTheHorizon(t *testing.T) {
	judge := func(rule Rule, v *fleet.Vehicle, transit bool) Verdict {
		r := rules
		r.Transit = rule
		s := scene(v)
		s.Transit = transit
		var g Gate
		out, _ := g.Judge(start, r, s)
		return out
	}
	blind := flying(start, 0, 0)
	blind.Gimbal = nil
	for name, c := range map[string]struct {
		v            Verdict
		show, record bool
	}{
		"level":                       {judge(NoRecord, flying(start, 0, 0), true), true, true},
		"at the limit":                {judge(NoRecord, flying(start, 0, -10), true), true, true},
		"below it":                    {judge(NoRecord, flying(start, 0, -10.1), true), true, false},
		"below it, nor shown":         {judge(NoRelay, flying(start, 0, -10.1), true), false, false},
		"not known":                   {judge(NoRecord, blind, true), true, false},
		"not heard":                   {judge(NoRelay, nil, true), false, false},
		"on task":                     {judge(NoRelay, flying(start, 0, -80), false), true, true},
		"where there is no such rule": {judge("", flying(start, 0, -80), true), true, true},
	} {
		if c.v.Show != c.show || c.v.Record != c.record || !c.record && c.v.Code != CodeTransit {
			t.Errorf("%s: %+v", name, c.v)
		}
	}
}

func TestAnOverrideOpensAndEndsByItself(t *testing.T) {
	s := scene(flying(start, 0, -90), round(t, 0, 50))
	var g Gate
	g.Judge(start, rules, s)
	s.Override = &Override{By: "lin", Reason: "a child is missing", At: start, Until: start.Add(time.Minute)}
	v, changed := g.Judge(start.Add(time.Second), rules, s)
	if !v.Record || !changed || v.Code != CodeOverride || !v.Until.Equal(s.Override.Until) || !strings.Contains(v.Why, "lin") {
		t.Fatalf("%+v", v)
	}
	at := start.Add(time.Minute)
	s.Vehicle = flying(at, 0, -90)
	if v, changed = g.Judge(at, rules, s); v.Record || !changed || v.Code != CodeZone {
		t.Errorf("%+v", v)
	}
}

// A view that trembles at the edge of a zone closes the gate once, and a gate that was closed stays so until it is clear.
func TestAGateDoesNotFlap(t *testing.T) {
	zone := round(t, 0, 50)
	var g Gate
	changes := 0
	at := start
	judge := func(north float64) Verdict {
		at = at.Add(100 * time.Millisecond)
		v := flying(at, 0, -90)
		*v.Position = geo.Offset(base, 0, north).At(64)
		out, changed := g.Judge(at, rules, scene(v, zone))
		if changed {
			changes++
		}
		return out
	}
	edge := 50.0
	for judge(edge).Record == false {
		edge += 0.5
		g = Gate{}
	}
	changes = 0
	for i := range 200 {
		judge(edge + 3*math.Sin(float64(i)))
	}
	if changes != 1 {
		t.Errorf("%d changes at the edge", changes)
	}
	cleared := at
	for !judge(edge + 60).Record {
	}
	if d := at.Sub(cleared); d < clearFor || d > clearFor+200*time.Millisecond || changes != 2 {
		t.Errorf("open after %v and %d changes", d, changes)
	}
}

// Whatever a gimbal that turns is going to see is in the picture already.
func TestAGimbalThatTurnsIsTakenToTurnOn(t *testing.T) {
	zone := round(t, 230, 50)
	var g Gate
	at := start
	for range 3 {
		at = at.Add(200 * time.Millisecond)
		if v, _ := g.Judge(at, rules, scene(flying(at, 0, -70), zone)); !v.Record {
			t.Fatalf("still: %+v", v)
		}
	}
	at = at.Add(200 * time.Millisecond)
	if v, _ := g.Judge(at, rules, scene(flying(at, 0, -62), zone)); v.Record {
		t.Errorf("turning up by 40° a second: %+v", v)
	}
	g = Gate{}
	g.Turned(at)
	if v, _ := g.Judge(at, rules, scene(flying(at, 0, -70), zone)); v.Record {
		t.Errorf("told to turn: %+v", v)
	}
}

// As long as each error is within two and a half standard deviations, a gate that is open shows no ground of a zone.
func TestWhatIsOpenShowsNothingOfAZone(t *testing.T) {
	opened := 0
	rapid.Check(t, func(t *rapid.T) {
		told := flying(start, rapid.Float64Range(0, 360).Draw(t, "yaw"), rapid.Float64Range(-90, 20).Draw(t, "pitch"))
		told.VelNMS, told.VelEMS = rapid.Float64Range(-14, 14).Draw(t, "vn"), rapid.Float64Range(-14, 14).Draw(t, "ve")
		told.Position.AltAMSL = rapid.Float64Range(10, 200).Draw(t, "alt")
		middle := geo.Offset(base, rapid.Float64Range(0, 360).Draw(t, "to"), rapid.Float64Range(0, 700).Draw(t, "far"))
		zone := area(t, NoRecordZone{Center: &middle, RadiusM: rapid.Float64Range(5, 150).Draw(t, "radius")})
		if rapid.Bool().Draw(t, "zoomed") {
			zoom := 50.0
			told.Cameras = []fleet.Camera{{Zoom: &zoom, Field: &fleet.Field{HDeg: rapid.Float64Range(2, 70).Draw(t, "field"), At: start}}}
		}
		var g Gate
		v, _ := g.Judge(start.Add(150*time.Millisecond), rules, scene(told, zone))
		if !v.Record {
			return
		}
		opened++
		share := func(name string) float64 { return rapid.Float64Range(-1, 1).Draw(t, name) }
		view := Look(spec, told, start)
		frame := geo.NewFrame(*told.Position)
		a := rapid.Float64Range(0, 2*math.Pi).Draw(t, "direction")
		off := sigmas * view.Error.HorizontalM * share("off")
		truth := view.Camera
		truth.At = frame.Position(geo.ENU{E: off*math.Sin(a) + 0.3*told.VelEMS, N: off*math.Cos(a) + 0.3*told.VelNMS, U: sigmas * view.Error.VerticalM * share("up")})
		truth.PitchDeg += sigmas * view.Error.PitchDeg * share("tilt")
		truth.YawDeg += sigmas * view.Error.YawDeg * share("turn")
		truth.Aspect = 16.0 / 9
		far := rules.RangeM
		if f := view.Field; f != nil { // 300 ms later it is so much wider or nearer
			now := half(f.HDeg) * math.Pow(zoomsBy, 0.3*share("zooming"))
			truth.HFOVDeg = min(truth.HFOVDeg, 2*math.Atan(now)*180/math.Pi)
			far *= min(rules.ZoomMost, half(view.Camera.HFOVDeg)/half(truth.HFOVDeg))
		}
		ring, _ := truth.Sees(max(0.5, truth.At.AltAMSL-4), max(0.5, truth.At.AltAMSL-4), far)
		if len(ring) >= 3 && geo.RingDistance(ring, []geo.Point{geo.NewFrame(truth.At).Flat(middle)}) <= zone.RadiusM {
			t.Fatalf("open by %+v, but %+v sees the zone", view.Camera, truth)
		}
	})
	if opened == 0 {
		t.Fatal("no gate was open")
	}
}

func TestAZoneThatIsNone(t *testing.T) {
	at := base
	good := NoRecordZone{ID: "Z1", Name: "school", Reason: "children", Rule: NoRecord, Center: &at, RadiusM: 50}
	if _, err := Prepare(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*NoRecordZone){
		"no name": func(z *NoRecordZone) { z.Name = " " }, "a name with a bell": func(z *NoRecordZone) { z.Name = "a\a" }, "a long name": func(z *NoRecordZone) { z.Name = strings.Repeat("x", 121) },
		"no reason": func(z *NoRecordZone) { z.Reason = "" }, "no rule": func(z *NoRecordZone) { z.Rule = "" }, "no radius": func(z *NoRecordZone) { z.RadiusM = 0 },
		"no shape": func(z *NoRecordZone) { z.Center = nil }, "two corners": func(z *NoRecordZone) { z.Center, z.Ring = nil, []geo.LatLon{base, geo.Offset(base, 0, 10)} },
		"no time": func(z *NoRecordZone) { z.Daily = &Daily{From: "7:30", To: "17:00", TimeZone: "Asia/Shanghai"} }, "25 o'clock": func(z *NoRecordZone) { z.Daily = &Daily{From: "07:30", To: "25:00", TimeZone: "Asia/Shanghai"} },
		"no time zone": func(z *NoRecordZone) { z.Daily = &Daily{From: "07:30", To: "17:00", TimeZone: "Local"} }, "no part of a day": func(z *NoRecordZone) { z.Daily = &Daily{From: "07:30", To: "07:30", TimeZone: "UTC"} },
	} {
		z := good
		if spoil(&z); z.Name == good.Name && z.Reason == good.Reason && z.Rule == good.Rule && z.RadiusM == good.RadiusM && z.Center == good.Center && z.Daily == nil {
			t.Fatalf("%s spoils nothing", name)
		}
		if _, err := Prepare(z); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
