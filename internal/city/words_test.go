package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
)

// wordyCity asks its vehicles for the words of their events.
func wordyCity(t *testing.T, docks int, change func(*simulator.Config)) *City {
	c := changedCity(t, docks, 7, change)
	c.Kill()
	c.Words = true
	c.Start()
	return c
}

func (c *City) checks(id fleet.VehicleID) (out []string) {
	v, _ := fleet.Get[fleet.Vehicle](c.board, fleet.KindVehicle, string(id))
	for _, check := range v.Checks {
		out = append(out, check.Text)
	}
	return out
}

// The words of the events are fetched once for all vehicles of one firmware, over good and bad air; what a vehicle's checks
// object to is shown, until it is so no more. One that serves no files keeps its numbers.
func TestVehiclesSayWhatTheyObjectTo(t *testing.T) {
	t.Parallel()
	for name, air := range map[string]simulator.Air{"good": {}, "bad": {Loss: 0.2, Duplicate: 0.1, Delay: 40 * time.Millisecond, Jitter: 200 * time.Millisecond}} {
		c := wordyCity(t, 4, func(w *simulator.Config) { w.Vehicle[3].NoFTP = true })
		c.World.SetAir(air)
		inDock := func() bool {
			for _, id := range []fleet.VehicleID{"V01", "V02", "V03"} {
				if list := c.checks(id); len(list) != 2 || list[0] != "Navigation error: No valid global position estimate" || list[1] != "Home position not set" {
					return false
				}
			}
			return true
		}
		until(t, c, 15*time.Minute, name+": what the vehicles in their docks object to", inDock)
		if c.Opened != 1 {
			t.Errorf("%s: fetched %d times", name, c.Opened)
		}
		if len(c.checks("V04")) != 0 {
			t.Errorf("%s: words from nowhere", name)
		}
		c.World.SetAir(simulator.Air{})
		in, s := onScene(t, c, 300)
		until(t, c, time.Minute, "no objection in the air", func() bool { return len(c.checks(s.Vehicle)) == 0 })
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
	}
}

// A sortie never waits for words.
func TestALaunchIsNotDelayedByWords(t *testing.T) {
	t.Parallel()
	c := wordyCity(t, 1, func(*simulator.Config) {})
	c.World.SetAir(simulator.Air{Loss: 0.3, Delay: 40 * time.Millisecond, Jitter: 100 * time.Millisecond})
	c.Run(14 * time.Second) // the reading has begun
	c.World.SetAir(simulator.Air{})
	onScene(t, c, 300)
}
