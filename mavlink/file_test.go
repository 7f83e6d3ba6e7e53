package mavlink

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/ftp"
)

func fileBytes(n int) []byte {
	b := make([]byte, n)
	x := uint32(n)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// parts joins what was told of an Intent's file, and checks that it is in order.
func (w *world) parts(id fleet.IntentID, from int64) (data []byte, sum uint32, read *fleet.FileRead) {
	w.t.Helper()
	for _, e := range w.events {
		switch e := e.(type) {
		case fleet.FilePart:
			if e.Intent != id {
				continue
			}
			if e.Offset != from+int64(len(data)) {
				w.t.Fatalf("a part at %d after %d", e.Offset, from+int64(len(data)))
			}
			data, sum = append(data, e.Data...), e.Sum
		case fleet.FileRead:
			if e.Intent == id {
				read = &e
			}
		}
	}
	return data, sum, read
}

func TestFilesAreListedAndFetched(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		want := fileBytes(90_000)
		serveFiles(w.v, map[string][]byte{"log/2026-05-01/08_00_00.ulg": want, "log/2026-05-01/08_10_00.ulg": want[:10]})
		w.settle()
		done(t, w.do(fleet.ListFiles{Path: "log/2026-05-01"}))
		var got []fleet.FileEntry
		for _, e := range w.events {
			if l, ok := e.(fleet.FilesListed); ok {
				got = l.Entries
			}
		}
		if !slices.Equal(got, []fleet.FileEntry{{Name: "08_00_00.ulg", Size: 90_000}, {Name: "08_10_00.ulg", Size: 10}}) {
			t.Fatalf("%+v", got)
		}
		id := w.want(fleet.FetchFile{Path: "log/2026-05-01/08_00_00.ulg", Verify: true})
		done(t, w.final(id))
		data, sum, read := w.parts(id, 0)
		if !bytes.Equal(data, want) || sum != ftp.Sum(0, want) || read == nil || !read.Verified || read.Sum != sum || read.Size != 90_000 {
			t.Fatalf("%d octets, %+v", len(data), read)
		}
	})
}

func TestAFileYieldsToASortieAndGoesOnWhereItWas(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		want := fileBytes(150_000)
		f := serveFiles(w.v, map[string][]byte{"f": want})
		w.v.params["NAV_DLL_ACT"] = fakeParam{intBits(2), common.MAV_PARAM_TYPE_INT32}
		w.settle()
		id := w.want(fleet.FetchFile{Path: "f"})
		if !w.run(5*time.Minute, func() bool { d, _, _ := w.parts(id, 0); return len(d) > 40_000 }) {
			t.Fatal("nothing comes")
		}
		begun := w.now
		safety := w.want(fleet.VerifySafety{Params: map[string]float64{"NAV_DLL_ACT": 2}})
		if r := w.final(id); r.Code != "yielded" || r.At != begun {
			t.Fatalf("%+v at %v", r, begun)
		}
		reads := f.ops[ftp.OpRead] + f.ops[ftp.OpBurst]
		done(t, w.final(safety))
		if w.run(2*time.Second, nil); f.ops[ftp.OpRead]+f.ops[ftp.OpBurst] > reads+8 {
			t.Fatal("it is still being read") // what was in the air may still arrive
		}
		got, sum, _ := w.parts(id, 0)
		rest := w.want(fleet.FetchFile{Path: "f", From: int64(len(got)), Sum: sum, Verify: true})
		done(t, w.final(rest))
		more, _, read := w.parts(rest, int64(len(got)))
		if !bytes.Equal(append(got, more...), want) || !read.Verified {
			t.Fatalf("%d and %d octets, %+v", len(got), len(more), read)
		}
	})
}

// An engineer's commands do not end the reading; it waits until they are over.
func TestAFileWaitsForOtherActs(t *testing.T) {
	w := newWorld(t, 4, goodRadio)
	want := fileBytes(300_000)
	f := serveFiles(w.v, map[string][]byte{"f": want})
	w.v.params = manyParams(200)
	w.settle()
	id := w.want(fleet.FetchFile{Path: "f", Verify: true})
	w.run(500*time.Millisecond, nil)
	w.radio = badRadio
	w.step(IntentIn{fleet.Intent{ID: "params", Vehicle: "V07", Epoch: 1, Act: fleet.ReadParameters{}}})
	w.run(500*time.Millisecond, nil)
	asked := f.ops[ftp.OpRead] + f.ops[ftp.OpBurst]
	done(t, w.final("params"))
	if n := f.ops[ftp.OpRead] + f.ops[ftp.OpBurst]; n > asked+4 {
		t.Fatalf("%d reads went out meanwhile", n-asked)
	}
	w.radio = goodRadio
	done(t, w.final(id))
	if data, _, read := w.parts(id, 0); !bytes.Equal(data, want) || !read.Verified {
		t.Fatalf("%d octets, %+v", len(data), read)
	}
}

