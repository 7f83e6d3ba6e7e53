package plan

import (
	"math"
	"slices"
	"testing"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var pad = geo.LatLon{Lat: 32.533, Lon: 120.467}.At(4)

func TestTheWayToASceneEndsShortOfIt(t *testing.T) {
	scene := geo.Offset(pad.LatLon, 45, 1000)
	items := Incident(pad, scene, 64, 40)
	if len(items) != 2 || items[0].Kind != fleet.ItemTakeoff || items[0].Position != pad.At(64) {
		t.Fatalf("the way begins with %+v", items)
	}
	end := items[1].Position
	if d := geo.Distance(end.LatLon, scene); math.Abs(d-40) > 0.5 || end.AltAMSL != 64 {
		t.Errorf("it ends %v m from the scene at %v m, want 40 and 64", d, end.AltAMSL)
	}
	if near := Incident(pad, geo.Offset(pad.LatLon, 45, 10), 64, 40); geo.Distance(near[1].Position.LatLon, pad.LatLon) > 11 {
		t.Error("a scene nearer than the standoff is flown past")
	}
}

func TestAPatrolIsFlownFromItsPadAtTheHeightOfItsClaim(t *testing.T) {
	at := geo.Offset(pad.LatLon, 90, 500)
	items := Patrol(pad, []fleet.Item{
		{Kind: fleet.ItemTakeoff, Position: at.At(30)},
		{Kind: fleet.ItemROI, Position: at.At(5)},
		{Kind: fleet.ItemWaypoint, Position: at.At(30), HoldS: 7},
	}, 79)
	if len(items) != 3 || items[0].Position != pad.At(79) || items[1].Position != at.At(5) || items[2].Position != at.At(79) || items[2].HoldS != 7 {
		t.Errorf("got %+v", items)
	}
}

func TestAWingTakesOffTowardsItsFirstWaypoint(t *testing.T) {
	to := geo.Offset(pad.LatLon, 70, 900)
	route := []fleet.Item{{Kind: fleet.ItemTakeoff, Position: pad.At(64)}, {Kind: fleet.ItemSpeed, SpeedMS: 20}, {Kind: fleet.ItemWaypoint, Position: to.At(64)}}
	got := OnWing(pad, route)
	up := got[0].Position
	if d := geo.Distance(pad.LatLon, up.LatLon); math.Abs(d-wingOutM) > 1 || math.Abs(geo.BearingDeg(pad.LatLon, up.LatLon)-70) > 1 || up.AltAMSL != 64 {
		t.Errorf("it goes over %v m away, towards %v°, at %v m", d, geo.BearingDeg(pad.LatLon, up.LatLon), up.AltAMSL)
	}
	if route[0].Position != pad.At(64) || !slices.Equal(got[1:], route[1:]) {
		t.Error("more than the take-off was changed")
	}
	route[2].Position = pad.At(64)
	for _, same := range [][]fleet.Item{route, route[:2], route[2:]} {
		if got := OnWing(pad, same); !slices.Equal(got, same) {
			t.Errorf("%+v became %+v", same, got)
		}
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	way := fleet.Item{Kind: fleet.ItemWaypoint, Position: pad.At(60)}
	with := func(change func(*fleet.Item)) []fleet.Item { it := way; change(&it); return []fleet.Item{way, it} }
	for name, c := range map[string]struct {
		items []fleet.Item
		code  string
	}{
		"good":           {[]fleet.Item{way}, ""},
		"none":           {nil, "empty-plan"},
		"too many":       {make([]fleet.Item, MaxItems+1), "too-many-items"},
		"no waypoint":    {[]fleet.Item{{Kind: fleet.ItemROINone}}, "no-waypoint"},
		"latitude 91":    {with(func(i *fleet.Item) { i.Position.Lat = 91 }), "bad-item"},
		"NaN altitude":   {with(func(i *fleet.Item) { i.Position.AltAMSL = math.NaN() }), "bad-item"},
		"NaN hold":       {with(func(i *fleet.Item) { i.HoldS = math.NaN() }), "bad-item"},
		"negative hold":  {with(func(i *fleet.Item) { i.HoldS = -1 }), "bad-item"},
		"speed 0":        {with(func(i *fleet.Item) { i.Kind = fleet.ItemSpeed }), "bad-item"},
		"infinite speed": {with(func(i *fleet.Item) { i.Kind, i.SpeedMS = fleet.ItemSpeed, math.Inf(1) }), "bad-item"},
		"no kind":        {with(func(i *fleet.Item) { i.Kind = "loop" }), "bad-item"},
	} {
		got := ""
		if p := Check(c.items); p != nil {
			got = p.Code
		}
		if got != c.code {
			t.Errorf("%s: code %q, want %q", name, got, c.code)
		}
	}
}

func TestACutRouteKeepsItsSpeedAndView(t *testing.T) {
	way := func(n float64) fleet.Item { return fleet.Item{Kind: fleet.ItemWaypoint, Position: pad.At(60 + n)} }
	speed := func(v float64) fleet.Item { return fleet.Item{Kind: fleet.ItemSpeed, SpeedMS: v} }
	view, none := fleet.Item{Kind: fleet.ItemROI, Position: pad.At(4)}, fleet.Item{Kind: fleet.ItemROINone}
	route := []fleet.Item{{Kind: fleet.ItemTakeoff, Position: pad}, speed(5), way(1), view, way(2), speed(9), way(3), none, way(4)}
	for n, want := range map[int][]fleet.Item{
		1: route[1:],
		2: {speed(5), way(1), view, way(2), speed(9), way(3), none, way(4)},
		4: {speed(5), view, way(2), speed(9), way(3), none, way(4)},
		6: {speed(9), view, way(3), none, way(4)},
		8: {speed(9), way(4)},
	} {
		if got := Cut(route, n); !slices.Equal(got, want) {
			t.Errorf("from %d: %+v", n, got)
		}
	}
}
