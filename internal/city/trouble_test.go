package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// must asks and wants an answer.
func must[T any](t *testing.T, c *City, body any) T {
	t.Helper()
	v, problem := c.Ask(body)
	if problem != nil {
		t.Fatalf("%T: %s: %s", body, problem.Code, problem.Message)
	}
	answer, ok := v.(T)
	if !ok {
		t.Fatalf("%T is answered by a %T", body, v)
	}
	return answer
}

// refused asks and wants a refusal with this code.
func refused(t *testing.T, c *City, body any, code string) {
	t.Helper()
	if v, problem := c.Ask(body); problem == nil {
		t.Errorf("%T is answered by %v; want %s", body, v, code)
	} else if problem.Code != code {
		t.Errorf("%T: %s (%s); want %s", body, problem.Code, problem.Message, code)
	}
}

func until(t *testing.T, c *City, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	if !c.Until(limit, ok) {
		for _, s := range c.Sorties() {
			t.Logf("%s of %s: %s (%s) %s; %+v", s.ID, s.Vehicle, s.State, s.Code, s.Reason, c.vehicle(s.Vehicle))
			for _, o := range s.Orders {
				t.Logf("  %s %s %s %s %s", o.At.Format("04:05.0"), o.Step, o.Stage, o.Code, o.Detail)
			}
			for _, st := range s.Stages {
				t.Logf("  %s %s", st.At.Format("04:05.0"), st.Name)
			}
		}
		t.Fatalf("%s: not within %s", what, limit)
	}
}

func (c *City) isOnScene(id fleet.IncidentID) func() bool {
	return func() bool { return c.Incident(id).State == mission.IncidentOnScene }
}

func (c *City) isOver(id fleet.SortieID) func() bool {
	return func() bool { return c.Sortie(id).State.Final() }
}

// onScene reports an incident so far from the first dock and waits for its vehicle.
func onScene(t *testing.T, c *City, metres float64) (mission.Incident, mission.Sortie) {
	t.Helper()
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, metres))
	until(t, c, 10*time.Minute, "on scene", c.isOnScene(in.ID))
	return c.Incident(in.ID), c.sortieOf(in.ID)
}

// shown is what consoles are shown of an object; the zero value if it is not there.
func shown[T any](c *City, kind fleet.Kind, id string) T {
	v, _ := fleet.Get[T](c.board, kind, id)
	return v
}

func (c *City) dock(id fleet.DockID) (found simulator.DockTruth) {
	for _, d := range c.World.Truth().Docks {
		if d.ID == string(id) {
			found = d
		}
	}
	return found
}

func (c *City) inject(t *testing.T, f simulator.Fault) {
	t.Helper()
	if err := c.World.Inject(f); err != nil {
		t.Fatal(err)
	}
}

// A third of all datagrams lost each way, some twice, none in order.
func TestAnIncidentIsServedThroughBadAir(t *testing.T) {
	t.Parallel()
	for seed := uint64(1); seed <= 6; seed++ {
		c := seededCity(t, 2, seed)
		c.World.SetAir(simulator.Air{Loss: 0.3, Duplicate: 0.1, Delay: 40 * time.Millisecond, Jitter: 200 * time.Millisecond})
		in, s := onScene(t, c, 400)
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
		if v := c.vehicle(s.Vehicle); !v.OnGround || v.Armed || v.DockID == "" {
			t.Errorf("seed %d: %s: on the ground %v, armed %v, in dock %q", seed, v.ID, v.OnGround, v.Armed, v.DockID)
		}
	}
}

func TestAJammedLidMeansTheGroundPad(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	in, s := onScene(t, c, 2500)
	if d := c.dock(s.Dock); d.LidOpen > 0 {
		t.Fatalf("the lid of %s is open by %.2f behind a vehicle far away", d.ID, d.LidOpen)
	}
	c.inject(t, simulator.Fault{Kind: "lid-jam", Dock: string(s.Dock)})
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 15*time.Minute, "down", c.isOver(s.ID))
	s = c.Sortie(s.ID)
	if far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon); far > 3 || s.Code != "ground-pad" {
		t.Errorf("it ended as %s (%s), %.1f m from the ground pad", s.Code, s.Reason, far)
	}
}

