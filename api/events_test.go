package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// console opens the WebSocket as a browser of that role.
func (d *door) console(role account.Role) *websocket.Conn {
	d.t.Helper()
	conn, resp, err := d.dial(websocket.DefaultDialer, http.Header{"Origin": {d.url}, "Cookie": {cookieName + "=" + d.cookie[role]}})
	if err != nil {
		d.t.Fatalf("%v %+v", err, resp)
	}
	d.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (d *door) dial(dialer *websocket.Dialer, h http.Header) (*websocket.Conn, *http.Response, error) {
	conn, resp, err := dialer.Dial("ws"+strings.TrimPrefix(d.url, "http")+Prefix+"/events", h)
	return conn, resp, err
}

// hear reads one message, strictly and against its schema.
func (d *door) hear(conn *websocket.Conn) EventsMessage {
	d.t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, raw, err := conn.ReadMessage()
	if err != nil {
		d.t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var m EventsMessage
	if err := dec.Decode(&m); err != nil {
		d.t.Fatalf("%v in %s", err, raw)
	}
	for _, e := range m.Entries {
		if string(e.Value) != "null" {
			d.fits(e)
		}
	}
	return m
}

// fits holds an entry's value against the schema that the console's types are made from.
func (d *door) fits(e EventEntry) {
	d.t.Helper()
	var loose any
	if err := json.Unmarshal(e.Value, &loose); err != nil {
		d.t.Fatal(err)
	}
	reg := d.handler.huma.OpenAPI().Components.Schemas
	for _, s := range shown {
		if s.kind == e.Kind {
			res := &huma.ValidateResult{}
			huma.Validate(reg, reg.Schema(s.value, false, ""), huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, loose, res)
			if len(res.Errors) > 0 {
				d.t.Errorf("%s %s does not fit its schema: %v", e.Kind, e.ID, res.Errors)
			}
			return
		}
	}
	d.t.Errorf("kind %s is not described", e.Kind)
}

// hearUntil reads messages until one holds the entry, and gives how many it took.
func (d *door) hearUntil(conn *websocket.Conn, kind fleet.Kind, id string, version uint64) int {
	d.t.Helper()
	for n := 1; ; n++ {
		for _, e := range d.hear(conn).Entries {
			if e.Kind == kind && e.ID == id && e.Version >= version {
				return n
			}
		}
	}
}

func TestSnapshotThenDeltas(t *testing.T) {
	d := newDoor(t)
	d.board.Put(mission.KindControl, "V01", mission.Control{Vehicle: "V01"})
	d.board.Put(mission.KindPlan, "gone", mission.Plan{ID: "gone"})
	d.board.Put(mission.KindPlan, "gone", nil)
	conn := d.console(account.Viewer)
	first := d.hear(conn)
	if first.Type != "snapshot" || first.User == nil || *first.User != (Person{"guest", "viewer"}) || time.Since(first.Now) > time.Minute {
		t.Fatalf("first message: %+v", first)
	}
	got := map[string]string{}
	for _, e := range first.Entries {
		got[string(e.Kind)+" "+e.ID] = string(e.Value)
	}
	for _, want := range []string{"vehicle V01", "vehicle-spec V01", "outlook V01", "dock H01", "incident I1", "sortie S1", "plan P1", "patrol R1", "alarm low/V01"} {
		if got[want] == "" {
			t.Errorf("the snapshot lacks %s", want)
		}
	}
	if len(got) != 9 {
		t.Errorf("the snapshot holds %v", got)
	}
	if strings.Contains(fmt.Sprint(got), "rtsp://") {
		t.Error("it tells the camera's address")
	}

	holding := vehicle(1)
	holding.Mode = fleet.ModeHold
	d.board.Put(fleet.KindVehicle, "V01", holding)
	m := d.hear(conn)
	if m.Type != "delta" || m.User != nil || len(m.Entries) != 1 || m.Entries[0].Kind != fleet.KindVehicle || m.Version <= first.Version || m.Entries[0].Version != m.Version {
		t.Fatalf("delta: %+v", m)
	}
	var v fleet.Vehicle
	if err := json.Unmarshal(m.Entries[0].Value, &v); err != nil || v.Mode != fleet.ModeHold {
		t.Errorf("value %s, %v", m.Entries[0].Value, err)
	}
	d.board.Put(mission.KindPlan, "P1", nil)
	if m = d.hear(conn); len(m.Entries) != 1 || string(m.Entries[0].Value) != "null" {
		t.Errorf("removal: %+v", m)
	}
	d.board.Put(mission.KindControl, "V01", mission.Control{Vehicle: "V01"}) // not shown: no message of its own
	d.board.Put(fleet.KindDock, "H01", dock())
	if m = d.hear(conn); len(m.Entries) != 1 || m.Entries[0].Kind != fleet.KindDock {
		t.Errorf("after what is not shown: %+v", m)
	}
}

func TestTelemetryIsConflatedAndAlarmsAreNot(t *testing.T) {
	d := newDoor(t)
	conn := d.console(account.Viewer)
	d.hear(conn)
	start := time.Now()
	puts := uint64(0)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for time.Since(start) < 500*time.Millisecond {
		<-tick.C
		d.board.Put(fleet.KindVehicle, "V01", vehicle(puts))
		puts++
	}
	_, version, _ := d.board.Since(math.MaxUint64)
	if n := d.hearUntil(conn, fleet.KindVehicle, "V01", version); n > 7 {
		t.Errorf("%d changes in half a second came in %d messages", puts, n)
	}
}

func TestAlarmsAndCommandsDoNotWait(t *testing.T) {
	d := newDoor(t)
	d.handler.feed.pace.telemetry = time.Hour
	conn := d.console(account.Viewer)
	d.hear(conn)
	for i, value := range []any{alarm("x"), command("x"), alarm("y")} {
		kind := mission.KindAlarm
		if _, ok := value.(mission.Command); ok {
			kind = mission.KindCommand
		}
		d.board.Put(fleet.KindVehicle, "V01", vehicle(uint64(i))) // goes along
		d.board.Put(kind, "x", value)
		d.hearUntil(conn, kind, "x", 0)
	}
}

func TestEachEntryIsEncodedOnceForAllBrowsers(t *testing.T) {
	d := newDoor(t)
	var consoles []*websocket.Conn
	for range 10 {
		c := d.console(account.Viewer)
		d.hear(c)
		consoles = append(consoles, c)
	}
	before := testutil.ToFloat64(d.handler.metrics.encoded)
	d.board.Put(fleet.KindVehicle, "V01", vehicle(7))
	_, version, _ := d.board.Since(math.MaxUint64)
	for _, c := range consoles {
		d.hearUntil(c, fleet.KindVehicle, "V01", version)
	}
	if n := testutil.ToFloat64(d.handler.metrics.encoded) - before; n != 1 {
		t.Errorf("encoded %v times", n)
	}
}

func TestWhatIsNotANumberIsCountedAndNotSent(t *testing.T) {
	d := newDoor(t)
	conn := d.console(account.Viewer)
	d.hear(conn)
	d.board.Put(fleet.KindVehicle, "V01", fleet.Vehicle{ID: "V01", AltRelM: math.NaN()})
	d.board.Put(fleet.KindDock, "H01", dock())
	d.hearUntil(conn, fleet.KindDock, "H01", 0)
	if n := testutil.ToFloat64(d.handler.metrics.unfit); n != 1 {
		t.Errorf("counted %v", n)
	}
	resp, answer := d.do("GET", Prefix+"/vehicles/V01", "", by(account.Viewer, d))
	if resp.StatusCode != 200 || strings.Contains(string(answer), `"state"`) {
		t.Errorf("the rest of the vehicle: %d %s", resp.StatusCode, answer)
	}
	d.board.Put(mission.KindIncident, "I1", mission.Incident{ID: "I1", Place: at(math.Inf(1), 0)})
	if resp, answer = d.do("GET", Prefix+"/incidents/I1", "", by(account.Viewer, d)); resp.StatusCode != 500 || problemOf(t, answer).Code != "internal" {
		t.Errorf("one: %d %s", resp.StatusCode, answer)
	}
	if resp, answer = d.do("GET", Prefix+"/incidents", "", by(account.Viewer, d)); resp.StatusCode != 200 || string(bytes.TrimSpace(answer)) != "[]" {
		t.Errorf("all: %d %s", resp.StatusCode, answer)
	}
}

func TestCrossSiteWebSockets(t *testing.T) {
	d := newDoor(t)
	cookie := cookieName + "=" + d.cookie[account.Viewer]
	for _, origin := range []string{"", "null", "http://evil.example", d.url + ".evil.example", strings.Replace(d.url, "http", "https", 1)} {
		h := http.Header{"Cookie": {cookie}}
		if origin != "" {
			h.Set("Origin", origin)
		}
		_, resp, err := d.dial(websocket.DefaultDialer, h)
		if err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("origin %q: %v %+v", origin, err, resp)
		}
	}
	conn, _, err := d.dial(websocket.DefaultDialer, http.Header{"Authorization": {"Bearer " + d.token}})
	if err != nil {
		t.Fatalf("a program: %v", err)
	}
	defer conn.Close()
	if m := d.hear(conn); m.User == nil || m.User.Name != "dispatch" {
		t.Errorf("a program: %+v", m.User)
	}
}

func TestARevokedSessionEndsItsConsole(t *testing.T) {
	d := newDoor(t)
	d.handler.patience.alive = 20 * time.Millisecond
	ends := func(conn *websocket.Conn, after string) {
		t.Helper()
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) || !strings.Contains(err.Error(), "session-ended") {
			t.Errorf("after %s: %v", after, err)
		}
	}
	viewer, operator := d.console(account.Viewer), d.console(account.Operator)
	program, _, err := d.dial(websocket.DefaultDialer, http.Header{"Authorization": {"Bearer " + d.token}})
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, conn := range []*websocket.Conn{viewer, operator, program} {
		d.hear(conn)
	}
	if err := d.accounts.RemoveUser("guest", "root"); err != nil {
		t.Fatal(err)
	}
	ends(viewer, "the user's removal")
	if resp, _ := d.do("DELETE", Prefix+"/session", "", by(account.Operator, d)); resp.StatusCode != 204 {
		t.Fatal(resp.Status)
	}
	ends(operator, "signing out")
	if err := d.accounts.RemoveToken("dispatch", "root"); err != nil {
		t.Fatal(err)
	}
	ends(program, "the token's revocation")
	if usual.alive > 5*time.Second {
		t.Error("the usual patience is longer than 5 s")
	}
}

