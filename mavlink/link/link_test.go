package link

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"go.uber.org/goleak"

	"groundstation/mavlink"
)

const patience = 20 * time.Second

// ear is a Sink that keeps the frames of each source.
type ear struct {
	mu    sync.Mutex
	heard map[mavlink.Source][]byte
	woken chan struct{}
}

func newEar() *ear { return &ear{heard: map[mavlink.Source][]byte{}, woken: make(chan struct{}, 1)} }

func (e *ear) Deliver(_ time.Time, heard []Datagram) {
	e.mu.Lock()
	for _, d := range heard {
		e.heard[d.From] = append(e.heard[d.From], d.Bytes...)
	}
	e.mu.Unlock()
	select {
	case e.woken <- struct{}{}:
	default:
	}
}

func (e *ear) of(from mavlink.Source) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return bytes.Clone(e.heard[from])
}

// await waits until exactly want was heard of a source.
func (e *ear) await(t *testing.T, from mavlink.Source, want []byte) {
	t.Helper()
	late := time.After(patience)
	for !bytes.Equal(e.of(from), want) {
		select {
		case <-e.woken:
		case <-late:
			t.Fatalf("heard %d bytes of %v, want %d", len(e.of(from)), from, len(want))
		}
	}
}

// run opens a link and runs it until the test ends.
func run(t *testing.T, spec Spec) (Link, *ear) {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	l, err := spec.Open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e := newEar()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, e) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, leaks)
	})
	return l, e
}

// until waits for ok, trying now and then: for counters, which wake nobody.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal(what)
		}
	}
}

// frames are n different frames.
func frames(t *testing.T, n int) [][]byte {
	t.Helper()
	e := mavlink.NewEncoder(7, 1)
	out := make([][]byte, n)
	for i := range out {
		b, err := e.Encode(nil, &common.MessageHeartbeat{CustomMode: uint32(i), Autopilot: common.MAV_AUTOPILOT_PX4, MavlinkVersion: 3})
		if err != nil {
			t.Fatal(err)
		}
		out[i] = b
	}
	return out
}

func join(f [][]byte) []byte { return bytes.Join(f, nil) }

func local(c net.Conn) netip.AddrPort { return netip.MustParseAddrPort(c.LocalAddr().String()) }

func read(t *testing.T, c net.Conn, n int) []byte {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var all []byte
	for b := make([]byte, 2048); len(all) < n; {
		k, err := c.Read(b)
		if err != nil {
			t.Fatalf("%d of %d bytes: %v", len(all), n, err)
		}
		all = append(all, b[:k]...)
	}
	return all
}

