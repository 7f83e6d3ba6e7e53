package api

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// operation is one route as openapi.json tells it.
type operation struct {
	method, path string
	role         account.Role // open: none
	media        string       // of its body
}

var braces = regexp.MustCompile(`\{[^}]+\}`)

// operations reads every route from the description, so that a new one cannot be forgotten here.
func operations(t *testing.T, d *door) []operation {
	t.Helper()
	var out []operation
	for path, item := range d.handler.huma.OpenAPI().Paths {
		for _, op := range []struct {
			method string
			found  bool
		}{{http.MethodGet, item.Get != nil}, {http.MethodPost, item.Post != nil}, {http.MethodPut, item.Put != nil}, {http.MethodPatch, item.Patch != nil}, {http.MethodDelete, item.Delete != nil}} {
			if !op.found {
				continue
			}
			o := operation{method: op.method, path: braces.ReplaceAllString(path, "V01")}
			described := item.Get
			switch op.method {
			case http.MethodPost:
				described = item.Post
			case http.MethodPut:
				described = item.Put
			case http.MethodPatch:
				described = item.Patch
			case http.MethodDelete:
				described = item.Delete
			}
			o.role, _ = described.Metadata[roleKey].(account.Role)
			if described.RequestBody != nil {
				for media := range described.RequestBody.Content {
					o.media = media
				}
			}
			out = append(out, o)
		}
	}
	for _, path := range []string{"/metrics", "/api/openapi.json"} {
		out = append(out, operation{method: http.MethodGet, path: path, role: account.Viewer})
	}
	if len(out) < 45 {
		t.Fatalf("only %d operations: the walk is broken", len(out))
	}
	return out
}

func TestEveryRouteAtTheDoor(t *testing.T) {
	d := newDoor(t)
	open := map[string]bool{"POST /api/v1/session": true, "POST /api/v1/setup": true,
		"POST /api/v1/whip/V01": true, "DELETE /api/v1/whip/V01": true, // a source's secret opens these
		"POST /api/v1/share": true, "GET /api/v1/share/V01": true, "DELETE /api/v1/share/V01": true,
		"POST /api/v1/share/V01/whep": true, "DELETE /api/v1/share/V01/whep/V01": true, "GET /api/v1/share/V01/hls/V01": true} // and a share link's token these
	for _, o := range operations(t, d) {
		name := o.method + " " + o.path
		if (o.role == "") != open[name] {
			t.Errorf("%s is open: %v", name, o.role == "")
		}
		body := ""
		if o.media != "" {
			body = `{"name":"x","password":"0123456789x","token":"x"}`
		}
		expect := func(want int, code string, calls ...call) {
			t.Helper()
			resp, answer := d.do(o.method, o.path, body, calls...)
			if resp.StatusCode != want {
				t.Errorf("%s: status %d %s, want %d", name, resp.StatusCode, answer, want)
				return
			}
			if p := problemOf(t, answer); p.Code != code {
				t.Errorf("%s: code %s, want %s", name, p.Code, code)
			}
		}
		before := d.desk.count()
		for _, origin := range []string{"http://evil.example", "null", "https://" + strings.TrimPrefix(d.url, "http://"), d.url + ".evil.example", "http://x@" + strings.TrimPrefix(d.url, "http://"), ""} {
			if origin == "" {
				expect(http.StatusForbidden, "foreign-origin", by(account.Admin, d), header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "cors"))
				continue
			}
			expect(http.StatusForbidden, "foreign-origin", by(account.Admin, d), header("Origin", origin))
		}
		if o.role != "" {
			expect(http.StatusUnauthorized, "no-session")
			expect(http.StatusUnauthorized, "no-session", header("Cookie", cookieName+"=forged"))
			expect(http.StatusUnauthorized, "bad-token", header("Authorization", "Bearer gst_forged"))
			expect(http.StatusUnauthorized, "bad-token", header("Authorization", "Basic cm9vdDpyb290"), by(account.Admin, d))
		}
		for _, role := range []account.Role{account.Viewer, account.Operator, account.Supervisor} {
			if o.role != "" && !role.Allows(o.role) {
				expect(http.StatusForbidden, "forbidden", by(role, d))
			}
		}
		if d.desk.count() != before {
			t.Errorf("%s reached the desk: %+v", name, d.desk.last())
		}
	}
}

