package station

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mavlink/signing"
	"groundstation/mission"
)

var quiet = slog.New(slog.DiscardHandler)

func made(t *testing.T, id string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "keys")
	if _, err := CreateKey(dir, id); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAKeyIsMadeOnceAndReadByItsOwnerOnly(t *testing.T) {
	dir := made(t, "V01")
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "V01.key"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	_, _, err := OpenKeyring(dir, signedFleet(fleet.SigningRequired), quiet)
	if err == nil || !strings.Contains(err.Error(), "key create V02") {
		t.Fatalf("V02 must sign and has no key: %v", err)
	}
	if _, err := CreateKey(dir, "V02"); err != nil {
		t.Fatal(err)
	}
	if _, keys, err := OpenKeyring(dir, signedFleet(fleet.SigningRequired), quiet); err != nil || keys["V01"].Key.IsZero() || keys["V01"].Key.Equal(keys["V02"].Key) {
		t.Fatalf("%v %v", keys, err)
	}
	if _, err := CreateKey(dir, "V01"); !errors.Is(err, ErrKeyExists) {
		t.Errorf("a key was made twice: %v", err)
	}
	for _, id := range []string{"", "../V01", "a/b", ".V", "V 1", strings.Repeat("V", 65)} {
		if _, err := CreateKey(dir, id); err == nil {
			t.Errorf("a key for %q", id)
		}
	}
	if _, keys, err := OpenKeyring(filepath.Join(dir, "none"), signedFleet(fleet.SigningAccept), quiet); err != nil || len(keys) != 0 {
		t.Errorf("no folder: %v", err)
	}
}

func TestAKeyringThatIsNotSafeIsRefused(t *testing.T) {
	reg := signedFleet(fleet.SigningAccept)
	for name, spoil := range map[string]func(dir string) error{
		"others may read a key":     func(d string) error { return os.Chmod(filepath.Join(d, "V01.key"), 0o640) },
		"others may write a key":    func(d string) error { return os.Chmod(filepath.Join(d, "V01.key"), 0o602) },
		"others may see the folder": func(d string) error { return os.Chmod(d, 0o750) },
		"a key that is none":        func(d string) error { return os.WriteFile(filepath.Join(d, "V01.key"), []byte("secret"), 0o600) },
		"a key that is too long": func(d string) error {
			return os.WriteFile(filepath.Join(d, "V01.key"), bytes.Repeat([]byte("ab"), 100), 0o600)
		},
		"a link to a key":    func(d string) error { return os.Symlink("V01.key", filepath.Join(d, "V02.key")) },
		"a key of no name":   func(d string) error { return os.WriteFile(filepath.Join(d, ".key"), []byte("secret"), 0o600) },
		"timestamps of none": func(d string) error { return os.WriteFile(filepath.Join(d, marksFile), []byte("{"), 0o600) },
		"timestamps of all":  func(d string) error { return os.WriteFile(filepath.Join(d, marksFile), []byte("{}"), 0o644) },
	} {
		dir := made(t, "V01")
		secret, err := os.ReadFile(filepath.Join(dir, "V01.key"))
		if err != nil {
			t.Fatal(err)
		}
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		_, _, err = OpenKeyring(dir, reg, quiet)
		if err == nil {
			t.Errorf("%s: it is opened", name)
		} else if strings.Contains(err.Error(), strings.TrimSpace(string(secret))) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: it is told: %v", name, err)
		}
	}
	both := signedFleet(fleet.SigningAccept)
	both.Docks = []fleet.DockSpec{{ID: "V01", SystemID: 100}}
	if _, _, err := OpenKeyring(made(t, "V01"), both, quiet); err == nil {
		t.Error("one key for two systems")
	}
	var told bytes.Buffer
	_, keys, err := OpenKeyring(made(t, "V99"), reg, slog.New(slog.NewTextHandler(&told, nil)))
	if err != nil || len(keys) != 0 || !strings.Contains(told.String(), "V99.key") {
		t.Errorf("a key of nobody: %v %v %s", keys, err, &told)
	}
}

func TestTheNewestTimestampsAreKept(t *testing.T) {
	dir := made(t, "V01")
	r, keys, err := OpenKeyring(dir, signedFleet(fleet.SigningAccept), quiet)
	if err != nil {
		t.Fatal(err)
	}
	r.start()
	for i := range 50 {
		r.put(map[string]KeyMark{"V01": {Keys: []string{keys["V01"].Key.ID()}, Sent: signing.Timestamp(i),
			Heard: signing.Mark{Proven: true, Newest: 7, Streams: []signing.StreamMark{{Stream: signing.Stream{System: 7, Component: 1, Link: 2}, Last: 7}}}}})
	}
	r.close()
	again, err := ListKeys(dir)
	if m := again["V01"].Mark; err != nil || m.Sent != 49 || m.Heard.Newest != 7 || len(m.Heard.Streams) != 1 || m.Heard.Streams[0].Link != 2 || !m.Heard.Proven {
		t.Fatalf("%+v %v", again, err)
	}
	if err := private(filepath.Join(dir, marksFile)); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

// Over a real socket and a real folder: what was captured before the station's end is nothing after it.
func TestACaptureFromBeforeARestartIsRefusedOverARealSocket(t *testing.T) {
	dir := made(t, "V01")
	if _, err := CreateKey(dir, "V02"); err != nil {
		t.Fatal(err)
	}
	var captured []byte
	for _, want := range []signing.Verdict{signing.Signed, signing.Older} {
		ring, keys, err := OpenKeyring(dir, signedFleet(fleet.SigningRequired), quiet)
		if err != nil {
			t.Fatal(err)
		}
		v := newCraft(t, 7, keys["V01"].Key)
		if captured == nil {
			captured = v.signed(time.Now(), beatOfPX4)
		}
		l, board := listen(t), fleet.NewBoard()
		core := NewCore(Config{Registry: signedFleet(fleet.SigningRequired), Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Keys: keys}, mission.State{}, time.Now())
		s := New(core, []link.Link{l}, board, nil, quiet)
		s.KeepKeys(ring)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		conn, err := net.Dial("udp", l.Spec().Addr)
		if err != nil {
			t.Fatal(err)
		}
		for _, frame := range [][]byte{captured, v.signed(time.Now(), beatOfPX4)} {
			if _, err := conn.Write(frame); err != nil {
				t.Fatal(err)
			}
		}
		(&running{board: board}).await(t, "V01", func(v fleet.Vehicle) bool { return v.Link == fleet.LinkOnline && v.RxFrames > 0 })
		stop()
		if err := errors.Join(<-ended, conn.Close()); err != nil {
			t.Fatal(err)
		}
		if n := core.Counters().Signing; n[want] != 1 && n[want] != 2 || n[signing.Signed] == 0 || n[signing.Believed] != 0 {
			t.Errorf("the capture is not %s: %v", want, n)
		}
	}
}
