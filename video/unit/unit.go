package unit

import "time"

// Codec is how a track is encoded.
type Codec string

// The codecs that are carried.
const (
	H264 Codec = "h264" // ITU-T H.264
	H265 Codec = "h265" // ITU-T H.265
	Opus Codec = "opus" // RFC 6716
	AAC  Codec = "aac"  // ISO/IEC 14496-3, without ADTS
	PCMA Codec = "pcma" // ITU-T G.711, A-law
	PCMU Codec = "pcmu" // ITU-T G.711, µ-law
)

// Track describes one elementary stream of a source. It is not changed once it was given away; a stream whose
// parameters change is told by another Track with a higher Generation.
type Track struct {
	Codec      Codec
	ClockRate  int      // of RTP, Hz
	Channels   int      // of audio, else 0
	Params     [][]byte // H.264: SPS, PPS; H.265: VPS, SPS, PPS; AAC: AudioSpecificConfig; Opus: none
	Width      int      // of the picture in pixels, 0 for audio
	Height     int
	Generation int // counts changes of codec, parameters or source since the station started
}

// Unit is one access unit: all NAL units of one picture without start codes, or one frame of audio. It is shared by
// every reader and must not be changed.
type Unit struct {
	Track    *Track
	Data     [][]byte
	Key      bool          // a reader may begin here
	PTS      time.Duration // presentation time by the RTP clock, from the first unit of this Generation on
	Captured time.Time     // by the camera's clock (RTCP sender report), zero until one was heard
	Arrived  time.Time     // by ours, when its last packet came
	Lost     bool          // packets are missing between the unit before and this one, or in it
}
