package recode

import (
	"errors"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/fmp4/seekablebuffer"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mp4/codecs"

	"groundstation/video/unit"
)

// scale is the time of the pictures that ffmpeg gets, Hz.
const scale = 90000

// usually is how long a picture is said to last, as the next is not there yet: a thirtieth of a second.
const usually = scale / 30

var errNoParams = errors.New("the stream's parameter sets are not known")

// feed writes pictures as fragmented MP4 (ISO/IEC 14496-12), one to a fragment.
type feed struct {
	first time.Duration // the PTS that is 0 there
	seq   uint32
	last  int64 // decoding time of the last picture
}

// head is what comes before the first fragment.
func (f *feed) head(u *unit.Unit) ([]byte, error) {
	var codec codecs.Codec
	switch p := u.Track.Params; {
	case u.Track.Codec == unit.H265 && len(p) >= 3:
		codec = &codecs.H265{VPS: p[0], SPS: p[1], PPS: p[2]}
	case u.Track.Codec == unit.H264 && len(p) >= 2:
		codec = &codecs.H264{SPS: p[0], PPS: p[1]}
	default:
		return nil, errNoParams
	}
	f.first, f.last = u.PTS, -1
	in := fmp4.Init{Tracks: []*fmp4.InitTrack{{ID: 1, TimeScale: scale, Codec: codec}}}
	var buf seekablebuffer.Buffer
	err := in.Marshal(&buf)
	return buf.Bytes(), err
}

// at is when a picture is there.
func (f *feed) at(u *unit.Unit) time.Duration { return u.PTS - f.first }

// fragment is one picture; nil if nothing of it is to be decoded.
func (f *feed) fragment(u *unit.Unit) ([]byte, error) {
	var nals h264.AVCC // NAL units behind their lengths, of both codecs
	for _, n := range u.Data {
		if len(n) > 0 && !delimits(u.Track.Codec, n[0]) {
			nals = append(nals, n)
		}
	}
	if len(nals) == 0 || f.at(u) < 0 {
		return nil, nil
	}
	payload, err := nals.Marshal()
	if err != nil {
		return nil, err
	}
	shown := int64(f.at(u)) * scale / int64(time.Second)
	decoded := max(shown, f.last+1) // a camera that sends pictures in another order than it shows them
	f.last = decoded
	f.seq++
	var buf seekablebuffer.Buffer
	err = (&fmp4.Part{SequenceNumber: f.seq, Tracks: []*fmp4.PartTrack{{ID: 1, BaseTime: uint64(decoded), Samples: []*fmp4.Sample{
		{Duration: usually, PTSOffset: int32(shown - decoded), IsNonSyncSample: !u.Key, Payload: payload}}}}}).Marshal(&buf)
	return buf.Bytes(), err
}

// delimits says whether a NAL unit, by its first octet, is a delimiter, which MP4 has no place for.
func delimits(c unit.Codec, first byte) bool {
	if c == unit.H264 {
		return h264.NALUType(first&0x1f) == h264.NALUTypeAccessUnitDelimiter
	}
	return h265.NALUType(first>>1&0x3f) == h265.NALUType_AUD_NUT
}
