package api

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
)

var waypointAt = at(32.5, 120.4).At(60)

func at(lat, lon float64) geo.LatLon { return geo.LatLon{Lat: lat, Lon: lon} }

func waypoint() fleet.Item { return fleet.Item{Kind: fleet.ItemWaypoint, Position: waypointAt} }

func TestBadInput(t *testing.T) {
	d := newDoor(t)
	good := `"place":{"lat":32.5,"lon":120.4}`
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code, says         string
	}{
		"latitude 91":         {"POST", "/incidents", `{"title":"x","place":{"lat":91,"lon":120}}`, 422, "invalid", "place.lat"},
		"longitude -181":      {"POST", "/incidents", `{"title":"x","place":{"lat":9,"lon":-181}}`, 422, "invalid", "place.lon"},
		"NaN":                 {"POST", "/incidents", `{"title":"x","place":{"lat":NaN,"lon":120}}`, 400, "invalid-json", ""},
		"infinite":            {"POST", "/incidents", `{"title":"x","place":{"lat":1e999,"lon":120}}`, 400, "invalid-json", ""},
		"a number as text":    {"POST", "/incidents", `{"title":"x","place":{"lat":"32","lon":120}}`, 422, "invalid", "place.lat"},
		"no place":            {"POST", "/incidents", `{"title":"x"}`, 422, "invalid", "place"},
		"no latitude":         {"POST", "/incidents", `{"title":"x","place":{"lon":1}}`, 422, "invalid", "lat"},
		"null place":          {"POST", "/incidents", `{"title":"x","place":null}`, 422, "invalid", "place"},
		"unknown field":       {"POST", "/incidents", `{"title":"x","severity":1,` + good + `}`, 422, "unknown-field", "severity"},
		"unknown nested":      {"POST", "/incidents", `{"title":"x","place":{"lat":1,"lon":2,"alt":3}}`, 422, "unknown-field", "place.alt"},
		"field twice":         {"POST", "/incidents", `{"title":"x","place":{"lat":1,"lon":2,"Lat":91}}`, 400, "duplicate-field", "Lat"},
		"object twice":        {"POST", "/incidents", `{"title":"x",` + good + `,"PLACE":{"lat":91,"lon":0}}`, 400, "duplicate-field", "PLACE"},
		"priority 0":          {"POST", "/incidents", `{"title":"x","priority":0,` + good + `}`, 422, "invalid", "priority"},
		"priority 2.5":        {"POST", "/incidents", `{"title":"x","priority":2.5,` + good + `}`, 422, "invalid", "priority"},
		"empty title":         {"POST", "/incidents", `{"title":"",` + good + `}`, 422, "invalid", "title"},
		"long title":          {"POST", "/incidents", `{"title":"` + strings.Repeat("x", 201) + `",` + good + `}`, 422, "invalid", "title"},
		"control characters":  {"POST", "/incidents", `{"title":"a\nb",` + good + `}`, 422, "invalid", "title"},
		"terminal escape":     {"POST", "/incidents/I1/cancel", `{"reason":"\u001b[2J"}`, 422, "invalid", "reason"},
		"not JSON":            {"POST", "/incidents", `title=x`, 400, "invalid-json", ""},
		"two values":          {"POST", "/incidents", `{"title":"x",` + good + `} {}`, 400, "invalid-json", ""},
		"an array":            {"POST", "/incidents", `[]`, 422, "invalid", "object"},
		"nothing":             {"POST", "/incidents", ``, 400, "invalid", "body"},
		"deep":                {"POST", "/incidents", strings.Repeat("[", 100000), 400, "invalid-json", ""},
		"altitude":            {"POST", "/vehicles/V01/goto", `{"position":{"lat":1,"lon":2,"altAmsl":10001}}`, 422, "invalid", "position"},
		"no altitude":         {"POST", "/vehicles/V01/goto", `{"position":{"lat":1,"lon":2}}`, 422, "invalid", "altAmsl"},
		"orbit without one":   {"POST", "/vehicles/V01/orbit", `{"position":{"lat":1,"lon":2},"radiusM":40}`, 422, "invalid", "altAmsl"},
		"radius no number":    {"POST", "/vehicles/V01/orbit", `{"position":{"lat":1,"lon":2,"altAmsl":60},"radiusM":1e999}`, 400, "invalid-json", ""},
		"negative epoch":      {"POST", "/vehicles/V01/hold", `{"epoch":-1}`, 422, "invalid", "epoch"},
		"unknown vehicle":     {"POST", "/vehicles/V99/hold", ``, 404, "unknown-vehicle", "V99"},
		"unknown act":         {"POST", "/vehicles/V01/arm", ``, 404, "not-found", ""},
		"raw MAVLink":         {"POST", "/vehicles/V01/mavlink", `{}`, 404, "not-found", ""},
		"vehicle to read":     {"GET", "/vehicles/V99", ``, 404, "unknown-vehicle", "V99"},
		"dock to read":        {"GET", "/docks/V01", ``, 404, "unknown-dock", "V01"},
		"incident to read":    {"GET", "/incidents/none", ``, 404, "unknown-incident", "none"},
		"long id":             {"GET", "/incidents/" + strings.Repeat("x", 200), ``, 422, "invalid", "id"},
		"plan without items":  {"POST", "/plans", `{"name":"x","items":[]}`, 422, "invalid", "items"},
		"null items":          {"POST", "/plans", `{"name":"x","items":null}`, 422, "invalid", "items"},
		"item kind":           {"POST", "/plans", `{"name":"x","items":[{"kind":"kamikaze","position":{"lat":1,"lon":2,"altAmsl":3}}]}`, 422, "invalid", "items[0].kind"},
		"item place":          {"POST", "/plans", `{"name":"x","items":[{"kind":"waypoint","position":{"lat":1,"lon":2,"altAmsl":99999}}]}`, 422, "invalid", "items[0].position"},
		"plan version":        {"PUT", "/plans/P1", `{"name":"x","items":[{"kind":"speed","speedMs":5,"position":{"lat":0,"lon":0,"altAmsl":0}}]}`, 422, "invalid", "version"},
		"patrol zone":         {"POST", "/patrols", `{"name":"x","plan":"P1","recurrence":"FREQ=DAILY","start":"2026-03-01T00:00:00Z","zone":"Moon/Base","windowS":60,"enabled":true}`, 422, "invalid", "zone"},
		"patrol local zone":   {"POST", "/patrols", `{"name":"x","plan":"P1","recurrence":"FREQ=DAILY","start":"2026-03-01T00:00:00Z","zone":"Local","windowS":60,"enabled":true}`, 422, "invalid", "zone"},
		"patrol start":        {"POST", "/patrols", `{"name":"x","plan":"P1","recurrence":"FREQ=DAILY","start":"tomorrow","zone":"UTC","windowS":60,"enabled":true}`, 422, "invalid", "start"},
		"patrol vehicle":      {"POST", "/patrols", `{"name":"x","plan":"P1","vehicle":"V99","recurrence":"FREQ=DAILY","start":"2026-03-01T00:00:00Z","zone":"UTC","windowS":60,"enabled":true}`, 404, "unknown-vehicle", "V99"},
		"fly with an unknown": {"POST", "/plans/P1/fly", `{"vehicle":"V99"}`, 404, "unknown-vehicle", "V99"},
	} {
		before := d.desk.count()
		resp, answer := d.do(c.method, Prefix+c.path, c.body, by(account.Operator, d))
		p := problemOf(t, answer)
		if resp.StatusCode != c.status || p.Code != c.code || !strings.Contains(p.Message, c.says) || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, want %d %s with %q", name, resp.StatusCode, answer, c.status, c.code, c.says)
		}
		if d.desk.count() != before {
			t.Errorf("%s reached the desk: %+v", name, d.desk.last())
		}
	}
}

