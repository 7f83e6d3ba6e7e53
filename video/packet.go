package video

import (
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

// lane is one track of a source's session: what its packets hold.
type lane struct {
	codec unit.Codec
	forma format.Format
	audio bool
}

// laneOf gives the lane of a format, nil if it is none that is carried.
func laneOf(forma format.Format) *lane {
	switch f := forma.(type) {
	case *format.H264:
		return &lane{codec: unit.H264, forma: f}
	case *format.H265:
		return &lane{codec: unit.H265, forma: f}
	case *format.Opus:
		return &lane{codec: unit.Opus, forma: f, audio: true}
	case *format.MPEG4Audio:
		return &lane{codec: unit.AAC, forma: f, audio: true}
	case *format.G711:
		if f.MULaw {
			return &lane{codec: unit.PCMU, forma: f, audio: true}
		}
		return &lane{codec: unit.PCMA, forma: f, audio: true}
	}
	return nil
}

// packet is one RTP packet as every reader has it. It must not be changed once it was given to a stream. Its sequence
// number and time are the stream's, which go on when the source begins again; a gap in the numbers is a loss on the way
// from the camera.
type packet struct {
	rtp.Packet
	lane     *lane
	fresh    bool      // the first of a key picture
	key      bool      // part of a key picture
	gap      bool      // packets are missing before it
	captured time.Time // by the camera's clock, zero if that is not known
	arrived  time.Time
	wire     []byte // the packet marshalled behind its RTSP header (RFC 2326 section 10.12), if an RTSP reader is there
}

// numbering makes the numbers and times of one lane go on over the sessions of its source.
type numbering struct {
	seen, joined bool // a packet ever; a packet of this session
	seq, seqBy   uint16
	time, timeBy uint32
	at           time.Time // when the last packet came
}

// number gives a packet its place behind the last one.
func (n *numbering) number(p *packet) {
	if !n.joined {
		n.joined = true
		if n.seen {
			n.seqBy = n.seq + 1 - p.SequenceNumber
			n.timeBy = n.time + uint32(p.arrived.Sub(n.at).Seconds()*float64(p.lane.forma.ClockRate())) + 1 - p.Timestamp
		}
	} else {
		p.gap = p.SequenceNumber+n.seqBy != n.seq+1
	}
	n.seen = true
	p.SequenceNumber += n.seqBy
	p.Timestamp += n.timeBy
	n.seq, n.time, n.at = p.SequenceNumber, p.Timestamp, p.arrived
}
