package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/video"
)

// keeper keeps accounts in memory.
type keeper struct {
	mu    sync.Mutex
	state account.State
	fail  error
}

func (k *keeper) LoadAccounts() (account.State, error) { return k.state, nil }

func (k *keeper) CommitAccounts(changes []account.Change) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	for _, c := range changes {
		switch v := c.Value.(type) {
		case account.User:
			k.state.Users = append(k.state.Users, v)
		case account.Session:
			k.state.Sessions = append(k.state.Sessions, v)
		case account.Token:
			k.state.Tokens = append(k.state.Tokens, v)
		}
	}
	return nil
}

// people are one signed-in user of each role and a token, made once: hashing passwords is dear.
var people = sync.OnceValue(func() (p struct {
	state  account.State
	cookie map[account.Role]string
	token  string
}) {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	k := &keeper{}
	a, err := account.Open(k, nil)
	must(err)
	setup, err := a.OpenSetup()
	must(err)
	p.cookie = map[account.Role]string{}
	_, p.cookie[account.Admin], err = a.SetUp(setup, "root", password)
	must(err)
	for name, role := range map[string]account.Role{"lin": account.Operator, "chief": account.Supervisor, "guest": account.Viewer} {
		must(a.AddUser(name, role, password, "root"))
		_, p.cookie[role], err = a.SignIn(name, password)
		must(err)
	}
	_, p.token, err = a.AddToken("dispatch", account.Operator, "root", time.Time{})
	must(err)
	p.state = k.state
	return p
})

// desk answers what each request type promises, and remembers what it was asked.
type desk struct {
	mu     sync.Mutex
	asked  []any
	by     []string
	refuse *fleet.Problem
	ended  chan fleet.IntentID // flights by hand
}

func (d *desk) Do(_ context.Context, by string, body any) (any, *fleet.Problem) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked, d.by = append(d.asked, body), append(d.by, by)
	if d.refuse != nil {
		return nil, d.refuse
	}
	switch b := body.(type) {
	case mission.CreateIncident:
		return mission.Incident{ID: "I1", Title: b.Title, Place: b.Place, Priority: b.Priority, State: mission.IncidentQueued, By: by}, nil
	case mission.MoveIncident:
		return mission.Incident{ID: b.ID, Place: b.Place}, nil
	case mission.CancelIncident:
		return mission.Incident{ID: b.ID, Reason: b.Reason, State: mission.IncidentCancelled}, nil
	case mission.PutPlan:
		b.Plan.Version++
		return b.Plan, nil
	case mission.PutPatrol:
		return b.Patrol, nil
	case mission.FlyPlan:
		return mission.Sortie{ID: "S1", Plan: b.Plan}, nil
	case mission.ConfirmLaunch:
		return mission.Sortie{ID: b.Sortie, ConfirmedBy: by}, nil
	case mission.RecallSortie:
		return mission.Sortie{ID: b.Sortie}, nil
	case mission.Manual:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: b.Act, By: by, Stage: fleet.StageSent}, nil
	case mission.FlyByHand:
		return mission.Command{ID: "F1", Vehicle: b.Vehicle, Act: "fly", By: by, Stage: fleet.StageSent}, nil
	case mission.FollowTarget:
		return mission.Command{ID: "W1", Vehicle: b.Vehicle, Act: "follow", By: by, Stage: fleet.StageSent}, nil
	case mission.FeedTarget:
		return nil, nil
	case mission.EndByHand:
		d.ended <- b.Grant
		return mission.Command{ID: b.Grant, Act: "fly", By: by, Stage: fleet.StageDone}, nil
	case mission.UsePayload:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: b.Name, By: by, Stage: fleet.StageSent}, nil
	case mission.Jog:
		return nil, nil
	case mission.Release:
		return mission.Outlook{Vehicle: b.Vehicle}, nil
	case mission.HoldAll, mission.RecallAll:
		return []mission.Command{{ID: "M1"}}, nil
	case mission.ReadParams:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: "read-parameters"}, nil
	case mission.ReadExtParams:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Component: b.Component}, nil
	case mission.WriteExtParam:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Component: b.Component, Texts: map[string]string{b.Name: b.Value}}, nil
	case mission.RotateKey:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: "rotate-key"}, nil
	case mission.RequireSafety:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: "require-safety"}, nil
	case mission.WriteParams:
		return mission.Command{ID: "M1", Vehicle: b.Vehicle, Act: "write-parameters", Params: b.Values}, nil
	case mission.SaveParamSet:
		return mission.ParamSet{ID: "PS1", Name: b.Name, Vehicle: b.List.Vehicle, By: by, Params: b.List.Params}, nil
	case mission.DeleteParamSet:
		return nil, nil
	case mission.AckAlarm:
		return mission.Alarm{ID: b.ID, AckBy: by}, nil
	case mission.PutPrivacyZone:
		return b.Zone, nil
	case mission.OverridePicture:
		return mission.Picture{Camera: b.Camera, Show: true, Record: true, Code: "override", Override: &privacy.Override{By: by, Reason: b.Reason}}, nil
	case mission.EndOverride:
		return mission.Picture{Camera: b.Camera}, nil
	case mission.DeletePlan, mission.DeletePatrol, mission.DeletePrivacyZone:
		return nil, nil
	}
	return nil, fleet.Refuse("internal", "unexpected %T", body)
}

