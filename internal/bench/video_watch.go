package main

import (
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// sampled is how many cameras are watched directly too, so that a picture's arrival by both ways can be compared.
const sampled = 4

// watch is all readers of one row.
type watch struct {
	traffic
	seed    maphash.Seed
	closers []func()

	mu      sync.Mutex
	on      bool
	direct  map[uint64]time.Time
	through map[uint64]time.Time
}

// newWatch watches some cameras directly.
func newWatch(cameras string) *watch {
	w := &watch{seed: maphash.MakeSeed(), direct: map[uint64]time.Time{}, through: map[uint64]time.Time{}}
	for i := range sampled {
		w.play("rtsp://"+cameras+fmt.Sprintf("/V%02d%s", i+1, relayPath), w.pictures264(w.direct))
	}
	return w
}

// begin forgets what came until now.
func (w *watch) begin() {
	w.mu.Lock()
	w.on = true
	w.mu.Unlock()
	for _, n := range []interface{ Store(uint64) }{&w.packets, &w.octets, &w.pictures, &w.lost} {
		n.Store(0)
	}
}

func (w *watch) close() {
	var all sync.WaitGroup
	for _, c := range w.closers {
		all.Go(c)
	}
	all.Wait()
}

// delays says how much later pictures came through the relay than directly.
func (w *watch) delays() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on = false
	var all []time.Duration
	for picture, at := range w.through {
		if direct, ok := w.direct[picture]; ok {
			all = append(all, at.Sub(direct))
		}
	}
	if len(all) == 0 {
		return "added delay not measured, as no picture came both ways"
	}
	return fmt.Sprintf("added delay p50 %.2f ms p99 %.2f ms", ms(quantile(all, 0.5)), ms(quantile(all, 0.99)))
}

// pictures264 notes when each picture was whole, by the last slice of it: that bears the camera's timecode.
func (w *watch) pictures264(into map[uint64]time.Time) func(*rtp.Packet) {
	d := &rtph264.Decoder{PacketizationMode: 1}
	if err := d.Init(); err != nil {
		fail(err)
	}
	return func(p *rtp.Packet) {
		nals, err := d.Decode(p)
		if err != nil {
			return
		}
		now := time.Now()
		for i := len(nals) - 1; i >= 0; i-- {
			if kind := nals[i][0] & 0x1f; kind != 1 && kind != 5 {
				continue
			}
			w.mu.Lock()
			if w.on {
				if key := maphash.Bytes(w.seed, nals[i]); into[key].IsZero() {
					into[key] = now
				}
			}
			w.mu.Unlock()
			return
		}
	}
}

// counted counts a reader's packets, and notes its pictures if its camera is one of those watched directly.
func (w *watch) counted(id string) func(*rtp.Packet) {
	var number int
	_, err := fmt.Sscanf(id, "V%d", &number)
	if err != nil {
		fail(err)
	}
	note := func(*rtp.Packet) {}
	if number <= sampled {
		note = w.pictures264(w.through)
	}
	var last uint16
	first := true
	return func(p *rtp.Packet) {
		switch ahead := p.SequenceNumber - last - 1; {
		case first:
			first, last = false, p.SequenceNumber
		case ahead < 1<<15: // else it was sent again, and has been counted as lost
			w.lost.Add(uint64(ahead))
			last = p.SequenceNumber
		}
		w.packets.Add(1)
		w.octets.Add(uint64(p.MarshalSize()))
		if p.Marker {
			w.pictures.Add(1)
		}
		note(p)
	}
}

func (w *watch) rtsp(s *relaySide, id string) {
	w.play("rtsp://reader:"+relayToken+"@"+s.rtsp+"/"+id, w.counted(id))
}

// play reads by RTSP within its connection.
func (w *watch) play(address string, each func(*rtp.Packet)) {
	u, err := base.ParseURL(address)
	if err != nil {
		fail(err)
	}
	var c *gortsplib.Client
	var desc *description.Session
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) { // a relay may not have all its cameras yet
		tcp := gortsplib.TransportTCP
		c = &gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Transport: &tcp, ReadTimeout: time.Minute}
		if err := c.Start2(); err != nil {
			fail(err)
		}
		if desc, _, err = c.Describe(u); err == nil {
			break
		}
		c.Close()
		if time.Since(began) > 20*time.Second {
			fail(fmt.Errorf("%s: %w", u.Path, err))
		}
	}
	if _, err := c.Setup(desc.BaseURL, desc.Medias[0], 0, 0); err != nil {
		fail(err)
	}
	c.OnPacketRTP(desc.Medias[0], desc.Medias[0].Formats[0], each)
	if _, err := c.Play(nil); err != nil {
		fail(err)
	}
	w.closers = append(w.closers, c.Close)
}

// whep reads as a browser does.
func (w *watch) whep(s *relaySide, id string) {
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		fail(err)
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		fail(err)
	}
	each := w.counted(id)
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			p, _, err := t.ReadRTP()
			if err != nil {
				return
			}
			each(p)
		}
	})
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		fail(err)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		fail(err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		fail(err)
	}
	<-gathered
	var answer []byte
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		res, err := http.Post(s.whep(id), "application/sdp", strings.NewReader(pc.LocalDescription().SDP))
		if err != nil {
			fail(err)
		}
		answer, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err == nil && res.StatusCode/100 == 2 {
			break
		}
		if time.Since(began) > 20*time.Second {
			fail(fmt.Errorf("%s answers %s: %.200s %w", s.name, res.Status, answer, err))
		}
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}); err != nil {
		fail(err)
	}
	w.closers = append(w.closers, func() { _ = pc.Close() })
}
