package hls

import (
	"time"

	"github.com/bluenviron/gohlslib/v2"
	"github.com/bluenviron/gohlslib/v2/pkg/codecs"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"

	"groundstation/video/unit"
)

const (
	// settle is how much of a stream is gathered before it is shown, so that its sound is known of.
	settle = 200 * time.Millisecond
	// part is how long the parts of a segment are; a player stays about three behind.
	part = 200 * time.Millisecond
	// segmentSize bounds a segment in memory.
	segmentSize = 16 << 20
)

// ErrCodec is the refusal of what HLS cannot carry.
var ErrCodec = unit.Refuse("codec-unplayable", "HLS does not carry this camera's codec")

// muxing is a muxer and the tracks it was begun with.
type muxing struct {
	muxer      *gohlslib.Muxer
	generation int
	tracks     map[*unit.Track]*gohlslib.Track
	began      time.Time // what a presentation time of zero is by the clock
}

// gathering is the beginning of a stream, until its tracks are known.
type gathering struct{ units []*unit.Unit }

// add takes a unit, and gives a muxing that has all of them once they are enough.
func (g *gathering) add(u *unit.Unit) (*muxing, error) {
	picture := u.Track.Channels == 0
	switch {
	case len(g.units) == 0 && !(picture && u.Key):
		return nil, nil
	case len(g.units) > 0 && u.Track.Generation != g.units[0].Track.Generation:
		g.units = nil
		return nil, nil
	}
	g.units = append(g.units, u)
	if u.PTS-g.units[0].PTS < settle {
		return nil, nil
	}
	m, err := begin(g.units)
	g.units = nil
	return m, err
}

// begin makes a muxer for what was gathered and writes it.
func begin(units []*unit.Unit) (*muxing, error) {
	m := &muxing{generation: units[0].Track.Generation, tracks: map[*unit.Track]*gohlslib.Track{},
		began: clock(units[0]).Add(-units[0].PTS)}
	m.muxer = &gohlslib.Muxer{Variant: gohlslib.MuxerVariantLowLatency, PartMinDuration: part, SegmentMaxSize: segmentSize,
		OnEncodeError: func(error) {}} // a unit that does not fit is left out: the player shows that itself
	for _, u := range units {
		if m.tracks[u.Track] != nil {
			continue
		}
		c := codec(u.Track)
		switch {
		case c == nil && u.Track.Channels == 0:
			return nil, ErrCodec
		case c == nil:
			continue // sound that HLS does not carry: the picture is shown without
		}
		t := &gohlslib.Track{Codec: c, ClockRate: u.Track.ClockRate}
		m.tracks[u.Track] = t
		m.muxer.Tracks = append(m.muxer.Tracks, t)
	}
	if err := m.muxer.Start(); err != nil {
		return nil, ErrCodec
	}
	for _, u := range units {
		m.write(u)
	}
	return m, nil
}

func codec(t *unit.Track) codecs.Codec {
	switch {
	case t.Codec == unit.H264 && len(t.Params) == 2:
		return &codecs.H264{SPS: t.Params[0], PPS: t.Params[1]}
	case t.Codec == unit.H265 && len(t.Params) == 3:
		return &codecs.H265{VPS: t.Params[0], SPS: t.Params[1], PPS: t.Params[2]}
	case t.Codec == unit.Opus:
		return &codecs.Opus{ChannelCount: t.Channels}
	case t.Codec == unit.AAC && len(t.Params) == 1:
		var c mpeg4audio.AudioSpecificConfig
		if c.Unmarshal(t.Params[0]) == nil {
			return &codecs.MPEG4Audio{Config: c}
		}
	}
	return nil
}

// clock is when a unit was captured, as far as is known.
func clock(u *unit.Unit) time.Time {
	if u.Captured.IsZero() {
		return u.Arrived
	}
	return u.Captured
}

// write gives the muxer a unit. What it does not take is left out.
func (m *muxing) write(u *unit.Unit) {
	t := m.tracks[u.Track]
	if t == nil {
		return
	}
	at := m.began.Add(u.PTS)
	pts := int64(u.PTS) * int64(u.Track.ClockRate) / int64(time.Second)
	switch u.Track.Codec {
	case unit.H264:
		_ = m.muxer.WriteH264(t, at, pts, u.Data)
	case unit.H265:
		_ = m.muxer.WriteH265(t, at, pts, u.Data)
	case unit.Opus:
		_ = m.muxer.WriteOpus(t, at, pts, u.Data)
	case unit.AAC:
		_ = m.muxer.WriteMPEG4Audio(t, at, pts, u.Data)
	}
}