func TestAFileTakesItsShareOfTheLinkOnly(t *testing.T) {
	w := newWorld(t, 4, goodRadio)
	w.s.cfg.FileRate = 100_000
	serveFiles(w.v, map[string][]byte{"f": fileBytes(1_000_000)})
	w.settle()
	begun := w.now
	done(t, w.do(fleet.FetchFile{Path: "f"}))
	if took := w.now.Sub(begun); took < 9*time.Second || took > 13*time.Second {
		t.Fatalf("1 MB at 100 kB/s took %v", took)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	w := newWorld(t, 2, goodRadio)
	f := serveFiles(w.v, map[string][]byte{"f": fileBytes(1000)})
	f.dirs["evil"] = []string{"F../../x\t5", "Fa\x1bb\t5", "Fok.ulg\t7", "D..", "F/etc/passwd\t3"}
	w.settle()
	for _, c := range []struct {
		act  fleet.Act
		code string
	}{
		{fleet.FetchFile{Path: "g"}, "no-such-file"},
		{fleet.FetchFile{Path: "../f"}, "bad-path"},
		{fleet.FetchFile{Path: "a\x00b"}, "bad-path"},
		{fleet.ListFiles{}, "bad-path"},
		{fleet.FetchFile{Path: "f", Most: 999}, "too-large"},
		{fleet.FetchFile{Path: "f", From: 1001}, "file-changed"},
		{fleet.FetchFile{Path: "f", From: 500, Sum: 1, Verify: true}, "checksum"},
	} {
		if r := w.do(c.act); r.Code != c.code {
			t.Errorf("%+v: %+v", c.act, r)
		}
	}
	done(t, w.do(fleet.ListFiles{Path: "evil"}))
	for _, e := range w.events {
		if l, ok := e.(fleet.FilesListed); ok && (len(l.Entries) != 1 || l.Skipped != 4) {
			t.Errorf("%+v", l)
		}
	}
	first := w.want(fleet.FetchFile{Path: "f"})
	if r := w.do(fleet.ListFiles{Path: "evil"}); r.Code != "busy" {
		t.Errorf("%+v", r)
	}
	done(t, w.final(first))
	w.v.beside = func(m message.Message) bool { return m.GetID() == 110 }
	if r := w.do(fleet.FetchFile{Path: "f"}); r.Code != "no-answer" {
		t.Errorf("%+v", r)
	}
}

// Reading needs no control epoch: whoever holds the vehicle, its files may be read.
func TestReadingNeedsNoEpoch(t *testing.T) {
	w := newWorld(t, 2, goodRadio)
	serveFiles(w.v, map[string][]byte{"f": fileBytes(10)})
	w.settle()
	w.step(IntentIn{fleet.Intent{ID: "hold", Vehicle: "V07", Epoch: 9, Act: fleet.SetHome{Home: fakeHome}}})
	done(t, w.final("hold"))
	w.step(IntentIn{fleet.Intent{ID: "read", Vehicle: "V07", Act: fleet.FetchFile{Path: "f"}}})
	done(t, w.final("read"))
	w.step(IntentIn{fleet.Intent{ID: "old", Vehicle: "V07", Epoch: 8, Act: fleet.Hold{}}})
	if r := w.final("old"); r.Code != "stale-epoch" {
		t.Fatalf("%+v", r)
	}
}

func TestGuardLetsOnlyReadingOut(t *testing.T) {
	g := guard{system: 7}
	for op := range 256 {
		var p ftp.Payload
		p[3] = byte(op)
		switch op {
		case ftp.OpList, ftp.OpOpen, ftp.OpCRC32:
			p[4], p[12] = 1, 'f'
		case ftp.OpRead, ftp.OpBurst:
			p[4] = 239
		}
		ok := slices.Contains([]int{ftp.OpTerminate, ftp.OpReset, ftp.OpList, ftp.OpOpen, ftp.OpRead, ftp.OpCRC32, ftp.OpBurst}, op)
		if err := g.check(&common.MessageFileTransferProtocol{TargetSystem: 7, TargetComponent: 1, Payload: p}, nil); (err == nil) != ok {
			t.Errorf("opcode %d: %v", op, err)
		}
	}
	bad := map[string]func(m *common.MessageFileTransferProtocol){
		"another system":    func(m *common.MessageFileTransferProtocol) { m.TargetSystem = 8 },
		"everybody":         func(m *common.MessageFileTransferProtocol) { m.TargetSystem = 0 },
		"another component": func(m *common.MessageFileTransferProtocol) { m.TargetComponent = 100 },
		"another network":   func(m *common.MessageFileTransferProtocol) { m.TargetNetwork = 1 },
		"a size beyond":     func(m *common.MessageFileTransferProtocol) { m.Payload[4] = 240 },
		"no path":           func(m *common.MessageFileTransferProtocol) { m.Payload[4] = 0 },
		"upwards":           func(m *common.MessageFileTransferProtocol) { m.Payload[4] = 4; copy(m.Payload[12:], "../f") },
		"a zero":            func(m *common.MessageFileTransferProtocol) { m.Payload[4] = 3; copy(m.Payload[12:], "a\x00b") },
	}
	for name, spoil := range bad {
		m := filePayload(7, ftp.Payload{3: ftp.OpOpen, 4: 1, 12: 'f'})
		if err := g.check(m, nil); err != nil {
			t.Fatal(err)
		}
		if spoil(m); g.check(m, nil) == nil {
			t.Errorf("%s passed", name)
		}
	}
	dock := guard{system: 7, dock: true}
	if dock.check(filePayload(7, ftp.Payload{3: ftp.OpReset}), nil) == nil {
		t.Error("a dock was asked for files")
	}
}
