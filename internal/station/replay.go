package station

import (
	"errors"
	"fmt"
	"io"
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
)

// Replay plays telemetry logs, ours or those of other programs, through a Core as if they came by a link. It has no
// link: what the Core would send goes nowhere. Nor does it show what the Desk makes of it; vehicles and docks are shown.
type Replay struct {
	core   *Core
	reg    fleet.Registry
	board  *fleet.Board
	logs   []*replayLog
	shown  fleet.Replay
	now    atomic.Pointer[time.Time]
	orders chan replayOrder
	// met is when, in our time and the record's, the two were together last: from there on one goes as fast as is wanted.
	met struct{ ours, record time.Time }
	// to is where it is going without showing what is on the way, and held what is to be shown there; zero: nowhere.
	to   time.Time
	held map[fleet.Kind]map[string]any
}

type replayLog struct {
	file *os.File
	r    *tlog.Reader
	next tlog.Record
	done bool
}

// rewind goes to the log's first record.
func (l *replayLog) rewind() error {
	if _, err := l.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	l.r, l.done = tlog.NewReader(l.file), false
	return l.advance()
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
	r := &Replay{board: board, shown: fleet.Replay{Speed: speed, Files: []string{}}, orders: make(chan replayOrder)}
	for _, name := range files {
		last, err := meet(name, &reg)
		if err != nil {
			r.Close()
			return nil, err
		}
		f, err := os.Open(name)
		if err != nil {
			r.Close()
			return nil, err
		}
		r.logs = append(r.logs, &replayLog{file: f})
		r.shown.Files = append(r.shown.Files, filepath.Base(name))
		r.shown.Until = later(r.shown.Until, last)
	}
	r.reg = reg
	if err := r.rewind(); err != nil {
		r.Close()
		return nil, err
	}
	for _, v := range reg.Vehicles {
		board.Put(fleet.KindVehicleSpec, string(v.ID), v)
	}
	for _, d := range reg.Docks {
		board.Put(fleet.KindDockSpec, string(d.ID), d)
	}
	r.show()
	return r, nil
}

// rewind begins the record anew, with a Core that knows nothing.
func (r *Replay) rewind() error {
	for _, l := range r.logs {
		if err := l.rewind(); err != nil {
			return fmt.Errorf("read %s: %w", l.file.Name(), err)
		}
	}
	first := r.earliest()
	if first == nil {
		return errors.New("there is no frame in the record")
	}
	r.shown.From, r.shown.At, r.shown.Ended = first.next.At, first.next.At, false
	session := mavlink.DefaultConfig()
	session.Streams = nil // nobody is asked for anything
	r.core = NewCore(Config{Registry: r.reg, Session: session, Limits: hangar.DefaultLimits()}, mission.State{}, r.shown.From)
	return nil
}

// Registry is whom the record is of.
func (r *Replay) Registry() fleet.Registry { return r.reg }

// Close closes the files.
func (r *Replay) Close() {
	for _, l := range r.logs {
		_ = l.file.Close()
	}
}

// Now is the time of the record; for any goroutine.
func (r *Replay) Now() time.Time { return *r.now.Load() }

// meet gives every vehicle of a log that reg does not have an entry, and tells when the log's last frame was.
func meet(name string, reg *fleet.Registry) (last time.Time, err error) {
	f, err := os.Open(name)
	if err != nil {
		return last, err
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
			return last, fmt.Errorf("read %s: %w", name, err)
		}
		last = later(last, rec.At)
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
	return last, nil
}

func (r *Replay) earliest() (first *replayLog) {
	for _, l := range r.logs {
		if !l.done && (first == nil || l.next.At.Before(first.next.At)) {
			first = l
		}
	}
	return first
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

// step gives the Core an input at the record's time.
func (r *Replay) step(in Input) {
	hearOnly(r.core, r.shown.At, in, r.put)
	r.tell()
}
