package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
)

// foul is a table whose V01 flies to its incident; then the weather at its dock turns.
func foul(t *testing.T, env func(*fleet.DockEnvironment), gates ...fleet.Gate) (*table, Sortie) {
	t.Helper()
	b := newTable(1, State{})
	s := b.flying(t)
	b.sent = nil
	k := b.docks["H01"]
	env(&k.Env)
	k.NoLaunch = gates
	return b, s
}

// What keeps a vehicle on the ground brings one home that is out, after a moment: rain, cold, gusts by the limits of its dock,
// wind by its own.
func TestWeatherOverTheLimitBringsAVehicleHome(t *testing.T) {
	same := func(*fleet.DockEnvironment) {}
	for name, c := range map[string]struct {
		env   func(*fleet.DockEnvironment)
		gates []fleet.Gate
		home  bool
	}{
		"rain":          {same, []fleet.Gate{{Code: "rain", Text: "rain 6.0 mm/h over 4.0"}}, true},
		"cold":          {same, []fleet.Gate{{Code: "temperature", Text: "temperature -21.0 °C under -20.0"}}, true},
		"gusts":         {same, []fleet.Gate{{Code: "gust", Text: "gusts 19.0 m/s over 17.0"}}, true},
		"wind":          {func(e *fleet.DockEnvironment) { e.WindMS = 12.5 }, nil, true},
		"wind below it": {func(e *fleet.DockEnvironment) { e.WindMS = 7 }, nil, false},
		"no mains":      {same, []fleet.Gate{{Code: "mains", Text: "the dock has no mains"}}, false},
		"not known":     {same, []fleet.Gate{{Code: "weather-unknown", Text: "no fresh weather from the dock"}}, false},
	} {
		b, s := foul(t, c.env, c.gates...)
		b.run(8 * time.Second)
		if st := b.shownSortie(s.ID).State; st != Outbound {
			t.Errorf("%s: at once it is %s", name, st)
		}
		b.run(6 * time.Second)
		now := b.shownSortie(s.ID)
		a, _ := b.shown["alarm weather:V01"].(Alarm)
		if home := now.State == HoldForPad && now.Code == "weather" && slices.Contains(b.acts("H01"), "prepare-landing"); home != c.home || a.Active != c.home {
			t.Errorf("%s: it is %s (%s: %s), the dock is told %v, alarm %+v", name, now.State, now.Code, now.Reason, b.acts("H01"), a)
		}
	}
}

// A squall that is over at once turns nobody round.
func TestASquallThatPassesTurnsNobodyRound(t *testing.T) {
	b, s := foul(t, func(*fleet.DockEnvironment) {}, fleet.Gate{Code: "rain"})
	b.run(7 * time.Second)
	b.docks["H01"].NoLaunch = nil
	b.run(2 * time.Second)
	b.docks["H01"].NoLaunch = []fleet.Gate{{Code: "rain"}}
	b.run(7 * time.Second)
	if now := b.shownSortie(s.ID); now.State != Outbound {
		t.Errorf("it is %s: %s", now.State, now.Reason)
	}
}
