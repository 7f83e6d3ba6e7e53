package plan

import (
	"reflect"
	"strings"
	"testing"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const fencedFile = `{"fileType":"Plan","version":1,"mission":{"plannedHomePosition":[32.5333,120.4667,4],"items":[
 {"type":"SimpleItem","command":16,"frame":0,"params":[0,0,0,null,32.54,120.47,60]}]},
 "geoFence":{"version":2,"circles":[{"circle":{"center":[32.536,120.47],"radius":50},"inclusion":false,"version":1}],
 "polygons":[{"inclusion":true,"version":1,"polygon":[[32.5,120.4],[32.6,120.4],[32.6,120.5],[32.5,120.5]]}]}}`

func TestTheFenceOfAFileIsRead(t *testing.T) {
	_, items, zones, err := ParseQGC([]byte(fencedFile))
	if err != nil || len(zones) != 2 || !zones[0].Inside || len(zones[0].Ring) != 4 || zones[1].Inside || zones[1].RadiusM != 50 {
		t.Fatalf("%+v, %v", zones, err)
	}
	again, err := FormatQGC("", items, zones)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, back, err := ParseQGC(again); err != nil || !reflect.DeepEqual(back, zones) {
		t.Fatalf("written and read again: %+v, %v", back, err)
	}
	for what, c := range map[string][2]string{
		"crossing sides": {"[[32.5,120.4],[32.6,120.4],[32.6,120.5],[32.5,120.5]]", "[[32.5,120.4],[32.6,120.5],[32.6,120.4],[32.5,120.5]]"},
		"two corners":    {"[32.6,120.5],[32.5,120.5]]", "[32.6]]"},
		"no radius":      {`"radius":50`, `"radius":0`},
		"no centre":      {"[32.536,120.47]", "[32.536]"},
		"latitude 91":    {"[32.6,120.4]", "[91,120.4]"},
	} {
		if _, _, _, err := ParseQGC([]byte(strings.Replace(fencedFile, c[0], c[1], 1))); err == nil {
			t.Errorf("%s: read", what)
		}
	}
}

func TestAWayKeepsToItsZones(t *testing.T) {
	way := func(bearing, d float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(pad.LatLon, bearing, d).At(60)}
	}
	school := geo.Offset(pad.LatLon, 0, 300)
	out := []fleet.Zone{{Center: &school, RadiusM: 80}}
	for _, c := range []struct {
		name       string
		items      []fleet.Item
		code, home string
	}{
		{"beside it", []fleet.Item{way(40, 400), way(60, 400)}, "", ""},
		{"into it", []fleet.Item{way(40, 400), way(0, 320)}, "zone", "zone"},
		{"through it", []fleet.Item{way(40, 400), way(320, 400)}, "zone", "zone"},
		{"home through it", []fleet.Item{way(30, 700), way(0, 700)}, "", "zone"},
	} {
		got := map[bool]string{}
		for home, p := range map[bool]*fleet.Problem{false: CheckZones(out, c.items), true: HomeFrom(out, c.items, pad.LatLon)} {
			if p != nil {
				got[home] = p.Code
			}
		}
		if got[false] != c.code || got[true] != c.home {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if p := CheckZones(make([]fleet.Zone, MaxZones+1), nil); p == nil || p.Code != "too-many-zones" {
		t.Errorf("%+v", p)
	}
	wide := fleet.Zone{Inside: true, Ring: make([]geo.LatLon, ZoneCorners+1)}
	for i := range wide.Ring {
		wide.Ring[i] = geo.Offset(pad.LatLon, float64(i)*360/float64(len(wide.Ring)), 1000)
	}
	if p := CheckZones([]fleet.Zone{wide}, nil); p == nil || p.Code != "too-many-zones" {
		t.Errorf("%+v", p)
	}
}
