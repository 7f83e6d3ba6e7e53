package conform

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/simulator"
)

// city runs the scene over real sockets and gives the address of a system.
func city(t *testing.T, station string) *simulator.Shell {
	t.Helper()
	cfg := scene()
	cfg.Station = station
	s, err := simulator.Listen(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); wg.Wait() })
	return s
}

var quick = Options{System: 101, Only: "heartbeat.", Listen: 3 * time.Second}

func TestUDP(t *testing.T) {
	t.Parallel()
	var rows []string
	table, err := Run(t.Context(), "udp:"+city(t, "").Addr(101).String(), quick, func(id string, _, _ int) { rows = append(rows, id) })
	if err != nil {
		t.Fatal(err)
	}
	if table.Personality != Dock || len(table.Rows) != 3 || len(rows) == 0 {
		t.Errorf("%s, %d rows, progress %q", table.Personality, len(table.Rows), rows)
	}
	judge(t, table)
}

func TestUDPListen(t *testing.T) {
	t.Parallel()
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.LocalAddr().String()
	free.Close()
	city(t, addr)
	table, err := Run(t.Context(), "udp-listen:"+addr, Options{Only: "heartbeat.", Listen: 3 * time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if table.System == 0 || len(table.Rows) == 0 {
		t.Errorf("system %d, %d rows", table.System, len(table.Rows))
	}
}

// TestTCP: a stream that cuts frames anywhere is read all the same.
func TestTCP(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		c := newCodec()
		for seq := uint8(0); ; seq++ {
			b := c.frameOf(&common.MessageHeartbeat{Type: common.MAV_TYPE_CHARGING_STATION, Autopilot: common.MAV_AUTOPILOT_GENERIC,
				SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3}, 9, 1, seq)
			for _, part := range [][]byte{b[:7], b[7:]} {
				if _, err := conn.Write(part); err != nil {
					return
				}
			}
		}
	})
	table, err := Run(t.Context(), "tcp:"+l.Addr().String(), Options{Only: "frames.", Listen: 200 * time.Millisecond}, nil)
	l.Close()
	wg.Wait()
	if err != nil || table.System != 9 {
		t.Fatalf("system %d, %v", table.System, err)
	}
	for _, r := range table.Rows {
		if r.ID == "frames.sequence" && r.Verdict != Pass {
			t.Errorf("%s: %s", r.ID, r.Got)
		}
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Run(ctx, "udp:127.0.0.1:9", Options{}, nil); !errors.Is(err, ErrNobody) {
		t.Errorf("got %v, want ErrNobody", err)
	}
	for _, endpoint := range []string{"", "nonsense", "serial:/dev/null", "udp:nowhere", "udp-listen:nowhere", "udp:127.0.0.1:9@x", "tcp:127.0.0.1:1"} {
		if _, err := Run(t.Context(), endpoint, Options{}, nil); err == nil || errors.Is(err, ErrNobody) {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}
