package city

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

// Every rule objects to the bug it is there for, and to nothing in the healthy world before it.
func TestEveryRuleFindsItsBug(t *testing.T) {
	pad := geo.LatLon{Lat: 32.5, Lon: 120.5}.At(4)
	registry := fleet.Registry{
		Vehicles: []fleet.VehicleSpec{{ID: "V01", SystemID: 1, Dock: "H01", RemoteID: fleet.RemoteIDRequired, CruiseMS: 14, ClimbMS: 4, DescendMS: 2, EnergyWh: 140, HoverW: 190, CruiseW: 205, HFOVDeg: 70},
			{ID: "V02", SystemID: 2, Dock: "H02", CruiseMS: 14, ClimbMS: 4, DescendMS: 2, EnergyWh: 140, HoverW: 190, CruiseW: 205}},
		Docks: []fleet.DockSpec{{ID: "H01", Pad: pad, GroundPad: pad, OpenSeconds: 10}, {ID: "H02", Pad: pad, GroundPad: pad, OpenSeconds: 10}},
	}
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	fence := []geo.LatLon{geo.Offset(pad.LatLon, 45, 1000), geo.Offset(pad.LatLon, 135, 1000), geo.Offset(pad.LatLon, 225, 1000), geo.Offset(pad.LatLon, 315, 1000)}
	flying := mission.Sortie{ID: "S1", Vehicle: "V01", Dock: "H01", State: mission.Launching, Home: pad, Fence: fence, CreatedAt: start,
		Landing: []mission.Place{{Kind: "ground-pad", Position: pad}}, Orders: []mission.Order{{ID: "C1", Step: "launch", Act: "launch", At: start, Stage: fleet.StageSent}}}
	arm := &common.MessageCommandLong{TargetSystem: 1, TargetComponent: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1}
	goTo := func(at geo.LatLon, z float64) message.Message {
		return &common.MessageCommandInt{TargetSystem: 1, Command: common.MAV_CMD_DO_REPOSITION, X: int32(at.Lat * 1e7), Y: int32(at.Lon * 1e7), Z: float32(z)}
	}
	bugs := map[Rule]func(j *judge, w *simulator.Truth){
		OneSortie: func(j *judge, _ *simulator.Truth) {
			second := flying
			second.ID = "S2"
			j.kept(time.Time{}, mission.KindSortie, "S2", second)
		},
		LaunchKept: func(j *judge, _ *simulator.Truth) {
			s := flying
			s.Orders = nil
			j.kept(time.Time{}, mission.KindSortie, "S1", s)
			say(t, j, start, arm)
		},
		ReadBack: func(j *judge, _ *simulator.Truth) {
			delete(j.readBack, 1)
			say(t, j, start, arm)
		},
		Identified: func(j *judge, w *simulator.Truth) {
			w.Vehicles[0].RemoteID = "transmitter fault"
			for i := range 12 {
				j.look(start.Add(time.Duration(10+i)*time.Second), *w, true)
			}
			say(t, j, start.Add(22*time.Second), arm)
		},
		GoodWeather: func(j *judge, w *simulator.Truth) {
			w.Weather.RainMMH = 9
			for i := range 40 {
				j.look(start.Add(time.Duration(10+i)*time.Second), *w, true)
			}
			say(t, j, start.Add(50*time.Second), arm)
		},
		LidToLaunch: func(_ *judge, w *simulator.Truth) {
			w.Vehicles[0].OnGround, w.Vehicles[0].Armed = true, true
			w.Docks[0].Seated, w.Docks[0].LidOpen = "V01", 0.6
		},
		PackToLaunch: func(_ *judge, w *simulator.Truth) { w.Docks[0].Device.PackOut = true },
		LidToClose: func(_ *judge, w *simulator.Truth) {
			w.Docks[0].LidMotor = -1
			w.Vehicles[0].Position = geo.Offset(pad.LatLon, 0, 300).At(60)
		},
		LandingPlace: func(_ *judge, w *simulator.Truth) {
			w.Vehicles[1].OnGround, w.Vehicles[1].Position = false, geo.Offset(pad.LatLon, 0, 500).At(60)
		},
		Docked: func(j *judge, w *simulator.Truth) {
			w.Vehicles[0].OnGround, w.Vehicles[0].Armed = true, false
			w.Vehicles[0].Position = geo.Offset(pad.LatLon, 90, 1.5).At(4)
			s := flying
			s.State, s.Stages = mission.Closed, []mission.StageTime{{Name: "secured", At: start}}
			j.kept(start, mission.KindSortie, "S1", s)
		},
		Energy: func(_ *judge, w *simulator.Truth) {
			w.Vehicles[0].Percent, w.Vehicles[0].Position = 12, geo.Offset(pad.LatLon, 0, 900).At(60)
		},
		Apart: func(j *judge, w *simulator.Truth) {
			other := flying
			other.ID, other.Vehicle, other.Dock, other.Landing = "S2", "V02", "H02", []mission.Place{{Kind: "ground-pad", Position: geo.Offset(pad.LatLon, 90, 40).At(4)}}
			j.kept(time.Time{}, mission.KindSortie, "S2", other)
			w.Vehicles[1] = w.Vehicles[0]
			w.Vehicles[1].ID, w.Vehicles[1].SystemID = "V02", 2
			w.Vehicles[1].Position = geo.Offset(w.Vehicles[0].Position.LatLon, 90, 20).At(w.Vehicles[0].Position.AltAMSL + 5)
		},
		Answered: func(j *judge, _ *simulator.Truth) {
			j.kept(time.Time{}, mission.KindCommand, "C2", mission.Command{ID: "C2", At: start.Add(-time.Hour), Stage: fleet.StageAccepted})
			j.started = start.Add(-time.Hour)
		},
		Incident: func(j *judge, _ *simulator.Truth) {
			j.replied(start, mission.Reply{Value: mission.Incident{ID: "I1"}})
		},
		WithinFence: func(j *judge, _ *simulator.Truth) { say(t, j, start, goTo(geo.Offset(pad.LatLon, 0, 2000), 60)) },
		HumanSilence: func(j *judge, _ *simulator.Truth) {
			j.kept(time.Time{}, mission.KindControl, "V01", mission.Control{Vehicle: "V01", Holder: "human", Cause: "manual-mode"})
			say(t, j, start, goTo(pad.LatLon, 60))
		},
		OldEpoch: func(j *judge, _ *simulator.Truth) {
			j.kept(time.Time{}, mission.KindControl, "V01", mission.Control{Vehicle: "V01", Epoch: 5})
			j.kept(time.Time{}, mission.KindControl, "V01", mission.Control{Vehicle: "V01", Epoch: 4})
		},
		NoRecordZone: func(j *judge, w *simulator.Truth) {
			middle := geo.Offset(w.Vehicles[0].Position.LatLon, 90, 80)
			j.kept(time.Time{}, mission.KindPrivacyZone, "Z1", privacy.NoRecordZone{ID: "Z1", Name: "school", Reason: "children", Rule: privacy.NoRecord, Center: &middle, RadiusM: 60})
			j.gated(mission.Gate{Camera: "V01", Show: true, Record: true, Until: start.Add(15 * time.Second)})
			w.Vehicles[0].GimbalPitchDeg, w.Vehicles[0].GimbalYawDeg = -60, 90
			j.look(start.Add(10*time.Second), *w, true)
			if len(j.list) != 1 {
				t.Errorf("at once: %v", j.list)
			}
		},
		AnyAccident: func(_ *judge, w *simulator.Truth) {
			w.Accidents = []simulator.Accident{{At: start, Kind: simulator.AccidentCrash, IDs: []string{"V01"}}}
		},
	}
	for rule, bug := range bugs {
		t.Run(string(rule), func(t *testing.T) {
			j := newJudge(registry)
			world := simulator.Truth{Vehicles: []simulator.VehicleTruth{
				{ID: "V01", SystemID: 1, Position: geo.Offset(pad.LatLon, 0, 100).At(60), Percent: 90, Mode: "AUTO.MISSION", Armed: true, RemoteID: "good to arm"},
				{ID: "V02", SystemID: 2, Position: pad, Percent: 90, OnGround: true}},
				Docks: []simulator.DockTruth{{ID: "H01", LidOpen: 1}, {ID: "H02"}}}
			j.kept(time.Time{}, mission.KindSortie, "S1", flying)
			say(t, j, start, &common.MessageMissionRequestInt{TargetSystem: 1, TargetComponent: 1})
			say(t, j, start, arm)
			say(t, j, start, goTo(geo.Offset(pad.LatLon, 0, 200), 60))
			for i := range 10 {
				j.look(start.Add(time.Duration(i)*time.Second), world, true)
			}
			if len(j.list) != 0 {
				t.Fatalf("a healthy world: %v", j.list)
			}
			bug(j, &world)
			for i := range 10 {
				j.look(start.Add(time.Duration(10+i)*time.Second), world, true)
			}
			if len(j.list) == 0 {
				t.Fatal("nobody objects")
			}
			for _, v := range j.list {
				if v.Rule != rule {
					t.Errorf("%s objects", v)
				}
			}
		})
	}
	others := map[string]struct {
		rule Rule
		bug  func(*judge)
	}{
		"one place for two": {LandingPlace, func(j *judge) {
			s := flying
			s.ID, s.Vehicle, s.Dock = "S2", "V02", "H02"
			j.kept(start, mission.KindSortie, "S2", s)
		}},
		"an incident that ends twice": {Incident, func(j *judge) {
			j.kept(start, mission.KindIncident, "I1", mission.Incident{ID: "I1", State: mission.IncidentServed})
			j.kept(start, mission.KindIncident, "I1", mission.Incident{ID: "I1", State: mission.IncidentQueued})
		}},
		"an incident that nobody serves": {Incident, func(j *judge) {
			in := mission.Incident{ID: "I1", State: mission.IncidentAssigned, Sortie: "S9"}
			j.kept(start, mission.KindIncident, "I1", in)
			j.replied(start, mission.Reply{Value: in})
			for i := range 20 {
				j.ends(start.Add(time.Duration(i) * time.Second))
			}
		}},
	}
	for name, o := range others {
		j := newJudge(registry)
		j.kept(start, mission.KindSortie, "S1", flying)
		if o.bug(j); len(j.list) != 1 || j.list[0].Rule != o.rule {
			t.Errorf("%s: %v", name, j.list)
		}
	}
	for _, at := range []message.Message{goTo(geo.LatLon{Lat: 95, Lon: 120}, 60), goTo(pad.LatLon, math.NaN())} {
		j := newJudge(registry)
		j.kept(time.Time{}, mission.KindSortie, "S1", flying)
		if say(t, j, start, at); len(j.list) != 1 || j.list[0].Rule != WithinFence {
			t.Errorf("%v: %v", at, j.list)
		}
	}
}

