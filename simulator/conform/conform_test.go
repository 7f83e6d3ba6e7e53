package conform

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// scene is one vehicle in the open and one that speaks as ArduPilot, a dock that changes packs with its vehicle, and an empty dock,
// in still air.
func scene() simulator.Config {
	cfg := simulator.DefaultConfig()
	cfg.PortBase, cfg.PX4Streams = 0, true
	cfg.Weather.WindMS, cfg.Weather.GustMS = 0, 0
	site := geo.LatLon{Lat: 32.5333, Lon: 120.4667}.At(4)
	quad := simulator.VehicleAt{ID: "V01", SystemID: 1, Class: "dock-quad", Site: &site, CruiseMS: 5, ClimbMS: 3, DescendMS: 1.5,
		EnergyWh: 140, HoverW: 190, CruiseW: 205, MassKg: 1.4}
	docked := quad
	docked.ID, docked.SystemID, docked.Site, docked.Dock, docked.BatteryPercent = "V02", 2, nil, "H01", 65
	copter := quad
	aside := geo.Offset(site.LatLon, 90, 300).At(4)
	copter.ID, copter.SystemID, copter.Site, copter.Personality = "V03", 3, &aside, "ardupilot"
	cfg.Vehicle = []simulator.VehicleAt{quad, docked, copter}
	for i, id := range []string{"H01", "H02"} {
		pad := geo.LatLon{Lat: 32.55, Lon: 120.47 + 0.01*float64(i)}
		cfg.Dock = append(cfg.Dock, simulator.DockAt{ID: id, SystemID: uint32(101 + i), Pad: pad.At(4.6), GroundPad: geo.Offset(pad, 180, 8).At(4)})
	}
	cfg.Dock[0].Packs = 2
	return cfg
}

// asked is the table of one system of the scene, asked in virtual time. What is said is heard, and answered, in the same
// instant.
func asked(t *testing.T, system uint32, opt Options) Table {
	t.Helper()
	cfg := scene()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w, p := simulator.NewWorld(cfg, start), New(opt)
	for now := start; !p.Done(); now = now.Add(20 * time.Millisecond) {
		if now.Sub(start) > time.Hour {
			id, at, of := p.Progress()
			t.Fatalf("an hour and not done: %s, %d of %d", id, at, of)
		}
		w.Step(now)
		said := p.Step(now, nil)
		for done := false; !done; {
			for _, b := range said {
				w.Receive(system, b)
			}
			said, done = nil, true
			w.Drain(func(sys uint32, b []byte) {
				if sys == system {
					said = append(said, p.Step(now, b)...)
					done = false
				}
			})
		}
	}
	return p.Table()
}

// judge wants every row met or explained, and every explanation needed.
func judge(t *testing.T, table Table, explained ...string) {
	t.Helper()
	for _, r := range table.Unexplained() {
		t.Errorf("%s (%s): want %q, got %q", r.ID, r.Name, r.Want, r.Got)
	}
	var found []string
	for _, r := range table.Rows {
		if r.Known != "" {
			found = append(found, r.ID)
		}
	}
	slices.Sort(found)
	slices.Sort(explained)
	if !slices.Equal(found, explained) {
		t.Errorf("known differences %q, want %q", found, explained)
	}
	t.Logf("system %d: %d rows, %d pass, %d differ for a known reason, %d not applicable", table.System, len(table.Rows), table.Count(Pass),
		table.Count(Differs), table.Count(NotApplicable))
}

// TestVehicle holds our vehicle against PX4 v1.17, on the ground and in the air.
func TestVehicle(t *testing.T) {
	table := asked(t, 1, Options{Motors: true})
	if table.Personality != PX4 || len(table.Rows) < 250 {
		t.Fatalf("%s with %d rows: not what this test is about", table.Personality, len(table.Rows))
	}
	judge(t, table, "interval.4ms", "request.GIMBAL_MANAGER_INFORMATION")
}

// TestCopter holds our vehicle that speaks as ArduPilot against ArduCopter 4.7, on the ground and in the air.
func TestCopter(t *testing.T) {
	table := asked(t, 3, Options{Motors: true})
	if table.Personality != ArduPilot || len(table.Rows) < 280 {
		t.Fatalf("%s with %d rows: not what this test is about", table.Personality, len(table.Rows))
	}
	judge(t, table, "interval.4ms")
}

