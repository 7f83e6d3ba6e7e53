package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// world is the city, the relay and the station, as processes.
type world struct {
	binary, dir string
	http, video string
	udp, rtsp   string
	city        *exec.Cmd
	station     *exec.Cmd
	relay       *relay
	cookie      string
}

func isClosed(err error) bool { return errors.Is(err, net.ErrClosed) }

func freeTCP() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func freeUDP() string {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	defer c.Close()
	return c.LocalAddr().String()
}

// newWorld starts everything and waits until the whole fleet is live.
func newWorld(binary string) *world {
	dir, err := os.MkdirTemp("", "groundstation-bench-")
	if err != nil {
		fail(err)
	}
	w := &world{binary: binary, dir: dir, http: freeTCP(), video: freeUDP(), udp: freeUDP(), rtsp: freeTCP()}
	if w.relay, err = newRelay(w.udp); err != nil {
		fail(err)
	}
	line := w.startStation()
	w.city = w.start("sim", "--config", "config/sim-fast.toml", "--station", w.relay.addr(), "--rtsp", w.rtsp, "--control", freeTCP(), "--port-base", "0")
	_, setup, found := strings.Cut(line, "#setup=")
	if !found {
		fail(fmt.Errorf("no one-time link in %q", line))
	}
	w.setUp(strings.TrimSpace(setup))
	w.waitLive()
	return w
}

func (w *world) start(args ...string) *exec.Cmd {
	c := exec.Command(w.binary, args...)
	log, err := os.Create(filepath.Join(w.dir, args[0]+".log"))
	if err != nil {
		fail(err)
	}
	c.Stderr = log
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		fail(err)
	}
	_ = log.Close()
	return c
}

// config is the shipped configuration in another folder, asking for attitude at 30 Hz: a vehicle in a closed dock has no position to send,
// and with this it too sends more than 50 messages a second.
func (w *world) config() string {
	b, err := os.ReadFile("config/station.toml")
	if err != nil {
		fail(err)
	}
	grid, err := filepath.Abs("config/terrain.asc")
	if err != nil {
		fail(err)
	}
	b = bytes.ReplaceAll(b, []byte(`"terrain.asc"`), []byte(strconv.Quote(grid)))
	path := filepath.Join(w.dir, "station.toml")
	if err := os.WriteFile(path, append(b, "\n[[mavlink.stream]]\nid = 30 # ATTITUDE\nhz = 30.0\n"...), 0o600); err != nil {
		fail(err)
	}
	return path
}

// startStation starts the station and gives its first line.
func (w *world) startStation() string {
	c := exec.Command(w.binary, "serve", "--config", w.config(), "--http", w.http, "--udp", w.udp, "--video", w.video,
		"--data", filepath.Join(w.dir, "data"), "--cameras", w.rtsp)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		fail(err)
	}
	if err := c.Start(); err != nil {
		fail(err)
	}
	w.station = c
	b := make([]byte, 4096)
	n, err := out.Read(b)
	if err != nil {
		fail(fmt.Errorf("the station ended before it began: %w", err))
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return string(b[:n])
}

func (w *world) killStation() {
	_ = w.station.Process.Kill()
	_ = w.station.Wait()
}

func (w *world) close() {
	for _, c := range []*exec.Cmd{w.station, w.city} {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait()
	}
	w.relay.close()
	_ = os.RemoveAll(w.dir)
}

// call asks the API; into may be nil.
func (w *world) call(method, path string, body, into any) error {
	var b io.Reader
	if body != nil {
		j, err := json.Marshal(body)
		if err != nil {
			return err
		}
		b = bytes.NewReader(j)
	}
	req, err := http.NewRequest(method, "http://"+w.http+"/api/v1"+path, b)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if w.cookie != "" {
		req.Header.Set("Cookie", w.cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, path, res.Status, answer)
	}
	for _, c := range res.Cookies() {
		w.cookie = c.Name + "=" + c.Value
	}
	if into == nil || len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (w *world) setUp(token string) {
	if err := w.call("POST", "/setup", map[string]string{"token": token, "name": "bench", "password": "a figure is a measured thing"}, nil); err != nil {
		fail(err)
	}
}

type system struct {
	Spec struct {
		ID       string
		SystemID uint8
		Dock     string
	}
	State struct {
		Link, State, Landed string
	}
}

func (w *world) list(kind string) []system {
	var all []system
	if err := w.call("GET", "/"+kind, nil, &all); err != nil {
		fail(err)
	}
	return all
}

// waitLive waits until all 47 systems are online and ready.
func (w *world) waitLive() {
	w.until("47 systems online", 60*time.Second, func() bool {
		n := 0
		for _, kind := range []string{"vehicles", "docks"} {
			for _, s := range w.list(kind) {
				if s.State.Link == "online" {
					n++
				}
			}
		}
		return n == 47
	})
}

func (w *world) until(what string, limit time.Duration, ok func() bool) {
	for end := time.Now().Add(limit); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			fail(fmt.Errorf("%s: not within %v", what, limit))
		}
	}
}

// usage gives the CPU time and the resident memory of the station's process (proc(5)).
func (w *world) usage() (cpu time.Duration, rssMB float64) {
	pid := strconv.Itoa(w.station.Process.Pid)
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		fail(err)
	}
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	pages, _ := strconv.Atoi(f[21])
	return time.Duration(user+system) * 10 * time.Millisecond, float64(pages*os.Getpagesize()) / 1e6
}
