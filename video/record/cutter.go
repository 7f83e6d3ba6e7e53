package record

import (
	"fmt"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"

	"groundstation/video/unit"
)

// Lengths are the durations that a Cutter keeps to.
type Lengths struct {
	Segment  time.Duration // it is cut at the first key picture after it
	Fragment time.Duration // what a process that is killed may lose
	Silence  time.Duration // without a picture for so long the source is lost
}

// UsualLengths serve every camera.
var UsualLengths = Lengths{Segment: 10 * time.Second, Fragment: time.Second, Silence: 1500 * time.Millisecond}

// slack is how far apart two segments may stand and still be one after the other: what arrival varies by.
const slack = 250 * time.Millisecond

// leap is how far presentation time may go on within a segment; beyond it the source has begun anew.
const leap = 10 * time.Second

// Cutter makes segments and gaps of a source's units. See doc.go.
type Cutter struct {
	lengths Lengths
	from    time.Time
	n       int           // of the last segment
	media   time.Duration // that was given away; what follows begins later

	heard *unit.Track // the sound that came last
	unfit unit.Codec  // of sound that was left out since the last segment began
	open  *segment    // nil: in a gap
	gap   Gap         // that lasts, while open is nil
	out   []Output
}

// segment is the one that is being made, and the tracks that go on over the next.
type segment struct {
	seg     Segment
	head    []byte        // of its file, while that is not begun
	base    time.Duration // media time of its first picture
	first   *unit.Unit    // that picture, while the file is not begun
	seq     uint32        // of its last fragment
	lastAt  time.Time     // when the last picture came
	picture lane
	sound   lane
}

// NewCutter begins a recording at from.
func NewCutter(from time.Time, lengths Lengths) *Cutter {
	return &Cutter{lengths: lengths, from: from, gap: Gap{From: from, Why: Starting}}
}

// Step takes what came at now.
func (c *Cutter) Step(now time.Time, in Input) []Output {
	c.out = nil
	switch in := in.(type) {
	case Unit:
		switch in.Track.Codec {
		case unit.H264, unit.H265:
			c.picture(in.Unit)
		default:
			c.sound(in.Unit)
		}
	case Absent:
		c.absent(now, in.Why, in.Detail)
	case Broken:
		c.broken(in)
	case Tick:
		if c.open != nil && now.Sub(c.open.lastAt) > c.lengths.Silence {
			c.absent(now, SourceLost, "")
		}
	case Stop:
		c.stop(now)
	}
	return c.out
}

// Recording says whether a segment is being written.
func (c *Cutter) Recording() bool { return c.open != nil }

// sound adds to the track of sound. What cannot be described has no place in the file. A source's first sound comes behind its
// first picture: the file is not begun before it, unless there is something to write.
func (c *Cutter) sound(u *unit.Unit) {
	if c.heard != u.Track {
		if _, err := initialization(nil, u.Track); err != nil {
			c.heard, c.unfit = nil, u.Track.Codec
			return
		}
		c.heard = u.Track
	}
	if s := c.open; s != nil && s.head != nil && s.sound.track == nil {
		if head, err := initialization(s.picture.track, c.heard); err == nil {
			s.head = head
			s.seg.Codec, s.seg.Init = s.seg.Codec+","+codecName(c.heard), int64(len(head))
			c.listen(s, s.base, s.first)
		}
		c.tell(s)
	}
	switch s := c.open; {
	case s == nil:
	case s.sound.track == u.Track:
		if err := s.sound.add(u); err != nil {
			c.heard, s.sound.track = nil, nil
		}
	case u.Track.Generation == s.seg.Generation:
		c.unfit = u.Track.Codec // the file was begun without it
	}
}

func (c *Cutter) picture(u *unit.Unit) {
	at := u.Arrived
	s := c.open
	if s != nil {
		ahead := u.PTS - s.picture.lastPTS
		switch {
		case u.Track.Generation != s.seg.Generation || u.Track.Codec != s.picture.track.Codec:
			s = c.leave(u, SourceChanged)
		case ahead > leap || ahead < -leap:
			s = c.leave(u, SourceLost)
		}
	}
	if s == nil {
		if u.Key {
			c.begin(later(c.gap.From, at), u)
		}
		return
	}
	at = later(s.lastAt, at)
	if u.Lost {
		c.out = append(c.out, Missed{Gap{From: s.lastAt, To: at, Why: PacketsLost}})
	}
	if err := s.picture.add(u); err != nil {
		c.absent(at, SourceChanged, err.Error())
		return
	}
	s.lastAt = at
	if u.Key && at.Sub(s.seg.From) >= c.lengths.Segment {
		c.flush(at)
		c.cut(at, u)
	} else if s.picture.length() >= c.lengths.Fragment {
		c.flush(at)
	}
}

// leave ends the segment because u does not go on with it. If u can begin the next at once there is no gap.
func (c *Cutter) leave(u *unit.Unit, why Why) *segment {
	if u.Key && u.Arrived.Sub(c.open.end()) <= slack {
		to := later(c.open.lastAt, u.Arrived)
		c.close(to)
		c.gap = Gap{From: to, Why: why}
		return nil
	}
	c.absent(u.Arrived, why, "")
	return nil
}

