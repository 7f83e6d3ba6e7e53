package video

import (
	"sync"

	"github.com/pion/rtp"
)

const (
	// queueLen is how many packets a viewer may be behind: about two seconds of a 2 Mbit/s picture.
	queueLen = 512
	// gopLen bounds what is kept since the last key picture; a longer group is not kept and a new viewer waits.
	gopLen = 1024
)

// stream is one writer and many readers of RTP packets. A packet is shared and must not be changed.
type stream struct {
	mu      sync.Mutex
	readers map[*reader]struct{}
	gop     []*rtp.Packet
	whole   bool   // gop begins with a key picture and lacks nothing
	keyTime uint32 // RTP time of the picture at its head
	dropped uint64
}

// reader is one viewer's place at a stream.
type reader struct {
	queue    chan *rtp.Packet
	skipping bool // until the next key picture
}

func newStream() *stream { return &stream{readers: map[*reader]struct{}{}} }

// join adds a reader, its queue filled from the last key picture on.
func (s *stream) join() *reader {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &reader{queue: make(chan *rtp.Packet, queueLen), skipping: true}
	if s.whole && len(s.gop) <= queueLen/2 {
		for _, p := range s.gop {
			r.queue <- p
		}
		r.skipping = false
	}
	s.readers[r] = struct{}{}
	return r
}

// leave removes a reader; its queue is closed.
func (s *stream) leave(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.readers[r]; ok {
		delete(s.readers, r)
		close(r.queue)
	}
}

// write gives a packet to every reader that keeps up. It never waits.
func (s *stream) write(p *rtp.Packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := startsKey(p)
	fresh := key && (!s.whole || p.Timestamp != s.keyTime)
	if fresh {
		s.gop, s.whole, s.keyTime = nil, true, p.Timestamp
	}
	if s.whole {
		if len(s.gop) < gopLen {
			s.gop = append(s.gop, p)
		} else {
			s.gop, s.whole = nil, false
		}
	}
	for r := range s.readers {
		if r.skipping && !fresh {
			s.dropped++
			continue
		}
		select {
		case r.queue <- p:
			r.skipping = false
		default:
			r.skipping = true
			s.dropped++
		}
	}
}

// cut forgets the group of pictures, as the source ended; readers wait for the next key picture.
func (s *stream) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gop, s.whole = nil, false
	for r := range s.readers {
		r.skipping = true
	}
}

func (s *stream) count() (readers int, dropped uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.readers), s.dropped
}
