package link

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"groundstation/mavlink"
)

// Link is one way to vehicles and docks.
type Link interface {
	Spec() Spec
	// Run receives until ctx ends, then closes the link. It returns an error only if the link can never work again.
	Run(ctx context.Context, sink Sink) error
	// Write sends whole frames to a peer and never waits for it; the address of a link with one peer is the zero value.
	// It may be called from several goroutines.
	Write(to netip.AddrPort, b []byte) error
	Stats() Stats
	// Close frees what Open took; for a link that was never run.
	Close() error
}

// Datagram is whole frames that came together.
type Datagram struct {
	From  mavlink.Source
	Bytes []byte
}

// Sink takes what links hear. It is called from several goroutines; it must not keep the bytes.
type Sink interface {
	// Deliver takes datagrams in the order in which they came, the first of them not before came.
	Deliver(came time.Time, heard []Datagram)
}

// Stats are counts since the link was made, and the peers connected now.
type Stats struct {
	Peers, Connects          uint64
	Reads, Writes            uint64 // datagrams, or pieces of a stream
	BytesIn, BytesOut        uint64
	Bad, Garbage             uint64 // of a stream: broken frames, bytes outside of frames
	Dropped, Errors, Stalled uint64 // frames not sent, failures, connections closed because the peer took nothing
	Refused                  uint64 // connections over the bound
}

type counters struct {
	peers                                                                                     atomic.Int64
	connects, reads, writes, bytesIn, bytesOut, bad, garbage, dropped, errs, stalled, refused atomic.Uint64
}

func (c *counters) stats() Stats {
	return Stats{Peers: uint64(max(0, c.peers.Load())), Connects: c.connects.Load(), Reads: c.reads.Load(), Writes: c.writes.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(), Bad: c.bad.Load(), Garbage: c.garbage.Load(),
		Dropped: c.dropped.Load(), Errors: c.errs.Load(), Stalled: c.stalled.Load(), Refused: c.refused.Load()}
}

// ErrNoPeer says that nobody is at the other end now.
var ErrNoPeer = errors.New("no such peer on the link")
