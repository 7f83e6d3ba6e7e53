package simulator

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

func city(t testing.TB) Config {
	t.Helper()
	cfg, err := Load("../config/sim.toml")
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestCityIsHeard(t *testing.T) {
	t.Parallel()
	s := newStation(t, city(t))
	s.run(12 * time.Second)
	beats, positions := map[uint32]int{}, map[uint32]int{}
	frames := 0
	for _, h := range s.in {
		switch m := h.msg.(type) {
		case *common.MessageHeartbeat:
			if m.Type == common.MAV_TYPE_CAMERA || m.Type == common.MAV_TYPE_ODID {
				continue
			}
			beats[h.sys]++
			if dock := h.sys > 100; dock != (m.Type == common.MAV_TYPE_CHARGING_STATION) || dock != (m.Autopilot == common.MAV_AUTOPILOT_GENERIC) {
				t.Fatalf("system %d: heartbeat %+v", h.sys, m)
			}
		case *common.MessageGlobalPositionInt:
			positions[h.sys]++
		}
		frames++
	}
	for _, sys := range s.w.Systems() {
		if n := beats[sys]; n < 9 || n > 13 {
			t.Errorf("system %d: %d heartbeats in 12 s", sys, n)
		}
		if got, want := positions[sys] > 40, sys >= 19 && sys <= 29; got != want {
			t.Errorf("system %d: %d positions, want some: %v (only under an open sky)", sys, positions[sys], want)
		}
	}
	if perS := float64(frames) / 12 / 47; perS < 10 || perS > 60 {
		t.Errorf("%.1f frames a second and system", perS)
	}
	s.noAccident()
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	run := func() Truth {
		w := NewWorld(city(t), testStart)
		w.Step(testStart.Add(30 * time.Second))
		return w.Truth()
	}
	a, b := run(), run()
	for i := range a.Vehicles {
		if a.Vehicles[i] != b.Vehicles[i] {
			t.Fatalf("%+v\n%+v", a.Vehicles[i], b.Vehicles[i])
		}
	}
}

// BenchmarkWorld steps the whole city with eleven vehicles in the air, telemetry included.
func BenchmarkWorld(b *testing.B) {
	w := NewWorld(city(b), testStart)
	v := voice{codec: w.codec, system: 255, component: 190}
	w.Step(testStart.Add(10 * time.Second))
	for sys := uint32(19); sys <= 29; sys++ {
		w.Receive(sys, v.encode(&common.MessageCommandLong{TargetSystem: uint8(sys), Command: common.MAV_CMD_NAV_TAKEOFF, Param7: 60}))
		w.Receive(sys, v.encode(&common.MessageCommandLong{TargetSystem: uint8(sys), Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1}))
	}
	start := w.Now()
	frames := 0
	for b.Loop() {
		w.Step(w.Now().Add(time.Second))
		w.Drain(func(uint32, []byte) { frames++ })
	}
	sim := w.Now().Sub(start).Seconds()
	b.ReportMetric(sim/b.Elapsed().Seconds(), "x-real-time")
	b.ReportMetric(float64(frames)/sim, "frames/s")
}
