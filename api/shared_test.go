package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"groundstation/account"
	"groundstation/internal/share"
	"groundstation/store"
	"groundstation/video/rig"
	"groundstation/video/unit"
)

// sharing gives the door share links that are kept in a real store; it gives the store and its file.
func sharing(t *testing.T, d *door, viewers int) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "station.db")
	db, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	links, err := share.New(db, share.Rules{MaxFor: share.DayAtMost, Viewers: viewers,
		May: func(name string) bool { return d.handler.cfg.Accounts.Holds(name, account.Operator) }}, discard)
	if err != nil {
		t.Fatal(err)
	}
	d.handler.cfg.Shares = links
	t.Cleanup(func() {
		links.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, path
}

// link makes one for an hour.
func (d *door) link(camera string) ShareMade {
	d.t.Helper()
	body, err := json.Marshal(ShareInput{Viewer: "消防 Li", Reason: "smoke at the quay", Until: time.Now().Add(time.Hour)})
	if err != nil {
		d.t.Fatal(err)
	}
	resp, answer := d.do("POST", Prefix+"/cameras/"+camera+"/shares", string(body), by(account.Operator, d))
	var made ShareMade
	if err := json.Unmarshal(answer, &made); err != nil || resp.StatusCode != 201 || resp.Header.Get("Cache-Control") != "no-store" {
		d.t.Fatalf("%d %v %s", resp.StatusCode, resp.Header, answer)
	}
	return made
}

func bearing(token string) call { return header("Authorization", "Bearer "+token) }

// look opens a link.
func (d *door) look(token string) SharedView {
	d.t.Helper()
	resp, answer := d.do("POST", Prefix+"/share", "", bearing(token))
	var v SharedView
	if err := json.Unmarshal(answer, &v); err != nil || resp.StatusCode != 201 {
		d.t.Fatalf("%d %s", resp.StatusCode, answer)
	}
	return v
}

// play watches a viewing as a browser does.
func (d *door) play(v SharedView, token string) *rig.Browser {
	d.t.Helper()
	b := rig.NewBrowser(d.t, webrtc.Configuration{})
	resp, answer := d.do("POST", Prefix+"/share/"+v.ID+"/whep", "x", bearing(token), offering(b.Offer(d.t)))
	if resp.StatusCode != 201 {
		d.t.Fatalf("%d %s", resp.StatusCode, answer)
	}
	b.Answer(d.t, string(answer))
	d.place = resp.Header.Get("Location")
	return b
}

func offering(sdp string) call {
	return func(r *http.Request) {
		r.Header.Set("Content-Type", sdpType)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(sdp)), int64(len(sdp))
	}
}

func (d *door) acts(db *store.Store) string {
	d.t.Helper()
	entries, err := db.Entries(1, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	var acts []string
	for _, e := range entries {
		acts = append(acts, e.Act+" "+e.Kind+" by "+e.By)
	}
	return strings.Join(acts, "\n")
}

func TestASharedCameraIsSeenUntilTheLinkIsTakenBack(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	db, path := sharing(t, d, 3)
	made := d.link("V01")
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte(made.Token)) || !bytes.Contains(raw, []byte("smoke at the quay")) {
		t.Errorf("the store holds the token, or not the link: %v", err)
	}
	if got, want := d.acts(db), "share.made share by lin"; got != want {
		t.Errorf("ledger: %s, want %s", got, want)
	}

	v := d.look(made.Token)
	if v.Camera != "V01" || v.Name != "one" || v.Viewer != "消防 Li" || !v.Until.Equal(made.Share.Until) {
		t.Errorf("%+v", v)
	}
	if _, answer := d.do("POST", Prefix+"/share", "", bearing(made.Token)); strings.Contains(string(answer), "quay") {
		t.Errorf("the reason is told: %s", answer)
	}
	guest := "share " + made.Share.ID
	if got, want := d.acts(db), strings.Join([]string{"share.made share by lin", "share.opened share by " + guest, "share.opened share-opening by " + guest}, "\n"); !strings.HasPrefix(got, want) {
		t.Errorf("ledger: %s, want %s", got, want)
	}
	browser := d.play(v, made.Token)
	<-browser.Packets
	if resp, list := d.do("GET", Prefix+"/share/"+v.ID+"/hls/index.m3u8", "", bearing(made.Token)); resp.StatusCode != 200 || !bytes.Contains(list, []byte("avc1.")) {
		t.Errorf("HLS: %d %s", resp.StatusCode, list)
	}
	var listed []share.LinkItem
	_, answer := d.do("GET", Prefix+"/shares", "", by(account.Operator, d))
	if err := json.Unmarshal(answer, &listed); err != nil || len(listed) != 1 || listed[0].Watching != 2 || listed[0].Opened != 2 || strings.Contains(string(answer), made.Token) || strings.Contains(string(answer), "hash") {
		t.Errorf("%s %v", answer, err)
	}

	told := make(chan string, 1)
	go func() {
		_, answer := d.do("GET", Prefix+"/share/"+v.ID, "", bearing(made.Token))
		told <- strings.TrimSpace(string(answer))
	}()
	if resp, answer := d.do("DELETE", Prefix+"/shares/"+made.Share.ID, "", by(account.Operator, d)); resp.StatusCode != 204 {
		t.Fatalf("revoke: %d %s", resp.StatusCode, answer)
	}
	<-browser.Closed
	if got := <-told; got != `{"open":false,"end":"revoked"}` {
		t.Errorf("told: %s", got)
	}
	for _, call := range [][2]string{{"GET", "/share/" + v.ID + "/hls/index.m3u8"}, {"POST", "/share/" + v.ID + "/whep"}} {
		if resp, answer := d.do(call[0], Prefix+call[1], "", bearing(made.Token), offering("offer")); resp.StatusCode != 410 || problemOf(t, answer).Code != "share-over" {
			t.Errorf("%s after the end: %d %s", call[1], resp.StatusCode, answer)
		}
	}
	if resp, answer := d.do("DELETE", Prefix+"/shares/"+made.Share.ID, "", by(account.Operator, d)); resp.StatusCode != 409 || problemOf(t, answer).Code != "share-over" {
		t.Errorf("revoke again: %d %s", resp.StatusCode, answer)
	}
	if !strings.Contains(d.acts(db), "share.revoked share by lin") {
		t.Errorf("ledger: %s", d.acts(db))
	}
	if _, err := db.Verify(); err != nil {
		t.Error(err)
	}
}

