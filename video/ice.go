package video

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// ICE is how browsers find the way to the media port.
type ICE struct {
	// Servers are the STUN and TURN servers that browsers are told of, and that the station uses itself unless it is lite.
	Servers []ICEServer
	// Public is the address under which browsers reach the media port, by number, where that is not the port's own.
	Public string
	// Full makes the station look for ways itself (RFC 8445 without ice-lite), which one behind a NAT needs with TURN.
	Full bool
}

// ICEServer is one STUN or TURN server. Where it shares a Secret with us, the name and the credential are made of that and
// last for a while (draft-uberti-behave-turn-rest).
type ICEServer struct{ URL, Username, Credential, Secret string }

const (
	// credentialFor is how long a credential lasts at most, credentialEvery how long the same is given, so that browsers
	// that are told twice are told the same.
	credentialFor   = 6 * time.Hour
	credentialEvery = time.Hour
)

// at is the server as it is told now.
func (s ICEServer) at(now time.Time) ICEServer {
	if s.Secret == "" {
		return s
	}
	s.Username = strconv.FormatInt(now.Truncate(credentialEvery).Add(credentialFor).Unix(), 10) + ":viewer"
	sum := hmac.New(sha1.New, []byte(s.Secret))
	sum.Write([]byte(s.Username))
	s.Credential, s.Secret = base64.StdEncoding.EncodeToString(sum.Sum(nil)), ""
	return s
}

// Links are the servers as a WHEP or WHIP answer tells them now in its Link headers (RFC 9725 section 4.6).
func (i ICE) Links(now time.Time) (all []string) {
	for _, s := range i.Servers {
		s = s.at(now)
		l := fmt.Sprintf(`<%s>; rel="ice-server"`, s.URL)
		if s.Username != "" {
			l += fmt.Sprintf(`; username="%s"; credential="%s"; credential-type="password"`, quoted(s.Username), quoted(s.Credential))
		}
		all = append(all, l)
	}
	return all
}

// quoted makes text fit between quotation marks (RFC 9110 section 5.6.4).
func quoted(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

// servers are those that the station uses itself.
func (i ICE) servers(now time.Time) (all []webrtc.ICEServer) {
	if !i.Full {
		return nil
	}
	for _, s := range i.Servers {
		s = s.at(now)
		all = append(all, webrtc.ICEServer{URLs: []string{s.URL}, Username: s.Username, Credential: s.Credential})
	}
	return all
}

// settings are those of all peer connections over one socket.
func (i ICE) settings(socket net.PacketConn) (webrtc.SettingEngine, error) {
	var s webrtc.SettingEngine
	s.SetLite(!i.Full)
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetICEUDPMux(webrtc.NewICEUDPMux(nil, socket))
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	if i.Public == "" {
		return s, nil
	}
	err := s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{External: []string{i.Public}, AsCandidateType: webrtc.ICECandidateTypeHost,
		Mode: webrtc.ICEAddressRewriteReplace})
	return s, err
}

// newAPI is how peers are spoken with: on the way out without interceptors, since what a browser lacks is sent again from
// what all browsers share; on the way in with those that ask again, and report what publishers estimate their
// way by; and with layers.
func newAPI(codecs []webrtc.RTPCodecParameters, settings webrtc.SettingEngine, in bool) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	for _, c := range codecs {
		kind := webrtc.RTPCodecTypeVideo
		if c.RTCPFeedback == nil {
			kind = webrtc.RTPCodecTypeAudio
		}
		if err := media.RegisterCodec(c, kind); err != nil {
			return nil, fmt.Errorf("register %s: %w", c.MimeType, err)
		}
	}
	when := webrtc.RTPHeaderExtensionCapability{URI: sdp.ABSSendTimeURI} // by which browsers estimate their way
	if err := media.RegisterHeaderExtension(when, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, fmt.Errorf("register the time of sending: %w", err)
	}
	chain := &interceptor.Registry{}
	if in {
		if err := errors.Join(webrtc.ConfigureNack(media, chain), webrtc.ConfigureRTCPReports(chain), webrtc.ConfigureTWCCSender(media, chain),
			webrtc.ConfigureSimulcastExtensionHeaders(media)); err != nil {
			return nil, fmt.Errorf("register interceptors: %w", err)
		}
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(settings)), nil
}

// answerTo gives the answer to an offer with every candidate in it. add adds tracks, agreed may refuse what both sides
// have in common; both may be nil.
func answerTo(ctx context.Context, pc *webrtc.PeerConnection, offer string, add func() error, agreed func(sdp string) error) (string, error) {
	bad := func(err error) (string, error) { return "", fmt.Errorf("%w: %w", ErrOffer, err) }
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return bad(err)
	}
	if add != nil {
		if err := add(); err != nil {
			return bad(err)
		}
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return bad(err)
	}
	if agreed != nil {
		if err := agreed(answer.SDP); err != nil {
			return "", err
		}
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return bad(err)
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
