package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

// low is smallCity with the pack of V01 at so many percent.
func low(percent float64) Config {
	cfg := smallCity()
	cfg.Vehicle[0].BatteryPercent = percent
	return cfg
}

func TestWhatSpeaksAgainstCharging(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f     Fault
		code  uint16
		level hangar.DOCK_HEALTH_LEVEL
	}{
		"charger":  {Fault{Kind: "charger-loss"}, healthCharger, hangar.DOCK_HEALTH_CAUTION},
		"contacts": {Fault{Kind: "contact-bad"}, healthContact, hangar.DOCK_HEALTH_CAUTION},
		"warm":     {Fault{Kind: "pack-hot", Value: 57}, healthPackHot, hangar.DOCK_HEALTH_CAUTION},
		"hot":      {Fault{Kind: "pack-hot"}, healthPackHot, hangar.DOCK_HEALTH_WARNING},
	} {
		s := newStation(t, low(50))
		s.run(2 * time.Second)
		if d := s.dockState("H01"); !d.Device.Charging || d.State != "DOCK_STATE_CHARGING" {
			t.Fatalf("%s: it does not charge before: %+v", name, d)
		}
		c.f.Dock = "H01"
		s.inject(c.f)
		s.run(time.Second)
		before := s.vehicle("V01").EnergyWh
		s.wantReported(101, c.code, c.level)
		if d := s.dockState("H01"); d.Device.Charging || s.vehicle("V01").EnergyWh > before {
			t.Errorf("%s: it charges: %+v", name, d)
		}
		c.f.Clear = true
		s.inject(c.f)
		s.until(name+": it charges again", 10*time.Minute, func() bool { return s.dockState("H01").Device.Charging })
	}
}

func TestAPackIsChargedAsFarAsItIsTold(t *testing.T) {
	t.Parallel()
	s := newStation(t, low(50))
	s.run(time.Second)
	if r := s.dock(101, hangar.MAV_CMD_DOCK_CHARGE, 1, 1, 101); r != denied {
		t.Errorf("101 %%: %v", r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_CHARGE, 1, 1, 56); r != accepted {
		t.Fatal(r)
	}
	s.pass(20 * time.Minute)
	if p := s.vehicle("V01").Percent; p < 55 || p > 62 {
		t.Errorf("charged to %.0f %% for a long life at 56", p)
	}
}

// Without mains the backup carries the dock for its minutes, then it is dead; with mains again it boots and knows its task.
func TestTheBackupRunsDown(t *testing.T) {
	t.Parallel()
	s := emptied(t)
	s.inject(Fault{Kind: "ups-low", Dock: "H01", Value: 2})
	s.wantReported(101, healthUPS, hangar.DOCK_HEALTH_CAUTION)
	s.inject(Fault{Kind: "mains-loss", Dock: "H01"})
	s.wantReported(101, healthUPS, hangar.DOCK_HEALTH_WARNING)
	s.pass(2*time.Minute + 5*time.Second)
	if d := s.dockState("H01"); !d.Blocked || d.Device.UPSMin != 0 {
		t.Errorf("after two minutes: %+v", d)
	}
	s.inject(Fault{Kind: "mains-loss", Dock: "H01", Clear: true})
	s.until("open for its vehicle", 30*time.Second, func() bool { return s.dockState("H01").State == "DOCK_STATE_LANDING_READY" })
	if d := s.dockState("H01"); d.Task != 77 || !d.VehicleOut {
		t.Errorf("%+v", d)
	}
}

// A cold dock keeps its vehicle switched off, boots it while the lid opens, and switches it off again some time after.
func TestAVehicleInAColdDockBootsWhenItIsNeeded(t *testing.T) {
	t.Parallel()
	cfg := smallCity()
	cfg.Dock[0].Standby = "cold"
	s := newStation(t, cfg)
	s.run(20 * time.Second)
	fromV01 := func() (n int) {
		for _, h := range s.in {
			if h.sys == 1 {
				n++
			}
		}
		return n
	}
	if n := fromV01(); n != 0 {
		t.Fatalf("%d messages of a vehicle that is off", n)
	}
	if r := s.long(1, common.MAV_CMD_COMPONENT_ARM_DISARM, 1); r != noAnswer {
		t.Errorf("a vehicle that is off answers %v", r)
	}
	s.run(1100 * time.Millisecond)
	if m, _ := last[*hangar.MessageDockPower](s, 101); m.VehiclePowered != 0 || m.PackPercent != 100 {
		t.Errorf("the dock says %+v", m)
	}
	s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0)
	took := s.until("heard", 30*time.Second, func() bool { return fromV01() > 0 })
	if took < 11*time.Second || took > 14*time.Second {
		t.Errorf("it booted within %v, want about 12 s", took)
	}
	s.until("home", 30*time.Second, func() bool { return s.vehicle("V01").HomeValid })
	if r := s.dock(101, hangar.MAV_CMD_DOCK_POWER_VEHICLE, 77, 1, 0); r != denied {
		t.Errorf("switched off in the middle of its task: %v", r)
	}
	s.dock(101, hangar.MAV_CMD_DOCK_SECURE, 77, 1, 0)
	s.until("secured", time.Minute, func() bool { return s.dockState("H01").Task == 0 })
	s.run(50 * time.Second)
	if s.dockState("H01").Device.VehicleOff {
		t.Error("off before its time")
	}
	s.until("off", 20*time.Second, func() bool { return s.dockState("H01").Device.VehicleOff })
	if r := s.dock(101, hangar.MAV_CMD_DOCK_WAKE, 0, 1, 100); r != accepted {
		t.Errorf("wake: %v", r)
	}
	s.run(90 * time.Second)
	if s.dockState("H01").Device.VehicleOff || s.vehicle("V01").HomeValid {
		t.Errorf("awake under a closed lid: %+v", s.vehicle("V01"))
	}
	s.until("off again", 90*time.Second, func() bool { return s.dockState("H01").Device.VehicleOff })
	s.dock(101, hangar.MAV_CMD_DOCK_POWER_VEHICLE, 0, 1, 1)
	s.pass(10 * time.Minute)
	if s.dockState("H01").Device.VehicleOff {
		t.Error("off though it was switched on")
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_POWER_VEHICLE, 0, 1, 0); r != accepted || !s.dockState("H01").Device.VehicleOff {
		t.Errorf("switched off: %v", r)
	}
}

