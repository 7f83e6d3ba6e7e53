package mavlink

import (
	"errors"
	"math"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

func TestGuard(t *testing.T) {
	env := worldEnvelope()
	v, d := guard{system: 7}, guard{system: 103, dock: true}
	near := geo.Offset(fakeHome.LatLon, 10, 100).At(50)
	s := NewSession(worldSpec, DefaultConfig())
	cmd := func(c common.MAV_CMD, at geo.Position, params ...float32) *common.MessageCommandInt {
		m := s.int(c, at)
		for i, p := range params {
			*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4}[i] = p
		}
		return m
	}
	long := func(c common.MAV_CMD, params ...float32) *common.MessageCommandLong {
		m := s.long(c, params...)
		return &m
	}
	nan := float32(math.NaN())
	other := long(common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
	other.TargetSystem = 8
	all := long(common.MAV_CMD_COMPONENT_ARM_DISARM, 1)
	all.TargetSystem = 0
	relative := cmd(common.MAV_CMD_DO_REPOSITION, near, -1, 1)
	relative.Frame = common.MAV_FRAME_GLOBAL_RELATIVE_ALT
	for _, c := range []struct {
		name string
		g    *guard
		m    message.Message
		env  *fleet.Envelope
		ok   bool
	}{
		{"heartbeat", &v, &common.MessageHeartbeat{Type: minimal.MAV_TYPE_GCS, Autopilot: minimal.MAV_AUTOPILOT_INVALID}, nil, true},
		{"heartbeat of a vehicle", &v, &common.MessageHeartbeat{Type: 2, Autopilot: 12}, nil, false},
		{"arm", &v, long(common.MAV_CMD_COMPONENT_ARM_DISARM, 1), nil, true},
		{"force", &v, long(common.MAV_CMD_COMPONENT_ARM_DISARM, 0, 21196), nil, false},
		{"arm another", &v, other, nil, false},
		{"arm everybody", &v, all, nil, false},
		{"hold", &v, long(common.MAV_CMD_DO_SET_MODE, 1, 4, 3), nil, true},
		{"manual", &v, long(common.MAV_CMD_DO_SET_MODE, 1, 1, 0), nil, false},
		{"termination", &v, long(common.MAV_CMD_DO_FLIGHTTERMINATION, 1), nil, false},
		{"reboot", &v, long(common.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1), nil, false},
		{"go", &v, cmd(common.MAV_CMD_DO_REPOSITION, near, -1, 1, 0, nan), &env, true},
		{"go without a fence", &v, cmd(common.MAV_CMD_DO_REPOSITION, near, -1, 1), &fleet.Envelope{CeilingAMSL: 100}, false},
		{"go without an envelope", &v, cmd(common.MAV_CMD_DO_REPOSITION, near, -1, 1), nil, false},
		{"go outside", &v, cmd(common.MAV_CMD_DO_REPOSITION, geo.Offset(fakeHome.LatLon, 10, 9000).At(50), -1, 1), &env, false},
		{"go too high", &v, cmd(common.MAV_CMD_DO_REPOSITION, near.LatLon.At(121), -1, 1), &env, false},
		{"go too low", &v, cmd(common.MAV_CMD_DO_REPOSITION, near.LatLon.At(9), -1, 1), &env, false},
		{"go at NaN", &v, cmd(common.MAV_CMD_DO_REPOSITION, near.LatLon.At(math.NaN()), -1, 1), &env, false},
		{"go at NaN speed", &v, cmd(common.MAV_CMD_DO_REPOSITION, near, nan, 1), &env, false},
		{"go relative", &v, relative, &env, false},
		{"orbit", &v, cmd(common.MAV_CMD_DO_ORBIT, near, 40, 5), &env, true},
		{"orbit over the fence", &v, cmd(common.MAV_CMD_DO_ORBIT, near, 1990, 5), &env, false},
		{"orbit without end", &v, cmd(common.MAV_CMD_DO_ORBIT, near, float32(math.Inf(1)), 5), &env, false},
		{"look outside", &v, cmd(common.MAV_CMD_DO_SET_ROI_LOCATION, geo.Offset(fakeHome.LatLon, 10, 9000).At(4)), &env, true},
		{"home far away", &v, cmd(common.MAV_CMD_DO_SET_HOME, geo.Offset(fakeHome.LatLon, 10, 9000).At(4)), &env, false},
		{"home at the present position", &v, cmd(common.MAV_CMD_DO_SET_HOME, near, 1), &env, false},
		{"parameter", &v, &common.MessageParamSet{TargetSystem: 7, TargetComponent: 1, ParamId: "NAV_DLL_ACT", ParamType: 6}, nil, true},
		{"other parameter", &v, &common.MessageParamSet{TargetSystem: 7, TargetComponent: 1, ParamId: "SYS_AUTOSTART", ParamType: 6}, nil, false},
		{"parameter NaN", &v, &common.MessageParamSet{TargetSystem: 7, TargetComponent: 1, ParamId: "RTL_RETURN_ALT", ParamType: 9, ParamValue: nan}, nil, false},
		{"clear all", &v, &common.MessageMissionClearAll{TargetSystem: 7, TargetComponent: 1}, nil, false},
		{"sticks", &v, &common.MessageManualControl{Target: 7}, nil, false},
		{"cancel", &v, &common.MessageCommandCancel{TargetSystem: 7, TargetComponent: 1, Command: common.MAV_CMD_DO_ORBIT}, nil, true},
		{"cancel of another's", &v, &common.MessageCommandCancel{TargetSystem: 8, TargetComponent: 1, Command: common.MAV_CMD_DO_ORBIT}, nil, false},
		{"cancel at a dock", &d, &common.MessageCommandCancel{TargetSystem: 103, TargetComponent: 1, Command: 53051}, nil, false},
		{"setup signing", &v, &common.MessageSetupSigning{TargetSystem: 7}, nil, false},
		{"file transfer", &v, &common.MessageFileTransferProtocol{TargetSystem: 7}, nil, false},
		{"dock parameter", &d, &common.MessageParamSet{TargetSystem: 103, TargetComponent: 1, ParamId: "NAV_DLL_ACT", ParamType: 6}, nil, false},
		{"dock arm", &d, &common.MessageCommandLong{TargetSystem: 103, TargetComponent: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1}, nil, false},
		{"dock close", &d, &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: 53051, X: 5, Y: 1, Param1: 60}, nil, true},
		{"dock close without a task", &d, &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: 53051}, nil, false},
		{"dock maintenance", &d, &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: 53057, X: 5}, nil, false},
		{"dock reposition", &d, &common.MessageCommandInt{TargetSystem: 103, TargetComponent: 1, Command: 192, X: 5}, &env, false},
	} {
		err := c.g.check(c.m, c.env)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrGuard) {
			t.Errorf("%s: %v", c.name, err)
		}
		// The same rules hold for the other message; a frame is only in one of them.
		other := c.m
		switch m := c.m.(type) {
		case *common.MessageCommandLong:
			other = intForm(m)
		case *common.MessageCommandInt:
			other = longForm(m)
		}
		if err := c.g.check(other, c.env); !c.g.dock && c.m != relative && (err == nil) != c.ok {
			t.Errorf("%s by the other message: %v", c.name, err)
		}
	}
}

