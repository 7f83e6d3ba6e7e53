package sitl

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"net"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/streamwriter"

	"groundstation/internal/geo"
	"groundstation/simulator/quad"
)

const (
	hilPort   = 4560 // PX4's simulator_mavlink connects to this one plus its instance
	hilStep   = 4 * time.Millisecond
	gnssEvery = 25  // steps: 10 Hz
	tellEvery = 10  // steps: stateHz
	startUp   = 250 // steps after which an answer is waited for: the process starts its modules meanwhile
	// lockWait is how long an answer is waited for; then the process is passed over for this step.
	lockWait = 500 * time.Millisecond
)

// hil flies a body of our own for a process in lockstep: each of its samples (HIL_SENSOR) sets the process's clock, and its
// answer (HIL_ACTUATOR_CONTROLS) moves the body by the next step. It keeps to real time, or falls behind with the process.
type hil struct {
	listener net.Listener
	home     geo.Position
	frame    geo.Frame
	heading  float64
	seed     uint64
	surround func() Cue
	is       func(pos geo.Position, vel geo.ENU, att quad.Quaternion)
}

// serve flies one connection after another until the listener is closed: a process that starts anew stands where it did.
func (h *hil) serve() error {
	for {
		conn, err := h.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		h.fly(conn)
		conn.Close()
	}
}

// fly steps a new body until the connection ends.
func (h *hil) fly(conn net.Conn) {
	ear, err := newEar()
	if err != nil {
		return
	}
	commands := make(chan [4]float64, 1)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		listenHIL(conn, ear, commands)
	}()
	w := &streamwriter.Writer{FrameWriter: &frame.Writer{ByteWriter: conn, DialectRW: ear.layouts}, Version: streamwriter.V2, SystemID: 1, ComponentID: 51}
	if w.FrameWriter.Initialize() != nil || w.Initialize() != nil {
		return
	}
	b, s := quad.New(quad.Iris(), h.heading), quad.NewSensors(h.home.AltAMSL, h.seed)
	var command [4]float64
	begun := time.Now()
	for n := 1; ; n++ {
		c := h.surround()
		b.Step(hilStep.Seconds(), command, ned(c.Wind), -c.GroundM)
		at := uint64(n) * uint64(hilStep.Microseconds())
		if w.Write(inertial(at, s.Inertial(b))) != nil {
			break
		}
		if n%gnssEvery == 0 && w.Write(h.satellites(at, b, s, c.Sky)) != nil {
			break
		}
		if n%tellEvery == 0 {
			h.is(h.frame.Position(enu(b.Pos)), enu(b.Vel), b.Att)
		}
		wait := time.Until(begun.Add(time.Duration(n) * hilStep))
		if n > startUp {
			select {
			case command = <-commands:
			case <-gone:
				return
			case <-time.After(lockWait):
			}
			wait = time.Until(begun.Add(time.Duration(n) * hilStep))
		}
		if wait > 0 {
			time.Sleep(wait)
		} else if wait < -time.Second {
			begun = begun.Add(-wait) // the machine is too slow: what is lost is not caught up
		}
	}
	conn.Close()
	<-gone
}

// listenHIL hands on the newest command until the connection ends.
func listenHIL(conn net.Conn, e *ear, commands chan [4]float64) {
	r := &frame.Reader{BufByteReader: bufio.NewReader(conn), DialectRW: e.layouts}
	if r.Initialize() != nil {
		return
	}
	for {
		f, err := r.Read()
		var bad frame.ReadError
		switch {
		case errors.As(err, &bad):
			continue
		case err != nil:
			return
		}
		m, ok := f.GetMessage().(*common.MessageHilActuatorControls)
		if !ok {
			continue
		}
		var c [4]float64
		for i := range c {
			if v := float64(m.Controls[i]); v >= 0 && v <= 1 {
				c[i] = v
			}
		}
		select {
		case <-commands:
		default:
		}
		commands <- c
	}
}

func ned(v geo.ENU) quad.Vec { return quad.Vec{X: v.N, Y: v.E, Z: -v.U} }
func enu(v quad.Vec) geo.ENU { return geo.ENU{E: v.Y, N: v.X, U: -v.Z} }

// inertial is HIL_SENSOR with every field new.
func inertial(at uint64, in quad.Inertial) *common.MessageHilSensor {
	return &common.MessageHilSensor{TimeUsec: at,
		Xacc: float32(in.Accel.X), Yacc: float32(in.Accel.Y), Zacc: float32(in.Accel.Z),
		Xgyro: float32(in.Gyro.X), Ygyro: float32(in.Gyro.Y), Zgyro: float32(in.Gyro.Z),
		Xmag: float32(in.Mag.X), Ymag: float32(in.Mag.Y), Zmag: float32(in.Mag.Z),
		AbsPressure: float32(in.PressureHPa), PressureAlt: float32(in.AltM), Temperature: 20, FieldsUpdated: 0x1fff}
}

// satellites is HIL_GPS.
func (h *hil) satellites(at uint64, b *quad.Body, s *quad.Sensors, sky bool) *common.MessageHilGps {
	if !sky {
		return &common.MessageHilGps{TimeUsec: at, Eph: 9999, Epv: 9999}
	}
	pos, vel := s.Position(b)
	p := h.frame.Position(enu(pos))
	speed := math.Hypot(vel.X, vel.Y)
	course := math.Mod(math.Atan2(vel.Y, vel.X)*180/math.Pi+360, 360)
	return &common.MessageHilGps{TimeUsec: at, FixType: 3, SatellitesVisible: 12, Eph: 90, Epv: 160,
		Lat: int32(math.Round(p.Lat * 1e7)), Lon: int32(math.Round(p.Lon * 1e7)), Alt: int32(math.Round(p.AltAMSL * 1e3)),
		Vel: uint16(speed * 100), Vn: int16(vel.X * 100), Ve: int16(vel.Y * 100), Vd: int16(vel.Z * 100), Cog: uint16(course * 100)}
}
