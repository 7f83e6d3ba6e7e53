package video

import (
	"sync"
	"time"

	"github.com/pion/rtp"

	"groundstation/video/unit"
)

const (
	// gopLen bounds what is kept since the last key picture; a longer group is not kept and a new reader waits.
	gopLen = 1024
	// batchLen is how many packets of a picture are given to the readers together, so that each wakes once for them.
	batchLen = 16
	// keyEvery is how often a source that sends key pictures when it is asked is asked for one while there are taps: what is
	// cut into parts is cut there.
	keyEvery = 2 * time.Second
)

// stream is one writer and many readers of RTP packets, and the taps that read access units.
type stream struct {
	known chan struct{} // closed once it is known what the source sends

	mu         sync.Mutex
	running    bool    // packets come
	lanes      []*lane // of this session or the last
	numbers    [2]numbering
	generation int
	readers    map[*reader]struct{}
	wires      int // readers that need packets marshalled
	pending    []*packet
	gop        []*packet
	whole      bool // gop begins with a key picture and lacks nothing
	paramsOnly bool // gop holds parameter sets and no picture yet
	keyTime    uint32
	keyAt      time.Time // when the last key picture began to come
	awaited    bool      // somebody can go on with a key picture only
	gopShown   bool      // all of gop came while it might be shown
	gopKept    bool      // and while it might be recorded

	taps  map[*Tap]struct{}
	joint *depacketiser // while there are taps

	gated   bool // there is a Gate
	verdict Verdict
	judged  time.Time

	octets, packets, gaps, dropped, missed uint64 // missed: units by taps that have gone

	bits     float64 // a second, of the last one
	measured time.Time
	until    uint64 // octets when that began
}

// rate is what comes, in bits a second.
func (s *stream) rate() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bits
}

func newStream(gated bool) *stream {
	return &stream{known: make(chan struct{}), readers: map[*reader]struct{}{}, taps: map[*Tap]struct{}{}, gated: gated, verdict: allAllowed}
}

// begin tells what a new session of the source sends: the picture first.
func (s *stream) begin(lanes []*lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.lanes == nil
	s.lanes = lanes
	for i := range s.numbers {
		s.numbers[i].joined = false
	}
	if s.joint != nil {
		s.generation++
		s.joint.begin(lanes, s.generation)
	}
	if first {
		close(s.known)
	}
}

// codecs are those of the picture and the sound, empty where there is none or it is not known.
func (s *stream) codecs() (picture, sound unit.Codec) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lanes {
		if l.audio {
			sound = l.codec
		} else {
			picture = l.codec
		}
	}
	return picture, sound
}

// offered are the lanes of this session or the last.
func (s *stream) offered() []*lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lanes
}

// join adds a reader, its queue filled from the last key picture on.
func (s *stream) join(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
	if !r.bare {
		s.wires++
	}
	if s.whole && s.gopShown && s.standing(time.Now()).Show && len(s.gop) <= queueLen/2 {
		if !r.bare {
			for i, p := range s.gop {
				if p.wire == nil {
					marshalled := *p // readers hold the other, which must not change
					s.marshal(&marshalled)
					s.gop[i] = &marshalled
				}
			}
		}
		r.push(s.gop)
	}
	s.readers[r] = struct{}{}
}

// replay gives a reader the last key picture and what follows it again; false: it is not kept.
func (s *stream) replay(r *reader) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
	if !s.whole || !s.gopShown || len(s.gop) > queueLen/2 {
		s.awaited = true
		return false
	}
	r.skip(true)
	r.push(s.gop)
	return true
}

// part removes a reader that goes on elsewhere.
func (s *stream) part(r *reader) {
	s.mu.Lock()
	if _, ok := s.readers[r]; ok {
		delete(s.readers, r)
		if !r.bare {
			s.wires--
		}
	}
	s.mu.Unlock()
	r.skip(true)
}

// leave removes a reader for good.
func (s *stream) leave(r *reader) {
	s.part(r)
	s.mu.Lock()
	s.dropped += r.settle()
	s.mu.Unlock()
	r.leave()
}

