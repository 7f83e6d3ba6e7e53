package city

import (
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

// Rule names one thing that must always hold.
type Rule string

// The rules, each looked after at every step. Drawn from the truth of the world, from what is durable and from the
// frames that leave; never from what the station believes.
const (
	OneSortie    Rule = "one-sortie"     // a vehicle, and a dock, has at most one open sortie
	LaunchKept   Rule = "launch-kept"    // arming only for a sortie in launching whose order to launch is durable
	LidToLaunch  Rule = "lid-to-launch"  // motors run in a dock only while its lid is fully open
	PackToLaunch Rule = "pack-to-launch" // a pack is out of a vehicle only while its dock has no open sortie
	LidToClose   Rule = "lid-to-close"   // a lid closes over a vehicle that is seated and disarmed, on other ground, or far away
	LandingPlace Rule = "landing-place"  // what is in the air has an open sortie with a place to land reserved, for it alone
	Docked       Rule = "docked"         // what is said to be secured sits on its dock's contacts, disarmed
	Energy       Rule = "energy"         // in the air there is the energy to come down at home, or it is on its way
	Apart        Rule = "apart"          // two in the air are 30 m apart, or 15 m in height
	Answered     Rule = "answered"       // an order and a command come to an end
	Incident     Rule = "incident"       // an accepted incident is durable and stays; it waits, has a sortie, or has ended once
	WithinFence  Rule = "within-fence"   // nothing is sent that is no place, or a place outside the sortie's fence
	HumanSilence Rule = "human-silence"  // automation says nothing to a vehicle that a pilot has
	ReadBack     Rule = "read-back"      // before arming, the whole plan was asked back
	Identified   Rule = "identified"     // where identification is required, arming only with a transmitter that was good to arm just before
	GoodWeather  Rule = "good-weather"   // arming only where rain, cold, heat and wind are within their limits, or have just gone beyond
	OldEpoch     Rule = "old-epoch"      // the control epoch of a vehicle never goes back
	NoRecordZone Rule = "no-record-zone" // no picture that is recorded shows ground of a no-record zone without an override
	AnyAccident  Rule = "accident"       // the world saw an accident
)

// Violation is a rule that did not hold.
type Violation struct {
	At   time.Time
	Rule Rule
	Of   string // the vehicle, dock or object
	Text string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s %s %s: %s", v.At.Format("15:04:05.00"), v.Rule, v.Of, v.Text)
}

// judge looks after the rules.
type judge struct {
	registry  fleet.Registry
	bySystem  map[uint32]fleet.VehicleSpec
	specs     map[string]fleet.VehicleSpec
	docks     map[string]fleet.DockSpec
	index     map[string]int // of a vehicle in the truth, where it was last
	ears      *ears
	sorties   map[string]*mission.Sortie          // the open ones
	flies     map[fleet.VehicleID]*mission.Sortie // the open one of a vehicle
	controls  map[string]mission.Control
	commands  map[string]mission.Command   // those without an end
	incidents map[string]mission.Incident  // durable ones
	secured   []mission.Sortie             // that ended in their docks since the last look, as they say
	accepted  map[string]bool              // ids of incidents whose acceptance was answered
	suspects  map[string]Violation         // by vehicle: an order to a pilot's vehicle, unless an operator takes it in this instant
	readBack  map[uint32]time.Time         // by system: when the plan was last asked back
	weighed   map[string]weighed           // by vehicle: of what its energy was judged last
	since     map[mark]time.Time           // since when something that may not last is so
	up        []*simulator.VehicleTruth    // what flies, while one moment is judged
	gates     map[string]mission.Gate      // by camera: what may be done with its picture
	zones     map[string]forbidden         // durable no-record zones
	lies      func(geo.LatLon) float64     // the true height of the ground; nil: nobody tells
	overrides map[string]*privacy.Override // by camera: durable ones
	wind      knownWind
	accidents int
	swept     time.Time
	alive     bool
	started   time.Time // since when the station is there without a break
	list      []Violation
	told      map[string]bool
}

func newJudge(registry fleet.Registry) *judge {
	j := &judge{registry: registry, bySystem: map[uint32]fleet.VehicleSpec{}, specs: map[string]fleet.VehicleSpec{}, docks: map[string]fleet.DockSpec{},
		index: map[string]int{}, flies: map[fleet.VehicleID]*mission.Sortie{}, ears: newEars(), sorties: map[string]*mission.Sortie{},
		controls: map[string]mission.Control{}, commands: map[string]mission.Command{}, incidents: map[string]mission.Incident{},
		accepted: map[string]bool{}, readBack: map[uint32]time.Time{}, suspects: map[string]Violation{}, since: map[mark]time.Time{}, weighed: map[string]weighed{}, told: map[string]bool{},
		gates: map[string]mission.Gate{}, zones: map[string]forbidden{}, overrides: map[string]*privacy.Override{}}
	for _, v := range registry.Vehicles {
		j.bySystem[uint32(v.SystemID)], j.specs[string(v.ID)] = v, v
	}
	for _, d := range registry.Docks {
		j.docks[string(d.ID)] = d
	}
	return j
}

// mark names something of a vehicle that may not last.
type mark struct{ what, id string }

// object says that a rule does not hold, once for each thing it does not hold of.
func (j *judge) object(now time.Time, r Rule, of, format string, args ...any) {
	if k := string(r) + " " + of; !j.told[k] {
		j.told[k] = true
		j.list = append(j.list, Violation{now, r, of, fmt.Sprintf(format, args...)})
	}
}

// lasts says whether something has been so for more than so long; call it at each look.
func (j *judge) lasts(now time.Time, m mark, so bool, long time.Duration) bool {
	if !so && len(j.since) == 0 {
		return false
	}
	since, known := j.since[m]
	switch {
	case !so && known:
		delete(j.since, m)
		return false
	case !so:
		return false
	case !known:
		j.since[m], since = now, now
	}
	return now.Sub(since) > long
}

// kept takes one durable change: the object as it reads back, or nil when it is deleted.
func (j *judge) kept(now time.Time, kind fleet.Kind, id string, value any) {
	switch kind {
	case mission.KindSortie:
		s, _ := value.(mission.Sortie)
		if value == nil || s.State.Final() {
			if old := j.sorties[id]; old != nil && j.flies[old.Vehicle] == old {
				delete(j.flies, old.Vehicle)
			}
			delete(j.sorties, id)
			if value != nil && slices.ContainsFunc(s.Stages, func(st mission.StageTime) bool { return st.Name == "secured" }) {
				j.secured = append(j.secured, s)
			}
			return
		}
		for _, o := range j.sorties {
			if o.ID != s.ID && o.Vehicle == s.Vehicle {
				j.object(now, OneSortie, string(s.Vehicle), "%s and %s are open", o.ID, s.ID)
			}
			if o.ID != s.ID && o.Dock != "" && o.Dock == s.Dock {
				j.object(now, OneSortie, string(s.Dock), "%s and %s are open", o.ID, s.ID)
			}
			if o.Vehicle != s.Vehicle && shared(o.Landing, s.Landing) {
				j.object(now, LandingPlace, string(s.Vehicle), "%s and %s hold one place", o.ID, s.ID)
			}
		}
		j.sorties[id], j.flies[s.Vehicle] = &s, &s
	case mission.KindControl:
		c, _ := value.(mission.Control)
		if old := j.controls[id]; c.Epoch < old.Epoch {
			j.object(now, OldEpoch, id, "epoch %d after %d", c.Epoch, old.Epoch)
		}
		j.controls[id] = c
		if !piloted(c) {
			delete(j.suspects, id)
		}
	case mission.KindCommand:
		c, _ := value.(mission.Command)
		if value == nil || c.Stage.Final() {
			delete(j.commands, id)
			return
		}
		j.commands[id] = c
	case mission.KindPrivacyZone:
		j.keptZone(id, value)
	case mission.KindPicture:
		p, _ := value.(mission.Picture)
		j.overrides[id] = p.Override
	case mission.KindIncident:
		j.keptIncident(now, id, value)
	}
}

// shared says whether two sorties may land at one place.
func shared(a, b []mission.Place) bool {
	return slices.ContainsFunc(a, func(p mission.Place) bool {
		return slices.ContainsFunc(b, func(q mission.Place) bool { return geo.Distance(p.Position.LatLon, q.Position.LatLon) < samePlaceM })
	})
}

// keptIncident takes an incident as it reads back: one that was accepted is not deleted, one that has ended stays so.
func (j *judge) keptIncident(now time.Time, id string, value any) {
	in, _ := value.(mission.Incident)
	if value == nil {
		if j.accepted[id] {
			j.object(now, Incident, id, "deleted")
		}
		delete(j.incidents, id)
		return
	}
	if old, known := j.incidents[id]; known && old.State.Final() && in.State != old.State {
		j.object(now, Incident, id, "%s after it was %s", in.State, old.State)
	}
	j.incidents[id] = in
}

// replied takes one answer of the station.
func (j *judge) replied(now time.Time, r mission.Reply) {
	if in, ok := r.Value.(mission.Incident); ok && r.Err == nil {
		j.accepted[string(in.ID)] = true
		if _, durable := j.incidents[string(in.ID)]; !durable {
			j.object(now, Incident, string(in.ID), "accepted before it was durable")
		}
	}
}

// sortieOf is the open sortie of a vehicle.
func (j *judge) sortieOf(v fleet.VehicleID) (*mission.Sortie, bool) {
	s, open := j.flies[v]
	return s, open
}

// look judges the truth of one moment; alive says whether there is a station to answer for its records.
func (j *judge) look(now time.Time, t simulator.Truth, alive bool) {
	for _, a := range t.Accidents[min(j.accidents, len(t.Accidents)):] {
		j.object(now, AnyAccident, fmt.Sprint(a.IDs), "%s: %s", a.Kind, a.Text)
	}
	j.accidents = len(t.Accidents)
	j.alive = alive
	j.wind.look(now, t.Weather)
	j.lasts(now, mark{"foul", ""}, j.foul(t.Weather), 0)
	j.lids(now, &t)
	j.docked(now, &t)
	j.inTheAir(now, &t)
	j.unnamed(now, &t)
	j.pictures(now, &t)
	for id, v := range j.suspects {
		if now.Sub(v.At) > 200*time.Millisecond {
			j.object(v.At, v.Rule, id, "%s", v.Text)
			delete(j.suspects, id)
		}
	}
	if !alive {
		j.started = now
	}
	if alive && now.Sub(j.swept) >= time.Second {
		j.swept = now
		j.ends(now)
	}
}
