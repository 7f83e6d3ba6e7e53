package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// killed is the real station as a process that is killed and started again over one data folder, beside a simulated
// city that goes on.
type killed struct {
	t                          *testing.T
	binary, data               string
	http, udp, video, rtsp     string
	control, cookie            string
	station                    *exec.Cmd
	truth                      simulator.Truth
	sorties                    []mission.Sortie // as last seen
	armed, aloft, inFailsafe   map[string]int
	wasArmed, wasUp, wasFailed map[string]bool
}

func freeAddr(t *testing.T, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func newKilled(t *testing.T) *killed {
	t.Helper()
	k := &killed{t: t, data: t.TempDir(), binary: stationBinary(t),
		http: freeAddr(t, "tcp"), udp: freeAddr(t, "udp"), video: freeAddr(t, "udp"), rtsp: freeAddr(t, "tcp"), control: freeAddr(t, "tcp"),
		armed: map[string]int{}, aloft: map[string]int{}, inFailsafe: map[string]int{},
		wasArmed: map[string]bool{}, wasUp: map[string]bool{}, wasFailed: map[string]bool{}}
	city := exec.Command(k.binary, "sim", "--config", "../../config/sim-fast.toml", "--station", k.udp, "--rtsp", k.rtsp,
		"--control", k.control, "--port-base", "0")
	city.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := city.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = city.Process.Kill(); _ = city.Wait() })
	line := k.start()
	t.Cleanup(func() { k.kill() })
	_, setup, _ := strings.Cut(strings.TrimSpace(line), "#setup=")
	k.call("POST", "/setup", map[string]string{"token": setup, "name": "crash", "password": "it was there before the crash"}, nil)
	return k
}

// start starts the station and gives the line it prints once it is up.
func (k *killed) start() string {
	k.t.Helper()
	c := exec.Command(k.binary, "serve", "--config", "../../config/station.toml", "--http", k.http, "--udp", k.udp,
		"--video", k.video, "--data", k.data, "--cameras", k.rtsp)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.station = c
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		k.t.Fatalf("the station ended before it began: %v", err)
	}
	return line
}

func (k *killed) kill() {
	_ = k.station.Process.Kill()
	_ = k.station.Wait()
}