// TestNoOtherWayIn: what the walk above does not see, because it is registered beside the description, is known by name.
func TestNoOtherWayIn(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var found []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && (f.Sel.Name == "Handle" || f.Sel.Name == "HandleFunc") && len(call.Args) == 2 {
				pattern := "not a constant"
				if lit, ok := call.Args[0].(*ast.BasicLit); ok {
					pattern = strings.Trim(lit.Value, `"`)
				}
				found = append(found, pattern)
			}
			return true
		})
	}
	slices.Sort(found)
	// Health and the console's files are open; the walk covers the other two; /api/ refuses what is no route.
	if want := []string{"/", "/api/", "GET /api/openapi.json", "GET /healthz", "GET /metrics"}; !slices.Equal(found, want) {
		t.Errorf("registered beside the description: %q, want %q", found, want)
	}
}

// TestNoRawMAVLink: frames are no body of any route, however they are called.
func TestNoRawMAVLink(t *testing.T) {
	d := newDoor(t)
	// The GCS heartbeat, then SET_MODE to system 1.
	frames := "\xfd\x09\x00\x00\x00\xff\xbe\x00\x00\x00\x00\x00\x00\x00\x06\x08\x00\x04\x03\x3d\x48\xfd\x06\x00\x00\x01\xff\xbe\x0b\x00\x00\x00\x00\x04\x03\x01\x01\xaa\xbb"
	for _, o := range operations(t, d) {
		if o.media == "" {
			continue
		}
		for _, media := range []string{o.media, "application/octet-stream", "application/json", "application/x-mavlink"} {
			before := d.desk.count()
			resp, answer := d.do(o.method, o.path, frames, by(account.Admin, d), header("Content-Type", media))
			if signalling := o.media == "application/sdp" && media == o.media; resp.StatusCode < 400 && !signalling {
				t.Errorf("%s %s takes frames as %s: %d %s", o.method, o.path, media, resp.StatusCode, answer)
			}
			if d.desk.count() != before {
				t.Errorf("%s %s: frames as %s reached the desk as %+v", o.method, o.path, media, d.desk.last())
			}
		}
	}
}

func TestWhatIsOpenToAll(t *testing.T) {
	d := newDoor(t)
	for path, want := range map[string]int{"/healthz": 200, "/": 200, "/index.html": 200, "/assets/a.js": 200, "/nothing": 404, "/assets": 404,
		"/../api.go": 404, "/assets/%2e%2e/%2e%2e/go.mod": 404, "/api/v1/nothing": 404, "/api": 404} {
		resp, _ := d.do(http.MethodGet, path, "")
		if resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusMovedPermanently {
			resp, _ = d.do(http.MethodGet, resp.Header.Get("Location"), "")
		}
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
		csp := resp.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe-eval") || !strings.Contains(csp, "script-src 'self';") ||
			resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, resp.Header)
		}
	}
	resp, _ := d.do(http.MethodGet, "/assets/a.js", "")
	if !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") || resp.Header.Get("ETag") == "" {
		t.Errorf("asset: %v", resp.Header)
	}
	if resp, _ := d.do(http.MethodGet, "/", "", header("If-None-Match", "nonsense")); resp.StatusCode != 200 || resp.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("index: %d %v", resp.StatusCode, resp.Header)
	}
	if again, _ := d.do(http.MethodGet, "/assets/a.js", "", header("If-None-Match", resp.Header.Get("ETag"))); again.StatusCode != http.StatusNotModified {
		t.Errorf("asset again: %d", again.StatusCode)
	}
	if resp, _ := d.do(http.MethodGet, "/api/v1/vehicles", "", by(account.Viewer, d)); resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("API answers may be cached: %v", resp.Header)
	}
	if resp, _ := d.do(http.MethodGet, "/", "", header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate")); resp.StatusCode != 200 {
		t.Errorf("a link to the console: %d", resp.StatusCode)
	}
	resp, answer := d.do(http.MethodPatch, "/api/v1/vehicles", "")
	if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET" || problemOf(t, answer).Code != "method" {
		t.Errorf("wrong method: %d %v %s", resp.StatusCode, resp.Header, answer)
	}
	if resp, _ := d.do(http.MethodPost, "/index.html", ""); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST to a file: %d", resp.StatusCode)
	}
}