func TestAPilotWhoTakesOverIsLeftAlone(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 400)
	c.Run(10 * time.Second) // nothing ordered is under way any more
	c.inject(t, simulator.Fault{Kind: "rc-takeover", Vehicle: string(s.Vehicle)})
	until(t, c, 3*time.Second, "noticed", func() bool { return c.Sortie(s.ID).State == mission.HumanControl })
	c.Run(time.Minute) // the judge hears every frame
	if st := c.Sortie(s.ID).State; st != mission.HumanControl {
		t.Fatalf("after a minute in a pilot's hands its sortie is %s", st)
	}
	refused(t, c, mission.Release{Vehicle: s.Vehicle}, "manual-mode")
	refused(t, c, mission.Manual{Vehicle: s.Vehicle, Act: "goto", Target: &geo.Position{LatLon: *s.Target, AltAMSL: 80}}, "manual-mode")
	hold := must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "hold"})
	until(t, c, 20*time.Second, "held", func() bool { return c.Command(hold.ID).Stage == fleet.StageDone })
	must[mission.Outlook](t, c, mission.Release{Vehicle: s.Vehicle})
	until(t, c, time.Minute, "on task again", func() bool { return c.Sortie(s.ID).State == mission.OnTask })
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
}

func TestEveryActByHandEndsAsDoneOrRefused(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	spec := c.registry.Vehicles[0]
	at := geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 250).At(80)
	act := func(name string, target *geo.Position) {
		t.Helper()
		cmd := must[mission.Command](t, c, mission.Manual{Vehicle: spec.ID, Act: name, Target: target})
		until(t, c, 4*time.Minute, name, func() bool { return c.Command(cmd.ID).Stage.Final() })
		if cmd = c.Command(cmd.ID); cmd.Stage != fleet.StageDone {
			t.Fatalf("%s is %s: %s %s", name, cmd.Stage, cmd.Code, cmd.Detail)
		}
	}
	refused(t, c, mission.Manual{Vehicle: spec.ID, Act: "hold"}, "not-airborne")
	refused(t, c, mission.Manual{Vehicle: "V99", Act: "hold"}, "unknown-vehicle")
	refused(t, c, mission.Manual{Vehicle: spec.ID, Act: "loop"}, "bad-act")
	refused(t, c, mission.Manual{Vehicle: spec.ID, Act: "goto"}, "bad-target")
	act("goto", &at)
	near := func() bool { return geo.Distance(c.vehicle(spec.ID).Position.LatLon, at.LatLon) < 10 }
	until(t, c, 3*time.Minute, "there", near)
	act("hold", nil)
	refused(t, c, mission.Manual{Vehicle: spec.ID, Act: "hold", Epoch: 1 << 40}, "stale-epoch")
	other := geo.Offset(at.LatLon, 90, 60).At(80)
	act("goto", &other)
	act("look-at", &geo.Position{LatLon: at.LatLon, AltAMSL: 4})
	act("continue", nil)
	act("return", nil)
	until(t, c, 5*time.Minute, "down", func() bool { return c.vehicle(spec.ID).OnGround && !c.vehicle(spec.ID).Armed })
	if far := geo.Distance(c.vehicle(spec.ID).Position.LatLon, c.registry.Docks[0].GroundPad.LatLon); far > 3 {
		t.Errorf("a return by hand ended %.1f m from the ground pad", far)
	}
}

func TestHoldAllAndRecallAll(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 3)
	var sorties []fleet.SortieID
	for _, d := range c.registry.Docks {
		in := c.report(t, geo.Offset(d.Pad.LatLon, 30, 300))
		until(t, c, 5*time.Minute, "on scene", c.isOnScene(in.ID))
		sorties = append(sorties, c.sortieOf(in.ID).ID)
	}
	all := func(body any) {
		t.Helper()
		commands := must[[]mission.Command](t, c, body)
		if len(commands) != len(sorties) {
			t.Fatalf("%T: %d commands for %d vehicles", body, len(commands), len(sorties))
		}
		for _, cmd := range commands {
			until(t, c, time.Minute, cmd.Act, func() bool { return c.Command(cmd.ID).Stage == fleet.StageDone })
		}
	}
	all(mission.HoldAll{})
	c.Run(8 * time.Second) // they brake
	for _, v := range c.World.Truth().Vehicles {
		if v.Mode != "Hold" || v.SpeedMS > 2 {
			t.Errorf("%s is in %s at %.1f m/s after hold-all", v.ID, v.Mode, v.SpeedMS)
		}
	}
	all(mission.RecallAll{})
	for _, id := range sorties {
		until(t, c, 6*time.Minute, "back", c.isOver(id))
		if s := c.Sortie(id); c.vehicle(s.Vehicle).DockID != string(s.Dock) {
			t.Errorf("%s ended as %s: %s", s.Vehicle, s.Code, s.Reason)
		}
	}
}

