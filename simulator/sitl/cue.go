package sitl

import (
	"bytes"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/streamwriter"

	"groundstation/internal/geo"
)

// Cue is what only the surroundings of a vehicle know.
type Cue struct {
	// Sky says whether it sees satellites.
	Sky bool
	// Marker leads from the vehicle to the landing marker that its camera sees; nil: none.
	Marker *geo.ENU
	// Wind and GroundM, the height of the ground below above where it stood at first, are for bodies of ours (PX4HIL).
	Wind    geo.ENU
	GroundM float64
	// Reboots counts the times the process was to start anew.
	Reboots int
}

// askAgain is when what was not confirmed is told again.
const askAgain = time.Second

// voice tells a process its cues, and tells again what was not confirmed.
type voice struct {
	sky     Sky
	ask     []uint32
	askedAt time.Time
	skyAt   time.Time
}

// say gives the datagrams of the moment; heard is what the process told.
func (v *voice) say(now time.Time, c Cue, heard *ear) [][]byte {
	if heard.system == 0 {
		return nil // it does not speak yet
	}
	var out [][]byte
	add := func(m message.Message) {
		if b := v.encode(m, heard); b != nil {
			out = append(out, b)
		}
	}
	want := v.sky.Shut
	if c.Sky {
		want = v.sky.Open
	}
	if v.sky.Param != "" && !v.sky.is(heard.told, want) && now.Sub(v.skyAt) >= askAgain {
		v.skyAt = now
		add(v.sky.set(heard.system, want))
	}
	if now.Sub(heard.at) > askAgain && now.Sub(v.askedAt) >= askAgain {
		v.askedAt = now
		for _, id := range v.ask {
			add(&common.MessageCommandLong{TargetSystem: heard.system, TargetComponent: 1, Command: common.MAV_CMD_SET_MESSAGE_INTERVAL,
				Param1: float32(id), Param2: 1e6 / stateHz})
		}
	}
	if c.Marker != nil {
		e := heard.state.Estimate
		add(&common.MessageLandingTarget{TimeUsec: uint64(now.UnixMicro()), Frame: common.MAV_FRAME_LOCAL_NED, PositionValid: common.MAV_BOOL_TRUE,
			Q: [4]float32{1}, X: float32(e.N + c.Marker.N), Y: float32(e.E + c.Marker.E), Z: float32(-e.U - c.Marker.U),
			Distance: float32(math.Hypot(c.Marker.Horizontal(), c.Marker.U))})
	}
	return out
}

func (v *voice) encode(m message.Message, heard *ear) []byte {
	var b bytes.Buffer
	w := &streamwriter.Writer{FrameWriter: &frame.Writer{ByteWriter: &b, DialectRW: heard.layouts}, Version: streamwriter.V2,
		SystemID: heard.system, ComponentID: byte(common.MAV_COMP_ID_ONBOARD_COMPUTER)}
	if w.FrameWriter.Initialize() != nil || w.Initialize() != nil || w.Write(m) != nil {
		return nil
	}
	return b.Bytes()
}

// set is the PARAM_SET that makes the receiver see so many.
func (s Sky) set(system uint8, n int32) *common.MessageParamSet {
	m := &common.MessageParamSet{TargetSystem: system, TargetComponent: 1, ParamId: s.Param, ParamType: common.MAV_PARAM_TYPE_INT32,
		ParamValue: float32(n)}
	if s.Bytewise {
		m.ParamValue = math.Float32frombits(uint32(n))
	}
	return m
}

// is says whether the parameter was last told to be n.
func (s Sky) is(told *common.MessageParamValue, n int32) bool {
	if told == nil || told.ParamId != s.Param {
		return false
	}
	return math.Float32bits(told.ParamValue) == math.Float32bits(s.set(0, n).ParamValue)
}
