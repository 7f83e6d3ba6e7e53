package station

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/logbook"
)

// shelfRig is a shelf over a real folder, and what it says.
type shelfRig struct {
	t     *testing.T
	dir   LogDir
	s     *logShelf
	said  chan logbook.Stored
	drops atomic.Uint64
}

func newShelfRig(t *testing.T, most int64) *shelfRig {
	r := &shelfRig{t: t, dir: LogDir(filepath.Join(t.TempDir(), "logs")), said: make(chan logbook.Stored, 100)}
	r.open(most)
	return r
}

func (r *shelfRig) open(most int64) []logbook.FlightLog {
	r.t.Helper()
	kept, err := r.dir.Load(time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	r.s = newLogShelf(r.dir, kept, most, slog.New(slog.DiscardHandler), &r.drops, func(s logbook.Stored) { r.said <- s })
	return kept
}

func sumOf(b []byte) uint32 {
	s := newFileSum()
	_, _ = s.Write(b)
	return s.sum
}

// keep writes a log in pieces and gives what was said.
func (r *shelfRig) keep(id fleet.SortieID, b []byte) logbook.Stored {
	r.t.Helper()
	rec := logbook.FlightLog{Sortie: id, Vehicle: "V1", From: time.Now(), State: logbook.Fetching, Size: int64(len(b))}
	r.s.put(logbook.Open{Record: rec})
	for at := 0; at < len(b); at += 100 {
		r.s.put(logbook.Append{Sortie: id, Offset: int64(at), Data: b[at:min(at+100, len(b))]})
	}
	rec.Have, rec.Sum = rec.Size, sumOf(b)
	r.s.put(logbook.Close{Record: rec})
	select {
	case s := <-r.said:
		return s
	case <-time.After(10 * time.Second):
		r.t.Fatal("nothing is said")
	}
	panic("unreachable")
}

func TestLogIsKeptOnDiskWithItsHash(t *testing.T) {
	r := newShelfRig(t, 1<<20)
	body := []byte("ULog" + strings.Repeat("0123456789", 100))
	said := r.keep("S000001", body)
	sum := sha256.Sum256(body)
	if said.Err != nil || said.SHA256 != hex.EncodeToString(sum[:]) {
		t.Fatalf("%+v", said)
	}
	r.s.close()
	got, err := os.ReadFile(filepath.Join(string(r.dir), "S000001", "flight.ulg"))
	if err != nil || string(got) != string(body) {
		t.Fatal(err)
	}
	if line, err := os.ReadFile(filepath.Join(string(r.dir), "S000001", "flight.ulg.sha256")); err != nil || string(line) != said.SHA256+"  flight.ulg\n" {
		t.Fatalf("%q %v", line, err)
	}
	f, name, err := r.dir.Open("S000001")
	if err != nil || name != "S000001.ulg" {
		t.Fatalf("%q %v", name, err)
	}
	_ = f.Close()
	kept, err := r.dir.Load(time.Now())
	if err != nil || len(kept) != 1 || kept[0].State != logbook.Kept || kept[0].SHA256 != said.SHA256 {
		t.Fatalf("%+v %v", kept, err)
	}
	for _, id := range []fleet.SortieID{"S2", "../S000001", ""} {
		if _, _, err := r.dir.Open(id); err == nil {
			t.Errorf("%q is there", id)
		}
	}
}

func TestLogGoesOnAfterARestart(t *testing.T) {
	r := newShelfRig(t, 1<<20)
	body := []byte(strings.Repeat("0123456789", 100))
	rec := logbook.FlightLog{Sortie: "S1", Vehicle: "V1", State: logbook.Fetching, Size: int64(len(body))}
	r.s.put(logbook.Open{Record: rec})
	r.s.put(logbook.Append{Sortie: "S1", Data: body[:700]})
	r.s.close()
	kept := r.open(1 << 20)
	if len(kept) != 1 || kept[0].Have != 700 || kept[0].Sum != sumOf(body[:700]) || kept[0].State != logbook.Fetching {
		t.Fatalf("%+v", kept)
	}
	rec = kept[0]
	rec.Have = 600 // less is believed than there is
	r.s.put(logbook.Open{Record: rec})
	r.s.put(logbook.Append{Sortie: "S1", Offset: 600, Data: body[600:]})
	rec.Sum = sumOf(body)
	r.s.put(logbook.Close{Record: rec})
	if said := <-r.said; said.Err != nil {
		t.Fatal(said.Err)
	}
	if f, name, err := r.dir.Open("S1"); err != nil || name != "S1.bin" {
		t.Fatalf("%q %v", name, err)
	} else {
		_ = f.Close()
	}
	r.s.close()
}

func TestLogThatIsNotWhatWasFetched(t *testing.T) {
	r := newShelfRig(t, 1<<20)
	defer r.s.close()
	body := []byte("0123456789")
	rec := logbook.FlightLog{Sortie: "S1", Size: 10, Sum: sumOf(body) + 1}
	r.s.put(logbook.Open{Record: rec})
	r.s.put(logbook.Append{Sortie: "S1", Data: body})
	r.s.put(logbook.Close{Record: rec})
	if said := <-r.said; said.Err == nil {
		t.Error("another checksum was taken")
	}
	r.s.put(logbook.Open{Record: rec})
	r.s.put(logbook.Append{Sortie: "S1", Offset: 3, Data: body})
	if said := <-r.said; said.Err == nil {
		t.Error("octets that do not follow were taken")
	}
	rec.Have = 99
	r.s.put(logbook.Open{Record: rec})
	if said := <-r.said; said.Err == nil {
		t.Error("it goes on behind what is there")
	}
}

func TestOldLogsMakeRoom(t *testing.T) {
	r := newShelfRig(t, 2500)
	body := make([]byte, 1000)
	for _, id := range []fleet.SortieID{"S1", "S2"} {
		if said := r.keep(id, body); said.Err != nil || len(said.Removed) != 0 {
			t.Fatalf("%+v", said)
		}
	}
	if said := r.keep("S3", body); said.Err != nil || len(said.Removed) != 1 || said.Removed[0] != "S1" {
		t.Fatalf("%+v", said)
	}
	if said := r.keep("S4", make([]byte, 5000)); said.Err != nil || len(said.Removed) != 2 {
		t.Fatalf("the newest is never removed: %+v", said)
	}
	r.s.close()
	states := map[fleet.SortieID]logbook.State{}
	for _, k := range r.open(2500) {
		states[k.Sortie] = k.State
	}
	if states["S1"] != logbook.Removed || states["S4"] != logbook.Kept || len(states) != 4 {
		t.Fatalf("%v", states)
	}
	if _, _, err := r.dir.Open("S1"); err == nil {
		t.Error("it is still there")
	}
	r.s.close()
	kept, err := r.dir.Load(time.Now().Add(removedFor + time.Hour))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v %v", kept, err)
	}
}

