package city

import (
	"fmt"
	"math"
	"slices"
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
	apartHeightM = 15.0            // what must truly be between two in height; claims keep the error of estimates on top
	answerMax    = 240 * time.Second
	unnamedGrace = 10 * time.Second               // the station may count on a status that is 5 s old, and on one that was lost
	apartDeg     = airspace.HorizontalM / 100_000 // more latitude than this is farther apart than that
	orphanGrace  = 10 * time.Second               // an incident whose sortie is over is the next one's, or waits
	samePlaceM   = 1.0                            // so near to one another two places to land are one
	closingLeast = 60 * time.Second               // a lid that closes behind a vehicle is open again so long before it can be back
)

// lids: motors in a dock, and lids that move.
func (j *judge) lids(now time.Time, t *simulator.Truth) {
	for i := range t.Docks {
		d := &t.Docks[i]
		if d.Seated != "" && d.LidOpen < lidOpen {
			if v := j.find(t, d.Seated); v != nil && v.Armed {
				j.object(now, LidToLaunch, d.ID, "%s is armed under a lid open by %.2f", v.ID, d.LidOpen)
			}
		}
		if d.Device.PackOut {
			for id, s := range j.sorties {
				if string(s.Dock) == d.ID {
					j.object(now, PackToLaunch, d.ID, "the pack is out and %s is open", id)
				}
			}
		}
		if d.LidMotor >= 0 {
			continue
		}
		for k := range j.registry.Vehicles {
			own := &j.registry.Vehicles[k]
			if string(own.Dock) != d.ID {
				continue
			}
			if v := j.find(t, string(own.ID)); v != nil {
				j.closing(now, j.docks[d.ID], own, v)
			}
		}
	}
}

// docked: what ended as secured since the last look.
func (j *judge) docked(now time.Time, t *simulator.Truth) {
	for i := range j.secured {
		s := &j.secured[i]
		v := j.find(t, string(s.Vehicle))
		k := slices.IndexFunc(t.Docks, func(d simulator.DockTruth) bool { return d.ID == string(s.Dock) })
		if v != nil && (k < 0 || t.Docks[k].Seated != v.ID || v.Armed) {
			j.object(now, Docked, v.ID, "%s says it is secured in %q; armed %v, dock %q", s.ID, s.Dock, v.Armed, v.DockID)
		}
	}
	j.secured = j.secured[:0]
}

// find gives a vehicle of the truth, nil if it is not there.
func (j *judge) find(t *simulator.Truth, id string) *simulator.VehicleTruth {
	if i := j.index[id]; i < len(t.Vehicles) && t.Vehicles[i].ID == id {
		return &t.Vehicles[i]
	}
	for i := range t.Vehicles {
		if t.Vehicles[i].ID == id {
			j.index[id] = i
			return &t.Vehicles[i]
		}
	}
	return nil
}

// closing: a lid moves shut; where is its vehicle?
func (j *judge) closing(now time.Time, dock fleet.DockSpec, own *fleet.VehicleSpec, v *simulator.VehicleTruth) {
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
func (j *judge) unnamed(now time.Time, t *simulator.Truth) {
	for i := range t.Vehicles {
		v := &t.Vehicles[i]
		j.lasts(now, mark{"unnamed", v.ID}, v.RemoteID != "good to arm" && j.specs[v.ID].RemoteID == fleet.RemoteIDRequired, 0)
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// inTheAir: whatever flies.
func (j *judge) inTheAir(now time.Time, t *simulator.Truth) {
	j.up = j.up[:0]
	for i := range t.Vehicles {
		v := &t.Vehicles[i]
		if v.OnGround {
			j.lasts(now, mark{"place", v.ID}, false, 0)
			j.lasts(now, mark{"energy", v.ID}, false, 0)
			continue
		}
		s, open := j.sortieOf(fleet.VehicleID(v.ID))
		place := open && len(s.Landing) > 0
		if j.lasts(now, mark{"place", v.ID}, !place, placeGrace) {
			j.object(now, LandingPlace, v.ID, "flies with no place reserved")
		}
		j.up = append(j.up, v)
		if place {
			j.energy(now, v, s)
		}
	}
	for i, a := range j.up {
		for _, b := range j.up[i+1:] {
			if math.Abs(a.Position.Lat-b.Position.Lat) > apartDeg {
				continue
			}
			high := math.Abs(a.Position.AltAMSL - b.Position.AltAMSL)
			if high >= apartHeightM {
				continue
			}
			if far := geo.Distance(a.Position.LatLon, b.Position.LatLon); far < airspace.HorizontalM {
				j.object(now, Apart, a.ID+" "+b.ID, "%.1f m and %.1f m of height apart", far, high)
			}
		}
	}
}

// weighed is what the judgement of a vehicle's energy rests on. Batteries move five times a second: between two such
// moments a vehicle comes a few metres farther, and the grace is longer.
type weighed struct {
	percent float64
	mode    string
	state   mission.SortieState
	windMS  float64
	alive   bool
	short   string // what is short, empty if nothing is
}

// energy: enough to come down at home, or on the way there.
func (j *judge) energy(now time.Time, v *simulator.VehicleTruth, s *mission.Sortie) {
	if old := j.weighed[v.ID]; old.percent == v.Percent && old.mode == v.Mode && old.state == s.State && old.windMS == j.wind.ms && old.alive == j.alive {
		j.short(now, v.ID, old.short)
		return
	}
	spec := j.specs[v.ID]
	have := energy.Usable(spec, fleet.Battery{Percent: v.Percent + energy.CoarsePercent, TempC: v.PackTempC, At: now})
	need := energy.Needed(spec, v.Position, s.Home, j.wind.ms)
	if !j.alive {
		// Its own failsafe has it, and goes where no lid is waited for and no landing is tried twice.
		_, way := energy.Way(spec, v.Position, s.Home, j.wind.ms)
		need = way + energy.PackReserve*spec.EnergyWh
	}
	going := false
	switch s.State {
	case mission.Returning, mission.HoldForPad, mission.Landing, mission.GoAround, mission.Diverting, mission.EmergencyLanding,
		mission.Securing, mission.LinkLost, mission.Missing:
		going = true
	}
	if v.Mode == "Return" || v.Mode == "Land" || v.Mode == "Precision Landing" {
		going = true
	}
	short := ""
	if have < need && !going {
		short = fmt.Sprintf("%.1f Wh, needs %.1f Wh, and its sortie is %s", have, need, s.State)
	}
	j.weighed[v.ID] = weighed{v.Percent, v.Mode, s.State, j.wind.ms, j.alive, short}
	j.short(now, v.ID, short)
}

func (j *judge) short(now time.Time, id, what string) {
	if j.lasts(now, mark{"energy", id}, what != "", energyGrace) {
		j.object(now, Energy, id, "%s", what)
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
		in, durable := j.incidents[id]
		if !durable {
			j.object(now, Incident, id, "accepted and not there")
			continue
		}
		going := in.State == mission.IncidentQueued || in.State.Final() || j.sorties[string(in.Sortie)] != nil
		if j.lasts(now, mark{"incident", id}, !going && now.Sub(j.started) > orphanGrace, orphanGrace) {
			j.object(now, Incident, id, "is %s, and %q is over", in.State, in.Sortie)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
