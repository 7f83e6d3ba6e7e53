package main

import (
	"encoding/json"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/station"
)

// TestAReplayGoesWhereItIsWanted: the same moment of the record shows the same vehicle, whether it is reached from before,
// from behind, or by playing; paused, time stands still.
func TestAReplayGoesWhereItIsWanted(t *testing.T) {
	t.Parallel()
	r, board := replayed(t, station.ReplaySlowest)
	steer := func(o fleet.ReplayOrder) fleet.Replay {
		t.Helper()
		shown, p := r.Steer(t.Context(), o)
		if p != nil {
			t.Fatal(p)
		}
		return shown
	}
	// there waits until the replay has come to a time, and gives the vehicle as it is shown there.
	there := func(at time.Time) string {
		t.Helper()
		late := time.After(time.Minute)
		for version := uint64(0); ; {
			_, now, changed := board.Since(version)
			version = now
			shown, _ := fleet.Get[fleet.Replay](board, fleet.KindReplay, "replay")
			if !shown.Seeking && shown.At.Equal(at) {
				v, _ := fleet.Get[*fleet.Vehicle](board, fleet.KindVehicle, "SYS1")
				b, err := json.Marshal(v)
				if err != nil || !r.Now().Equal(at) {
					t.Fatalf("%s, where %s was wanted: %v", r.Now(), at, err)
				}
				return string(b)
			}
			select {
			case <-changed:
			case <-late:
				t.Fatalf("not at %s but %+v", at, shown)
			}
		}
	}
	yes, no, fast := true, false, station.ReplayFastest
	first := steer(fleet.ReplayOrder{Paused: &yes})
	if length := first.Until.Sub(first.From); length < time.Minute || !first.Paused {
		t.Fatalf("%+v", first)
	}
	early, middle := first.From.Add(20*time.Second), first.From.Add(first.Until.Sub(first.From)/2)
	far, ago := first.Until.Add(time.Hour), first.From.Add(-time.Hour)

	steer(fleet.ReplayOrder{At: &middle})
	forward := there(middle)
	if still := steer(fleet.ReplayOrder{}); !still.At.Equal(middle) || !still.Paused {
		t.Errorf("paused, it went on: %+v", still)
	}
	steer(fleet.ReplayOrder{At: &far})
	last := there(first.Until)
	steer(fleet.ReplayOrder{At: &early})
	before := there(early)
	if before == forward || forward == last {
		t.Error("it shows the same vehicle at other times")
	}
	steer(fleet.ReplayOrder{At: &ago})
	if nobody := there(first.From); nobody != "null" {
		t.Errorf("before anybody was heard: %s", nobody)
	}
	steer(fleet.ReplayOrder{At: &first.Until})
	if again := there(first.Until); again != last {
		t.Errorf("the end, from the beginning:\n%s\nand from the middle:\n%s", again, last)
	}
	steer(fleet.ReplayOrder{At: &middle})
	if back := there(middle); back != forward {
		t.Errorf("from behind:\n%s\nfrom before:\n%s", back, forward)
	}
	// On from there, by playing: the end is the same again.
	if on := steer(fleet.ReplayOrder{Paused: &no, Speed: &fast}); on.Paused || on.Speed != fast {
		t.Errorf("%+v", on)
	}
	late := time.After(time.Minute)
	for version := uint64(0); ; {
		_, now, changed := board.Since(version)
		version = now
		if shown, _ := fleet.Get[fleet.Replay](board, fleet.KindReplay, "replay"); shown.Ended {
			break
		}
		select {
		case <-changed:
		case <-late:
			t.Fatal("it does not end")
		}
	}
	if played := there(first.Until); played != last {
		t.Errorf("the end, by playing:\n%s\nand by going there:\n%s", played, last)
	}
	zero := 0.0
	if _, p := r.Steer(t.Context(), fleet.ReplayOrder{Speed: &zero}); p == nil || p.Code != "invalid" {
		t.Errorf("no speed at all: %v", p)
	}
}
