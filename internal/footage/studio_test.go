package footage

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator/camera/h264"
	"groundstation/video/record"
	"groundstation/video/unit"
)

const period = 40 * time.Millisecond

// camera gives pictures in a bubble's time.
type camera struct {
	track *unit.Track
	n     int
}

func (c *camera) Next(ctx context.Context) (*unit.Unit, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(period):
	}
	u := &unit.Unit{Track: c.track, Key: c.n%25 == 0, PTS: time.Duration(c.n) * period, Arrived: time.Now()}
	u.Data = [][]byte{{0x41, byte(c.n), byte(c.n >> 8), 1}}
	if u.Key {
		u.Data[0][0] = 0x65
	}
	c.n++
	return u, nil
}

func (c *camera) Close() {}

// keeper is a store in memory.
type keeper struct {
	mu   sync.Mutex
	kept map[string]json.RawMessage
	acts []string
	fail error
}

func (k *keeper) Commit(ops []mission.Op) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	for _, op := range ops {
		raw, err := json.Marshal(op.Value)
		if err != nil {
			return err
		}
		if op.Kind == fleet.KindFootage {
			k.kept[op.ID] = raw
		}
		k.acts = append(k.acts, op.Act+" "+op.By)
	}
	return nil
}

func (k *keeper) Records(fleet.Kind) (map[string]json.RawMessage, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept, nil
}

func (k *keeper) said(act string) (n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.acts {
		if a == act {
			n++
		}
	}
	return n
}

// desk puts alarms onto the Board, as the Desk does.
type desk struct{ board *fleet.Board }

func (d desk) Do(_ context.Context, _ string, body any) (any, *fleet.Problem) {
	n := body.(mission.Notice)
	id := n.Code
	if n.Vehicle != "" {
		id += ":" + string(n.Vehicle)
	}
	var value any
	if n.Active {
		value = mission.Alarm{ID: id, Active: true, Text: n.Text}
	}
	d.board.Put(mission.KindAlarm, id, value)
	return nil, nil
}

// studio is an archive over a camera that always gives pictures.
type studio struct {
	*Archive
	t     *testing.T
	dir   string
	lib   *record.Library
	board *fleet.Board
	store *keeper
	free  atomic.Int64
	cfg   Config
	stop  func()
}

func (s *studio) open() {
	lib := record.NewLibrary(s.dir)
	e, err := h264.NewEncoder(64, 48)
	if err != nil {
		s.t.Fatal(err)
	}
	sps, pps := e.ParameterSets()
	track := &unit.Track{Codec: unit.H264, ClockRate: 90000, Params: [][]byte{sps, pps}, Width: 64, Height: 48, Generation: 1}
	s.lib, s.cfg.Library = lib, lib
	s.cfg.Tap = func(string) (record.Tap, error) { return &camera{track: track}, nil }
	if s.Archive, err = New(s.cfg); err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	synctest.Wait()
	s.stop = func() {
		cancel()
		running.Wait()
	}
}

func inStudio(t *testing.T, f func(s *studio)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := &studio{t: t, dir: dir, board: fleet.NewBoard(), store: &keeper{kept: map[string]json.RawMessage{}}}
		s.free.Store(1 << 40)
		s.cfg = Config{Board: s.board, Store: s.store, Registry: fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01"}, {ID: "V02"}}}, Desk: desk{s.board},
			Purposes: map[string]bool{"incident": true}, PreRoll: 4 * time.Second, Lengths: record.UsualLengths,
			Policy: record.Policy{Days: map[string]int{"incident": 90}, Other: 7, Quota: 1 << 30}, Free: func() (int64, error) { return s.free.Load(), nil }}
		s.open()
		defer func() { s.stop() }()
		f(s)
	})
}

func (s *studio) sortie(state mission.SortieState) {
	s.board.Put(mission.KindSortie, "S1", mission.Sortie{ID: "S1", Vehicle: "V01", Purpose: "incident", By: "lin", State: state})
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *studio) shown() (fleet.Recording, bool) {
	return fleet.Get[fleet.Recording](s.board, fleet.KindRecording, "V01")
}
