package simulator

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// tower is a square building of 2·half metres around a place.
func tower(c geo.LatLon, half, top float64) ObstacleAt {
	var ring []geo.LatLon
	for _, b := range []float64{45, 135, 225, 315} {
		ring = append(ring, geo.Offset(c, b, half*math.Sqrt2))
	}
	return ObstacleAt{ID: "tower", Ring: ring, TopM: top}
}

func TestWhatAVehicleTouches(t *testing.T) {
	cfg := smallCity()
	c := cfg.Vehicle[2].Site.LatLon
	yard := geo.Offset(c, 90, 400)
	// An L: a square with a yard cut out of its north-eastern corner.
	corner := func(e, n float64) geo.LatLon { return geo.Offset(geo.Offset(yard, 90, e), 0, n) }
	cfg.Obstacle = []ObstacleAt{tower(geo.Offset(c, 0, 200), 10, 40),
		{ID: "L", Ring: []geo.LatLon{corner(-20, -20), corner(20, -20), corner(20, 0), corner(0, 0), corner(0, 20), corner(-20, 20)}, TopM: 20},
		{ID: "line", Line: []geo.LatLon{geo.Offset(c, 180, 200), geo.Offset(c, 180, 300)}, BottomM: 7, TopM: 14}}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w := NewWorld(cfg, testStart)
	for _, o := range []struct {
		bearing, m, up float64
		aside          [2]float64 // east, north
		want           string
	}{
		{0, 200, 30, [2]float64{}, "tower"}, {0, 200, 39, [2]float64{9, 9}, "tower"}, {0, 200, 41, [2]float64{}, ""}, {0, 185, 30, [2]float64{}, ""},
		{0, 189.6, 30, [2]float64{}, "tower"}, {0, 189, 30, [2]float64{}, ""}, // its body is as wide as it is
		{90, 400, 10, [2]float64{-10, 10}, "L"}, {90, 400, 10, [2]float64{10, -10}, "L"}, {90, 400, 10, [2]float64{10, 10}, ""},
		{180, 250, 10, [2]float64{}, "line"}, {180, 250, 3, [2]float64{}, ""}, {180, 250, 20, [2]float64{}, ""}, {180, 250, 10, [2]float64{2, 0}, ""},
	} {
		p := w.frame.ENU(geo.Offset(geo.Offset(geo.Offset(c, o.bearing, o.m), 90, o.aside[0]), 0, o.aside[1]).At(cfg.GroundAMSL + o.up))
		got := ""
		if hit := w.hit(p); hit != nil {
			got = hit.id
		}
		if got != o.want {
			t.Errorf("%v°, %v m, %v up, %v: %q, want %q", o.bearing, o.m, o.up, o.aside, got, o.want)
		}
	}
}

func TestObstaclesThatCannotBe(t *testing.T) {
	ring := tower(geo.LatLon{Lat: centre, Lon: 120.4}, 10, 40).Ring
	for _, c := range []struct {
		o    ObstacleAt
		want string
	}{
		{ObstacleAt{TopM: 10}, "one of ring and line"}, {ObstacleAt{Ring: ring, Line: ring, TopM: 10}, "one of ring and line"},
		{ObstacleAt{Ring: ring[:2], TopM: 10}, "2 corners"}, {ObstacleAt{Line: ring[:1], TopM: 10}, "1 masts"}, {ObstacleAt{Ring: ring}, "top_m is 0"},
		{ObstacleAt{Ring: ring, TopM: 10, BottomM: 5}, "bottom_m"}, {ObstacleAt{Line: ring[:2], TopM: 10, BottomM: 12}, "bottom_m"},
		{ObstacleAt{Ring: append(ring[:2:2], geo.LatLon{Lat: 95}), TopM: 10}, "latitude"},
	} {
		cfg := smallCity()
		cfg.Obstacle = []ObstacleAt{c.o}
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
}

func TestFlyingIntoATowerIsAnAccident(t *testing.T) {
	t.Parallel()
	for _, over := range []bool{true, false} {
		cfg := smallCity()
		cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
		site := cfg.Vehicle[0].Site.LatLon
		cfg.Obstacle = []ObstacleAt{tower(geo.Offset(site, 90, 150), 12, 40)}
		s := newStation(t, cfg)
		s.run(6 * time.Second)
		up := 34.0
		if over {
			up = 54
		}
		s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan32, nan32, nan32, float32(up))
		s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
		v := s.w.vehicles[0]
		s.until("up", time.Minute, func() bool { return v.body.pos.U > up-2 })
		s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(site, 90, 300).At(up), -1, 1, 0, nan32)
		s.run(40 * time.Second)
		var kinds []AccidentKind
		for _, a := range s.w.Truth().Accidents {
			kinds = append(kinds, a.Kind)
		}
		if over && len(kinds) > 0 || !over && (len(kinds) == 0 || kinds[0] != AccidentObstacle || !v.body.crashed) {
			t.Errorf("over it %v: accidents %v, crashed %v", over, kinds, v.body.crashed)
		}
	}
}

// What is shipped stands clear of every place where something lands, and below the lowest layer that plans are flown in.
func TestShippedObstaclesLeaveRoom(t *testing.T) {
	const lowestLayer = 60.0 // metres above the pads
	for _, file := range []string{"../config/sim.toml", "../config/sim-fast.toml"} {
		cfg, err := Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(cfg.Obstacle) == 0 {
			t.Errorf("%s: nothing stands in the way", file)
		}
		w := NewWorld(cfg, testStart)
		if w.tallest > cfg.GroundAMSL+lowestLayer-8 {
			t.Errorf("%s: something reaches up to %v m", file, w.tallest)
		}
		var places []geo.ENU
		for _, d := range cfg.Dock {
			places = append(places, w.frame.ENU(d.Pad), w.frame.ENU(d.GroundPad))
		}
		for _, v := range w.vehicles {
			places = append(places, v.site)
		}
		for _, o := range w.obstacles {
			for _, p := range places {
				if p.E > o.low.E-60 && p.E < o.high.E+60 && p.N > o.low.N-60 && p.N < o.high.N+60 {
					t.Errorf("%s: %s stands near %+v", file, o.id, p)
				}
			}
		}
	}
}