// stamping is a relay that burns names into pictures, or says why not, and tells what was played.
type stamping struct {
	relay
	refuses error
	played  []string
}

func (s *stamping) Stamp(id, text string) (string, error) { return id + " as " + text, s.refuses }

func (s *stamping) Stamping() error { return s.refuses }

func (s *stamping) Play(_ context.Context, id, _ string) (string, string, error) {
	s.played = append(s.played, id)
	return "answer", "viewer/1", nil
}

// servedIDs is an HLS that tells what it was asked for.
type servedIDs struct{ ids []string }

func (s *servedIDs) Serve(w http.ResponseWriter, _ *http.Request, id, _ string) error {
	s.ids = append(s.ids, id)
	_, err := w.Write([]byte("#EXTM3U"))
	return err
}

// A link whose name is burnt into the picture shows that picture only, and none where it cannot be made.
func TestALinkWithItsNameInThePictureShowsNoOther(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	sharing(t, d, 3)
	relay, served := &stamping{}, &servedIDs{}
	d.handler.cfg.Video, d.handler.cfg.HLS = relay, served
	order := func(burn string) (int, []byte) {
		resp, answer := d.do("POST", Prefix+"/cameras/V01/shares", `{"viewer":"消防 Li","reason":"smoke"`+burn+`,"until":"`+time.Now().Add(time.Hour).Format(time.RFC3339)+`"}`, by(account.Operator, d))
		return resp.StatusCode, answer
	}
	watch := func(answer []byte) (SharedView, int, string) {
		var made ShareMade
		if err := json.Unmarshal(answer, &made); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
		v := d.look(made.Token)
		resp, said := d.do("POST", Prefix+"/share/"+v.ID+"/whep", "x", bearing(made.Token), offering("offer"))
		list, _ := d.do("GET", Prefix+"/share/"+v.ID+"/hls/index.m3u8", "", bearing(made.Token))
		if list.StatusCode != map[int]int{201: 200}[resp.StatusCode] && list.StatusCode != resp.StatusCode {
			t.Errorf("%d by WHEP, %d by HLS", resp.StatusCode, list.StatusCode)
		}
		code := ""
		if resp.StatusCode != 201 {
			code = problemOf(t, said).Code
		}
		return v, resp.StatusCode, code
	}
	_, plain := order("")
	_, burnt := order(`,"burnIn":true`)
	if v, _, _ := watch(plain); v.BurnIn {
		t.Errorf("%+v", v)
	}
	if v, _, _ := watch(burnt); !v.BurnIn {
		t.Errorf("%+v", v)
	}
	if want := []string{"V01", "V01 as 消防 Li · V01"}; !slices.Equal(relay.played, want) || !slices.Equal(served.ids, want) {
		t.Errorf("%q by WHEP, %q by HLS", relay.played, served.ids)
	}
	rules := func() string {
		_, answer := d.do("GET", Prefix+"/share-rules", "", by(account.Operator, d))
		return strings.TrimSpace(string(answer))
	}
	if got := rules(); got != `{"maxHours":24,"burnIn":"optional"}` {
		t.Errorf("rules %s", got)
	}

	relay.refuses = unit.Refuse("no-font", "no font")
	if status, answer := order(`,"burnIn":true`); status != 503 || problemOf(t, answer).Code != "no-font" {
		t.Errorf("without a font: %d %s", status, answer)
	}
	if _, status, code := watch(burnt); status != 503 || code != "no-font" || len(relay.played) != 2 {
		t.Errorf("shown without the name: %d %s %q", status, code, relay.played)
	}
	if got := rules(); got != `{"maxHours":24,"burnIn":"unavailable","why":"no font"}` {
		t.Errorf("rules %s", got)
	}
}

