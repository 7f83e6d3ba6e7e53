package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// steering remembers what it was given.
type steering struct {
	mu    sync.Mutex
	taken []fleet.StickInput
	why   string
}

func (s *steering) Steer(v fleet.VehicleID, in fleet.StickInput) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == "" && v == "V01" {
		s.taken = append(s.taken, in)
	}
	return s.why
}

func (s *steering) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.taken)
}

// give makes lin the pilot of V01 as F1, and shows it.
func (d *door) give() {
	d.t.Helper()
	resp, answer := d.do("POST", Prefix+"/vehicles/V01/fly", "", by(account.Operator, d))
	if resp.StatusCode != http.StatusAccepted {
		d.t.Fatalf("%d %s", resp.StatusCode, answer)
	}
	d.board.Put(mission.KindCommand, "F1", mission.Command{ID: "F1", Vehicle: "V01", Act: "fly", By: "lin", Stage: fleet.StageAccepted})
}

func (d *door) pilotURL(v, grant string) string {
	return "ws" + strings.TrimPrefix(d.url, "http") + Prefix + "/vehicles/" + v + "/manual?grant=" + grant
}

func (d *door) asBrowser(role account.Role) http.Header {
	return http.Header{"Origin": {d.url}, "Cookie": {cookieName + "=" + d.cookie[role]}}
}

// fly opens the WebSocket as lin's browser.
func (d *door) fly() *websocket.Conn {
	d.t.Helper()
	conn, resp, err := websocket.DefaultDialer.Dial(d.pilotURL("V01", "F1"), d.asBrowser(account.Operator))
	if err != nil {
		d.t.Fatalf("%v %+v", err, resp)
	}
	d.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func input(seq int) string {
	return fmt.Sprintf(`{"seq":%d,"t":%d,"x":100,"y":-200,"z":500,"r":0}`, seq, time.Now().UnixMilli())
}

// ended reads until the station closes, and gives the reason.
func (d *door) ended(conn *websocket.Conn) string {
	d.t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			if !errors.As(err, &closed) {
				d.t.Fatal(err)
			}
			return closed.Text
		}
	}
}

// letGo waits until the Desk was told that the flight is over.
func (d *door) letGo() {
	d.t.Helper()
	select {
	case grant := <-d.desk.ended:
		if grant != "F1" {
			d.t.Fatalf("the flight that ended is %s", grant)
		}
	case <-time.After(5 * time.Second):
		d.t.Fatalf("the desk was asked %+v last", d.desk.last())
	}
}

func TestAPilotFliesByWebSocket(t *testing.T) {
	d := newDoor(t)
	d.give()
	conn := d.fly()
	for seq := 1; seq <= 3; seq++ {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(input(seq))); err != nil {
			t.Fatal(err)
		}
	}
	v := vehicle(1)
	v.Mode, v.ModeName, v.HeardAt = fleet.ModeManual, "POSCTL", time.Now()
	v.Manual = &fleet.ManualFlight{Grant: "F1", Stage: fleet.ManualFlying, Seq: 3, Sticks: fleet.Sticks{X: 100, Y: -200, Z: 500}}
	d.board.Put(fleet.KindVehicle, "V01", v)
	var st PilotStatus
	for st.Seq != 3 || st.Stage != fleet.ManualFlying {
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if err := conn.ReadJSON(&st); err != nil {
			t.Fatal(err)
		}
	}
	if st.By != "lin" || st.ModeName != "POSCTL" || st.Sticks.Y != -200 || st.HeldMs < 0 || st.HeldMs > 2000 || st.AgeMs > 5000 {
		t.Errorf("%+v", st)
	}
	if got := d.steering.taken[0]; got.Grant != "F1" || got.Seq != 1 || got.Sticks != (fleet.Sticks{X: 100, Y: -200, Z: 500}) {
		t.Errorf("%+v", got)
	}
	_ = conn.Close() // the tab is closed
	d.letGo()
}

