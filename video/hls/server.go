package hls

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"groundstation/video/unit"
)

// idleFor is how long a show goes on without a request: a player asks at least once in a segment.
const idleFor = 15 * time.Second

// firstWait bounds the wait for a first picture.
const firstWait = 8 * time.Second

// Reader gives a source's access units in order, as video.Tap does. An error of it with a Code says why there are none
// now; any other ends it.
type Reader interface {
	Next(ctx context.Context) (*unit.Unit, error)
	Close()
}

// The refusals of Serve.
var (
	ErrNoFile  = unit.Refuse("unknown-file", "there is no such part of this stream, or it is gone")
	ErrNothing = unit.Refuse("no-answer", "the camera sends no picture")
	ErrClosed  = unit.Refuse("stopping", "the video relay is closed")
)

// Server keeps the shows of all sources.
type Server struct {
	open func(id string) (Reader, error)
	log  *slog.Logger
	ctx  context.Context

	mu    sync.Mutex
	shows map[string]*show
	work  sync.WaitGroup
}

// New makes a server that opens sources with open, until ctx ends. Wait must follow then.
func New(ctx context.Context, open func(id string) (Reader, error), log *slog.Logger) *Server {
	return &Server{open: open, log: log, ctx: ctx, shows: map[string]*show{}}
}

// Wait waits until every show has ended, after ctx has.
func (s *Server) Wait() { s.work.Wait() }

// Serve writes one file of a source's stream: index.m3u8, or what that leads to. Nothing is written when it gives an
// error, which has a code.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, id, file string) error {
	if strings.ContainsAny(file, "/\\") {
		return ErrNoFile
	}
	sh, err := s.show(id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), firstWait)
	defer cancel()
	m, err := sh.muxer(ctx)
	if err != nil {
		return err
	}
	out := &answer{ResponseWriter: w}
	m.Handle(out, withFile(r, file))
	if !out.began {
		return ErrNoFile
	}
	return nil
}

// show gives the one of a source, begun if there is none.
func (s *Server) show(id string) (*show, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, ErrClosed
	}
	if sh := s.shows[id]; sh != nil {
		sh.asked.Store(time.Now().UnixNano())
		return sh, nil
	}
	in, err := s.open(id)
	if err != nil {
		return nil, err
	}
	sh := newShow()
	s.shows[id] = sh
	s.work.Go(func() {
		defer in.Close()
		err := sh.run(s.ctx, in)
		s.mu.Lock()
		delete(s.shows, id)
		s.mu.Unlock()
		sh.end()
		if err != nil && s.ctx.Err() == nil && !errors.Is(err, errIdle) {
			s.log.Warn("a stream by HLS ended", "source", id, "error", err)
		}
	})
	return sh, nil
}

// answer notes whether anything was written.
type answer struct {
	http.ResponseWriter
	began bool
}

func (a *answer) WriteHeader(status int) {
	a.began = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.began = true
	return a.ResponseWriter.Write(b)
}

// withFile is the request as the muxer knows its files, which are in no folder.
func withFile(r *http.Request, file string) *http.Request {
	out := r.Clone(r.Context())
	out.URL.Path = "/" + file
	return out
}
