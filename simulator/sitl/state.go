package sitl

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialect"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
	"groundstation/simulator/quad"
)

// stateHz is how often a process tells where its vehicle is.
const stateHz = 25

// State is what a process says of its vehicle: the truth of its physics, not what its estimator believes.
type State struct {
	Position                      geo.Position
	Velocity                      geo.ENU // m/s
	HeadingDeg, RollDeg, PitchDeg float64
	// Estimate is where the autopilot believes to be, in metres from its own origin, U up.
	Estimate   geo.ENU
	Armed      bool
	CustomMode uint32
	Fix        uint8
	// Percent is the battery's, as the autopilot tells it; negative: not known.
	Percent float64
}

// ear puts a State together from the frames of the truth link.
type ear struct {
	layouts *dialect.ReadWriter
	state   State
	at      time.Time // of the last position
	system  uint8
	told    *common.MessageParamValue // the parameter last told
}

// known are the messages of the truth link.
var known = &dialect.Dialect{Version: 3, Messages: []message.Message{
	&common.MessageHeartbeat{}, &common.MessageHilStateQuaternion{}, &common.MessageLocalPositionNed{}, &common.MessageGpsRawInt{},
	&common.MessageBatteryStatus{}, &common.MessageParamValue{}, &common.MessageParamSet{}, &common.MessageLandingTarget{},
	&common.MessageCommandLong{}, &common.MessageSimState{}, &common.MessageHilSensor{}, &common.MessageHilGps{}, &common.MessageHilActuatorControls{},
}}

func newEar() (*ear, error) {
	rw := &dialect.ReadWriter{Dialect: known}
	if err := rw.Initialize(); err != nil {
		return nil, err
	}
	return &ear{layouts: rw, state: State{Percent: -1}}, nil
}

// hear takes a datagram and says whether it told a position.
func (e *ear) hear(now time.Time, datagram []byte) bool {
	r := &frame.Reader{BufByteReader: bufio.NewReader(bytes.NewReader(datagram)), DialectRW: e.layouts}
	if r.Initialize() != nil {
		return false
	}
	told := false
	for {
		f, err := r.Read()
		var bad frame.ReadError
		switch {
		case errors.As(err, &bad):
			continue // not for us
		case err != nil:
			return told
		}
		if f.GetComponentID() == 1 {
			told = e.take(now, f) || told
		}
	}
}

func (e *ear) take(now time.Time, f frame.Frame) bool {
	s := &e.state
	switch m := f.GetMessage().(type) {
	case *common.MessageHeartbeat:
		e.system = f.GetSystemID()
		s.Armed, s.CustomMode = m.BaseMode&common.MAV_MODE_FLAG_SAFETY_ARMED != 0, m.CustomMode
	case *common.MessageHilStateQuaternion:
		q := m.AttitudeQuaternion
		s.pose(geo.LatLon{Lat: float64(m.Lat) / 1e7, Lon: float64(m.Lon) / 1e7}.At(float64(m.Alt)/1e3), turn(q[0], q[1], q[2], q[3]))
		s.Velocity = geo.ENU{E: float64(m.Vy) / 100, N: float64(m.Vx) / 100, U: -float64(m.Vz) / 100}
		e.at = now
		return true
	case *common.MessageSimState:
		s.pose(geo.LatLon{Lat: float64(m.LatInt) / 1e7, Lon: float64(m.LonInt) / 1e7}.At(float64(m.Alt)), turn(m.Q1, m.Q2, m.Q3, m.Q4))
		s.Velocity = geo.ENU{E: float64(m.Ve), N: float64(m.Vn), U: -float64(m.Vd)}
		e.at = now
		return true
	case *common.MessageLocalPositionNed:
		s.Estimate = geo.ENU{E: float64(m.Y), N: float64(m.X), U: -float64(m.Z)}
	case *common.MessageGpsRawInt:
		s.Fix = uint8(m.FixType)
	case *common.MessageBatteryStatus:
		s.Percent = float64(m.BatteryRemaining)
	case *common.MessageParamValue:
		e.told = m
	}
	return false
}

// turn is a quaternion of a message, w first, from the body to north, east, down.
func turn(w, x, y, z float32) quad.Quaternion {
	return quad.Quaternion{W: float64(w), X: float64(x), Y: float64(y), Z: float64(z)}
}

// pose sets position and attitude.
func (s *State) pose(p geo.Position, att quad.Quaternion) {
	const deg = 180 / math.Pi
	roll, pitch, yaw := att.Euler()
	s.Position = p
	s.RollDeg, s.PitchDeg, s.HeadingDeg = roll*deg, pitch*deg, math.Mod(yaw*deg+360, 360)
}
