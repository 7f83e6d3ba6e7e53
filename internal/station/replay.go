package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mavlink/tlog"
	"groundstation/mission"
)

const (
	// ReplaySlowest and ReplayFastest bound the speed of a replay.
	ReplaySlowest, ReplayFastest = 0.1, 100.0
	// replayGap is a silence of the record that is not waited for.
	replayGap = time.Minute
	// replayShow is how often the time of the record is shown, in the time of the one who looks.
	replayShow = 250 * time.Millisecond
	// replayStep is how far the record's time goes at most before browsers may look.
	replayStep = 100 * time.Millisecond
)

// Replay plays telemetry logs, ours or those of other programs, through a Core as if they came by a link. It has no
// link: what the Core would send goes nowhere. Nor does it show what the Desk makes of it; vehicles and docks are shown.
type Replay struct {
	core   *Core
	board  *fleet.Board
	logs   []*replayLog
	shown  fleet.Replay
	now    atomic.Pointer[time.Time]
	warped time.Duration // silences left out
}

type replayLog struct {
	file *os.File
	r    *tlog.Reader
	next tlog.Record
	done bool
}

func (l *replayLog) advance() error {
	rec, err := l.r.Next()
	if errors.Is(err, io.EOF) {
		l.done = true
		return nil
	}
	l.next = rec
	return err
}

