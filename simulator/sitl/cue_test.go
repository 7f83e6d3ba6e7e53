package sitl

import (
	"bufio"
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
)

// said decodes what a voice says.
func said(t *testing.T, e *ear, datagrams [][]byte) []message.Message {
	t.Helper()
	var out []message.Message
	for _, b := range datagrams {
		r := &frame.Reader{BufByteReader: bufio.NewReader(bytes.NewReader(b)), DialectRW: e.layouts}
		if err := r.Initialize(); err != nil {
			t.Fatal(err)
		}
		f, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f.GetMessage())
	}
	return out
}

func TestTheMarkerIsToldInTheAutopilotsOwnFrame(t *testing.T) {
	e, err := newEar()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e.system, e.at = 7, now
	e.state.Estimate = geo.ENU{E: 10, N: 20, U: 30}
	v := voice{}
	ms := said(t, e, v.say(now, Cue{Marker: &geo.ENU{E: 1, N: -2, U: -25}}, e))
	if len(ms) != 1 {
		t.Fatalf("said %v", ms)
	}
	m := ms[0].(*common.MessageLandingTarget)
	if m.X != 18 || m.Y != 11 || m.Z != -5 || m.Frame != common.MAV_FRAME_LOCAL_NED || m.PositionValid != common.MAV_BOOL_TRUE {
		t.Errorf("%+v", m)
	}
	if want := math.Sqrt(1 + 4 + 625); math.Abs(float64(m.Distance)-want) > 1e-3 {
		t.Errorf("distance %v, want %v", m.Distance, want)
	}
}

func TestAnIntegerTravelsAsEachAutopilotHasIt(t *testing.T) {
	px4, ardu := Sky{Param: "SIM_GPS_USED", Open: 12, Bytewise: true}, Sky{Param: "SIM_GPS1_ENABLE", Open: 1}
	if got := math.Float32bits(px4.set(7, 12).ParamValue); got != 12 {
		t.Errorf("PX4: bits %d", got)
	}
	if got := ardu.set(7, 1).ParamValue; got != 1 {
		t.Errorf("ArduPilot: value %v", got)
	}
	told := &common.MessageParamValue{ParamId: "SIM_GPS_USED", ParamValue: math.Float32frombits(12)}
	if !px4.is(told, 12) || px4.is(told, 0) || px4.is(nil, 12) || ardu.is(told, 12) {
		t.Error("what was told is taken for something else")
	}
}

// TestWhatIsMissingIsAskedForOnceASecond: a process that does not say where it is.
func TestWhatIsMissingIsAskedForOnceASecond(t *testing.T) {
	e, err := newEar()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	v := voice{ask: []uint32{108}}
	if got := v.say(now, Cue{}, e); got != nil {
		t.Fatalf("spoke to a process that was not heard yet: %v", got)
	}
	e.system = 3
	asked := 0
	for n := range 100 {
		for _, m := range said(t, e, v.say(now.Add(time.Duration(n)*40*time.Millisecond), Cue{}, e)) {
			c := m.(*common.MessageCommandLong)
			if c.Command != common.MAV_CMD_SET_MESSAGE_INTERVAL || c.Param1 != 108 || c.Param2 != 40000 || c.TargetSystem != 3 {
				t.Fatalf("%+v", c)
			}
			asked++
		}
	}
	if asked != 4 {
		t.Errorf("asked %d times in 4 s", asked)
	}
}

func FuzzHear(f *testing.F) {
	e, err := newEar()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{0xfd, 9, 0, 0, 0, 7, 1, 0, 0, 0, 0, 0, 4, 3, 2, 12, 0x81, 4, 3, 0x2a, 0x1b})
	f.Fuzz(func(t *testing.T, b []byte) { e.hear(time.Time{}, b) })
}
