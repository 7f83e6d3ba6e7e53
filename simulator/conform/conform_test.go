package conform_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator"
	"groundstation/simulator/conform"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// scene is one vehicle in the open, a dock with its vehicle and an empty dock, in still air.
func scene() simulator.Config {
	cfg := simulator.DefaultConfig()
	cfg.Weather.WindMS, cfg.Weather.GustMS, cfg.PX4Streams = 0, 0, true
	site := geo.LatLon{Lat: 32.5333, Lon: 120.4667}.At(4)
	quad := simulator.VehicleAt{ID: "V01", SystemID: 1, Class: "dock-quad", Site: &site, CruiseMS: 5, ClimbMS: 3, DescendMS: 1.5,
		EnergyWh: 140, HoverW: 190, CruiseW: 205, MassKg: 1.4}
	docked := quad
	docked.ID, docked.SystemID, docked.Site, docked.Dock = "V02", 2, nil, "H01"
	cfg.Vehicle = []simulator.VehicleAt{quad, docked}
	for i, id := range []string{"H01", "H02"} {
		pad := geo.LatLon{Lat: 32.55, Lon: 120.47 + 0.01*float64(i)}
		cfg.Dock = append(cfg.Dock, simulator.DockAt{ID: id, SystemID: uint32(101 + i), Pad: pad.At(4.6), GroundPad: geo.Offset(pad, 180, 8).At(4)})
	}
	return cfg
}

// probe asks one system of the scene in virtual time.
func probe(t *testing.T, system uint8, opt conform.Options) conform.Table {
	t.Helper()
	w := simulator.NewWorld(scene(), start)
	p := conform.New(opt)
	now := start
	var said [][]byte
	for end := start.Add(time.Hour); !p.Done(); {
		if now.After(end) {
			id, at, of := p.Progress()
			t.Fatalf("an hour and not done: %s, %d of %d", id, at, of)
		}
		now = now.Add(20 * time.Millisecond)
		w.Step(now)
		said = append(said, p.Step(now, nil)...)
		for len(said) > 0 { // what is said is heard, and answered, in the same instant
			for _, b := range said {
				w.Receive(uint32(system), b)
			}
			said = nil
			w.Drain(func(sys uint32, b []byte) {
				if sys == uint32(system) {
					said = append(said, p.Step(now, b)...)
				}
			})
		}
		w.Drain(func(sys uint32, b []byte) {
			if sys == uint32(system) {
				said = append(said, p.Step(now, b)...)
			}
		})
	}
	return p.Table()
}

func show(t *testing.T, table conform.Table) {
	t.Helper()
	var b bytes.Buffer
	if err := table.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("CONFORM_OUT"); path != "" {
		os.WriteFile(path, b.Bytes(), 0o644)
	}
	for _, r := range table.Unexplained() {
		t.Errorf("%s (%s): want %q, got %q", r.ID, r.Name, r.Want, r.Got)
	}
}

// TestVehicle holds our vehicle against what a real PX4 v1.17 answers, in the air too.
func TestVehicle(t *testing.T) {
	show(t, probe(t, 1, conform.Options{Motors: true}))
}

// TestDock holds our docks against hangar.xml, one with its vehicle and an empty one.
func TestDock(t *testing.T) {
	for _, system := range []uint8{101, 102} {
		show(t, probe(t, system, conform.Options{Motors: true}))
	}
}