func TestEveryRouteLetsInWhomItShould(t *testing.T) {
	d := newDoor(t)
	wp := `{"kind":"waypoint","position":{"lat":32.5,"lon":120.4,"altAmsl":60}}`
	patrol := `{"name":"night","plan":"P1","recurrence":"FREQ=DAILY","start":"2026-03-01T00:00:00Z","zone":"Asia/Shanghai","windowS":600,"enabled":true}`
	target := `{"position":{"lat":32.5,"lon":120.4,"altAmsl":60},"epoch":3}`
	for _, c := range []struct {
		method, path, body string
		status             int
		asked              any
		says               string
	}{
		{"GET", "/session", "", 200, nil, `"name":"lin"`},
		{"GET", "/vehicles", "", 200, nil, `"systemId":2`},
		{"GET", "/vehicles/V01", "", 200, nil, `"outlook":{`},
		{"GET", "/docks", "", 200, nil, `"state":{`},
		{"GET", "/docks/H01", "", 200, nil, `"idle"`},
		{"GET", "/incidents", "", 200, nil, `[{"id":"I1"`},
		{"GET", "/incidents/I1", "", 200, nil, `"smoke"`},
		{"POST", "/incidents", `{"title":"smoke","place":{"lat":32.5,"lon":120.4}}`, 202, mission.CreateIncident{Title: "smoke", Priority: 3, Place: at(32.5, 120.4)}, `"state":"queued"`},
		{"POST", "/incidents", `{"externalId":"110-7","title":"烟","category":"fire","priority":1,"place":{"lat":-90,"lon":180}}`, 202,
			mission.CreateIncident{ExternalID: "110-7", Title: "烟", Category: "fire", Priority: 1, Place: at(-90, 180)}, `"by":"lin"`},
		{"PATCH", "/incidents/I1", `{"place":{"lat":1,"lon":2}}`, 200, mission.MoveIncident{ID: "I1", Place: at(1, 2)}, `"I1"`},
		{"POST", "/incidents/I1/cancel", "", 200, mission.CancelIncident{ID: "I1"}, `"cancelled"`},
		{"POST", "/incidents/I1/cancel", `{"reason":"false alarm"}`, 200, mission.CancelIncident{ID: "I1", Reason: "false alarm"}, `"false alarm"`},
		{"GET", "/sorties", "", 200, nil, `"S1"`},
		{"GET", "/sorties/S1", "", 200, nil, `"V01"`},
		{"POST", "/sorties/S1/confirm", "", 200, mission.ConfirmLaunch{Sortie: "S1"}, `"confirmedBy":"lin"`},
		{"POST", "/sorties/S1/recall", "", 202, mission.RecallSortie{Sortie: "S1"}, `"S1"`},
		{"GET", "/plans", "", 200, nil, `"river"`},
		{"GET", "/plans/P1", "", 200, nil, `"river"`},
		{"POST", "/plans", `{"name":"canal","items":[` + wp + `]}`, 201, mission.PutPlan{Plan: mission.Plan{Name: "canal", Items: []fleet.Item{waypoint()}}}, `"version":1`},
		{"PUT", "/plans/P1", `{"name":"canal","version":1,"items":[` + wp + `]}`, 200, mission.PutPlan{Plan: mission.Plan{ID: "P1", Version: 1, Name: "canal", Items: []fleet.Item{waypoint()}}}, `"version":2`},
		{"DELETE", "/plans/P1", "", 204, mission.DeletePlan{ID: "P1"}, ""},
		{"POST", "/plans/P1/fly", "", 202, mission.FlyPlan{Plan: "P1"}, `"S1"`},
		{"POST", "/plans/P1/fly", `{"vehicle":"V02"}`, 202, mission.FlyPlan{Plan: "P1", Vehicle: "V02"}, `"S1"`},
		{"GET", "/patrols", "", 200, nil, `"night"`},
		{"GET", "/patrols/R1", "", 200, nil, `"night"`},
		{"POST", "/patrols", patrol, 201, nil, `"zone":"Asia/Shanghai"`},
		{"PUT", "/patrols/R1", patrol, 200, nil, `"id":"R1"`},
		{"DELETE", "/patrols/R1", "", 204, mission.DeletePatrol{ID: "R1"}, ""},
		{"POST", "/vehicles/V01/goto", target, 202, mission.Manual{Vehicle: "V01", Act: "goto", Target: &waypointAt, Epoch: 3}, `"act":"goto"`},
		{"POST", "/vehicles/V01/goto", `{"position":{"lat":32.5,"lon":120.4,"altAmsl":60},"ownAltitude":true}`, 202,
			mission.Manual{Vehicle: "V01", Act: "goto", Target: &waypointAt, OwnAltitude: true}, `"act":"goto"`},
		{"POST", "/vehicles/V01/orbit", `{"position":{"lat":32.5,"lon":120.4,"altAmsl":60},"radiusM":80,"ownAltitude":true,"epoch":3}`, 202,
			mission.Manual{Vehicle: "V01", Act: "orbit", Target: &waypointAt, OwnAltitude: true, RadiusM: 80, Epoch: 3}, `"act":"orbit"`},
		{"POST", "/vehicles/V01/look-at", target, 202, mission.Manual{Vehicle: "V01", Act: "look-at", Target: &waypointAt, Epoch: 3}, `"act":"look-at"`},
		{"POST", "/vehicles/V01/hold", "", 202, mission.Manual{Vehicle: "V01", Act: "hold"}, `"by":"lin"`},
		{"POST", "/vehicles/V01/continue", `{"epoch":9}`, 202, mission.Manual{Vehicle: "V01", Act: "continue", Epoch: 9}, `"continue"`},
		{"POST", "/vehicles/V01/return", "{}", 202, mission.Manual{Vehicle: "V01", Act: "return"}, `"return"`},
		{"POST", "/vehicles/V01/land", "", 202, mission.Manual{Vehicle: "V01", Act: "land"}, `"land"`},
		{"POST", "/vehicles/V01/follow", `{"vehicle":"V02","distanceM":60}`, 202, mission.FollowTarget{Vehicle: "V01", Target: "V02", DistanceM: 60}, `"act":"follow"`},
		{"PUT", "/vehicles/V01/follow/target", `{"place":{"lat":32.5,"lon":120.5}}`, 204, mission.FeedTarget{Vehicle: "V01", Place: geo.LatLon{Lat: 32.5, Lon: 120.5}}, ""},
		{"POST", "/vehicles/V01/fly", `{"epoch":4}`, 202, mission.FlyByHand{Vehicle: "V01", Epoch: 4}, `"act":"fly"`},
		{"POST", "/vehicles/V01/release", "", 200, mission.Release{Vehicle: "V01"}, `"vehicle":"V01"`},
		{"POST", "/fleet/hold", "", 202, mission.HoldAll{}, `[{"id":"M1"`},
		{"POST", "/fleet/recall", "", 202, mission.RecallAll{}, `[{"id":"M1"`},
		{"GET", "/alarms", "", 200, nil, `"low/V01"`},
		{"POST", "/alarms/low%2FV01/ack", "", 200, mission.AckAlarm{ID: "low/V01"}, `"ackBy":"lin"`},
	} {
		resp, answer := d.do(c.method, Prefix+c.path, c.body, by(account.Operator, d), header("Origin", d.url))
		if resp.StatusCode != c.status || !strings.Contains(string(answer), c.says) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.method, c.path, resp.StatusCode, answer, c.status, c.says)
		}
		if c.asked != nil {
			want, _ := json.Marshal(c.asked)
			got, _ := json.Marshal(d.desk.last())
			if string(want) != string(got) {
				t.Errorf("%s %s asked the desk for %s, want %s", c.method, c.path, got, want)
			}
		}
		if strings.Contains(string(answer), "rtsp://") {
			t.Errorf("%s %s tells the camera's address: %s", c.method, c.path, answer)
		}
	}
}

