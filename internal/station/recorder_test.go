package station

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"go.uber.org/goleak"

	"groundstation/fleet"
	"groundstation/mavlink"
	"groundstation/mavlink/tlog"
	"groundstation/mission"
)

func newTestRecorder(t *testing.T, dir string, max int64) *Recorder {
	t.Helper()
	return NewRecorder(dir, max, slog.New(slog.DiscardHandler))
}

// framed is one frame that a system sends; n tells it from others.
func framed(t *testing.T, system uint8, m message.Message) []byte {
	t.Helper()
	b, err := mavlink.NewEncoder(system, 1).Encode(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func beat(t *testing.T, system uint8, n uint32) []byte {
	return framed(t, system, &common.MessageHeartbeat{CustomMode: n, MavlinkVersion: 3})
}

// frames are those of all files of a sortie, in order.
func frames(t *testing.T, dir string, id fleet.SortieID) (out [][]byte, st tlog.Stats) {
	t.Helper()
	logs := OpenTlogs(dir)
	parts, err := logs.Parts(id)
	if err != nil {
		t.Fatal(err)
	}
	var all []io.Reader
	for _, p := range parts {
		f, err := logs.Open(id, p.Name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all = append(all, f)
	}
	r := tlog.NewReader(io.MultiReader(all...))
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, r.Stats()
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, bytes.Clone(rec.Frame))
	}
}

var second = time.Unix(1_795_000_000, 0)

func TestASortieLeavesTheFramesOfItsVehicleAndItsDock(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	r := newTestRecorder(t, dir, 1<<20)
	r.start()
	s := mission.Sortie{ID: "S0001", Vehicle: "V01", Dock: "H01", State: mission.Preparing}
	r.Tap(second, "V01", beat(t, 7, 1), false) // before it
	r.follow(s)
	var want [][]byte
	tap := func(of string, frame []byte, out, ours bool) {
		r.Tap(second, of, frame, out)
		if ours {
			want = append(want, frame)
		}
	}
	tap("V01", beat(t, 7, 2), false, true)
	tap("V01", beat(t, 255, 3), true, true)
	tap("H01", beat(t, 101, 4), false, true)
	tap("V02", beat(t, 8, 5), false, false)
	tap("V01", framed(t, 255, &common.MessageSetupSigning{TargetSystem: 7, SecretKey: [32]uint8{1, 2, 3}}), true, false)
	s.State = mission.Closed
	r.follow(s)
	r.follow(s)
	tap("V01", beat(t, 7, 6), false, false)
	r.close()
	got, st := frames(t, dir, "S0001")
	if len(got) != len(want) || st.Gaps != 0 {
		t.Fatalf("%d frames of %d, %+v", len(got), len(want), st)
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("frame %d is %x, want %x", i, got[i], want[i])
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "S0001", "001.tlog"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(dir, "S0001", "SHA256SUMS"))
	if want := fmt.Sprintf("%x  001.tlog\n", sha256.Sum256(b)); err != nil || string(sums) != want {
		t.Errorf("SHA256SUMS is %q, %v; want %q", sums, err, want)
	}
	if r.count.frames.Load() != uint64(len(want)) || r.count.open.Load() != 0 || r.count.held.Load() != int64(len(b)) {
		t.Errorf("counted %d frames, %d open, %d octets", r.count.frames.Load(), r.count.open.Load(), r.count.held.Load())
	}
}

// A sortie that is open when the station ends goes on in another file; one that was closed and not sealed is sealed.
func TestAfterARestartALogGoesOnInAnotherFile(t *testing.T) {
	dir := t.TempDir()
	for n := range uint32(2) {
		r := newTestRecorder(t, dir, 1<<20)
		r.start()
		for _, id := range []fleet.SortieID{"S0001", "S0002"} {
			if id == "S0001" || n == 0 {
				r.follow(mission.Sortie{ID: id, Vehicle: "V01", State: mission.OnTask})
			}
		}
		r.Tap(second, "V01", beat(t, 7, n), false)
		r.close()
		if n == 1 {
			r.disk.sweep(r.isOpen)
		}
	}
	parts, err := OpenTlogs(dir).Parts("S0001")
	if err != nil || len(parts) != 2 || parts[0].Name != "001.tlog" || parts[1].Name != "002.tlog" || parts[0].SHA256+parts[1].SHA256 != "" {
		t.Errorf("the open one: %+v, %v", parts, err)
	}
	if got, _ := frames(t, dir, "S0001"); len(got) != 2 {
		t.Errorf("%d frames", len(got))
	}
	if parts, err = OpenTlogs(dir).Parts("S0002"); err != nil || len(parts) != 1 || parts[0].SHA256 == "" {
		t.Errorf("the closed one: %+v, %v", parts, err)
	}
}

// batch is about n octets of records.
func batch(t *testing.T, n int) (b []byte, count uint64) {
	t.Helper()
	frame := framed(t, 7, &common.MessageStatustext{Text: strings.Repeat("x", 50)})
	for len(b) < n {
		b = tlog.Append(b, second, frame)
		count++
	}
	return b, count
}

func TestALongLogIsRotated(t *testing.T) {
	dir := t.TempDir()
	r := newTestRecorder(t, dir, 1<<30)
	tr := &track{id: "S0001"}
	b, n := batch(t, 1<<20)
	for range 65 {
		r.disk.write(tr, b, n, r.isOpen)
	}
	r.disk.finish(tr, true)
	parts, err := OpenTlogs(dir).Parts("S0001")
	if err != nil || len(parts) != 2 || parts[0].Size > partMax || parts[0].Size < partMax-2<<20 || parts[1].SHA256 == "" {
		t.Fatalf("%+v, %v", parts, err)
	}
	if got := parts[0].Size + parts[1].Size; got != 65*int64(len(b)) || r.count.frames.Load() != 65*n {
		t.Errorf("%d octets, %d frames", got, r.count.frames.Load())
	}
}

// The oldest closed logs make room; open ones stay, and when they fill the bound frames are dropped.
func TestTheDirectoryIsBounded(t *testing.T) {
	dir := t.TempDir()
	const most = 5 << 20
	r := newTestRecorder(t, dir, most)
	if err := os.MkdirAll(filepath.Join(dir, "not a sortie"), 0o700); err != nil {
		t.Fatal(err)
	}
	b, n := batch(t, 1<<20-200)
	old := time.Now().Add(-time.Hour)
	for i := range 4 {
		tr := &track{id: fleet.SortieID(fmt.Sprintf("S%04d", 9-i))} // the names do not tell their age
		r.disk.write(tr, b, n, r.isOpen)
		r.disk.finish(tr, true)
		if err := os.Chtimes(filepath.Join(dir, string(tr.id), "001.tlog"), old, old.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	r.follow(mission.Sortie{ID: "S0009", Vehicle: "V01", State: mission.OnTask}) // the oldest of all is open again
	r.follow(mission.Sortie{ID: "S0100", Vehicle: "V02", State: mission.OnTask})
	there := func() (ids []string) {
		logs, err := r.disk.look()
		if err != nil {
			t.Fatal(err)
		}
		var all int64
		for _, l := range logs {
			ids, all = append(ids, string(l.id)), all+l.size
		}
		if all > most || all != r.count.held.Load() {
			t.Errorf("%d octets of %d are held, %d are counted", all, most, r.count.held.Load())
		}
		return ids
	}
	open := &track{id: "S0100"}
	for _, want := range []string{"S0009 S0008 S0007 S0006 S0100", "S0009 S0007 S0006 S0100", "S0009 S0006 S0100", "S0009 S0100", "S0009 S0100", "S0009 S0100"} {
		r.disk.write(open, b, n, r.isOpen)
		if got := strings.Join(there(), " "); got != want {
			t.Errorf("there are %s, want %s", got, want)
		}
	}
	if got := r.count.dropped[dropFull].Load(); got != 2*n || r.count.removed.Load() != 3 {
		t.Errorf("%d frames dropped, want %d; %d sorties removed", got, 2*n, r.count.removed.Load())
	}
	if _, err := os.Stat(filepath.Join(dir, "not a sortie")); err != nil {
		t.Error(err)
	}
}

// brokenFile fails every write after half of it, until it is mended.
type brokenFile struct {
	*os.File
	broken *bool
}

func (f brokenFile) Write(b []byte) (int, error) {
	if !*f.broken {
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:len(b)/2])
	return n, errors.Join(err, errors.New("no space left on device"))
}

func TestADiskThatFailsCostsFramesAndIsUsedAgain(t *testing.T) {
	dir := t.TempDir()
	r := newTestRecorder(t, dir, 1<<30)
	now, broken := second, false
	r.disk.now = func() time.Time { return now }
	create := r.disk.create
	r.disk.create = func(name string) (tlogFile, error) {
		f, err := create(name)
		if err != nil {
			return nil, err
		}
		return brokenFile{f.(*os.File), &broken}, nil
	}
	tr := &track{id: "S0001"}
	b, n := batch(t, 1000)
	for i := range 20 {
		broken = i >= 5 && i < 12
		r.disk.write(tr, b, n, r.isOpen)
		now = now.Add(time.Second)
	}
	r.disk.finish(tr, true)
	// Written at 0 to 4, failed at 5 and 10, left alone for 5 s after each, written again from 15 on.
	if w, d, e := r.count.frames.Load(), r.count.dropped[dropDisk].Load(), r.count.errors.Load(); w != 10*n || d != 10*n || e != 2 {
		t.Errorf("%d frames written, %d dropped, %d errors; a batch has %d", w, d, e, n)
	}
	got, st := frames(t, dir, "S0001")
	if uint64(len(got)) != 10*n || st.Gaps != 0 {
		t.Errorf("%d frames come back, %+v", len(got), st)
	}
	if parts, err := OpenTlogs(dir).Parts("S0001"); err != nil || len(parts) != 1 {
		t.Errorf("%+v, %v", parts, err)
	}
}

func TestAFolderThatCannotBeMadeCostsFrames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := newTestRecorder(t, filepath.Join(file, "tlog"), 1<<30)
	r.start()
	r.follow(mission.Sortie{ID: "S0001", Vehicle: "V01", State: mission.OnTask})
	r.Tap(second, "V01", beat(t, 7, 1), false)
	r.close()
	if r.count.dropped[dropDisk].Load() != 1 || r.count.errors.Load() == 0 {
		t.Errorf("%d dropped, %d errors", r.count.dropped[dropDisk].Load(), r.count.errors.Load())
	}
}

// stuckFile never takes anything until it is let go.
type stuckFile struct {
	*os.File
	in   chan<- struct{}
	free <-chan struct{}
}

func (f stuckFile) Write(b []byte) (int, error) {
	select {
	case f.in <- struct{}{}:
	default:
	}
	<-f.free
	return f.File.Write(b)
}

// While the disk takes nothing frames are taken and then dropped, and nobody waits.
func TestADiskThatHangsDelaysNobody(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	r := newTestRecorder(t, dir, 1<<30)
	in, free := make(chan struct{}, 1), make(chan struct{})
	create := r.disk.create
	r.disk.create = func(name string) (tlogFile, error) {
		f, err := create(name)
		if err != nil {
			return nil, err
		}
		return stuckFile{f.(*os.File), in, free}, nil
	}
	r.start()
	s := mission.Sortie{ID: "S0001", Vehicle: "V01", State: mission.OnTask}
	r.follow(s)
	frame := framed(t, 7, &common.MessageStatustext{Text: strings.Repeat("x", 50)})
	r.Tap(second, "V01", frame, false)
	<-in // the disk hangs from here on
	const n = 100_000
	var taps sync.WaitGroup
	for range 4 {
		taps.Go(func() {
			for range n / 4 {
				r.Tap(second, "V01", frame, true)
			}
		})
	}
	taps.Wait()
	r.mu.Lock()
	held := len(r.tracks["S0001"].buf)
	r.mu.Unlock()
	if dropped := r.count.dropped[dropBuffer].Load(); held > trackMax || dropped == 0 {
		t.Errorf("%d octets wait, %d frames were dropped", held, dropped)
	}
	close(free)
	s.State = mission.Aborted
	r.follow(s)
	r.close()
	got, _ := frames(t, dir, "S0001")
	if dropped := r.count.dropped[dropBuffer].Load(); uint64(len(got))+dropped != n+1 {
		t.Errorf("%d frames in the log and %d dropped of %d", len(got), dropped, n+1)
	}
}

func TestIdsThatLeadElsewhereAreRefused(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "001.tlog")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []fleet.SortieID{"", ".", "..", "../x", "a/b", "a\x00b", "-x", "ä", fleet.SortieID(strings.Repeat("a", 65))} {
		r := newTestRecorder(t, filepath.Join(dir, "tlog"), 1<<20)
		r.start()
		r.follow(mission.Sortie{ID: id, Vehicle: "V01", State: mission.OnTask})
		r.Tap(second, "V01", beat(t, 7, 1), false)
		r.close()
		if r.count.dropped[dropDisk].Load() != 1 {
			t.Errorf("%q: was written", id)
		}
		if _, err := OpenTlogs(filepath.Join(dir, "tlog")).Parts(id); !errors.Is(err, ErrNoTlog) {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, part := range []string{"", "..", "../001.tlog", "SHA256SUMS", "1.tlog", "001.tlog/"} {
		if _, err := OpenTlogs(dir).Open("S0001", part); !errors.Is(err, ErrNoTlog) {
			t.Errorf("%q: %v", part, err)
		}
	}
}