// write takes a packet that the source sent; it and what it holds are the stream's from here on. captured is the
// camera's clock, asked once for each picture. It never waits. wanted says that somebody waits for a key picture, for
// sources that send one when they are asked.
func (s *stream) write(l *lane, in *rtp.Packet, captured func(*rtp.Packet) (time.Time, bool)) (wanted bool) {
	now := time.Now()
	p := &packet{Packet: *in, lane: l, arrived: now}
	s.mu.Lock()
	defer s.mu.Unlock()
	track := s.track(l)
	if track < 0 {
		return false // of a session that has ended
	}
	s.running = true
	s.packets++
	s.octets += uint64(len(p.Payload))
	if span := now.Sub(s.measured); span >= time.Second {
		s.bits, s.measured, s.until = float64(s.octets-s.until)*8/span.Seconds(), now, s.octets
	}
	n := &s.numbers[track]
	began := !n.seen || p.Timestamp+n.timeBy != n.time
	n.number(p)
	if p.gap {
		s.gaps++
	}
	if began && captured != nil {
		p.captured, _ = captured(in)
	}
	if s.wires > 0 {
		s.marshal(p)
	}
	verdict := s.standing(now)
	if !l.audio {
		s.mark(p, verdict)
	}
	if s.whole {
		if len(s.gop) < gopLen {
			s.gop = append(s.gop, p)
		} else {
			s.gop, s.whole = nil, false
		}
	}
	if s.joint != nil && (verdict.Record || verdict.Show) {
		s.giveUnits(s.joint.feed(p))
	}
	wanted = s.awaited || len(s.taps) > 0 && now.Sub(s.keyAt) >= keyEvery
	if !verdict.Show {
		s.shut()
		return wanted && verdict.Record
	}
	if l.audio {
		s.give([]*packet{p})
		return false
	}
	if k := len(s.pending); k > 0 && s.pending[k-1].Timestamp != p.Timestamp {
		s.flush() // a camera that sets no marker, or whose last packet was lost
	}
	s.pending = append(s.pending, p)
	if p.Marker || len(s.pending) >= batchLen {
		s.flush()
	}
	return wanted
}

// mark says whether a packet begins or belongs to a key picture, which begins the group of pictures anew.
func (s *stream) mark(p *packet, v Verdict) {
	what := opens(p.lane.codec, p.Payload)
	same := s.whole && p.Timestamp == s.keyTime
	switch {
	case what == opensNothing:
		if !same {
			s.paramsOnly = false
		}
	case s.whole && (same || s.paramsOnly):
		s.keyTime = p.Timestamp
		s.paramsOnly = s.paramsOnly && what == opensParams
	default:
		p.fresh = true
		s.keyAt, s.awaited = p.arrived, false
		s.gop, s.whole, s.keyTime, s.paramsOnly = nil, true, p.Timestamp, what == opensParams
		s.gopShown, s.gopKept = v.Show, v.Record
	}
	p.key = s.whole && p.Timestamp == s.keyTime
}

// marshal makes the octets that RTSP readers share.
func (s *stream) marshal(p *packet) {
	size := p.MarshalSize()
	wire := make([]byte, rtspHeader+size)
	n, err := p.MarshalTo(wire[rtspHeader:])
	if err != nil {
		return
	}
	wire[0], wire[1], wire[2], wire[3] = '$', byte(2*max(s.track(p.lane), 0)), byte(n>>8), byte(n)
	p.wire = wire[:rtspHeader+n]
	if p.Header.PaddingSize == 0 {
		p.Payload = p.wire[len(p.wire)-len(p.Payload):] // so that the octets are kept once
	}
}

// rtspHeader is the length of what goes before a packet within an RTSP connection.
const rtspHeader = 4

func (s *stream) track(l *lane) int {
	for i, of := range s.lanes {
		if of == l {
			return i
		}
	}
	return -1
}

func (s *stream) flush() {
	if len(s.pending) > 0 {
		s.give(s.pending)
		clear(s.pending)
		s.pending = s.pending[:0]
	}
}

func (s *stream) give(batch []*packet) {
	for r := range s.readers {
		s.awaited = r.push(batch) || s.awaited
	}
}

// cut forgets the group of pictures, as the source ended; readers wait for the next key picture.
func (s *stream) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
	s.running, s.bits = false, 0
	s.gop, s.whole = nil, false
	for r := range s.readers {
		r.skip(false)
	}
	for t := range s.taps {
		t.skip()
	}
}

// judge takes the Gate's verdict, which stands for a while.
func (s *stream) judge(v Verdict, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdict, s.judged = v, now
	if !v.Show {
		s.shut()
	}
	s.unkeep(v)
	for t := range s.taps {
		t.judge(v)
	}
}

// standing is the verdict as of now.
func (s *stream) standing(now time.Time) Verdict {
	if s.gated && now.Sub(s.judged) > verdictFor {
		s.unkeep(unjudged)
		for t := range s.taps {
			t.judge(unjudged)
		}
		return unjudged
	}
	return s.verdict
}

// shut takes from the readers what they have not sent yet; they go on with a key picture that comes after.
func (s *stream) shut() {
	s.gopShown = false
	clear(s.pending)
	s.pending = s.pending[:0]
	for r := range s.readers {
		r.skip(true)
	}
}

// unkeep forgets what was joined for the taps, as far as a verdict forbids it.
func (s *stream) unkeep(v Verdict) {
	s.gopKept = s.gopKept && v.Record
	if s.joint != nil && !v.Record && !v.Show {
		s.joint.drop()
	}
}
