package api

import (
	"bytes"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"groundstation/account"
)

func TestGuessesThroughAProxyAreCountedByWhoSentThem(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	sharing(t, d, 1)
	made := d.link("V01")
	guess := func(from string) int {
		resp, _ := d.do("POST", Prefix+"/share", "", bearing("never given out"), header("X-Forwarded-For", from))
		return resp.StatusCode
	}
	d.handler.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for n := range 10 {
		if status := guess(fmt.Sprintf("198.51.100.%d, 192.0.2.1", n)); status != 404 { // the first part is made up
			t.Fatalf("guess %d: %d", n, status)
		}
	}
	if status := guess("192.0.2.1"); status != 429 {
		t.Errorf("one more: %d", status)
	}
	if status := guess("192.0.2.2"); status != 404 {
		t.Errorf("somebody else: %d", status)
	}
	if resp, answer := d.do("POST", Prefix+"/share", "", bearing(made.Token), header("X-Forwarded-For", "192.0.2.3")); resp.StatusCode != 201 {
		t.Errorf("who has the link: %d %s", resp.StatusCode, answer)
	}
}

// A page that came by TLS to a proxy is a page of ours, and its cookie goes by TLS only; nobody else's word makes it so.
func TestAProxyMayEndTLS(t *testing.T) {
	d := newDoor(t)
	sign := func() (*http.Response, []byte) {
		return d.do("POST", Prefix+"/session", `{"name":"lin","password":"`+password+`"}`, header("X-Forwarded-Proto", "https"),
			header("Origin", "https://"+strings.TrimPrefix(d.url, "http://")))
	}
	if resp, answer := sign(); resp.StatusCode != 403 || problemOf(t, answer).Code != "foreign-origin" {
		t.Errorf("by nobody's word: %d %s", resp.StatusCode, answer)
	}
	d.handler.cfg.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	resp, answer := sign()
	if resp.StatusCode != 200 || len(resp.Cookies()) != 1 || !resp.Cookies()[0].Secure {
		t.Errorf("%d %s, %+v", resp.StatusCode, answer, resp.Cookies())
	}
	if resp, answer := d.do("GET", Prefix+"/session", "", by(account.Operator, d), header("Origin", d.url), header("X-Forwarded-Proto", "https")); resp.StatusCode != 403 {
		t.Errorf("a page that did not come by TLS: %d %s", resp.StatusCode, answer)
	}
}

func TestWhereARequestCameFrom(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("2001:db8:ffff::/64")}
	for name, c := range map[string]struct {
		peer string
		said []string
		want string
	}{
		"nobody between":           {"192.0.2.1:5", nil, "192.0.2.1"},
		"made up":                  {"192.0.2.1:5", []string{"198.51.100.7"}, "192.0.2.1"},
		"through a proxy":          {"10.0.0.5:5", []string{"192.0.2.1"}, "192.0.2.1"},
		"made up, through a proxy": {"10.0.0.5:5", []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		"through two":              {"[2001:db8:ffff::1]:5", []string{"198.51.100.7, 192.0.2.1", "10.0.0.5"}, "192.0.2.1"},
		"with a port":              {"10.0.0.5:5", []string{"192.0.2.1:4711"}, "192.0.2.1"},
		"IPv6 with a port":         {"10.0.0.5:5", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv6 in brackets":         {"10.0.0.5:5", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"a mapped proxy":           {"[::ffff:10.0.0.5]:5", []string{"192.0.2.1"}, "192.0.2.1"},
		"no address":               {"10.0.0.5:5", []string{"192.0.2.1, unknown"}, "10.0.0.5"},
		"nothing said":             {"10.0.0.5:5", nil, "10.0.0.5"},
		"from a proxy itself":      {"10.0.0.5:5", []string{"10.0.0.6"}, "10.0.0.6"},
		"no place":                 {"@", []string{"192.0.2.1"}, "@"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.said}}
		if got := sentFrom(r, proxies); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := sentFrom(&http.Request{RemoteAddr: "10.0.0.5:5", Header: http.Header{"X-Forwarded-For": {"192.0.2.1"}}}, nil); got != "10.0.0.5" {
		t.Errorf("no proxy is trusted: %s", got)
	}
}

func TestATokenOfALinkIsNotGuessed(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	sharing(t, d, 1)
	made, gone := d.link("V01"), d.link("yard")
	if resp, _ := d.do("DELETE", Prefix+"/shares/"+gone.Share.ID, "", by(account.Operator, d)); resp.StatusCode != 204 {
		t.Fatal(resp.StatusCode)
	}
	v := d.look(made.Token)
	_, never := d.do("POST", Prefix+"/share", "", bearing("never given out"))
	for name, calls := range map[string][]call{"none": nil, "taken back": {bearing(gone.Token)}, "of an account": {bearing(d.token)}, "a session": {by(account.Admin, d)}} {
		if resp, answer := d.do("POST", Prefix+"/share", "", calls...); resp.StatusCode != 404 || !bytes.Equal(answer, never) {
			t.Errorf("%s: %d %s, want %s", name, resp.StatusCode, answer, never)
		}
	}
	if resp, answer := d.do("POST", Prefix+"/share/"+v.ID+"/whep", "", bearing(gone.Token), offering("offer")); resp.StatusCode != 404 || !bytes.Equal(answer, never) {
		t.Errorf("a viewing of another: %d %s", resp.StatusCode, answer)
	}
	for _, path := range []string{"/cameras", "/cameras/V01/key", "/vehicles", "/shares", "/session"} { // it opens nothing else
		if resp, answer := d.do("GET", Prefix+path, "", bearing(made.Token)); resp.StatusCode != 401 {
			t.Errorf("%s: %d %s", path, resp.StatusCode, answer)
		}
	}
	if resp, answer := d.do("POST", Prefix+"/share", "", bearing(made.Token)); resp.StatusCode != 409 || problemOf(t, answer).Code != "share-full" {
		t.Errorf("a second one: %d %s", resp.StatusCode, answer)
	}
	for range 10 {
		d.do("POST", Prefix+"/share", "", bearing("guess"))
	}
	if resp, answer := d.do("POST", Prefix+"/share", "", bearing("guess")); resp.StatusCode != 429 || problemOf(t, answer).Code != "too-many" {
		t.Errorf("guessing: %d %s", resp.StatusCode, answer)
	}
	if resp, answer := d.do("DELETE", Prefix+"/share/"+v.ID, "", bearing(made.Token)); resp.StatusCode != 204 {
		t.Errorf("who looks already: %d %s", resp.StatusCode, answer)
	}
}
