package record

import (
	"slices"
	"time"
)

// Why says why nothing was recorded.
type Why string

// The reasons of gaps. PacketsLost lies within a segment, which goes on with a damaged picture.
const (
	Starting      Why = "starting"       // no key picture had come yet
	SourceLost    Why = "source-lost"    // the camera sent nothing
	SourceChanged Why = "source-changed" // other codec or parameters; until its next key picture
	Gated         Why = "gated"          // recording was not allowed
	Behind        Why = "behind"         // the disk did not keep up
	DiskFull      Why = "disk-full"
	DiskFailed    Why = "disk-failed"
	Restarted     Why = "restart" // the station was not running
	PacketsLost   Why = "packets-lost"
)

// Segment is one file of a recording.
type Segment struct {
	N    int    `json:"n" minimum:"1"`
	File string `json:"file"`
	// From and To are by the station's clock.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// BaseS is where its media time begins, seconds after the recording's From.
	BaseS float64 `json:"baseS"`
	// Clock says which clock Captured is of: that of the camera, or ours at arrival.
	Clock    string    `json:"clock" enum:"camera,arrival"`
	Captured time.Time `json:"captured" doc:"When its first picture was taken, as far as that is known"`
	// Codec is as in RFC 6381, of the picture and, after a comma, of the sound.
	Codec      string `json:"codec"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Generation int    `json:"generation" doc:"Changes with the camera's codec, parameters or address"`
	// LeftOut is the codec of sound that the camera sent and that is not in the file: it has no place there, or came late.
	LeftOut string `json:"leftOut,omitempty" doc:"The codec of the camera's sound, where that could not be recorded"`
	// Init is how many octets of the file the initialization takes.
	Init      int64  `json:"init"`
	Octets    int64  `json:"octets"`
	SHA256    string `json:"sha256,omitempty" doc:"Of the file; absent while it is written"`
	Recovered bool   `json:"recovered,omitempty" doc:"The station died while it was written; a torn end was cut off"`
}

// The clocks of Segment.Clock.
const (
	CameraClock  = "camera"
	ArrivalClock = "arrival"
)

// Gap is a stretch of which there is no picture, or a damaged one.
type Gap struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Why    Why       `json:"why" enum:"starting,source-lost,source-changed,gated,behind,disk-full,disk-failed,restart,packets-lost"`
	Detail string    `json:"detail,omitempty"`
}

// Head is what a recording is of; it does not change.
type Head struct {
	ID      string `json:"id"`
	Source  string `json:"source"` // of the video, which is the vehicle's id
	Sortie  string `json:"sortie,omitempty"`
	Purpose string `json:"purpose"`
	By      string `json:"by"`
	// From is when it begins, the pre-roll included, by the station's clock; StartedAt when it was asked for.
	From      time.Time `json:"from"`
	StartedAt time.Time `json:"startedAt"`
}

// Sum is a file and its hash.
type Sum struct {
	File   string `json:"file"`
	Octets int64  `json:"octets"`
	SHA256 string `json:"sha256"`
}

// Track is the file of where the camera was.
type Track struct {
	Sum
	// Way is a coarse one, latitudes and longitudes in degrees, for the search by place.
	Way [][2]float64 `json:"way,omitempty"`
}

// Closed is the end of a recording.
type Closed struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"`
	Why string    `json:"why"`
}

// Recording is a recording as its index tells it. It is not changed once it was given away.
type Recording struct {
	Head
	Segments []Segment // closed ones, in order
	Writing  *Segment  // the one that is being written
	Gaps     []Gap     // closed ones, in order of their end
	Missing  *Gap      // the one that lasts
	Track    *Sum
	Closed   *Closed
	// Seq and Hash are the last line of the index.
	Seq  uint64
	Hash string
	// Octets is what its closed segments take.
	Octets int64
	// Way is a coarse one of the camera, for the search by place; passed is when its last point was.
	Way    [][2]float64
	passed time.Time
}

// take adds what a line says.
func (r *Recording) take(l Line) {
	r.Seq, r.Hash = l.Seq, l.hash
	switch {
	case l.Opened != nil:
		r.Head = *l.Opened
	case l.Begun != nil:
		r.Writing = l.Begun
	case l.Segment != nil:
		r.Segments = append(slices.Clip(r.Segments), *l.Segment)
		r.Octets += l.Segment.Octets
		r.Writing = nil
	case l.Missing != nil:
		r.Missing = l.Missing
	case l.Gap != nil:
		r.Gaps = append(slices.Clip(r.Gaps), *l.Gap)
		if l.Gap.Why != PacketsLost {
			r.Missing = nil
		}
	case l.Track != nil:
		r.Track, r.Way = &l.Track.Sum, l.Track.Way
	case l.Closed != nil:
		r.Closed, r.Writing, r.Missing = l.Closed, nil, nil
	}
}

// To is the end, or how far it goes as yet.
func (r *Recording) To() time.Time {
	if r.Closed != nil {
		return r.Closed.At
	}
	to := r.From
	for _, s := range r.Segments {
		to = later(to, s.To)
	}
	for _, g := range r.Gaps {
		to = later(to, g.To)
	}
	return to
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Holes gives the stretches from from to to that are in no segment and in no gap. There are to be none.
func Holes(from, to time.Time, segments []Segment, gaps []Gap) []Gap {
	spans := make([]Gap, 0, len(segments)+len(gaps))
	for _, s := range segments {
		spans = append(spans, Gap{From: s.From, To: s.To})
	}
	for _, g := range gaps {
		if g.Why != PacketsLost {
			spans = append(spans, g)
		}
	}
	slices.SortFunc(spans, func(a, b Gap) int { return a.From.Compare(b.From) })
	var holes []Gap
	for _, s := range spans {
		if s.From.After(from) {
			holes = append(holes, Gap{From: from, To: s.From})
		}
		from = later(from, s.To)
	}
	if to.After(from) {
		holes = append(holes, Gap{From: from, To: to})
	}
	return holes
}
