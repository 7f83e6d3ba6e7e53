package mission

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// watcher holds a Desk to its promises at every Step.
type watcher struct {
	t       *rapid.T
	b       *table
	durable map[fleet.IntentID]bool // ids on durable record, as an order or a command
	gone    map[fleet.IntentID]bool // ids sent
	open    map[fleet.VehicleID]fleet.SortieID
}

func (w *watcher) step(out []Output) {
	for _, op := range w.b.kept {
		switch v := op.Value.(type) {
		case Sortie:
			for _, o := range v.Orders {
				w.durable[o.ID] = true
			}
			other, have := w.open[v.Vehicle]
			switch {
			case v.State.Final() && other == v.ID:
				delete(w.open, v.Vehicle)
			case v.State.Final():
			case have && other != v.ID:
				w.t.Fatalf("%s has %s and %s", v.Vehicle, other, v.ID)
			default:
				w.open[v.Vehicle] = v.ID
			}
		case Command:
			w.durable[v.ID] = true
		}
	}
	w.b.kept = w.b.kept[:0]
	for _, o := range out {
		send, ok := o.(Send)
		if !ok {
			continue
		}
		in := send.Intent
		if w.gone[in.ID] {
			w.t.Fatalf("%s is sent twice", in.ID)
		}
		w.gone[in.ID] = true
		if !fleet.Stops(in.Act) && !w.durable[in.ID] {
			w.t.Fatalf("%s (%s) is sent before it is durable", in.ID, actName(in.Act))
		}
		c := w.b.d.byID[in.Vehicle]
		if c == nil {
			continue // to a dock
		}
		if in.Epoch != c.control.Epoch {
			w.t.Fatalf("%s carries epoch %d of %d", in.ID, in.Epoch, c.control.Epoch)
		}
		if c.control.Holder == holderHuman && c.control.Cause != causeOperator && w.b.d.commands.get(in.ID) == nil {
			w.t.Fatalf("%s (%s) goes to %s, which a pilot has (%s)", in.ID, actName(in.Act), in.Vehicle, c.control.Cause)
		}
	}
}

