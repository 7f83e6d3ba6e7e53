package simulator

import (
	"math"
	"testing"
	"time"
)

func TestCells(t *testing.T) {
	for name, c := range chemistries {
		for i := 1; i < len(c.rest); i++ {
			if c.rest[i] <= c.rest[i-1] {
				t.Errorf("%s: %v V at %d0 %%, no more than at %d0 %%", name, c.rest[i], i, i-1)
			}
		}
		warm, cold := c.ohms(10, 0.6, 25, 0), c.ohms(10, 0.6, -10, 0)
		if r := cold / warm; r < 2 || r > 4 {
			t.Errorf("%s: %.1f times the resistance at -10 °C, want 2 to 4", name, r)
		}
		if r := c.ohms(10, 0.6, 25, 300) / warm; r < 1.3 || r > 2 {
			t.Errorf("%s: %.2f times the resistance after 300 cycles, want 1.3 to 2", name, r)
		}
		if c.ohms(10, 0.03, 25, 0) < 1.5*warm {
			t.Errorf("%s: a nearly empty cell is no stiffer", name)
		}
		if got := c.kept(500); got < 0.75 || got > 0.9 {
			t.Errorf("%s keeps %.2f of its capacity for 500 cycles, want 0.75 to 0.9", name, got)
		}
	}
}

func TestLoadBalancesPower(t *testing.T) {
	for _, watts := range []float64{0, 10, 60, 200} {
		amps, volts := load(3.8, 0.004, watts)
		if math.Abs(amps*volts-watts) > 1e-9 {
			t.Errorf("%v W: %v A at %v V", watts, amps, volts)
		}
	}
	if amps, volts := load(3.8, 0.1, 1e6); math.Abs(volts-1.9) > 1e-9 || math.Abs(amps-19) > 1e-9 {
		t.Errorf("beyond what it has it gives %v A at %v V, want half its voltage", amps, volts)
	}
}

// hovered is a vehicle that has hovered for a while at an outside temperature with a pack of some age.
func hovered(t *testing.T, tempC float64, cycles int, capacity float64) *vehicle {
	t.Helper()
	cfg := smallCity()
	cfg.Weather = Weather{TempC: tempC}
	cfg.Vehicle[2].Params = map[string]float64{"BAT1_CAPACITY": capacity}
	s := newStation(t, cfg)
	v := s.w.vehicles[2]
	v.pack.cycles = cycles
	v.setCharge(100)
	s.airborne()
	s.pass(8 * time.Minute)
	return v
}

// TestPackInFlight: the cold and age cost voltage and energy, flying warms the pack, and the estimator that counts is near
// the truth and not above it, while the one that reads the voltage is off by more.
func TestPackInFlight(t *testing.T) {
	warm := hovered(t, 25, 0, 6081)
	if d := warm.pack.told - warm.percent(); d > 0.5 || d < -4 {
		t.Errorf("counting, the estimator tells %.1f %%, the truth is %.1f %%", warm.pack.told, warm.percent())
	}
	if warm.pack.tempC < 25.3 {
		t.Errorf("flying has warmed the pack from 25 to %.2f °C only", warm.pack.tempC)
	}
	for name, v := range map[string]*vehicle{"cold": hovered(t, -10, 0, 6081), "aged": hovered(t, 25, 400, 6081)} {
		if v.volts() >= warm.volts() {
			t.Errorf("%s: %.2f V, want less than %.2f V", name, v.volts(), warm.volts())
		}
		if v.percent() >= warm.percent() {
			t.Errorf("%s: %.1f %% left, want less than %.1f %%", name, v.percent(), warm.percent())
		}
	}
	read := hovered(t, 25, 0, -1)
	if off := math.Abs(read.pack.told - read.percent()); off < 0.5 || off > 35 {
		t.Errorf("reading the voltage, the estimator tells %.1f %%, the truth is %.1f %%", read.pack.told, read.percent())
	}
}
