package station

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/events"
	"groundstation/mission"
)

func TestWordsAreKept(t *testing.T) {
	file, err := os.ReadFile("../../mavlink/events/testdata/all_events.json.xz")
	if err != nil {
		t.Fatal(err)
	}
	dir := WordsDir(filepath.Join(t.TempDir(), "events"))
	if sets, err := dir.Load(); err != nil || len(sets) != 0 {
		t.Fatalf("%v %v", sets, err)
	}
	set, err := dir.open(WordsFetched{Sum: 0xAB, File: file})
	if err != nil || set.Len() != 367 {
		t.Fatal(err)
	}
	if _, err := dir.open(WordsFetched{Sum: 0xAC, File: file[:100]}); err == nil {
		t.Error("half a file was kept")
	}
	for name, body := range map[string][]byte{"000000ff.events": []byte("{"), "notes.txt": file, "xyz.events": file, "00000001.events.tmp": file} {
		if err := os.WriteFile(filepath.Join(string(dir), name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sets, err := dir.Load()
	if err == nil || len(sets) != 1 || sets[0xAB].Len() != 367 {
		t.Fatalf("%v %v", sets, err)
	}
	for i := range 2 * wordsKept {
		name := dir.file(uint32(i + 0x100))
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i-1000) * time.Hour)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if sets, _ = dir.Load(); len(sets) != wordsKept || sets[0xAB] == nil || sets[0x100+2*wordsKept-1] == nil || sets[0x100] != nil {
		t.Fatalf("%d kept", len(sets))
	}
	if left, _ := filepath.Glob(filepath.Join(string(dir), "*.events")); len(left) > wordsKept+2 {
		t.Errorf("%d files are left", len(left))
	}
}

// A vehicle that serves other metadata at each start fills neither memory nor disk.
func TestWordsAreBounded(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	c := NewCore(Config{Registry: fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", SystemID: 1}}}, Session: mavlink.DefaultConfig(), Words: map[uint32]*events.Set{}}, mission.State{}, now)
	asked := 0
	for i := range uint32(100) {
		now = now.Add(time.Minute)
		c.wordsVehicle(now, &fleet.Vehicle{ID: "V01", Link: fleet.LinkOnline, Landed: fleet.OnGround, BootID: i + 1})
		p := c.words.page("V01")
		p.path, p.sum = "x", i
		now = now.Add(wordsSettle)
		c.wordsLook(now)
		if c.words.busy[i] != "" {
			asked++
			p.intent = ""
			c.wordsOpened(now, Words{Sum: i, Set: &events.Set{}})
		}
	}
	if asked != wordsMax || len(c.words.sets) != wordsMax {
		t.Fatalf("fetched %d times, %d sets are held", asked, len(c.words.sets))
	}
}
