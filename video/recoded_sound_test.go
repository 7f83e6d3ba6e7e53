package video

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/unit"
)

// Sound that browsers play goes with a picture that is transcoded, each packet as it came and 20 ms after the one before.
func TestATranscodedPictureKeepsItsSound(t *testing.T) {
	for _, forma := range []format.Format{&format.Opus{PayloadTyp: 97, ChannelCount: 2}, &format.G711{PayloadTyp: 8, SampleRate: 8000, ChannelCount: 1}} {
		t.Run(forma.Codec(), func(t *testing.T) {
			noLeaks(t)
			h := hubWith(t, Options{Recoding: Recoding{Max: 1, Width: 320}}, Source{ID: "C01", Secret: "s3cret"})
			src := h.sources["C01"]
			picture, pictures := encoded(t, unit.H265, 320, 192, 20)
			sound := laneOf(forma)
			src.stream.begin([]*lane{picture, sound})
			src.recode.acquire(h.ctx)
			defer src.recode.release()
			r := newReader()
			src.recode.stream.join(r)
			defer src.recode.stream.leave(r)
			done := make(chan struct{})
			rolling := make(chan struct{})
			step := uint32(forma.ClockRate() / 50)
			go func() {
				defer close(rolling)
				n := uint32(0)
				roll(done, pictures, func(p *rtp.Packet) {
					src.stream.write(picture, p, nil)
					n++
					src.stream.write(sound, &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: n * step}, Payload: fmt.Append(nil, "sound ", n)}, nil)
				})
			}()
			defer func() { close(done); <-rolling }()
			var heard []*packet
			seen := 0
			for deadline := time.Now().Add(patience); len(heard) < 20 || seen < 5; {
				batch, ok := r.take()
				if !ok || time.Now().After(deadline) {
					t.Fatalf("%d pictures, %d pieces of sound", seen, len(heard))
				}
				for _, p := range batch {
					switch {
					case !p.lane.audio && p.lane.codec == unit.H264 && p.Marker:
						seen++
					case p.lane.audio && p.lane.codec == sound.codec:
						heard = append(heard, p)
					}
				}
			}
			for i, p := range heard[1:] {
				before := heard[i]
				if p.SequenceNumber != before.SequenceNumber+1 || p.Timestamp-before.Timestamp != step || !bytes.HasPrefix(p.Payload, []byte("sound ")) {
					t.Fatalf("%d of %d (%s) after %d of %d", p.SequenceNumber, p.Timestamp, p.Payload, before.SequenceNumber, before.Timestamp)
				}
			}
			if codecs := h.sources["C01"].recode.stream.offered(); len(codecs) != 2 {
				t.Errorf("%d tracks", len(codecs))
			}
		})
	}
	if soundOf([]*lane{laneOf(&format.H265{}), {codec: unit.AAC, audio: true}}) != nil {
		t.Error("AAC is offered to browsers")
	}
}
