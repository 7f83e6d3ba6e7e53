package signing

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// Whatever comes, in whatever order, nothing passes as signed but what is, by its own octets, and newer than all before
// it of its stream. Frames are told apart by a leading octet of their length; an odd one is signed on its way.
func FuzzVerifier(f *testing.F) {
	good := newPeer(1, 0).says(noon)
	f.Add(false, append([]byte{byte(len(good))}, good...))
	f.Add(true, append([]byte{byte(len(good))}, good...))
	plain := frame(1, 0, 4, 5, 6)
	f.Add(false, append(append([]byte{byte(len(plain) | 1)}, plain...), 0))
	f.Add(true, append([]byte{byte(len(v1(0)))}, v1(0)...))
	f.Fuzz(func(t *testing.T, required bool, in []byte) {
		v := NewVerifier(key(1), Mark{})
		v.Required = required
		last := map[Stream]Timestamp{}
		proven := false
		for len(in) > 0 {
			n := min(int(in[0]), len(in)-1)
			got := bytes.Clone(in[1 : 1+n])
			if in[0]&1 == 1 && len(got) >= sumLen {
				s := sha256.Sum256(append(key(1).Octets(), got[:len(got)-sumLen]...))
				copy(got[len(got)-sumLen:], s[:])
			}
			in = in[1+n:]
			verdict, _ := v.Check(noon, got)
			if verdict == Believed && (required || proven) {
				t.Fatal("an unsigned frame is believed")
			}
			if verdict != Signed {
				continue
			}
			proven = true
			s := sha256.Sum256(append(key(1).Octets(), got[:len(got)-sumLen]...))
			if !bytes.Equal(s[:sumLen], got[len(got)-sumLen:]) || got[0] != magicV2 || got[2]&flagSigned == 0 {
				t.Fatalf("%x is not signed", got)
			}
			from := Stream{got[5], got[6], got[len(got)-TailLen]}
			if old, ok := last[from]; ok && stampOf(got) <= old {
				t.Fatalf("%d after %d", stampOf(got), old)
			}
			last[from] = stampOf(got)
		}
		again := NewVerifier(key(1), v.Mark(0))
		for from, at := range last {
			if verdict := again.stamp(from, at); verdict.Passes() {
				t.Fatalf("%v passes again after a restart", from)
			}
		}
	})
}