func TestSpecNamesWhatIsWrong(t *testing.T) {
	good := Spec{ID: 1, Kind: UDPServer, Addr: "127.0.0.1:14550"}
	for name, c := range map[string]struct {
		spoil func(*Spec)
		want  string
	}{
		"id 0":          {func(s *Spec) { s.ID = 0 }, "id 0 is not within 1 to 255"},
		"id 256":        {func(s *Spec) { s.ID = 256 }, "id 256"},
		"kind":          {func(s *Spec) { s.Kind = "udp" }, `kind is "udp"; it is one of udp-server`},
		"address":       {func(s *Spec) { s.Addr = "14550" }, `addr is "14550"; it is host:port`},
		"no port":       {func(s *Spec) { s.Addr = "127.0.0.1:" }, "host:port"},
		"baud of a UDP": {func(s *Spec) { s.Baud = 57600 }, "only a serial link"},
		"device":        {func(s *Spec) { s.Kind, s.Addr = Serial, "" }, "it is the device"},
		"baud":          {func(s *Spec) { s.Kind, s.Addr, s.Baud = Serial, "/dev/ttyUSB0", 300 }, "baud 300 is not within 1200 to 4000000"},
	} {
		s := good
		c.spoil(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if _, err := s.Open(slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	if err := CheckAll([]Spec{good, good}); err == nil || !strings.Contains(err.Error(), "link 2: id 1 is given twice") {
		t.Errorf("one id twice: %v", err)
	}
	if err := CheckAll(nil); err == nil {
		t.Error("a station without a link")
	}
	client := Spec{ID: 9, Kind: TCPClient, Addr: "127.0.0.1:5760"}
	if g := Greet([]Spec{good, client}); len(g) != 1 || g[0] != (mavlink.Source{Link: 9}) {
		t.Errorf("greeted: %v", g)
	}
}

func TestUDPServerHearsAndAnswersManyPeers(t *testing.T) {
	l, ear := run(t, Spec{ID: 3, Kind: UDPServer, Addr: "127.0.0.1:0"})
	f := frames(t, 4)
	for i := range 2 {
		c, err := net.Dial("udp", l.Spec().Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write(f[i]); err != nil {
			t.Fatal(err)
		}
		ear.await(t, mavlink.Source{Link: 3, Addr: local(c)}, f[i])
		if err := l.Write(local(c), f[2+i]); err != nil {
			t.Fatal(err)
		}
		if got := read(t, c, len(f[2+i])); !bytes.Equal(got, f[2+i]) {
			t.Fatalf("answered %x", got)
		}
	}
	// Somebody who has gone must not end the reading.
	c, err := net.Dial("udp", l.Spec().Addr)
	if err != nil {
		t.Fatal(err)
	}
	gone := local(c)
	c.Close()
	_, _ = l.Write(gone, f[0]), l.Write(gone, f[0])
	if c, err = net.Dial("udp", l.Spec().Addr); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(f[0]); err != nil {
		t.Fatal(err)
	}
	ear.await(t, mavlink.Source{Link: 3, Addr: local(c)}, f[0])
}

func TestATakenPortIsAnErrorAtOnce(t *testing.T) {
	for _, kind := range []string{UDPServer, TCPServer} {
		l, _ := run(t, Spec{ID: 1, Kind: kind, Addr: "127.0.0.1:0"})
		if _, err := (Spec{ID: 2, Kind: kind, Addr: l.Spec().Addr}).Open(slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: a taken port was listened on", kind)
		}
	}
}

func TestUDPClientSpeaksFirstAndOutlivesItsPeer(t *testing.T) {
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := peer.LocalAddr().String()
	l, ear := run(t, Spec{ID: 4, Kind: UDPClient, Addr: addr})
	f := frames(t, 3)
	hello := func() net.Addr {
		t.Helper()
		until(t, "the client does not speak", func() bool { return l.Write(netip.AddrPort{}, f[0]) == nil })
		b := make([]byte, 100)
		if err := peer.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		n, from, err := peer.ReadFrom(b)
		if err != nil || !bytes.Equal(b[:n], f[0]) {
			t.Fatalf("%x, %v", b[:n], err)
		}
		return from
	}
	from := hello()
	if _, err := peer.WriteTo(f[1], from); err != nil {
		t.Fatal(err)
	}
	ear.await(t, mavlink.Source{Link: 4}, f[1])
	peer.Close()
	for range 3 {
		_ = l.Write(netip.AddrPort{}, f[0]) // refused by the peer's machine
	}
	if peer, err = net.ListenPacket("udp", addr); err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	from = hello()
	if _, err := peer.WriteTo(f[2], from); err != nil {
		t.Fatal(err)
	}
	ear.await(t, mavlink.Source{Link: 4}, join(f[1:]))
}

func TestTCPServerCutsTheStreamsOfManyPeers(t *testing.T) {
	l, ear := run(t, Spec{ID: 5, Kind: TCPServer, Addr: "127.0.0.1:0"})
	f := frames(t, 20)
	for i := range 3 {
		c, err := net.Dial("tcp", l.Spec().Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		from := mavlink.Source{Link: 5, Addr: local(c)}
		all := append([]byte("HELLO\r\n"), join(f)...)
		for k := 0; k < len(all); k += 5 + i {
			if _, err := c.Write(all[k:min(k+5+i, len(all))]); err != nil {
				t.Fatal(err)
			}
		}
		ear.await(t, from, join(f))
		if err := l.Write(from.Addr, f[i]); err != nil {
			t.Fatal(err)
		}
		if got := read(t, c, len(f[i])); !bytes.Equal(got, f[i]) {
			t.Fatalf("answered %x", got)
		}
	}
	if err := l.Write(netip.MustParseAddrPort("127.0.0.1:9"), f[0]); !errors.Is(err, ErrNoPeer) {
		t.Errorf("to nobody: %v", err)
	}
	if st := l.Stats(); st.Peers != 3 || st.Connects != 3 || st.Garbage != 3*7 || st.Dropped != 1 {
		t.Errorf("%+v", st)
	}
}

func TestTCPServerHasABound(t *testing.T) {
	l, _ := run(t, Spec{ID: 5, Kind: TCPServer, Addr: "127.0.0.1:0"})
	for range connsMax {
		c, err := net.Dial("tcp", l.Spec().Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	until(t, "not all were taken", func() bool { return l.Stats().Peers == connsMax })
	c, err := net.Dial("tcp", l.Spec().Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Fatalf("one too many: %v", err)
	}
	if st := l.Stats(); st.Refused != 1 || st.Peers != connsMax {
		t.Errorf("%+v", st)
	}
}

func TestAStalledTCPPeerDelaysNobody(t *testing.T) {
	l, ear := run(t, Spec{ID: 5, Kind: TCPServer, Addr: "127.0.0.1:0"})
	f := frames(t, 1)[0]
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Spec().Addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(f); err != nil {
			t.Fatal(err)
		}
		ear.await(t, mavlink.Source{Link: 5, Addr: local(c)}, f)
		return c
	}
	stalled, good := dial(), dial()
	defer stalled.Close()
	defer good.Close()
	_ = stalled.(*net.TCPConn).SetReadBuffer(4 << 10)
	for begun := time.Now(); l.Stats().Dropped == 0; {
		if err := l.Write(local(stalled), f); err != nil {
			t.Fatal(err)
		}
		if time.Since(begun) > patience {
			t.Fatal("nothing is ever dropped")
		}
	}
	begun := time.Now()
	for range 10 * queueMax {
		if err := l.Write(local(stalled), f); err != nil {
			t.Fatal(err)
		}
	}
	if d := time.Since(begun); d > time.Second {
		t.Errorf("writes to a stalled peer took %v", d)
	}
	if err := l.Write(local(good), f); err != nil {
		t.Fatal(err)
	}
	if got := read(t, good, len(f)); !bytes.Equal(got, f) {
		t.Fatalf("the other peer heard %x", got)
	}
	if st := l.Stats(); st.Dropped < queueMax {
		t.Errorf("%d dropped", st.Dropped)
	}
}

func TestTCPClientComesBack(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	l, ear := run(t, Spec{ID: 6, Kind: TCPClient, Addr: server.Addr().String()})
	f := frames(t, 6)
	for i := range 3 {
		c, err := server.Accept()
		if err != nil {
			t.Fatal(err)
		}
		until(t, "nothing can be written", func() bool { return l.Write(netip.AddrPort{}, f[2*i]) == nil })
		if got := read(t, c, len(f[2*i])); !bytes.Equal(got[:len(f[2*i])], f[2*i]) {
			t.Fatalf("heard %x", got)
		}
		if _, err := c.Write(append(bytes.Clone(f[2*i]), f[2*i+1][:7]...)); err != nil { // cut in the middle of a frame
			t.Fatal(err)
		}
		want := join([][]byte{f[0], f[2], f[4]}[:i+1])
		ear.await(t, mavlink.Source{Link: 6}, want)
		c.Close()
		until(t, "the end is not noticed", func() bool { return l.Stats().Peers == 0 })
	}
	if err := l.Write(netip.AddrPort{}, f[0]); err != nil && !errors.Is(err, ErrNoPeer) {
		t.Error(err)
	}
}