func say(t *testing.T, j *judge, now time.Time, m message.Message) {
	t.Helper()
	b, err := mavlink.NewEncoder(255, 190).Encode(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	j.sent(now, 1, b)
}

// A pack gives what its own temperature lets it: one that has worked is warm in cold air.
func TestEnergyIsJudgedByThePacksTemperature(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.5}.At(4)
	registry := fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", SystemID: 1, Dock: "H01", CruiseMS: 14, ClimbMS: 4, DescendMS: 2, EnergyWh: 140, HoverW: 190, CruiseW: 205}}}
	for _, pack := range []struct {
		tempC float64
		short bool
	}{{25, false}, {-10, true}} {
		j := newJudge(registry)
		start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		j.kept(start, mission.KindSortie, "S1", mission.Sortie{ID: "S1", Vehicle: "V01", State: mission.OnTask, Home: home, Landing: []mission.Place{{Kind: "ground-pad", Position: home}}})
		world := simulator.Truth{Weather: simulator.Weather{TempC: -10}, Vehicles: []simulator.VehicleTruth{
			{ID: "V01", SystemID: 1, Position: geo.Offset(home.LatLon, 0, 500).At(60), Percent: 25, PackTempC: pack.tempC, Mode: "Hold", Armed: true}}}
		for i := range 10 {
			j.look(start.Add(time.Duration(i)*time.Second), world, true)
		}
		if short := len(j.list) > 0; short != pack.short {
			t.Errorf("a pack of %v °C: %v", pack.tempC, j.list)
		}
	}
}
