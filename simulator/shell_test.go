package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// TestShellOverSockets runs the whole city on loopback and talks to it as a station does.
func TestShellOverSockets(t *testing.T) {
	t.Parallel()
	station, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer station.Close()
	cfg := city(t)
	cfg.Station, cfg.PortBase, cfg.Control, cfg.RTSP = station.LocalAddr().String(), 0, "127.0.0.1:0", "127.0.0.1:0"
	s, err := Listen(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()

	c := newCodec()
	heard, acked := map[uint8]bool{}, false
	buf := make([]byte, maxDatagram)
	station.SetReadDeadline(time.Now().Add(20 * time.Second))
	v := voice{codec: c, system: 255, component: 190}
	for len(heard) < 47 || !acked {
		n, from, err := station.ReadFromUDPAddrPort(buf)
		if err != nil {
			t.Fatalf("heard %d systems, acknowledged %v: %v", len(heard), acked, err)
		}
		c.split(buf[:n], func(f frame) {
			switch m := f.msg.(type) {
			case *common.MessageHeartbeat:
				heard[f.system] = true
				if f.system == 7 && from != s.Addr(7) {
					t.Errorf("system 7 speaks from %v, want %v", from, s.Addr(7))
				}
				if f.system == 7 && !acked {
					b := v.encode(&common.MessageCommandLong{TargetSystem: 7, TargetComponent: 1, Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: idVersion})
					if _, err := station.WriteToUDPAddrPort(b, from); err != nil {
						t.Error(err)
					}
				}
			case *common.MessageCommandAck:
				acked = acked || f.system == 7 && m.Result == common.MAV_RESULT_ACCEPTED
			}
		})
	}

	base := "http://" + s.control.Addr().String()
	post := func(body string) int {
		t.Helper()
		r, err := http.Post(base+"/faults", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	if code := post(`{"kind":"battery-set","vehicle":"V07","value":40}`); code != http.StatusNoContent {
		t.Errorf("fault: %d", code)
	}
	if code := post(`{"kind":"battery-set","vehicle":"V99","value":40}`); code != http.StatusUnprocessableEntity {
		t.Errorf("fault of an unknown vehicle: %d", code)
	}
	if code := post(`{"kind":"rain","valeu":4}`); code != http.StatusBadRequest {
		t.Errorf("unknown field: %d", code)
	}
	if code := post(`{}{}`); code != http.StatusBadRequest {
		t.Errorf("two values: %d", code)
	}
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, base+"/faults", bytes.NewReader([]byte(`{"kind":"rain","value":4}`)))
	req.Header.Set("Origin", "http://evil.example")
	if r, err := http.DefaultClient.Do(req); err != nil || r.StatusCode != http.StatusForbidden {
		t.Errorf("foreign origin: %v %v", r, err)
	} else {
		r.Body.Close()
	}
	r, err := http.Get(base + "/truth")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	var truth Truth
	if err := json.Unmarshal(body, &truth); err != nil || len(truth.Vehicles) != 29 || len(truth.Docks) != 18 {
		t.Fatalf("truth: %v %.200s", err, body)
	}
	if p := truth.Vehicles[6].Percent; p < 39 || p > 42 {
		t.Errorf("battery of V07 is %.1f %% after the fault", p)
	}
	if view, ok := s.seen("V07"); !ok || view.Lat < 32 {
		t.Errorf("camera of V07 sees %+v, %v", view, ok)
	}
	if s.Dropped() != 0 {
		t.Errorf("%d datagrams dropped", s.Dropped())
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the shell does not end")
	}
	if _, err := s.Truth(context.Background()); err == nil {
		t.Error("truth of an ended city")
	}
}

func TestListenNamesTheTakenKey(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.LocalAddr().(*net.UDPAddr).Port
	cfg := smallCity()
	cfg.PortBase = port - 1 // system 1
	if _, err := Listen(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "port_base") {
		t.Fatalf("port taken: %v", err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	cfg = smallCity()
	cfg.PortBase, cfg.Control = 0, tcp.Addr().String()
	if _, err := Listen(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "control") {
		t.Fatalf("control taken: %v", err)
	}
	cfg.Control, cfg.RTSP = "", tcp.Addr().String()
	if _, err := Listen(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "rtsp") {
		t.Fatalf("rtsp taken: %v", err)
	}
}
