package fleet

import (
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestBoardGivesSnapshotThenDeltas(t *testing.T) {
	b := NewBoard()
	b.Put(KindVehicle, "V01", Vehicle{ID: "V01", AltRelM: 1})
	b.Put(KindVehicle, "V02", Vehicle{ID: "V02"})
	b.Put(KindVehicle, "V01", Vehicle{ID: "V01", AltRelM: 2})
	all, version, changed := b.Since(0)
	if len(all) != 2 || all[0].ID != "V02" || all[1].ID != "V01" || version != 3 {
		t.Fatalf("snapshot %+v at %d, want V02 then V01 at 3", all, version)
	}
	if got := all[1].Value.(Vehicle).AltRelM; got != 2 {
		t.Fatalf("altitude %v, want the last put", got)
	}
	select {
	case <-changed:
		t.Fatal("woken without a change")
	default:
	}
	b.Put(KindDock, "H01", nil)
	select {
	case <-changed:
	default:
		t.Fatal("not woken by a change")
	}
	delta, _, _ := b.Since(version)
	if len(delta) != 1 || delta[0].Kind != KindDock || delta[0].Value != nil {
		t.Fatalf("delta %+v, want the removal of H01 alone", delta)
	}
	if v, ok := Get[Vehicle](b, KindVehicle, "V01"); !ok || v.AltRelM != 2 {
		t.Fatalf("Get gives %+v %v", v, ok)
	}
	if _, ok := Get[Dock](b, KindDock, "H01"); ok {
		t.Fatal("Get gives a removed dock")
	}
	if n := len(All[Vehicle](b, KindVehicle)); n != 2 {
		t.Fatalf("All gives %d vehicles, want 2", n)
	}
}

// A reader that follows deltas from any version ends with the same picture as a snapshot.
func TestBoardDeltasReachTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBoard()
		seen := map[string]any{}
		var version uint64
		read := func() {
			entries, v, _ := b.Since(version)
			for _, e := range entries {
				if e.Version <= version || e.Version > v {
					t.Fatalf("entry at %d between %d and %d", e.Version, version, v)
				}
				seen[string(e.Kind)+e.ID] = e.Value
			}
			version = v
		}
		truth := map[string]any{}
		for range rapid.IntRange(0, 60).Draw(t, "puts") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")
			var value any
			if n := rapid.IntRange(0, 5).Draw(t, "value"); n > 0 {
				value = n
			}
			b.Put("k", id, value)
			truth["k"+id] = value
			if rapid.Bool().Draw(t, "read") {
				read()
			}
		}
		read()
		if len(seen) != len(truth) {
			t.Fatalf("seen %v, truth %v", seen, truth)
		}
		for k, v := range truth {
			if seen[k] != v {
				t.Fatalf("%s seen as %v, is %v", k, seen[k], v)
			}
		}
	})
}

func TestBoardUnderConcurrentWriters(t *testing.T) {
	b := NewBoard()
	var writers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for i := range 500 {
				b.Put(KindVehicle, "V01", i)
			}
		})
	}
	writers.Wait()
	if _, version, _ := b.Since(0); version != 2000 {
		t.Fatalf("version %d, want 2000", version)
	}
}
