package record

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4/seekablebuffer"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mp4/codecs"

	"groundstation/video/flac"
	"groundstation/video/unit"
)

// The tracks of a file.
const (
	pictureID = 1
	soundID   = 2
	// pictureScale is the media time of pictures, Hz.
	pictureScale = 90000
)

var (
	errNoParams = errors.New("the stream's parameter sets are not known")
	errNoPlace  = errors.New("the file has no place for so many channels or samples a second")
)

// boxCodec is how a track is described in a file.
func boxCodec(t *unit.Track) (codecs.Codec, error) {
	switch {
	case t.Codec == unit.H264 && len(t.Params) >= 2:
		return &codecs.H264{SPS: t.Params[0], PPS: t.Params[1]}, nil
	case t.Codec == unit.H265 && len(t.Params) >= 3:
		return &codecs.H265{VPS: t.Params[0], SPS: t.Params[1], PPS: t.Params[2]}, nil
	case t.Codec == unit.Opus:
		return &codecs.Opus{ChannelCount: max(1, t.Channels)}, nil
	case t.Codec == unit.AAC && len(t.Params) >= 1:
		var c mpeg4audio.AudioSpecificConfig
		if err := c.Unmarshal(t.Params[0]); err != nil {
			return nil, err
		}
		return &codecs.MPEG4Audio{Config: c}, nil
	case t.Codec == unit.PCMA || t.Codec == unit.PCMU:
		f := flac.Format{Rate: t.ClockRate, Channels: t.Channels}
		if !f.Fits() {
			return nil, errNoPlace
		}
		return pcm(f), nil
	}
	return nil, errNoParams
}

// codecName is a track's codec as in RFC 6381 and, of H.265, ISO/IEC 14496-15 annex E.
func codecName(t *unit.Track) string {
	switch t.Codec {
	case unit.H264:
		if sps := t.Params[0]; len(sps) >= 4 {
			return fmt.Sprintf("avc1.%02x%02x%02x", sps[1], sps[2], sps[3])
		}
	case unit.H265:
		sps := h264.EmulationPreventionRemove(t.Params[1])
		if len(sps) < 15 {
			break
		}
		compatible := uint32(0)
		for i, b := range sps[4:8] {
			for bit := range 8 {
				compatible |= uint32(b>>(7-bit)&1) << (8*i + bit)
			}
		}
		tier := 'L'
		if sps[3]&0x20 != 0 {
			tier = 'H'
		}
		name := fmt.Sprintf("hvc1.%d.%X.%c%d", sps[3]&0x1f, compatible, tier, sps[14])
		for constraints := bytes.TrimRight(sps[8:14], "\x00"); len(constraints) > 0; constraints = constraints[1:] {
			name += fmt.Sprintf(".%X", constraints[0])
		}
		return name
	case unit.AAC:
		return "mp4a.40.2"
	case unit.Opus:
		return "opus"
	case unit.PCMA, unit.PCMU:
		return lossless
	}
	return string(t.Codec)
}

// initialization is the head of a segment's file; picture or sound may be nil.
func initialization(picture, sound *unit.Track) ([]byte, error) {
	var in fmp4.Init
	for id, t := range map[int]*unit.Track{pictureID: picture, soundID: sound} {
		if t == nil {
			continue
		}
		c, err := boxCodec(t)
		if err != nil {
			return nil, err
		}
		scale := uint32(pictureScale)
		if id == soundID {
			scale = uint32(t.ClockRate)
		}
		track := &fmp4.InitTrack{ID: id, TimeScale: scale, Codec: c}
		if id == pictureID {
			in.Tracks = append([]*fmp4.InitTrack{track}, in.Tracks...)
		} else {
			in.Tracks = append(in.Tracks, track)
		}
	}
	var buf seekablebuffer.Buffer
	if err := in.Marshal(&buf); err != nil {
		return nil, err
	}
	return asFLAC(asHVC1(buf.Bytes())), nil
}

// asHVC1 says that the parameter sets of H.265 are in the head of the file only, which is so: samples are stripped of
// them. Some players refuse hev1.
func asHVC1(head []byte) []byte { return bytes.Replace(head, []byte("hev1"), []byte("hvc1"), 1) }

// payload gives the octets of a unit as they stand in a file at media time at, without what stands in its head; nil if
// nothing is left.
func payload(u *unit.Unit, at int64) ([]byte, error) {
	switch u.Track.Codec {
	case unit.H264, unit.H265:
		nals := make(h264.AVCC, 0, len(u.Data))
		for _, n := range u.Data {
			if len(n) > 0 && !inHead(u.Track.Codec, n[0]) {
				nals = append(nals, n)
			}
		}
		if len(nals) == 0 {
			return nil, nil
		}
		return nals.Marshal()
	case unit.PCMA, unit.PCMU:
		return asFrame(u, at), nil
	}
	return bytes.Join(u.Data, nil), nil
}

// inHead says whether a NAL unit, by its first octet, is a parameter set or a delimiter.
func inHead(c unit.Codec, first byte) bool {
	if c == unit.H264 {
		switch h264.NALUType(first & 0x1f) {
		case h264.NALUTypeSPS, h264.NALUTypePPS, h264.NALUTypeAccessUnitDelimiter:
			return true
		}
		return false
	}
	switch h265.NALUType(first >> 1 & 0x3f) {
	case h265.NALUType_VPS_NUT, h265.NALUType_SPS_NUT, h265.NALUType_PPS_NUT, h265.NALUType_AUD_NUT:
		return true
	}
	return false
}

// order gives the decoding times of pictures from their presentation times.
type order struct {
	codec unit.Codec
	h264  h264.DTSExtractor
	h265  h265.DTSExtractor
}

func newOrder(c unit.Codec) *order {
	o := &order{codec: c}
	o.h264.Initialize()
	o.h265.Initialize()
	return o
}

// dts gives the decoding time of the next picture; where the stream does not tell, it is the presentation time.
func (o *order) dts(u *unit.Unit, pts int64) int64 {
	nals := make([][]byte, 0, len(u.Data)+len(u.Track.Params))
	if u.Key {
		nals = append(nals, u.Track.Params...)
	}
	for _, n := range u.Data {
		if len(n) > 0 && (!u.Key || !inHead(o.codec, n[0])) {
			nals = append(nals, n)
		}
	}
	var dts int64
	var err error
	if o.codec == unit.H264 {
		dts, err = o.h264.Extract(nals, pts)
	} else {
		dts, err = o.h265.Extract(nals, pts)
	}
	if err != nil {
		return pts
	}
	return dts
}

// fragment is one moof and mdat.
func fragment(seq uint32, tracks []*fmp4.PartTrack) ([]byte, error) {
	var buf seekablebuffer.Buffer
	err := (&fmp4.Part{SequenceNumber: seq, Tracks: tracks}).Marshal(&buf)
	return buf.Bytes(), err
}

func ticks(d time.Duration, scale int) int64 {
	return int64(d/time.Second)*int64(scale) + int64(d%time.Second)*int64(scale)/int64(time.Second)
}

func untick(t int64, scale int) time.Duration {
	return time.Duration(t/int64(scale))*time.Second + time.Duration(t%int64(scale))*time.Second/time.Duration(scale)
}
