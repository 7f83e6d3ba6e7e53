package signing

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// frame is a frame of a message as it stands before it is signed. Its checksum is not looked at here.
func frame(component byte, id uint32, payload ...byte) []byte {
	f := []byte{magicV2, byte(len(payload)), flagSigned, 0, 5, 7, component, byte(id), byte(id >> 8), byte(id >> 16)}
	return append(append(f, payload...), 0x12, 0x34)
}

func unsigned(id uint32) []byte {
	f := frame(1, id, 1, 2, 3)
	f[2] = 0
	return f
}

func v1(id byte) []byte { return []byte{magicV1, 2, 5, 7, 1, id, 1, 2, 0x12, 0x34} }

// peer is a system with a key.
type peer struct {
	*Signer
	link uint8
}

func newPeer(n byte, mark Timestamp) peer { return peer{NewSigner(key(n), mark), 3} }

func (p peer) says(now time.Time) []byte { return p.Append(frame(1, 0, 4, 5, 6), p.link, now) }

func judge(t *testing.T, v *Verifier, f []byte, want Verdict) {
	t.Helper()
	before := v.Counts()
	got, by := v.Check(noon, f)
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got == Signed && by.IsZero() {
		t.Errorf("%s by %v", got, by)
	}
	before[want]++
	if v.Counts() != before {
		t.Errorf("counted %v, want %v", v.Counts(), before)
	}
}

// The frame, its key and its signature were put together by hand: printf ... | xxd -r -p | sha256sum.
func TestGoldenVector(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	k, err := ParseKey("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	if err != nil {
		t.Fatal(err)
	}
	heartbeat := unhex("fd09010005070100000000000304020c1d0303437a")
	want := unhex("fd09010005070100000000000304020c1d0303437a" + "02" + "522e0f1b951f" + "9b62b26dacc5")
	got := NewSigner(k, 0).Append(heartbeat, 2, time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC))
	if !bytes.Equal(got, want) {
		t.Errorf("signed %x, want %x", got, want)
	}
	judge(t, NewVerifier(k, Mark{}), want, Signed)
}

func TestTimestamps(t *testing.T) {
	for at, want := range map[time.Time]Timestamp{
		epoch: 0, epoch.Add(-time.Hour): 0, epoch.Add(10 * time.Microsecond): 1, epoch.Add(time.Second - 1): Second - 1,
		time.Unix(math.MaxInt32, 0): Timestamp(math.MaxInt32-1420070400) * Second, time.Unix(1<<40, 0): TimestampMax, time.Unix(-1<<40, 0): 0,
	} {
		if got := At(at); got != want {
			t.Errorf("%s: %d, want %d", at, got, want)
		}
	}
}

// stampOf is the timestamp of a signed frame.
func stampOf(f []byte) (at Timestamp) {
	for i := range 6 {
		at |= Timestamp(f[len(f)-12+i]) << (8 * i)
	}
	return at
}

func TestTenThousandOwnFramesInOneInstantRiseStrictly(t *testing.T) {
	s := NewSigner(key(1), 0)
	last := Timestamp(0)
	for i := range 10_000 {
		at := stampOf(s.Append(frame(1, 0), uint8(i%4), noon)) // over four links
		if at <= last {
			t.Fatalf("frame %d: %d after %d", i, at, last)
		}
		last = at
	}
	if ahead := last - At(noon); ahead != 9999 {
		t.Errorf("%d ahead of the clock", ahead)
	}
}

func TestAClockThatRunsBackwardsRepeatsNothing(t *testing.T) {
	s := NewSigner(key(1), 0)
	last := Timestamp(0)
	for i, now := range []time.Time{noon, noon.Add(-time.Hour), noon.Add(-time.Hour), time.Time{}, noon.Add(-time.Second), noon.Add(time.Second)} {
		at := stampOf(s.Append(frame(1, 0), 1, now))
		if at <= last {
			t.Fatalf("frame %d: %d after %d", i, at, last)
		}
		last = at
	}
	if last != At(noon.Add(time.Second)) {
		t.Error("it does not come back to the clock")
	}
}

// A crash comes at any time after a mark was kept; the clock may have been set back by then.
func TestARestartRepeatsNoTimestamp(t *testing.T) {
	const ahead = 3 * Second
	mark, highest := Timestamp(0), Timestamp(0)
	for restart := range 5 {
		s := NewSigner(key(1), mark)
		now := noon.Add(-time.Duration(restart) * time.Hour)
		first := stampOf(s.Append(frame(1, 0), 1, now))
		if first <= highest {
			t.Fatalf("restart %d: %d after %d", restart, first, highest)
		}
		mark = s.Mark(ahead)
		for range 3000 { // within what is reserved
			highest = stampOf(s.Append(frame(1, 0), 1, now))
		}
		if highest > mark {
			t.Fatal("the reserve is too short for the test")
		}
	}
	idle := NewSigner(key(1), mark)
	if idle.Mark(ahead) != mark {
		t.Error("a signer that signs nothing moves its mark")
	}
}

