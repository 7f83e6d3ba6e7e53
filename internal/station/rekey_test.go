package station

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mavlink/signing"
	"groundstation/mission"
	"groundstation/store"
)

// onGround is what a vehicle says that stands disarmed.
var onGround = []message.Message{beatOfPX4, &common.MessageExtendedSysState{LandedState: common.MAV_LANDED_STATE_ON_GROUND}}

// obeys lets the craft take a new key, if the frame tells it one as the guide wants; before is the key it must be signed with.
func (v *craft) obeys(frame []byte, before signing.Key) (took bool) {
	v.t.Helper()
	mavlink.NewDecoder().Split(frame, func(f mavlink.Frame) {
		if f.ID != setupSigning {
			return
		}
		judge := signing.NewVerifier(before, signing.Mark{})
		if verdict, _ := judge.Check(noon, f.Raw); !before.IsZero() && verdict != signing.Signed {
			v.t.Errorf("a new key is told in a frame that is %s", verdict)
		}
		payload := f.Raw[10 : 10+int(f.Raw[1])] // initial_timestamp, target_system, target_component, secret_key
		if payload[8] != 7 || payload[9] != 1 {
			v.t.Errorf("a key is told to %d/%d", payload[8], payload[9])
		}
		var secret [signing.KeySize]byte
		copy(secret[:], payload[10:])
		k, err := signing.KeyOf(secret)
		if err != nil {
			v.t.Fatal(err)
		}
		var from signing.Timestamp
		for i := range 8 {
			from |= signing.Timestamp(payload[i]) << (8 * i)
		}
		v.sign.With(k)
		v.sign.Follow(from)
		took = true
	})
	return took
}

// rotates gives V01 the wish for a new key and says whether one was wanted of the key folder.
func (g *guardedCore) rotates() (wanted bool) {
	g.others = nil
	g.asked++
	g.step(Ask{mission.Request{ID: g.asked, By: "lin", Body: mission.RotateKey{Vehicle: "V01"}}})
	for _, o := range g.others {
		if n, ok := o.(NewKey); ok && n.ID == "V01" {
			wanted = true
		}
	}
	return wanted
}

func (g *guardedCore) adopted() (n int) {
	for _, o := range g.others {
		if _, ok := o.(AdoptKey); ok {
			n++
		}
	}
	return n
}

func TestAKeyIsRotated(t *testing.T) {
	old, next := testKey(t, 1), testKey(t, 2)
	for _, first := range []bool{false, true} { // its first key, or another
		keys := Keys{"V01": {Key: old}}
		if first {
			keys, old = Keys{}, signing.Key{}
		}
		g := newGuarded(t, fleet.SigningAccept, keys, noon)
		var tapped int
		g.tap = func(_ time.Time, _ string, f []byte, _ bool) {
			if bytes.Contains(f, next.Octets()) {
				tapped++
			}
		}
		v := newCraft(t, 7, testKey(t, 1))
		say := func() {
			for _, m := range onGround {
				if first && v.sign.Key().Equal(testKey(t, 1)) {
					g.hear(portOfV01, v.plain(m))
				} else {
					g.hear(portOfV01, v.signed(g.now, m))
				}
			}
		}
		say()
		g.hear(otherPort, newCraft(t, 8, testKey(t, 9)).plain(beatOfPX4))
		if !g.rotates() {
			t.Fatal("no new key was wanted")
		}
		g.pass(3 * time.Second)
		if n := told(g, next); n != 0 {
			t.Fatalf("told %d times before it was durable", n)
		}
		say()
		g.step(KeyMade{ID: "V01", Key: next})
		for i := 0; i < 50 && told(g, next) == 0; i++ {
			say()
			g.pass(100 * time.Millisecond)
		}
		if told(g, next) == 0 {
			t.Fatal("it was not told")
		}
		// The old one is good until the new one is heard, also over a crash.
		say()
		if g.adopted() != 0 || g.link() != fleet.LinkOnline {
			t.Fatal("adopted before it was heard")
		}
		crashed := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: old, Next: next, Mark: g.marks["V01"]}}, g.now.Add(4*time.Second))
		for _, w := range g.wrote {
			if v.obeys(w.Bytes, old) && w.To != portOfV01 {
				t.Fatalf("told to %v", w.To)
			}
		}
		if !v.sign.Key().Equal(next) {
			t.Fatal("it told another key")
		}
		for _, c := range []*guardedCore{crashed, g} {
			c.hear(portOfV01, v.signed(g.now.Add(5*time.Second), beatOfPX4))
			if c.adopted() != 1 || c.link() != fleet.LinkOnline {
				t.Errorf("adopted %d times, %s", c.adopted(), c.link())
			}
			c.pass(2 * time.Second)
			b, err := c.encode(c.byID["V01"].auth, 3, beatOfPX4)
			if err != nil {
				t.Fatal(err)
			}
			judge := signing.NewVerifier(next, signing.Mark{})
			if verdict, _ := judge.Check(c.now, b); verdict != signing.Signed {
				t.Error("it goes on signing with the old key")
			}
			if !first {
				c.refused("the old key", signing.WrongKey, portOfV01, newCraft(t, 7, old).signed(c.now.Add(time.Hour), beatOfPX4))
			}
			c.refused("unsigned", signing.Unsigned, portOfV01, v.plain(beatOfPX4))
		}
		if g.last.Stage.Final() {
			t.Error("done before the old key was gone")
		}
		g.step(KeyAdopted{ID: "V01"})
		if g.last.Stage != fleet.StageDone {
			t.Errorf("it ended as %+v", g.last)
		}
		if tapped != 0 {
			t.Error("the log saw the key")
		}
		old = testKey(t, 1)
	}
}

