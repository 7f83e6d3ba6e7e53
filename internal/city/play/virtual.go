package play

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/city"
	"groundstation/mission"
	"groundstation/simulator"
	"groundstation/simulator/scenario"
)

// virtual is a stage in virtual time.
type virtual struct {
	*city.City
	now simulator.Truth
}

func openVirtual(p *Play, o Options, rec *record) *virtual {
	world := p.world
	world.Seed = o.Seed
	v := &virtual{City: city.New(p.registry, world, p.Scenario.World.Start)}
	v.Kill()
	v.Desk, v.Tap = p.desk(), rec.tap()
	if p.Station.Logs {
		v.Logs = city.NewLogs()
	}
	v.Start()
	v.now = v.World.Truth()
	v.Watch = func(t simulator.Truth) { v.now = t }
	return v
}

// desk are the station's settings.
func (p *Play) desk() mission.DeskConfig {
	s := p.Station
	return mission.DeskConfig{OnSceneS: s.OnScene.Seconds(), MinSceneS: s.MinScene.Seconds(), HoldLimit: s.HoldLimit, CrewConfirm: s.CrewConfirm,
		PrepareLimit: s.PrepareLimit, MaxQueued: s.MaxQueued}
}

func (v *virtual) Step() error {
	v.Run(city.Step)
	return v.Err()
}

func (v *virtual) Truth() simulator.Truth         { return v.now }
func (v *virtual) Board() *fleet.Board            { return v.City.Board() }
func (v *virtual) Inject(f simulator.Fault) error { return v.World.Inject(f) }
func (v *virtual) Close() error                   { return v.Err() }

func (v *virtual) Violations() (out []Violation) {
	for _, b := range v.City.Violations() {
		out = append(out, Violation{string(b.Rule), b.String()})
	}
	return out
}

func (v *virtual) Station(a scenario.StationAct) error {
	switch {
	case a.Do == "start":
		v.Start()
	case a.Over == "":
		v.Die(a.For)
	default:
		v.Crash = func(p mission.Persist) city.Fate {
			for _, op := range p.Ops {
				if op.Act != a.Over {
					continue
				}
				v.Crash = nil
				if a.After {
					return city.DiesAfter
				}
				return city.DiesBefore
			}
			return city.Lives
		}
	}
	return nil
}

func (v *virtual) Store(a scenario.StoreAct) error {
	v.Disk = nil
	switch a.Do {
	case "fail":
		v.Disk = &city.Disk{Fails: true}
	case "slow":
		v.Disk = &city.Disk{Delay: a.Delay}
	}
	return nil
}

func (v *virtual) Clock(off time.Duration) error {
	v.Skew = off
	return nil
}