// A browser's own player of HLS sends no header; its cookie opens the files of its viewing and nothing else.
func TestAPlayerWithoutHeadersIsKnownByItsCookie(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	sharing(t, d, 3)
	made := d.link("V01")
	resp, answer := d.do("POST", Prefix+"/share", "", bearing(made.Token))
	var v SharedView
	cookies := resp.Cookies()
	if err := json.Unmarshal(answer, &v); err != nil || len(cookies) != 1 {
		t.Fatalf("%v %s %v", cookies, answer, err)
	}
	if c := cookies[0]; c.Path != Prefix+"/share/"+v.ID+"/hls/" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Expires.After(v.Until.Add(time.Second)) {
		t.Errorf("cookie %s", c)
	}
	carried := header("Cookie", cookies[0].Name+"="+cookies[0].Value)
	if resp, list := d.do("GET", Prefix+"/share/"+v.ID+"/hls/index.m3u8", "", carried); resp.StatusCode != 200 || !bytes.Contains(list, []byte("avc1.")) {
		t.Errorf("by its cookie: %d %s", resp.StatusCode, list)
	}
	if resp, answer := d.do("GET", Prefix+"/share/"+v.ID, "", carried); resp.StatusCode != 404 {
		t.Errorf("the cookie opens more than the files: %d %s", resp.StatusCode, answer)
	}
	if resp, answer := d.do("GET", Prefix+"/share/"+v.ID+"/hls/index.m3u8", "", header("Cookie", cookies[0].Name+"=guessed")); resp.StatusCode != 404 {
		t.Errorf("a guessed cookie: %d %s", resp.StatusCode, answer)
	}
}

// waiting is an HLS that writes when it is told to.
type waiting struct{ asked, write chan struct{} }

func (h waiting) Serve(w http.ResponseWriter, _ *http.Request, _, _ string) error {
	close(h.asked)
	<-h.write
	_, err := w.Write([]byte("a part from after the end"))
	return err
}

func TestWhatWaitsForItsNextPartWhenTheLinkEndsDoesNotGetIt(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	sharing(t, d, 1)
	made := d.link("V01")
	v := d.look(made.Token)
	held := waiting{make(chan struct{}), make(chan struct{})}
	d.handler.cfg.HLS = held
	got := make(chan string, 1)
	go func() {
		r, err := http.NewRequest("GET", d.url+Prefix+"/share/"+v.ID+"/hls/part.mp4", nil)
		if err != nil {
			got <- err.Error()
			return
		}
		bearing(made.Token)(r)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			got <- "cut"
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		got <- string(b)
	}()
	select {
	case <-held.asked:
	case what := <-got:
		t.Fatalf("it is not asked: %s", what)
	}
	if resp, answer := d.do("DELETE", Prefix+"/shares/"+made.Share.ID, "", by(account.Operator, d)); resp.StatusCode != 204 {
		t.Fatalf("revoke: %d %s", resp.StatusCode, answer)
	}
	close(held.write)
	if what := <-got; strings.Contains(what, "a part") { // it is cut off, or asks again and is refused
		t.Errorf("it got %q", what)
	}
}

func TestThePrivacyGateHoldsForSharedCameras(t *testing.T) {
	d := newDoor(t)
	shut := film(t, d)
	sharing(t, d, 1)
	made := d.link("V01")
	v := d.look(made.Token)
	shut.Store(true)
	for _, call := range [][2]string{{"GET", "/hls/index.m3u8"}, {"POST", "/whep"}} {
		resp, answer := d.do(call[0], Prefix+"/share/"+v.ID+call[1], "", bearing(made.Token), offering(rig.NewBrowser(t, webrtc.Configuration{}).Offer(t)))
		if p := problemOf(t, answer); resp.StatusCode != 409 || p.Code != "video-gated" || strings.Contains(p.Message, "school") {
			t.Errorf("%s: %d %s", call[1], resp.StatusCode, answer)
		}
	}
	shut.Store(false)
	first := d.play(v, made.Token)
	<-first.Packets
	stop := d.place
	second := d.play(v, made.Token) // in the place of the first
	<-first.Closed
	for _, place := range []string{stop, d.place} {
		<-second.Packets // the one that is gone takes nothing with it
		if resp, answer := d.do("DELETE", place, "", bearing(made.Token)); resp.StatusCode != 204 {
			t.Errorf("stop: %d %s", resp.StatusCode, answer)
		}
	}
	<-second.Closed
}

