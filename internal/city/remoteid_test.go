package city

import (
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// remoteID is what consoles are shown of a vehicle's transmitter.
func (c *City) remoteID(id fleet.VehicleID) fleet.RemoteID {
	if r := shown[fleet.Vehicle](c, fleet.KindVehicle, string(id)).RemoteID; r != nil {
		return *r
	}
	return fleet.RemoteID{}
}

func TestAVehicleTellsWhoItIsAndWhatItFliesFor(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	purposes := map[uint32][]string{}
	c.Heard = func(system uint32, datagram []byte) {
		_ = c.judge.ears.each(datagram, func(m message.Message) {
			if s, ok := m.(*common.MessageOpenDroneIdSelfId); ok && !slices.Contains(purposes[system], s.Description) {
				purposes[system] = append(purposes[system], s.Description)
			}
		})
	}
	c.Run(5 * time.Second)
	if r := c.remoteID("V01"); r.State != fleet.RemoteIDFailing || r.Text != "missing position" || r.Component != 236 {
		t.Errorf("under its lid: %+v", r)
	}
	in, s := onScene(t, c, 400)
	if r := c.remoteID(s.Vehicle); r.State != fleet.RemoteIDReady || c.now.Sub(r.At) > 2*time.Second {
		t.Errorf("in the air: %+v", r)
	}
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
	c.Run(5 * time.Second)
	system := c.vehicle(s.Vehicle).SystemID
	if got := purposes[system]; !slices.Equal(got, []string{"STANDBY", "INCIDENT RESPONSE"}) || !slices.Equal(purposes[3-system], []string{"STANDBY"}) {
		t.Errorf("told %q, the other %q", got, purposes[3-system])
	}
}

// TestOneThatDoesNotIdentifyItselfStaysAndAnotherGoes: passed over where that is known, handed on where it shows under the
// open lid only, and refused aloud to who asks for it by name.
func TestOneThatDoesNotIdentifyItselfStaysAndAnotherGoes(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]string{"silent": "silent", "broken": "status"} {
		c := smallCity(t, 2)
		c.inject(t, simulator.Fault{Kind: "remote-id-fail", Vehicle: "V01", How: how, Text: "antenna"})
		c.Run(8 * time.Second)
		in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 400)) // over the roof of V01's dock
		until(t, c, 10*time.Minute, name+": on scene", c.isOnScene(in.ID))
		s := c.sortieOf(in.ID)
		if s.Vehicle != "V02" {
			t.Fatalf("%s: %s went", name, s.Vehicle)
		}
		for _, candidate := range c.Incident(in.ID).Decision.Candidates {
			if candidate.Vehicle != "V01" {
				continue
			}
			if !slices.ContainsFunc(candidate.Rejections, func(g fleet.Gate) bool { return g.Code == "remote-id" }) {
				t.Errorf("%s: V01 is passed over for %+v", name, candidate.Rejections)
			}
		}
		tries := c.Incident(in.ID).Tries
		if how == "status" && (len(tries) != 1 || tries[0].Vehicle != "V01" || tries[0].Code != "remote-id") || how == "silent" && len(tries) != 0 {
			t.Errorf("%s: tried %+v", name, tries)
		}
		if v := c.vehicle("V01"); v.Armed || !v.OnGround {
			t.Errorf("%s: V01 is armed %v, on the ground %v", name, v.Armed, v.OnGround)
		}
	}
}

func TestOneThatStopsIdentifyingItselfInTheAirIsAnAlarm(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	_, s := onScene(t, c, 400)
	id := "remote-id:" + string(s.Vehicle)
	for _, how := range []string{"silent", "status"} {
		c.inject(t, simulator.Fault{Kind: "remote-id-fail", Vehicle: string(s.Vehicle), How: how})
		until(t, c, 8*time.Second, how+": an alarm", func() bool { return shown[mission.Alarm](c, mission.KindAlarm, id).Active })
		if a := shown[mission.Alarm](c, mission.KindAlarm, id); a.Severity != "critical" || a.Vehicle != s.Vehicle || a.Sortie != s.ID {
			t.Errorf("%+v", a)
		}
		c.inject(t, simulator.Fault{Kind: "remote-id-fail", Vehicle: string(s.Vehicle), Clear: true})
		until(t, c, 8*time.Second, how+": no alarm", func() bool { return !shown[mission.Alarm](c, mission.KindAlarm, id).Active })
	}
	if st := c.Sortie(s.ID).State; st != mission.OnTask {
		t.Errorf("its sortie is %s", st)
	}
}