// Whatever happens in whatever order: nothing is sent twice, before it is durable, under an old epoch, or to a vehicle
// that a pilot has; no vehicle has two sorties; each request is answered once; a store that is well again leaves nothing
// behind.
func TestTheDeskKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newTable(2, State{})
		w := &watcher{t: rt, b: b, durable: map[fleet.IntentID]bool{}, gone: map[fleet.IntentID]bool{}, open: map[fleet.VehicleID]fleet.SortieID{}}
		b.step = w.step
		if rapid.Bool().Draw(rt, "flying") {
			b.flying(rt)
		}
		vehicle := rapid.SampledFrom([]fleet.VehicleID{"V01", "V02"})
		mode := rapid.SampledFrom([]fleet.Mode{fleet.ModeHold, fleet.ModeMission, fleet.ModeReturn, fleet.ModeLand, fleet.ModePrecLand, fleet.ModeOrbit, fleet.ModeManual})
		landed := rapid.SampledFrom([]fleet.Landed{fleet.OnGround, fleet.TakingOff, fleet.InAir, fleet.Landing})
		stage := rapid.SampledFrom([]fleet.Stage{fleet.StageAccepted, fleet.StageDone, fleet.StageRefused, fleet.StageTimedOut, fleet.StageFailed})
		incidents := []fleet.IncidentID{}
		for range rapid.IntRange(5, 60).Draw(rt, "events") {
			v := b.vehicles[vehicle.Draw(rt, "vehicle")]
			k := b.docks[b.d.byID[v.ID].spec.Dock]
			switch rapid.IntRange(0, 13).Draw(rt, "event") {
			case 0:
				b.ask(CreateIncident{Title: "x", Priority: rapid.IntRange(1, 5).Draw(rt, "priority"), Place: geo.Offset(here, rapid.Float64Range(0, 359).Draw(rt, "bearing"), 600)})
			case 1:
				for id := range b.d.incidents {
					incidents = append(incidents, id)
				}
				if len(incidents) > 0 {
					b.ask(CancelIncident{ID: incidents[len(incidents)-1]})
				}
			case 2:
				b.ask(Manual{Vehicle: v.ID, Act: rapid.SampledFrom([]string{"hold", "return", "land", "continue"}).Draw(rt, "act")})
			case 3:
				to := geo.Offset(here, 30, 300).At(80)
				b.ask(Manual{Vehicle: v.ID, Act: "goto", Target: &to})
			case 4:
				b.ask(rapid.SampledFrom([]any{HoldAll{}, RecallAll{}, Release{Vehicle: v.ID}}).Draw(rt, "all"))
			case 5:
				from := v.Mode
				v.Mode = mode.Draw(rt, "mode")
				b.in(Observed{Event: fleet.ModeChanged{Vehicle: v.ID, From: from, To: v.Mode, At: b.now,
					Cause: rapid.SampledFrom([]fleet.Cause{fleet.CauseUncommanded, fleet.CauseFailsafe, fleet.CauseOrdered}).Draw(rt, "cause")}})
			case 6:
				v.Landed = landed.Draw(rt, "landed")
				v.Armed = v.Landed != fleet.OnGround || rapid.Bool().Draw(rt, "armed")
				at := v.Position.LatLon.At(4)
				if v.Landed != fleet.OnGround {
					at.AltAMSL = 80
				}
				v.Position, k.Seated = &at, v.Landed == fleet.OnGround
			case 7, 8, 9:
				if n := len(b.sent); n > 0 {
					in := b.sent[rapid.IntRange(max(0, n-4), n-1).Draw(rt, "intent")]
					b.in(Observed{Event: fleet.Report{Intent: in.ID, Vehicle: in.Vehicle, Dock: in.Dock, Stage: stage.Draw(rt, "stage"), At: b.now}})
				}
			case 10:
				k.State = rapid.SampledFrom([]fleet.DockState{fleet.DockCharging, fleet.DockLaunchReady, fleet.DockLandingReady, fleet.DockFault, fleet.DockAway}).Draw(rt, "dock")
				k.LidSwitch, k.LidEncoder = fleet.LidClosed, fleet.LidClosed
				if k.State == fleet.DockLaunchReady || k.State == fleet.DockLandingReady {
					k.LidSwitch, k.LidEncoder = fleet.LidOpen, fleet.LidOpen
				}
				k.Task = fleet.TaskHash(b.d.byID[v.ID].sortie)
			case 11:
				b.slow = rapid.Bool().Draw(rt, "slow")
			case 12:
				b.broken = nil
				if rapid.IntRange(0, 3).Draw(rt, "broken") == 0 {
					b.broken = errDisk
				}
			case 13:
				v.Link = rapid.SampledFrom([]fleet.Link{fleet.LinkOnline, fleet.LinkStale, fleet.LinkLost, fleet.LinkQuarantined}).Draw(rt, "link")
			}
			b.run(time.Duration(rapid.IntRange(1, 8).Draw(rt, "wait")) * 400 * time.Millisecond)
		}
		b.slow, b.broken = false, nil
		b.run(10 * time.Second)
		if uint64(len(b.replies)) != b.asked {
			rt.Errorf("%d requests, %d answers", b.asked, len(b.replies))
		}
		if len(b.d.keeping.dirty) != 0 {
			rt.Errorf("the store is well and lacks %v", b.d.keeping.dirty)
		}
		for _, c := range b.d.commands.order {
			if cmd := b.d.commands.get(c); !cmd.Stage.Final() && b.now.Sub(cmd.At) > 10*time.Minute {
				rt.Errorf("%s never ends: %s", cmd.Act, cmd.Stage)
			}
		}
	})
}