func TestTokensFlyButDoNotConfirm(t *testing.T) {
	d := newDoor(t)
	bearer := header("Authorization", "Bearer "+d.token)
	resp, answer := d.do("POST", Prefix+"/incidents", `{"title":"smoke","place":{"lat":32.5,"lon":120.4}}`, bearer)
	if resp.StatusCode != 202 || !strings.Contains(string(answer), `"by":"dispatch"`) {
		t.Errorf("incident: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/sorties/S1/confirm", "", bearer); resp.StatusCode != 403 || problemOf(t, answer).Code != "forbidden" {
		t.Errorf("confirm: %d %s", resp.StatusCode, answer)
	}
}

func TestTheDesksRefusalsGetTheirStatus(t *testing.T) {
	d := newDoor(t)
	for code, want := range map[string]int{"unknown-vehicle": 404, "occupied": 409, "stale-epoch": 409, "invalid-recurrence": 422, "invalid": 422,
		"storage-failed": 503, "busy": 429, "no-answer": 504, "internal": 500, "denied": 403} {
		d.desk.refuse = fleet.Refuse(code, "because of %s", code)
		resp, answer := d.do("POST", Prefix+"/vehicles/V01/hold", "", by(account.Operator, d))
		if p := problemOf(t, answer); resp.StatusCode != want || p.Code != code || p.Message != "because of "+code {
			t.Errorf("%s: %d %s", code, resp.StatusCode, answer)
		}
	}
}

func TestSigningIn(t *testing.T) {
	d := newDoor(t)
	resp, answer := d.do("POST", Prefix+"/session", `{"name":"lin","password":"`+password+`"}`, header("Origin", d.url))
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, answer)
	}
	cookies := resp.Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Path != "/" || cookies[0].Secure {
		t.Fatalf("cookie: %v", resp.Header.Values("Set-Cookie"))
	}
	if strings.Contains(string(answer), cookies[0].Value) {
		t.Error("the secret is in the body too")
	}
	mine := func(r *http.Request) { r.AddCookie(cookies[0]) }
	if resp, answer = d.do("GET", Prefix+"/session", "", mine); resp.StatusCode != 200 || !strings.Contains(string(answer), `"role":"operator"`) {
		t.Errorf("who am I: %d %s", resp.StatusCode, answer)
	}
	if resp, _ = d.do("DELETE", Prefix+"/session", "", mine); resp.StatusCode != 204 || len(resp.Cookies()) != 1 || resp.Cookies()[0].MaxAge >= 0 {
		t.Errorf("sign out: %d %v", resp.StatusCode, resp.Header)
	}
	if resp, _ = d.do("GET", Prefix+"/session", "", mine); resp.StatusCode != 401 {
		t.Errorf("after signing out: %d", resp.StatusCode)
	}
	if resp, answer = d.do("POST", Prefix+"/session", `{"name":"lin","password":"wrong"}`); resp.StatusCode != 401 || problemOf(t, answer).Code != "wrong-password" {
		t.Errorf("wrong password: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/setup", `{"token":"x","name":"eve","password":"`+password+`"}`); resp.StatusCode != 403 || problemOf(t, answer).Code != "no-setup" {
		t.Errorf("setup: %d %s", resp.StatusCode, answer)
	}
	for range account.LockAfter {
		d.do("POST", Prefix+"/session", `{"name":"guest","password":"wrong"}`)
	}
	if resp, answer = d.do("POST", Prefix+"/session", `{"name":"guest","password":"`+password+`"}`); resp.StatusCode != 429 || problemOf(t, answer).Code != "locked" {
		t.Errorf("locked: %d %s", resp.StatusCode, answer)
	}
	d.keeper.mu.Lock()
	d.keeper.fail = errors.New("disk on fire")
	d.keeper.mu.Unlock()
	if resp, answer = d.do("POST", Prefix+"/session", `{"name":"lin","password":"`+password+`"}`); resp.StatusCode != 503 || strings.Contains(string(answer), "fire") {
		t.Errorf("no storage: %d %s", resp.StatusCode, answer)
	}
}