// TestDock holds our docks against hangar.xml, one with its vehicle and an empty one.
func TestDock(t *testing.T) {
	for _, system := range []uint32{101, 102} {
		table := asked(t, system, Options{Motors: true})
		if table.Personality != Dock || len(table.Rows) < 70 {
			t.Fatalf("%s with %d rows: not what this test is about", table.Personality, len(table.Rows))
		}
		judge(t, table)
		for _, r := range table.Rows {
			if strings.HasPrefix(r.ID, "dock.swap") && (r.ID == "dock.swap-none") != (system == 102) != (r.Verdict == NotApplicable) {
				t.Errorf("%d: %s is %s", system, r.ID, r.Verdict)
			}
		}
	}
}

// TestRecorded holds the expectations themselves against what a real PX4 v1.17.0 (SIH) and a real ArduCopter 4.7.0-dev (SITL)
// answered. The files are this program's own: groundstation sim conform --motors --json udp:HOST:PORT.
func TestRecorded(t *testing.T) {
	for _, c := range []struct {
		file string
		who  Personality
		rows []row
	}{{"px4-v1.17", PX4, vehicleRows()}, {"arducopter-4.7", ArduPilot, arduRows()}} {
		text, err := os.ReadFile("testdata/" + c.file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var table Table
		if err := json.Unmarshal(text, &table); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, r := range table.Rows {
			got[r.ID] = r.Got
		}
		for _, r := range c.rows {
			answer, measured := got[r.id]
			switch want := r.want[c.who]; {
			case want == "":
			case !measured:
				t.Errorf("%s: %s was never asked of a real one", c.file, r.id)
			case answer == "" && r.when != nil: // it made no sense there
			case !meets(want, answer):
				t.Errorf("%s: %s: want %q, a real one answered %q", c.file, r.id, want, answer)
			}
		}
	}
}

// TestOnTheBench: without leave nothing is asked that could turn a motor or a lid.
func TestOnTheBench(t *testing.T) {
	w, p := simulator.NewWorld(scene(), start), New(Options{})
	for now := start; !p.Done(); now = now.Add(20 * time.Millisecond) {
		w.Step(now)
		for _, b := range p.Step(now, nil) {
			w.Receive(1, b)
		}
		w.Drain(func(sys uint32, b []byte) {
			if sys == 1 {
				for _, out := range p.Step(now, b) {
					w.Receive(1, out)
				}
			}
		})
		for _, v := range w.Truth().Vehicles {
			if v.Armed {
				id, _, _ := p.Progress()
				t.Fatalf("armed while %s was asked", id)
			}
		}
	}
	for _, r := range p.Table().Rows {
		for _, moving := range flightRows() {
			if r.ID == moving.id {
				t.Errorf("%s was asked", r.ID)
			}
		}
	}
}

// TestIDs: every row has a name of its own, a source and something to expect.
func TestIDs(t *testing.T) {
	for _, rows := range [][]row{vehicleRows(), dockRows(), arduRows()} {
		seen := map[string]bool{}
		for _, r := range rows {
			if seen[r.id] || r.name == "" || r.source == "" || len(r.want) == 0 || r.answer == nil {
				t.Errorf("row %q: twice %t, name %q, source %q, %d expectations", r.id, seen[r.id], r.name, r.source, len(r.want))
			}
			seen[r.id] = true
		}
	}
}

func TestMeets(t *testing.T) {
	for _, c := range []struct {
		want, got string
		meets     bool
	}{
		{"ACCEPTED", "ACCEPTED", true}, {"ACCEPTED", "DENIED", false}, {"ACCEPTED", "ACCEPTED ACCEPTED", false},
		{"~50 Hz", "49.5 Hz", true}, {"~50 Hz", "42 Hz", false}, {"~50 Hz", "none", false}, {"~0.1 Hz", "0.10 Hz", true},
		{"<10 gaps", "3 gaps", true}, {"<10 gaps", "10 gaps", false}, {"at * m", "at 36 m", true}, {"at * m", "at 36", false}, {"a | b c", "b c", true}, {"a | b c", "a", true}, {"a | b c", "c", false},
	} {
		if got := meets(c.want, c.got); got != c.meets {
			t.Errorf("meets(%q, %q) is %t", c.want, c.got, got)
		}
	}
}
