package main

import (
	"fmt"
	"time"

	"groundstation/mission"
)

// missionConfig are bounds of the Desk; zero is its default.
type missionConfig struct {
	// OnScene is how long a vehicle stays at an incident (10 min), MinScene how long it must be able to, to be sent (2 min).
	OnScene  time.Duration `toml:"on_scene"`
	MinScene time.Duration `toml:"min_scene"`
	// HoldLimit is how long a vehicle waits above its dock (90 s).
	HoldLimit time.Duration `toml:"hold_limit"`
	// CrewConfirm is how long a crew has to confirm a launch (60 s), PrepareLimit how long preparing one may take (3 min).
	CrewConfirm  time.Duration `toml:"crew_confirm"`
	PrepareLimit time.Duration `toml:"prepare_limit"`
	// MaxQueued is how many incidents may wait (500).
	MaxQueued int `toml:"max_queued"`
}

func (c *missionConfig) check() error {
	for _, d := range []struct {
		key   string
		value time.Duration
		most  time.Duration
	}{{"on_scene", c.OnScene, 2 * time.Hour}, {"min_scene", c.MinScene, 2 * time.Hour}, {"hold_limit", c.HoldLimit, 10 * time.Minute},
		{"crew_confirm", c.CrewConfirm, time.Hour}, {"prepare_limit", c.PrepareLimit, 30 * time.Minute}} {
		if d.value < 0 || d.value > d.most {
			return fmt.Errorf("%s is %v; it is up to %v, or 0 for the default", d.key, d.value, d.most)
		}
	}
	if c.MaxQueued < 0 || c.MaxQueued > 100_000 {
		return fmt.Errorf("max_queued is %d; it is up to 100000, or 0 for the default", c.MaxQueued)
	}
	return nil
}

// desk is what the Desk is configured with.
func (c *Config) desk() mission.DeskConfig {
	m := c.Mission
	return mission.DeskConfig{OnSceneS: m.OnScene.Seconds(), MinSceneS: m.MinScene.Seconds(), HoldLimit: m.HoldLimit, CrewConfirm: m.CrewConfirm,
		PrepareLimit: m.PrepareLimit, MaxQueued: m.MaxQueued, TrafficNearM: c.Traffic.NearM, TrafficHeightM: c.Traffic.HeightM, Privacy: c.privacyRules()}
}