func (d *desk) last() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.asked) == 0 {
		return nil
	}
	return d.asked[len(d.asked)-1]
}

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

type relay struct {
	mu      sync.Mutex
	stopped []string
	wish    video.Layer
}

func (*relay) Recoded(string) bool { return false }

func (*relay) Stamp(id, _ string) (string, error) { return id, nil }

func (*relay) Stamping() error { return nil }

func (*relay) Play(_ context.Context, id, offer string) (string, string, error) {
	if id == "V02" {
		return "", "", fmt.Errorf("connect to the camera: refused")
	}
	return "answer to " + offer, "viewer/1", nil
}

var iceLinks = []string{`<stun:stun.example:3478>; rel="ice-server"`, `<turn:turn.example:3478>; rel="ice-server"; username="u"; credential="c"; credential-type="password"`}

type noSecret struct{}

func (noSecret) Error() string { return "no such source, or not its secret" }
func (noSecret) Code() string  { return "denied" }

func (*relay) Publish(_ context.Context, id, secret, offer string) (string, string, error) {
	if id != "C01" || secret != "s3cret" {
		return "", "", noSecret{}
	}
	return "answer to " + offer, "publisher/1", nil
}

func (*relay) Grant(id string) (string, string, time.Time, error) {
	return "rtsp://127.0.0.1:8554/" + id, "token", time.Unix(1000, 0).UTC(), nil
}

func (*relay) Clock(viewer string) (video.Clock, bool) {
	at := time.Unix(1000, 0).UTC()
	return map[string]video.Clock{"viewer/1": {RTP: 7, At: at, Captured: true}, "viewer/2": {RTP: 8, At: at}}[viewer], viewer == "viewer/1" || viewer == "viewer/2"
}

func (*relay) Layered(viewer string) bool { return viewer == "viewer/1" }

func (v *relay) Layer(viewer string) (want, given video.Layer, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.wish == "" {
		v.wish = video.LayerAuto
	}
	return v.wish, video.LayerKeys, viewer == "viewer/1"
}

func (v *relay) Choose(viewer string, want video.Layer) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if viewer != "viewer/1" {
		return video.ErrNoLayer
	}
	v.wish = want
	return nil
}

func (v *relay) Stop(viewer string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stopped = append(v.stopped, viewer)
}

const password = "a long enough password"

// door is the whole API on a real socket, with one user of each role.
type door struct {
	t        *testing.T
	url      string
	handler  *Handler
	board    *fleet.Board
	desk     *desk
	video    *relay
	steering *steering
	keeper   *keeper
	accounts *account.Accounts
	metrics  *prometheus.Registry
	cookie   map[account.Role]string
	token    string
	place    string // of the picture that was begun last, for who watches by a share link
}

