package simulator

import (
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/sitl"
)

// outsideCity is the city with a process for V01.
func outsideCity(t *testing.T) (*World, *vehicle, *dock) {
	t.Helper()
	cfg := city(t)
	cfg.PX4 = "a build"
	if err := cfg.Fly("px4", 1); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	w := NewWorld(cfg, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	return w, w.vehicles[0], w.docks[0]
}

// stateAt is what a process says that believes to be off by half a metre.
func stateAt(w *World, p geo.ENU) sitl.State {
	return sitl.State{Position: w.position(add(p, geo.ENU{E: 0.4, N: -0.3, U: 0.02})), Percent: -1, CustomMode: uint32(modeHold)}
}

func TestAProcessStandsWhereTheCityPutsIt(t *testing.T) {
	w, v, d := outsideCity(t)
	w.Observe(1, stateAt(w, d.pad))
	if off := length(sub(v.body.pos, d.pad)); off > 1e-6 || !v.body.onGround || d.seated() != v {
		t.Fatalf("%.3f m from the pad, on the ground %v", off, v.body.onGround)
	}
	cue := func() (c sitl.Cue) {
		w.Cues(func(_ uint32, got sitl.Cue) { c = got })
		return c
	}
	if cue().Sky {
		t.Error("sees satellites under a closed lid")
	}
	d.lid.open, d.marker = 1, true
	if !cue().Sky {
		t.Error("sees no satellites under an open lid")
	}
	// In the air over its dock it sees the marker, and from its coordinates where that is.
	s := stateAt(w, add(d.pad, geo.ENU{E: 1, U: 20}))
	s.Armed = true
	w.Observe(1, s)
	if m := cue().Marker; m == nil || length(sub(*m, geo.ENU{E: -1, U: -20})) > 1e-6 {
		t.Errorf("marker %+v", m)
	}
	if v.body.onGround || !v.armed {
		t.Errorf("%+v", v.body)
	}
	// It lands off the middle; the dock pushes it there, and it stays there whatever it believes.
	w.Observe(1, stateAt(w, add(d.pad, geo.ENU{E: 0.3})))
	d.clamps = 0
	for took := time.Duration(0); !d.centre(w.now, took); took += worldStep {
	}
	w.Observe(1, stateAt(w, add(d.pad, geo.ENU{E: 0.3})))
	if off := flat(v.body.pos, d.pad); off > 1e-3 {
		t.Errorf("%.3f m from the middle after centring", off)
	}
	if len(w.log.list) != 0 {
		t.Errorf("accidents: %+v", w.log.list)
	}
}

func TestAProcessMeetsTheLid(t *testing.T) {
	w, v, d := outsideCity(t)
	w.Observe(1, stateAt(w, d.pad))
	s := stateAt(w, add(d.pad, geo.ENU{U: 3}))
	s.Velocity.U = 1
	w.Observe(1, s) // through the closed lid
	w.Observe(1, stateAt(w, d.pad))
	if len(w.log.list) != 2 || w.log.list[0].Kind != AccidentLidAbove || w.log.list[1].Kind != AccidentClosedLid {
		t.Errorf("accidents: %+v", w.log.list)
	}
	if v.armed {
		t.Error("armed")
	}
}

func TestARadioCarriesAProcesssFrames(t *testing.T) {
	w, v, _ := outsideCity(t)
	heard := func() (n int) { w.DrainOutside(func(uint32, []byte) { n++ }); return n }
	sent := func() (n int) {
		w.Drain(func(sys uint32, b []byte) {
			if string(b) == "a frame" {
				n++
			}
		})
		return n
	}
	w.Receive(1, []byte("for it"))
	w.Said(1, []byte("a frame"))
	if h, s := heard(), sent(); h != 1 || s != 1 {
		t.Errorf("%d up, %d down", h, s)
	}
	if err := w.Inject(Fault{Kind: "link-cut", Vehicle: "V01"}); err != nil {
		t.Fatal(err)
	}
	w.Receive(1, []byte("for it"))
	w.Said(1, []byte("a frame"))
	if h, s := heard(), sent(); h != 0 || s != 0 {
		t.Errorf("%d up, %d down over a cut link", h, s)
	}
	for _, kind := range []string{"battery-set", "rc-takeover"} {
		if err := w.Inject(Fault{Kind: kind, Vehicle: "V01"}); err == nil {
			t.Errorf("%s: no error", kind)
		}
	}
	if err := w.Inject(Fault{Kind: "reboot", Vehicle: "V01"}); err != nil || v.outside.reboots != 1 {
		t.Errorf("reboot: %v, %d", err, v.outside.reboots)
	}
}

func TestOnlyQuadrotorsAreGivenAway(t *testing.T) {
	cfg := city(t)
	quads := 0
	for _, v := range cfg.Vehicle {
		if v.Class != classTethered && v.Class != classVTOL {
			quads++
		}
	}
	for count, ok := range map[int]bool{0: false, 1: true, quads: true, quads + 1: false} {
		cfg := city(t)
		if err := cfg.Fly("px4", count); (err == nil) != ok {
			t.Errorf("%d of %d: %v", count, quads, err)
		}
	}
	cfg.Vehicle[0].Autopilot = "px4"
	if err := cfg.Validate(); err == nil {
		t.Error("a process without a build")
	}
}
