package play

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"groundstation/fleet"
	"groundstation/internal/city"
	"groundstation/mission"
	"groundstation/simulator"
	"groundstation/simulator/scenario"
)

// realStep is how often truth and station are looked at in real time.
const realStep = 50 * time.Millisecond

// real is a stage in real time over sockets: the world in this process, the station as another, from the binary that users
// run, with a folder of its own.
type real struct {
	play    *Play
	world   *simulator.Shell
	ended   chan error // of the world
	stop    context.CancelFunc
	ctx     context.Context
	daemon  *daemon
	door    *door
	board   *fleet.Board
	judge   *city.Onlooker
	version uint64 // of the board, as the judge saw it
	mirror  *mirror
	rec     *record
	tick    *time.Ticker
	now     time.Time
	truth   simulator.Truth
	startAt time.Time // when a killed station comes back; zero: when it is told to

	mu      sync.Mutex
	replies map[uint64]mission.Reply
	asked   uint64
	asking  sync.WaitGroup
}

// openReal starts the world and the station and signs in.
func openReal(p *Play, o Options, rec *record) (_ *real, err error) {
	ctx, stop := context.WithCancel(context.Background())
	r := &real{play: p, ctx: ctx, stop: stop, board: fleet.NewBoard(), judge: city.NewOnlooker(p.registry), rec: rec,
		replies: map[uint64]mission.Reply{}, ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			_ = r.Close()
			if r.daemon != nil {
				_ = r.Remove()
			}
		}
	}()
	if r.mirror, err = listenMirror(); err != nil {
		return nil, err
	}
	if r.daemon, err = newDaemon(p, o, r.mirror.addr()); err != nil {
		return nil, err
	}
	world := p.world
	world.Seed, world.Station, world.PortBase, world.Control, world.RTSP = o.Seed, r.daemon.udp, 0, "", ""
	if r.world, err = simulator.Listen(world, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	go func() { r.ended <- r.world.Run(ctx) }()
	setup, err := r.daemon.start()
	if err != nil {
		return nil, err
	}
	if r.door, err = openDoor(ctx, r.daemon.http, setup); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	r.asking.Go(func() { r.door.watch(ctx, r.board) })
	r.tick = time.NewTicker(realStep)
	r.now = time.Now()
	r.truth, err = r.world.Truth(ctx)
	return r, err
}

// Step waits for the next look.
func (r *real) Step() error {
	select {
	case r.now = <-r.tick.C:
	case err := <-r.ended:
		r.ended <- nil
		return fmt.Errorf("the simulated world ended: %w", err)
	case err := <-r.daemon.ended():
		return fmt.Errorf("the station ended by itself: %w; see its log", err)
	}
	if !r.startAt.IsZero() && !r.now.Before(r.startAt) {
		r.startAt = time.Time{}
		if _, err := r.daemon.start(); err != nil {
			return err
		}
	}
	var err error
	if r.truth, err = r.world.Truth(r.ctx); err != nil {
		return err
	}
	entries, version, _ := r.board.Since(r.version)
	r.version = version
	for _, e := range entries {
		r.judge.Shown(r.now, e.Kind, e.ID, e.Value)
	}
	r.judge.Look(r.now, r.truth, r.Alive())
	r.mirror.drain(r.rec.tap())
	return nil
}

func (r *real) Now() time.Time         { return r.now }
func (r *real) Truth() simulator.Truth { return r.truth }
func (r *real) Board() *fleet.Board    { return r.board }
func (r *real) Alive() bool            { return r.daemon.running() }

func (r *real) Inject(f simulator.Fault) error { return r.world.Inject(r.ctx, f) }

// Station kills the process or starts it again.
func (r *real) Station(a scenario.StationAct) error {
	if a.Do == "start" {
		r.startAt = time.Time{}
		_, err := r.daemon.start()
		return err
	}
	r.daemon.kill()
	if a.For > 0 {
		r.startAt = r.now.Add(a.For)
	}
	return nil
}

// Store and Clock are acts of virtual time; play says so before a run begins.
func (r *real) Store(scenario.StoreAct) error { return errVirtual }
func (r *real) Clock(time.Duration) error     { return errVirtual }

// Submit asks by the API in somebody's name.
func (r *real) Submit(by string, body any) uint64 {
	r.asked++
	id := r.asked
	r.asking.Go(func() {
		reply, answered := r.door.ask(r.ctx, by, body)
		if !answered {
			return // nobody was there; it is asked again when the station is back
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.replies[id] = reply
	})
	return id
}

// Answer is the station's answer, if it has answered.
func (r *real) Answer(id uint64) (mission.Reply, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	reply, ok := r.replies[id]
	return reply, ok
}

func (r *real) Violations() (out []Violation) {
	for _, b := range r.judge.Violations() {
		out = append(out, Violation{string(b.Rule), b.String()})
	}
	return out
}

// Keep leaves the station's log and its records of sorties at to.
func (r *real) Keep(to string) error { return r.daemon.keep(to) }

// Close ends station and world.
func (r *real) Close() error {
	if r.tick != nil {
		r.tick.Stop()
	}
	if r.daemon != nil {
		r.daemon.end()
	}
	r.stop()
	r.asking.Wait()
	if r.mirror != nil {
		r.mirror.close()
	}
	if r.world == nil {
		return nil
	}
	return <-r.ended
}

// Remove takes away what Keep did not leave.
func (r *real) Remove() error { return os.RemoveAll(r.daemon.dir) }