func TestASignerFollowsThePeer(t *testing.T) {
	s := NewSigner(key(1), 0)
	s.Follow(At(noon.Add(time.Hour)))
	if at := stampOf(s.Append(frame(1, 0), 1, noon)); at != At(noon.Add(time.Hour))+1 {
		t.Errorf("%d", at)
	}
	s.Follow(At(noon))
	if now := s.Now(noon); now != At(noon.Add(time.Hour))+1 {
		t.Errorf("it followed backwards to %d", now)
	}
}

// Threat: unsigned MAVLink, downgrade to v1.
func TestThreatUnsignedMAVLink(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	v.Required = true
	v.Others = slices.Values([]Key{key(1), key(2)})
	vehicle, other, stranger := newPeer(1, 0), newPeer(2, 0), newPeer(3, 0)
	judge(t, v, v1(0), V1)
	judge(t, v, unsigned(0), Unsigned)
	changed := vehicle.says(noon)
	changed[12]++
	judge(t, v, changed, BadSignature)
	v.searched = time.Time{}
	judge(t, v, stranger.says(noon), BadSignature)
	v.searched = time.Time{}
	judge(t, v, other.says(noon), WrongKey)
	judge(t, v, vehicle.says(noon)[:20], BadSignature)
	if v.Proven() || v.Newest() != 0 {
		t.Error("a refused frame left a trace")
	}
	// What a radio on the way says of itself is not refused, in either version; signed by the wrong key it is.
	judge(t, v, v1(radioStatus), Radio)
	judge(t, v, unsigned(radioStatus), Radio)
	judge(t, v, unsigned(radioStatus|1<<8), Unsigned)
	judge(t, v, vehicle.says(noon), Signed)
}

func TestEveryOctetIsSigned(t *testing.T) {
	good := newPeer(1, 0).says(noon)
	for i := range good {
		for bit := range 8 {
			f := bytes.Clone(good)
			f[i] ^= 1 << bit
			v := NewVerifier(key(1), Mark{})
			v.Required = true
			if got, _ := v.Check(noon, f); got.Passes() {
				t.Fatalf("octet %d bit %d changed: %s", i, bit, got)
			}
		}
	}
}

func TestADowngradeIsRefusedOnceASystemHasSigned(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	judge(t, v, unsigned(0), Believed)
	judge(t, v, v1(0), Believed)
	vehicle := newPeer(1, 0)
	judge(t, v, vehicle.says(noon), Signed)
	judge(t, v, unsigned(0), Unsigned)
	judge(t, v, v1(0), V1)
	again := NewVerifier(key(1), v.Mark(0))
	judge(t, again, unsigned(0), Unsigned)
}

// Threat: replay.
func TestThreatReplay(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	vehicle := newPeer(1, 0)
	first, second := vehicle.says(noon), vehicle.says(noon.Add(time.Millisecond))
	judge(t, v, first, Signed)
	judge(t, v, second, Signed)
	judge(t, v, second, Duplicate)
	judge(t, v, first, Older)
	tick := newPeer(1, stampOf(second)-2)
	judge(t, v, tick.says(time.Time{}), Older) // one tick before the last
	// A link that was not heard before begins at most a minute behind the newest.
	at := func(link uint8, stamp Timestamp) []byte {
		p := newPeer(1, stamp-1)
		p.link = link
		return p.says(time.Time{})
	}
	judge(t, v, at(8, stampOf(second)-staleAfter-1), Stale)
	judge(t, v, at(8, stampOf(second)-staleAfter), Signed)
	judge(t, v, at(8, stampOf(second)-staleAfter), Duplicate)
	judge(t, v, at(8, stampOf(second)-staleAfter-1), Older)
}

// Everything that was captured before a restart is refused after it, on every link, though the mark was kept some time
// before the crash; and the vehicle itself comes back when it is past the mark.
func TestThreatReplayOfACaptureFromBeforeARestart(t *testing.T) {
	const ahead = 3 * Second
	v := NewVerifier(key(1), Mark{})
	vehicle, newLink := newPeer(1, 0), newPeer(1, 0)
	newLink.link = 9
	judge(t, v, vehicle.says(noon), Signed)
	mark := v.Mark(ahead)
	var captured [][]byte
	for i := range 20 {
		f, g := vehicle.says(noon.Add(time.Duration(i+1)*100*time.Millisecond)), newLink.says(noon.Add(time.Duration(i+1)*100*time.Millisecond))
		judge(t, v, f, Signed)
		judge(t, v, g, Signed)
		captured = append(captured, f, g)
	}
	for restart := range 4 {
		after := NewVerifier(key(1), mark)
		if restart == 3 { // a clean end keeps all that was heard
			after = NewVerifier(key(1), v.Mark(0))
		}
		for i, f := range captured {
			if got, _ := after.Check(noon, f); !got.Late() && got != Duplicate {
				t.Fatalf("restart %d, frame %d: %s", restart, i, got)
			}
		}
		mark = after.Mark(ahead) // nothing was heard: nothing more is reserved
		if restart < 2 {
			judge(t, after, newPeer(1, mark.Newest).says(time.Time{}), Signed)
		}
	}
}

