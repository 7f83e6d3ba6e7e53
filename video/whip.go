package video

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/rtcpreceiver"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// askEvery bounds how often a publisher is asked for a key picture.
const askEvery = time.Second

// taken are the codecs that a publisher may send: those that are passed on, H.264 in each of its profiles.
func taken() (all []webrtc.RTPCodecParameters) {
	all = offered()
	next := webrtc.PayloadType(103)
	for _, profile := range []string{"42001f", "4d001f", "64001f"} {
		c := all[0]
		c.PayloadType = next
		c.SDPFmtpLine = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=" + profile
		all, next = append(all, c), next+1
	}
	return all
}

// publisher is one peer that sends a source by WebRTC (WHIP, RFC 9725), its picture in one layer or more.
type publisher struct {
	id    string
	claim *claim
	pc    *webrtc.PeerConnection
	hub   *Hub
	once  sync.Once
	work  sync.WaitGroup

	layers simulcast
}

// Publish answers a WHIP offer for a source whose secret the peer has; it ends by Stop, or when the connection does.
func (h *Hub) Publish(ctx context.Context, id, secret, offer string) (answer, publisherID string, err error) {
	src := h.sources[id]
	if src == nil || !secretFits(src.spec.Secret, secret) {
		return "", "", ErrNoSecret // also of what does not exist
	}
	pc, err := h.intake.NewPeerConnection(webrtc.Configuration{ICEServers: h.opts.ICE.servers(time.Now())})
	if err != nil {
		return "", "", fmt.Errorf("make a peer connection: %w", err)
	}
	claim := src.hold()
	if claim == nil {
		return "", "", errors.Join(ErrPublished, pc.Close())
	}
	p := &publisher{id: rand.Text(), claim: claim, pc: pc, hub: h,
		layers: simulcast{full: spout{source: src}, low: spout{source: src.published()}, moved: func() { h.relayer(src) }}}
	h.mu.Lock()
	closed := h.closed
	if !closed {
		h.publishers[p.id] = p
	}
	h.mu.Unlock()
	if closed {
		p.end()
		return "", "", ErrClosed
	}
	h.ask(src)
	slow := time.AfterFunc(connectWithin, p.end)
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			slow.Stop()
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			slow.Stop()
			go p.end()
		}
	})
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		p.work.Go(func() { p.read(t, r) })
	})
	answer, err = answerTo(ctx, pc, offer, nil, nil)
	if err != nil {
		p.end()
		return "", "", err
	}
	return answer, p.id, nil
}

// remoteLane is the lane of a publisher's track, nil if it is none that is carried.
func remoteLane(c webrtc.RTPCodecParameters) *lane {
	pt := uint8(c.PayloadType)
	switch strings.ToLower(c.MimeType) {
	case strings.ToLower(webrtc.MimeTypeH264):
		return laneOf(&format.H264{PayloadTyp: pt, PacketizationMode: 1})
	case strings.ToLower(webrtc.MimeTypeH265):
		return laneOf(&format.H265{PayloadTyp: pt})
	case strings.ToLower(webrtc.MimeTypeOpus):
		return laneOf(&format.Opus{PayloadTyp: pt, ChannelCount: 2})
	case strings.ToLower(webrtc.MimeTypePCMU), strings.ToLower(webrtc.MimeTypePCMA):
		return laneOf(&format.G711{PayloadTyp: pt, MULaw: pt == 0, SampleRate: 8000, ChannelCount: 1})
	}
	return nil
}

// read gives the stream what comes, put in order.
func (p *publisher) read(t *webrtc.TrackRemote, from *webrtc.RTPReceiver) {
	l := remoteLane(t.Codec())
	if l == nil {
		return
	}
	ssrc := uint32(t.SSRC())
	order := rtcpreceiver.RTCPReceiver{ClockRate: l.forma.ClockRate(), LocalSSRC: &ssrc, UnrealiableTransport: true, Period: time.Hour,
		TimeNow: time.Now, WritePacketRTCP: func(rtcp.Packet) {}}
	if order.Initialize() != nil {
		return
	}
	defer order.Close()
	var listening sync.WaitGroup
	defer listening.Wait() // it ends as this does, when the connection closes
	clock := senderClock{rate: l.forma.ClockRate()}
	listening.Go(func() { listenTo(from, t.RID(), &clock) })
	layer := p.layers.add(l)
	defer p.layers.remove(layer)
	var asked time.Time
	for missing := !l.audio; ; {
		in, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		ready, lost, err := order.ProcessPacket2(in, time.Now(), true)
		if err != nil {
			p.claim.source.malformed.Add(1)
			continue
		}
		missing = missing || lost > 0 && !l.audio
		if missing && time.Since(asked) >= askEvery {
			missing, asked = false, time.Now()
			_ = p.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
		}
		for _, in := range ready {
			in.Header.Extension, in.Header.Extensions, in.Header.CSRC = false, nil, nil
			missing = p.layers.write(layer, in, time.Now(), clock.captured) || missing
		}
	}
}

// listenTo takes the clock from sender reports; rid is empty where a track has no layers.
func listenTo(from *webrtc.RTPReceiver, rid string, clock *senderClock) {
	read := from.ReadRTCP
	if rid != "" {
		read = func() ([]rtcp.Packet, interceptor.Attributes, error) { return from.ReadSimulcastRTCP(rid) }
	}
	for {
		packets, _, err := read()
		if err != nil {
			return
		}
		for _, in := range packets {
			clock.hear(in)
		}
	}
}

// end stops the publisher once, from whichever side.
func (p *publisher) end() {
	p.once.Do(func() {
		_ = p.pc.Close()
		p.layers.end()
		p.claim.end()
		p.hub.mu.Lock()
		delete(p.hub.publishers, p.id)
		p.hub.mu.Unlock()
	})
}
