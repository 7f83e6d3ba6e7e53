package video

import (
	"strings"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"groundstation/video/unit"
)

// mimes are the codecs that WebRTC carries, by the names of its session descriptions.
var mimes = map[unit.Codec]string{unit.H264: webrtc.MimeTypeH264, unit.H265: webrtc.MimeTypeH265, unit.Opus: webrtc.MimeTypeOpus,
	unit.PCMU: webrtc.MimeTypePCMU, unit.PCMA: webrtc.MimeTypePCMA}

// offered are the codecs the relay passes on, never more than a browser offers too. H.264 is asked for as constrained
// baseline in packetization mode 1, which every browser has; what the camera sends may be more, which browsers decode.
func offered() (all []webrtc.RTPCodecParameters) {
	picture := []webrtc.RTCPFeedback{{Type: "goog-remb"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	for _, c := range []struct {
		codec    unit.Codec
		pt       webrtc.PayloadType
		clock    uint32
		channels uint16
		fmtp     string
	}{
		{unit.H264, 102, 90000, 0, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
		{unit.H265, 116, 90000, 0, "level-id=180;profile-id=1;tier-flag=0;tx-mode=SRST"},
		{unit.Opus, 111, 48000, 2, "minptime=10;useinbandfec=1"},
		{unit.PCMU, 0, 8000, 0, ""},
		{unit.PCMA, 8, 8000, 0, ""},
	} {
		p := webrtc.RTPCodecParameters{PayloadType: c.pt, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: mimes[c.codec], ClockRate: c.clock, Channels: c.channels, SDPFmtpLine: c.fmtp}}
		if strings.HasPrefix(p.MimeType, "video/") {
			p.RTCPFeedback = picture
		}
		all = append(all, p)
	}
	return all
}

// outlet is a track towards a browser. It sends whatever codec was agreed on, and may go over from one to another: each
// packet's payload type says which.
type outlet struct {
	kind   webrtc.RTPCodecType
	stream string

	mu     sync.Mutex
	writer webrtc.TrackLocalWriter
	ssrc   uint32
	types  map[string]uint8 // payload types by MIME type
	when   uint8            // id of the header extension that tells when a packet was sent, 0 for none
}

// Bind implements webrtc.TrackLocal.
func (o *outlet) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.types = map[string]uint8{}
	for _, p := range c.CodecParameters() {
		name := strings.ToLower(p.MimeType)
		if _, have := o.types[name]; !have {
			o.types[name] = uint8(p.PayloadType)
		}
	}
	if len(o.types) == 0 {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	for _, e := range c.HeaderExtensions() {
		if e.URI == sdp.ABSSendTimeURI {
			o.when = uint8(e.ID)
		}
	}
	o.writer, o.ssrc = c.WriteStream(), uint32(c.SSRC())
	return c.CodecParameters()[0], nil
}

// Unbind implements webrtc.TrackLocal.
func (o *outlet) Unbind(webrtc.TrackLocalContext) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writer = nil
	return nil
}

// ID implements webrtc.TrackLocal.
func (o *outlet) ID() string { return o.kind.String() }

// RID implements webrtc.TrackLocal.
func (o *outlet) RID() string { return "" }

// StreamID implements webrtc.TrackLocal.
func (o *outlet) StreamID() string { return o.stream }

// Kind implements webrtc.TrackLocal.
func (o *outlet) Kind() webrtc.RTPCodecType { return o.kind }

// bound gives the way out for a codec and the header of a packet for it; not ok: the browser does not take it, or is not
// connected.
func (o *outlet) bound(codec unit.Codec, now time.Time) (w webrtc.TrackLocalWriter, h rtp.Header, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	pt, ok := o.types[strings.ToLower(mimes[codec])]
	h = rtp.Header{Version: 2, PayloadType: pt, SSRC: o.ssrc}
	if o.when > 0 {
		if b, err := rtp.NewAbsSendTimeExtension(now).Marshal(); err == nil {
			_ = h.SetExtension(o.when, b)
		}
	}
	return o.writer, h, ok && o.writer != nil
}

// way is the way out.
func (o *outlet) way() (w webrtc.TrackLocalWriter, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.writer, o.writer != nil
}

// sent is a packet as a browser had it, kept for when it asks again.
type sent struct {
	header  rtp.Header
	payload []byte
	at      time.Time
}

const (
	// memory is how many packets may be asked for again: a second of 4 Mbit/s.
	memory = 512
	// remembered is for how long: of a slower picture so many packets would be more than anybody waits for.
	remembered = time.Second
)

// lineup numbers and times what one browser gets of one track, so that what was skipped is not asked for again and time
// goes on when the packets come from another stream.
type lineup struct {
	seq    uint16
	oldest uint16 // that is kept
	kept   [memory]sent
	moved  bool   // the next packet is of another stream
	shift  uint32 // from the stream's RTP time to the browser's
	newest uint32 // RTP time of what was sent last
	at     time.Time
	replay bool   // pictures up to newest come again
	shown  uint32 // and what RTP time the next of them has
}

// next numbers a packet and keeps it, and forgets those that nobody asks for any more.
func (l *lineup) next(h rtp.Header, payload []byte, now time.Time) rtp.Header {
	l.seq++
	h.SequenceNumber = l.seq
	l.kept[l.seq%memory] = sent{h, payload, now}
	if l.seq-l.oldest >= memory {
		l.oldest = l.seq - memory + 1
	}
	for now.Sub(l.kept[l.oldest%memory].at) > remembered {
		l.kept[l.oldest%memory] = sent{}
		l.oldest++
	}
	return h
}

// timed is the RTP time that the browser sees. Pictures that are sent again are put close behind what it has, as time
// does not run backwards.
func (l *lineup) timed(p *packet) uint32 {
	t := p.Timestamp + l.shift
	if l.moved {
		l.moved = false
		t = l.newest + uint32(p.arrived.Sub(l.at).Seconds()*float64(p.lane.forma.ClockRate())) + 1
		l.shift = t - p.Timestamp
	}
	if l.replay && int32(t-l.newest) <= 0 {
		t = l.shown
		if p.Marker {
			l.shown += replayStep
		}
		return t
	}
	l.replay, l.newest, l.at = false, t, p.arrived
	return t
}

// again gives a packet that was sent.
func (l *lineup) again(seq uint16) (sent, bool) {
	s := l.kept[seq%memory]
	return s, s.payload != nil && s.header.SequenceNumber == seq
}
