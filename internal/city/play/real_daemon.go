package play

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"
)

const (
	startMost = 20 * time.Second // until the station says where it is
	endMost   = 10 * time.Second // until one that is told to end has done so
)

// daemon is the station as a process of its own over one folder.
type daemon struct {
	binary, dir, config string
	http, udp           string
	log                 *os.File
	proc                *exec.Cmd // nil: none
	exit                chan error
}

// newDaemon writes the configuration of a station for the fleet of a scenario; nothing runs yet. mirror is the UDP address
// that is shown the vehicles' frames.
func newDaemon(p *Play, o Options, mirror string) (*daemon, error) {
	dir, err := os.MkdirTemp("", "groundstation-scenario-")
	if err != nil {
		return nil, err
	}
	d := &daemon{binary: o.Binary, dir: dir, config: filepath.Join(dir, "station.toml")}
	if d.log, err = os.Create(filepath.Join(dir, "station.log")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	var video string
	for _, a := range []struct {
		network string
		to      *string
	}{{"tcp", &d.http}, {"udp", &d.udp}, {"udp", &video}} {
		if *a.to, err = freeAddr(a.network); err != nil {
			return nil, err
		}
	}
	s := p.Station
	for i := range p.registry.Vehicles {
		p.registry.Vehicles[i].CameraURL = "" // nobody looks, and a world without cameras is quicker
	}
	head := map[string]any{
		"data_dir": filepath.Join(dir, "data"),
		"http":     map[string]any{"addr": d.http},
		"video":    map[string]any{"udp": video},
		"logs":     map[string]any{"fetch": s.Logs},
		"mirror":   map[string]any{"udp": mirror},
		"mavlink":  map[string]any{"link": []map[string]any{{"id": 1, "kind": "udp-server", "addr": d.udp}}},
		"mission": map[string]any{"on_scene": s.OnScene.String(), "min_scene": s.MinScene.String(), "hold_limit": s.HoldLimit.String(),
			"crew_confirm": s.CrewConfirm.String(), "prepare_limit": s.PrepareLimit.String(), "max_queued": s.MaxQueued},
	}
	var b strings.Builder
	e := toml.NewEncoder(&b)
	if err := errors.Join(e.Encode(head), e.Encode(p.registry)); err != nil {
		return nil, fmt.Errorf("write the station's configuration: %w", err)
	}
	return d, os.WriteFile(d.config, []byte(b.String()), 0o600)
}

// freeAddr is an address of this machine that nobody has at this moment.
func freeAddr(network string) (string, error) {
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		return c.LocalAddr().String(), c.Close()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// start starts the station and gives the token of its one-time setup, if it has no user yet.
func (d *daemon) start() (setup string, err error) {
	if d.running() {
		return "", errors.New("the station runs already")
	}
	c := exec.Command(d.binary, "serve", "--config", d.config)
	c.Stderr = d.log
	// Its own process group, so that Ctrl-C does not reach it before us; it ends when we do.
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := c.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := c.Start(); err != nil {
		return "", fmt.Errorf("start the station: %w", err)
	}
	d.proc, d.exit = c, make(chan error, 1)
	late := time.AfterFunc(startMost, func() { _ = c.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	late.Stop()
	exit := d.exit
	go func() { exit <- c.Wait() }()
	if err != nil {
		d.kill()
		return "", fmt.Errorf("the station ended before it began, or took longer than %v: %s", startMost, d.lastWords())
	}
	_, setup, _ = strings.Cut(strings.TrimSpace(line), "#setup=")
	return setup, nil
}

// lastWords is the last line of its log.
func (d *daemon) lastWords() string {
	b, err := os.ReadFile(d.log.Name())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}

func (d *daemon) running() bool { return d.proc != nil }

// ended is told when the station ends by itself; nil, which blocks for ever, while there is none.
func (d *daemon) ended() <-chan error {
	if d.proc == nil {
		return nil
	}
	return d.exit
}

// kill is kill -9.
func (d *daemon) kill() {
	if d.proc == nil {
		return
	}
	_ = d.proc.Process.Kill()
	<-d.exit
	d.proc = nil
}

// end lets the station close its files, or kills it.
func (d *daemon) end() {
	if d.proc != nil {
		_ = d.proc.Process.Signal(syscall.SIGTERM)
		select {
		case <-d.exit:
			d.proc = nil
		case <-time.After(endMost):
			d.kill()
		}
	}
	_ = d.log.Close()
}

// keep leaves the log as TO.station.log, the configuration as TO.station.toml and the telemetry logs of sorties in TO.tlogs.
func (d *daemon) keep(to string) error {
	var all error
	for from, ending := range map[string]string{"station.log": ".station.log", "station.toml": ".station.toml"} {
		b, err := os.ReadFile(filepath.Join(d.dir, from))
		if err == nil {
			err = os.WriteFile(to+ending, b, 0o600)
		}
		all = errors.Join(all, err)
	}
	logs := os.DirFS(filepath.Join(d.dir, "data", "tlog"))
	if err := os.RemoveAll(to + ".tlogs"); err != nil {
		return errors.Join(all, err)
	}
	return errors.Join(all, os.CopyFS(to+".tlogs", logs))
}
