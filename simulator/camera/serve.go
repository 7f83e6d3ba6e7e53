package camera

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/liberrors"
)

// ThermalPath ends the id, and the path, of a vehicle's thermal camera.
const ThermalPath = "/thermal"

// Serve runs the cameras of ids at addr (host:port) until ctx ends. view gives what a camera sees now; false means
// that it gives no picture, so its players wait. view is called from several goroutines. An address that cannot be
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
	defer ln.Close()
	h := &handler{cameras: make(map[string]*film, len(ids)), playing: make(map[*gortsplib.ServerSession]*film)}
	h.server = &gortsplib.Server{
		Handler:     h,
		RTSPAddress: ln.Addr().String(),
		Listen:      func(string, string) (net.Listener, error) { return ln, nil },
	}
	// Nobody is answered before every stream stands.
	h.mu.Lock()
	if err := h.server.Start(); err != nil {
		h.mu.Unlock()
		return fmt.Errorf("serve cameras at %s: %w", ln.Addr(), err)
	}
	err := h.load(ids, view)
	h.mu.Unlock()
	if err != nil {
		h.server.Close()
		return err
	}

	whole := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for _, f := range h.cameras {
		wg.Go(func() { f.run(ctx) })
	}
	wg.Go(func() {
		<-ctx.Done()
		h.server.Close()
	})
	log.Info("cameras served", "addr", ln.Addr().String(), "cameras", len(ids))
	err = h.server.Wait()
	cancel()
	wg.Wait()
	var closed liberrors.ErrServerTerminated
	if err == nil || errors.As(err, &closed) || whole.Err() != nil {
		return nil // whoever ends it may close the listener first
	}
	return fmt.Errorf("serve cameras at %s: %w", ln.Addr(), err)
}

// handler answers RTSP requests. Its mutex guards both maps; the cameras are fixed once loaded.
type handler struct {
	server  *gortsplib.Server
	mu      sync.Mutex
	cameras map[string]*film
	playing map[*gortsplib.ServerSession]*film
}

func (h *handler) load(ids []string, view func(string) (View, bool)) error {
	tags := make(map[uint16]string, len(ids))
	for _, id := range ids {
		vehicle, _ := strings.CutSuffix(id, ThermalPath)
		if other, taken := tags[Tag(vehicle)]; taken && other != vehicle {
			return fmt.Errorf("cameras %s and %s have the same tag in the timecode", other, id)
		}
		tags[Tag(vehicle)] = vehicle
		f, err := newFilm(h.server, id, view)
		if err != nil {
			return fmt.Errorf("camera %s: %w", id, err)
		}
		h.cameras[id] = f
	}
	return nil
}

func (h *handler) find(path string) (*base.Response, *gortsplib.ServerStream, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.cameras[strings.Trim(path, "/")]
	if !ok {
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
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.cameras[strings.Trim(c.Path, "/")]
	if !ok {
		return &base.Response{StatusCode: base.StatusNotFound}, nil
	}
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
