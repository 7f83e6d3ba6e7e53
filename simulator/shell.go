package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"groundstation/simulator/camera"
	"groundstation/simulator/sitl"
)

const (
	inboxSize   = 4096
	maxDatagram = 2048
	// thermalPath is appended to a vehicle's id for its thermal picture.
	thermalPath = camera.ThermalPath
	viewEvery   = 40 * time.Millisecond
)

// Shell runs a World in real time: one UDP socket a system, one goroutine that hears them, one that owns the World.
type Shell struct {
	cfg       Config
	log       *slog.Logger
	world     *World
	sockets   map[uint32]*socket
	twins     map[uint32]*socket // of ghosts, opened when they first speak; the owner's
	ears      *ears
	inbox     chan packet // full: the datagram is dropped and counted
	calls     chan func(*World)
	views     atomic.Pointer[map[string]camera.View] // by id, or a dock's id and which of its cameras
	dropped   atomic.Uint64
	control   net.Listener
	rtsp      net.Listener
	processes processes
	done      chan struct{} // closed when the owner has ended
}

type packet struct {
	sys   uint32
	from  netip.AddrPort
	data  []byte
	said  bool        // by an autopilot's process, for the station
	state *sitl.State // where a process has its vehicle
}

// Listen opens every socket. An address that is taken is an error that names its key.
func Listen(cfg Config, log *slog.Logger) (*Shell, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("simulator configuration: %w", err)
	}
	s := &Shell{cfg: cfg, log: log, world: NewWorld(cfg, time.Now()), sockets: map[uint32]*socket{}, twins: map[uint32]*socket{},
		inbox: make(chan packet, inboxSize), calls: make(chan func(*World)), done: make(chan struct{})}
	var err error
	if s.ears, err = newEars(); err != nil {
		return nil, err
	}
	var partner netip.AddrPort
	if cfg.Station != "" {
		addr, err := net.ResolveUDPAddr("udp", cfg.Station)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("station %q: %w", cfg.Station, err)
		}
		partner = plain(addr.AddrPort())
	}
	for _, sys := range s.world.Systems() {
		port := 0
		if cfg.PortBase != 0 {
			port = cfg.PortBase + int(sys)
		}
		addr, err := net.ResolveUDPAddr("udp", net.JoinHostPort(cfg.Listen, fmt.Sprint(port)))
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("listen %q, port_base %d: %w", cfg.Listen, cfg.PortBase, err)
		}
		k, err := s.open(sys, addr)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("port_base %d: port of system %d: %w", cfg.PortBase, sys, err)
		}
		s.sockets[sys] = k
		if partner.IsValid() {
			k.speakTo(partner)
		}
	}
	if s.control, err = listenTCP(cfg.Control); err != nil {
		s.Close()
		return nil, fmt.Errorf("control %q: %w", cfg.Control, err)
	}
	if s.rtsp, err = listenTCP(cfg.RTSP); err != nil {
		s.Close()
		return nil, fmt.Errorf("rtsp %q: %w", cfg.RTSP, err)
	}
	if s.rtsp != nil { // a port that was left to the system is known only now
		s.world.cfg.RTSP = s.rtsp.Addr().String()
	}
	if err := s.openProcesses(); err != nil {
		s.Close()
		return nil, err
	}
	s.show()
	return s, nil
}

func listenTCP(addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	return net.Listen("tcp", addr)
}

// open binds a system's socket, from then on heard.
func (s *Shell) open(sys uint32, at *net.UDPAddr) (*socket, error) {
	k, err := openSocket(at)
	if err != nil {
		return nil, err
	}
	if err := s.ears.watch(sys, k.fd); err != nil {
		_ = unix.Close(k.fd)
		return nil, err
	}
	return k, nil
}

func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// Close closes every socket of a Shell that does not run.
func (s *Shell) Close() {
	s.shut()
	s.processes.clean()
}

// shut closes every socket.
func (s *Shell) shut() {
	for _, all := range []map[uint32]*socket{s.sockets, s.twins} {
		for _, k := range all {
			_ = unix.Close(k.fd)
		}
	}
	s.ears.close()
	if s.control != nil {
		s.control.Close()
	}
	if s.rtsp != nil {
		s.rtsp.Close()
	}
	for _, i := range s.processes.bySystem {
		i.Close()
	}
}

// Addr is the local address of one system; invalid for an unknown one.
func (s *Shell) Addr(sys uint32) netip.AddrPort {
	if k := s.sockets[sys]; k != nil {
		return k.local
	}
	return netip.AddrPort{}
}

// Dropped counts datagrams that found the inbox full.
func (s *Shell) Dropped() uint64 { return s.dropped.Load() }

