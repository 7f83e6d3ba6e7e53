package mission

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
)

// grants watches what the Desk lets pilots do.
func (b *table) grants() *[]Grant {
	var all []Grant
	b.step = func(out []Output) {
		for _, o := range out {
			if g, ok := o.(Grant); ok {
				all = append(all, g)
			}
		}
	}
	return &all
}

// byHand lets lin fly V01 by hand.
func (b *table) byHand(t *testing.T) (Sortie, Command, *[]Grant) {
	t.Helper()
	s := b.flying(t)
	grants := b.grants()
	r := b.told(t, FlyByHand{Vehicle: "V01"})
	if r.Err != nil {
		t.Fatalf("%s: %s", r.Err.Code, r.Err.Message)
	}
	return s, r.Value.(Command), grants
}

func TestAVehicleIsGivenToAPilot(t *testing.T) {
	b := newTable(1, State{})
	s, cmd, grants := b.byHand(t)
	in := b.sent[len(b.sent)-1]
	if _, ok := in.Act.(fleet.FlyManual); !ok || in.ID != cmd.ID {
		t.Fatalf("sent %+v", in)
	}
	at := b.vehicles["V01"].Position
	env := in.Envelope
	if !airspace.Inside(env.Fence, at.LatLon) || !(env.FloorAMSL >= 20 && env.FloorAMSL < at.AltAMSL && env.CeilingAMSL > at.AltAMSL) {
		t.Fatalf("room %+v around %v", env, at)
	}
	for _, p := range env.Fence {
		if !airspace.Inside(s.Fence, p) {
			t.Errorf("%v of the room lies outside the sortie's fence", p)
		}
	}
	if now := b.shownSortie(s.ID); now.State != HumanControl || now.Code != codeByHand || now.Hand == nil || now.Hand.By != "lin" {
		t.Fatalf("shown as %+v", now)
	}
	b.vehicles["V01"].Mode = fleet.ModeManual
	b.run(5 * time.Second)
	if n := len(*grants); n < 8 || n > 14 { // the world of the test moves in fifths of a second
		t.Errorf("%d grants in 5 s, want two a second", n)
	}
	for _, g := range *grants {
		if g.ID != cmd.ID || g.Vehicle != "V01" {
			t.Errorf("%+v", g)
		}
	}
	if c := b.d.byID["V01"].control; c.Holder != holderHuman || c.Cause != causeOperator || c.By != "lin" {
		t.Errorf("%+v", c)
	}
	if got := b.told(t, FlyByHand{Vehicle: "V01"}); got.Err == nil || got.Err.Code != "flown-by-hand" {
		t.Errorf("a second pilot is answered %+v", got)
	}
	// The record says that it began and that it ended.
	b.vehicles["V01"].Mode = fleet.ModeHold
	b.in(Observed{Event: fleet.Report{Intent: cmd.ID, Vehicle: "V01", Stage: fleet.StageFailed, Code: "silent", At: b.now}})
	b.commit()
	*grants = nil
	b.run(2 * time.Second)
	if len(*grants) != 0 {
		t.Errorf("%d grants after the end", len(*grants))
	}
	var acts []string
	for _, op := range b.kept {
		acts = append(acts, op.Act)
	}
	for _, want := range []string{"command.fly", "sortie.flown-by-hand", "command.failed", "sortie.hand-ended"} {
		if !slices.Contains(acts, want) {
			t.Errorf("%s is not on record", want)
		}
	}
	if now := b.shownSortie(s.ID); now.State != HumanControl || now.Code != "human-control" {
		t.Errorf("after the end it is %s, %s", now.State, now.Code)
	}
}

func TestStopsEndAFlightByHand(t *testing.T) {
	for _, act := range []string{"hold", "return", "land"} {
		b := newTable(1, State{})
		_, _, grants := b.byHand(t)
		b.vehicles["V01"].Mode = fleet.ModeManual
		b.run(time.Second)
		b.ask(Manual{Vehicle: "V01", Act: act}) // sent before the store answers
		if got := actName(b.sent[len(b.sent)-1].Act); got != act {
			t.Errorf("%s: sent %s", act, got)
		}
		*grants = nil
		b.run(2 * time.Second)
		if len(*grants) != 0 {
			t.Errorf("%s: the pilot may fly on", act)
		}
	}
}

func TestAPilotLetsGo(t *testing.T) {
	b := newTable(1, State{})
	_, cmd, grants := b.byHand(t)
	if r := b.told(t, EndByHand{Grant: "C999999"}); r.Err == nil || r.Err.Code != "unknown-grant" {
		t.Errorf("%+v", r)
	}
	if r := b.told(t, EndByHand{Grant: cmd.ID}); r.Err != nil {
		t.Fatalf("%+v", r)
	}
	holds := func() (n int) {
		for _, a := range b.acts("V01") {
			if a == "hold" {
				n++
			}
		}
		return n
	}
	*grants = nil
	b.run(2 * time.Second)
	if holds() != 1 || len(*grants) != 0 {
		t.Fatalf("%d holds, %d grants", holds(), len(*grants))
	}
	if r := b.told(t, EndByHand{Grant: cmd.ID}); r.Err != nil || holds() != 1 {
		t.Fatalf("letting go twice: %+v, %d holds", r, holds())
	}
}

