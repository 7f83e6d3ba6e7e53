package mission

import (
	"errors"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var (
	t0   = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	here = geo.LatLon{Lat: 32.53, Lon: 120.47}
)

// table is a Desk with a store that answers when told to, and a fleet of dock vehicles as the test wants it seen.
type table struct {
	d        *Desk
	now      time.Time
	reg      fleet.Registry
	vehicles map[fleet.VehicleID]*fleet.Vehicle
	docks    map[fleet.DockID]*fleet.Dock
	waiting  []Persist
	broken   error // what the store answers
	slow     bool  // the store does not answer
	kept     []Op
	sent     []fleet.Intent
	replies  map[uint64]Reply
	shown    map[string]any
	asked    uint64
	step     func([]Output) // if set, looks at each Step's outputs
}

// newTable has n docks with a vehicle in each, a kilometre apart, ready to fly; the Desk has settled.
func newTable(n int, st State) *table {
	b := &table{now: t0, vehicles: map[fleet.VehicleID]*fleet.Vehicle{}, docks: map[fleet.DockID]*fleet.Dock{}}
	for i := range n {
		pad := geo.Offset(here, 90, float64(i)*1000).At(4)
		v, h := fleet.VehicleID("V0"+string(rune('1'+i))), fleet.DockID("H0"+string(rune('1'+i)))
		ground := geo.Offset(pad.LatLon, 0, 8).At(4)
		b.reg.Vehicles = append(b.reg.Vehicles, fleet.VehicleSpec{ID: v, Class: fleet.DockQuad, SystemID: fleet.SystemID(i + 1), Dock: h, CruiseMS: 14,
			ClimbMS: 4, DescendMS: 2.5, MaxWindMS: 12, EnergyWh: 140, HoverW: 190, CruiseW: 205})
		b.reg.Docks = append(b.reg.Docks, fleet.DockSpec{ID: h, Name: string(h), SystemID: fleet.SystemID(101 + i), Pad: pad, GroundPad: ground, OpenSeconds: 10})
		b.vehicles[v] = &fleet.Vehicle{ID: v, Link: fleet.LinkOnline, Mode: fleet.ModeHold, Landed: fleet.OnGround, PrearmOK: true, Position: &pad,
			GPS: fleet.GPS{Fix: 3, Sats: 14}, Home: &ground, Battery: fleet.Battery{Percent: 95, TempC: 20}}
		b.docks[h] = &fleet.Dock{ID: h, Link: fleet.LinkOnline, State: fleet.DockCharging, LidSwitch: fleet.LidClosed, LidEncoder: fleet.LidClosed, Seated: true,
			Env: fleet.DockEnvironment{WindMS: 3, GustMS: 4, OutTempC: 18, InTempC: 20}, Power: fleet.DockPower{MainsOK: true, UPSMinutes: 30, PackPercent: 95}}
	}
	b.restart(st)
	b.run(5 * time.Second)
	return b
}

// restart makes the Desk anew from st.
func (b *table) restart(st State) {
	b.d = NewDesk(b.reg, st, DeskConfig{}, b.now)
	b.waiting, b.replies, b.shown = nil, map[uint64]Reply{}, map[string]any{}
}

// in gives one input and carries out what the Desk wants, but for the store's answers.
func (b *table) in(in Input) {
	out := b.d.Step(b.now, in)
	if b.step != nil {
		b.step(out)
	}
	for _, o := range out {
		switch o := o.(type) {
		case Persist:
			b.waiting = append(b.waiting, o)
		case Send:
			b.sent = append(b.sent, o.Intent)
		case Reply:
			b.replies[o.Request] = o
		case Show:
			b.shown[string(o.Kind)+" "+o.ID] = o.Value
		}
	}
}

// commit lets the store answer everything that waits.
func (b *table) commit() {
	for len(b.waiting) > 0 {
		p := b.waiting[0]
		b.waiting = b.waiting[1:]
		if b.broken == nil {
			b.kept = append(b.kept, p.Ops...)
		}
		b.in(Committed{Seq: p.Seq, Err: b.broken})
		if b.broken != nil {
			return // what it keeps for later is offered again in a while
		}
	}
}

// run lets the time pass with every system heard five times a second.
func (b *table) run(d time.Duration) {
	for end := b.now.Add(d); b.now.Before(end); {
		b.now = b.now.Add(200 * time.Millisecond)
		b.hear()
		b.in(Tick{})
		if !b.slow {
			b.commit()
		}
	}
}

// hear tells the Desk of every system as it is.
func (b *table) hear() {
	for _, spec := range b.reg.Vehicles {
		v := *b.vehicles[spec.ID]
		if v.Link == fleet.LinkOnline {
			v.HeardAt, v.PositionAt, v.Battery.At, v.GPS.At, v.Clock.At = b.now, b.now, b.now, b.now, b.now
			if r := v.RemoteID; r != nil && r.State != fleet.RemoteIDSilent {
				v.RemoteID = &fleet.RemoteID{State: r.State, Text: r.Text, Component: r.Component, At: b.now}
			}
		}
		b.in(Observed{Event: fleet.VehicleChanged{Vehicle: &v}})
	}
	for _, spec := range b.reg.Docks {
		k := *b.docks[spec.ID]
		if k.Link == fleet.LinkOnline {
			k.HeardAt, k.StateAt, k.LidAt, k.Env.At, k.Power.At = b.now, b.now, b.now, b.now, b.now
		}
		b.in(Observed{Event: fleet.DockChanged{Dock: k}})
	}
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// ask asks without letting the store answer.
func (b *table) ask(body any) uint64 {
	b.asked++
	b.in(Request{ID: b.asked, By: "lin", Body: body})
	return b.asked
}

// told asks, lets the store answer, and gives the reply.
func (b *table) told(t tester, body any) Reply {
	t.Helper()
	id := b.ask(body)
	b.commit()
	r, ok := b.replies[id]
	if !ok {
		t.Fatalf("%T is not answered", body)
	}
	return r
}

func (b *table) incident(t tester, body CreateIncident) Incident {
	t.Helper()
	r := b.told(t, body)
	if r.Err != nil {
		t.Fatalf("%s: %s", r.Err.Code, r.Err.Message)
	}
	return r.Value.(Incident)
}

// shownIncident and shownSortie are what the Board shows.
func (b *table) shownIncident(id fleet.IncidentID) Incident {
	in, _ := b.shown["incident "+string(id)].(Incident)
	return in
}

func (b *table) shownSortie(id fleet.SortieID) Sortie {
	s, _ := b.shown["sortie "+string(id)].(Sortie)
	return s
}

// acts are the names of the acts sent to a vehicle or dock, in order.
func (b *table) acts(to string) (out []string) {
	for _, in := range b.sent {
		if string(in.Vehicle) == to || string(in.Dock) == to {
			out = append(out, actName(in.Act))
		}
	}
	return out
}

// flying lets V01 fly to an incident by what the world would show of it, and gives its sortie.
func (b *table) flying(t tester) Sortie {
	t.Helper()
	in := b.incident(t, near)
	sortie := b.shownIncident(in.ID).Sortie
	b.finish(named("prepare-launch", "verify-safety"))
	k := b.docks["H01"]
	k.State, k.LidSwitch, k.LidEncoder, k.Task = fleet.DockLaunchReady, fleet.LidOpen, fleet.LidOpen, fleet.TaskHash(sortie)
	for range 20 {
		b.run(time.Second)
		b.finish(func(act string) bool { return act != "launch" })
		if slices.Contains(b.acts("V01"), "launch") {
			break
		}
	}
	v := b.vehicles["V01"]
	up := v.Position.LatLon.At(90)
	v.Armed, v.Landed, v.Mode, v.Position, v.AltRelM = true, fleet.InAir, fleet.ModeMission, &up, 86
	k.Seated, k.State = false, fleet.DockOpen
	b.run(2 * time.Second)
	s := b.shownSortie(sortie)
	if s.State != Outbound {
		t.Fatalf("the sortie is %s: %s; sent %v", s.State, s.Reason, b.acts("V01"))
	}
	return s
}

// finish reports what was sent and is meant as done.
func (b *table) finish(meant func(act string) bool) {
	for _, in := range slices.Clone(b.sent) {
		if meant(actName(in.Act)) {
			if up, ok := in.Act.(fleet.UploadPlan); ok {
				v := b.vehicles[in.Vehicle]
				v.Plan = &fleet.PlanOnBoard{Hash: up.Hash(), IDs: fleet.PlanIDs{Mission: 11, Fence: 12}, VerifiedAt: b.now}
				v.Mission.ID, v.Mission.FenceID = 11, 12
				now := *v
				b.in(Observed{Event: fleet.VehicleChanged{Vehicle: &now}})
			}
			b.in(Observed{Event: fleet.Report{Intent: in.ID, Vehicle: in.Vehicle, Dock: in.Dock, Stage: fleet.StageDone, At: b.now}})
		}
	}
	b.commit()
}

// named means the acts of these names.
func named(names ...string) func(string) bool {
	return func(act string) bool { return slices.Contains(names, act) }
}

var near = CreateIncident{Title: "smoke", Priority: 2, Place: geo.Offset(here, 0, 500)}

var errDisk = errors.New("disk full")
