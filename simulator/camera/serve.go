package camera

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/liberrors"
)

// Serve runs the cameras of ids at addr (host:port) until ctx ends. view gives what a camera sees now, a thermal one by
// its vehicle's id; false means that it gives no picture, so its players wait. view is called from several goroutines. An address that cannot be
// listened at, or two ids with one tag, are errors; the end of ctx is none.
func Serve(ctx context.Context, addr string, ids []string, view func(id string) (View, bool), log *slog.Logger) error {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("serve cameras at %s: %w", addr, err)
	}
	return ServeOn(ctx, ln, ids, view, log)
}

// ServeOn is Serve on a listener, which it closes.
func ServeOn(ctx context.Context, ln net.Listener, ids []string, view func(id string) (View, bool), log *slog.Logger) error {
	return serve(ctx, ln, ids, view, newLibrary(), log)
}

func serve(ctx context.Context, ln net.Listener, ids []string, view func(id string) (View, bool), lib *library, log *slog.Logger) error {
	defer ln.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := newHandler(ctx, ids, view, lib)
	if err != nil {
		return err
	}
	h.server = &gortsplib.Server{
		Handler:     h,
		RTSPAddress: ln.Addr().String(),
		Listen:      func(string, string) (net.Listener, error) { return ln, nil },

		DisableRTCPSenderReports: true, // each film makes its own
	}
	if err := h.start(); err != nil {
		return fmt.Errorf("serve cameras at %s: %w", ln.Addr(), err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		<-ctx.Done()
		h.server.Close()
	})
	log.Info("cameras served", "addr", ln.Addr().String(), "cameras", len(ids))
	err = h.server.Wait()
	wanted := ctx.Err() != nil
	cancel()
	wg.Wait()
	h.rolling.Wait()
	if lost := h.lost.Load(); lost > 0 {
		log.Info("players that did not keep up lost packets", "packets", lost)
	}
	var closed liberrors.ErrServerTerminated
	if err == nil || errors.As(err, &closed) || wanted {
		return nil // whoever ends it may close the listener first
	}
	return fmt.Errorf("serve cameras at %s: %w", ln.Addr(), err)
}

// handler answers RTSP requests. A film is made when its path is first asked for, and kept.
type handler struct {
	server  *gortsplib.Server
	ctx     context.Context // ends all films
	cameras map[string]bool
	view    func(id string) (View, bool)
	library *library
	rolling sync.WaitGroup // the films
	lost    atomic.Uint64  // packets that did not fit a player's queue

	mu      sync.Mutex
	films   map[string]*film
	playing map[*gortsplib.ServerSession]*film
}

func newHandler(ctx context.Context, ids []string, view func(string) (View, bool), lib *library) (*handler, error) {
	h := &handler{ctx: ctx, cameras: make(map[string]bool, len(ids)), view: view, library: lib,
		films: map[string]*film{}, playing: map[*gortsplib.ServerSession]*film{}}
	tags := make(map[uint16]string, len(ids))
	for _, id := range ids {
		name, _ := carrier(id)
		if other, taken := tags[Tag(name)]; taken && other != name {
			return nil, fmt.Errorf("cameras %s and %s have the same tag in the timecode", other, id)
		}
		tags[Tag(name)] = name
		h.cameras[id] = true
	}
	return h, nil
}

// start begins to answer. The lock keeps the first request waiting until the server is whole.
func (h *handler) start() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.server.Start()
}

// film gives the film of a path, nil if there is no such camera.
func (h *handler) film(path string) (*film, error) {
	path = strings.Trim(path, "/")
	a := parseAddress(path)
	if !h.cameras[a.camera] {
		return nil, nil
	}
	h.mu.Lock()
	f := h.films[path]
	h.mu.Unlock()
	if f != nil {
		return f, nil
	}
	made, err := h.make(path, a) // takes its time, and holds nobody up
	if err != nil {
		return nil, fmt.Errorf("camera %s: %w", path, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.films[path]; f != nil { // another was quicker
		made.stream.Close()
		return f, nil
	}
	h.films[path] = made
	h.rolling.Go(func() { made.run(h.ctx) })
	return made, nil
}

func (h *handler) make(path string, a address) (*film, error) {
	var r reel
	var err error
	if a.width > 0 {
		r, err = newLoad(a, h.library)
	} else {
		r, err = newLive(a, h.library.ground, h.view)
	}
	if err != nil {
		return nil, err
	}
	return newFilm(h.server, path, r)
}

func (h *handler) find(path string) (*base.Response, *gortsplib.ServerStream, error) {
	f, err := h.film(path)
	switch {
	case err != nil:
		return &base.Response{StatusCode: base.StatusInternalServerError}, nil, err
	case f == nil:
		return &base.Response{StatusCode: base.StatusNotFound}, nil, nil
	}
	return &base.Response{StatusCode: base.StatusOK}, f.stream, nil
}

// OnDescribe implements gortsplib.ServerHandlerOnDescribe.
func (h *handler) OnDescribe(c *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(c.Path)
}

// OnSetup implements gortsplib.ServerHandlerOnSetup.
func (h *handler) OnSetup(c *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(c.Path)
}

// OnPlay implements gortsplib.ServerHandlerOnPlay.
func (h *handler) OnPlay(c *gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	f, err := h.film(c.Path)
	if f == nil {
		return &base.Response{StatusCode: base.StatusNotFound}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.playing[c.Session] == nil {
		h.playing[c.Session] = f
		f.watch(1)
	}
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// OnPause implements gortsplib.ServerHandlerOnPause.
func (h *handler) OnPause(c *gortsplib.ServerHandlerOnPauseCtx) (*base.Response, error) {
	h.leave(c.Session)
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// OnStreamWriteError implements gortsplib.ServerHandlerOnStreamWriteError: a player's queue is full, and it alone loses a
// packet.
func (h *handler) OnStreamWriteError(*gortsplib.ServerHandlerOnStreamWriteErrorCtx) { h.lost.Add(1) }

// OnSessionClose implements gortsplib.ServerHandlerOnSessionClose.
func (h *handler) OnSessionClose(c *gortsplib.ServerHandlerOnSessionCloseCtx) { h.leave(c.Session) }

func (h *handler) leave(s *gortsplib.ServerSession) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.playing[s]; f != nil {
		delete(h.playing, s)
		f.watch(-1)
	}
}
