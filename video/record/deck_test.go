package record

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/video/unit"
)

// camera is a source that gives a picture every period, in a bubble's time.
type camera struct {
	mu    sync.Mutex
	film  *film
	off   bool
	taps  int
	crowd int // so many pictures at once
	shut  bool
	told  bool // of shut
}

func (c *camera) open(string) (Tap, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.off {
		return nil, errors.New("off")
	}
	c.taps++
	return c, nil
}

func (c *camera) set(off, shut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off, c.shut = off, shut
}

func (c *camera) Next(ctx context.Context) (*unit.Unit, error) {
	c.mu.Lock()
	crowd := c.crowd
	c.crowd = max(0, crowd-1)
	off, shut, told := c.off, c.shut, c.told
	c.told = shut
	c.mu.Unlock()
	if shut && !told {
		return nil, &Shut{"school"}
	}
	if off {
		return nil, errors.New("off")
	}
	if crowd == 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(period):
		}
	}
	if shut {
		return c.Next(ctx)
	}
	return c.film.next(time.Now()), nil
}

func (c *camera) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taps--
}

// decked runs a deck over a camera in a bubble, for f; o may be filled in part.
func decked(t *testing.T, o Options, f func(d *Deck, c *camera, lib *Library)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		lib, err := openLibrary(dir, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		c := &camera{film: newFilm(t, unit.H264, 1)}
		o.Source, o.Open, o.Library, o.Lengths = "V01", c.open, lib, UsualLengths
		d := NewDeck(o)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { d.Run(ctx) })
		f(d, c, lib)
		cancel()
		running.Wait()
		if c.taps != 0 {
			t.Errorf("%d taps left open", c.taps)
		}
		if _, err := d.Start(Head{ID: "V01-9"}); !errors.Is(err, ErrEnded) {
			t.Errorf("a deck that ended: %v", err)
		}
	})
}

func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestThePreRollIsRecorded(t *testing.T) {
	decked(t, Options{PreRoll: 5 * time.Second}, func(d *Deck, c *camera, lib *Library) {
		wait(20 * time.Second)
		asked := time.Now()
		r, err := d.Start(Head{ID: "V01-1", Source: "V01", Purpose: "incident", Sortie: "S1", By: "desk"})
		if err != nil {
			t.Fatal(err)
		}
		if before := asked.Sub(r.From); before < 5*time.Second || before > 6*time.Second || !r.StartedAt.Equal(asked) {
			t.Errorf("from %s before it was asked for", before)
		}
		if _, err := d.Start(Head{ID: "V01-2"}); !errors.Is(err, ErrRecording) {
			t.Errorf("begun twice: %v", err)
		}
		d.Mark(Point{At: time.Now(), Lat: 32.5, Lon: 120.4})
		wait(12 * time.Second)
		if err := d.Stop("lin", "by hand"); err != nil {
			t.Fatal(err)
		}
		if err := d.Stop("lin", "by hand"); !errors.Is(err, ErrIdle) {
			t.Errorf("stopped twice: %v", err)
		}
		got, _ := lib.Get("V01-1")
		whole(t, got)
		if len(got.Gaps) != 0 || len(got.Segments) != 2 || got.Closed.By != "lin" || !Near(got.Way, 32.5, 120.401, 100) || Near(got.Way, 32.5, 120.402, 100) {
			t.Errorf("%+v", got)
		}
		if track, err := lib.Track("V01-1"); err != nil || len(track) != 1 {
			t.Errorf("%v %v", track, err)
		}
	})
}

func TestAShutGateAndALostSourceAreGaps(t *testing.T) {
	decked(t, Options{PreRoll: 5 * time.Second}, func(d *Deck, c *camera, lib *Library) {
		c.set(false, true)
		wait(10 * time.Second)
		r, err := d.Start(Head{ID: "V01-1", Source: "V01"})
		if err != nil || !r.From.Equal(r.StartedAt) {
			t.Fatalf("a pre-roll from behind a shut gate: %+v %v", r.Head, err)
		}
		wait(3 * time.Second)
		c.set(false, false)
		wait(6 * time.Second)
		c.set(true, false)
		wait(4 * time.Second)
		c.set(false, false)
		wait(6 * time.Second)
		if err := d.Stop("lin", "by hand"); err != nil {
			t.Fatal(err)
		}
		got, _ := lib.Get("V01-1")
		whole(t, got)
		if len(got.Gaps) < 2 || got.Gaps[len(got.Gaps)-2].Why != Gated || got.Gaps[len(got.Gaps)-2].Detail != "school" || got.Gaps[len(got.Gaps)-1].Why != SourceLost {
			t.Errorf("%+v", got.Gaps)
		}
		if len(got.Segments) != 2 {
			t.Errorf("%+v", got.Segments)
		}
	})
}

// A disk that is slow costs pictures of the recording, and a gap says so; the source is never kept waiting.
func TestASlowDiskIsAGap(t *testing.T) {
	var dropped atomic.Uint64
	decked(t, Options{Dropped: &dropped}, func(d *Deck, c *camera, lib *Library) {
		slow := make(chan struct{})
		create := lib.create
		lib.create = func(name string) (file, error) {
			f, err := create(name)
			return slowFile{f, slow}, err
		}
		go func() { slow <- struct{}{} }() // the first line of the index
		if _, err := d.Start(Head{ID: "V01-1", Source: "V01"}); err != nil {
			t.Fatal(err)
		}
		c.mu.Lock()
		c.crowd = 4 * queueUnits
		c.mu.Unlock()
		wait(10 * time.Second)
		if dropped.Load() < queueUnits {
			t.Errorf("%d dropped", dropped.Load())
		}
		close(slow)
		wait(10 * time.Second)
		if err := d.Stop("lin", "by hand"); err != nil {
			t.Fatal(err)
		}
		got, _ := lib.Get("V01-1")
		whole(t, got)
		behind := false
		for _, g := range got.Gaps {
			behind = behind || g.Why == Behind
		}
		if !behind {
			t.Errorf("%+v", got.Gaps)
		}
	})
}

type slowFile struct {
	file
	until chan struct{}
}

func (f slowFile) Write(b []byte) (int, error) {
	<-f.until
	return f.file.Write(b)
}

// What is recorded when the station ends is closed.
func TestTheEndOfTheStationClosesARecording(t *testing.T) {
	var lib *Library
	decked(t, Options{}, func(d *Deck, _ *camera, l *Library) {
		lib = l
		if _, err := d.Start(Head{ID: "V01-1", Source: "V01"}); err != nil {
			t.Fatal(err)
		}
		wait(5 * time.Second)
	})
	got, _ := lib.Get("V01-1")
	whole(t, got)
	if got.Closed.Why != "stopped" || len(got.Segments) != 1 {
		t.Errorf("%+v", got)
	}
}
