package video

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"sync"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/pion/rtp"
)

// claim is a source held by one who publishes it.
type claim struct {
	source *source
	lanes  []*lane
	medias []*description.Media
	once   sync.Once
}

// secretFits compares in constant time, also of different lengths.
func secretFits(want, given string) bool {
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(given))
	return want != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// hold takes the source for one who publishes; nil: another has it, or it is pulled.
func (s *source) hold() *claim {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held || s.stop != nil {
		return nil
	}
	s.held = true
	return &claim{source: s}
}

// end gives the source back: its readers wait for whoever publishes next.
func (c *claim) end() {
	c.once.Do(func() {
		c.source.stream.cut()
		c.source.mu.Lock()
		c.source.held = false
		c.source.mu.Unlock()
	})
}

// OnAnnounce implements gortsplib.ServerHandlerOnAnnounce.
func (s *server) OnAnnounce(c *gortsplib.ServerHandlerOnAnnounceCtx) (*base.Response, error) {
	src := s.hub.sources[strings.Trim(c.Path, "/")]
	if src == nil || !secretFits(src.spec.Secret, credential(c.Request, c.Query)) {
		return challenge(), nil
	}
	lanes, medias := choose(c.Description)
	if lanes == nil {
		return respond(base.StatusUnsupportedMediaType), nil
	}
	claim := src.hold()
	if claim == nil {
		return respond(base.StatusForbidden), nil
	}
	claim.lanes, claim.medias = lanes, medias
	s.guest(c.Session).claim = claim
	return respond(base.StatusOK), nil
}

// OnRecord implements gortsplib.ServerHandlerOnRecord.
func (s *server) OnRecord(c *gortsplib.ServerHandlerOnRecordCtx) (*base.Response, error) {
	claim := s.guest(c.Session).claim
	if claim == nil {
		return respond(base.StatusBadRequest), nil
	}
	stream := claim.source.stream
	s.hub.ask(claim.source)
	stream.begin(claim.lanes)
	for i, l := range claim.lanes {
		m := claim.medias[i]
		clock := senderClock{rate: l.forma.ClockRate()}
		c.Session.OnPacketRTCP(m, clock.hear)
		c.Session.OnPacketRTP(m, l.forma, func(p *rtp.Packet) { stream.write(l, p, clock.captured) })
	}
	return respond(base.StatusOK), nil
}
