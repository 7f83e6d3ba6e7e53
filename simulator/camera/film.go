package camera

import (
	"context"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtcp"
)

const rtpClock = 90000

// reportEvery is how often a camera says which time its pictures are of (RFC 3550 section 6.4.1). It does at once to a new
// player, as an encoder with a clock of its own does, and not by gortsplib, whose first report comes after 10 s.
const reportEvery = time.Second

// reel gives the pictures of one film, one each period. It is used by one goroutine.
type reel interface {
	// shoot makes the picture of now, a key picture if key: an access unit, and one that goes before it or nil. Not ok:
	// there is none.
	shoot(now time.Time, key bool) (before, unit [][]byte, ok bool)
	period() time.Duration
	coder() coder
}

// film is one stream. One goroutine draws; it sleeps while nobody watches.
type film struct {
	reel   reel
	stream *gortsplib.ServerStream
	media  *description.Media
	wake   chan struct{}

	packets, octets uint32
	reported        time.Time

	mu       sync.Mutex
	watchers int
	keys     int // key pictures owed to new players
}

func newFilm(server *gortsplib.Server, title string, r reel) (*film, error) {
	media := &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{r.coder().format()}}
	stream := &gortsplib.ServerStream{Server: server, Desc: &description.Session{Title: title, Medias: []*description.Media{media}}}
	if err := stream.Initialize(); err != nil {
		return nil, err
	}
	return &film{reel: r, stream: stream, media: media, wake: make(chan struct{}, 1)}, nil
}

// watch counts players in or out. A new one is owed two key pictures: its session is switched to playing only after
// this returns, so the first may pass it by.
func (f *film) watch(change int) {
	f.mu.Lock()
	f.watchers += change
	if change > 0 {
		f.keys = 2
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// next tells whether to draw, and whether a player is owed a key picture.
func (f *film) next() (watched, key bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watchers == 0 {
		return false, false
	}
	if f.keys > 0 {
		f.keys--
		return true, true
	}
	return true, false
}

// run draws while somebody watches, until ctx ends. Ending closes the stream.
func (f *film) run(ctx context.Context) {
	defer f.stream.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
		f.roll(ctx)
	}
}

// roll makes pictures until nobody watches. When one took so long that the next is due right behind it, that is left out.
func (f *film) roll(ctx context.Context) {
	period := f.reel.period()
	tick := time.NewTicker(period)
	defer tick.Stop()
	for now := time.Now(); ; {
		watched, key := f.next()
		if !watched {
			return
		}
		if before, unit, ok := f.reel.shoot(now, key); ok {
			stamp := uint32(now.UnixMicro() * rtpClock / 1e6)
			if key { // a player is new
				f.reported = time.Time{}
			}
			f.send(before, stamp-1, now)
			f.send(unit, stamp, now)
		}
		for last := now; now.Sub(last) < period/2; now = time.Now() {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// send packs one access unit. What a player that cannot keep up loses is counted by the server; it is not waited for.
func (f *film) send(unit [][]byte, stamp uint32, drawn time.Time) {
	if unit == nil {
		return
	}
	packets, err := f.reel.coder().pack(unit)
	if err != nil {
		return
	}
	for _, p := range packets {
		p.Timestamp = stamp
		if f.stream.WritePacketRTPWithNTP(f.media, p, drawn) != nil {
			return
		}
		f.packets++
		f.octets += uint32(len(p.Payload))
		if p.Marker && drawn.Sub(f.reported) >= reportEvery {
			f.reported = drawn
			_ = f.stream.WritePacketRTCP(f.media, &rtcp.SenderReport{SSRC: p.SSRC, NTPTime: ntp(drawn), RTPTime: stamp, PacketCount: f.packets, OctetCount: f.octets})
		}
	}
}

// from1900 is 1970 in the seconds of RFC 5905.
const from1900 = 2208988800

// ntp is a time as RFC 5905 has it, in 1/2^32 s since 1900.
func ntp(t time.Time) uint64 {
	nanos := t.UnixNano()
	return uint64(nanos/1e9+from1900)<<32 | uint64(nanos%1e9)<<32/1e9
}
