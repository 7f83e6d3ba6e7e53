package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// The shipped ground is flat where anything stands, and nowhere so high that a lowest layer would come near.
func TestShippedTerrainFitsItsCity(t *testing.T) {
	cfg, err := Load("../config/sim.toml")
	if err != nil {
		t.Fatal(err)
	}
	if most := cfg.reliefM(); most < 6 || most > 20 {
		t.Errorf("the highest ground is at %v m", most)
	}
	check := func(id string, p geo.Position) {
		if h, known := cfg.ground.At(p.LatLon); !known || math.Abs(h-p.AltAMSL) > 1.5 {
			t.Errorf("%s stands at %v m, its ground is at %v m (%v)", id, p.AltAMSL, h, known)
		}
	}
	for _, d := range cfg.Dock {
		check(d.ID, d.Pad)
		check(d.ID, d.GroundPad)
	}
	for _, v := range cfg.Vehicle {
		if v.Site != nil {
			check(v.ID, *v.Site)
		}
	}
}

// A vehicle lands on the ground there is, and its rangefinder measures down to it.
func TestLandingOnAMound(t *testing.T) {
	t.Parallel()
	cfg := smallCity()
	cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
	site := cfg.Vehicle[0].Site.LatLon
	mound, err := geo.NewGrid(2, 2, site.Lon-0.01, site.Lat-0.01, 0.02, []float32{11, 11, 11, 11})
	if err != nil {
		t.Fatal(err)
	}
	cfg.SetGround(mound)
	s := newStation(t, cfg)
	s.run(6 * time.Second)
	v := s.w.vehicles[0]
	s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan32, nan32, nan32, 34)
	s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
	s.until("up", time.Minute, func() bool { return v.body.pos.U > 30 })
	s.at(3, common.MAV_CMD_DO_REPOSITION, geo.Offset(site, 90, 200).At(34), -1, 1, 0, nan32)
	s.run(40 * time.Second)
	m := v.linkTelemetry(idDistance, s.w.Now()).(*common.MessageDistanceSensor)
	if got := float64(m.CurrentDistance) / 100; math.Abs(got-(v.body.pos.U-11)) > 0.1 {
		t.Errorf("the rangefinder measures %v m, %v m above the mound", got, v.body.pos.U-11)
	}
	a := v.telemetry(idAltitude, s.w.Now()).(*common.MessageAltitude)
	if math.Abs(float64(a.BottomClearance)-(v.body.pos.U-11)) > 0.1 || math.Abs(float64(a.AltitudeLocal-a.BottomClearance-a.AltitudeTerrain)) > 1e-3 ||
		math.Abs(float64(a.AltitudeTerrain)-(11-v.site.U)) > 4 {
		t.Errorf("%+v, %v m above the mound of 11 m", a, v.body.pos.U-11)
	}
	s.long(3, common.MAV_CMD_NAV_LAND)
	s.until("down", 2*time.Minute, func() bool { return !v.armed })
	if v.body.pos.U != 11 || v.body.crashed {
		t.Errorf("it stands at %v m, crashed %v", v.body.pos.U, v.body.crashed)
	}
}

// A vehicle that comes down on a slope stands as the ground lies, unless that is steeper than it can stand.
func TestLandingOnASlope(t *testing.T) {
	t.Parallel()
	for steep, stands := range map[float64]bool{12: true, 26: false} {
		cfg := smallCity()
		cfg.Dock, cfg.Vehicle = nil, cfg.Vehicle[2:]
		site := cfg.Vehicle[0].Site.LatLon
		const cell = 0.001 // degrees; the ground falls to the east over one
		fall := float32(geo.Distance(site, geo.LatLon{Lat: site.Lat, Lon: site.Lon + cell}) * math.Tan(steep*math.Pi/180))
		side, err := geo.NewGrid(2, 2, site.Lon+1.5*cell, site.Lat-cell/2, cell, []float32{4, 4 - fall, 4, 4 - fall})
		if err != nil {
			t.Fatal(err)
		}
		cfg.SetGround(side)
		s := newStation(t, cfg)
		s.run(6 * time.Second)
		v := s.w.vehicles[0]
		s.long(3, common.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, nan32, nan32, nan32, 20)
		s.long(3, common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
		s.until("up", time.Minute, func() bool { return v.body.pos.U > 18 })
		s.at(3, common.MAV_CMD_DO_REPOSITION, geo.LatLon{Lat: site.Lat, Lon: site.Lon + 2*cell}.At(20), -1, 1, 0, nan32)
		s.run(35 * time.Second)
		s.long(3, common.MAV_CMD_NAV_LAND)
		s.until("down", 2*time.Minute, func() bool { return !v.armed })
		roll, pitch := v.body.attitude()
		switch a := s.w.Truth().Accidents; {
		case stands && (len(a) > 0 || v.body.crashed || math.Abs(math.Hypot(roll, pitch)-steep) > 1):
			t.Errorf("on %v°: it leans %.1f° and %.1f°, accidents %v", steep, roll, pitch, a)
		case !stands && (len(a) != 1 || a[0].Kind != AccidentTipped || !v.body.crashed || math.Abs(roll) != 90):
			t.Errorf("on %v°: it leans %.1f° and %.1f°, accidents %v", steep, roll, pitch, a)
		}
	}
}