func TestADockChangesThePack(t *testing.T) {
	t.Parallel()
	cfg := low(75)
	cfg.Dock[0].Packs = 2
	s := newStation(t, cfg)
	s.run(time.Second)
	if r := s.dock(102, hangar.MAV_CMD_DOCK_SWAP_BATTERY, 0, 1, 0); r != common.MAV_RESULT_UNSUPPORTED {
		t.Errorf("a dock that only charges: %v", r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SWAP_BATTERY, 11, 1, 0); r != inProgress {
		t.Fatal(r)
	}
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != rejected {
		t.Errorf("launch in the middle: %v", r)
	}
	s.until("out", time.Minute, func() bool { return s.dockState("H01").Device.PackOut })
	s.wantReported(101, healthSwap, hangar.DOCK_HEALTH_NOTICE)
	s.until("in", time.Minute, func() bool { return !s.dockState("H01").Device.PackOut })
	s.w.vehicles[0].setCharge(40)
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SWAP_BATTERY, 11, 1, 0); r != accepted {
		t.Errorf("a repeat of what has ended: %v", r)
	}
	s.w.vehicles[0].setCharge(100)
	s.run(1100 * time.Millisecond)
	m, _ := last[*hangar.MessageDockPower](s, 101)
	if p := s.vehicle("V01").Percent; p < 99 || m.Slots != 3 || m.Packs != 2 || m.PacksReady != 1 {
		t.Errorf("%.0f %% and %+v", p, m)
	}
	s.pass(30 * time.Minute)
	if m, _ = last[*hangar.MessageDockPower](s, 101); m.PacksReady != 1 {
		t.Fatalf("%+v", m)
	}
	s.run(1100 * time.Millisecond)
	if m, _ = last[*hangar.MessageDockPower](s, 101); m.PacksReady != 2 {
		t.Errorf("half an hour later: %+v", m)
	}
	// The arm jams with the pack out of the vehicle: no launch until it is in again.
	s.w.vehicles[0].setCharge(50)
	s.run(20 * time.Second)
	if s.w.docks[0].run.active() {
		t.Error("it begins by itself though it hears a station")
	}
	s.beat = false
	s.until("begins by itself at 50 %", 20*time.Second, func() bool { return s.w.docks[0].run.kind == programSwap })
	s.beat = true
	s.until("out", time.Minute, func() bool { return s.dockState("H01").Device.PackOut })
	s.inject(Fault{Kind: "swap-jam", Dock: "H01"})
	s.until("fault", 3*time.Minute, func() bool { return s.dockState("H01").State == "DOCK_STATE_FAULT" })
	if r := s.dock(101, hangar.MAV_CMD_DOCK_PREPARE_LAUNCH, 77, 1, 0); r != denied {
		t.Errorf("launch without a pack: %v", r)
	}
	s.wantReported(101, healthSwap, hangar.DOCK_HEALTH_WARNING)
	s.inject(Fault{Kind: "swap-jam", Dock: "H01", Clear: true})
	if r := s.dock(101, hangar.MAV_CMD_DOCK_SWAP_BATTERY, 12, 1, 0); r != inProgress {
		t.Errorf("again: %v", r)
	}
	s.until("in", time.Minute, func() bool { return !s.dockState("H01").Device.PackOut })
	s.run(time.Second)
	s.launch()
}