func (k *killed) call(method, path string, body, into any) {
	k.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		k.t.Fatal(err)
	}
	status, answer, err := k.request(method, "/api/v1"+path, "application/json", bytes.NewReader(b))
	if err != nil || status >= 300 {
		k.t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			k.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

// request asks the station as the one who signed in, and keeps the cookie it gives.
func (k *killed) request(method, path, kind string, body io.Reader) (status int, answer []byte, err error) {
	req, err := http.NewRequest(method, "http://"+k.http+path, body)
	if err != nil {
		return 0, nil, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Cookie", k.cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		k.cookie = c.Name + "=" + c.Value
	}
	answer, err = io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// look reads the truth and counts what began since the last look.
func (k *killed) look() {
	k.t.Helper()
	res, err := http.Get("http://" + k.control + "/truth")
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&k.truth); err != nil {
		k.t.Fatal(err)
	}
	begins := func(now bool, was map[string]bool, count map[string]int, id string) {
		if now && !was[id] {
			count[id]++
		}
		was[id] = now
	}
	for _, v := range k.truth.Vehicles {
		begins(v.Armed, k.wasArmed, k.armed, v.ID)
		begins(!v.OnGround, k.wasUp, k.aloft, v.ID)
		begins(v.Failsafe, k.wasFailed, k.inFailsafe, v.ID)
	}
}

// await looks at the world and the sorties until ok.
func (k *killed) await(what string, limit time.Duration, ok func(mission.Sortie) bool) mission.Sortie {
	k.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(limit)
	var last mission.Sortie
	for {
		select {
		case <-deadline:
			k.tell(k.sorties)
			k.t.Fatalf("%s: not within %v; the sortie is %s", what, limit, last.State)
		case <-tick.C:
		}
		k.look()
		var all []mission.Sortie
		k.call("GET", "/sorties", nil, &all)
		k.sorties = all
		if last = k.only(what, all); last.ID != "" && ok(last) {
			return last
		}
	}
}

// only is the one sortie that is not aborted. A launch that is found unfinished may be given up (a lid not seen open for
// a second is enough), and the incident goes to the next vehicle; whatever was given up never left the ground.
func (k *killed) only(what string, all []mission.Sortie) (open mission.Sortie) {
	k.t.Helper()
	for _, s := range all {
		switch {
		case s.State == mission.Aborted && k.aloft[string(s.Vehicle)] > 0:
			k.tell(all)
			k.t.Fatalf("%s: %s was aborted but flew", what, s.ID)
		case s.State == mission.Aborted || givenUp(s):
		case open.ID != "":
			k.t.Fatalf("%s: %s of %s and %s of %s at once", what, open.ID, open.Vehicle, s.ID, s.Vehicle)
		default:
			open = s
		}
	}
	return open
}

// tell logs what became of each sortie.
func (k *killed) tell(all []mission.Sortie) {
	for _, s := range all {
		k.t.Logf("%s of %s for %s: %s (%s) %s", s.ID, s.Vehicle, s.Incident, s.State, s.Code, s.Reason)
		for _, st := range s.Stages {
			k.t.Logf("  %s %s", st.At.Format("15:04:05.0"), st.Name)
		}
		for _, o := range s.Orders {
			k.t.Logf("  %s %s: %s %s %s", o.At.Format("15:04:05.0"), o.Step, o.Stage, o.Code, o.Detail)
		}
	}
}

// givenUp says whether a sortie is on its way to being aborted.
func givenUp(s mission.Sortie) bool {
	return s.State == mission.Disarming || s.State == mission.Securing && s.Ends == mission.Aborted
}

// TestKilledAtEachStep kills the station with SIGKILL as soon as each durable step of one sortie shows, and starts it
// again: one vehicle flies, once, to the end of its sortie, and never notices.
func TestKilledAtEachStep(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	pad := geo.LatLon{Lat: 32.533, Lon: 120.4874223}
	k.untilLive()
	var incident mission.Incident
	place := geo.Offset(pad, 315, 160)
	k.call("POST", "/incidents", map[string]any{"title": "crash", "place": place}, &incident)
	var first mission.Sortie
	for _, state := range []mission.SortieState{mission.Preparing, mission.Launching, mission.Outbound, mission.OnTask, mission.Returning, mission.Landing, mission.Securing} {
		if state == mission.Returning {
			k.call("POST", "/incidents/"+string(incident.ID)+"/cancel", struct{}{}, nil)
		}
		now := k.await(string(state), 4*time.Minute, // the next best vehicle may come from far
			func(s mission.Sortie) bool { return reached(s, state) })
		if first.ID == "" && state == mission.Outbound {
			first = now
		}
		if first.ID != "" && now.ID != first.ID {
			t.Fatalf("at %s the sortie is %s of %s, it was %s of %s", state, now.ID, now.Vehicle, first.ID, first.Vehicle)
		}
		k.kill()
		k.start()
	}
	end := k.await("closed", 2*time.Minute, func(s mission.Sortie) bool { return s.State == mission.Closed || s.State == mission.Aborted })
	k.look()
	v := string(end.Vehicle)
	if end.State != mission.Closed || k.armed[v] != 1 || k.aloft[v] != 1 {
		t.Errorf("%s ended %s after arming %d times and lifting off %d times", end.ID, end.State, k.armed[v], k.aloft[v])
	}
	if len(k.aloft) != 1 || len(k.truth.Accidents) != 0 || k.inFailsafe[v] != 0 {
		t.Errorf("aloft %v, accidents %v, failsafes %v", k.aloft, k.truth.Accidents, k.inFailsafe)
	}
	for _, now := range k.truth.Vehicles {
		if now.ID == v && now.DockID != string(end.Dock) {
			t.Errorf("%s stands on %q, not in %s", v, now.DockID, end.Dock)
		}
	}
}

// reached says whether a sortie has come to a state, or passed it.
func reached(s mission.Sortie, state mission.SortieState) bool {
	if s.State == state {
		return true
	}
	for _, st := range s.Stages {
		if st.Name == string(state) {
			return true
		}
	}
	return false
}

// untilLive waits for the whole fleet.
func (k *killed) untilLive() {
	k.t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !k.live() {
		select {
		case <-deadline:
			k.t.Fatal("the fleet is not live within a minute")
		case <-tick.C:
		}
	}
}

// live says whether all 47 systems are online.
func (k *killed) live() bool {
	n := 0
	for _, kind := range []string{"vehicles", "docks"} {
		var all []struct{ State struct{ Link string } }
		k.call("GET", "/"+kind, nil, &all)
		for _, s := range all {
			if s.State.Link == "online" {
				n++
			}
		}
	}
	return n == 47
}

func TestAPortThatIsTakenNamesItsFlag(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = serve(t.Context(), serveFlags{Config: "../../config/station.toml", HTTP: l.Addr().String(), UDP: freeAddr(t, "udp"),
		Video: freeAddr(t, "udp"), Data: t.TempDir()}, nil)
	if err == nil || !strings.Contains(err.Error(), "--http") {
		t.Errorf("error %v does not name --http", err)
	}
}
