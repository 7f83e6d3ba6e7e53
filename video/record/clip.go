package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/pmp4"
)

// clipMax is how many octets one MP4 of a clip may have: its offsets are of 32 bits.
const clipMax = 3 << 30

// The refusals of a clip.
var (
	ErrNothing = errors.New("nothing was recorded in that time")
	ErrTooLong = errors.New("that is more than 3 GiB in one piece; ask for a shorter clip")
)

// Stretch is a part of a recording without a gap and of one kind: it can be one MP4.
type Stretch struct {
	From     time.Time // of the key picture that it begins with
	To       time.Time
	segments []Segment
}

// Stretches gives the parts of a recording from from to to. Each begins with the key picture at or before its time.
func (r *Recording) Stretches(from, to time.Time) (out []Stretch, err error) {
	size := int64(0)
	for _, s := range r.Segments {
		if !s.To.After(from) || !s.From.Before(to) {
			continue
		}
		if n := len(out); n == 0 || !follows(out[n-1].segments[len(out[n-1].segments)-1], s) {
			out, size = append(out, Stretch{From: s.From}), 0
		}
		last := &out[len(out)-1]
		last.segments, last.To = append(last.segments, s), earlier(s.To, to)
		if size += s.Octets; size > clipMax {
			return nil, ErrTooLong
		}
	}
	if len(out) == 0 {
		return nil, ErrNothing
	}
	return out, nil
}

// WriteMP4 writes a stretch, from the key picture at or before from, as one MP4 (ISO/IEC 14496-12) and says from which
// instant on that is.
func (l *Library) WriteMP4(w io.Writer, id string, s Stretch, from time.Time) (time.Time, error) {
	c := clipping{lib: l, id: id, segments: s.segments, loaded: -1}
	if err := c.collect(from, s.To); err != nil {
		return from, err
	}
	return c.begins, pmp4.Presentation{Tracks: c.tracks}.Marshal(&headWriter{w: w})
}

// headWriter says of the head of a file, which comes first and whole, what asHVC1 and asFLAC say.
type headWriter struct {
	w     io.Writer
	begun bool
}

func (h *headWriter) Write(b []byte) (int, error) {
	if h.begun {
		return h.w.Write(b)
	}
	h.begun = true
	head := asFLAC(b)
	if _, err := h.w.Write(asHVC1(moved(head, len(head)-len(b)))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// clipping collects the samples of segments without their payloads, which are read again when they are written.
type clipping struct {
	lib      *Library
	id       string
	segments []Segment
	begins   time.Time
	tracks   []*pmp4.Track

	loaded int // which of segments parts are of
	parts  fmp4.Parts
}

func (c *clipping) load(i int) error {
	if c.loaded == i {
		return nil
	}
	name := c.lib.path(c.id, c.segments[i].File)
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	init := min(c.segments[i].Init, int64(len(raw)))
	c.parts, c.loaded = nil, -1
	if err := c.parts.Unmarshal(raw[init:]); err != nil {
		return fmt.Errorf("%w: %s: %v", ErrDamaged, c.segments[i].File, err)
	}
	c.loaded = i
	return nil
}

// payload is a sample's, by its place.
func (c *clipping) payload(segment, part, track, n int) ([]byte, error) {
	if err := c.load(segment); err != nil {
		return nil, err
	}
	return c.parts[part].Tracks[track].Samples[n].Payload, nil
}

func (c *clipping) collect(from, to time.Time) error {
	head, err := c.head()
	if err != nil {
		return err
	}
	begin := int64(-1) // decoding time of the first picture taken
	for _, in := range head.Tracks {
		t := &pmp4.Track{ID: in.ID, TimeScale: in.TimeScale, Codec: in.Codec}
		scale := int(in.TimeScale)
		var first int64
		for i, s := range c.segments {
			if err := c.load(i); err != nil {
				return err
			}
			base := ticks(time.Duration(s.BaseS*float64(time.Second)), scale)
			lower, upper := base+ticks(from.Sub(s.From), scale), base+ticks(to.Sub(s.From), scale)
			for pi, p := range c.parts {
				for ti, pt := range p.Tracks {
					if pt.ID != in.ID {
						continue
					}
					at := int64(pt.BaseTime)
					for n, sa := range pt.Samples {
						shown := at + int64(sa.PTSOffset)
						switch {
						case in.ID == pictureID && !sa.IsNonSyncSample && shown <= lower:
							t.Samples, first = nil, at // a later one to begin with
							c.begins = s.From.Add(untick(shown-base, scale))
						case shown >= upper:
							at += int64(sa.Duration)
							continue
						}
						if in.ID != pictureID && at < ticks(untick(begin, pictureScale), scale) {
							at += int64(sa.Duration)
							continue
						}
						if len(t.Samples) == 0 {
							first = at
							if in.ID == pictureID && c.begins.IsZero() {
								c.begins = s.From.Add(untick(shown-base, scale))
							}
						}
						t.Samples = append(t.Samples, &pmp4.Sample{Duration: sa.Duration, PTSOffset: sa.PTSOffset, IsNonSyncSample: sa.IsNonSyncSample,
							PayloadSize: uint32(len(sa.Payload)), GetPayload: func() ([]byte, error) { return c.payload(i, pi, ti, n) }})
						at += int64(sa.Duration)
					}
				}
			}
		}
		if in.ID == pictureID {
			begin = first
		} else if begin >= 0 {
			t.TimeOffset = int32(max(0, first-ticks(untick(begin, pictureScale), scale)))
		}
		if len(t.Samples) > 0 {
			c.tracks = append(c.tracks, t)
		}
	}
	if len(c.tracks) == 0 {
		return ErrNothing
	}
	return nil
}

// head reads what the tracks are; the picture is the first.
func (c *clipping) head() (in fmp4.Init, err error) {
	raw, err := os.ReadFile(c.lib.path(c.id, c.segments[0].File))
	if err != nil {
		return in, err
	}
	init := min(c.segments[0].Init, int64(len(raw)))
	if err := in.Unmarshal(bytes.NewReader(asPCM(raw[:init]))); err != nil {
		return in, fmt.Errorf("%w: %s: %v", ErrDamaged, c.segments[0].File, err)
	}
	return in, nil
}