// begin opens a segment after a gap with the key picture u.
func (c *Cutter) begin(at time.Time, u *unit.Unit) {
	if c.heard != nil && c.heard.Generation != u.Track.Generation {
		c.heard = nil // whether it has sound now is not known yet
	}
	base := max(c.media, at.Sub(c.from))
	s := &segment{lastAt: at, picture: newLane(u.Track, pictureScale, base, u.PTS, u.Arrived)}
	head, err := c.name(s, at, u)
	if err == nil {
		err = s.picture.add(u)
	}
	if err != nil {
		c.absent(at, SourceChanged, err.Error())
		return
	}
	if g := c.gap; at.After(g.From) {
		g.To = at
		c.out = append(c.out, Missed{g})
	}
	c.listen(s, base, u)
	c.open, s.head, s.base, s.first = s, head, base, u
	if c.heard != nil {
		c.tell(s)
	}
}

// tell begins the file of a segment, if that is not begun.
func (c *Cutter) tell(s *segment) {
	if s.head != nil {
		c.out = append(c.out, Begin{s.seg, s.head})
		s.head, s.first = nil, nil
	}
}

// cut goes on in another file from the key picture u, which waits in the track.
func (c *Cutter) cut(at time.Time, u *unit.Unit) {
	s := c.open
	s.seg.To = later(s.seg.To, at)
	c.end(s)
	next := &segment{lastAt: at, picture: s.picture, sound: s.sound}
	head, err := c.name(next, at, u)
	if err != nil {
		c.open, c.media = nil, s.picture.presents()
		c.gap = Gap{From: at, Why: SourceChanged, Detail: err.Error()}
		c.out = append(c.out, Miss{c.gap})
		return
	}
	if next.sound.track != c.heard {
		c.listen(next, s.picture.presents(), u)
	}
	c.open = next
	c.out = append(c.out, Begin{next.seg, head})
}

// listen begins the track of sound, if there is sound, at media time base.
func (c *Cutter) listen(s *segment, base time.Duration, u *unit.Unit) {
	s.sound = lane{}
	if c.heard != nil {
		s.sound = newLane(c.heard, c.heard.ClockRate, base, u.PTS, u.Arrived)
	}
}

// name says what the next segment is, and gives the head of its file.
func (c *Cutter) name(s *segment, at time.Time, u *unit.Unit) ([]byte, error) {
	head, err := initialization(u.Track, c.heard)
	if err != nil {
		return nil, err
	}
	c.n++
	s.seg = Segment{N: c.n, File: fmt.Sprintf("%06d.mp4", c.n), From: at, To: at, BaseS: s.picture.presents().Seconds(),
		Clock: ArrivalClock, Captured: u.Arrived, Codec: codecName(u.Track), Width: u.Track.Width, Height: u.Track.Height,
		Generation: u.Track.Generation, Init: int64(len(head))}
	if !u.Captured.IsZero() {
		s.seg.Clock, s.seg.Captured = CameraClock, u.Captured
	}
	if c.heard != nil {
		s.seg.Codec += "," + codecName(c.heard)
	}
	return head, nil
}

// end ends a segment, which says what sound it lacks.
func (c *Cutter) end(s *segment) {
	c.tell(s)
	s.seg.LeftOut, c.unfit = string(c.unfit), ""
	c.out = append(c.out, End{s.seg})
}

// end is where the last picture ends.
func (s *segment) end() time.Time { return s.lastAt.Add(s.picture.last) }

// flush writes what is complete as one fragment that goes as far as to.
func (c *Cutter) flush(to time.Time) {
	s := c.open
	var tracks []*fmp4.PartTrack
	for _, t := range []*fmp4.PartTrack{s.picture.part(pictureID), s.sound.part(soundID)} {
		if t != nil {
			tracks = append(tracks, t)
		}
	}
	if len(tracks) == 0 {
		return
	}
	c.tell(s)
	s.seq++
	data, err := fragment(s.seq, tracks)
	if err != nil {
		return // into memory, of samples that were made here: it does not fail
	}
	s.seg.To = later(s.seg.To, to)
	c.out = append(c.out, Append{data, s.seg.To})
}

// close ends the open segment at to.
func (c *Cutter) close(to time.Time) {
	s := c.open
	s.picture.finish()
	s.sound.finish()
	c.flush(to)
	s.seg.To = later(s.seg.To, to)
	c.open, c.media = nil, s.picture.presents()
	c.end(s)
}

// absent ends what is open: a segment after its last picture and not after now, or a gap with another reason.
func (c *Cutter) absent(now time.Time, why Why, detail string) {
	from := later(c.gap.From, now)
	if s := c.open; s != nil {
		from = later(s.lastAt, earlier(s.end(), now))
		c.close(from)
	} else {
		if c.gap.Why == why || why == SourceLost && c.gap.Why == Starting {
			return
		}
		if g := c.gap; from.After(g.From) {
			g.To = from
			c.out = append(c.out, Missed{g})
		}
	}
	c.gap = Gap{From: from, Why: why, Detail: detail}
	c.out = append(c.out, Miss{c.gap})
}

// broken ends the open segment where it was written to.
func (c *Cutter) broken(in Broken) {
	s := c.open
	if s == nil {
		c.absent(c.gap.From, in.Why, in.Detail)
		return
	}
	c.open, c.media = nil, s.picture.presents()
	if s.head != nil { // what could not be written was before it, and nothing of it is to be ended
		c.n--
		c.gap = Gap{From: s.seg.From, Why: in.Why, Detail: in.Detail}
	} else {
		s.seg.To = in.To
		c.gap = Gap{From: in.To, Why: in.Why, Detail: in.Detail}
		c.end(s)
	}
	c.out = append(c.out, Miss{c.gap})
}

func (c *Cutter) stop(now time.Time) {
	if s := c.open; s != nil {
		if now.Sub(s.end()) <= slack {
			c.close(later(s.lastAt, now))
			return
		}
		c.absent(now, SourceLost, "")
	}
	if g := c.gap; now.After(g.From) {
		g.To = now
		c.out = append(c.out, Missed{g})
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