func newDoor(t *testing.T) *door {
	t.Helper()
	p := people()
	d := &door{t: t, board: fleet.NewBoard(), desk: &desk{ended: make(chan fleet.IntentID, 8)}, video: &relay{}, steering: &steering{}, keeper: &keeper{state: p.state}, metrics: prometheus.NewRegistry(),
		cookie: p.cookie, token: p.token}
	var err error
	if d.accounts, err = account.Open(d.keeper, nil); err != nil {
		t.Fatal(err)
	}
	home := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(4)
	registry := fleet.Registry{
		Vehicles: []fleet.VehicleSpec{{ID: "V01", Name: "one", Class: fleet.DockQuad, SystemID: 1, Dock: "H01", CameraURL: "rtsp://secret.example/V01"}, {ID: "V02", Class: fleet.CrewQuad, SystemID: 2, Site: &home}},
		Docks:    []fleet.DockSpec{{ID: "H01", Name: "one", SystemID: 101, Pad: home, GroundPad: home}},
	}
	d.handler = New(Config{Board: d.board, Desk: d.desk, Registry: registry, Video: d.video, ICELinks: func() []string { return iceLinks }, Steering: d.steering, Accounts: d.accounts, Metrics: d.metrics, PlanFiles: PlanFiles{Parse: parsePlan, Format: formatPlan},
		Static: fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>console</title>")}, "assets/a.js": {Data: []byte("export {}")}}})
	server := httptest.NewServer(d.handler)
	d.url = server.URL
	t.Cleanup(func() {
		d.handler.Close()
		server.Close()
	})
	d.board.Put(fleet.KindVehicleSpec, "V01", registry.Vehicles[0])
	d.board.Put(fleet.KindVehicle, "V01", vehicle(0))
	d.board.Put(mission.KindOutlook, "V01", mission.Outlook{Vehicle: "V01", Control: mission.Control{Vehicle: "V01", Holder: "automation"}, Why: mission.Why{Kind: "idle"}})
	d.board.Put(fleet.KindDock, "H01", dock())
	d.board.Put(mission.KindIncident, "I1", mission.Incident{ID: "I1", Title: "smoke", State: mission.IncidentQueued})
	d.board.Put(mission.KindSortie, "S1", mission.Sortie{ID: "S1", Vehicle: "V01", State: mission.Outbound})
	d.board.Put(mission.KindPlan, "P1", mission.Plan{ID: "P1", Name: "river", Version: 1, Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: home}}})
	d.board.Put(mission.KindPatrol, "R1", mission.Patrol{ID: "R1", Name: "night"})
	d.board.Put(mission.KindAlarm, "low/V01", alarm("low/V01"))
	return d
}

// parsePlan reads {"name"}, formatPlan writes the name.
func parsePlan(file []byte) (string, []fleet.Item, []fleet.Zone, error) {
	var f struct{ Name string }
	if err := json.Unmarshal(file, &f); err != nil {
		return "", nil, nil, err
	}
	return f.Name, []fleet.Item{{Kind: fleet.ItemWaypoint}}, nil, nil
}

func formatPlan(name string, _ []fleet.Item, _ []fleet.Zone) ([]byte, error) {
	return json.Marshal(name)
}

type call func(*http.Request)

func by(role account.Role, d *door) call {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookieName, Value: d.cookie[role]}) }
}

func header(name, value string) call { return func(r *http.Request) { r.Header.Set(name, value) } }

// do makes a request with a JSON body ("" for none).
func (d *door) do(method, path, body string, calls ...call) (*http.Response, []byte) {
	d.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, d.url+path, reader)
	if err != nil {
		d.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, c := range calls {
		c(r)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp, answer
}

// problemOf reads an error strictly: it must have a code, a message, and nothing else.
func problemOf(t *testing.T, body []byte) Problem {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	var p Problem
	if err := dec.Decode(&p); err != nil || p.Code == "" || p.Message == "" {
		t.Fatalf("not a problem: %q (%v)", body, err)
	}
	return p
}

// noRegistry keeps no metrics.
type noRegistry struct{}

func (noRegistry) Register(prometheus.Collector) error  { return nil }
func (noRegistry) MustRegister(...prometheus.Collector) {}
func (noRegistry) Unregister(prometheus.Collector) bool { return true }

var discard = slog.New(slog.DiscardHandler)

// vehicle is one as a session would show it; n makes it differ.
func vehicle(n uint64) fleet.Vehicle {
	at := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(50)
	return fleet.Vehicle{ID: "V01", Link: fleet.LinkOnline, Mode: fleet.ModeMission, Landed: fleet.InAir, Position: &at, RxFrames: n}
}

func dock() fleet.Dock {
	return fleet.Dock{ID: "H01", Link: fleet.LinkOnline, State: fleet.DockIdle, LidSwitch: fleet.LidClosed, LidEncoder: fleet.LidClosed}
}

func alarm(id string) mission.Alarm {
	return mission.Alarm{ID: id, Code: "low", Severity: "critical", Active: true}
}

func command(id fleet.IntentID) mission.Command {
	return mission.Command{ID: id, Vehicle: "V01", Act: "hold", Stage: fleet.StageSent}
}
