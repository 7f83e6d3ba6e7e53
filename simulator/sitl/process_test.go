package sitl

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/frame"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/streamwriter"

	"groundstation/internal/geo"
)

// asAutopilot makes the test's own binary the process that an Instance starts.
const asAutopilot = "SITL_TEST_AUTOPILOT"

func TestMain(m *testing.M) {
	if os.Getenv(asAutopilot) != "" {
		if err := autopilot(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// autopilot is a process that finds its links where PX4 does and speaks by them: a heartbeat to the station, a place by the
// truth link, as many satellites as it is told. What the station sends comes back to it; a reboot command ends it.
func autopilot() error {
	radio, truth, err := linksOf("px4-rc.mavlink")
	if err != nil {
		return err
	}
	e, err := newEar()
	if err != nil {
		return err
	}
	satellites, sees := int32(-1), uint8(0)
	say := func(c *net.UDPConn, m message.Message) {
		var b bytes.Buffer
		w := &streamwriter.Writer{FrameWriter: &frame.Writer{ByteWriter: &b, DialectRW: e.layouts}, Version: streamwriter.V2, SystemID: 7, ComponentID: 1}
		if w.FrameWriter.Initialize() == nil && w.Initialize() == nil && w.Write(m) == nil {
			c.Write(b.Bytes())
		}
	}
	go func() {
		buf := make([]byte, maxDatagram)
		for {
			n, err := radio.Read(buf)
			if err != nil {
				continue
			}
			if bytes.Equal(buf[:n], []byte("die")) {
				os.Exit(3)
			}
			radio.Write(buf[:n])
		}
	}()
	told := make(chan *common.MessageParamSet)
	go func() {
		buf := make([]byte, maxDatagram)
		for {
			n, err := truth.Read(buf)
			if err != nil {
				continue
			}
			r := &frame.Reader{BufByteReader: bufio.NewReader(bytes.NewReader(buf[:n])), DialectRW: e.layouts}
			if r.Initialize() != nil {
				continue
			}
			f, err := r.Read()
			if err != nil {
				continue
			}
			if m, ok := f.GetMessage().(*common.MessageParamSet); ok {
				told <- m
			}
		}
	}()
	var lat, lon, alt float64
	for name, v := range map[string]*float64{"PX4_HOME_LAT": &lat, "PX4_HOME_LON": &lon, "PX4_HOME_ALT": &alt} {
		if _, err := fmt.Sscan(os.Getenv(name), v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	tick := time.NewTicker(20 * time.Millisecond)
	for {
		select {
		case m := <-told:
			if m.ParamId != "SIM_GPS_USED" || m.TargetSystem != 7 || m.ParamType != common.MAV_PARAM_TYPE_INT32 {
				continue
			}
			if satellites < 0 { // the first is lost
				satellites = 0
				continue
			}
			satellites, sees = int32(math.Float32bits(m.ParamValue)), 0
			if satellites >= 4 {
				sees = 3
			}
			say(truth, &common.MessageParamValue{ParamId: m.ParamId, ParamValue: m.ParamValue, ParamType: m.ParamType, ParamCount: 1})
		case <-tick.C:
			h := &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4, CustomMode: 0x03040000}
			say(radio, h)
			say(truth, h)
			say(truth, &common.MessageGpsRawInt{FixType: common.GPS_FIX_TYPE(sees)})
			say(truth, &common.MessageHilStateQuaternion{AttitudeQuaternion: [4]float32{0.70710677, 0, 0, 0.70710677},
				Lat: int32(math.Round(lat * 1e7)), Lon: int32(math.Round(lon * 1e7)), Alt: int32(math.Round(alt * 1e3)), Vx: 100, Vy: 200, Vz: -300})
		}
	}
}

// linksOf opens the links of a start script: a port of ours, connected to one of the other side, twice.
func linksOf(script string) (radio, truth *net.UDPConn, err error) {
	f, err := os.Open(script)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	var conns []*net.UDPConn
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var own, other int
		if n, _ := fmt.Sscanf(lines.Text(), "mavlink start -x -u %d -o %d", &own, &other); n != 2 {
			continue
		}
		c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: own}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: other})
		if err != nil {
			return nil, nil, err
		}
		conns = append(conns, c)
	}
	if len(conns) != 2 {
		return nil, nil, fmt.Errorf("%s opens %d links", script, len(conns))
	}
	return conns[0], conns[1], nil
}

// build is a PX4 build whose program is this test.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "bin", "px4")); err != nil {
		t.Fatal(err)
	}
	t.Setenv(asAutopilot, "1")
	return dir
}

// testInstance is far from the numbers of processes that people start.
const testInstance = 211

func TestAnInstanceRunsItsProcess(t *testing.T) {
	said, is := make(chan []byte, 1000), make(chan State, 1000)
	take := func(b []byte) {
		select {
		case said <- b:
		default:
		}
	}
	home := geo.LatLon{Lat: 32.533, Lon: 120.4874223}.At(4.6)
	i, err := New(PX4, build(t), t.TempDir(), testInstance, Place{ID: "V07", SystemID: 7, Home: home}, take, func(s State) {
		select {
		case is <- s:
		default:
		}
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { ended <- i.Run(ctx) }()

	first := within(t, is, func(State) bool { return true })
	if d := geo.Distance(first.Position.LatLon, home.LatLon); d > 0.1 || math.Abs(first.Position.AltAMSL-4.6) > 0.01 {
		t.Errorf("stands at %+v", first.Position)
	}
	if math.Abs(first.HeadingDeg-90) > 0.01 || first.Velocity != (geo.ENU{E: 2, N: 1, U: 3}) {
		t.Errorf("heading %v, velocity %+v", first.HeadingDeg, first.Velocity)
	}
	// Under the lid, and then not; the first order is lost and given again.
	for _, sky := range []bool{true, false} {
		want := uint8(0)
		if sky {
			want = 3
		}
		within(t, is, func(s State) bool { i.Cue(Cue{Sky: sky}); return s.Fix == want })
	}
	i.Tell([]byte("from the station"))
	within(t, said, func(b []byte) bool { return string(b) == "from the station" })

	// It dies and is started again; it is told to reboot and is started again.
	old := i.pid()
	i.Tell([]byte("die"))
	within(t, is, func(State) bool { return i.pid() != old && i.pid() != 0 })
	old = i.pid()
	i.Cue(Cue{Reboots: 1})
	within(t, is, func(State) bool { return i.pid() != old && i.pid() != 0 })

	last := i.pid()
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if p, err := os.FindProcess(last); err == nil && p.Signal(syscall.Signal(0)) == nil {
		t.Errorf("process %d is still there", last)
	}
}

func TestABuildThatIsNone(t *testing.T) {
	for name, maker := range map[string]Maker{"px4": PX4, "ardupilot": ArduPilot} {
		_, err := New(maker, t.TempDir(), t.TempDir(), testInstance, Place{ID: "V07"}, nil, nil, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "V07: "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// within waits until something comes that is right.
func within[T any](t *testing.T, c <-chan T, ok func(T) bool) T {
	t.Helper()
	bound := time.After(30 * time.Second)
	for {
		select {
		case v := <-c:
			if ok(v) {
				return v
			}
		case <-bound:
			t.Fatal("did not come to be within 30 s")
		}
	}
}

// pid is of the process that runs now; 0: none.
func (i *Instance) pid() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.process == nil {
		return 0
	}
	return i.process.Pid
}