func TestASlowConsoleIsDroppedAndDelaysNobody(t *testing.T) {
	d := newDoor(t)
	d.handler.patience.write = 200 * time.Millisecond
	fast := d.console(account.Viewer)
	d.hear(fast)
	small := &websocket.Dialer{NetDial: func(network, addr string) (net.Conn, error) {
		conn, err := net.Dial(network, addr)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(4096)
		}
		return conn, err
	}}
	slow, _, err := d.dial(small, http.Header{"Authorization": {"Bearer " + d.token}})
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close() // it never reads
	big := strings.Repeat("x", 1<<20)
	deadline := time.Now().Add(20 * time.Second)
	for n := uint64(0); testutil.ToFloat64(d.handler.metrics.dropped.WithLabelValues("slow")) == 0; n++ {
		if time.Now().After(deadline) {
			t.Fatal("the slow console was not dropped")
		}
		v := vehicle(n)
		v.LastText = big
		d.board.Put(fleet.KindVehicle, "V01", v)
		_, version, _ := d.board.Since(math.MaxUint64)
		sent := time.Now()
		d.hearUntil(fast, fleet.KindVehicle, "V01", version)
		if took := time.Since(sent); took > 2*time.Second {
			t.Fatalf("the other console waited %s", took)
		}
	}
}