// TestGuardProperty: whatever the numbers, what passes as a movement lies inside the envelope and is finite.
func TestGuardProperty(t *testing.T) {
	g := guard{system: 7}
	env := worldEnvelope()
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(rapid.Float32(), rapid.SampledFrom([]float32{float32(math.NaN()), float32(math.Inf(-1)), 0, 1, 30, 50, 119}))
		m := &common.MessageCommandInt{TargetSystem: 7, TargetComponent: 1,
			Command: rapid.SampledFrom([]common.MAV_CMD{common.MAV_CMD_DO_REPOSITION, common.MAV_CMD_DO_ORBIT}).Draw(t, "command"),
			Param1:  f.Draw(t, "p1"), Param2: f.Draw(t, "p2"), Param3: f.Draw(t, "p3"), Param4: f.Draw(t, "p4"),
			X: rapid.OneOf(rapid.Int32(), rapid.Int32Range(325000000, 326000000)).Draw(t, "x"),
			Y: rapid.OneOf(rapid.Int32(), rapid.Int32Range(1204000000, 1205000000)).Draw(t, "y"), Z: f.Draw(t, "z")}
		if g.check(m, &env) != nil || nowhere(m) {
			return
		}
		at := fromE7(m.X, m.Y, float64(m.Z))
		if !(at.AltAMSL >= env.FloorAMSL && at.AltAMSL <= env.CeilingAMSL) || geo.Distance(at.LatLon, fakeHome.LatLon) > 2801 {
			t.Fatalf("%+v passed", m)
		}
		for _, p := range []float32{m.Param1, m.Param2, m.Param3} {
			if math.IsNaN(float64(p)) || math.IsInf(float64(p), 0) {
				t.Fatalf("%+v passed", m)
			}
		}
	})
}