// OpenReplay opens logs that are played together, in the order of their time. Vehicles that reg does not have get a
// made-up entry named by their system id.
func OpenReplay(files []string, reg fleet.Registry, speed float64, board *fleet.Board) (*Replay, error) {
	if !(speed >= ReplaySlowest && speed <= ReplayFastest) {
		return nil, fmt.Errorf("speed %v is not within %v to %v", speed, ReplaySlowest, ReplayFastest)
	}
	r := &Replay{board: board, shown: fleet.Replay{Speed: speed, Files: []string{}}}
	for _, name := range files {
		if err := meet(name, &reg); err != nil {
			r.Close()
			return nil, err
		}
		f, err := os.Open(name)
		if err != nil {
			r.Close()
			return nil, err
		}
		l := &replayLog{file: f, r: tlog.NewReader(f)}
		r.logs = append(r.logs, l)
		r.shown.Files = append(r.shown.Files, filepath.Base(name))
		if err := l.advance(); err != nil {
			r.Close()
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	first := r.earliest()
	if first == nil {
		r.Close()
		return nil, errors.New("there is no frame in the record")
	}
	r.shown.From, r.shown.At = first.next.At, first.next.At
	session := mavlink.DefaultConfig()
	session.Streams = nil // nobody is asked for anything
	r.core = NewCore(Config{Registry: reg, Session: session, Limits: hangar.DefaultLimits()}, mission.State{}, r.shown.From)
	for _, v := range reg.Vehicles {
		board.Put(fleet.KindVehicleSpec, string(v.ID), v)
	}
	for _, d := range reg.Docks {
		board.Put(fleet.KindDockSpec, string(d.ID), d)
	}
	r.show()
	return r, nil
}

// Registry is whom the record is of.
func (r *Replay) Registry() fleet.Registry { return r.core.registry }

// Close closes the files.
func (r *Replay) Close() {
	for _, l := range r.logs {
		_ = l.file.Close()
	}
}

// Now is the time of the record; for any goroutine.
func (r *Replay) Now() time.Time { return *r.now.Load() }

// meet gives every vehicle of a log that reg does not have an entry.
func meet(name string, reg *fleet.Registry) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	known := map[fleet.SystemID]bool{}
	for _, v := range reg.Vehicles {
		known[v.SystemID] = true
	}
	for _, d := range reg.Docks {
		known[d.SystemID] = true
	}
	met := map[fleet.SystemID]bool{}
	sites := map[fleet.SystemID]geo.Position{}
	decoder, log := mavlink.NewDecoder(), tlog.NewReader(f)
	for {
		rec, err := log.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		decoder.Split(rec.Frame, func(f mavlink.Frame) {
			switch m := f.Message.(type) {
			case *common.MessageHeartbeat:
				if says, _ := claim(m); says == "vehicle" && !known[f.System] && f.System > 0 && f.System < StationSystem {
					met[f.System] = true
				}
			case *common.MessageGlobalPositionInt:
				if _, ok := sites[f.System]; !ok && m.Lat != 0 {
					sites[f.System] = geo.LatLon{Lat: float64(m.Lat) / 1e7, Lon: float64(m.Lon) / 1e7}.At(float64(m.Alt) / 1e3)
				}
			}
		})
	}
	for system := range fleet.SystemID(StationSystem) {
		if !met[system] {
			continue
		}
		site := sites[system]
		name := fmt.Sprintf("SYS%d", system)
		reg.Vehicles = append(reg.Vehicles, fleet.VehicleSpec{ID: fleet.VehicleID(name), Name: name, Class: fleet.CrewQuad, SystemID: system,
			Site: &site, CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160})
	}
	return nil
}

func (r *Replay) earliest() (first *replayLog) {
	for _, l := range r.logs {
		if !l.done && (first == nil || l.next.At.Before(first.next.At)) {
			first = l
		}
	}
	return first
}

// Run plays until the end of the record, and then shows its last moment until ctx ends.
func (r *Replay) Run(ctx context.Context) error {
	began := time.Now()
	pace := time.NewTimer(0)
	defer pace.Stop()
	<-pace.C
	shown := began
	for {
		l := r.earliest()
		if l == nil {
			break
		}
		if gap := l.next.At.Sub(r.shown.At); gap > replayGap {
			r.warped += gap
			r.passTo(l.next.At)
		}
		for r.shown.At.Before(l.next.At) {
			r.passTo(earlier(r.shown.At.Add(replayStep), l.next.At))
			due := time.Duration(math.Round(float64(r.shown.At.Sub(r.shown.From)-r.warped) / r.shown.Speed))
			if wait := due - time.Since(began); wait > 0 {
				pace.Reset(wait)
				select {
				case <-pace.C:
				case <-ctx.Done():
					return nil
				}
			}
			if now := time.Now(); now.Sub(shown) >= replayShow {
				shown = now
				r.show()
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if l.next.Frame[sender(l.next.Frame)] != StationSystem { // what stations sent is in the log and no vehicle's
			r.step(Datagram{From: mavlink.Source{Link: 1}, Bytes: l.next.Frame})
		}
		if err := l.advance(); err != nil {
			return fmt.Errorf("read %s: %w", l.file.Name(), err)
		}
	}
	r.shown.Ended = true
	r.show()
	<-ctx.Done()
	return nil
}

// sender is where a frame names the system it comes from.
func sender(frame []byte) int {
	if frame[0] == 0xFE {
		return 3
	}
	return 5
}

// passTo lets the record's time pass, and the Core do what is due by then.
func (r *Replay) passTo(at time.Time) {
	for {
		next := r.core.Deadline()
		if next.IsZero() || next.After(at) {
			break
		}
		if next.After(r.shown.At) {
			r.shown.At = next
		}
		before := r.core.Deadline()
		r.step(Tick{})
		if !r.core.Deadline().After(before) && !r.core.Deadline().After(r.shown.At) {
			break // it wants what nobody here gives
		}
	}
	if at.After(r.shown.At) {
		r.shown.At = at
	}
}

// step gives the Core an input at the record's time. There is neither a link nor a store: what is to be sent is let go,
// what is to be kept counts as kept.
func (r *Replay) step(in Input) {
	inputs := []Input{in}
	for len(inputs) > 0 {
		outs := r.core.Step(r.shown.At, inputs[0])
		inputs = inputs[1:]
		for _, o := range outs {
			switch o := o.(type) {
			case Persist:
				inputs = append(inputs, Committed{mission.Committed{Seq: o.Seq}})
			case Show:
				// Nothing was asked of them, so that they do not answer says nothing.
				switch v := o.Value.(type) {
				case *fleet.Vehicle:
					told := *v
					told.Uplink = fleet.UplinkUnknown
					r.board.Put(o.Kind, o.ID, &told)
				case fleet.Dock:
					v.Uplink = fleet.UplinkUnknown
					r.board.Put(o.Kind, o.ID, v)
				}
			}
		}
	}
	now := r.shown.At
	r.now.Store(&now)
}

func (r *Replay) show() {
	now := r.shown.At
	r.now.Store(&now)
	r.board.Put(fleet.KindReplay, "replay", r.shown)
}

// Do refuses: nothing can be ordered of a record.
func (r *Replay) Do(context.Context, string, any) (any, *fleet.Problem) {
	return nil, fleet.Refuse("replay", "this is a replay of a record: nothing can be ordered, and nothing is sent")
}
