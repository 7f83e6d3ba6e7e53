package city

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialect"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// ears read the station's frames with the library's own codec.
type ears struct {
	rw     *dialect.ReadWriter
	octets bytes.Reader // of the present datagram
	buffer *bufio.Reader
}

func newEars() *ears { return &ears{rw: tongue(), buffer: bufio.NewReaderSize(nil, 512)} }

var tongue = sync.OnceValue(func() *dialect.ReadWriter {
	rw := &dialect.ReadWriter{Dialect: common.Dialect}
	if err := rw.Initialize(); err != nil {
		panic(err) // a broken build, never input
	}
	return rw
})

func (e *ears) each(datagram []byte, f func(message.Message)) error {
	e.octets.Reset(datagram)
	e.buffer.Reset(&e.octets)
	r := &frame.Reader{BufByteReader: e.buffer, DialectRW: e.rw}
	if err := r.Initialize(); err != nil {
		return err
	}
	for {
		fr, err := r.Read()
		if err != nil {
			return nil // the end of the datagram
		}
		f(fr.GetMessage())
	}
}

// sent judges what the station sends to a vehicle.
func (j *judge) sent(now time.Time, sys uint32, datagram []byte) {
	spec, ok := j.bySystem[sys]
	if !ok {
		return
	}
	if err := j.ears.each(datagram, func(m message.Message) { j.said(now, spec, m) }); err != nil {
		j.object(now, WithinFence, string(spec.ID), "a datagram that cannot be read: %v", err)
	}
}

func (j *judge) said(now time.Time, spec fleet.VehicleSpec, m message.Message) {
	switch m := m.(type) {
	case *common.MessageMissionRequestInt:
		j.readBack[uint32(spec.SystemID)] = now
	case *common.MessageCommandLong:
		j.command(now, spec, m.Command, m.Param1, nil, 0)
	case *common.MessageCommandInt:
		at := geo.LatLon{Lat: float64(m.X) / 1e7, Lon: float64(m.Y) / 1e7}
		if m.X == math.MaxInt32 && m.Y == math.MaxInt32 {
			break // nowhere: it stays
		}
		j.command(now, spec, m.Command, m.Param1, &at, m.Z)
	case *common.MessageMissionItemInt:
		if m.MissionType != common.MAV_MISSION_TYPE_MISSION || m.Command != common.MAV_CMD_NAV_WAYPOINT && m.Command != common.MAV_CMD_NAV_TAKEOFF {
			break
		}
		j.place(now, spec, geo.LatLon{Lat: float64(m.X) / 1e7, Lon: float64(m.Y) / 1e7}, m.Z)
	}
	if orders(m) {
		j.suspect(now, spec, "%T while a pilot has it", m)
	}
}

// suspect notes an order to a vehicle that a pilot has. An operator's stop goes out before it is on record that the vehicle
// is the operator's now.
func (j *judge) suspect(now time.Time, spec fleet.VehicleSpec, format string, what any) {
	if id := string(spec.ID); piloted(j.controls[id]) && j.suspects[id].At.IsZero() {
		j.suspects[id] = Violation{At: now, Rule: HumanSilence, Text: fmt.Sprintf(format, what)}
	}
}

// piloted says whether somebody beside the station's operators has the vehicle.
func piloted(c mission.Control) bool { return c.Holder == "human" && c.Cause != "operator" }

// orders says whether a message wants the vehicle to do or be something, not to tell something.
func orders(m message.Message) bool {
	var id common.MAV_CMD
	switch m := m.(type) {
	case *common.MessageManualControl, *common.MessageSetMode, *common.MessageMissionCount, *common.MessageMissionItemInt, *common.MessageMissionSetCurrent, *common.MessageParamSet:
		return true
	case *common.MessageCommandLong:
		id = m.Command
	case *common.MessageCommandInt:
		id = m.Command
	default:
		return false
	}
	return id != common.MAV_CMD_REQUEST_MESSAGE && id != common.MAV_CMD_SET_MESSAGE_INTERVAL
}

// command judges one command; at is nil where it has no place.
func (j *judge) command(now time.Time, spec fleet.VehicleSpec, id common.MAV_CMD, p1 float32, at *geo.LatLon, z float32) {
	switch id {
	case common.MAV_CMD_COMPONENT_ARM_DISARM:
		if p1 == 1 {
			j.arming(now, spec)
		}
	case common.MAV_CMD_DO_REPOSITION, common.MAV_CMD_DO_ORBIT:
		if at == nil {
			j.object(now, WithinFence, string(spec.ID), "%v without whole degrees", id)
			return
		}
		j.place(now, spec, *at, z)
	}
}

// arming: only for a durable launch, with the plan asked back.
func (j *judge) arming(now time.Time, spec fleet.VehicleSpec) {
	s, open := j.sortieOf(spec.ID)
	if !open || s.State != mission.Launching {
		j.object(now, LaunchKept, string(spec.ID), "armed for sortie %q in state %q", s.ID, s.State)
		return
	}
	ordered := false
	for _, o := range s.Orders {
		ordered = ordered || o.Step == "launch" && !o.Stage.Final()
	}
	if !ordered {
		j.object(now, LaunchKept, string(spec.ID), "no order to launch %s is on record", s.ID)
	}
	if since := j.since[mark{"unnamed", string(spec.ID)}]; !since.IsZero() && now.Sub(since) > unnamedGrace {
		j.object(now, Identified, string(spec.ID), "armed for %s, not good to arm since %s", s.ID, now.Sub(since))
	}
	if since := j.since[mark{"foul", ""}]; !since.IsZero() && now.Sub(since) > foulGrace || spec.MaxWindMS > 0 && j.wind.ms > spec.MaxWindMS {
		j.object(now, GoodWeather, string(spec.ID), "armed for %s in foul weather, the wind %.1f m/s", s.ID, j.wind.ms)
	}
	if j.readBack[uint32(spec.SystemID)].Before(s.CreatedAt) {
		j.object(now, ReadBack, string(spec.ID), "armed for %s without asking its plan back", s.ID)
	}
}

// place: a real one, inside the fence of its sortie.
func (j *judge) place(now time.Time, spec fleet.VehicleSpec, at geo.LatLon, z float32) {
	s, open := j.sortieOf(spec.ID)
	switch {
	case at.Check() != nil || math.IsNaN(float64(z)) || math.IsInf(float64(z), 0):
		j.object(now, WithinFence, string(spec.ID), "sent to %v at %v m", at, z)
	case !open:
		j.object(now, WithinFence, string(spec.ID), "sent to %v without a sortie", at)
	case !within(s.Fence, at):
		j.object(now, WithinFence, string(spec.ID), "sent to %v outside the fence of %s", at, s.ID)
	}
}

func within(fence []geo.LatLon, at geo.LatLon) bool {
	ring := make(orb.Ring, 0, len(fence)+1)
	for _, p := range fence {
		ring = append(ring, p.Point())
	}
	if len(fence) > 0 {
		ring = append(ring, fence[0].Point())
	}
	return planar.RingContains(ring, at.Point())
}
