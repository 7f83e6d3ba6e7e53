package play

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/simulator"
	"groundstation/simulator/scenario"
)

// Play is a scenario with its world and its fleet.
type Play struct {
	*scenario.Scenario
	// File is where it was read from.
	File     string
	world    simulator.Config
	registry fleet.Registry
}

// Load reads a scenario and the configurations it names.
func Load(file string) (*Play, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	s, err := scenario.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p := &Play{Scenario: s, File: file}
	if p.world, err = simulator.Load(filepath.Join(filepath.Dir(file), s.World.Base)); err != nil {
		return nil, fmt.Errorf("%s: world.base: %w", file, err)
	}
	if _, err := toml.DecodeFile(filepath.Join(filepath.Dir(file), s.World.Station), &p.registry); err != nil {
		return nil, fmt.Errorf("%s: world.station: %w", file, err)
	}
	if err := p.settle(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// settle leaves those in the world that the scenario names, and makes it as the scenario says.
func (p *Play) settle() error {
	w := p.Scenario.World
	for _, id := range w.Docks {
		if _, ok := p.registry.Dock(fleet.DockID(id)); !ok {
			return fmt.Errorf("world.docks: there is no dock %q", id)
		}
	}
	for _, id := range w.Vehicles {
		if _, ok := p.registry.Vehicle(fleet.VehicleID(id)); !ok {
			return fmt.Errorf("world.vehicles: there is no vehicle %q", id)
		}
	}
	if len(w.Docks)+len(w.Vehicles) > 0 {
		goes := func(id, dock string) bool {
			return !slices.Contains(w.Vehicles, id) && (dock == "" || !slices.Contains(w.Docks, dock))
		}
		p.world.Dock = slices.DeleteFunc(p.world.Dock, func(d simulator.DockAt) bool { return !slices.Contains(w.Docks, d.ID) })
		p.world.Vehicle = slices.DeleteFunc(p.world.Vehicle, func(v simulator.VehicleAt) bool { return goes(v.ID, v.Dock) })
		p.registry.Docks = slices.DeleteFunc(p.registry.Docks, func(d fleet.DockSpec) bool { return !slices.Contains(w.Docks, string(d.ID)) })
		p.registry.Vehicles = slices.DeleteFunc(p.registry.Vehicles, func(v fleet.VehicleSpec) bool { return goes(string(v.ID), string(v.Dock)) })
	}
	for _, o := range []struct {
		from *float64
		to   *float64
	}{{w.Weather.WindMS, &p.world.Weather.WindMS}, {w.Weather.GustMS, &p.world.Weather.GustMS}, {w.Weather.WindDeg, &p.world.Weather.WindDeg},
		{w.Weather.RainMMH, &p.world.Weather.RainMMH}, {w.Weather.TempC, &p.world.Weather.TempC}} {
		if o.from != nil {
			*o.to = *o.from
		}
	}
	p.world.Weather.GustMS = max(p.world.Weather.GustMS, p.world.Weather.WindMS)
	for i := range p.world.Vehicle {
		v := &p.world.Vehicle[i]
		if left, ok := w.Battery[v.ID]; ok {
			v.BatteryPercent = left
		} else if left, ok := w.Battery["all"]; ok {
			v.BatteryPercent = left
		}
	}
	for id := range w.Battery {
		if id != "all" && !slices.ContainsFunc(p.world.Vehicle, func(v simulator.VehicleAt) bool { return v.ID == id }) {
			return fmt.Errorf("world.battery: there is no vehicle %q", id)
		}
	}
	for _, id := range w.ArduPilot {
		i := slices.IndexFunc(p.world.Vehicle, func(v simulator.VehicleAt) bool { return v.ID == id })
		k := slices.IndexFunc(p.registry.Vehicles, func(v fleet.VehicleSpec) bool { return string(v.ID) == id })
		if i < 0 || k < 0 {
			return fmt.Errorf("world.ardupilot: there is no vehicle %q", id)
		}
		p.world.Vehicle[i].Personality, p.registry.Vehicles[k].Autopilot = "ardupilot", fleet.ArduPilot
	}
	p.world.Air = w.Air
	return p.world.Validate()
}
