package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"groundstation/mission"
)

// filled makes a closed file with n plans and gives the head of its ledger.
func filled(t *testing.T, n int) (string, Anchor) {
	t.Helper()
	s, path := fresh(t)
	for i := range n {
		if err := s.Commit([]mission.Op{put(mission.KindPlan, fmt.Sprintf("P%04d", i), mission.Plan{ID: "P", Name: strings.Repeat("marker", 20)})}); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Head()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, head
}

func TestATornFileIsFoundAtOpen(t *testing.T) {
	path, _ := filled(t, 100)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := int64(os.Getpagesize())
	used := info.Size()
	for used > page && len(bytes.TrimRight(whole[used-page:used], "\x00")) == 0 {
		used -= page
	}
	for name, damage := range map[string]func(string) error{
		"cut to nothing":       func(p string) error { return os.Truncate(p, 0) },
		"cut in the middle":    func(p string) error { return os.Truncate(p, used/2) },
		"cut to its metas":     func(p string) error { return os.Truncate(p, 2*page) },
		"cut within a page":    func(p string) error { return os.Truncate(p, page/2) },
		"cut within its metas": func(p string) error { return os.Truncate(p, 2*page-100) },
		"both metas zeroed":    func(p string) error { return overwrite(p, 0, make([]byte, 2*page)) },
		"data pages zeroed":    func(p string) error { return overwrite(p, 4*page, make([]byte, used-4*page)) },
		"data pages garbage":   func(p string) error { return overwrite(p, 2*page, bytes.Repeat([]byte{0xa5}, int(used-2*page))) },
		"another file's text":  func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("not a database\n"), 1000), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			p := filepath.Join(t.TempDir(), "station.db")
			if err := os.WriteFile(p, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := damage(p); err != nil {
				t.Fatal(err)
			}
			s, err := Open(p, Options{})
			if err == nil {
				_, err = s.Load()
				_ = s.Close()
			}
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func overwrite(path string, at int64, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, at)
	return firstError(err, f.Close())
}

// One flipped bit within a value keeps bbolt's own structure whole; the checksum must tell.
func TestAFlippedBitIsFoundOnLoad(t *testing.T) {
	path, _ := filled(t, 10)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := 0
	for i := 0; ; {
		at := bytes.Index(raw[i:], []byte("markermarker"))
		if at < 0 {
			break
		}
		raw[i+at+3] ^= 1
		flipped++
		i += at + 200
	}
	if flipped == 0 {
		t.Fatal("nothing to flip")
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if _, err := s.Load(); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "plan") {
		t.Errorf("Load: %v", err)
	}
	if _, err := s.Verify(); !errors.Is(err, ErrCorrupt) {
		t.Errorf("Verify: %v", err)
	}
}

func TestTamperingIsFound(t *testing.T) {
	key := func(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
	edit := func(seq uint64, change func(*Entry)) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			var e Entry
			if err := json.Unmarshal(tx.Bucket(bucketLedger).Get(key(seq)), &e); err != nil {
				return err
			}
			change(&e)
			raw, err := json.Marshal(e)
			if err != nil {
				return err
			}
			return tx.Bucket(bucketLedger).Put(key(seq), raw)
		}
	}
	// rechain makes a whole new, consistent chain: only an anchor in other hands tells.
	rechain := func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLedger)
		head := Anchor{}
		for seq := uint64(1); seq <= 20; seq++ {
			var e Entry
			if err := json.Unmarshal(b.Get(key(seq)), &e); err != nil {
				return err
			}
			e.Prev = head.Hash
			if seq == 5 {
				e.By = "somebody else"
			}
			raw, err := json.Marshal(e)
			if err != nil {
				return err
			}
			if err := b.Put(key(seq), raw); err != nil {
				return err
			}
			head = Anchor{Seq: seq, Hash: hashOf(raw)}
		}
		raw, err := json.Marshal(head)
		if err != nil {
			return err
		}
		return tx.Bucket(bucketMeta).Put(keyHead, raw)
	}
	path, head := filled(t, 20)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tamper func(*bolt.Tx) error
		says   string
	}{
		"who did it":       {edit(5, func(e *Entry) { e.By = "somebody else" }), "entry 5"},
		"when":             {edit(9, func(e *Entry) { e.At = e.At.Add(1) }), "entry 9"},
		"a number":         {edit(3, func(e *Entry) { e.Seq = 4 }), "entry 4"},
		"an entry removed": {func(tx *bolt.Tx) error { return tx.Bucket(bucketLedger).Delete(key(7)) }, "entry 8 follows entry 6"},
		"a record changed": {func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("plan")).Put([]byte("P0003"), seal("plan", "P0003", []byte(`{}`)))
		}, "plan P0003"},
		"a record removed": {func(tx *bolt.Tx) error { return tx.Bucket([]byte("plan")).Delete([]byte("P0003")) }, "plan P0003 is gone"},
		"a record slipped in": {func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("user")).Put([]byte("eve"), seal("user", "eve", []byte(`{}`)))
		}, "user eve"},
		"the whole chain": {rechain, "anchored"},
	} {
		t.Run(name, func(t *testing.T) {
			p := filepath.Join(t.TempDir(), "station.db")
			if err := os.WriteFile(p, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, p)
			if _, err := s.Verify(head); err != nil {
				t.Fatalf("before tampering: %v", err)
			}
			if err := s.db.Update(c.tamper); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Verify(head); !errors.Is(err, ErrTampered) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want it to say %q", err, c.says)
			}
		})
	}
	t.Run("the end cut off", func(t *testing.T) {
		p := filepath.Join(t.TempDir(), "station.db")
		if err := os.WriteFile(p, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, p)
		if err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketLedger).Delete(key(20)) }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Verify(head); !errors.Is(err, ErrTampered) {
			t.Errorf("Verify: %v", err)
		}
		_ = s.Close()
		if _, err := Open(p, Options{}); !errors.Is(err, ErrCorrupt) {
			t.Errorf("Open: %v", err)
		}
	})
}

// TestKilledAtAnyMoment runs this binary as a writer that says each number once it is durable, kills it at different
// numbers, and looks whether all it said is there.
func TestKilledAtAnyMoment(t *testing.T) {
	if path := os.Getenv("STORE_TEST_WRITER"); path != "" {
		writeUntilKilled(path)
		return
	}
	path := filepath.Join(t.TempDir(), "station.db")
	var said uint64
	for round := range 8 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledAtAnyMoment$")
		cmd.Env = append(os.Environ(), "STORE_TEST_WRITER="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			v, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err != nil {
				t.Fatalf("the writer said %q", lines.Text())
			}
			said = v
			if n == 3+round*7 {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()

		s, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		st, err := s.Load()
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if st.IntentSeq < said {
			t.Errorf("round %d: said %d, kept %d", round, said, st.IntentSeq)
		}
		if len(st.Plans) != int(st.IntentSeq) {
			t.Errorf("round %d: %d plans for %d commits: half a commit was kept", round, len(st.Plans), st.IntentSeq)
		}
		if _, err := s.Verify(); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func writeUntilKilled(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	st, err := s.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	said := make(chan uint64, 1024)
	go func() {
		for n := st.IntentSeq + 1; n < st.IntentSeq+100000; n++ {
			s.Submit([]mission.Op{put(mission.KindPlan, fmt.Sprint("P", n), mission.Plan{ID: "P"}), put(mission.KindCounter, mission.CounterIntent, n)}, func(err error) {
				if err == nil {
					said <- n
				}
			})
		}
	}()
	for n := range said {
		fmt.Println(n)
	}
}
