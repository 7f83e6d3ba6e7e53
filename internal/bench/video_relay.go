package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"groundstation/video"
)

const (
	sideRelay = "relay"

	relayWarm  = 6 * time.Second // every reader connects, clips are made
	relaySpan  = 10 * time.Second
	relayToken = "bench"
	relayPath  = "/1080p"
)

// mediamtx and go2rtc are binaries of others to measure beside ours; empty for none.
var mediamtx, go2rtc string

// relaySide is a relay in a process of its own, and where it is read.
type relaySide struct {
	name  string
	pid   int
	rtsp  string                 // host:port
	whep  func(id string) string // URL
	close func()
}

// videoRelay measures what a relay of 29 cameras costs, 1080p at 30 pictures and 2 Mbit/s each, with as many readers and
// twice as many, by RTSP and by WHEP; beside others where their binaries are given, and beside writing the same octets to
// as many bare sockets.
func videoRelay(out string) func(string) {
	return func(string) {
		cams := startSide(sideCameras, camerasWatched, "-profile", "")
		defer cams.close()
		for _, readers := range []int{camerasWatched, 2 * camerasWatched} {
			relayRow(cams.addrs[0], out, readers)
		}
	}
}

// relayRow measures every relay with so many readers.
func relayRow(cams, out string, readers int) {
	found := map[string]relayed{}
	for _, start := range []func(cameras string) *relaySide{ours, theMediamtx, theGo2rtc} {
		s := start(cams)
		if s == nil {
			continue
		}
		found[s.name] = measureRelay(s, cams, out, readers)
		s.close()
	}
	own := found["groundstation"]
	bare := copied(own.packets, own.octets, relaySpan, readers)
	fmt.Printf("# %d readers by %s: the same octets in %.0f packets/s to as many bare sockets take %.1f %%core\n", readers, out, float64(own.packets)/relaySpan.Seconds(), 100*bare)
	most := map[string]float64{"rtsp29": 22.0, "rtsp58": 29.7, "whep29": 33.2, "whep58": 43.3}[out+strconv.Itoa(readers)] // MediaMTX as measured elsewhere
	if peer, ok := found["mediamtx"]; ok {
		most = 100 * peer.cpu
	}
	line(fmt.Sprintf("video_relay_%s_%d_cpu", out, readers), 100*own.cpu, "%core", most)
}

// relayed is what one row found.
type relayed struct {
	cpu, rss        float64
	packets, octets int
}

func measureRelay(s *relaySide, cams, out string, readers int) relayed {
	w := newWatch(cams)
	for i := range readers {
		id := fmt.Sprintf("V%02d", i%camerasWatched+1)
		if out == "rtsp" {
			w.rtsp(s, id)
		} else {
			w.whep(s, id)
		}
	}
	time.Sleep(relayWarm)
	w.begin()
	began, before := time.Now(), cpuOf(s.pid)
	time.Sleep(relaySpan)
	took := time.Since(began)
	r := relayed{cpu: float64(cpuOf(s.pid)-before) / float64(took), rss: rssOf(s.pid), packets: int(w.packets.Load()), octets: int(w.octets.Load())}
	pictures := float64(w.pictures.Load()) / took.Seconds() / float64(readers)
	if pictures == 0 {
		fail(fmt.Errorf("%s: no picture came", s.name))
	}
	r.cpu *= max(30/pictures, 1) // on a busy machine pictures are left out; what is told is the cost of all of them
	delay := w.delays()
	w.close()
	fmt.Printf("# %-13s %s %d readers: %5.1f %%core %4.0f MB, %s, %.1f pictures/s a reader, %d packets lost\n",
		s.name, out, readers, 100*r.cpu, r.rss, delay, pictures, w.lost.Load())
	return r
}

// relayHub is our side: a hub that hands on by RTSP and answers WHEP.
func relayHub(cameras string, vehicles int) func() (uint64, []uint64) {
	var sources []video.Source
	for i := range vehicles {
		id := fmt.Sprintf("V%02d", i+1)
		sources = append(sources, video.Source{ID: id, URL: "rtsp://" + cameras + "/" + id + relayPath, Always: true})
	}
	rtsp := freeTCP()
	hub, err := video.NewHub(sources, video.Options{RTSP: rtsp, Access: func(token, _ string) bool { return token == relayToken }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fail(err)
	}
	go func() {
		if err := hub.Run(context.Background()); err != nil {
			fail(err)
		}
	}()
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	go func() {
		_ = http.Serve(web, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			offer, err := io.ReadAll(r.Body)
			if err == nil {
				var answer string
				if answer, _, err = hub.Play(r.Context(), strings.Trim(r.URL.Path, "/"), string(offer)); err == nil {
					out.WriteHeader(http.StatusCreated)
					_, err = io.WriteString(out, answer)
				}
			}
			if err != nil {
				http.Error(out, err.Error(), http.StatusBadGateway)
			}
		}))
	}()
	fmt.Println(rtsp, web.Addr())
	return func() (uint64, []uint64) { return hub.Stats().Dropped, nil }
}

