package mission

import (
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
)

// foulFor is how long the weather must be over a limit until a vehicle that is out is called home.
const foulFor = 10 * time.Second

// foulWeather is the weather that would keep a vehicle on the ground: rain, temperature and gusts by the gates of its dock, or
// of the nearest that tells its weather, wind by its own limit too. nil: it is good, or nobody knows.
func (d *Desk) foulWeather(c *craft) *fleet.Gate {
	near := c.near
	if c.dock != nil {
		near = []*pad{c.dock}
	}
	for _, p := range near {
		k := p.state
		if k == nil || k.Link != fleet.LinkOnline || k.Env.At.IsZero() || d.now.Sub(k.Env.At) > weatherAge {
			continue
		}
		for i := range k.NoLaunch {
			if slices.Contains([]string{"rain", "temperature", "wind", "gust"}, k.NoLaunch[i].Code) {
				return &k.NoLaunch[i]
			}
		}
		if most := c.spec.MaxWindMS; most > 0 && k.Env.WindMS > most {
			return &fleet.Gate{Code: "wind", Value: k.Env.WindMS, Limit: most, Unit: "m/s", Text: fmt.Sprintf("wind %.1f m/s over %.1f", k.Env.WindMS, most)}
		}
		return nil
	}
	return nil
}

// foulWeather calls a vehicle home whose weather is over a limit, and says whether it does.
func (m *sortie) foulWeather(s *scene) bool {
	switch {
	case s.foul == nil:
		m.foulAt = time.Time{}
		return false
	case m.foulAt.IsZero():
		m.foulAt = m.now
	}
	if m.now.Sub(m.foulAt) < foulFor {
		return false
	}
	m.raise("weather", "warning", fmt.Sprintf("%s turns back: %s", m.Vehicle, s.foul.Text))
	m.goHome("weather", "comes home early: "+s.foul.Text)
	return true
}
