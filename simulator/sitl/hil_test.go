package sitl

import (
	"bufio"
	"log/slog"
	"net"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/streamwriter"

	"groundstation/internal/geo"
	"groundstation/simulator/quad"
)

// TestABodyIsFlownInLockstep by an autopilot at the other end of a real connection that answers each sample with more thrust
// than the weight.
func TestABodyIsFlownInLockstep(t *testing.T) {
	is := make(chan State, 1000)
	home := geo.LatLon{Lat: 32.533, Lon: 120.4874223}.At(4.6)
	i, err := New(PX4HIL, build(t), t.TempDir(), testInstance+1, Place{ID: "V07", SystemID: 7, Home: home, HeadingDeg: 90}, func([]byte) {},
		func(s State) {
			select {
			case is <- s:
			default:
			}
		}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- i.hil.serve() }()
	conn, err := net.Dial("tcp", i.hil.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEar()
	if err != nil {
		t.Fatal(err)
	}
	r := &frame.Reader{BufByteReader: bufio.NewReader(conn), DialectRW: e.layouts}
	w := &streamwriter.Writer{FrameWriter: &frame.Writer{ByteWriter: conn, DialectRW: e.layouts}, Version: streamwriter.V2, SystemID: 7, ComponentID: 1}
	if r.Initialize() != nil || w.FrameWriter.Initialize() != nil || w.Initialize() != nil {
		t.Fatal("no reader or writer")
	}
	u := float32(1.2 * quad.Iris().MassKg * quad.Gravity / 4 / quad.Iris().ThrustN)
	var last uint64
	fixes := map[common.GPS_FIX_TYPE]int{}
	for samples := 0; samples < 1000; {
		f, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		switch m := f.GetMessage().(type) {
		case *common.MessageHilSensor:
			if m.TimeUsec != last+4000 || m.FieldsUpdated != 0x1fff {
				t.Fatalf("sample at %d after %d, fields %x", m.TimeUsec, last, m.FieldsUpdated)
			}
			last = m.TimeUsec
			samples++
			if samples == 500 {
				i.Cue(Cue{Sky: true, Wind: geo.ENU{E: 5}})
			}
			if err := w.Write(&common.MessageHilActuatorControls{TimeUsec: m.TimeUsec, Controls: [16]float32{u, u, u, u}}); err != nil {
				t.Fatal(err)
			}
		case *common.MessageHilGps:
			fixes[common.GPS_FIX_TYPE(m.FixType)]++
			if m.FixType == 3 && (m.Lat < 325329000 || m.Lat > 325331000) {
				t.Errorf("latitude %d", m.Lat)
			}
		}
	}
	if fixes[0] < 19 || fixes[0] > 21 || fixes[3] < 18 {
		t.Errorf("fixes %v: want none in the two seconds under the lid, then one every 100 ms", fixes)
	}
	s := within(t, is, func(s State) bool { return s.Position.AltAMSL > 10 })
	if s.Velocity.E <= 0 || s.HeadingDeg < 89 || s.HeadingDeg > 91 {
		t.Errorf("in a wind from the west: %+v", s)
	}
	conn.Close()
	i.Close()
	if err := <-served; err != nil {
		t.Fatal(err)
	}
}