func TestASilentPilotIsClosed(t *testing.T) {
	d := newDoor(t)
	d.give()
	conn := d.fly()
	start := time.Now()
	if why := d.ended(conn); why != "silent" || time.Since(start) < pilotSilent-100*time.Millisecond {
		t.Errorf("closed as %q after %v", why, time.Since(start))
	}
	d.letGo()
}

func TestGarbageIsNoPilot(t *testing.T) {
	for name, msg := range map[string]string{
		"not JSON": "up", "empty": "", "an array": "[1,2]", "a field too many": `{"seq":1,"t":1,"x":0,"y":0,"z":500,"r":0,"buttons":1}`,
		"a field missing": `{"seq":1,"t":1,"x":0,"y":0,"r":0}`, "beyond 16 bits": `{"seq":1,"t":1,"x":70000,"y":0,"z":500,"r":0}`, "a fraction": `{"seq":1,"t":1,"x":0.5,"y":0,"z":500,"r":0}`,
		"null": `{"seq":1,"t":1,"x":null,"y":0,"z":500,"r":0}`, "two values": input(1) + input(2), "too long": `{"seq":1` + strings.Repeat(" ", readLimit) + `}`,
	} {
		d := newDoor(t)
		d.give()
		conn := d.fly()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(msg)); err != nil {
			t.Fatal(err)
		}
		if why := d.ended(conn); why != "bad-input" && name != "too long" {
			t.Errorf("%s: closed as %q", name, why)
		}
		d.letGo()
		if d.steering.count() != 0 {
			t.Errorf("%s: passed on", name)
		}
	}
}

func TestAFloodIsBounded(t *testing.T) {
	d := newDoor(t)
	d.give()
	conn := d.fly()
	start := time.Now()
	for seq := 1; seq <= pilotBurst+pilotFlood+500; seq++ {
		if conn.WriteMessage(websocket.TextMessage, []byte(input(seq))) != nil {
			break
		}
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break // with what was still unread the connection may end without a word
		}
	}
	d.letGo()
	if most := pilotBurst + int(time.Since(start).Seconds()*pilotRate) + 1; d.steering.count() > most {
		t.Errorf("%d inputs were passed on, at most %d in that time", d.steering.count(), most)
	}
	if n := testutil.ToFloat64(d.handler.pilots.ended.WithLabelValues("flood")); n != 1 {
		t.Errorf("counted %v", n)
	}
}

