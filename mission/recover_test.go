package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// What a station that comes back finds, and what it does then: it launches nobody twice, and orders again only what is
// not seen to be so.
func TestTheStationThatComesBackLooksBeforeItActs(t *testing.T) {
	type world struct {
		v *fleet.Vehicle
		k *fleet.Dock
	}
	ground := func(w world) {
		pad := here.At(4)
		w.v.Armed, w.v.Landed, w.v.Mode, w.v.Position, w.v.AltRelM = false, fleet.OnGround, fleet.ModeHold, &pad, 0
		w.k.Seated, w.k.State = true, fleet.DockLaunchReady
	}
	for _, c := range []struct {
		name  string
		state SortieState
		seen  func(world)
		wait  time.Duration
		want  SortieState
		first string // the first act sent to vehicle or dock; empty: none
	}{
		{"in the air as recorded", Outbound, func(world) {}, 4 * time.Second, Outbound, ""},
		{"lifted off unseen", Launching, func(world) {}, 4 * time.Second, Outbound, ""},
		{"on the ground, the order may still work", Launching, ground, 5 * time.Second, Launching, ""},
		{"on the ground, the order was lost", Launching, ground, 9 * time.Second, Preparing, "prepare-launch"},
		{"armed, the lid is open", Launching, func(w world) { ground(w); w.v.Armed = true }, 5 * time.Second, Launching, ""},
		{"armed, the lid is shut", Launching, func(w world) {
			ground(w)
			w.v.Armed = true
			w.k.LidSwitch, w.k.LidEncoder = fleet.LidClosed, fleet.LidClosed
		}, 2 * time.Second, Disarming, "hold"},
		{"armed, the dock is not heard", Launching, func(w world) { ground(w); w.v.Armed = true; w.k.Link = fleet.LinkLost }, 7 * time.Second, Disarming, "hold"},
		{"circling as ordered", OnTask, func(w world) { w.v.Mode = fleet.ModeOrbit }, 4 * time.Second, OnTask, ""},
		{"on its own way home", OnTask, func(w world) { w.v.Mode = fleet.ModeReturn }, 4 * time.Second, Diverting, ""},
		{"landing where it is", OnTask, func(w world) { w.v.Mode = fleet.ModeLand }, 4 * time.Second, EmergencyLanding, ""},
		{"going down onto its pad", Landing, func(w world) {
			w.v.Mode = fleet.ModePrecLand
			w.k.State = fleet.DockLandingReady
		}, 2 * time.Second, Landing, ""},
		{"standing over its dock", Returning, func(w world) { w.v.Mode = fleet.ModeHold }, 4 * time.Second, HoldForPad, "prepare-landing"},
		{"standing far from its dock", Returning, func(w world) {
			far := geo.Offset(here, 0, 3000).At(90)
			w.v.Mode, w.v.Position = fleet.ModeHold, &far
		}, 4 * time.Second, Returning, "goto"},
		{"not heard", OnTask, func(w world) { w.v.Link = fleet.LinkLost }, 8 * time.Second, OnTask, ""},
		{"in its dock", Securing, func(w world) { ground(w); w.k.State = fleet.DockOccupied }, 3 * time.Second, Securing, "secure"},
	} {
		b := newTable(1, State{})
		rec := b.flying(t)
		in := b.shownIncident(rec.Incident)
		for _, step := range []string{"orbit", "look"} {
			rec.Orders = append(rec.Orders, Order{ID: fleet.IntentID("C9" + step), Step: step, At: b.now, Stage: fleet.StageDone})
		}
		if c.state == Launching {
			rec.Stages = slices.DeleteFunc(slices.Clone(rec.Stages), func(s StageTime) bool { return s.Name == string(Outbound) })
		}
		rec.State = c.state
		if c.state == OnTask {
			in.State = IncidentOnScene
		}
		c.seen(world{b.vehicles["V01"], b.docks["H01"]})
		b.sent = nil
		b.restart(State{Sorties: []Sortie{rec}, Incidents: []Incident{in}, IntentSeq: 5000})
		b.run(c.wait)
		if s := b.shownSortie(rec.ID); s.State != c.want {
			t.Errorf("%s: %s becomes %s (%s), want %s", c.name, c.state, s.State, s.Reason, c.want)
		}
		first := ""
		if len(b.sent) > 0 {
			first = actName(b.sent[0].Act)
		}
		if first != c.first {
			t.Errorf("%s: sent %v and %v, want %q first", c.name, b.acts("V01"), b.acts("H01"), c.first)
		}
		if slices.Contains(b.acts("V01"), "launch") {
			t.Errorf("%s: launched again", c.name)
		}
	}
}
