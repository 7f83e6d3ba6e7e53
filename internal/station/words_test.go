package station

import (
	"os"
	"path/filepath"
	"testing"
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
}
