package mavlink

import (
	"fmt"
	"math"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/dialect/hangar"
)

// TestGuardRanges: each range passes at both ends and is refused just beyond them.
func TestGuardRanges(t *testing.T) {
	env := wide()
	for _, c := range []struct {
		rule      string
		g         *guard
		low, high float64
		step      float64 // to the next value; 0: the next float32
		m         func(v float64) message.Message
	}{
		{"message interval, µs", &px4Guard, -1, 60e6, 0, func(v float64) message.Message {
			return ordered(common.MAV_CMD_SET_MESSAGE_INTERVAL, 30, float32(v))
		}},
		{"speed to go with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return placed(common.MAV_CMD_DO_REPOSITION, float32(v), 1)
		}},
		{"speed to fly on with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return placed(common.MAV_CMD_DO_CHANGE_SPEED, 1, float32(v), -1)
		}},
		{"altitude to go to, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_REPOSITION, -1, 1), func(m *common.MessageCommandInt) { m.Z = float32(v) })
		}},
		{"radius, m", &px4Guard, 1, 2000, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, float32(v), 5) }},
		{"radius the other way, m", &px4Guard, -2000, -1, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, float32(v), 5) }},
		{"speed to circle with, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message { return placed(common.MAV_CMD_DO_ORBIT, 40, float32(v)) }},
		{"altitude to circle at, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_ORBIT, 40, 5), func(m *common.MessageCommandInt) { m.Z = float32(v) })
		}},
		{"latitude, degE7", &px4Guard, -900000000, 900000000, 1, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.X = int32(v) })
		}},
		{"longitude, degE7", &px4Guard, -1800000000, 1800000000, 1, func(v float64) message.Message {
			return with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.Y = int32(v) })
		}},
		{"latitude of an item, degE7", &px4Guard, -900000000, 900000000, 1, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageMissionItemInt) { m.X = int32(v) })
		}},
		{"longitude of an item, degE7", &px4Guard, -1800000000, 1800000000, 1, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageMissionItemInt) { m.Y = int32(v) })
		}},
		{"items of a plan", &px4Guard, 0, missionMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: plain})
		}},
		{"corners of a fence", &px4Guard, 0, fenceMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: fence})
		}},
		{"rally points", &px4Guard, 0, rallyMax, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionCount{Count: uint16(int(v) & 0xFFFF), MissionType: rally})
		}},
		{"hold at a waypoint, s", &px4Guard, 0, holdMax, 0, func(v float64) message.Message { return item(plain, waypoint, float32(v)) }},
		{"altitude of a waypoint, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Z = float32(v) })
		}},
		{"altitude of a take-off, m AMSL", &px4Guard, 10, 120, 0, func(v float64) message.Message {
			return with(item(plain, common.MAV_CMD_NAV_TAKEOFF), func(m *common.MessageMissionItemInt) { m.Z = float32(v) })
		}},
		{"speed of a plan, m/s", &px4Guard, float64(float32(0.1)), 60, 0, func(v float64) message.Message {
			return item(plain, common.MAV_CMD_DO_CHANGE_SPEED, 1, float32(v))
		}},
		{"corners that a corner tells of", &px4Guard, 3, fenceMax, 0, func(v float64) message.Message {
			return item(fence, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, float32(v))
		}},
		{"radius of a circle of the fence, m", &px4Guard, 1, 50000, 0, func(v float64) message.Message {
			return item(fence, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION, float32(v))
		}},
		{"rate of old, Hz", &px4Guard, 0, 50, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageRequestDataStream{ReqMessageRate: uint16(int(v) & 0xFFFF)})
		}},
		{"first item of PX4", &px4Guard, 0, 0, 1, func(v float64) message.Message {
			return addressedTo(&px4Guard, &common.MessageMissionSetCurrent{Seq: uint16(int(v) & 0xFFFF)})
		}},
		{"first item of ArduPilot", &arduGuard, 0, 1, 1, func(v float64) message.Message {
			return addressedTo(&arduGuard, &common.MessageMissionSetCurrent{Seq: uint16(int(v) & 0xFFFF)})
		}},
		{"charge of a pack", &dockGuard, 20, 100, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_CHARGE, float32(v)) }},
		{"seconds awake", &dockGuard, 0, dayMax, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_WAKE, float32(v)) }},
		{"seconds of a dock", &dockGuard, 0, dayMax, 0, func(v float64) message.Message { return dockOrder(hangar.MAV_CMD_DOCK_CLOSE, float32(v)) }},
		{"stick x", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{X: int16(v), Z: 500}) }},
		{"stick y", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{Y: int16(v), Z: 500}) }},
		{"stick z", &pilotGuard, 0, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{Z: int16(v)}) }},
		{"stick r", &pilotGuard, -1000, 1000, 1, func(v float64) message.Message { return sticksMessage(7, fleet.Sticks{R: int16(v), Z: 500}) }},
	} {
		below, above := c.low-c.step, c.high+c.step
		if c.step == 0 {
			below = float64(math.Nextafter32(float32(c.low), float32(math.Inf(-1))))
			above = float64(math.Nextafter32(float32(c.high), float32(math.Inf(1))))
		}
		for _, v := range []struct {
			at float64
			ok bool
		}{{c.low, true}, {c.high, true}, {below, false}, {above, false}} {
			t.Run(fmt.Sprintf("%s: %v", c.rule, v.at), ruling{c.rule, c.g, c.m(v.at), env, v.ok}.judge)
		}
	}
	for _, wrapped := range []int32{math.MinInt32, math.MaxInt32} {
		for _, m := range []message.Message{
			with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.X = wrapped }),
			with(placed(common.MAV_CMD_DO_SET_ROI_LOCATION), func(m *common.MessageCommandInt) { m.Y = wrapped }),
			with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.X = wrapped }),
			with(item(plain, waypoint), func(m *common.MessageMissionItemInt) { m.Y = wrapped }),
		} {
			ruling{"a place beyond int32", &px4Guard, m, env, false}.judge(t)
		}
	}
}

// TestDegreesThatDoNotFit: what is no degree becomes a number that the guard takes for no place.
func TestDegreesThatDoNotFit(t *testing.T) {
	for deg, want := range map[float64]int32{180: 1800000000, -180: -1800000000, 180.0001: math.MinInt32, -180.0001: math.MinInt32,
		1e10: math.MinInt32, math.Inf(1): math.MinInt32, math.Inf(-1): math.MinInt32} {
		if got := toE7(deg); got != want {
			t.Errorf("%v: %d, want %d", deg, got, want)
		}
	}
	if got := toE7(math.NaN()); got != math.MinInt32 {
		t.Errorf("NaN: %d", got)
	}
}
