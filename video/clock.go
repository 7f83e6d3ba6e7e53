package video

import (
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// Clock says which time one picture that a viewer has is of. RTP time goes on evenly, so that of every other picture that
// is on its way follows from it.
type Clock struct {
	RTP uint32    // the picture's RTP time as the viewer has it, in 1/90000 s
	At  time.Time // zero: no picture was sent yet
	// Captured says that At is when the camera took the picture, by its own clock; else it is when the picture came here.
	Captured bool
}

// How far a camera's clock may be from ours to be believed: pictures come later than they are taken, by less than this, and
// not before, but for how well two clocks are set.
const (
	latest   = 2 * time.Second
	earliest = -100 * time.Millisecond
	// clockLasts is how long the time of one picture stands for those that come without.
	clockLasts = 5 * time.Second
)

// hear takes the first packet of a picture whose RTP time at the viewer is stamp.
func (c *Clock) hear(p *packet, stamp uint32) {
	if way := p.arrived.Sub(p.captured); !p.captured.IsZero() && way >= earliest && way <= latest {
		*c = Clock{RTP: stamp, At: p.captured, Captured: true}
		return
	}
	if !c.Captured || p.arrived.Sub(c.At) > clockLasts {
		*c = Clock{RTP: stamp, At: p.arrived}
	}
}

// Clock gives the time of a picture that was sent to a viewer lately; false: there is no such viewer, or it has none.
func (h *Hub) Clock(viewer string) (Clock, bool) {
	v := h.viewer(viewer)
	if v == nil {
		return Clock{}, false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.clock, !v.clock.At.IsZero()
}

// senderClock is the clock of whoever sends a lane, by its sender reports (RFC 3550 section 6.4.1). Reports and packets may
// come in two goroutines.
type senderClock struct {
	rate int // of RTP time, in units a second

	mu   sync.Mutex
	ssrc uint32
	rtp  uint32
	at   time.Time // zero: no report came yet
}

// hear takes a report.
func (c *senderClock) hear(in rtcp.Packet) {
	sr, ok := in.(*rtcp.SenderReport)
	if !ok || sr.NTPTime == 0 { // RFC 3550: a sender without a clock
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ssrc, c.rtp, c.at = sr.SSRC, sr.RTPTime, fromNTP(sr.NTPTime)
}

// captured is when a packet was sampled; false: that is not told.
func (c *senderClock) captured(p *rtp.Packet) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() || c.ssrc != p.SSRC {
		return time.Time{}, false
	}
	return c.at.Add(time.Duration(int32(p.Timestamp-c.rtp)) * time.Second / time.Duration(c.rate)), true
}

// from1900 is 1970 in the seconds of RFC 5905.
const from1900 = 2208988800

// ntp is a time as RFC 5905 has it, in 1/2^32 s since 1900.
func ntp(t time.Time) uint64 {
	nanos := t.UnixNano()
	return uint64(nanos/1e9+from1900)<<32 | uint64(nanos%1e9)<<32/1e9
}

func fromNTP(v uint64) time.Time {
	return time.Unix(int64(v>>32)-from1900, int64((v&0xffffffff)*1e9>>32))
}