// Run runs the city until ctx ends, then closes everything; it is called once.
func (s *Shell) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	failed := make(chan error, 3+len(s.processes.bySystem))
	s.runProcesses(ctx, &wg, func(err error) { failed <- err; stop() })
	var hearing sync.WaitGroup
	hearing.Go(func() {
		if err := s.ears.hear(s.hear); err != nil {
			failed <- err
			stop()
		}
	})
	var server *http.Server
	if s.control != nil {
		server = &http.Server{Handler: ControlHandler(s), ReadHeaderTimeout: 5 * time.Second}
		wg.Go(func() {
			if err := server.Serve(s.control); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serve control: %w", err)
				stop()
			}
		})
	}
	if s.rtsp != nil {
		wg.Go(func() {
			if err := camera.ServeOn(ctx, s.rtsp, s.cameras(), s.seen, s.log); err != nil {
				failed <- fmt.Errorf("serve cameras: %w", err)
				stop()
			}
		})
	}
	s.log.Info("simulated city up", "vehicles", len(s.cfg.Vehicle), "docks", len(s.cfg.Dock), "station", s.cfg.Station)
	s.own(ctx)
	close(s.done)
	stop()
	if server != nil {
		server.Close()
	}
	s.ears.quiet()
	hearing.Wait()
	s.shut()
	wg.Wait()
	s.processes.clean()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// hear hands a datagram to the owner.
func (s *Shell) hear(sys uint32, from netip.AddrPort, data []byte) {
	s.take(packet{sys: sys, from: from, data: append([]byte(nil), data...)})
}

// take hands a packet to the owner, or drops and counts it.
func (s *Shell) take(p packet) {
	select {
	case s.inbox <- p:
	default:
		s.dropped.Add(1)
	}
}

// own is the goroutine of the World.
func (s *Shell) own(ctx context.Context) {
	tick := time.NewTicker(worldStep)
	defer tick.Stop()
	var shown time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			s.world.Step(now)
			if now.Sub(shown) >= viewEvery {
				shown = now
				s.show()
			}
		case p := <-s.inbox:
			s.deliver(p)
		case call := <-s.calls:
			call(s.world)
		}
		s.world.Drain(s.write)
		s.tellProcesses(s.world.Now())
	}
}

// deliver gives the World what came.
func (s *Shell) deliver(p packet) {
	switch {
	case p.state != nil:
		s.world.Observe(p.sys, *p.state)
	case p.said:
		s.world.Said(p.sys, p.data)
	default:
		k := s.sockets[p.sys]
		if k != nil && !k.partner.IsValid() {
			k.speakTo(p.from)
		}
		s.world.Receive(p.sys, p.data)
	}
}

// write sends one datagram to the system's partner; nobody there is no error of ours.
func (s *Shell) write(sys uint32, data []byte) {
	k := s.sockets[sys]
	if k == nil {
		k = s.twin(sys)
	}
	if k != nil {
		k.send(data)
	}
}

// twin is the socket of a second system of an id, which speaks to whom the first speaks to; nil if none can be had.
func (s *Shell) twin(sys uint32) *socket {
	if k := s.twins[sys]; k != nil {
		return k
	}
	addr, err := net.ResolveUDPAddr("udp", net.JoinHostPort(s.cfg.Listen, "0"))
	if err != nil {
		return nil
	}
	k, err := s.open(sys, addr)
	if err != nil {
		return nil
	}
	if partner := s.sockets[sys-GhostKey].partner; partner.IsValid() {
		k.speakTo(partner)
	}
	s.twins[sys] = k
	return k
}

// show publishes what the cameras see.
func (s *Shell) show() {
	if s.rtsp == nil {
		return
	}
	views := s.world.sights()
	s.views.Store(&views)
}

func (s *Shell) cameras() []string {
	ids := make([]string, 0, len(s.cfg.Vehicle))
	for _, v := range s.cfg.Vehicle {
		ids = append(ids, v.ID)
		if v.thermal() {
			ids = append(ids, v.ID+thermalPath)
		}
	}
	for _, d := range s.cfg.Dock {
		ids = append(ids, d.ID+camera.InsidePath, d.ID+camera.OutsidePath)
	}
	return ids
}

// seen is what a camera sees.
func (s *Shell) seen(id string) (camera.View, bool) {
	v, ok := (*s.views.Load())[id]
	return v, ok
}

// do lets the owner call f; an error when the city has ended or ctx has.
func (s *Shell) do(ctx context.Context, f func(*World)) error {
	finished := make(chan struct{})
	select {
	case s.calls <- func(w *World) { f(w); close(finished) }:
		<-finished
		return nil
	case <-s.done:
		return errors.New("the simulated city has ended")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Inject makes a fault happen.
func (s *Shell) Inject(ctx context.Context, f Fault) error {
	var err error
	if failed := s.do(ctx, func(w *World) { err = w.Inject(f) }); failed != nil {
		return failed
	}
	return err
}

// Truth is the whole city now.
func (s *Shell) Truth(ctx context.Context) (Truth, error) {
	var t Truth
	err := s.do(ctx, func(w *World) { t = w.Truth() })
	return t, err
}

// Run is Listen and Shell.Run.
func Run(ctx context.Context, cfg Config, log *slog.Logger) error {
	s, err := Listen(cfg, log)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}
