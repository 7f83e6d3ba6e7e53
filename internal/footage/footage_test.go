package footage

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator/camera/h264"
	"groundstation/video/klv"
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

func TestASortieIsRecordedFromLaunchToLanding(t *testing.T) {
	inStudio(t, func(s *studio) {
		s.sortie(mission.Preparing)
		wait(10 * time.Second)
		if _, on := s.shown(); on || len(s.lib.All()) != 0 {
			t.Fatal("it is recorded before its launch")
		}
		s.sortie(mission.Launching)
		here := geo.LatLon{Lat: 32.53, Lon: 120.46}
		for i := range 250 {
			at := geo.Offset(here, 90, float64(i)).At(60)
			s.board.Put(fleet.KindVehicle, "V01", fleet.Vehicle{ID: "V01", Position: &at, PositionAt: time.Now(), Gimbal: &fleet.Gimbal{PitchDeg: -40}})
			wait(100 * time.Millisecond)
		}
		if on, there := s.shown(); !there || on.Missing != "" || on.Sortie != "S1" || on.Purpose != "incident" {
			t.Fatalf("%+v", on)
		}
		s.sortie(mission.Securing)
		wait(2 * time.Second)
		if on, there := s.shown(); there {
			t.Fatalf("still recorded on the ground: %+v", on)
		}
		s.board.Put(mission.KindSortie, "S1", nil)
		wait(time.Second)
		all, p := s.Find(Query{Limit: 10})
		if p != nil || len(all) != 1 {
			t.Fatalf("%+v", all)
		}
		r := all[0]
		if r.Open || r.MissingS != 0 || r.Segments != 3 || r.To.Sub(r.From) < 28*time.Second || r.KeptUntil.Sub(r.To) != 90*24*time.Hour {
			t.Errorf("%+v", r)
		}
		if n := s.store.said("footage.opened station"); n != 1 || s.store.said("footage.closed station") != 1 {
			t.Errorf("%q", s.store.acts)
		}
		track, p := s.Track(r.ID, "lin")
		if p != nil || len(track) < 110 || len(track) > 130 || track[0].PitchDeg == nil {
			t.Errorf("%d points: %v", len(track), p)
		}
		for near, want := range map[geo.LatLon]int{geo.Offset(here, 90, 100): 1, geo.Offset(here, 0, 500): 0} {
			if got, _ := s.Find(Query{Near: &near, WithinM: 60, Limit: 10}); len(got) != want {
				t.Errorf("near %v: %v", near, got)
			}
		}
		for name, c := range map[string]struct {
			q    Query
			want int
		}{
			"its time": {Query{From: r.From.Add(time.Second), To: r.To}, 1}, "before": {Query{To: r.From}, 0}, "after": {Query{From: r.To}, 0},
			"its vehicle": {Query{Vehicle: "V01"}, 1}, "another": {Query{Vehicle: "V02"}, 0}, "its sortie": {Query{Sortie: "S1"}, 1}, "another sortie": {Query{Sortie: "S2"}, 0},
		} {
			c.q.Limit = 10
			if got, _ := s.Find(c.q); len(got) != c.want {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}

func TestARecordingByHand(t *testing.T) {
	inStudio(t, func(s *studio) {
		if _, p := s.Start("V09", "lin"); p == nil || p.Code != "unknown-vehicle" {
			t.Errorf("%v", p)
		}
		if p := s.Stop("V01", "lin"); p == nil || p.Code != "not-recording" {
			t.Errorf("%v", p)
		}
		if _, p := s.Start("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		if _, p := s.Start("V01", "wu"); p == nil || p.Code != "recording" {
			t.Errorf("started twice: %v", p)
		}
		wait(5 * time.Second)
		s.sortie(mission.Outbound) // it goes on through a sortie and after it
		wait(5 * time.Second)
		s.sortie(mission.Closed)
		wait(5 * time.Second)
		if on, there := s.shown(); !there || on.Purpose != ByHand || on.By != "lin" {
			t.Fatalf("%+v", on)
		}
		// The station is started anew: what somebody began goes on.
		s.stop()
		s.open()
		wait(5 * time.Second)
		on, there := s.shown()
		if !there || on.By != "lin" {
			t.Fatalf("after a restart: %+v", on)
		}
		if p := s.Stop("V01", "wu"); p != nil {
			t.Fatal(p)
		}
		s.stop()
		s.open()
		wait(5 * time.Second)
		if on, there := s.shown(); there {
			t.Fatalf("it was stopped: %+v", on)
		}
		if all, _ := s.Find(Query{Limit: 10}); len(all) != 2 {
			t.Errorf("%+v", all)
		}
	})
}

func TestWhatSomebodyStoppedDoesNotBeginAgain(t *testing.T) {
	inStudio(t, func(s *studio) {
		s.sortie(mission.Outbound)
		wait(5 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		wait(5 * time.Second)
		if _, there := s.shown(); there {
			t.Fatal("it is recorded again")
		}
	})
}

func TestTheOldestMakeRoomAndWhatIsHeldStays(t *testing.T) {
	inStudio(t, func(s *studio) {
		var ids []string
		for range 3 {
			r, p := s.Start("V01", "lin")
			if p != nil {
				t.Fatal(p)
			}
			wait(15 * time.Second)
			if p := s.Stop("V01", "lin"); p != nil {
				t.Fatal(p)
			}
			ids = append(ids, r.ID)
			wait(time.Minute)
		}
		for _, c := range []struct {
			do   func() *fleet.Problem
			code string
		}{
			{func() *fleet.Problem { return s.Hold("none", "root", "case 7") }, "unknown-recording"},
			{func() *fleet.Problem { return s.Release(ids[0], "root", "over") }, "not-held"},
			{func() *fleet.Problem { return s.Hold(ids[0], "root", "case 7") }, ""},
			{func() *fleet.Problem { return s.Hold(ids[0], "root", "case 7") }, "held"},
		} {
			if p := c.do(); (p == nil) != (c.code == "") || p != nil && p.Code != c.code {
				t.Errorf("%v, want %q", p, c.code)
			}
		}
		here := func() (left []string) {
			all, _ := s.Find(Query{Limit: 10})
			for _, r := range all {
				left = append(left, r.ID)
			}
			return left
		}
		size := s.lib.Octets() / 3
		s.free.Store(s.cfg.MinFree - size) // others fill the disk
		wait(20 * time.Second)
		if left := here(); len(left) > 2 || !slices.Contains(left, ids[0]) || slices.Contains(left, ids[1]) {
			t.Fatalf("of %v are left %v", ids, left)
		}
		s.free.Store(-1 << 40)
		wait(20 * time.Second)
		if left := here(); len(left) != 1 || left[0] != ids[0] {
			t.Fatalf("of %v are left %v", ids, left)
		}
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recordings-full"); !raised {
			t.Error("nothing more is recorded and nobody is told")
		}
		// Nothing may be deleted: nothing is recorded, and that is a gap.
		r, p := s.Start("V02", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(20 * time.Second)
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V02"); !raised {
			t.Error("V02 is not recorded and nobody is told")
		}
		s.free.Store(1 << 40)
		wait(40 * time.Second)
		if p := s.Stop("V02", "lin"); p != nil {
			t.Fatal(p)
		}
		d, p := s.Get(r.ID)
		if p != nil || len(d.Parts) == 0 || !slices.ContainsFunc(d.Gaps, func(g record.Gap) bool { return g.Why == record.DiskFull }) {
			t.Errorf("%+v %v", d, p)
		}
		wait(5 * time.Second)
		for _, id := range []string{"recordings-full", "recording-failed:V02"} {
			if a, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, id); raised {
				t.Errorf("%+v", a)
			}
		}
		if p := s.Release(ids[0], "root", "case closed"); p != nil {
			t.Fatal(p)
		}
		if s.store.said("footage.deleted station") != 2 || s.store.said("footage.held root") != 1 || s.store.said("footage.released root") != 1 {
			t.Errorf("%q", s.store.acts)
		}
		// A deletion that was noted and not carried out is made up for.
		rec := s.recordsNow()[ids[0]]
		rec.Deleted = &Deleted{At: time.Now(), Why: "test"}
		if err := s.store.Commit([]mission.Op{{Kind: fleet.KindFootage, ID: ids[0], Value: rec}}); err != nil {
			t.Fatal(err)
		}
		s.stop()
		s.open()
		wait(time.Second)
		if slices.Contains(here(), ids[0]) {
			t.Error("it is there again")
		}
	})
}

func TestTheTimeOfARecordingIsOver(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(15 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		s.stop()
		wait(7 * 24 * time.Hour)
		s.open()
		wait(time.Second)
		if _, p := s.Get(r.ID); p == nil {
			t.Error("it is there after its seven days")
		}
	})
}

func TestWhoSeesItIsNotedBefore(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(25 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		wait(2 * time.Second)
		s.store.fail = errors.New("disk")
		if _, _, p := s.Segment(r.ID, 1, "wu"); p == nil || p.Code != "storage" {
			t.Errorf("shown without a note: %v", p)
		}
		if _, p := s.Take(Order{ID: r.ID, By: "wu"}); p == nil || p.Code != "storage" {
			t.Errorf("given out without a note: %v", p)
		}
		s.store.fail = nil
		for range 3 {
			f, _, p := s.Segment(r.ID, 1, "wu")
			if p != nil {
				t.Fatal(p)
			}
			f.Close()
		}
		if n := s.store.said("footage.viewed wu"); n != 1 {
			t.Errorf("%d views", n)
		}
		wait(11 * time.Minute)
		if p := s.See(r.ID, "wu"); p != nil || s.store.said("footage.viewed wu") != 2 {
			t.Errorf("%v %q", p, s.store.acts)
		}
		if _, _, p := s.Segment(r.ID, 9, "wu"); p == nil || p.Code != "unknown-segment" {
			t.Errorf("%v", p)
		}
		if p := s.See("../x", "wu"); p == nil || p.Code != "unknown-recording" {
			t.Errorf("%v", p)
		}
	})
}

func TestAnExportHoldsWhatItsManifestSays(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		for range 25 {
			at := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(60)
			s.board.Put(fleet.KindVehicle, "V01", fleet.Vehicle{ID: "V01", Position: &at, PositionAt: time.Now()})
			wait(time.Second)
		}
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		d, _ := s.Get(r.ID)
		if _, p := s.Take(Order{ID: r.ID, From: d.To, To: d.From}); p == nil || p.Code != "invalid" {
			t.Errorf("%v", p)
		}
		if _, p := s.Take(Order{ID: r.ID, From: d.To.Add(time.Hour), To: d.To.Add(2 * time.Hour)}); p == nil || p.Code != "no-pictures" {
			t.Errorf("%v", p)
		}
		e, p := s.Take(Order{ID: r.ID, By: "wu", From: d.From.Add(5 * time.Second), To: d.From.Add(15 * time.Second), Originals: true, Transport: true})
		if p != nil {
			t.Fatal(p)
		}
		var buf bytes.Buffer
		if err := e.Write(&buf); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if got[f.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		var m Manifest
		if err := json.Unmarshal(got["manifest.json"], &m); err != nil {
			t.Fatal(err)
		}
		if len(m.Files) != len(got)-1 || m.ExportedBy != "wu" || m.Index.Hash != d.Hash || m.Noted.Hash == "" || len(m.Segments) != 2 {
			t.Errorf("%+v", m)
		}
		for _, f := range m.Files {
			sum := sha256.Sum256(got[f.Name])
			if hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(got[f.Name])) != f.Octets {
				t.Errorf("%s is not what the manifest says", f.Name)
			}
		}
		for _, seg := range m.Segments {
			sum := sha256.Sum256(got["original/"+seg.File])
			if hex.EncodeToString(sum[:]) != seg.SHA256 {
				t.Errorf("%s is not what was recorded", seg.File)
			}
		}
		if index, _, err := record.ReadIndex(got["original/index.log"]); err != nil || index.Hash != m.Index.Hash {
			t.Errorf("the index: %v", err)
		}
		if !bytes.HasPrefix(got["clip-1.vtt"], []byte("WEBVTT\n")) || bytes.Count(got["clip-1.vtt"], []byte("-->")) != 10 {
			t.Errorf("%s", got["clip-1.vtt"])
		}
		if n := bytes.Count(got["clip-1.ts"], klv.Key[:]); n != 10 || got["clip-1.ts"][0] != 0x47 || len(got["clip-1.ts"])%188 != 0 {
			t.Errorf("%d sets of metadata in a transport stream of %d octets", n, len(got["clip-1.ts"]))
		}
		if s.store.said("footage.exported wu") != 1 {
			t.Errorf("%q", s.store.acts)
		}
	})
}

// A recording that cannot be begun is an alarm, and is tried again.
func TestARecordingThatCannotBeBegunIsTriedAgain(t *testing.T) {
	inStudio(t, func(s *studio) {
		if err := os.WriteFile(s.dir+"/x", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.stop()
		s.dir += "/x" // a file where the folder is to be
		s.open()
		s.sortie(mission.Outbound)
		wait(5 * time.Second)
		if _, p := s.Start("V02", "lin"); p == nil || p.Code != "storage" {
			t.Errorf("%v", p)
		}
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V01"); !raised {
			t.Error("nobody is told")
		}
		if err := os.Remove(s.dir); err != nil {
			t.Fatal(err)
		}
		wait(10 * time.Second)
		if on, there := s.shown(); !there || on.Missing != "" {
			t.Errorf("%+v", on)
		}
		if a, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V01"); raised {
			t.Errorf("%+v", a)
		}
	})
}
