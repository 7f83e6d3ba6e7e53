package video

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"groundstation/video/unit"
)

const (
	// connectWithin is how long a browser may take from its offer to a connection.
	connectWithin = 15 * time.Second
	// replayEvery bounds how often a browser gets the last key picture again.
	replayEvery = 500 * time.Millisecond
	// reportEvery is how often a browser is told what time its pictures are of.
	reportEvery = time.Second
	// replayStep is what lies between two pictures that are sent again, in units of 1/90000 s: they are not to be looked
	// at one by one.
	replayStep = 90
)

// viewer is one browser that watches one source.
type viewer struct {
	id     string
	hub    *Hub
	source *source
	reader *reader
	pc     *webrtc.PeerConnection
	tracks []*outlet // the picture's and, if the browser wants it, the sound's
	begin  sync.Once
	once   sync.Once
	ended  func()
	work   sync.WaitGroup

	mu         sync.Mutex
	from       *source // the source, or its lower one
	wish       Layer
	over       bool
	lines      map[*outlet]*lineup
	congestion congestion
	replayed   time.Time
	reported   time.Time
	clock      Clock
	thinned    *atomic.Uint64 // packets that are left out as the way is narrow, of all viewers
}

// answer takes the browser's offer and gives the answer with every candidate in it.
func (v *viewer) answer(ctx context.Context, offer string) (string, error) {
	var senders []*webrtc.RTPSender
	add := func() error {
		kinds := []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo}
		if wantsSound(offer) {
			kinds = append(kinds, webrtc.RTPCodecTypeAudio)
		}
		for _, kind := range kinds {
			o := &outlet{kind: kind, stream: v.source.id}
			sender, err := v.pc.AddTrack(o)
			if err != nil {
				return err
			}
			v.tracks, senders = append(v.tracks, o), append(senders, sender)
			v.lines[o] = &lineup{}
		}
		return nil
	}
	answer, err := answerTo(ctx, v.pc, offer, add, func(sdp string) error {
		err := v.source.playable(ctx, sdp)
		if errors.Is(err, ErrUnplayable) && speaks(sdp, unit.H264) {
			return v.recode()
		}
		return err
	})
	if err != nil {
		return "", err
	}
	for i, s := range senders {
		v.work.Go(func() { v.listen(s, v.tracks[i]) })
	}
	return answer, nil
}

func wantsSound(offer string) bool { return strings.Contains(offer, "\nm=audio ") }

// codecWait is how long a camera that was never seen may take to say what it sends. A browser is answered then as if it
// were H.264.
const codecWait = 3 * time.Second

// playable says why a browser that agreed on answer does not play what the source sends, or nil.
func (s *source) playable(ctx context.Context, answer string) error {
	timer := time.NewTimer(codecWait)
	defer timer.Stop()
	select {
	case <-s.stream.known:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	picture, _ := s.stream.codecs()
	if picture == "" {
		picture = unit.H264
	}
	if !speaks(answer, picture) {
		return ErrUnplayable
	}
	return nil
}

// speaks says whether a browser agreed on a codec.
func speaks(answer string, c unit.Codec) bool {
	_, name, _ := strings.Cut(mimes[c], "/")
	return strings.Contains(strings.ToUpper(answer), " "+strings.ToUpper(name)+"/")
}

// watch ends the viewer when its connection fails, closes, or does not come.
func (v *viewer) watch() {
	slow := time.AfterFunc(connectWithin, v.end)
	v.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			slow.Stop()
			v.begin.Do(func() { v.work.Go(v.send) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			slow.Stop()
			go v.end() // end closes the connection, which must not wait for its own callback
		}
	})
}

// send writes the queue to the browser until the viewer ends, or the camera sends what the browser does not play.
func (v *viewer) send() {
	for {
		batch, ok := v.reader.take()
		if !ok {
			return
		}
		now := time.Now()
		for _, p := range batch {
			if !v.pass(p, now) {
				go v.end() // which waits for this
				return
			}
		}
	}
}

// pass sends one packet; false: the browser cannot play the camera's codec, or is gone.
func (v *viewer) pass(p *packet, now time.Time) bool {
	track := v.tracks[0]
	if p.lane.audio {
		if len(v.tracks) < 2 {
			return true
		}
		track = v.tracks[1]
	}
	w, h, ok := track.bound(p.lane.codec, p.arrived)
	if !ok {
		return p.lane.audio
	}
	v.mu.Lock()
	if v.congestion.level == levelKeys && !p.key {
		v.mu.Unlock()
		v.thinned.Add(1)
		return true
	}
	line := v.lines[track]
	h.Marker, h.Timestamp = p.Marker, line.timed(p)
	if !p.lane.audio && h.Timestamp == line.newest && (h.Timestamp != v.clock.RTP || v.clock.At.IsZero()) {
		v.clock.hear(p, h.Timestamp)
	}
	h = line.next(h, p.Payload, now)
	clock, report := v.clock, p.Marker && v.clock.Captured && p.arrived.Sub(v.reported) >= reportEvery && !p.lane.audio
	if report {
		v.reported = p.arrived
	}
	v.mu.Unlock()
	if _, err := w.WriteRTP(&h, p.Payload); err != nil && v.pc.ConnectionState() == webrtc.PeerConnectionStateClosed {
		return false
	}
	if report {
		_ = v.pc.WriteRTCP([]rtcp.Packet{&rtcp.SenderReport{SSRC: h.SSRC, NTPTime: ntp(clock.At), RTPTime: clock.RTP,
			PacketCount: uint32(h.SequenceNumber)}})
	}
	return true
}

// listen answers what the browser says of a track: packets that it lacks, a picture that it cannot decode.
func (v *viewer) listen(sender *webrtc.RTPSender, track *outlet) {
	for {
		packets, _, err := sender.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.TransportLayerNack:
				v.resend(track, p)
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				if track.kind == webrtc.RTPCodecTypeVideo {
					v.refresh()
				}
			case *rtcp.ReceiverEstimatedMaximumBitrate:
				v.estimated(float64(p.Bitrate))
			case *rtcp.ReceiverReport:
				for _, r := range p.Reports {
					if track.kind == webrtc.RTPCodecTypeVideo && r.FractionLost >= lossy {
						v.estimated(0)
					}
				}
			}
		}
	}
}

// resend sends again what the browser lacks and is still kept.
func (v *viewer) resend(track *outlet, nack *rtcp.TransportLayerNack) {
	w, ok := track.way()
	if !ok {
		return
	}
	for _, pair := range nack.Nacks {
		pair.Range(func(seq uint16) bool {
			v.mu.Lock()
			s, have := v.lines[track].again(seq)
			v.mu.Unlock()
			if have {
				_, _ = w.WriteRTP(&s.header, s.payload)
			}
			return true
		})
	}
}

// refresh gives the browser the last key picture and what follows it again.
func (v *viewer) refresh() {
	v.mu.Lock()
	now := time.Now()
	due := now.Sub(v.replayed) >= replayEvery
	if due {
		v.replayed = now
	}
	from := v.from
	v.mu.Unlock()
	if !due || !from.stream.replay(v.reader) {
		return
	}
	v.mu.Lock()
	line := v.lines[v.tracks[0]]
	line.replay, line.shown = true, line.newest+replayStep
	v.mu.Unlock()
}

// end stops the viewer once, from whichever side.
func (v *viewer) end() {
	v.once.Do(func() {
		v.mu.Lock()
		v.over = true
		from := v.from
		v.mu.Unlock()
		from.stream.leave(v.reader)
		_ = v.pc.Close()
		from.release()
		v.ended()
	})
}