func ours(cameras string) *relaySide {
	s := startSide(sideRelay, camerasWatched, "-cameras", cameras)
	return &relaySide{name: "groundstation", pid: s.cmd.Process.Pid, rtsp: s.addrs[0], whep: func(id string) string { return "http://" + s.addrs[1] + "/" + id }, close: s.close}
}

// theMediamtx is MediaMTX, pulling from the start as we do.
func theMediamtx(cameras string) *relaySide {
	if mediamtx == "" {
		return nil
	}
	rtsp, web, media := freeTCP(), freeTCP(), freeUDP()
	var b strings.Builder
	fmt.Fprintf(&b, "logLevel: error\nrtmp: no\nhls: no\nsrt: no\nrtspTransports: [tcp]\nrtspAddress: %s\nwebrtcAddress: %s\nwebrtcLocalUDPAddress: %s\nwebrtcIPsFromInterfaces: no\nwebrtcAdditionalHosts: [127.0.0.1]\npaths:\n", rtsp, web, media)
	for i := range camerasWatched {
		fmt.Fprintf(&b, "  V%02d:\n    source: rtsp://%s/V%02d%s\n    rtspTransport: tcp\n", i+1, cameras, i+1, relayPath)
	}
	return peerSide("mediamtx", mediamtx, b.String(), nil, rtsp, web, func(id string) string { return "http://" + web + "/" + id + "/whep" })
}

// theGo2rtc is go2rtc; it pulls when the first reader comes.
func theGo2rtc(cameras string) *relaySide {
	if go2rtc == "" {
		return nil
	}
	rtsp, web := freeTCP(), freeTCP()
	_, media, _ := net.SplitHostPort(freeUDP())
	var b strings.Builder // it offers no loopback address, but this machine's others, by which nothing leaves it either
	fmt.Fprintf(&b, "log: {level: error}\napi: {listen: %q}\nrtsp: {listen: %q}\nsrtp: {listen: \"\"}\nwebrtc: {listen: \":%s\", ice_servers: []}\nstreams:\n", web, rtsp, media)
	for i := range camerasWatched {
		fmt.Fprintf(&b, "  V%02d: rtsp://%s/V%02d%s\n", i+1, cameras, i+1, relayPath)
	}
	return peerSide("go2rtc", go2rtc, b.String(), []string{"-config"}, rtsp, web, func(id string) string { return "http://" + web + "/api/webrtc?src=" + id })
}

// peerSide starts another's binary with a file of its configuration and waits until it answers.
func peerSide(name, binary, config string, flags []string, rtsp, web string, whep func(string) string) *relaySide {
	dir, err := os.MkdirTemp("", "groundstation-"+name+"-")
	if err != nil {
		fail(err)
	}
	file := filepath.Join(dir, name+".yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		fail(err)
	}
	said := &bytes.Buffer{}
	cmd := exec.Command(binary, append(flags, file)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		fail(fmt.Errorf("start %s: %w", name, err))
	}
	for _, addr := range []string{rtsp, web} {
		for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
			if c, err := net.Dial("tcp", addr); err == nil {
				_ = c.Close()
				break
			}
			if time.Since(began) > 10*time.Second {
				_ = cmd.Process.Kill()
				fail(fmt.Errorf("%s does not answer at %s: %s", name, addr, said))
			}
		}
	}
	return &relaySide{name: name, pid: cmd.Process.Pid, rtsp: rtsp, whep: whep, close: func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}}
}

// cpuOf is the CPU time of a process (proc_pid_stat(5)).
func cpuOf(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		fail(err)
	}
	const perSecond = 100 // USER_HZ
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	kernel, wrong := strconv.Atoi(fields[12])
	if err := errors.Join(err, wrong); err != nil {
		fail(err)
	}
	return time.Duration(user+kernel) * time.Second / perSecond
}

// rssOf is the resident memory of a process, MB.
func rssOf(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		fail(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(b))[1])
	if err != nil {
		fail(err)
	}
	return float64(pages) * float64(os.Getpagesize()) / 1e6
}
