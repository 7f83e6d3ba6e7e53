package mavlink

import (
	"slices"
	"strings"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// zonedPlan is worldPlan with a circle to keep out of, a polygon to keep out of, and a circle to stay inside of.
func zonedPlan() fleet.UploadPlan {
	plan := worldPlan()
	school, all := geo.Offset(fakeHome.LatLon, 200, 500), fakeHome.LatLon
	var yard []geo.LatLon
	for _, b := range []float64{45, 135, 225, 315} {
		yard = append(yard, geo.Offset(geo.Offset(fakeHome.LatLon, 270, 600), b, 50))
	}
	plan.Zones = []fleet.Zone{{Center: &school, RadiusM: 80}, {Ring: yard}, {Inside: true, Center: &all, RadiusM: 2500}}
	return plan
}

// TestZonesGoOnBoard: polygons before circles, and what is read back has the hash of what was approved, in whatever order
// the zones were given.
func TestZonesGoOnBoard(t *testing.T) {
	overFamilies(t, func(t *testing.T, w *world) {
		w.settle()
		plan := zonedPlan()
		done(t, w.do(plan))
		if p := w.s.told.Plan; p == nil || p.Hash != plan.Hash() || p.Hash == worldPlan().Hash() {
			t.Fatalf("%+v", p)
		}
		var order []common.MAV_CMD
		for _, it := range w.v.lists[common.MAV_MISSION_TYPE_FENCE] {
			order = append(order, it.Command)
		}
		in, out := common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION
		want := []common.MAV_CMD{in, in, in, in, out, out, out, out, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION, common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION}
		if !slices.Equal(order, want) {
			t.Fatalf("on board: %v", order)
		}
	})
}

// TestAFenceIsJudgedAsAWhole before anything of it is sent.
func TestAFenceIsJudgedAsAWhole(t *testing.T) {
	here := fakeHome.LatLon
	for name, change := range map[string]func(p *fleet.UploadPlan){
		"fence crosses itself":    func(p *fleet.UploadPlan) { p.Fence[1], p.Fence[2] = p.Fence[2], p.Fence[1] },
		"zone crosses itself":     func(p *fleet.UploadPlan) { r := p.Zones[1].Ring; r[1], r[2] = r[2], r[1] },
		"home outside the fence":  func(p *fleet.UploadPlan) { p.Fence = p.Zones[1].Ring },
		"home in a zone":          func(p *fleet.UploadPlan) { p.Zones[0].Center = &here },
		"home out of a zone":      func(p *fleet.UploadPlan) { p.Zones[2].Center = p.Zones[0].Center; p.Zones[2].RadiusM = 300 },
		"two corners":             func(p *fleet.UploadPlan) { p.Zones[1].Ring = p.Zones[1].Ring[:2] },
		"a circle without radius": func(p *fleet.UploadPlan) { p.Zones[0].RadiusM = 0 },
		"too many corners":        func(p *fleet.UploadPlan) { p.Zones[1].Ring = make([]geo.LatLon, 61) },
	} {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		plan := zonedPlan()
		change(&plan)
		if r := w.do(plan); r.Stage != fleet.StageRefused || r.Code != "guard" || len(w.v.lists[common.MAV_MISSION_TYPE_FENCE]) > 0 {
			t.Errorf("%s: %+v, %d on board", name, r, len(w.v.lists[common.MAV_MISSION_TYPE_FENCE]))
		}
	}
}

// TestListsThatAreNoFence as zonesOf reads them.
func TestListsThatAreNoFence(t *testing.T) {
	x := fenceTransfer(7, zonedPlan().Fence, zonedPlan().Zones)
	swap := func(i, j int) []common.MessageMissionItemInt {
		l := slices.Clone(x.items)
		l[i], l[j] = l[j], l[i]
		return l
	}
	other := slices.Clone(x.items)
	other[5].Param1 = 5
	for name, l := range map[string][]common.MessageMissionItemInt{
		"a polygon after a circle": swap(7, 8), "mixed corners": swap(3, 4), "another number": other, "cut": x.items[:7], "a waypoint": {{Command: 16}},
	} {
		if _, err := zonesOf(l); err == nil {
			t.Errorf("%s is taken for a fence", name)
		}
	}
	if zones, err := zonesOf(x.items); err != nil || len(zones) != 4 {
		t.Errorf("%d zones, %v", len(zones), err)
	}
}

// TestNothingIsSentIntoAZone: movement targets, waypoints and landing places on the wrong side are refused.
func TestNothingIsSentIntoAZone(t *testing.T) {
	env := worldEnvelope()
	env.Zones = zonedPlan().Zones
	school := *env.Zones[0].Center
	w := newWorld(t, 1, goodRadio)
	w.airborne()
	for _, c := range []struct {
		act  fleet.Act
		code string
	}{
		{fleet.GoTo{Target: school.At(60)}, "guard"},
		{fleet.Orbit{Center: geo.Offset(school, 0, 100).At(60), RadiusM: 60, SpeedMS: 5}, "guard"},
		{fleet.SetRally{Points: []geo.Position{school.At(4)}}, "guard"},
		{fleet.UploadPlan{Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: school.At(60)}}}, "guard"},
		{fleet.GoTo{Target: geo.Offset(school, 0, 100).At(60)}, ""},
	} {
		if r := w.final(w.wantWithin(env, c.act)); r.Code != c.code {
			t.Errorf("%T: %+v", c.act, r)
		}
	}
}

// TestGuardZones: what the order of a list says alone, and a place that no Intent bounds.
func TestGuardZones(t *testing.T) {
	circle := common.MessageMissionItemInt{Command: common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, Param1: 100}
	corner := common.MessageMissionItemInt{Command: common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, Param1: 3}
	if _, err := zonesOf([]common.MessageMissionItemInt{circle, corner, corner, corner}); err == nil || !strings.Contains(err.Error(), "after a circle") {
		t.Errorf("a polygon after a circle: %v", err)
	}
	if _, err := zonesOf([]common.MessageMissionItemInt{corner, corner, corner, circle}); err != nil {
		t.Error(err)
	}
	if err := zoned(fakeHome.LatLon, nil); err != nil {
		t.Error(err)
	}
}