func TestHugeBodies(t *testing.T) {
	d := newDoor(t)
	for _, path := range []string{"/incidents", "/plans/import", "/plans", "/cameras/V01/whep", "/vehicles/V01/hold"} {
		for name, known := range map[string]bool{"announced": true, "chunked": false} {
			r, err := http.NewRequest("POST", d.url+Prefix+path, io.LimitReader(endless{}, 50<<20))
			if err != nil {
				t.Fatal(err)
			}
			if known {
				r.ContentLength = 50 << 20
			}
			r.Header.Set("Content-Type", "application/json")
			by(account.Operator, d)(r)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Errorf("%s %s: %v", path, name, err)
				continue
			}
			answer, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != http.StatusRequestEntityTooLarge || problemOf(t, answer).Code != "too-large" {
				t.Errorf("%s %s: %d %s", path, name, resp.StatusCode, answer)
			}
		}
	}
	// The largest that is allowed is read to its end.
	body := `{"name":"x"` + strings.Repeat(" ", maxBody-len(`{"name":"x"}`)) + `}`
	if resp, answer := d.do("POST", Prefix+"/plans/import", body, by(account.Operator, d)); resp.StatusCode != 201 {
		t.Errorf("%d bytes: %d %s", len(body), resp.StatusCode, answer)
	}
	if d.desk.count() != 1 {
		t.Errorf("the desk was asked %d times", d.desk.count())
	}
}

// endless is a reader of spaces.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte(" "), len(p)))
	return len(p), nil
}

func TestOtherMediaTypes(t *testing.T) {
	d := newDoor(t)
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"} {
		resp, answer := d.do("POST", Prefix+"/incidents", `{"title":"x","place":{"lat":1,"lon":2}}`, by(account.Operator, d), header("Content-Type", media))
		if resp.StatusCode != http.StatusUnsupportedMediaType || problemOf(t, answer).Code != "unsupported-media-type" {
			t.Errorf("%s: %d %s", media, resp.StatusCode, answer)
		}
	}
}

func TestAPanicIsA500(t *testing.T) {
	d := newDoor(t)
	d.handler.cfg.Desk = nil
	resp, answer := d.do("POST", Prefix+"/fleet/hold", "", by(account.Operator, d))
	if resp.StatusCode != 500 || problemOf(t, answer).Code != "internal" {
		t.Errorf("%d %s", resp.StatusCode, answer)
	}
}

func FuzzDuplicates(f *testing.F) {
	for _, seed := range []string{`{"a":1,"A":2}`, `[{"a":{"a":[]}},{"a":1}]`, `{"a":"a","b":"a"}`, `{`, `}`, `]`, `{"a":[}`, `1 2`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		var v any
		_ = format().Unmarshal(data, &v)
	})
}
