package record

import (
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"

	"groundstation/video/unit"
)

const (
	// usualPicture is how long a picture lasts until two have come.
	usualPicture = 40 * time.Millisecond
	// skewMax is how far sound and picture may be apart before they are taken not to count from the same instant.
	skewMax = 300 * time.Millisecond
)

// lane is one track over segments that follow each other without a break. A unit waits in it until the next one says
// how long it lasts.
type lane struct {
	track   *unit.Track // nil: there is none
	scale   int         // of media time, Hz
	zero    time.Duration
	base    int64     // media time of presentation time zero
	arrived time.Time // when the unit at zero came
	order   *order    // of pictures

	samples []*fmp4.Sample // complete ones
	first   int64          // decoding time of the first of them
	pending *fmp4.Sample
	at      int64 // decoding time of pending, or where the last ended
	last    time.Duration
	lastPTS time.Duration
	skewed  bool // it was looked whether sound counts alike
}

// newLane begins a track whose unit of presentation time zero, which came at arrived, has media time base.
func newLane(t *unit.Track, scale int, base, zero time.Duration, arrived time.Time) lane {
	l := lane{track: t, scale: scale, zero: zero, base: ticks(base, scale), arrived: arrived, last: usualPicture, lastPTS: zero}
	l.at = l.base
	if t.Codec == unit.H264 || t.Codec == unit.H265 {
		l.order = newOrder(t.Codec)
	}
	return l
}

// add completes the unit before u and lets u wait.
func (l *lane) add(u *unit.Unit) error {
	if l.order == nil && !l.skewed {
		l.skewed = true
		if skew := (u.PTS - l.zero) - u.Arrived.Sub(l.arrived); skew > skewMax || skew < -skewMax {
			l.zero += skew
		}
	}
	pts := l.base + ticks(u.PTS-l.zero, l.scale)
	data, err := payload(u, pts)
	if err != nil || len(data) == 0 {
		return err
	}
	dts := pts
	if l.order != nil {
		dts = l.order.dts(u, pts)
	}
	if l.pending != nil {
		dts = max(dts, l.at+1)
		l.complete(dts - l.at)
	} else if l.order != nil {
		dts = max(dts, l.at)
	} else if dts < l.at {
		return nil // sound from before the first picture
	}
	if len(l.samples) == 0 {
		l.first = dts
	}
	l.pending = &fmp4.Sample{Payload: data, PTSOffset: int32(pts - dts), IsNonSyncSample: l.order != nil && !u.Key}
	l.at, l.lastPTS = dts, u.PTS
	return nil
}

func (l *lane) complete(duration int64) {
	l.pending.Duration = uint32(duration)
	if len(l.samples) == 0 {
		l.first = l.at
	}
	l.samples = append(l.samples, l.pending)
	l.last = untick(duration, l.scale)
	l.pending = nil
}

// finish completes the unit that waits, with the length of the one before.
func (l *lane) finish() {
	if l.pending == nil {
		return
	}
	duration := max(1, ticks(l.last, l.scale))
	l.complete(duration)
	l.at += duration
}

// length is how long the complete units last together.
func (l *lane) length() time.Duration {
	if len(l.samples) == 0 {
		return 0
	}
	return untick(l.at-l.first, l.scale)
}

// part gives the complete units as a track of a fragment, once; nil if there are none.
func (l *lane) part(id int) *fmp4.PartTrack {
	if len(l.samples) == 0 {
		return nil
	}
	t := &fmp4.PartTrack{ID: id, BaseTime: uint64(max(0, l.first)), Samples: l.samples}
	l.samples, l.first = nil, l.at
	return t
}

// presents is the media time at which the unit that waits is shown.
func (l *lane) presents() time.Duration {
	if l.pending == nil {
		return untick(l.at, l.scale)
	}
	return untick(l.at+int64(l.pending.PTSOffset), l.scale)
}
