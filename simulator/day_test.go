package simulator

import (
	"slices"
	"testing"
	"time"
)

// Every fault that a day draws is one that its world takes, and ends again; between them days draw all that there is but what
// a person must end.
func TestADayDrawsEveryFault(t *testing.T) {
	cfg, err := Load("../config/sim.toml")
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(cfg, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	w.Step(w.Now().Add(time.Second))
	drawn := map[string]int{}
	for _, ill := range NewDay(cfg, 1, 10, 3000).Ills {
		drawn[ill.Fault.Kind]++
		for _, over := range []bool{false, true} {
			ill.Fault.Clear = over
			if err := w.Inject(ill.Fault); err != nil {
				t.Fatalf("%+v: %v", ill.Fault, err)
			}
		}
	}
	for _, kind := range Kinds() {
		if not := []string{"twin", "rc-takeover", "battery-set", "say"}; slices.Contains(not, kind) == (drawn[kind] > 0) {
			t.Errorf("%s was drawn %d times", kind, drawn[kind])
		}
	}
}

// A stop stays latched when the button is out again; who is there resets it, and not before.
func TestAStopIsResetByWhoIsThere(t *testing.T) {
	s := newStation(t, city(t))
	stop := Fault{Kind: "estop", Dock: "H01"}
	s.inject(stop)
	s.run(time.Second)
	if s.w.ResetStop("H01") {
		t.Error("it was reset with the button pressed")
	}
	stop.Clear = true
	s.inject(stop)
	s.run(time.Second)
	if !s.w.ResetStop("H01") || s.dockState("H01").EStop || s.w.ResetStop("H01") {
		t.Errorf("it is not reset once: %+v", s.dockState("H01"))
	}
}
