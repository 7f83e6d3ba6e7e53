package video

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"groundstation/video/unit"
)

// The refusals of Play.
var (
	ErrUnknownSource = unit.Refuse("unknown-camera", "no such video source")
	ErrGated         = unit.Refuse("video-gated", "video is not to be shown here now")
	ErrTooMany       = unit.Refuse("too-many", "too many viewers")
	ErrUnplayable    = unit.Refuse("codec-unplayable", "this browser does not play the camera's codec")
	ErrRecoders      = unit.Refuse("transcoders-busy", "the picture would have to be transcoded, and as many are as may be")
	ErrOffer         = unit.Refuse("bad-offer", "the offer cannot be answered")
	ErrNoSecret      = unit.Refuse("denied", "no such source, or not its secret")
	ErrPublished     = unit.Refuse("source-taken", "somebody else publishes this source")
	ErrNoRTSP        = unit.Refuse("unavailable", "this station does not hand on by RTSP")
	ErrClosed        = unit.ErrClosed
)

// maxViewers bounds all viewers together.
const maxViewers = 256

// How a Source's packets may come.
const (
	TransportTCP       = "tcp" // within the RTSP connection; the default
	TransportUDP       = "udp"
	TransportMulticast = "multicast"
	TransportAuto      = "auto" // UDP, then TCP
)

// Source is one camera.
type Source struct {
	ID  string
	URL string // rtsp or rtsps; empty: nothing to pull now
	// Transport is one of those above.
	Transport string
	// Always says that the camera is pulled though nobody watches.
	Always bool
	// CA are the authorities that an rtsps camera's certificate may come from, nil for those of the system; Fingerprint is
	// the hexadecimal SHA-256 of the one certificate that it has.
	CA          *x509.CertPool
	Fingerprint string
	// Secret is what publishes this source by RTSP or WHIP; empty: nobody does.
	Secret string
	// Low is where the camera offers its picture at a lower rate, for browsers that cannot take all of it; empty: nowhere.
	Low string
}

// Options are what a Hub may be told; the zero value serves.
type Options struct {
	// UDP is the one port of all WebRTC media; empty is a free port of 127.0.0.1.
	UDP string
	// Gate says what may be done with a source's picture now; nil allows all. It is asked whenever somebody comes, and ten
	// times a second while a source is pulled; one that does not answer for a second is shut. It must not wait.
	Gate func(id string) Verdict
	// RTSP is where sources are handed on and taken by RTSP, host:port by number; empty: not at all.
	RTSP string
	// Access says whether a token, given as a password or as ?token=, may read a source by RTSP, beside those of Grant.
	Access   func(token, source string) bool
	ICE      ICE
	Recoding Recoding
	Log      *slog.Logger
}

// Hub relays every source to its viewers.
type Hub struct {
	opts    Options
	api     *webrtc.API // of those who watch
	intake  *webrtc.API // of those who publish
	socket  net.PacketConn
	ctx     context.Context // of the pulls: ends with Run
	cancel  context.CancelFunc
	sources map[string]*source

	mu         sync.Mutex
	viewers    map[string]*viewer
	publishers map[string]*publisher
	taps       map[*Tap]struct{}
	stamped    map[string]*stamped
	guests     int // who reads by RTSP
	server     *server
	thinned    atomic.Uint64
	grants     grants
	closed     bool

	recoding sync.Mutex // held while a source is chosen to be transcoded
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
	settings, err := opts.ICE.settings(socket)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the public address: %w", err), socket.Close())
	}
	api, err := newAPI(offered(), settings, false)
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	intake, err := newAPI(taken(), settings, true)
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &Hub{opts: opts, socket: socket, ctx: ctx, cancel: cancel, sources: map[string]*source{}, viewers: map[string]*viewer{},
		publishers: map[string]*publisher{}, taps: map[*Tap]struct{}{}, stamped: map[string]*stamped{}, api: api, intake: intake}
	for _, s := range sources {
		h.sources[s.ID] = newSource(s, opts.Gate != nil, opts.Log)
		if opts.Recoding.Max > 0 {
			h.sources[s.ID].recode = newRecoded(h, h.sources[s.ID], nil)
		}
	}
	if opts.RTSP != "" {
		if h.server, err = openServer(h, opts.RTSP); err != nil {
			cancel()
			return nil, errors.Join(fmt.Errorf("listen for RTSP at %s: %w", opts.RTSP, err), socket.Close())
		}
	}
	return h, nil
}

