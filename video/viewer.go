package video

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// connectWithin is how long a browser may take from its offer to a connection.
const connectWithin = 15 * time.Second

// codec is the one the relay passes on: H.264 constrained baseline as RFC 6184 packetization mode 1.
var codec = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
	SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}

// viewer is one browser that watches one source.
type viewer struct {
	id     string
	source *source
	reader *reader
	pc     *webrtc.PeerConnection
	track  *webrtc.TrackLocalStaticRTP
	begin  sync.Once
	once   sync.Once
	ended  func()
	work   sync.WaitGroup
}

// answer takes the browser's offer and gives the answer with every candidate in it.
func (v *viewer) answer(ctx context.Context, offer string) (string, error) {
	if err := v.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	sender, err := v.pc.AddTrack(v.track)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	answer, err := v.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	gathered := webrtc.GatheringCompletePromise(v.pc)
	if err := v.pc.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	v.work.Go(func() { // RTCP must be read for the interceptors (NACK) to see it
		buf := make([]byte, 1500)
		for {
			if _, _, err := sender.Read(buf); err != nil {
				return
			}
		}
	})
	return v.pc.LocalDescription().SDP, nil
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

// send writes the queue to the browser, renumbered so that what was skipped is not asked for again.
func (v *viewer) send() {
	var seq uint16
	for p := range v.reader.queue {
		seq++
		out := *p
		out.Header.SequenceNumber = seq
		out.Header.Extensions, out.Header.Extension = nil, false
		if err := v.track.WriteRTP(&out); errors.Is(err, webrtc.ErrConnectionClosed) {
			return
		}
	}
}

// end stops the viewer once, from whichever side.
func (v *viewer) end() {
	v.once.Do(func() {
		v.source.stream.leave(v.reader)
		_ = v.pc.Close()
		v.source.release()
		v.ended()
	})
}
