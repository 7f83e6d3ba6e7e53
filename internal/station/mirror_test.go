package station

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission"
)

// onlooker is the program at the other end of a mirror.
func onlooker(t *testing.T) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A program that looks on gets what the vehicle says, and nothing of what the station says; what it sends itself, be it
// frames in the vehicle's name or orders in the station's, changes nothing.
func TestAMirrorShowsAndHearsNothing(t *testing.T) {
	view := onlooker(t)
	m, err := NewMirror(view.LocalAddr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	l := listen(t)
	board := fleet.NewBoard()
	core := NewCore(Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Tap: m.Tap}, mission.State{}, time.Now())
	st := New(core, []link.Link{l}, board, nil, slog.New(slog.DiscardHandler))
	st.Mirror(m)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- st.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	vehicle, err := net.Dial("udp", l.Spec().Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer vehicle.Close()
	hold := framed(t, 7, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4,
		BaseMode: 0x1d, CustomMode: 0x03040000, SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3})
	land := framed(t, 7, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4,
		BaseMode: 0x9d, CustomMode: 0x06040000, SystemStatus: common.MAV_STATE_ACTIVE, MavlinkVersion: 3})
	arm := framed(t, 255, &common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: common.MAV_CMD_COMPONENT_ARM_DISARM, Param1: 1})
	buffer := make([]byte, 2048)
	for i := range 20 {
		b := bytes.Clone(hold)
		if i > 0 {
			b = framed(t, 7, &common.MessageStatustext{Text: fmt.Sprintf("line %d", i)})
		}
		if _, err := vehicle.Write(b); err != nil {
			t.Fatal(err)
		}
		n, from, err := view.ReadFromUDP(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(buffer[:n], b) {
			t.Fatalf("frame %d: the mirror shows %x, sent was %x", i, buffer[:n], b)
		}
		for _, back := range [][]byte{land, arm} {
			if _, err := view.WriteToUDP(back, from); err != nil {
				t.Fatal(err)
			}
		}
	}
	v, _ := fleet.Get[fleet.Vehicle](board, fleet.KindVehicle, "V01")
	if v.Mode != fleet.ModeHold || v.Armed {
		t.Errorf("the vehicle is shown in %s, armed %t", v.Mode, v.Armed)
	}
	st.mu.Lock()
	frames, sent := core.counters.Frames, core.counters.FramesSent
	st.mu.Unlock()
	if frames != 20 || sent == 0 {
		t.Errorf("%d frames heard, %d sent", frames, sent)
	}
}

// What comes a second time goes out once: two stations that mirror to one another do not send for ever.
func TestAMirrorSendsAFrameOnce(t *testing.T) {
	view := onlooker(t)
	m, err := NewMirror(view.LocalAddr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	m.start()
	defer m.close()
	first, last := framed(t, 7, &common.MessageStatustext{Text: "first"}), framed(t, 7, &common.MessageStatustext{Text: "last"})
	for range 100 {
		m.Tap(second, "V01", first, false)
	}
	m.Tap(second, "V01", last, true) // goes to the vehicle, not to the mirror
	m.Tap(second, "V01", framed(t, 7, &common.MessageSetupSigning{SecretKey: [32]uint8{1}}), false)
	m.Tap(second.Add(mirrorOnce), "V01", first, false)
	m.Tap(second.Add(mirrorOnce), "V01", last, false)
	buffer := make([]byte, 2048)
	for i, want := range [][]byte{first, first, last} {
		n, err := view.Read(buffer)
		if err != nil || !bytes.Equal(buffer[:n], want) {
			t.Fatalf("datagram %d is %x, %v; want %x", i, buffer[:n], err, want)
		}
	}
}

// A mirror that cannot keep up drops and counts; nobody listening stops nothing.
func TestAMirrorNeverWaits(t *testing.T) {
	view := onlooker(t)
	m, err := NewMirror(view.LocalAddr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = view.Close()
	const n = mirrorMax + 500
	frame := framed(t, 7, &common.MessageStatustext{Text: "number"})
	for i := range n { // nobody sends yet
		frame[12], frame[13] = byte(i), byte(i>>8)
		m.Tap(second, "V01", frame, false)
	}
	if got := m.dropped.Load(); got != 500 {
		t.Errorf("%d frames dropped of %d", got, n)
	}
	m.start()
	late := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for m.sent.Load()+m.errors.Load() < mirrorMax {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%d sent, %d refused of %d", m.sent.Load(), m.errors.Load(), mirrorMax)
		}
	}
	m.close()
}

func TestAMirrorToItselfIsRefused(t *testing.T) {
	l := listen(t)
	defer l.Close()
	if _, err := NewMirror(l.Spec().Addr, []link.Link{l}); err == nil || !strings.Contains(err.Error(), "link 1 listens there") {
		t.Errorf("%v", err)
	}
}
