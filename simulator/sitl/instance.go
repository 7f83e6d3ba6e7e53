package sitl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/quad"
)

const (
	maxDatagram = 2048
	startAgain  = 2 * time.Second // after a process ended by itself
	endsWithin  = 5 * time.Second // of SIGTERM
)

// Instance is one autopilot process and its two links. Its methods may be called from any goroutine.
type Instance struct {
	place   Place
	program Program
	log     *slog.Logger
	radio   *net.UDPConn
	truth   *net.UDPConn
	hil     *hil // nil: the process brings a body of its own
	// Said takes what the process says to the station; Is takes where its vehicle is. Both are called from Run's
	// goroutines, and must not wait.
	said func(datagram []byte)
	is   func(State)

	mu      sync.Mutex
	radioTo netip.AddrPort
	truthTo netip.AddrPort
	ear     *ear
	voice   voice
	cue     Cue // the last
	reboots int
	process *os.Process // nil: none runs
}

// Maker is PX4 or ArduPilot: it prepares instance n of a build in its folder for the two ports of this machine.
type Maker func(build, dir string, n int, p Place, radio, truth int) (Program, error)

// New opens the links of instance n and prepares its process in a folder of its own below work.
func New(make Maker, build, work string, n int, p Place, said func([]byte), is func(State), log *slog.Logger) (*Instance, error) {
	i := &Instance{place: p, log: log, said: said, is: is}
	var err error
	if i.ear, err = newEar(); err != nil {
		return nil, fmt.Errorf("%s: layouts: %w", p.ID, err)
	}
	loopback := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	if i.radio, err = net.ListenUDP("udp4", loopback); err != nil {
		return nil, fmt.Errorf("%s: radio of its process: %w", p.ID, err)
	}
	if i.truth, err = net.ListenUDP("udp4", loopback); err != nil {
		i.Close()
		return nil, fmt.Errorf("%s: truth of its process: %w", p.ID, err)
	}
	dir := filepath.Join(work, p.ID)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		i.Close()
		return nil, fmt.Errorf("%s: folder of its process: %w", p.ID, err)
	}
	i.program, err = make(build, dir, n, p, port(i.radio), port(i.truth))
	if err != nil {
		i.Close()
		return nil, fmt.Errorf("%s: %w", p.ID, err)
	}
	i.radioTo, i.truthTo = local(i.program.RadioTo), local(i.program.TruthTo)
	i.voice = voice{sky: i.program.Sky, ask: i.program.Ask}
	if i.program.HIL != 0 {
		if err := i.openHIL(); err != nil {
			i.Close()
			return nil, fmt.Errorf("%s: %w", p.ID, err)
		}
	}
	return i, nil
}

func port(c *net.UDPConn) int { return c.LocalAddr().(*net.UDPAddr).Port }

// local is a port of this machine; invalid for 0.
func local(port int) netip.AddrPort {
	if port == 0 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
}

// Close closes the links of an Instance that does not run.
func (i *Instance) Close() {
	for _, c := range []*net.UDPConn{i.radio, i.truth} {
		if c != nil {
			c.Close()
		}
	}
	if i.hil != nil {
		i.hil.listener.Close()
	}
}

// openHIL waits for the process where it looks for the simulator of its body.
func (i *Instance) openHIL() error {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", i.program.HIL))
	if err != nil {
		return fmt.Errorf("body of its process: %w", err)
	}
	i.hil = &hil{listener: l, home: i.place.Home, frame: geo.NewFrame(i.place.Home), heading: i.place.HeadingDeg, seed: uint64(i.place.SystemID),
		surround: func() Cue {
			i.mu.Lock()
			defer i.mu.Unlock()
			return i.cue
		},
		is: func(p geo.Position, vel geo.ENU, att quad.Quaternion) {
			i.mu.Lock()
			i.ear.state.pose(p, att)
			i.ear.state.Velocity = vel
			s := i.ear.state
			i.mu.Unlock()
			i.is(s)
		}}
	return nil
}

// Run keeps the process running until ctx ends.
func (i *Instance) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { i.read(i.radio, &i.radioTo, i.said) })
	wg.Go(func() { i.read(i.truth, &i.truthTo, i.hear) })
	if i.hil != nil {
		wg.Go(func() {
			if err := i.hil.serve(); err != nil {
				i.log.Error("a body is not flown any more", "vehicle", i.place.ID, "error", err)
			}
		})
	}
	defer wg.Wait()
	defer i.Close()
	for {
		err := i.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return fmt.Errorf("%s: %w", i.place.ID, err)
		}
		i.log.Warn("an autopilot's process ended; it is started again", "vehicle", i.place.ID, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(startAgain):
		}
	}
}

// once runs the process to its end.
func (i *Instance) once(ctx context.Context) error {
	out, err := os.OpenFile(filepath.Join(i.program.Dir, "console.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.CommandContext(ctx, i.program.Path, i.program.Args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = i.program.Dir, append(os.Environ(), i.program.Env...), out, out
	// Its own process group, so that Ctrl-C reaches it through us and once; it ends when we do, even by kill -9.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = endsWithin
	if err := cmd.Start(); err != nil {
		return err
	}
	i.log.Info("autopilot started", "vehicle", i.place.ID, "pid", cmd.Process.Pid)
	i.own(cmd.Process)
	defer i.own(nil)
	return cmd.Wait()
}

// own remembers the process, of which nothing was heard yet.
func (i *Instance) own(p *os.Process) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.process = p
	*i.ear = ear{layouts: i.ear.layouts, state: State{Percent: -1}}
}

// read hands on what comes by one of the links until it is closed; to is where the process listens.
func (i *Instance) read(c *net.UDPConn, to *netip.AddrPort, each func([]byte)) {
	buf := make([]byte, maxDatagram)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier write
		}
		i.mu.Lock()
		*to = from
		i.mu.Unlock()
		each(append([]byte(nil), buf[:n]...))
	}
}

func (i *Instance) hear(datagram []byte) {
	i.mu.Lock()
	told := i.ear.hear(time.Now(), datagram)
	s := i.ear.state
	i.mu.Unlock()
	if told {
		i.is(s)
	}
}

// Tell gives the process a datagram of the station.
func (i *Instance) Tell(datagram []byte) {
	i.mu.Lock()
	to := i.radioTo
	i.mu.Unlock()
	if to.IsValid() {
		_, _ = i.radio.WriteToUDPAddrPort(datagram, to)
	}
}

// Cue tells the process what its surroundings are now. A count of Reboots that rose ends the process; it is started again.
func (i *Instance) Cue(c Cue) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if c.Reboots != i.reboots && i.process != nil {
		i.reboots = c.Reboots
		_ = i.process.Signal(syscall.SIGTERM)
	}
	i.cue = c
	for _, b := range i.voice.say(time.Now(), c, i.ear) {
		if i.truthTo.IsValid() {
			_, _ = i.truth.WriteToUDPAddrPort(b, i.truthTo)
		}
	}
}
