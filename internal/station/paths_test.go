package station

import (
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
)

// routed is a vehicle with a router on board: it says the same frames over every way it has, and answers TIMESYNC over all.
type routed struct {
	mu   sync.Mutex
	ways map[string]net.Conn
	// asked is how many frames of the station came over each way.
	asked map[string]int
	enc   *mavlink.Encoder
	boot  time.Time
	done  chan struct{}
	wait  sync.WaitGroup
}

func newRouted(t *testing.T) *routed {
	v := &routed{ways: map[string]net.Conn{}, asked: map[string]int{}, enc: mavlink.NewEncoder(7, 1), boot: time.Now().Add(-time.Minute), done: make(chan struct{})}
	v.wait.Go(func() {
		for {
			select {
			case <-v.done:
				return
			case <-time.After(50 * time.Millisecond):
				v.say(&common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4, CustomMode: 0x03040000, MavlinkVersion: 3})
			}
		}
	})
	t.Cleanup(func() {
		close(v.done)
		for name := range v.ways {
			v.cut(name)
		}
		v.wait.Wait()
	})
	return v
}

func (v *routed) say(m message.Message) {
	v.mu.Lock()
	defer v.mu.Unlock()
	frame, err := v.enc.Encode(nil, m)
	if err != nil {
		return
	}
	for _, c := range v.ways {
		_, _ = c.Write(frame) // a way that was cut takes nothing
	}
}

// dial opens one more way to the station.
func (v *routed) dial(t *testing.T, name, network, addr string) {
	t.Helper()
	c, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	v.mu.Lock()
	v.ways[name] = c
	v.mu.Unlock()
	v.wait.Go(func() {
		d := mavlink.NewDecoder()
		for b := make([]byte, 4096); ; {
			n, err := c.Read(b)
			if err != nil {
				return
			}
			d.Split(b[:n], func(f mavlink.Frame) {
				v.mu.Lock()
				v.asked[name]++
				v.mu.Unlock()
				if q, ok := f.Message.(*common.MessageTimesync); ok && q.Tc1 == 0 {
					v.say(&common.MessageTimesync{Tc1: time.Since(v.boot).Nanoseconds(), Ts1: q.Ts1, TargetSystem: StationSystem, TargetComponent: StationComponent})
				}
			})
		}
	})
}

func (v *routed) cut(name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if c := v.ways[name]; c != nil {
		c.Close()
	}
	delete(v.ways, name)
}

func (v *routed) heard(name string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asked[name]
}

// One vehicle over UDP and TCP at once is one vehicle; when the UDP way is cut it stays online and is spoken to by TCP.
func TestAVehicleOverUDPAndTCPSurvivesTheLossOfEither(t *testing.T) {
	tcp, err := link.Spec{ID: 2, Kind: link.TCPServer, Addr: "127.0.0.1:0"}.Open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, tcp)
	v := newRouted(t)
	v.dial(t, "udp", "udp", r.link.Spec().Addr)
	r.await(t, "V01", func(s fleet.Vehicle) bool { return s.Link == fleet.LinkOnline && s.Uplink == fleet.UplinkConfirmed })
	v.dial(t, "tcp", "tcp", tcp.Spec().Addr)
	both := r.await(t, "V01", func(s fleet.Vehicle) bool { return len(s.Paths) == 2 && s.Paths[0].RTTMS > 0 && s.Paths[1].RTTMS > 0 })
	if both.Link != fleet.LinkOnline || both.Paths[0].Link+both.Paths[1].Link != 3 || both.Paths[0].Best == both.Paths[1].Best {
		t.Errorf("over both it is %s by %+v", both.Link, both.Paths)
	}
	v.cut("udp")
	left := r.await(t, "V01", func(s fleet.Vehicle) bool {
		if s.Link != fleet.LinkOnline {
			t.Fatalf("%s though it is heard over TCP", s.Link)
		}
		for _, p := range s.Paths {
			if p.Best && p.Link == 2 {
				return true
			}
		}
		return false
	})
	if left.Uplink != fleet.UplinkConfirmed {
		t.Errorf("uplink %s", left.Uplink)
	}
	before := v.heard("tcp")
	r.await(t, "V01", func(fleet.Vehicle) bool { return v.heard("tcp") > before })
}