func TestASilentConsoleIsDropped(t *testing.T) {
	d := newDoor(t)
	d.handler.patience.ping, d.handler.patience.pong = 20*time.Millisecond, 200*time.Millisecond
	conn := d.console(account.Viewer)
	conn.SetPingHandler(func(string) error { return nil }) // hears pings, answers none
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break
		}
	}
	d.handler.Close() // waits for whoever counts
	if n := testutil.ToFloat64(d.handler.metrics.dropped.WithLabelValues("silent")); n != 1 {
		t.Errorf("counted %v", n)
	}
}

func TestABrowserHasNothingToSay(t *testing.T) {
	d := newDoor(t)
	conn := d.console(account.Viewer)
	d.hear(conn)
	if err := conn.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("x"), readLimit+1)); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("%v", err)
	}
}

func TestConsolesAreBoundedAndEndWithTheStation(t *testing.T) {
	d := newDoor(t)
	d.handler.cfg.MaxBrowsers = 1
	conn := d.console(account.Viewer)
	d.hear(conn)
	_, resp, err := d.dial(websocket.DefaultDialer, http.Header{"Authorization": {"Bearer " + d.token}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a second console: %v %+v", err, resp)
	}
	d.handler.Close()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("%v", err)
	}
	if n := testutil.ToFloat64(d.handler.metrics.browsers); n != 0 {
		t.Errorf("%v browsers are left", n)
	}
	if _, _, err := d.dial(websocket.DefaultDialer, http.Header{"Authorization": {"Bearer " + d.token}}); err == nil {
		t.Error("a console came in after the end")
	}
}

func BenchmarkFleetToTenConsoles(b *testing.B) {
	board := fleet.NewBoard()
	m := newMetrics(noRegistry{})
	enc := newEncoder(m, discard)
	for i := range 29 {
		board.Put(fleet.KindVehicle, fmt.Sprint("V", i), fleet.Vehicle{})
	}
	for i := range 18 {
		board.Put(fleet.KindDock, fmt.Sprint("H", i), fleet.Dock{})
	}
	now := time.Now()
	for b.Loop() { // one flush: everything changed, ten consoles
		_, from, _ := board.Since(math.MaxUint64)
		for i := range 29 {
			board.Put(fleet.KindVehicle, fmt.Sprint("V", i), fleet.Vehicle{HeardAt: now, PositionAt: now})
		}
		for i := range 18 {
			board.Put(fleet.KindDock, fmt.Sprint("H", i), fleet.Dock{HeardAt: now})
		}
		for range 10 {
			entries, to, _ := board.Since(from)
			if _, _, err := enc.delta(entries, from, to, now); err != nil {
				b.Fatal(err)
			}
		}
	}
}
