package mission

import (
	"slices"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// newIdentified is a table of n vehicles that must identify themselves, and do.
func newIdentified(n int) (*table, func() map[fleet.VehicleID]fleet.Identity) {
	b := newTable(n, State{})
	geoid := 10.0
	b.reg.Operator = fleet.Operator{ID: "OP-1", GeoidM: &geoid}
	for i := range b.reg.Vehicles {
		spec := &b.reg.Vehicles[i]
		spec.RemoteID, spec.UASID = fleet.RemoteIDRequired, "UAS-"+string(spec.ID)
		b.vehicles[spec.ID].RemoteID = &fleet.RemoteID{State: fleet.RemoteIDReady, Component: 236}
	}
	told := map[fleet.VehicleID]fleet.Identity{}
	b.step = func(out []Output) {
		for _, o := range out {
			if id, ok := o.(Identify); ok {
				told[id.Vehicle] = id.Identity
			}
		}
	}
	b.restart(State{})
	b.run(5 * time.Second)
	return b, func() map[fleet.VehicleID]fleet.Identity { return told }
}

func TestTransmittersAreGivenWhoFliesWhatFor(t *testing.T) {
	b, told := newIdentified(2)
	pad := b.reg.Docks[1].Pad
	idle := fleet.Identity{OperatorID: "OP-1", Purpose: "STANDBY", Operator: pad.LatLon, EllipsoidM: 14, HeightKnown: true}
	if got := told()["V02"]; got != idle {
		t.Errorf("on the ground: %+v", got)
	}
	s := b.flying(t)
	if got := told()["V01"].Purpose; got != "INCIDENT RESPONSE" || told()["V02"] != idle {
		t.Errorf("in the air for %q, the other %+v", got, told()["V02"])
	}
	b.d.sorties[s.ID].State = EmergencyLanding
	b.run(2 * time.Second)
	if got := told()["V01"]; got.Purpose != "EMERGENCY LANDING" || !got.Emergency {
		t.Errorf("in distress: %+v", got)
	}
	b, told = newIdentified(1)
	office := geo.Offset(here, 180, 3000).At(20)
	b.reg.Operator = fleet.Operator{ID: "OP-1", Position: &office}
	b.restart(State{})
	b.run(time.Second)
	if got := told()["V01"]; got != (fleet.Identity{OperatorID: "OP-1", Purpose: "STANDBY", Operator: office.LatLon, Fixed: true}) {
		t.Errorf("from an office whose geoid is not known: %+v", got)
	}
	for purpose, text := range purposes {
		if !fleet.PlainID(text, fleet.DescriptionMax) {
			t.Errorf("%s: %q cannot be told", purpose, text)
		}
	}
}

func TestAVehicleInTheAirThatDoesNotIdentifyItselfIsAnAlarm(t *testing.T) {
	b, _ := newIdentified(1)
	v := b.vehicles["V01"]
	alarm := func() Alarm { a, _ := b.shown["alarm remote-id:V01"].(Alarm); return a }
	is := func(r *fleet.RemoteID, active bool, text string) {
		t.Helper()
		v.RemoteID = r
		b.run(3 * time.Second)
		if a := alarm(); a.Active != active || active && (a.Text != "V01: "+text || a.Severity != "critical" || a.Vehicle != "V01") {
			t.Errorf("%+v: %+v", r, a)
		}
	}
	ready := &fleet.RemoteID{State: fleet.RemoteIDReady, Component: 236}
	is(&fleet.RemoteID{State: fleet.RemoteIDFailing, Text: "antenna"}, false, "")
	is(ready, false, "")
	b.flying(t)
	is(ready, false, "")
	is(&fleet.RemoteID{State: fleet.RemoteIDFailing, Text: "antenna"}, true, "remote identification: antenna")
	is(&fleet.RemoteID{State: fleet.RemoteIDFailing}, true, "remote identification: not good to arm")
	is(ready, false, "")
	is(&fleet.RemoteID{State: fleet.RemoteIDSilent, At: b.now}, true, "remote identification: the transmitter is silent")
	is(ready, false, "")
	v.Link = fleet.LinkLost
	is(&fleet.RemoteID{State: fleet.RemoteIDSilent, At: b.now}, false, "") // nothing is known of one that is not heard
	v.Link = fleet.LinkOnline
	is(nil, true, "remote identification: no transmitter was heard")
	v.Armed, v.Landed = false, fleet.OnGround
	is(nil, false, "")
}

// TestASortieWaitsForIdentificationAndHandsOn: a transmitter that fails under its lid may find its position when that is
// open; one that does not keeps its vehicle on the ground.
func TestASortieWaitsForIdentificationAndHandsOn(t *testing.T) {
	for name, heals := range map[string]bool{"it finds its position": true, "it does not": false} {
		b, _ := newIdentified(1)
		v := b.vehicles["V01"]
		v.RemoteID = &fleet.RemoteID{State: fleet.RemoteIDFailing, Text: "no position", Component: 236}
		v.GPS.Fix = 0
		b.run(time.Second)
		id := b.readyBut(t, func(up fleet.UploadPlan) {})
		v.GPS.Fix = 3
		for range 4 {
			b.run(time.Second)
			b.finish(func(act string) bool { return act != "launch" })
		}
		b.run(time.Second)
		if s := b.shownSortie(id); s.State != Preparing || !strings.Contains(s.Reason, "remote identification: no position") || slices.Contains(b.acts("V01"), "launch") {
			t.Fatalf("%s: %s (%s), sent %v", name, s.State, s.Reason, b.acts("V01"))
		}
		if heals {
			v.RemoteID = &fleet.RemoteID{State: fleet.RemoteIDReady, Component: 236}
			b.run(2 * time.Second)
			if s := b.shownSortie(id); s.State != Launching {
				t.Errorf("%s: %s (%s)", name, s.State, s.Reason)
			}
			continue
		}
		b.run(identifyBound)
		s := b.shownSortie(id)
		if s.Code != "remote-id" || s.Reason != "remote identification: no position" || slices.Contains(b.acts("V01"), "launch") {
			t.Errorf("%s: %s (%s, %s)", name, s.State, s.Code, s.Reason)
		}
		in := b.shownIncident(s.Incident)
		if len(in.Tries) != 1 || in.Tries[0].Code != "remote-id" || in.Sortie == id {
			t.Errorf("%s: the incident is with %q after %+v", name, in.Sortie, in.Tries)
		}
	}
}

// TestOurOwnAreNoTraffic: a receiver on one of ours hears the others of ours.
func TestOurOwnAreNoTraffic(t *testing.T) {
	b, _ := newIdentified(2)
	b.flying(t)
	c := fleet.Contact{ID: "odid:1", Kind: "drone", Position: *b.vehicles["V01"].Position, AltKnown: true, HeardBy: "V01", At: b.now}
	b.sees(c)
	b.run(time.Second)
	if b.shown["traffic odid:1"] == nil || !b.alarmed("traffic:V01") {
		t.Fatal("one without a name is not shown")
	}
	c.Name, c.At = "UAS-V02", b.now
	b.sees(c)
	b.run(time.Second)
	if b.shown["traffic odid:1"] != nil || b.alarmed("traffic:V01") {
		t.Error("one of ours is shown as another's")
	}
}
