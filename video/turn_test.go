package video_test

import (
	"net"
	"regexp"
	"testing"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"

	"groundstation/video"
	"groundstation/video/rig"
)

// A browser that has no other way sees the picture through a TURN server, with what the station told it.
func TestPicturesComeThroughATURNServer(t *testing.T) {
	const secret = "what the station and the server share"
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	allowed := make(chan string, 16)
	check := turn.LongTermTURNRESTAuthHandler(secret, nil)
	server, err := turn.NewServer(turn.ServerConfig{Realm: "station.example",
		AuthHandler: func(ra *turn.RequestAttributes) (string, []byte, bool) {
			user, key, ok := check(ra)
			if ok {
				select {
				case allowed <- ra.Username:
				default:
				}
			}
			return user, key, ok
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: socket,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	ice := video.ICE{Servers: []video.ICEServer{{URL: "turn:" + socket.LocalAddr().String() + "?transport=udp", Secret: secret}}}
	h := rig.Hub(t, video.Options{ICE: ice}, video.Source{ID: "V01", URL: rig.Camera(t)})
	told := regexp.MustCompile(`<([^>]*)>.*username="([^"]*)"; credential="([^"]*)"`).FindStringSubmatch(ice.Links(time.Now())[0])
	b := rig.NewBrowser(t, webrtc.Configuration{ICETransportPolicy: webrtc.ICETransportPolicyRelay,
		ICEServers: []webrtc.ICEServer{{URLs: []string{told[1]}, Username: told[2], Credential: told[3]}}})
	answer, _, err := h.Play(t.Context(), "V01", b.Offer(t))
	if err != nil {
		t.Fatal(err)
	}
	b.Answer(t, answer)
	<-b.Packets
	if user := <-allowed; user != told[2] {
		t.Errorf("the server knows %q, not %q", user, told[2])
	}
}