func TestAPlaceIsCorrectedInFlight(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	in, s := onScene(t, c, 400)
	to := geo.Offset(in.Place, 0, 700) // outside the fence on board
	must[mission.Incident](t, c, mission.MoveIncident{ID: in.ID, Place: to})
	there := func() bool {
		far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, to)
		return far > 30 && far < 55 && c.Incident(in.ID).State == mission.IncidentOnScene && c.vehicle(s.Vehicle).Mode == "Orbit"
	}
	until(t, c, 4*time.Minute, "circles the corrected place", there)
	refused(t, c, mission.MoveIncident{ID: in.ID, Place: geo.LatLon{Lat: 91, Lon: 120}}, "bad-place")
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 6*time.Minute, "back", c.isOver(s.ID))
}

func putPlan(t *testing.T, c *City, at geo.LatLon) mission.Plan {
	t.Helper()
	item := func(bearing, metres float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(at, bearing, metres).At(80)}
	}
	return must[mission.Plan](t, c, mission.PutPlan{Plan: mission.Plan{Name: "round", Items: []fleet.Item{item(0, 200), item(60, 200), item(120, 150)}}})
}

// A slot of a patrol falls into a restart of the station: it is flown once all the same.
func TestAPatrolIsFlownOnceOverARestart(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	p := putPlan(t, c, c.registry.Docks[0].Pad.LatLon)
	slot := c.Now().Add(time.Minute).Truncate(time.Second)
	patrol := must[mission.Patrol](t, c, mission.PutPatrol{Patrol: mission.Patrol{Name: "school", Plan: p.ID, Recurrence: "FREQ=DAILY;COUNT=2",
		Start: slot, Zone: "Asia/Shanghai", WindowS: 300, Enabled: true}})
	flown := func() (out []mission.Sortie) {
		for _, s := range c.Sorties() {
			if s.Patrol == patrol.ID {
				out = append(out, s)
			}
		}
		return out
	}
	c.Until(2*time.Minute, func() bool { return !c.Now().Before(slot.Add(-time.Second)) })
	if n := len(flown()); n != 0 {
		t.Fatalf("%d sorties before the time", n)
	}
	c.die()
	until(t, c, 20*time.Second, "launched", func() bool { return len(flown()) == 1 })
	c.die()
	s := flown()[0]
	until(t, c, 10*time.Minute, "flown", c.isOver(s.ID))
	c.Run(5 * time.Minute)
	if all := flown(); len(all) != 1 || !all[0].Served || c.vehicle(s.Vehicle).DockID == "" {
		t.Errorf("%d sorties; served %v (%s %s)", len(all), all[0].Served, all[0].Code, all[0].Reason)
	}
}

