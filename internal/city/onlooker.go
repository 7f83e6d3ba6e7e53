package city

import (
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
)

// Onlooker judges a world and a station that it only sees from outside: the truth of the one, and the records of the other
// as its API shows them, a moment late.
type Onlooker struct{ judge *judge }

// NewOnlooker judges the fleet of a registry.
func NewOnlooker(registry fleet.Registry) *Onlooker { return &Onlooker{newJudge(registry)} }

// Unseen are the rules that need what is durable, or the frames themselves, and are not judged from outside.
func Unseen() []Rule {
	return []Rule{LaunchKept, Incident, WithinFence, HumanSilence, ReadBack, Identified, GoodWeather, OldEpoch}
}

// Shown takes one sortie or command as the station shows it; other kinds are none of it.
func (o *Onlooker) Shown(now time.Time, kind fleet.Kind, id string, value any) {
	if kind == mission.KindSortie || kind == mission.KindCommand {
		o.judge.kept(now, kind, id, value)
	}
}

// Look judges one moment; alive says whether there is a station.
func (o *Onlooker) Look(now time.Time, t simulator.Truth, alive bool) { o.judge.look(now, t, alive) }

// Violations are the rules that did not hold, each once for each thing it did not hold of.
func (o *Onlooker) Violations() []Violation { return o.judge.list }