// A link ends with the account of whoever made it, and with its right to make one.
func TestALinkEndsWithItsMakersAccount(t *testing.T) {
	d := newDoor(t)
	film(t, d)
	db, _ := sharing(t, d, 1)
	root := by(account.Admin, d)
	for name, end := range map[string][3]string{"a viewer now": {"PATCH", "/users/lin", `{"role":"viewer"}`}, "a token": {"DELETE", "/tokens/dispatch", ""}, "removed": {"DELETE", "/users/chief", ""}} {
		maker := map[string]call{"a viewer now": by(account.Operator, d), "a token": bearing(d.token), "removed": by(account.Supervisor, d)}[name]
		resp, answer := d.do("POST", Prefix+"/cameras/V01/shares", `{"viewer":"Li","reason":"smoke","until":"`+time.Now().Add(time.Hour).Format(time.RFC3339)+`"}`, maker)
		var made ShareMade
		if err := json.Unmarshal(answer, &made); err != nil || resp.StatusCode != 201 {
			t.Fatalf("%s: %d %s", name, resp.StatusCode, answer)
		}
		v := d.look(made.Token)
		if resp, answer := d.do(end[0], Prefix+end[1], end[2], root); resp.StatusCode != 204 {
			t.Fatalf("%s: %d %s", name, resp.StatusCode, answer)
		}
		if resp, answer := d.do("GET", Prefix+"/share/"+v.ID, "", bearing(made.Token)); !strings.Contains(string(answer), `"end":"revoked"`) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, answer)
		}
		if resp, _ := d.do("POST", Prefix+"/share", "", bearing(made.Token)); resp.StatusCode != 404 {
			t.Errorf("%s: opened again, %d", name, resp.StatusCode)
		}
	}
	if got := strings.Count(d.acts(db), "share.revoked share by root"); got != 3 {
		t.Errorf("%d of 3 in the ledger:\n%s", got, d.acts(db))
	}
}

func TestWhatALinkMayBe(t *testing.T) {
	d := newDoor(t)
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
	post := func(path, body string, role account.Role) (int, string) {
		resp, answer := d.do("POST", Prefix+path, body, by(role, d))
		return resp.StatusCode, problemOf(t, answer).Code
	}
	good := `{"viewer":"Li","reason":"smoke","until":"` + in(time.Hour) + `"}`
	if status, code := post("/cameras/V01/shares", good, account.Operator); status != 503 || code != "unavailable" {
		t.Errorf("without: %d %s", status, code)
	}
	film(t, d)
	sharing(t, d, 1)
	for name, c := range map[string]struct {
		path, body string
		status     int
		code       string
	}{
		"a camera that is none": {"/cameras/V99/shares", good, 404, "unknown-camera"},
		"for nobody":            {"/cameras/V01/shares", `{"viewer":"","reason":"smoke","until":"` + in(time.Hour) + `"}`, 422, "invalid"},
		"without a reason":      {"/cameras/V01/shares", `{"viewer":"Li","reason":"","until":"` + in(time.Hour) + `"}`, 422, "invalid"},
		"a forged line":         {"/cameras/V01/shares", `{"viewer":"Li\nroot","reason":"smoke","until":"` + in(time.Hour) + `"}`, 422, "invalid"},
		"for two days":          {"/cameras/V01/shares", `{"viewer":"Li","reason":"smoke","until":"` + in(48*time.Hour) + `"}`, 422, "invalid"},
		"for yesterday":         {"/cameras/V01/shares", `{"viewer":"Li","reason":"smoke","until":"` + in(-time.Hour) + `"}`, 422, "invalid"},
	} {
		if status, code := post(c.path, c.body, account.Operator); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, status, code, c.status, c.code)
		}
	}
	if status, code := post("/cameras/V01/shares", good, account.Viewer); status != 403 || code != "forbidden" {
		t.Errorf("by a viewer: %d %s", status, code)
	}
	if resp, answer := d.do("DELETE", Prefix+"/shares/none", "", by(account.Operator, d)); resp.StatusCode != 404 || problemOf(t, answer).Code != "unknown-share" {
		t.Errorf("taking back nothing: %d %s", resp.StatusCode, answer)
	}
}
