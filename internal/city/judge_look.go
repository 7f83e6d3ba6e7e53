package city

import (
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/airspace"
	"groundstation/mission/energy"
	"groundstation/simulator"
)

// Bounds of the judge.
const (
	lidOpen      = 0.99            // of full travel
	nearPadM     = 15.0            // a vehicle on the ground this near to the pad's middle stands in the dock or beside it
	placeGrace   = time.Second     // from lift-off to the record of it
	energyGrace  = 3 * time.Second // from the reserve line to the order to turn back
	heightGiveM  = 1.0             // what a height may be off by wind and by the estimate
	answerMax    = 240 * time.Second
	unnamedGrace = 10 * time.Second // the station may count on a status that is 5 s old, and on one that was lost
	closingLeast = 60 * time.Second // a lid that closes behind a vehicle is open again so long before it can be back
)

// lids: motors in a dock, and lids that move.
func (j *judge) lids(now time.Time, t simulator.Truth) {
	at := map[string]simulator.VehicleTruth{}
	for _, v := range t.Vehicles {
		at[v.ID] = v
	}
	for _, d := range t.Docks {
		spec, _ := j.registry.Dock(fleet.DockID(d.ID))
		if v, in := at[d.Seated]; in && v.Armed && d.LidOpen < lidOpen {
			j.object(now, LidToLaunch, d.ID, "%s is armed under a lid open by %.2f", v.ID, d.LidOpen)
		}
		if d.LidMotor >= 0 {
			continue
		}
		for _, own := range j.registry.Vehicles {
			if v, here := at[string(own.ID)]; here && string(own.Dock) == d.ID {
				j.closing(now, spec, own, v)
			}
		}
	}
}

// closing: a lid moves shut; where is its vehicle?
func (j *judge) closing(now time.Time, dock fleet.DockSpec, own fleet.VehicleSpec, v simulator.VehicleTruth) {
	if !v.Armed && v.OnGround {
		return
	}
	far := geo.Distance(v.Position.LatLon, dock.Pad.LatLon)
	back := seconds(far / own.CruiseMS)
	if back < seconds(dock.OpenSeconds)+closingLeast {
		j.object(now, LidToClose, string(dock.ID), "%s is %.0f m away, armed %v: back in %s", v.ID, far, v.Armed, back.Round(time.Second))
	}
}

// unnamed: who is not good to arm by its transmitter, though it must be, and since when.
func (j *judge) unnamed(now time.Time, t simulator.Truth) {
	for _, v := range t.Vehicles {
		spec, _ := j.registry.Vehicle(fleet.VehicleID(v.ID))
		j.lasts(now, "unnamed "+v.ID, spec.RemoteID == fleet.RemoteIDRequired && v.RemoteID != "good to arm", 0)
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// inTheAir: whatever flies.
func (j *judge) inTheAir(now time.Time, t simulator.Truth) {
	var up []simulator.VehicleTruth
	for _, v := range t.Vehicles {
		s, open := j.sortieOf(fleet.VehicleID(v.ID))
		place := open && len(s.Landing) > 0
		if j.lasts(now, "place "+v.ID, !v.OnGround && !place, placeGrace) {
			j.object(now, LandingPlace, v.ID, "flies with no place reserved")
		}
		if v.OnGround {
			delete(j.since, "energy "+v.ID)
			continue
		}
		up = append(up, v)
		if place {
			j.energy(now, t.Weather, v, s)
		}
	}
	for i, a := range up {
		for _, b := range up[i+1:] {
			high := math.Abs(a.Position.AltAMSL - b.Position.AltAMSL)
			if high >= airspace.VerticalM-heightGiveM {
				continue
			}
			if far := geo.Distance(a.Position.LatLon, b.Position.LatLon); far < airspace.HorizontalM {
				j.object(now, Apart, a.ID+" "+b.ID, "%.1f m and %.1f m of height apart", far, high)
			}
		}
	}
}

// energy: enough to come down at home, or on the way there.
func (j *judge) energy(now time.Time, w simulator.Weather, v simulator.VehicleTruth, s mission.Sortie) {
	spec, _ := j.registry.Vehicle(fleet.VehicleID(v.ID))
	have := energy.Usable(spec, fleet.Battery{Percent: v.Percent + energy.CoarsePercent, TempC: w.TempC, At: now})
	need := energy.Needed(spec, v.Position, s.Home, w.WindMS)
	going := false
	switch s.State {
	case mission.Returning, mission.HoldForPad, mission.Landing, mission.GoAround, mission.Diverting, mission.EmergencyLanding,
		mission.Securing, mission.LinkLost, mission.Missing:
		going = true
	}
	if v.Mode == "AUTO.RTL" || v.Mode == "AUTO.LAND" || v.Mode == "AUTO.PRECLAND" {
		going = true
	}
	if j.lasts(now, "energy "+v.ID, have < need && !going, energyGrace) {
		j.object(now, Energy, v.ID, "%.1f Wh, needs %.1f Wh, and its sortie is %s", have, need, s.State)
	}
}

// ends: what was ordered long ago has ended.
func (j *judge) ends(now time.Time) {
	for _, s := range j.sorties {
		for _, o := range s.Orders {
			if !o.Stage.Final() && now.Sub(later(o.At, j.started)) > answerMax {
				j.object(now, Answered, string(o.ID), "%s (%s) of %s is %s since %s", o.Step, o.Act, s.ID, o.Stage, now.Sub(o.At))
			}
		}
	}
	for _, c := range j.commands {
		if now.Sub(later(c.At, j.started)) > answerMax {
			j.object(now, Answered, string(c.ID), "%s to %s is %s since %s", c.Act, c.Vehicle, c.Stage, now.Sub(c.At))
		}
	}
	for id := range j.accepted {
		if !j.incidents[id] {
			j.object(now, Incident, id, "accepted and not there")
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
