package simulator

import (
	"testing"
	"time"
)

// BenchmarkStep is one step of a docked, disarmed vehicle with its dock, and of one that flies to a place in gusts.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		up   bool
	}{{"docked", false}, {"flying", true}} {
		b.Run(c.name, func(b *testing.B) {
			cfg := smallCity()
			cfg.Dock, cfg.Vehicle = cfg.Dock[:1], cfg.Vehicle[:1]
			if c.up {
				cfg.Vehicle, cfg.Dock = smallCity().Vehicle[2:], nil
			}
			w := NewWorld(cfg, testStart)
			w.Step(testStart.Add(10 * time.Second))
			if c.up {
				v := w.vehicles[0]
				v.changeMode(modeTakeoff)
				v.guide.takeUp = 60
				v.arm()
				w.Step(w.Now().Add(40 * time.Second))
			}
			w.Drain(func(uint32, []byte) {})
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				w.Step(w.Now().Add(worldStep))
				w.out = w.out[:0]
				for _, v := range w.vehicles {
					v.pack.energyWh = v.at.EnergyWh
				}
			}
		})
	}
}
