package camera

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"

	"groundstation/simulator/camera/h264"
)

const (
	framePeriod = time.Second / 15
	idrPeriod   = time.Second
	rtpClock    = 90000
	payloadType = 96
)

// film is one camera's stream. One goroutine draws; it sleeps while nobody watches.
type film struct {
	id      string
	view    func(string) (View, bool)
	stream  *gortsplib.ServerStream
	media   *description.Media
	packets *rtph264.Encoder
	encoder *h264.Encoder
	picture *picture

	wake chan struct{}

	mu       sync.Mutex
	watchers int
	keys     int // IDR pictures owed to new players
	drawn    uint64
}

func newFilm(server *gortsplib.Server, id string, view func(string) (View, bool)) (*film, error) {
	encoder, err := h264.NewEncoder(Width, Height)
	if err != nil {
		return nil, err
	}
	board, err := newPicture()
	if err != nil {
		return nil, err
	}
	id, board.thermal = strings.CutSuffix(id, ThermalPath)
	sps, pps := encoder.ParameterSets()
	forma := &format.H264{PayloadTyp: payloadType, SPS: sps, PPS: pps, PacketizationMode: 1}
	packets, err := forma.CreateEncoder()
	if err != nil {
		return nil, err
	}
	media := &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{forma}}
	stream := &gortsplib.ServerStream{Server: server, Desc: &description.Session{Title: id, Medias: []*description.Media{media}}}
	if err := stream.Initialize(); err != nil {
		return nil, err
	}
	return &film{id: id, view: view, stream: stream, media: media, packets: packets, encoder: encoder, picture: board, wake: make(chan struct{}, 1)}, nil
}

// watch counts players in or out. A new one is owed two IDR pictures: its session is switched to playing only after
// this returns, so the first may pass it by.
func (f *film) watch(change int) {
	f.mu.Lock()
	f.watchers += change
	if change > 0 {
		f.keys = 2
	}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// next tells whether to draw, and whether a player is owed an IDR picture.
func (f *film) next() (watched, key bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watchers == 0 {
		return false, false
	}
	f.drawn++
	if f.keys > 0 {
		f.keys--
		return true, true
	}
	return true, false
}

// run draws while somebody watches, until ctx ends. Ending closes the stream.
func (f *film) run(ctx context.Context) {
	defer f.stream.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
		f.shoot(ctx)
	}
}

// shoot makes pictures until nobody watches.
func (f *film) shoot(ctx context.Context) {
	tick := time.NewTicker(framePeriod)
	defer tick.Stop()
	var lastKey time.Time
	for {
		watched, key := f.next()
		if !watched {
			return
		}
		if view, ok := f.view(f.id); ok {
			now := time.Now()
			key = key || now.Sub(lastKey) >= idrPeriod-framePeriod/2
			if key {
				lastKey = now
			}
			f.send(f.encoder.Encode(f.picture.draw(f.id, view, now), key), now)
		} else {
			lastKey = time.Time{}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// send packs one access unit. A player that cannot keep up is dropped by the server, not waited for; nothing here can
// act on its error.
func (f *film) send(au [][]byte, drawn time.Time) {
	packets, err := f.packets.Encode(au)
	if err != nil {
		return
	}
	stamp := uint32(drawn.UnixMicro() * rtpClock / 1e6)
	for _, p := range packets {
		p.Timestamp = stamp
		if f.stream.WritePacketRTPWithNTP(f.media, p, drawn) != nil {
			return
		}
	}
}