func TestACrewSaysTheWord(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	var crew fleet.VehicleSpec
	for _, v := range c.registry.Vehicles {
		if v.Class == fleet.CrewQuad && crew.ID == "" {
			crew = v
		}
	}
	p := putPlan(t, c, crew.Site.LatLon)
	s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: p.ID, Vehicle: crew.ID})
	asks := func(id fleet.SortieID) func() bool {
		return func() bool { return c.Sortie(id).State == mission.AwaitingCrew }
	}
	until(t, c, 5*time.Second, "asks the crew", asks(s.ID))
	c.Run(58 * time.Second)
	if !asks(s.ID)() {
		t.Errorf("before its time is over it is %s", c.Sortie(s.ID).State)
	}
	until(t, c, 5*time.Second, "expires", c.isOver(s.ID))
	if s = c.Sortie(s.ID); s.Code != "crew-timeout" || !c.vehicle(crew.ID).OnGround {
		t.Errorf("it ended as %s: %s", s.Code, s.Reason)
	}
	for _, flight := range []string{"first", "second"} {
		c.Run(20 * time.Second)
		s = must[mission.Sortie](t, c, mission.FlyPlan{Plan: p.ID, Vehicle: crew.ID})
		until(t, c, 5*time.Second, "asks the crew", asks(s.ID))
		if got := must[mission.Sortie](t, c, mission.ConfirmLaunch{Sortie: s.ID}); got.ConfirmedBy != "test" {
			t.Errorf("confirmed by %q", got.ConfirmedBy)
		}
		until(t, c, 2*time.Minute, flight+" flight", func() bool { return c.Sortie(s.ID).State == mission.Outbound })
		if flight == "first" { // called home from its plan, it stands in its plan's mode afterwards
			must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
		}
		until(t, c, 12*time.Minute, "flown", c.isOver(s.ID))
		if far := geo.Distance(c.vehicle(crew.ID).Position.LatLon, crew.Site.LatLon); far > 5 || c.Sortie(s.ID).State != mission.Closed {
			t.Errorf("%s ended as %s, %.1f m from its site", crew.ID, c.Sortie(s.ID).Code, far)
		}
	}
	if !c.Sortie(s.ID).Served {
		t.Errorf("the plan was not flown: %s", c.Sortie(s.ID).Reason)
	}
}

// One-way loss: what is heard and does not answer is not lost, and nobody else takes its place. Its own failsafe brings it
// home, because our heartbeat does not reach it.
func TestAVehicleThatDoesNotHearUsIsSaidSoAndKeepsItsRoom(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	in, s := onScene(t, c, 800)
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "up"})
	doubted := func() bool { return shown[mission.Alarm](c, mission.KindAlarm, "uplink:"+string(s.Vehicle)).Active }
	until(t, c, 15*time.Second, "the uplink is doubted", doubted)
	if v := shown[fleet.Vehicle](c, fleet.KindVehicle, string(s.Vehicle)); v.Link != fleet.LinkOnline || v.Uplink != fleet.UplinkUnconfirmed {
		t.Fatalf("shown as %s, uplink %s", v.Link, v.Uplink)
	}
	until(t, c, 5*time.Minute, "its failsafe brings it down", func() bool {
		for _, other := range c.Sorties() {
			if other.Vehicle != s.Vehicle && !other.State.Final() && other.Incident == in.ID && !c.Sortie(s.ID).State.Final() && c.vehicle(s.Vehicle).Armed && geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, c.vehicle(other.Vehicle).Position.LatLon) < 30 {
				t.Fatalf("%s was sent into the room of %s", other.Vehicle, s.Vehicle)
			}
		}
		return !c.vehicle(s.Vehicle).Armed
	})
	if far := geo.Distance(c.vehicle(s.Vehicle).Position.LatLon, s.Home.LatLon); far > 3 {
		t.Errorf("it came down %.1f m from its ground pad", far)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "up", Clear: true})
	until(t, c, 20*time.Second, "the alarm goes", func() bool { return !doubted() })
	until(t, c, 5*time.Minute, "its sortie is over", c.isOver(s.ID))
}

// Of what is not heard any more it is not said that it is heard and does not answer.
func TestTheDoubtOfAnUplinkEndsWithTheLink(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 800)
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "up"})
	doubted := func() bool { return shown[mission.Alarm](c, mission.KindAlarm, "uplink:"+string(s.Vehicle)).Active }
	until(t, c, 15*time.Second, "the uplink is doubted", doubted)
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle)})
	until(t, c, 30*time.Second, "it is lost", func() bool { return c.Sortie(s.ID).State == mission.LinkLost })
	if doubted() {
		t.Error("it is said to be heard, and is not")
	}
}

// The other way round: what does not reach us is lost, though it hears every word.
func TestAVehicleThatIsNotHeardIsLostThoughItHears(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 800)
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "down"})
	until(t, c, 30*time.Second, "it is lost", func() bool { return c.Sortie(s.ID).State == mission.LinkLost })
	if v := shown[fleet.Vehicle](c, fleet.KindVehicle, string(s.Vehicle)); v.Uplink != fleet.UplinkUnknown {
		t.Errorf("uplink %s of a vehicle that is not heard", v.Uplink)
	}
	c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), How: "down", Clear: true})
	until(t, c, 30*time.Minute, "its sortie is over", c.isOver(s.ID))
}
