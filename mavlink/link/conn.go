package link

import (
	"context"
	"io"
	"sync"
	"time"

	"groundstation/mavlink"
)

const (
	// queueMax is how many frames may wait for one peer.
	queueMax = 256
	// queueAge is how long a frame may wait: a session has repeated by then what mattered.
	queueAge = 2 * time.Second
	// writeTime is how long a peer may take nothing before its connection is closed.
	writeTime = 5 * time.Second
	// pieceMax is the longest piece written at once, bytes.
	pieceMax = 2048
)

// conn is one connection of a stream: what is read is cut into frames, what is written waits in a bounded queue.
type conn struct {
	rw   io.ReadWriteCloser
	from mavlink.Source
	n    *counters
	cut  *mavlink.Splitter

	mu     sync.Mutex
	queue  []waiting
	wake   chan struct{}
	closed bool
}

type waiting struct {
	b  []byte
	at time.Time
}

func newConn(rw io.ReadWriteCloser, from mavlink.Source, n *counters) *conn {
	return &conn{rw: rw, from: from, n: n, cut: mavlink.NewSplitter(), wake: make(chan struct{}, 1)}
}

// run reads and writes until the connection ends or ctx does. The error is the reader's.
func (c *conn) run(ctx context.Context, sink Sink) error {
	stop := context.AfterFunc(ctx, func() { c.rw.Close() })
	defer stop()
	c.n.connects.Add(1)
	c.n.peers.Add(1)
	defer c.n.peers.Add(-1)
	var writer sync.WaitGroup
	writer.Go(c.write)
	err := c.read(sink)
	c.end()
	writer.Wait()
	return err
}

// read cuts the stream and delivers whole frames, several at once where they came together.
func (c *conn) read(sink Sink) error {
	piece := make([]byte, pieceMax)
	var frames []byte
	for {
		n, err := c.rw.Read(piece)
		came := time.Now()
		frames = frames[:0]
		st := c.cut.Push(piece[:n], func(frame []byte) { frames = append(frames, frame...) })
		if len(frames) > 0 {
			sink.Deliver(came, []Datagram{{From: c.from, Bytes: frames}})
		}
		c.n.reads.Add(1)
		c.n.bytesIn.Add(uint64(n))
		c.n.bad.Add(st.Bad)
		c.n.garbage.Add(st.Garbage)
		if err != nil {
			return err
		}
	}
}

// put queues frames; the oldest give way.
func (c *conn) put(b []byte) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.n.dropped.Add(1)
		return ErrNoPeer
	}
	if len(c.queue) >= queueMax {
		c.queue = append(c.queue[:0], c.queue[1:]...)
		c.n.dropped.Add(1)
	}
	c.queue = append(c.queue, waiting{append([]byte(nil), b...), time.Now()})
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return nil
}

// take gives what may be written at once, and whether the connection has ended.
func (c *conn) take(piece []byte) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	piece = piece[:0]
	i := 0
	for ; i < len(c.queue); i++ {
		w := c.queue[i]
		if time.Since(w.at) > queueAge {
			c.n.dropped.Add(1)
			continue
		}
		if len(piece) > 0 && len(piece)+len(w.b) > pieceMax {
			break
		}
		piece = append(piece, w.b...)
		c.n.writes.Add(1)
	}
	c.queue = append(c.queue[:0], c.queue[i:]...)
	return piece, c.closed
}

// write empties the queue until the connection ends. A peer that takes nothing for writeTime ends it.
func (c *conn) write() {
	var piece []byte
	for {
		var closed bool
		if piece, closed = c.take(piece); closed {
			return
		}
		if len(piece) == 0 {
			<-c.wake
			continue
		}
		watch := time.AfterFunc(writeTime, func() {
			c.n.stalled.Add(1)
			c.rw.Close()
		})
		n, err := c.rw.Write(piece)
		watch.Stop()
		c.n.bytesOut.Add(uint64(n))
		if err != nil {
			c.n.errs.Add(1)
			c.rw.Close() // the reader sees it
			return
		}
	}
}

// end closes the connection and lets the writer go.
func (c *conn) end() {
	c.rw.Close()
	c.mu.Lock()
	c.closed = true
	c.n.dropped.Add(uint64(len(c.queue)))
	c.queue = nil
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
