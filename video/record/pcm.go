package record

import (
	"encoding/binary"
	"slices"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/g711"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mp4/codecs"

	"groundstation/video/flac"
	"groundstation/video/unit"
)

// Browsers play no G.711 in a file, and MP4 has no place for it. It is told as the samples that it stands for, of 16 bits,
// and these as FLAC, so that nothing is lost and everybody plays it.

// lossless is the name of FLAC as a codec of MP4.
const lossless = "flac"

// asFrame gives the sound of a unit of G.711 as a frame of FLAC whose first sample is the stream's sample at.
func asFrame(u *unit.Unit, at int64) []byte {
	var raw []byte // of two octets each, the higher first
	for _, d := range u.Data {
		if u.Track.Codec == unit.PCMA {
			var law g711.Alaw
			law.Unmarshal(d)
			raw = append(raw, law...)
		} else {
			var law g711.Mulaw
			law.Unmarshal(d)
			raw = append(raw, law...)
		}
	}
	samples := make([]int16, len(raw)/2)
	for i := range samples {
		samples[i] = int16(binary.BigEndian.Uint16(raw[2*i:]))
	}
	return flac.Format{Rate: u.Track.ClockRate, Channels: u.Track.Channels}.Frame(uint64(max(0, at)), samples)
}

// pcm is how sound that stands in a file as FLAC is described to our writer of files, which knows no FLAC.
func pcm(f flac.Format) *codecs.LPCM {
	return &codecs.LPCM{BitDepth: flac.Bits, SampleRate: f.Rate, ChannelCount: f.Channels}
}

// The ways to boxes within a head (ISO/IEC 14496-12).
var (
	pcmEntry  = []string{"moov", "trak", "mdia", "minf", "stbl", "stsd", "ipcm"}
	flacEntry = []string{"moov", "trak", "mdia", "minf", "stbl", "stsd", "fLaC"}
	offsets   = []string{"moov", "trak", "mdia", "minf", "stbl", "stco"}
)

const (
	// entryHead is the length of an AudioSampleEntry without the boxes in it (ISO/IEC 14496-12 section 12.2.3).
	entryHead = 36
	// stcoHead is that of a ChunkOffsetBox without the offsets (section 8.7.5).
	stcoHead = 16
)

// asFLAC says of sound that is described as PCM in a head that it is FLAC (Encapsulation of FLAC in ISO Base Media File
// Format, version 0.0.4).
func asFLAC(head []byte) []byte {
	return within(head, pcmEntry, entryHead, func(entry []byte) []byte {
		f := flac.Format{Rate: int(binary.BigEndian.Uint16(entry[32:])), Channels: int(binary.BigEndian.Uint16(entry[24:]))}
		info := slices.Concat([]byte{0, 0, 0, 0, 0x80, 0, 0, flac.InfoLen}, f.Info()) // the only and last block of metadata
		return boxOf("fLaC", slices.Concat(entry[8:entryHead], boxOf("dfLa", info)))
	})
}

// asPCM is the way back, for our reader of files.
func asPCM(head []byte) []byte {
	return within(head, flacEntry, entryHead, func(entry []byte) []byte {
		return boxOf("ipcm", slices.Concat(entry[8:entryHead], boxOf("pcmC", []byte{0, 0, 0, 0, 0, flac.Bits})))
	})
}

// moved says in the head of an MP4 that all that follows it stands by octets later.
func moved(head []byte, by int) []byte {
	return within(head, offsets, stcoHead, func(stco []byte) []byte {
		out := slices.Clone(stco)
		for at := stcoHead; at+4 <= len(out); at += 4 {
			binary.BigEndian.PutUint32(out[at:], binary.BigEndian.Uint32(out[at:])+uint32(by))
		}
		return out
	})
}
