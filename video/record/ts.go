package record

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mp4/codecs"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mpegts"
	tscodecs "github.com/bluenviron/mediacommon/v2/pkg/formats/mpegts/codecs"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/pmp4"
)

// Beside is metadata of one instant, such as a set of MISB ST 0601.
type Beside struct {
	At   time.Time
	Data []byte
}

// tsStart is the time of the first picture in a transport stream, so that nothing before it is less than zero.
const tsStart = time.Second

// WriteTS writes a stretch, from the key picture at or before from, as an MPEG transport stream (ISO/IEC 13818-1), and
// what goes beside it as synchronous metadata (MISB ST 1402). It says from which instant on that is. Sound that a
// transport stream does not carry is left out.
func (l *Library) WriteTS(w io.Writer, id string, s Stretch, from time.Time, beside []Beside) (time.Time, error) {
	c := clipping{lib: l, id: id, segments: s.segments, loaded: -1}
	if err := c.collect(from, s.To); err != nil {
		return from, err
	}
	out := &transport{}
	for _, t := range c.tracks {
		if err := out.add(t); err != nil {
			return from, err
		}
	}
	out.beside(c.begins, s.To, beside)
	return c.begins, out.write(w)
}

// NotInTS is the codec of a stretch's sound that a transport stream does not carry, empty if there is none.
func (s Stretch) NotInTS() string {
	if _, sound, _ := strings.Cut(s.segments[0].Codec, ","); sound == lossless {
		return sound
	}
	return ""
}

// piece is what goes into a transport stream at one time.
type piece struct {
	at    time.Duration // decoding time from the first picture
	write func(*mpegts.Writer) error
}

// transport collects the pieces of a transport stream.
type transport struct {
	tracks []*mpegts.Track
	pieces []piece
}

func (o *transport) track(c tscodecs.Codec) *mpegts.Track {
	t := &mpegts.Track{Codec: c}
	o.tracks = append(o.tracks, t)
	return t
}

// clock is a time of the stream at 90 kHz.
func clock(at time.Duration) int64 { return ticks(tsStart+at, pictureScale) }

func (o *transport) add(t *pmp4.Track) error {
	var put func(w *mpegts.Writer, at, shown time.Duration, sa *pmp4.Sample, payload []byte) error
	switch c := t.Codec.(type) {
	case *codecs.H264:
		track := o.track(&tscodecs.H264{})
		put = pictures([][]byte{c.SPS, c.PPS}, func(w *mpegts.Writer, pts, dts int64, au [][]byte) error { return w.WriteH264(track, pts, dts, au) })
	case *codecs.H265:
		track := o.track(&tscodecs.H265{})
		put = pictures([][]byte{c.VPS, c.SPS, c.PPS}, func(w *mpegts.Writer, pts, dts int64, au [][]byte) error { return w.WriteH265(track, pts, dts, au) })
	case *codecs.Opus:
		track := o.track(&tscodecs.Opus{ChannelCount: c.ChannelCount})
		put = func(w *mpegts.Writer, at, _ time.Duration, _ *pmp4.Sample, payload []byte) error {
			return w.WriteOpus(track, clock(at), [][]byte{payload})
		}
	case *codecs.MPEG4Audio:
		track := o.track(&tscodecs.MPEG4Audio{Config: c.Config})
		put = func(w *mpegts.Writer, at, _ time.Duration, _ *pmp4.Sample, payload []byte) error {
			return w.WriteMPEG4Audio(track, clock(at), [][]byte{payload})
		}
	default:
		return nil
	}
	scale := int(t.TimeScale)
	passed := int64(t.TimeOffset)
	for _, sa := range t.Samples {
		at := untick(passed, scale)
		shown := untick(passed+int64(sa.PTSOffset), scale)
		o.pieces = append(o.pieces, piece{at, func(w *mpegts.Writer) error {
			payload, err := sa.GetPayload()
			if err != nil {
				return err
			}
			return put(w, at, shown, sa, payload)
		}})
		passed += int64(sa.Duration)
	}
	return nil
}

// pictures writes access units, with their parameter sets where a reader may begin.
func pictures(params [][]byte, write func(w *mpegts.Writer, pts, dts int64, au [][]byte) error) func(*mpegts.Writer, time.Duration, time.Duration, *pmp4.Sample, []byte) error {
	return func(w *mpegts.Writer, at, shown time.Duration, sa *pmp4.Sample, payload []byte) error {
		var au h264.AVCC // of H.265 too: octets of length before each NAL unit
		if err := au.Unmarshal(payload); err != nil {
			return fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		if !sa.IsNonSyncSample {
			au = slices.Concat(params, au)
		}
		return write(w, clock(shown), clock(at), au)
	}
}

// beside adds metadata from begins to ends.
func (o *transport) beside(begins, ends time.Time, all []Beside) {
	var track *mpegts.Track
	for _, b := range all {
		if b.At.Before(begins) || !b.At.Before(ends) {
			continue
		}
		if track == nil {
			track = o.track(&tscodecs.KLV{Synchronous: true})
		}
		at := b.At.Sub(begins)
		o.pieces = append(o.pieces, piece{at, func(w *mpegts.Writer) error { return w.WriteKLV(track, clock(at), b.Data) }})
	}
}

func (o *transport) write(w io.Writer) error {
	if len(o.tracks) == 0 {
		return errors.New("a transport stream carries none of its codecs")
	}
	slices.SortStableFunc(o.pieces, func(a, b piece) int { return int(a.at - b.at) })
	out := &mpegts.Writer{W: w, Tracks: o.tracks}
	if err := out.Initialize(); err != nil {
		return err
	}
	for _, p := range o.pieces {
		if err := p.write(out); err != nil {
			return err
		}
	}
	return nil
}
