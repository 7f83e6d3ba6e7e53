package video

import (
	"strings"
	"testing"
	"time"
)

func TestLinksTellTheICEServers(t *testing.T) {
	i := ICE{Servers: []ICEServer{{URL: "stun:stun.example:3478"}, {URL: "turn:turn.example:3478", Username: `a"b`, Credential: "c"}}}
	want := []string{`<stun:stun.example:3478>; rel="ice-server"`, `<turn:turn.example:3478>; rel="ice-server"; username="a\"b"; credential="c"; credential-type="password"`}
	for k, l := range i.Links(time.Now()) {
		if l != want[k] {
			t.Errorf("%s, want %s", l, want[k])
		}
	}
	if len(i.servers(time.Now())) != 0 {
		t.Error("a lite station asks servers")
	}
	i.Full = true
	if len(i.servers(time.Now())) != 2 {
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

// The credential of the example is that of openssl dgst -sha1 -hmac.
func TestACredentialThatEnds(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := ICEServer{URL: "turn:turn.example:3478", Secret: "north"}
	got := s.at(now)
	if want := (ICEServer{URL: s.URL, Username: "1700020800:viewer", Credential: "8vGtReTjLyJwEzSCP0e0a7cTfQc="}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if s.at(now.Add(30*time.Minute)) != got || s.at(now.Add(time.Hour)) == got {
		t.Error("it changes each time, or never")
	}
	if l := (ICE{Servers: []ICEServer{s}}).Links(now); len(l) != 1 || strings.Contains(l[0], "north") {
		t.Errorf("%s", l)
	}
}