func TestMarksComeBackAsTheyWere(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	vehicle := newPeer(1, 0)
	for link := range uint8(5) {
		vehicle.link = link
		judge(t, v, vehicle.says(noon), Signed)
	}
	m := v.Mark(Second)
	if again := NewVerifier(key(1), m).Mark(Second); fmt.Sprint(again) != fmt.Sprint(m) {
		t.Errorf("%v became %v", m, again)
	}
	if len(m.Streams) != 5 || m.Streams[4].Last != stampOf(vehicle.says(time.Time{}))-1+Second {
		t.Errorf("%+v", m)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	vehicle := newPeer(1, 0)
	for i := range streamsMax {
		vehicle.link = uint8(i)
		judge(t, v, vehicle.says(noon), Signed)
	}
	vehicle.link = 200
	judge(t, v, vehicle.says(noon), Crowded)
	vehicle.link = 0
	judge(t, v, vehicle.says(noon), Signed)
}

func TestAnOfferedKeyPassesBesideTheOldOneUntilItIsAdopted(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	v.Others = slices.Values([]Key{key(1)})
	before, after := newPeer(1, 0), newPeer(2, 0)
	judge(t, v, before.says(noon), Signed)
	judge(t, v, after.says(noon), BadSignature)
	v.Offer(key(2))
	v.Adopt()
	v.Offer(key(3))
	v.Offer(Key{}) // taken back
	judge(t, v, newPeer(3, 0).says(noon.Add(time.Second)), BadSignature)
	v = NewVerifier(key(1), v.Mark(0))
	v.Others = slices.Values([]Key{key(1)})
	v.Offer(key(2))
	judge(t, v, before.says(noon.Add(time.Second)), Signed)
	f := after.says(noon.Add(2 * time.Second))
	if got, by := v.Check(noon, f); got != Signed || !by.Equal(key(2)) {
		t.Fatalf("%s by %v", got, by)
	}
	judge(t, v, before.says(noon.Add(3*time.Second)), Signed)
	v.Adopt()
	judge(t, v, before.says(noon.Add(4*time.Second)), WrongKey)
	judge(t, v, after.says(noon.Add(4*time.Second)), Signed)
	judge(t, v, unsigned(0), Unsigned)
}

// A system that has no key yet is believed, also if it signs with one that is not known here, until the offered one is seen.
func TestTheFirstKeyOfASystem(t *testing.T) {
	v := NewVerifier(Key{}, Mark{})
	v.Offer(key(2))
	judge(t, v, unsigned(0), Believed)
	judge2 := func(f []byte, want Verdict) {
		if got, _ := v.Check(noon, f); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	judge2(newPeer(7, 0).says(noon), Believed)
	judge2(newPeer(2, 0).says(noon), Signed)
	judge2(newPeer(7, 0).says(noon), BadSignature)
	judge(t, v, unsigned(0), Unsigned)
	v.Adopt()
	judge(t, v, newPeer(2, 0).says(noon.Add(time.Second)), Signed)
	if !v.Key().Equal(key(2)) {
		t.Error("not adopted")
	}
}

func TestOthersAreNotSearchedForEachFrameOfAFlood(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	looked := 0
	v.Others = func(yield func(Key) bool) {
		looked++
		yield(key(2))
	}
	p := newPeer(2, 0)
	for i := range 1000 {
		v.Check(noon.Add(time.Duration(i)*100*time.Microsecond), p.says(noon))
	}
	if c := v.Counts(); looked != 2 || c[WrongKey] != 2 || c[BadSignature] != 998 {
		t.Errorf("looked %d times: %v", looked, c)
	}
	v.Check(noon.Add(-time.Hour), p.says(noon)) // a clock that was set back does not end the searching
	if looked != 3 {
		t.Error("not looked for")
	}
}

func TestCheckingLeavesNothingToCollect(t *testing.T) {
	v := NewVerifier(key(1), Mark{})
	s := NewSigner(key(1), 0)
	buf := append(make([]byte, 0, 300), frame(1, 0, 1, 2, 3)...)
	v.Check(noon, s.Append(buf, 1, noon))
	if n := testing.AllocsPerRun(1000, func() {
		if got, _ := v.Check(noon, s.Append(buf, 1, noon)); got != Signed {
			t.Fatal(got)
		}
	}); n != 0 {
		t.Errorf("%v allocations for a frame signed and checked", n)
	}
}

func TestVerdictsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for v := range Verdict(Verdicts) {
		if seen[v.String()] || v.Passes() != (v == Signed || v == Believed) {
			t.Errorf("%s", v)
		}
		seen[v.String()] = true
	}
}

func BenchmarkCheck(b *testing.B) {
	v := NewVerifier(key(1), Mark{})
	s := NewSigner(key(1), 0)
	buf := append(make([]byte, 0, 300), frame(1, 0, make([]byte, 28)...)...)
	b.ReportAllocs()
	for b.Loop() {
		v.Check(noon, s.Append(buf, 1, noon))
	}
}