func TestWhoMayNotFly(t *testing.T) {
	d := newDoor(t)
	d.give()
	done := mission.Command{ID: "F2", Vehicle: "V01", Act: "fly", By: "lin", Stage: fleet.StageFailed, Code: "silent"}
	d.board.Put(mission.KindCommand, "F2", done)
	d.board.Put(mission.KindCommand, "M1", mission.Command{ID: "M1", Vehicle: "V01", Act: "hold", By: "lin"})
	d.board.Put(mission.KindCommand, "F3", mission.Command{ID: "F3", Vehicle: "V01", Act: "fly", By: "root"})
	lin := d.asBrowser(account.Operator)
	with := func(name, value string) http.Header {
		h := lin.Clone()
		if value == "" {
			h.Del(name)
		} else {
			h.Set(name, value)
		}
		return h
	}
	d.fly()
	for name, c := range map[string]struct {
		v, grant string
		h        http.Header
		status   int
		code     string
	}{
		"no session":            {"V01", "F1", with("Cookie", ""), 401, "no-session"},
		"a viewer":              {"V01", "F1", d.asBrowser(account.Viewer), 403, "forbidden"},
		"no origin":             {"V01", "F1", with("Origin", ""), 403, "foreign-origin"},
		"a foreign origin":      {"V01", "F1", with("Origin", "http://evil.example"), 403, "foreign-origin"},
		"an origin with a tail": {"V01", "F1", with("Origin", d.url+".evil.example"), 403, "foreign-origin"},
		"no grant":              {"V01", "", lin, 422, "invalid"},
		"another vehicle":       {"V02", "F1", lin, 404, "unknown-grant"},
		"a hold":                {"V01", "M1", lin, 404, "unknown-grant"},
		"another's":             {"V01", "F3", lin, 403, "forbidden"},
		"over":                  {"V01", "F2", lin, 409, "grant-over"},
		"a second one":          {"V01", "F1", lin, 409, "flown-by-hand"},
	} {
		url := d.pilotURL(c.v, c.grant)
		if c.grant == "" {
			url = strings.TrimSuffix(url, "?grant=")
		}
		_, resp, err := websocket.DefaultDialer.Dial(url, c.h)
		if err == nil || resp == nil || resp.StatusCode != c.status {
			t.Errorf("%s: %v %+v", name, err, resp)
			continue
		}
		var p Problem
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Code != c.code {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	if resp, _ := d.do("GET", Prefix+"/vehicles/V01/manual?grant=F1", "", by(account.Operator, d)); resp.StatusCode != 403 {
		t.Errorf("a plain request: %d", resp.StatusCode)
	}
	if resp, _ := d.do("GET", Prefix+"/vehicles/V01/manual?grant=F1", "", by(account.Operator, d), header("Origin", d.url)); resp.StatusCode != 426 {
		t.Errorf("no upgrade: %d", resp.StatusCode)
	}
	d.desk.refuse = fleet.Refuse("flown-by-hand", "V01 is flown by hand by lin")
	if resp, answer := d.do("POST", Prefix+"/vehicles/V01/fly", "", by(account.Admin, d)); resp.StatusCode != 409 || problemOf(t, answer).Code != "flown-by-hand" {
		t.Errorf("a second pilot: %d %s", resp.StatusCode, answer)
	}
}

func TestWhatEndsAPilotsWebSocket(t *testing.T) {
	keep := func(conn *websocket.Conn, stop <-chan struct{}) { // a browser that goes on speaking
		for seq := 1; ; seq++ {
			select {
			case <-stop:
				return
			case <-time.After(40 * time.Millisecond):
				if conn.WriteMessage(websocket.TextMessage, []byte(input(seq))) != nil {
					return
				}
			}
		}
	}
	for name, c := range map[string]struct {
		end func(d *door)
		why string
	}{
		"signed out": {func(d *door) { _, _ = d.do("DELETE", Prefix+"/session", "", by(account.Operator, d)) }, "session-ended"},
		"over": {func(d *door) {
			d.board.Put(mission.KindCommand, "F1", mission.Command{ID: "F1", Vehicle: "V01", Act: "fly", By: "lin", Stage: fleet.StageDone, Code: "ended"})
		}, "over"},
		"the station stops": {func(d *door) { d.handler.Close() }, "stopping"},
	} {
		d := newDoor(t)
		d.give()
		conn := d.fly()
		stop := make(chan struct{})
		go keep(conn, stop)
		time.AfterFunc(200*time.Millisecond, func() { c.end(d) })
		if why := d.ended(conn); why != c.why {
			t.Errorf("%s: closed as %q", name, why)
		}
		close(stop)
		d.letGo()
	}
}

// FuzzPilotInput: whatever a browser says is an input with every axis given, or an error.
func FuzzPilotInput(f *testing.F) {
	for _, seed := range []string{input(1), `{"seq":1}`, `[]`, `{"seq":1,"t":1e400,"x":0,"y":0,"z":0,"r":0}`, `{"SEQ":1,"t":1,"X":1,"y":2,"z":3,"r":4}`, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		in, err := readInput(websocket.TextMessage, []byte(raw))
		if err != nil {
			return
		}
		again, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := readInput(websocket.TextMessage, again); err != nil || out != in {
			t.Fatalf("%s becomes %s: %v", raw, again, err)
		}
	})
}
