package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"
)

const (
	sideCameras = "cameras"
	sideCopier  = "copier"

	camerasWatched = 29
	camerasWarm    = 4 * time.Second // clips are made, tiles of the ground are drawn
	camerasSpan    = 10 * time.Second
)

// traffic is what the readers of one row took, all together.
type traffic struct {
	packets, octets, pictures, lost atomic.Uint64
}

// cameras measures the cameras' process with 29 of them watched at once over RTSP and TCP: all vehicles fly, and no two
// pictures are alike. Beside it the same octets in as many pieces are written to as many sockets by a process that does nothing
// else.
func cameras(string) {
	s := startSide(sideCameras, camerasWatched)
	began, before := time.Now(), s.tally()
	time.Sleep(camerasSpan / 2)
	fmt.Printf("# %d cameras that nobody watches: %.2f %%core\n", camerasWatched, 100*share(s, before, began))
	s.close()
	for _, row := range []struct {
		name, path, what string
		hz               float64 // pictures a second, as served
	}{
		{"live_h264", "", "640×360, drawn", 15},
		{"live_h265", "/h265", "640×360, drawn", 15},
		{"load_720p_h264", "/720p", "clips of 2 Mbit/s", 30},
		{"load_1080p_h264", "/1080p", "clips of 2 Mbit/s", 30},
		{"load_1080p_h265", "/h265/1080p", "clips of 2 Mbit/s", 30},
	} {
		camerasRow("cameras_"+row.name, row.path, row.what, row.hz)
	}
}

// camerasRow measures one kind of stream. On a machine that is busy with something else pictures are left out; what is told
// is the cost of all of them.
func camerasRow(name, path, what string, hz float64) {
	s := startSide(sideCameras, camerasWatched)
	var t traffic
	var clients []*gortsplib.Client
	for i := range camerasWatched {
		clients = append(clients, t.watch(s.addrs[0], fmt.Sprintf("V%02d%s", i+1, path)))
	}
	time.Sleep(camerasWarm)
	cpu, took := t.measure(s)
	for _, c := range clients {
		c.Close()
	}
	s.close()
	packets, octets, pictures := t.packets.Load(), t.octets.Load(), t.pictures.Load()
	if pictures == 0 {
		fail(fmt.Errorf("%s: no picture came", name))
	}
	got := float64(pictures) / took.Seconds() / camerasWatched
	whole := max(hz/got, 1)
	bare := copied(int(packets), int(octets), took, camerasWatched)
	fmt.Printf("# %d cameras, %s: %.1f of %.0f pictures/s and %.2f Mbit/s each, %.1f %%core; the same octets in %.0f packets/s through bare sockets: %.1f %%core\n",
		camerasWatched, what, got, hz, float64(octets)*8/1e6/took.Seconds()/camerasWatched, 100*cpu, float64(packets)/took.Seconds(), 100*bare)
	line(name+"_cpu", 100*cpu*whole, "%core", 100)
	line(name+"_lost", float64(t.lost.Load()), "packets", 0)
}

// measure gives the share of a core that a side takes for a while, and how long that was; traffic before is forgotten.
func (t *traffic) measure(s *side) (cpu float64, took time.Duration) {
	t.packets.Store(0)
	t.octets.Store(0)
	t.pictures.Store(0)
	began, before := time.Now(), s.tally()
	time.Sleep(camerasSpan)
	return share(s, before, began), time.Since(began)
}

// share is the part of one core that a side has taken since a tally.
func share(s *side, before tally, began time.Time) float64 {
	return float64(s.tally().CPU-before.CPU) / float64(time.Since(began))
}

// watch plays one camera and counts.
func (t *traffic) watch(addr, path string) *gortsplib.Client {
	tcp := gortsplib.TransportTCP
	c := &gortsplib.Client{Scheme: "rtsp", Host: addr, Transport: &tcp, ReadTimeout: time.Minute}
	if err := c.Start2(); err != nil {
		fail(err)
	}
	u, err := base.ParseURL("rtsp://" + addr + "/" + path)
	if err != nil {
		fail(err)
	}
	desc, _, err := c.Describe(u)
	if err != nil {
		fail(fmt.Errorf("%s: %w", path, err))
	}
	if err := c.SetupAll(desc.BaseURL, desc.Medias); err != nil {
		fail(err)
	}
	var last uint16
	first := true
	c.OnPacketRTPAny(func(_ *description.Media, _ format.Format, p *rtp.Packet) {
		if !first {
			t.lost.Add(uint64(p.SequenceNumber - last - 1))
		}
		first, last = false, p.SequenceNumber
		t.packets.Add(1)
		t.octets.Add(uint64(p.MarshalSize()) + 4) // and the interleaved header (RFC 2326 clause 10.12)
		if p.Marker {
			t.pictures.Add(1)
		}
	})
	if _, err := c.Play(nil); err != nil {
		fail(err)
	}
	return c
}

// copied is the share of a core that a bare process needs to write so much to as many sockets in that time.
func copied(packets, octets int, span time.Duration, sockets int) float64 {
	s := startSide(sideCopier, camerasWatched)
	defer s.close()
	var readers sync.WaitGroup
	var conns []net.Conn
	for range sockets {
		c, err := net.Dial("tcp", s.addrs[0])
		if err != nil {
			fail(err)
		}
		if _, err := fmt.Fprintf(c, "%d %d\n", int(span)*sockets/packets, octets/packets); err != nil {
			fail(err)
		}
		conns = append(conns, c)
		readers.Go(func() { _, _ = io.Copy(io.Discard, c) })
	}
	time.Sleep(time.Second)
	began, before := time.Now(), s.tally()
	time.Sleep(camerasSpan)
	cpu := share(s, before, began)
	for _, c := range conns {
		_ = c.Close()
	}
	readers.Wait()
	return cpu
}
