package video

import (
	"fmt"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

func TestAClockIsTheCamerasWhereThatIsSet(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	came := func(way time.Duration) *packet { return &packet{arrived: now, captured: now.Add(-way)} }
	unset := &packet{arrived: now}
	for name, c := range map[string]struct {
		p    *packet
		want Clock
	}{
		"80 ms on its way":        {came(80 * time.Millisecond), Clock{7, now.Add(-80 * time.Millisecond), true}},
		"a clock 50 ms ahead":     {came(-50 * time.Millisecond), Clock{7, now.Add(50 * time.Millisecond), true}},
		"a clock of another hour": {came(time.Hour), Clock{7, now, false}},
		"a clock that is ahead":   {came(-time.Second), Clock{7, now, false}},
		"no clock":                {unset, Clock{7, now, false}},
	} {
		var got Clock
		if got.hear(c.p, 7); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	kept := Clock{1, now.Add(-4 * time.Second), true}
	if kept.hear(unset, 7); !kept.Captured || kept.RTP != 1 {
		t.Errorf("a picture whose first packet was lost takes the camera's clock away: %+v", kept)
	}
	kept.At = now.Add(-6 * time.Second)
	if kept.hear(unset, 7); kept.Captured {
		t.Errorf("a camera that no longer tells its clock is believed: %+v", kept)
	}
}

// RFC 5905 section 6: 1970 is 2,208,988,800 s, and the lower half of the 64 bits are fractions of a second.
func TestACamerasReportsAreReadAsTheirStandardHasThem(t *testing.T) {
	half := time.Date(2026, 3, 1, 12, 0, 0, 5e8, time.UTC)
	c := senderClock{rate: 90000}
	p := &rtp.Packet{Header: rtp.Header{SSRC: 5, Timestamp: 89_999}}
	if _, ok := c.captured(p); ok {
		t.Error("a clock that was never told")
	}
	if c.hear(&rtcp.SenderReport{SSRC: 5, RTPTime: 0xffffffff}); !c.at.IsZero() {
		t.Error("a sender without a clock has one")
	}
	c.hear(&rtcp.ReceiverReport{SSRC: 5})
	c.hear(&rtcp.SenderReport{SSRC: 5, RTPTime: 0xffffffff, NTPTime: (2_208_988_800+uint64(half.Unix()))<<32 | 0x80000000})
	if at, ok := c.captured(p); !ok || !at.Equal(half.Add(time.Second)) {
		t.Errorf("%v (%v), want a second after %v", at, ok, half)
	}
	if p.Timestamp = 0xffffffff - 900; !c.before(p, half.Add(-10*time.Millisecond)) {
		t.Error("a picture of before the report")
	}
	if p.SSRC = 6; c.before(p, half) {
		t.Error("another sender's report is believed")
	}
	if at := fromNTP(ntp(half.Add(time.Millisecond))); at.Sub(half.Add(time.Millisecond)).Abs() > time.Nanosecond {
		t.Errorf("there and back it is %v", at)
	}
}

func (c *senderClock) before(p *rtp.Packet, want time.Time) bool {
	at, ok := c.captured(p)
	return ok && at.Equal(want)
}

// The simulated camera tells when it drew each picture; the viewer's clock is that.
func TestAViewersClockIsTheCameras(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: fmt.Sprintf("rtsp://%s/V01", addr)})
	packets, viewer := watch(t, h, "V01")
	if _, ok := h.Clock("nobody"); ok {
		t.Error("a viewer that is none has a clock")
	}
	first := captured(t, h, viewer, packets)
	for range 30 {
		receive(t, packets)
	}
	second := captured(t, h, viewer, packets)
	byRTP, byClock := time.Duration(second.RTP-first.RTP)*time.Second/90000, second.At.Sub(first.At)
	if off := byRTP - byClock; byRTP < time.Second/2 || off.Abs() > 5*time.Millisecond {
		t.Errorf("%v by RTP time, %v by the clock", byRTP, byClock)
	}
	if age := time.Since(second.At); age < 0 || age > 2*time.Second {
		t.Errorf("the picture is %v old", age)
	}
}

// captured waits until the viewer's clock is the camera's and is that of a packet that came.
func captured(t *testing.T, h *Hub, viewer string, packets <-chan *rtp.Packet) Clock {
	t.Helper()
	for {
		p := receive(t, packets)
		if c, ok := h.Clock(viewer); ok && c.Captured && int32(c.RTP-p.Timestamp) >= 0 {
			return c
		}
	}
}
