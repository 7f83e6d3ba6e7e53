package camera

import (
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph265"
	"github.com/pion/rtp"

	"groundstation/simulator/camera/h264"
	"groundstation/simulator/camera/h265"
	"groundstation/simulator/camera/mosaic"
)

const payloadType = 96

// coder makes access units of mosaics of one size, and RTP packets of these.
type coder interface {
	// begin begins a picture, a key picture if key or if it is the first. before is an access unit that goes before its
	// own, head what its own begins with; both may be nil.
	begin(key bool) (before, head [][]byte)
	// Slice codes some rows of blocks of the picture begun.
	Slice(m *mosaic.Mosaic, first, last int) []byte
	filler(n int) []byte
	format() format.Format
	pack(unit [][]byte) ([]*rtp.Packet, error)
}

// newCoder is H.264, or H.265 if hevc.
func newCoder(hevc bool, width, height int) (coder, error) {
	if hevc {
		return newHEVC(width, height)
	}
	return newAVC(width, height)
}

type avc struct {
	*h264.Encoder
	forma   *format.H264
	packets *rtph264.Encoder
}

func newAVC(width, height int) (*avc, error) {
	e, err := h264.NewEncoder(width, height)
	if err != nil {
		return nil, err
	}
	sps, pps := e.ParameterSets()
	forma := &format.H264{PayloadTyp: payloadType, SPS: sps, PPS: pps, PacketizationMode: 1}
	packets, err := forma.CreateEncoder()
	return &avc{e, forma, packets}, err
}

func (c *avc) begin(key bool) (before, head [][]byte)    { return nil, c.Begin(key) }
func (c *avc) filler(n int) []byte                       { return h264.Filler(n) }
func (c *avc) format() format.Format                     { return c.forma }
func (c *avc) pack(unit [][]byte) ([]*rtp.Packet, error) { return c.packets.Encode(unit) }

type hevc struct {
	*h265.Encoder
	forma   *format.H265
	packets *rtph265.Encoder
}

func newHEVC(width, height int) (*hevc, error) {
	e, err := h265.NewEncoder(width, height)
	if err != nil {
		return nil, err
	}
	vps, sps, pps := e.ParameterSets()
	forma := &format.H265{PayloadTyp: payloadType, VPS: vps, SPS: sps, PPS: pps}
	packets, err := forma.CreateEncoder()
	return &hevc{e, forma, packets}, err
}

func (c *hevc) begin(key bool) (before, head [][]byte)    { return c.Begin(key), nil }
func (c *hevc) filler(n int) []byte                       { return h265.Filler(n) }
func (c *hevc) format() format.Format                     { return c.forma }
func (c *hevc) pack(unit [][]byte) ([]*rtp.Packet, error) { return c.packets.Encode(unit) }
