package play

import (
	"math"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// view is what there is to be seen: the truth, and what the station shows.
type view struct {
	registry  fleet.Registry
	truth     simulator.Truth
	version   uint64
	vehicles  map[string]fleet.Vehicle
	outlooks  map[string]mission.Outlook
	incidents map[string]mission.Incident
	sorties   map[string]mission.Sortie
	alarms    map[string]mission.Alarm
	commands  map[string]mission.Command
	patrols   map[string]mission.Patrol
	// changed are the lines of what happened since they were last taken.
	changed []string

	lifts   map[string]int
	upSince map[string]time.Time // zero: on the ground
	downs   []Touchdown
	nearest float64 // now, of two in the air within 15 m of height, metres
	least   float64 // the nearest ever
}

func newView(reg fleet.Registry) *view {
	return &view{registry: reg, vehicles: map[string]fleet.Vehicle{}, outlooks: map[string]mission.Outlook{}, incidents: map[string]mission.Incident{},
		sorties: map[string]mission.Sortie{}, alarms: map[string]mission.Alarm{}, commands: map[string]mission.Command{}, patrols: map[string]mission.Patrol{},
		lifts: map[string]int{}, upSince: map[string]time.Time{}, nearest: math.Inf(1), least: math.Inf(1)}
}

// look takes the truth of a moment and what the Board shows by then.
func (w *view) look(t simulator.Truth, b *fleet.Board) {
	w.truth = t
	entries, version, _ := b.Since(w.version)
	w.version = version
	for _, e := range entries {
		w.take(e)
	}
	w.watch(t)
}

func (w *view) take(e fleet.Entry) {
	switch v := e.Value.(type) {
	case *fleet.Vehicle:
		w.vehicles[e.ID] = *v
	case mission.Outlook:
		w.outlooks[e.ID] = v
	case mission.Incident:
		if old := w.incidents[e.ID]; old.State != v.State {
			w.note("incident", e.ID, string(v.State), v.Reason)
		}
		w.incidents[e.ID] = v
	case mission.Sortie:
		if old := w.sorties[e.ID]; old.State != v.State {
			w.note("sortie", e.ID, string(v.Vehicle), string(v.State), v.Code, v.Reason)
		}
		w.sorties[e.ID] = v
	case mission.Alarm:
		if old, had := w.alarms[e.ID]; !had || old.Active != v.Active {
			state := "over"
			if v.Active {
				state = "active"
			}
			w.note("alarm", e.ID, state, v.Text)
		}
		w.alarms[e.ID] = v
	case mission.Command:
		if old := w.commands[e.ID]; old.Stage != v.Stage && v.Stage.Final() {
			w.note("command", e.ID, v.Act, string(v.Vehicle), string(v.Stage), v.Code, v.Detail)
		}
		w.commands[e.ID] = v
	case mission.Patrol:
		if old := w.patrols[e.ID]; old.LastNote != v.LastNote {
			w.note("patrol", e.ID, v.LastNote)
		}
		w.patrols[e.ID] = v
	}
}

func (w *view) note(words ...string) {
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	w.changed = append(w.changed, strings.Join(words, " "))
}

// watch counts take-offs, notes landings, and how near vehicles are to one another.
func (w *view) watch(t simulator.Truth) {
	w.nearest = math.Inf(1)
	for i, v := range t.Vehicles {
		since, up := w.upSince[v.ID], !v.OnGround
		switch {
		case up && since.IsZero():
			w.upSince[v.ID] = t.At
			w.lifts[v.ID]++
			w.note("world", v.ID, "takes off")
		case !up && !since.IsZero():
			w.upSince[v.ID] = time.Time{}
			d := w.touchdown(v)
			d.at = t.At
			w.downs = append(w.downs, d)
			w.note("world", v.ID, "lands:", d.Place)
		}
		if !up {
			continue
		}
		for _, o := range t.Vehicles[i+1:] {
			if !o.OnGround && math.Abs(v.Position.AltAMSL-o.Position.AltAMSL) < 15 {
				w.nearest = min(w.nearest, geo.Distance(v.Position.LatLon, o.Position.LatLon))
			}
		}
	}
	w.least = min(w.least, w.nearest)
}

// Touchdown is one landing as it really was.
type Touchdown struct {
	AtS     float64 `json:"atS"`
	Vehicle string  `json:"vehicle"`
	Place   string  `json:"place"` // dock, ground-pad, site, elsewhere
	Percent float64 `json:"percent"`
	at      time.Time
}

// How far from the middle of its place a vehicle may stand, metres.
const (
	onGroundPadM = 3.0
	onSiteM      = 5.0
)

func (w *view) touchdown(v simulator.VehicleTruth) Touchdown {
	d := Touchdown{Vehicle: v.ID, Percent: v.Percent, Place: "elsewhere"}
	at := v.Position.LatLon
	spec, _ := w.registry.Vehicle(fleet.VehicleID(v.ID))
	dock, docked := w.registry.Dock(spec.Dock)
	switch {
	case v.DockID != "":
		d.Place = "dock"
	case docked && geo.Distance(at, dock.GroundPad.LatLon) <= onGroundPadM:
		d.Place = "ground-pad"
	case spec.Site != nil && geo.Distance(at, spec.Site.LatLon) <= onSiteM:
		d.Place = "site"
	}
	return d
}

func (w *view) vehicle(id string) (simulator.VehicleTruth, bool) {
	i := slices.IndexFunc(w.truth.Vehicles, func(v simulator.VehicleTruth) bool { return v.ID == id })
	if i < 0 {
		return simulator.VehicleTruth{}, false
	}
	return w.truth.Vehicles[i], true
}

func (w *view) dock(id string) (simulator.DockTruth, bool) {
	i := slices.IndexFunc(w.truth.Docks, func(d simulator.DockTruth) bool { return d.ID == id })
	if i < 0 {
		return simulator.DockTruth{}, false
	}
	return w.truth.Docks[i], true
}

// resting says whether nothing flies, no motor runs and no sortie is open.
func (w *view) resting() bool {
	for _, v := range w.truth.Vehicles {
		if !v.OnGround || v.Armed {
			return false
		}
	}
	for _, s := range w.sorties {
		if !s.State.Final() {
			return false
		}
	}
	return true
}