// told counts the frames that carry a key.
func told(g *guardedCore, k signing.Key) (n int) {
	for _, w := range g.wrote {
		if bytes.Contains(w.Bytes, k.Octets()) {
			n++
		}
	}
	return n
}

func TestAKeyThatCannotBeMadeIsNotTold(t *testing.T) {
	g := newGuarded(t, fleet.SigningAccept, Keys{"V01": {Key: testKey(t, 1)}}, noon)
	v := newCraft(t, 7, testKey(t, 1))
	for _, m := range onGround {
		g.hear(portOfV01, v.signed(g.now, m))
	}
	if !g.rotates() || g.rotates() {
		t.Fatal("one new key is made at a time")
	}
	g.step(KeyMade{ID: "V01", Err: errors.New("disk full")})
	g.step(KeyMade{ID: "V99", Key: testKey(t, 3)}) // of nobody
	g.step(KeyAdopted{ID: "V99"})
	if r := g.last; r.Code != "not-kept" || !g.auths[0].next.IsZero() {
		t.Errorf("%+v", r)
	}
	if !g.rotates() {
		t.Error("no other is made after that")
	}
	if _, err := g.encode(g.auths[0], 1, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1}); err == nil {
		t.Error("a key that is none is told")
	}
	if _, err := g.encode(nil, 1, &common.MessageSetupSigning{TargetSystem: 7, TargetComponent: 1}); err == nil {
		t.Error("a key is told to nobody")
	}
}

// Threat: key leaks. A key is made, told, used and rotated by a whole station with real files and a real socket; then
// everything that it wrote is searched: the data folder, the backup, the log.
func TestThreatKeyLeaks(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "keys")
	if _, err := CreateKey(dir, "V01"); err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	log := slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ring, keys, err := OpenKeyring(dir, signedFleet(fleet.SigningAccept), log)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(data, "station.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := db.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, board := listen(t), fleet.NewBoard()
	core := NewCore(Config{Registry: signedFleet(fleet.SigningAccept), Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Keys: keys}, state, time.Now())
	s := New(core, []link.Link{l}, board, db, log)
	s.KeepKeys(ring)
	s.KeepParams(filepath.Join(data, "params"))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	conn, err := net.Dial("udp", l.Spec().Addr)
	if err != nil {
		t.Fatal(err)
	}
	v := newCraft(t, 7, keys["V01"].Key)
	before := v.sign.Key()
	say := func() {
		for _, m := range onGround {
			if _, err := conn.Write(v.signed(time.Now(), m)); err != nil {
				t.Fatal(err)
			}
		}
	}
	say()
	(&running{board: board}).await(t, "V01", func(v fleet.Vehicle) bool { return v.Link == fleet.LinkOnline && v.Landed == fleet.OnGround })
	answer, problem := s.Do(ctx, "lin", mission.RotateKey{Vehicle: "V01"})
	if problem != nil {
		t.Fatal(problem.Message)
	}
	command := answer.(mission.Command).ID
	buffer := make([]byte, 2048)
	took := false
	for late := time.Now().Add(patience); ; {
		c, _ := fleet.Get[mission.Command](board, mission.KindCommand, string(command))
		if c.Stage.Final() {
			if c.Stage != fleet.StageDone {
				t.Fatalf("%+v", c)
			}
			break
		}
		if time.Now().After(late) {
			t.Fatalf("the key was not rotated: %+v", c)
		}
		if err := conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if n, err := conn.Read(buffer); err == nil && !took {
			took = v.obeys(buffer[:n], before)
		}
		say()
	}
	stop()
	if err := errors.Join(<-ended, conn.Close()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.BackupFile(filepath.Join(data, "backup.db")), db.Close()); err != nil {
		t.Fatal(err)
	}
	after, err := ListKeys(dir)
	if err != nil || !after["V01"].Key.Equal(v.sign.Key()) || after["V01"].Key.Equal(before) || !after["V01"].Next.IsZero() {
		t.Fatalf("the folder holds %v, %v", after, err)
	}
	files := map[string]bool{}
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files[d.Name()] = true
		if path == filepath.Join(dir, "V01.key") {
			return nil
		}
		search(t, d.Name(), b, before, v.sign.Key())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	search(t, "the log", told.Bytes(), before, v.sign.Key())
	for _, want := range []string{"station.db", "backup.db", "marks.json", "V01.key"} {
		if !files[want] {
			t.Errorf("%s was not searched: %v", want, files)
		}
	}
}

func search(t *testing.T, where string, b []byte, keys ...signing.Key) {
	t.Helper()
	for i, k := range keys {
		for _, form := range [][]byte{k.Octets(), []byte(k.Hex()), []byte(strings.ToUpper(k.Hex())), k.Octets()[:8], []byte(hex.EncodeToString(k.Octets()[8:16]))} {
			if bytes.Contains(b, form) {
				t.Errorf("key %d is in %s", i, where)
			}
		}
	}
}
