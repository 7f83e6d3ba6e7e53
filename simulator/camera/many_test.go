package camera

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"
)

// Every codec and size is decoded by a foreign decoder, and its pictures tell whose they are.
func TestEveryCodecAndSizeIsPlayed(t *testing.T) {
	addr, _ := served(t)
	for _, c := range []struct {
		path          string
		width, height int
	}{
		{"V01/h265", Width, Height}, {"V01/thermal/h265", Width, Height}, {"V01/720p", 1280, 720}, {"V01/1080p", 1920, 1080},
		{"V01/h265/720p", 1280, 720}, {"V01/h265/1080p", 1920, 1080},
	} {
		t.Run(c.path, func(t *testing.T) {
			film, picture, count := ffmpeg(t, "rtsp://"+addr+"/"+c.path, 6), make([]byte, c.width*c.height), 0
			var last time.Time
			for {
				if _, err := io.ReadFull(film, picture); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("picture %d is not whole: %v", count, err)
				}
				code, err := ReadTimecode(func(x, y int) uint8 { return picture[y*c.width+x] }, c.width, c.height)
				if err != nil || code.Tag != Tag("V01") || !code.At.After(last) {
					t.Fatalf("picture %d tells %v, %v after %v", count, code, err, last)
				}
				last = code.At
				count++
			}
			if count != 6 {
				t.Errorf("%d pictures", count)
			}
		})
	}
}

// player plays a path and gives each packet to each, which is called from one goroutine.
func player(t *testing.T, addr, path string, each func(*rtp.Packet)) *gortsplib.Client {
	t.Helper()
	tcp := gortsplib.TransportTCP
	c := &gortsplib.Client{Scheme: "rtsp", Host: addr, Transport: &tcp, ReadTimeout: time.Minute} // a clip may have to be made first
	if err := c.Start2(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	u, err := base.ParseURL("rtsp://" + addr + "/" + path)
	if err != nil {
		t.Fatal(err)
	}
	desc, _, err := c.Describe(u)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetupAll(desc.BaseURL, desc.Medias); err != nil {
		t.Fatal(err)
	}
	c.OnPacketRTPAny(func(_ *description.Media, _ format.Format, p *rtp.Packet) { each(p) })
	if _, err := c.Play(nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func await(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("%s: not within a minute", what)
	}
}

// Two players of a camera see the same pictures, each drawn once; when both have left nothing is drawn any more.
func TestAPictureIsDrawnOnceForAllAndForNobodyNever(t *testing.T) {
	addr, asked := served(t)
	const pictures = 20
	var mu sync.Mutex
	stamps := [2][]uint32{}
	full := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	var clients []*gortsplib.Client
	for i := range 2 {
		clients = append(clients, player(t, addr, "V01", func(p *rtp.Packet) {
			mu.Lock()
			defer mu.Unlock()
			if s := stamps[i]; len(s) == 0 || s[len(s)-1] != p.Timestamp {
				if stamps[i] = append(s, p.Timestamp); len(stamps[i]) == pictures {
					close(full[i])
				}
			}
		}))
	}
	await(t, full[0], "the first player's pictures")
	await(t, full[1], "the second player's pictures")
	for _, c := range clients {
		c.Close()
	}
	mu.Lock()
	seen := map[uint32]bool{}
	shared := 0
	for i, s := range stamps {
		for _, v := range s {
			if i == 1 && seen[v] {
				shared++
			}
			seen[v] = true
		}
	}
	mu.Unlock()
	if shared < pictures/2 {
		t.Errorf("%d of %d pictures were the same", shared, pictures)
	}
	if n := asked.Load(); n > int64(len(seen))+6 {
		t.Errorf("%d were drawn, %d seen", n, len(seen))
	}
	for quiet, last := 0, int64(-1); quiet < 5; { // a picture that was under way may still come
		<-time.After(3 * framePeriod)
		if n := asked.Load(); n == last {
			quiet++
		} else if last = n; n > 500 {
			t.Fatal("pictures are drawn for nobody")
		} else {
			quiet = 0
		}
	}
}

// clogged lets the first connection that has been sent so much send no more, as a player does that reads nothing.
type clogged struct {
	net.Listener
	first  atomic.Bool
	closed chan struct{}
}

func (l *clogged) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil || l.first.Swap(true) {
		return c, err
	}
	return &cloggedConn{Conn: c, closed: l.closed}, nil
}

type cloggedConn struct {
	net.Conn
	sent   int
	closed chan struct{}
}

func (c *cloggedConn) Write(b []byte) (int, error) {
	if c.sent += len(b); c.sent > 20_000 {
		<-c.closed
	}
	return c.Conn.Write(b)
}

// A player that reads nothing loses what does not fit its queue; the other loses nothing, and the loss is told.
func TestAPlayerThatStopsDisturbsNobody(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := &clogged{Listener: inner, closed: make(chan struct{})}
	var told strings.Builder
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- ServeOn(ctx, ln, []string{"V01"}, func(string) (View, bool) { return View{}, true }, slog.New(slog.NewTextHandler(&told, nil)))
	}()
	player(t, inner.Addr().String(), "V01/1080p", func(*rtp.Packet) {})
	const packets = 900 // more than three times what a player's queue holds
	done := make(chan struct{})
	got, gaps := 0, 0
	var last uint16
	player(t, inner.Addr().String(), "V01/1080p", func(p *rtp.Packet) {
		if got > 0 && p.SequenceNumber != last+1 {
			gaps++
		}
		last = p.SequenceNumber
		if got++; got == packets {
			close(done)
		}
	})
	await(t, done, "the packets of the player that reads")
	close(ln.closed)
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("the cameras ended with %v", err)
	}
	if gaps > 0 {
		t.Errorf("%d gaps in the packets of the player that reads", gaps)
	}
	if !strings.Contains(told.String(), "lost packets") {
		t.Error("nothing tells of the other's loss")
	}
}
