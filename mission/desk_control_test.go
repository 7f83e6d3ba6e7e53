package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
)

// A mode nobody here ordered: automation falls silent, whatever else is asked of the sortie, until it is released.
func TestAutomationIsSilentWhileAPilotHasTheVehicle(t *testing.T) {
	b := newTable(1, State{})
	s := b.flying(t)
	v := b.vehicles["V01"]
	v.Mode = fleet.ModeHold
	b.in(Observed{Event: fleet.ModeChanged{Vehicle: "V01", From: fleet.ModeMission, To: fleet.ModeHold, Cause: fleet.CauseUncommanded, At: b.now}})
	b.sent = nil
	if r := b.told(t, CancelIncident{ID: s.Incident}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	if r := b.told(t, RecallSortie{Sortie: s.ID}); r.Err == nil || r.Err.Code != "human-control" {
		t.Errorf("a recall is answered %+v", r)
	}
	b.run(time.Minute)
	if got := b.acts("V01"); len(got) != 0 {
		t.Errorf("sent %v", got)
	}
	if now := b.shownSortie(s.ID); now.State != HumanControl {
		t.Errorf("its sortie is %s", now.State)
	}
	out, _ := b.shown["outlook V01"].(Outlook)
	if out.Control.Holder != holderHuman || out.Why.Kind != "human" || out.Control.Epoch < 2 {
		t.Errorf("shown as %+v, %+v", out.Control, out.Why)
	}
	if r := b.told(t, Release{Vehicle: "V01"}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.run(2 * time.Second)
	if now := b.shownSortie(s.ID); now.State != HoldForPad || !slices.Contains(b.acts("H01"), "prepare-landing") {
		t.Errorf("after the release, with its incident cancelled, it is %s and the dock is told %v", now.State, b.acts("H01"))
	}
}

// What an operator ordered stands: over a restart too.
func TestAnOperatorsHoldStandsOverARestart(t *testing.T) {
	b := newTable(1, State{})
	s := b.flying(t)
	if r := b.told(t, Manual{Vehicle: "V01", Act: "hold"}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.vehicles["V01"].Mode = fleet.ModeHold
	b.finish(named("hold"))
	b.run(2 * time.Second)
	st := State{Sorties: []Sortie{b.shownSortie(s.ID)}, Incidents: []Incident{b.shownIncident(s.Incident)}, IntentSeq: 5000}
	for _, op := range b.kept {
		if c, ok := op.Value.(Control); ok {
			st.Controls = []Control{c}
		}
	}
	b.sent = nil
	b.restart(st)
	b.run(30 * time.Second)
	if got := b.acts("V01"); len(got) != 0 {
		t.Errorf("sent %v", got)
	}
	if r := b.told(t, Manual{Vehicle: "V01", Act: "continue"}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.run(8 * time.Second)
	if got := b.acts("V01"); len(got) == 0 || got[0] != "continue" {
		t.Errorf("after continue: %v", got)
	}
}
