package video

import (
	"context"
	"errors"
	"os/exec"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"

	"groundstation/video/recode"
	"groundstation/video/unit"
)

// Recoding says how H.265 is made into H.264 for browsers that play nothing else, and any picture stamped; the zero value: not
// at all.
type Recoding struct {
	Max   int // how many sources at a time
	Width int // of the picture at most, pixels
}

// recodedWarm is how long a source goes on being transcoded after its last viewer left, as that is dear.
const recodedWarm = 2 * time.Second

// newRecoded is the picture of a source in H.264, stamped if stamp is not nil. It is made while somebody watches it, from
// what may be shown of the other, and goes through the same gate again.
func newRecoded(h *Hub, of *source, stamp *recode.Stamp) *source {
	s := &source{spec: Source{ID: of.id}, id: of.id, stream: newStream(of.stream.gated), log: of.log, warm: recodedWarm, of: of}
	s.pullOnce = func(ctx context.Context) error {
		in, err := h.View(of.id)
		if err != nil {
			return err
		}
		defer in.Close()
		select {
		case <-of.stream.known:
		case <-ctx.Done():
			return ctx.Err()
		}
		forma := &format.H264{PayloadTyp: 96, PacketizationMode: 1}
		packets, err := forma.CreateEncoder()
		if err != nil {
			return err
		}
		l := laneOf(forma)
		beside := &passed{Tap: in, to: s.stream, sound: soundOf(of.stream.offered())}
		lanes := []*lane{l}
		if beside.sound != nil {
			lanes = append(lanes, beside.sound)
		}
		s.stream.begin(lanes)
		return recode.Run(ctx, beside, h.opts.Recoding.Width, stamp, func(p recode.Picture) {
			all, err := packets.Encode(p.NALs)
			if err != nil {
				s.malformed.Add(1)
				return
			}
			for _, one := range all {
				one.Timestamp = uint32(int64(p.PTS) * 9 / 1e5)
				s.stream.write(l, one, func(*rtp.Packet) (time.Time, bool) { return p.Captured, !p.Captured.IsZero() })
			}
		})
	}
	return s
}

// passed reads what is transcoded and hands its sound on as it is, ahead of the picture by what transcoding takes.
type passed struct {
	*Tap
	to    *stream
	sound *lane // nil: none, or one that browsers do not play
	seq   uint16
}

// soundOf is the sound among lanes that browsers play, as a lane of another stream.
func soundOf(lanes []*lane) *lane {
	for _, l := range lanes {
		if l.audio && mimes[l.codec] != "" {
			other := *l
			return &other
		}
	}
	return nil
}

// Next implements recode.Reader.
func (p *passed) Next(ctx context.Context) (*unit.Unit, error) {
	u, err := p.Tap.Next(ctx)
	if err == nil && p.sound != nil && u.Track.Codec == p.sound.codec {
		p.seq++
		rate := int64(p.sound.forma.ClockRate())
		stamp := int64(u.PTS/time.Second)*rate + (int64(u.PTS%time.Second)*rate+int64(time.Second)/2)/int64(time.Second)
		p.to.write(p.sound, &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: p.seq, Timestamp: uint32(stamp)}, Payload: u.Data[0]}, nil)
	}
	return u, err
}

// transcode acquires a source that ffmpeg makes, if it may be made now.
func (h *Hub) transcode(to *source) error {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return recode.ErrNoFFmpeg
	}
	h.recoding.Lock()
	defer h.recoding.Unlock()
	busy := 0
	for _, s := range h.sources {
		for _, other := range h.besides(s) {
			if other.of != nil && other != to && other.live() {
				busy++
			}
		}
	}
	if busy >= h.opts.Recoding.Max {
		return ErrRecoders
	}
	to.acquire(h.ctx)
	return nil
}

// recode lets a viewer watch the source as H.264, if it may be made now.
func (v *viewer) recode() error {
	to := v.source.recode
	if to == nil {
		return ErrUnplayable
	}
	if err := v.hub.transcode(to); errors.Is(err, recode.ErrNoFFmpeg) {
		return ErrUnplayable
	} else if err != nil {
		return err
	}
	v.mu.Lock()
	was, over := v.from, v.over
	if !over {
		v.source, v.from = to, to
	}
	v.mu.Unlock()
	if over {
		to.release()
		return ErrClosed
	}
	was.release()
	return nil
}

// Recoded says whether a viewer gets H.264 that is made from H.265.
func (h *Hub) Recoded(viewer string) bool {
	v := h.viewer(viewer)
	if v == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.from.of != nil && v.from == v.from.of.recode
}
