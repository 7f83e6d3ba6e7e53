package video

import (
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// layerSilent is how long one layer of a publisher may send nothing, while another does, until it is taken to have ended.
const layerSilent = time.Second

// sentLayer is one layer of a publisher's picture.
type sentLayer struct {
	lane *lane
	area int       // of the picture in pixels, 0 until that is known
	last time.Time // when its last packet came
}

// simulcast takes a publisher's picture apart into layers (RFC 8853): the largest that comes is the source's picture, the
// smallest, while there are two, that for narrow ways. Where one ends, who got it gets the other. Each layer comes by a
// goroutine of its own.
type simulcast struct {
	full, low spout
	moved     func() // there is a choice of pictures now, or none any more; the lock is not held

	mu     sync.Mutex
	layers []*sentLayer
	sound  *lane
	claim  *claim // of the low source, while there are two layers
	over   bool
}

// spout is a source's stream and the layer that it is given.
type spout struct {
	source *source // nil: there is none
	from   *sentLayer
}

// add takes in a layer, or the sound, that begins to come.
func (s *simulcast) add(l *lane) *sentLayer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.audio {
		s.sound = l
		for _, o := range []*spout{&s.full, &s.low} {
			if o.from != nil {
				o.begin(o.from, l)
			}
		}
		return &sentLayer{lane: l}
	}
	layer := &sentLayer{lane: l}
	s.layers = append(s.layers, layer)
	return layer
}

// begin gives the stream another layer, and the sound beside it.
func (o *spout) begin(l *sentLayer, sound *lane) {
	o.from = l
	lanes := []*lane{l.lane}
	if sound != nil {
		lanes = append(lanes, sound)
	}
	o.source.stream.begin(lanes)
}

// write takes a packet of a layer or the sound. wanted says that the layer is to send a key picture.
func (s *simulcast) write(l *sentLayer, in *rtp.Packet, now time.Time, captured func(*rtp.Packet) (time.Time, bool)) (wanted bool) {
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return false
	}
	if l.lane.audio {
		for _, o := range []*spout{&s.full, &s.low} {
			if o.from != nil {
				o.source.stream.write(l.lane, in, captured)
			}
		}
		s.mu.Unlock()
		return false
	}
	key := opens(l.lane.codec, in.Payload) != opensNothing
	if key {
		if w, h := sizeTold(l.lane.codec, in.Payload); w > 0 {
			l.area = w * h
		}
	}
	l.last = now
	largest, smallest := s.rank(now)
	choice := s.claim != nil
	wanted = s.full.pass(l, largest, in, key, now, s.sound, captured)
	if s.low.source != nil {
		s.offer(smallest != largest)
		if s.claim != nil {
			wanted = s.low.pass(l, smallest, in, key, now, s.sound, captured) || wanted
		}
	}
	changed := choice != (s.claim != nil)
	s.mu.Unlock()
	if changed {
		s.moved()
	}
	return wanted
}

// rank gives the largest and the smallest of the layers that come; the lock is held. One that came first counts for more.
func (s *simulcast) rank(now time.Time) (largest, smallest *sentLayer) {
	for _, l := range s.layers {
		if l.last.IsZero() || now.Sub(l.last) > layerSilent {
			continue
		}
		if largest == nil || l.area > largest.area {
			largest = l
		}
		if smallest == nil || l.area < smallest.area {
			smallest = l
		}
	}
	return largest, smallest
}

// offer begins and ends the low source; the lock is held.
func (s *simulcast) offer(two bool) {
	switch {
	case two && s.claim == nil:
		s.claim = s.low.source.hold()
	case !two && s.claim != nil:
		s.claim.end()
		s.claim, s.low.from = nil, nil
	}
}

// pass gives the stream a packet of the layer that it has, and goes over to the one meant with a key picture of that, or at
// once where nothing else comes.
func (o *spout) pass(l, meant *sentLayer, in *rtp.Packet, key bool, now time.Time, sound *lane, captured func(*rtp.Packet) (time.Time, bool)) (wanted bool) {
	if l == meant && l != o.from {
		ended := o.from == nil || now.Sub(o.from.last) > layerSilent
		if !key && !ended {
			return true
		}
		if ended {
			o.source.stream.cut() // what was half shown is not gone on with
		}
		o.begin(l, sound)
		wanted = !key
	}
	if l == o.from {
		wanted = o.source.stream.write(l.lane, in, captured) || wanted
	}
	return wanted
}

// remove forgets a layer that has ended.
func (s *simulcast) remove(l *sentLayer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.layers = slices.DeleteFunc(s.layers, func(other *sentLayer) bool { return other == l })
}

// end ends the low source, if there is one; nothing is taken from here on.
func (s *simulcast) end() {
	s.mu.Lock()
	s.over = true
	had := s.claim != nil
	s.offer(false)
	s.mu.Unlock()
	if had {
		s.moved()
	}
}