func TestUsersAndTokens(t *testing.T) {
	d := newDoor(t)
	admin := by(account.Admin, d)
	steps := []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/users", `{"name":"wang","role":"viewer","password":"0123456789"}`, 204, ""},
		{"POST", "/users", `{"name":"wang","role":"viewer","password":"0123456789"}`, 409, "exists"},
		{"POST", "/users", `{"name":"a b","role":"viewer","password":"0123456789"}`, 422, "name"},
		{"POST", "/users", `{"name":"x","role":"emperor","password":"0123456789"}`, 422, "role"},
		{"GET", "/users", "", 200, `"wang"`},
		{"PATCH", "/users/wang", `{"role":"operator"}`, 204, ""},
		{"PATCH", "/users/nobody", `{"role":"operator"}`, 404, "unknown-user"},
		{"DELETE", "/users/wang", "", 204, ""},
		{"DELETE", "/users/root", "", 409, "last-admin"},
		{"POST", "/tokens", `{"name":"cad","role":"operator"}`, 201, `"secret":"gst_`},
		{"POST", "/tokens", `{"name":"old","role":"operator","expiresAt":"2001-01-01T00:00:00Z"}`, 422, "past"},
		{"GET", "/tokens", "", 200, `"cad"`},
		{"DELETE", "/tokens/cad", "", 204, ""},
		{"DELETE", "/tokens/cad", "", 404, "unknown-token"},
	}
	for _, s := range steps {
		resp, answer := d.do(s.method, Prefix+s.path, s.body, admin)
		if resp.StatusCode != s.status || !strings.Contains(string(answer), s.says) {
			t.Errorf("%s %s %s: %d %s", s.method, s.path, s.body, resp.StatusCode, answer)
		}
		if s.method == "GET" && (strings.Contains(string(answer), "argon2") || strings.Contains(string(answer), "gst_")) {
			t.Errorf("%s tells secrets: %s", s.path, answer)
		}
	}
}

