package video

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"
)

const (
	warmFor    = 10 * time.Second // a source is kept this long after its last viewer left
	backOffMin = 200 * time.Millisecond
	backOffMax = 5 * time.Second
	ioTimeout  = 5 * time.Second
)

// source is one camera: pulled while somebody watches, and a while longer.
type source struct {
	id     string
	stream *stream
	log    *slog.Logger

	mu      sync.Mutex
	url     string             // empty: nothing to pull
	again   context.CancelFunc // ends the present session, so that the next is with the present url
	viewers int
	stop    context.CancelFunc // nil: cold
	cooling *time.Timer
	pulls   sync.WaitGroup
}

// acquire makes sure that the source is pulled; release must follow.
func (s *source) acquire(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewers++
	if s.cooling != nil {
		s.cooling.Stop()
		s.cooling = nil
	}
	if s.stop != nil {
		return
	}
	pulling, stop := context.WithCancel(ctx)
	s.stop = stop
	s.pulls.Go(func() { s.pull(pulling) })
}

// point gives the source another address. Viewers go on with the next key picture from there.
func (s *source) point(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url == address {
		return
	}
	s.url = address
	if s.again != nil {
		s.again()
	}
}

// address is where it pulls from; empty: nowhere.
func (s *source) address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// release lets the source cool when nobody watches any more.
func (s *source) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewers--
	if s.viewers > 0 || s.stop == nil {
		return
	}
	s.cooling = time.AfterFunc(warmFor, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.viewers == 0 {
			s.chill()
		}
	})
}

// chill stops the pull; the lock is held.
func (s *source) chill() {
	if s.cooling != nil {
		s.cooling.Stop()
		s.cooling = nil
	}
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// close stops the pull for good and waits for it.
func (s *source) close() {
	s.mu.Lock()
	s.chill()
	s.mu.Unlock()
	s.pulls.Wait()
}

// pull keeps the stream running until ctx ends, with growing pauses between attempts that brought nothing.
func (s *source) pull(ctx context.Context) {
	pause := backOffMin
	for ctx.Err() == nil {
		start := time.Now()
		err := s.session(ctx)
		s.stream.cut()
		if ctx.Err() != nil {
			return
		}
		if time.Since(start) > backOffMax {
			pause = backOffMin
		}
		s.log.Warn("camera stream ended", "source", s.id, "error", redact(err), "retry_in", pause)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, backOffMax)
	}
}

var errNoH264 = errors.New("the camera offers no H.264 stream")

// session plays the camera once, until it ends or ctx does.
func (s *source) session(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.again = cancel
	address := s.url
	s.mu.Unlock()
	u, err := base.ParseURL(address)
	if err != nil {
		return errors.New("the camera's address is not a valid RTSP URL")
	}
	tcp := gortsplib.TransportTCP
	client := gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Transport: &tcp, ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
		DialContext: onlyFirst()}
	if err := client.Start2(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	var closing sync.WaitGroup
	done := make(chan struct{})
	closing.Go(func() {
		select {
		case <-ctx.Done():
			client.Close()
		case <-done:
		}
	})
	defer closing.Wait()
	defer close(done)
	defer client.Close()
	go func() { ended <- s.play(&client, u) }()
	return <-ended
}

// onlyFirst dials the first address it is asked for and no other: a camera that redirects does not say where the station
// connects to.
func onlyFirst() func(ctx context.Context, network, address string) (net.Conn, error) {
	var first string
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if first == "" {
			first = address
		}
		if address != first {
			return nil, errors.New("the camera redirects to another address")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

func (s *source) play(client *gortsplib.Client, u *base.URL) error {
	desc, _, err := client.Describe(u)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	var h264 *format.H264
	media := desc.FindFormat(&h264)
	if media == nil {
		return errNoH264
	}
	if _, err := client.Setup(desc.BaseURL, media, 0, 0); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	client.OnPacketRTP(media, h264, func(p *rtp.Packet) { s.stream.write(p) })
	if _, err := client.Play(nil); err != nil {
		return fmt.Errorf("play: %w", err)
	}
	return client.Wait()
}

// redact keeps a camera's address and credentials out of what is logged or told.
func redact(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errNoH264):
		return errNoH264.Error()
	case errors.Is(err, context.Canceled):
		return "stopped"
	}
	return "the camera does not answer or ended the stream"
}