// A disk that does not keep up costs the log and nothing else: put never waits, what waits is bounded.
func TestShelfNeverWaits(t *testing.T) {
	r := newShelfRig(t, 1<<30)
	hold := make(chan struct{})
	r.s.stored = func(s logbook.Stored) { r.said <- s; <-hold }
	r.s.put(logbook.Open{Record: logbook.FlightLog{Sortie: "S0", Have: 1}}) // fails, and holds the goroutine
	<-r.said
	r.s.put(logbook.Open{Record: logbook.FlightLog{Sortie: "S1"}})
	piece := make([]byte, 1<<20)
	for i := range int64(40) {
		r.s.put(logbook.Append{Sortie: "S1", Offset: i << 20, Data: piece})
	}
	r.s.mu.Lock()
	octets := r.s.octets
	r.s.mu.Unlock()
	if octets > logQueueOctets || r.drops.Load() < 20 {
		t.Fatalf("%d octets wait, %d pieces dropped", octets, r.drops.Load())
	}
	r.s.put(logbook.Close{Record: logbook.FlightLog{Sortie: "S1", Size: 40 << 20}})
	close(hold)
	if said := <-r.said; said.Err == nil || said.Sortie != "S1" {
		t.Fatalf("%+v", said)
	}
	r.s.close()
}

func TestRecordsThatMakeNoSenseAreLeftOut(t *testing.T) {
	r := newShelfRig(t, 1<<20)
	if said := r.keep("S1", []byte("abc")); said.Err != nil {
		t.Fatal(said.Err)
	}
	r.s.close()
	for name, body := range map[string]string{"S2": "{", "S3": `{"sortie":"S1"}`} {
		if err := os.MkdirAll(filepath.Join(string(r.dir), name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(string(r.dir), name, recordFile), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := r.dir.Load(time.Now())
	if err == nil || len(kept) != 1 || kept[0].Sortie != "S1" {
		t.Fatalf("%+v %v", kept, err)
	}
	if err := os.Remove(filepath.Join(string(r.dir), "S1", "flight.bin")); err != nil {
		t.Fatal(err)
	}
	if kept, _ := r.dir.Load(time.Now()); len(kept) != 1 || kept[0].State != logbook.Owed {
		t.Fatalf("a log that is gone counts as kept: %+v", kept)
	}
}
