package video

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
)

// Refusal is an error of Play with a stable code.
type Refusal struct{ code, text string }

// Error is the refusal in words.
func (r *Refusal) Error() string { return r.text }

// Code is the refusal for programs.
func (r *Refusal) Code() string { return r.code }

// The refusals of Play.
var (
	ErrUnknownSource = &Refusal{"unknown-camera", "no such video source"}
	ErrGated         = &Refusal{"video-gated", "video is not to be shown here now"}
	ErrTooMany       = &Refusal{"too-many", "too many viewers"}
	ErrUnplayable    = &Refusal{"codec-unplayable", "this browser does not play the camera's codec"}
	ErrOffer         = &Refusal{"bad-offer", "the offer cannot be answered"}
	ErrClosed        = &Refusal{"closing", "the video relay is closed"}
)

// maxViewers bounds all viewers together.
const maxViewers = 256

// Source is one camera.
type Source struct{ ID, URL string }

// Options are what a Hub may be told; the zero value serves.
type Options struct {
	// UDP is the one port of all WebRTC media; empty is a free port of 127.0.0.1.
	UDP string
	// Gate says what may be done with a source's picture now; nil allows all. It is asked whenever somebody comes, and ten
	// times a second while a source is pulled; one that does not answer for a second is shut. It must not wait.
	Gate func(id string) Verdict
	Log  *slog.Logger
}

// Hub relays every source to its viewers.
type Hub struct {
	opts    Options
	api     *webrtc.API
	socket  net.PacketConn
	ctx     context.Context // of the pulls: ends with Run
	cancel  context.CancelFunc
	sources map[string]*source

	mu      sync.Mutex
	viewers map[string]*viewer
	taps    map[*Tap]struct{}
	closed  bool
}

// NewHub opens the media port.
func NewHub(sources []Source, opts Options) (*Hub, error) {
	if opts.UDP == "" {
		opts.UDP = "127.0.0.1:0"
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	socket, err := net.ListenPacket("udp4", opts.UDP)
	if err != nil {
		return nil, err
	}
	media := &webrtc.MediaEngine{}
	for _, c := range offered() {
		kind := webrtc.RTPCodecTypeVideo
		if c.RTCPFeedback == nil {
			kind = webrtc.RTPCodecTypeAudio
		}
		if err := media.RegisterCodec(c, kind); err != nil {
			_ = socket.Close()
			return nil, fmt.Errorf("register %s: %w", c.MimeType, err)
		}
	}
	var settings webrtc.SettingEngine
	settings.SetLite(true)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, socket))
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	ctx, cancel := context.WithCancel(context.Background())
	h := &Hub{opts: opts, socket: socket, ctx: ctx, cancel: cancel, sources: map[string]*source{}, viewers: map[string]*viewer{}, taps: map[*Tap]struct{}{},
		api: webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(settings))}
	for _, s := range sources {
		h.sources[s.ID] = newSource(s, opts.Gate != nil, opts.Log)
	}
	return h, nil
}

// Run waits for ctx, then ends every viewer and every pull and closes the media port.
func (h *Hub) Run(ctx context.Context) error {
	h.judge(ctx)
	h.mu.Lock()
	h.closed = true
	taps := slices.Collect(maps.Keys(h.taps))
	all := make([]*viewer, 0, len(h.viewers))
	for _, v := range h.viewers {
		all = append(all, v)
	}
	h.mu.Unlock()
	for _, t := range taps {
		t.Close()
	}
	for _, v := range all {
		v.end()
		v.work.Wait()
	}
	h.cancel()
	for _, s := range h.sources {
		s.close()
	}
	return h.socket.Close()
}

// Play answers a browser's SDP offer (WHEP) with a viewer of the source; the viewer ends by Stop, or when the
// browser's connection does.
func (h *Hub) Play(ctx context.Context, id, offer string) (answer, viewerID string, err error) {
	src := h.sources[id]
	if src == nil {
		return "", "", ErrUnknownSource
	}
	if v := h.ask(src); !v.Show {
		return "", "", &Gated{v}
	}
	if src.address() == "" {
		return "", "", ErrUnknownSource // it has told of no picture, or of none that may be dialled
	}
	pc, err := h.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", "", fmt.Errorf("make a peer connection: %w", err)
	}
	v := &viewer{id: rand.Text(), source: src, pc: pc, reader: newReader(), lines: map[*outlet]*lineup{}}
	v.reader.bare = true
	v.ended = func() { h.forget(v) }
	if err := h.admit(v); err != nil {
		return "", "", errors.Join(err, pc.Close())
	}
	src.acquire(h.ctx)
	v.watch()
	answer, err = v.answer(ctx, offer)
	if err != nil {
		v.end()
		return "", "", err
	}
	src.stream.join(v.reader)
	return answer, v.id, nil
}

// Point gives a source another address, empty for none; of an unknown source it is nothing.
func (h *Hub) Point(id, address string) {
	if src := h.sources[id]; src != nil {
		src.point(address)
	}
}

func (h *Hub) admit(v *viewer) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return ErrClosed
	case len(h.viewers) >= maxViewers:
		return ErrTooMany
	}
	h.viewers[v.id] = v
	return nil
}

func (h *Hub) forget(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.viewers, v.id)
}

// Stop ends a viewer; an unknown one is no error.
func (h *Hub) Stop(viewerID string) {
	h.mu.Lock()
	v := h.viewers[viewerID]
	h.mu.Unlock()
	if v != nil {
		v.end()
	}
}

// Stats are the figures of the relay.
type Stats struct {
	Viewers int
	Dropped uint64 // packets not handed to a viewer that was behind or waited for a key picture
}

// Stats counts over all sources.
func (h *Hub) Stats() Stats {
	var all Stats
	for _, s := range h.sources {
		n, dropped := s.stream.count()
		all.Viewers += n
		all.Dropped += dropped
	}
	return all
}
