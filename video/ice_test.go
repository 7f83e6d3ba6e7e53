package video

import (
	"strings"
	"testing"
)

func TestLinksTellTheICEServers(t *testing.T) {
	i := ICE{Servers: []ICEServer{{URL: "stun:stun.example:3478"}, {URL: "turn:turn.example:3478", Username: `a"b`, Credential: "c"}}}
	want := []string{`<stun:stun.example:3478>; rel="ice-server"`, `<turn:turn.example:3478>; rel="ice-server"; username="a\"b"; credential="c"; credential-type="password"`}
	for k, l := range i.Links() {
		if l != want[k] {
			t.Errorf("%s, want %s", l, want[k])
		}
	}
	if len(i.servers()) != 0 {
		t.Error("a lite station asks servers")
	}
	i.Full = true
	if len(i.servers()) != 2 {
		t.Error("a full station asks no servers")
	}
}

// An answer names the public address in place of the port's own; a full station says that it is none of the lite.
func TestAnAnswerNamesThePublicAddress(t *testing.T) {
	noLeaks(t)
	cams, _ := cameras(t, "127.0.0.1:0")
	for _, full := range []bool{false, true} {
		h := hubWith(t, Options{ICE: ICE{Public: "198.51.100.7", Full: full}}, Source{ID: "V01", URL: "rtsp://" + cams + "/V01"})
		pc, offer := browserOffer(t)
		answer, _, err := h.Play(t.Context(), "V01", offer)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(answer, " 198.51.100.7 ") || strings.Contains(answer, "candidate:1 1 udp 2130706431 127.0.0.1") || strings.Contains(answer, "a=ice-lite") == full {
			t.Errorf("full %v: %s", full, answer)
		}
		if err := pc.GracefulClose(); err != nil {
			t.Error(err)
		}
	}
}
