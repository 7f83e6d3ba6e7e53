package mavlink

import (
	"fmt"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/mavlink/dialect/hangar"
)

// kind is what the codec knows of one message id.
type kind struct {
	extra byte
	// understood: a session reads it; the rest is checked and counted, not decoded.
	understood bool
	rw         *message.ReadWriter
	// fast decodes a zero-extended payload without reflection; nil for messages that are rare.
	fast func(p *[payloadMax]byte) message.Message
}

// catalogue finds a kind by id: an array for the common ids, a map for the rest.
type catalogue struct {
	low  [512]*kind
	high map[uint32]*kind
}

func (c *catalogue) kind(id uint32) *kind {
	if id < uint32(len(c.low)) {
		return c.low[id]
	}
	return c.high[id]
}

// understood are the ids that Session and DockSession read.
var understood = []uint32{
	0, 1, 2, 22, 24, 30, 33, 40, 42, 44, 46, 47, 51, 73, 77, 87, 111, 148, 147, 242, 245, 253, 285, 410, 436,
	322, 324, 345, 435, 110, 118, 120,
	397, 411, 413,
	246, 12900, 12901, 12918,
	259, 260, 261, 262, 263, 269, 270, 271, 280, 281,
	53000, 53001, 53002, 53003, 53005,
}

// stationKinds is the one of every decoder and encoder. Nothing changes it, so that goroutines share it.
var stationKinds = newCatalogue(false)

// newCatalogue holds the development dialect (what PX4 speaks) and the hangar dialect; all marks every id understood.
func newCatalogue(all bool) *catalogue {
	c := &catalogue{high: map[uint32]*kind{}}
	for _, set := range [][]message.Message{development.Dialect.Messages, hangar.Dialect.Messages} {
		for _, m := range set {
			rw := &message.ReadWriter{Message: m}
			if err := rw.Initialize(); err != nil {
				panic(fmt.Sprintf("dialect message %T: %v", m, err)) // a broken build, never input
			}
			k := &kind{extra: rw.CRCExtra(), rw: rw, fast: fastOf(m.GetID()), understood: all}
			if id := m.GetID(); id < uint32(len(c.low)) {
				c.low[id] = k
			} else {
				c.high[id] = k
			}
		}
	}
	for _, id := range understood {
		c.kind(id).understood = true
	}
	return c
}
