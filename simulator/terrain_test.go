package simulator

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

const smallGrid = `ncols 3
nrows 2
xllcenter 120.40
yllcenter 32.50
cellsize 0.01
nodata_value -9999
4 6 -9999
2 4 5
`

func TestTerrainBetweenItsCells(t *testing.T) {
	g, err := readTerrain(strings.NewReader(smallGrid))
	if err != nil {
		t.Fatal(err)
	}
	corner, err := readTerrain(strings.NewReader(strings.NewReplacer("center 120.40", "corner 120.395", "center 32.50", "corner 32.495").Replace(smallGrid)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lat, lon, want float64
		known          bool
	}{
		{32.50, 120.40, 2, true}, {32.51, 120.40, 4, true}, {32.50, 120.42, 5, true}, {32.505, 120.40, 3, true}, {32.505, 120.405, 4, true},
		{32.505, 120.415, 0, false}, // a cell without a height
		{32.499, 120.40, 0, false}, {32.50, 120.421, 0, false}, {math.NaN(), 120.40, 0, false},
	} {
		for _, g := range []*terrain{g, corner} {
			if got, known := g.at(geo.LatLon{Lat: c.lat, Lon: c.lon}); known != c.known || math.Abs(got-c.want) > 1e-4 {
				t.Errorf("%v, %v: %v %v, want %v %v", c.lat, c.lon, got, known, c.want, c.known)
			}
		}
	}
}

func TestTerrainNamesWhatIsWrong(t *testing.T) {
	swap := func(old, by string) string { return strings.Replace(smallGrid, old, by, 1) }
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "0 heights"},
		"a row too few":     {swap("2 4 5\n", ""), "3 heights, want 3 columns and 2 rows"},
		"a height more":     {swap("2 4 5", "2 4 5 6"), "line 8: more heights"},
		"no number":         {swap("2 4 5", "2 x4 5"), `line 8: height "x4"`},
		"not finite":        {swap("2 4 5", "2 NaN 5"), `height "NaN"`},
		"no columns":        {swap("ncols 3", "ncols 0"), "ncols is 0"},
		"half a row":        {swap("nrows 2", "nrows 2.5"), "nrows is 2.5"},
		"too many cells":    {swap("ncols 3", "ncols 8000000"), "more than"},
		"unknown key":       {swap("cellsize", "cellwidth"), "cellwidth"},
		"no size":           {swap("cellsize 0.01", "cellsize -1"), "cellsize is -1"},
		"two edges":         {swap("cellsize", "xllcorner 1\ncellsize"), "one of xllcorner and xllcenter"},
		"no place":          {swap("yllcenter 32.50", "yllcenter 95"), "latitude"},
		"key with no value": {swap("ncols 3", "ncols"), "line 1"},
		"too high":          {swap("2 4 5", "2 4 50000"), "-500 to 9000"},
	} {
		if _, err := readTerrain(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

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
		if h, known := cfg.ground.at(p.LatLon); !known || math.Abs(h-p.AltAMSL) > 1.5 {
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
	cfg.ground = &terrain{cols: 2, rows: 2, west: site.Lon - 0.01, south: site.Lat - 0.01, cell: 0.02, heights: []float32{11, 11, 11, 11}}
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