// Run waits for ctx, then ends every viewer and every pull and closes the media port.
func (h *Hub) Run(ctx context.Context) error {
	for _, s := range h.sources {
		if s.spec.Always {
			s.acquire(h.ctx)
		}
	}
	h.judge(ctx)
	h.mu.Lock()
	h.closed = true
	publishers := slices.Collect(maps.Values(h.publishers))
	taps := slices.Collect(maps.Keys(h.taps))
	all := make([]*viewer, 0, len(h.viewers))
	for _, v := range h.viewers {
		all = append(all, v)
	}
	h.mu.Unlock()
	for _, p := range publishers {
		p.end()
		p.work.Wait()
	}
	for _, t := range taps {
		t.Close()
	}
	for _, v := range all {
		v.end()
		v.work.Wait()
	}
	h.cancel()
	if h.server != nil {
		h.server.close()
	}
	for _, s := range h.sources {
		for _, other := range h.besides(s) {
			other.close()
		}
		s.close()
	}
	return h.socket.Close()
}

// Play answers a browser's SDP offer (WHEP) with a viewer of the source; the viewer ends by Stop, or when the
// browser's connection does.
func (h *Hub) Play(ctx context.Context, id, offer string) (answer, viewerID string, err error) {
	if err := h.Shown(id); err != nil {
		return "", "", err
	}
	src := h.source(id)
	pc, err := h.api.NewPeerConnection(webrtc.Configuration{ICEServers: h.opts.ICE.servers(time.Now())})
	if err != nil {
		return "", "", fmt.Errorf("make a peer connection: %w", err)
	}
	v := &viewer{id: rand.Text(), hub: h, source: src, from: src, wish: LayerAuto, thinned: &h.thinned, pc: pc, reader: newReader(), lines: map[*outlet]*lineup{}}
	v.reader.bare = true
	v.ended = func() { h.forget(v) }
	if err := h.admit(v); err != nil {
		return "", "", errors.Join(err, pc.Close())
	}
	if err := h.acquire(src); err != nil {
		h.forget(v)
		return "", "", errors.Join(err, pc.Close())
	}
	v.watch()
	answer, err = v.answer(ctx, offer)
	if err != nil {
		v.end()
		return "", "", err
	}
	v.source.stream.join(v.reader)
	return answer, v.id, nil
}

// acquire acquires a source, one that ffmpeg makes if it may be made now.
func (h *Hub) acquire(s *source) error {
	if s.of != nil {
		return h.transcode(s)
	}
	s.acquire(h.ctx)
	return nil
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
	case len(h.viewers)+h.guests >= maxViewers:
		return ErrTooMany
	}
	h.viewers[v.id] = v
	return nil
}

// enter admits one who reads by RTSP; exit must follow.
func (h *Hub) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return ErrClosed
	case len(h.viewers)+h.guests >= maxViewers:
		return ErrTooMany
	}
	h.guests++
	return nil
}

func (h *Hub) exit() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.guests--
}

func (h *Hub) forget(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.viewers, v.id)
}

// Stop ends a viewer or a publisher; an unknown one is no error.
func (h *Hub) Stop(id string) {
	h.mu.Lock()
	v, p := h.viewers[id], h.publishers[id]
	h.mu.Unlock()
	if v != nil {
		v.end()
	}
	if p != nil {
		p.end()
	}
}