func TestPublishing(t *testing.T) {
	d := newDoor(t)
	with := func(secret, media string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+secret)
			r.Header.Set("Content-Type", media)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("offer")), 5
		}
	}
	resp, answer := d.do("POST", Prefix+"/whip/C01", "x", with("s3cret", sdpType))
	if resp.StatusCode != 201 || string(answer) != "answer to offer" || resp.Header.Get("Location") != "/api/v1/whip/publisher%2F1" || !slices.Equal(resp.Header["Link"], iceLinks) {
		t.Fatalf("%d %v %s", resp.StatusCode, resp.Header, answer)
	}
	if resp, _ = d.do("DELETE", resp.Header.Get("Location"), ""); resp.StatusCode != 204 || !slices.Equal(d.video.stopped, []string{"publisher/1"}) {
		t.Errorf("stop: %d %v", resp.StatusCode, d.video.stopped)
	}
	if resp, answer = d.do("POST", Prefix+"/whip/C01", "x", with("wrong", sdpType)); resp.StatusCode != 403 || problemOf(t, answer).Code != "denied" {
		t.Errorf("a wrong secret: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/whip/C01", "x", with("s3cret", "text/plain")); resp.StatusCode != 415 {
		t.Errorf("no offer: %d %s", resp.StatusCode, answer)
	}
	resp, answer = d.do("POST", Prefix+"/vehicles/V01/rtsp", "", by(account.Viewer, d))
	if want := `{"url":"rtsp://127.0.0.1:8554/V01","username":"viewer","token":"token","until":"1970-01-01T00:16:40Z"}`; resp.StatusCode != 201 || strings.TrimSpace(string(answer)) != want {
		t.Errorf("a player: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/vehicles/V99/rtsp", "", by(account.Viewer, d)); resp.StatusCode != 404 {
		t.Errorf("a player of no vehicle: %d %s", resp.StatusCode, answer)
	}
}

func TestWatching(t *testing.T) {
	d := newDoor(t)
	sdp := func(r *http.Request) {
		r.Header.Set("Content-Type", sdpType)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("offer")), 5
	}
	resp, answer := d.do("POST", Prefix+"/cameras/V01/whep", "x", by(account.Viewer, d), sdp)
	if resp.StatusCode != 201 || string(answer) != "answer to offer" || resp.Header.Get("Content-Type") != sdpType || resp.Header.Get("Location") != "/api/v1/whep/viewer%2F1" || !slices.Equal(resp.Header["Link"], iceLinks) {
		t.Fatalf("%d %v %s", resp.StatusCode, resp.Header, answer)
	}
	for place, want := range map[string]string{resp.Header.Get("Location"): `{"rtp":7,"at":"1970-01-01T00:16:40Z","by":"capture"}`, Prefix + "/whep/viewer%2F2": `{"rtp":8,"at":"1970-01-01T00:16:40Z","by":"arrival"}`} {
		if resp, answer := d.do("GET", place+"/clock", "", by(account.Viewer, d)); resp.StatusCode != 200 || strings.TrimSpace(string(answer)) != want {
			t.Errorf("the clock of %s: %d %s", place, resp.StatusCode, answer)
		}
	}
	if resp, answer := d.do("GET", Prefix+"/whep/viewer%2F3/clock", "", by(account.Viewer, d)); resp.StatusCode != 404 || problemOf(t, answer).Code != "not-found" {
		t.Errorf("the clock of nobody: %d %s", resp.StatusCode, answer)
	}
	if got := resp.Header.Get("Picture-Layers"); got != "full, low" {
		t.Errorf("the choice is %q", got)
	}
	layer := resp.Header.Get("Location") + "/layer"
	for _, c := range []struct {
		method, path, body string
		status             int
		answer             string
	}{
		{"GET", layer, "", 200, `{"want":"auto","given":"keys","choice":true}`},
		{"PUT", layer, `{"want":"low"}`, 200, `{"want":"low","given":"keys","choice":true}`},
		{"PUT", layer, `{"want":"keys"}`, 422, "invalid"},
		{"GET", Prefix + "/whep/viewer%2F3/layer", "", 404, "unknown-viewer"},
		{"PUT", Prefix + "/whep/viewer%2F2/layer", `{"want":"low"}`, 409, "no-layer"},
	} {
		resp, answer := d.do(c.method, c.path, c.body, by(account.Viewer, d))
		got := strings.TrimSpace(string(answer))
		if resp.StatusCode != 200 {
			got = problemOf(t, answer).Code
		}
		if resp.StatusCode != c.status || got != c.answer {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, resp.StatusCode, answer)
		}
	}
	if resp, _ = d.do("DELETE", resp.Header.Get("Location"), "", by(account.Viewer, d)); resp.StatusCode != 204 || len(d.video.stopped) != 1 || d.video.stopped[0] != "viewer/1" {
		t.Errorf("stop: %d %v", resp.StatusCode, d.video.stopped)
	}
	if resp, answer = d.do("POST", Prefix+"/cameras/V02/whep", "x", by(account.Viewer, d), sdp); resp.StatusCode != 502 || problemOf(t, answer).Code != "video-failed" {
		t.Errorf("camera down: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/cameras/V01/whep", "{}", by(account.Viewer, d)); resp.StatusCode != 415 || problemOf(t, answer).Code != "unsupported-media-type" {
		t.Errorf("JSON offer: %d %s", resp.StatusCode, answer)
	}
}

func TestPlanFiles(t *testing.T) {
	d := newDoor(t)
	resp, answer := d.do("POST", Prefix+"/plans/import", `{"name":"river","anything":[1]}`, by(account.Operator, d))
	if resp.StatusCode != 201 || !strings.Contains(string(answer), `"name":"river"`) {
		t.Errorf("import: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("POST", Prefix+"/plans/import", `not a plan`, by(account.Operator, d)); resp.StatusCode != 422 || problemOf(t, answer).Code != "invalid-plan" {
		t.Errorf("import of nonsense: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("GET", Prefix+"/plans/P1/export", "", by(account.Viewer, d)); resp.StatusCode != 200 || string(answer) != `"river"` || !strings.Contains(resp.Header.Get("Content-Disposition"), "river.plan") {
		t.Errorf("export: %d %v %s", resp.StatusCode, resp.Header, answer)
	}
}