func TestTheClimateIsHeldInItsBand(t *testing.T) {
	t.Parallel()
	for _, outside := range []float64{-15, 42} {
		cfg := smallCity()
		cfg.Weather.TempC = outside
		s := newStation(t, cfg)
		d := s.w.docks[0]
		hours := func(n float64) {
			for range int(n * 3600 / slowPeriod.Seconds()) {
				d.condition(slowPeriod.Seconds())
			}
		}
		hours(4)
		if d.inTempC < cfg.Timing.ClimateLowC-1 || d.inTempC > cfg.Timing.ClimateHighC+1 {
			t.Errorf("%.0f °C outside: %.1f inside", outside, d.inTempC)
		}
		s.inject(Fault{Kind: "climate-fail", Dock: "H01"})
		hours(4)
		if math.Abs(d.inTempC-outside) > 2 {
			t.Errorf("%.0f °C outside, nothing works: %.1f inside", outside, d.inTempC)
		}
		if outside < 5 {
			s.wantReported(101, healthClimate, hangar.DOCK_HEALTH_CAUTION)
		}
	}
}

func TestWhatTheWeatherLeavesOnThePad(t *testing.T) {
	t.Parallel()
	rain := func(tempC float64, heats bool) *station {
		cfg := smallCity()
		cfg.Weather.TempC, cfg.Weather.RainMMH = tempC, 4
		s := launched(t, cfg)
		s.inject(Fault{Kind: "climate-fail", Dock: "H01", Clear: heats})
		s.pass(3 * time.Minute)
		s.run(1100 * time.Millisecond)
		return s
	}
	s := rain(12, true)
	m, _ := last[*hangar.MessageDockEnvironment](s, 101)
	if m.PadWet != 1 || m.RainClass != 2 || m.RainMmh != 4 {
		t.Errorf("in the rain: %+v", m)
	}
	s = rain(-3, true)
	if m, _ = last[*hangar.MessageDockEnvironment](s, 101); m.PadWet == 3 || m.ClimateW < heaterW {
		t.Errorf("in the snow on a heated pad: %+v", m)
	}
	s = rain(-3, false)
	if m, _ = last[*hangar.MessageDockEnvironment](s, 101); m.PadWet != 2 {
		t.Errorf("in the snow: %+v", m)
	}
	s.wantReported(101, healthSnow, hangar.DOCK_HEALTH_CAUTION)
	s = rain(12, false)
	s.w.weather.TempC, s.w.weather.RainMMH = -6, 0 // the sky clears
	s.pass(5 * time.Minute)
	s.run(1100 * time.Millisecond)
	if m, _ = last[*hangar.MessageDockEnvironment](s, 101); m.PadWet != 3 {
		t.Errorf("after the frost: %+v", m)
	}
	s.wantReported(101, healthIce, hangar.DOCK_HEALTH_WARNING)
}

func TestTheLightIsTheSuns(t *testing.T) {
	cfg := smallCity()
	at := func(hour int) float64 {
		w := NewWorld(cfg, testStart.Truncate(24*time.Hour).Add(time.Duration(hour)*time.Hour))
		w.Step(w.now.Add(time.Second))
		return lux(w.Truth().SunDeg, 0)
	}
	noon, dusk, night := at(4), at(9), at(16)
	if noon < 30000 || dusk > noon/4 || night > 0.01 || lux(40, 10) > lux(40, 0)/2 {
		t.Errorf("%.0f lx at noon, %.1f at dusk, %.4f by night", noon, dusk, night)
	}
	for deg := -90.0; deg < 90; deg++ {
		if lux(deg+1, 0) < lux(deg, 0) {
			t.Errorf("darker at %v° than at %v°", deg+1, deg)
		}
	}
}
