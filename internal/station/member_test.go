package station

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// fakeMember is a system of a family that says what it is told to say.
type fakeMember struct {
	says    []fleet.Event
	next    time.Time
	renewed time.Time
	orders  []fleet.Intent
	// withdrawn are the Intents that are not wanted any more.
	withdrawn []fleet.IntentID
}

func (f *fakeMember) Order(now time.Time, in fleet.Intent) {
	f.orders, f.next = append(f.orders, in), now
	f.says = append(f.says, fleet.Report{Intent: in.ID, Vehicle: in.Vehicle, Dock: in.Dock, Stage: fleet.StageDone, At: now})
}

func (f *fakeMember) Renew(until time.Time) { f.renewed = until }

func (f *fakeMember) Withdraw(_ time.Time, id fleet.IntentID) { f.withdrawn = append(f.withdrawn, id) }

func (f *fakeMember) Look(now time.Time) []fleet.Event {
	out := f.says
	f.says, f.next = nil, now.Add(time.Second)
	return out
}

func (f *fakeMember) Deadline() time.Time { return f.next }

// Members of another family are ordered, looked at and shown as MAVLink's are, and a dock of it has its gatekeeper.
func TestMembersOfAnotherFamily(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	pad := geo.LatLon{Lat: 32.5, Lon: 120.5}.At(4)
	home, here := pad, geo.Offset(pad.LatLon, 0, 300).At(64)
	vehicle := &fakeMember{next: now, says: []fleet.Event{fleet.VehicleChanged{Vehicle: &fleet.Vehicle{ID: "V01", Link: fleet.LinkOnline, HeardAt: now,
		Armed: true, Landed: fleet.InAir, Mode: fleet.ModeMission, Position: &here, PositionAt: now, Home: &home}}}}
	dock := &fakeMember{next: now, says: []fleet.Event{fleet.DockChanged{Dock: fleet.Dock{ID: "H01", Link: fleet.LinkOnline, HeardAt: now, State: fleet.DockFault}}}}
	reg := fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", SystemID: 1, Dock: "H01", CruiseMS: 14, ClimbMS: 4, DescendMS: 2, EnergyWh: 140, HoverW: 190, CruiseW: 205}},
		Docks: []fleet.DockSpec{{ID: "H01", SystemID: 101, Pad: pad, GroundPad: pad, OpenSeconds: 10}}}
	c := NewCore(Config{Registry: reg, Limits: hangar.DefaultLimits(), Members: map[string]Member{"V01": vehicle, "H01": dock}}, mission.State{}, now)
	shown := map[string]any{}
	step := func(in Input) {
		for _, o := range c.Step(now, in) {
			switch o := o.(type) {
			case Show:
				shown[o.ID+" "+string(o.Kind)] = o.Value
			case Persist:
				defer func() { c.Step(now, Committed{mission.Committed{Seq: o.Seq}}) }()
			case Write:
				t.Error("a frame is sent")
			}
		}
	}
	if c.Deadline().After(now) {
		t.Fatalf("nobody is looked at before %v", c.Deadline())
	}
	step(Tick{})
	if v, ok := shown["V01 vehicle"].(*fleet.Vehicle); !ok || !v.Armed {
		t.Errorf("the vehicle is shown as %+v", shown["V01 vehicle"])
	}
	if d, ok := shown["H01 dock"].(fleet.Dock); !ok || len(d.NoLaunch) == 0 {
		t.Errorf("the dock is shown as %+v, without its gates", shown["H01 dock"])
	}
	if !vehicle.renewed.After(now) || !dock.renewed.After(now) {
		t.Error("they are not told that the Desk lives")
	}
	step(Ask{mission.Request{ID: 1, By: "lin", Body: mission.Manual{Vehicle: "V01", Act: "return"}}})
	if len(vehicle.orders) != 1 || vehicle.orders[0].Act != (fleet.Return{}) {
		t.Fatalf("ordered %+v", vehicle.orders)
	}
	if c.Deadline().After(now) {
		t.Error("it is not looked at right after its order")
	}
	step(Tick{})
	if cmd, ok := shown[string(vehicle.orders[0].ID)+" command"].(mission.Command); !ok || cmd.Stage != fleet.StageDone {
		t.Errorf("the command is shown as %+v", shown[string(vehicle.orders[0].ID)+" command"])
	}
}