// TestAfterAFlightByHandItGoesBackToItsLayer: before anything else goes on.
func TestAfterAFlightByHandItGoesBackToItsLayer(t *testing.T) {
	b := newTable(1, State{})
	s, cmd, _ := b.byHand(t)
	v := b.vehicles["V01"]
	low := v.Position.LatLon.At(40)
	v.Mode, v.Position = fleet.ModeHold, &low
	b.in(Observed{Event: fleet.Report{Intent: cmd.ID, Vehicle: "V01", Stage: fleet.StageDone, At: b.now}})
	b.sent = nil
	if r := b.told(t, Manual{Vehicle: "V01", Act: "continue"}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.run(time.Second)
	to, ok := b.sent[0].Act.(fleet.GoTo)
	if !ok || to.Target.AltAMSL != s.CruiseAMSL || geo.Distance(to.Target.LatLon, low.LatLon) > 1 || len(b.sent) != 1 {
		t.Fatalf("sent %+v", b.sent)
	}
	b.finish(named("goto"))
	b.run(3 * time.Second)
	if now := b.shownSortie(s.ID); now.State != HumanControl || now.Hand == nil {
		t.Fatalf("it went on below its layer: %s", now.State)
	}
	up := v.Position.LatLon.At(s.CruiseAMSL)
	v.Position = &up
	b.run(2 * time.Second)
	if now := b.shownSortie(s.ID); now.State != Outbound || now.Hand != nil {
		t.Fatalf("%s, %+v", now.State, now.Hand)
	}
}

// TestNobodyElseIsGivenTheRoomOfAPilot: another sortie keeps clear of it.
func TestNobodyElseIsGivenTheRoomOfAPilot(t *testing.T) {
	b := newTable(1, State{})
	b.byHand(t)
	m := b.d.sortieOf(b.d.byID["V01"])
	at := b.vehicles["V01"].Position.LatLon
	other := airspace.Want{Sortie: "other", Home: geo.Offset(at, 90, 3000).At(4), Route: []geo.LatLon{geo.Offset(at, 270, 3000)}}
	claim, _, problem := airspace.Assign(b.d.rooms(), other)
	if problem == nil && airspace.Conflict(claim, airspace.Claim{Volumes: []airspace.Volume{m.Hand.Room}}) {
		t.Fatal("a way through the room of a pilot was given")
	}
}

func TestWhoIsNotGivenToAPilot(t *testing.T) {
	for want, spoil := range map[string]func(b *table, v *fleet.Vehicle) FlyByHand{
		"stale-epoch": func(b *table, v *fleet.Vehicle) FlyByHand { return FlyByHand{Vehicle: "V01", Epoch: 77} },
		"vehicle-offline": func(b *table, v *fleet.Vehicle) FlyByHand {
			v.Link = fleet.LinkStale
			return FlyByHand{Vehicle: "V01"}
		},
		"unknown-vehicle": func(b *table, v *fleet.Vehicle) FlyByHand { return FlyByHand{Vehicle: "V77"} },
		"not-by-hand": func(b *table, v *fleet.Vehicle) FlyByHand {
			b.d.byID["V01"].spec.Class = fleet.Tethered
			return FlyByHand{Vehicle: "V01"}
		},
		"human-control": func(b *table, v *fleet.Vehicle) FlyByHand {
			b.in(Observed{Event: fleet.ModeChanged{Vehicle: "V01", From: fleet.ModeMission, To: fleet.ModeHold, Cause: fleet.CauseUncommanded, At: b.now}})
			return FlyByHand{Vehicle: "V01"}
		},
		"failsafe": func(b *table, v *fleet.Vehicle) FlyByHand {
			v.Failsafe = true
			return FlyByHand{Vehicle: "V01"}
		},
		"too-low": func(b *table, v *fleet.Vehicle) FlyByHand {
			low := v.Position.LatLon.At(15)
			v.Position = &low
			return FlyByHand{Vehicle: "V01"}
		},
		"ground-unknown": func(b *table, v *fleet.Vehicle) FlyByHand {
			b.d.reg.Terrain = level(4, 0.001)
			return FlyByHand{Vehicle: "V01"}
		},
		"airspace": func(b *table, v *fleet.Vehicle) FlyByHand {
			far := geo.Offset(v.Position.LatLon, 180, 5000).At(90)
			v.Position = &far
			return FlyByHand{Vehicle: "V01"}
		},
	} {
		b := newTable(1, State{})
		b.flying(t)
		req := spoil(b, b.vehicles["V01"])
		b.hear()
		b.commit()
		if r := b.told(t, req); r.Err == nil || r.Err.Code != want {
			t.Errorf("%s: answered %+v", want, r)
		}
	}
	b := newTable(1, State{})
	if r := b.told(t, FlyByHand{Vehicle: "V01"}); r.Err == nil || r.Err.Code != "not-airborne" {
		t.Errorf("on the ground: %+v", r)
	}
}

// level is ground of one height around a place 2 km beside the docks, so far to each side, degrees.
func level(amsl float32, side float64) fleet.Terrain {
	at := geo.Offset(here, 180, 2000)
	g, err := geo.NewGrid(2, 2, at.Lon-side, at.Lat-side, 2*side, []float32{amsl, amsl, amsl, amsl})
	if err != nil {
		panic(err)
	}
	return fleet.Terrain{Grid: g, ErrorM: 2}
}

// Over ground that rises to a vehicle it is not flown by hand, and the ground is said to be why.
func TestAHillUnderAVehicleIsWhyNobodyFliesIt(t *testing.T) {
	b := newTable(1, State{})
	b.flying(t)
	b.d.reg.Terrain = level(float32(b.vehicles["V01"].Position.AltAMSL)-23, 0.2)
	if r := b.told(t, FlyByHand{Vehicle: "V01"}); r.Err == nil || r.Err.Code != "too-low" {
		t.Errorf("23 m above the ground: %+v", r)
	}
	b.d.reg.Terrain = level(float32(b.vehicles["V01"].Position.AltAMSL)-25, 0.2)
	if r := b.told(t, FlyByHand{Vehicle: "V01"}); r.Err != nil {
		t.Errorf("25 m above the ground, of which 4 m are its errors: %+v", r.Err)
	}
}
