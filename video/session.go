package video

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/pion/rtp"
)

// transports are the ways that a Source may name; auto tries UDP, then TCP.
var transports = map[string]*gortsplib.Transport{"": way(gortsplib.TransportTCP), TransportTCP: way(gortsplib.TransportTCP),
	TransportUDP: way(gortsplib.TransportUDP), TransportMulticast: way(gortsplib.TransportUDPMulticast), TransportAuto: nil}

func way(t gortsplib.Transport) *gortsplib.Transport { return &t }

var errNoPicture = errors.New("the camera offers no stream of H.264 or H.265")

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
	way := dialler{resolve: s.resolve}
	client := gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Transport: transports[s.spec.Transport], ReadTimeout: ioTimeout, WriteTimeout: ioTimeout,
		DialContext: way.dial, TLSConfig: tlsFor(s.spec), OnResponse: way.sameSource,
		OnPacketsLost: func(uint64) {}, OnDecodeError: func(error) { s.malformed.Add(1) }, OnTransportSwitch: func(error) {}}
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

// play asks for the picture and, if there is one that is carried, the sound.
func (s *source) play(client *gortsplib.Client, u *base.URL) error {
	desc, _, err := client.Describe(u)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	lanes, medias := choose(desc)
	if lanes == nil {
		return errNoPicture
	}
	for _, m := range medias {
		if _, err := client.Setup(desc.BaseURL, m, 0, 0); err != nil {
			return fmt.Errorf("setup: %w", err)
		}
	}
	s.stream.begin(lanes)
	for i, l := range lanes {
		m := medias[i]
		clock := senderClock{rate: l.forma.ClockRate()}
		client.OnPacketRTCP(m, clock.hear)
		client.OnPacketRTP(m, l.forma, func(p *rtp.Packet) { s.stream.write(l, p, clock.captured) })
	}
	if _, err := client.Play(nil); err != nil {
		return fmt.Errorf("play: %w", err)
	}
	return client.Wait()
}

// choose takes the first picture and the first sound of a description that are carried; without a picture nothing.
func choose(desc *description.Session) (lanes []*lane, medias []*description.Media) {
	for _, sound := range []bool{false, true} {
		l, m := first(desc, sound)
		if l == nil && !sound {
			return nil, nil
		}
		if l != nil {
			lanes, medias = append(lanes, l), append(medias, m)
		}
	}
	return lanes, medias
}

func first(desc *description.Session, sound bool) (*lane, *description.Media) {
	for _, m := range desc.Medias {
		if m.IsBackChannel {
			continue
		}
		for _, f := range m.Formats {
			if l := laneOf(f); l != nil && l.audio == sound && f.ClockRate() > 0 {
				return l, m
			}
		}
	}
	return nil, nil
}

// redact keeps a camera's address and credentials out of what is logged or told.
func redact(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errNoPicture):
		return errNoPicture.Error()
	case errors.Is(err, errUnfit):
		return errUnfit.Error()
	case errors.Is(err, errRedirected):
		return errRedirected.Error()
	case errors.Is(err, context.Canceled):
		return "stopped"
	}
	return "the camera does not answer or ended the stream"
}
