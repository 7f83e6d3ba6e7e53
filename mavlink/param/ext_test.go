package param

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
)

func TestExtCodecGivesBackWhatItTook(t *testing.T) {
	for _, c := range []struct {
		text string
		kind fleet.ParamType
		ok   bool
	}{
		{"255", 1, true}, {"256", 1, false}, {"-128", 2, true}, {"-129", 2, false}, {"65535", 3, true}, {"-32768", 4, true}, {"4294967295", 5, true},
		{"-2147483648", 6, true}, {"18446744073709551615", 7, true}, {"-9223372036854775808", 8, true}, {"0.5", 9, true}, {"1e300", 9, false},
		{"1e+300", 10, true}, {"NaN", 10, false}, {"Inf", 9, false}, {"words", 11, true}, {"", 11, true}, {"a\x00b", 11, false}, {"\xff", 11, false},
		{"1", 12, false}, {"", 5, false}, {"1.5", 5, false},
	} {
		raw, err := EncodeExt(c.text, c.kind)
		if (err == nil) != c.ok {
			t.Errorf("%q of type %d: %v", c.text, c.kind, err)
			continue
		}
		if got, ok := DecodeExt(raw, c.kind); c.ok && (!ok || got != c.text) {
			t.Errorf("%q of type %d came back as %q %v", c.text, c.kind, got, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := fleet.ParamType(rapid.IntRange(0, 13).Draw(t, "type"))
		raw := string(rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "raw"))
		text, ok := DecodeExt(raw, kind)
		if !ok {
			return
		}
		again, err := EncodeExt(text, kind)
		if err != nil {
			t.Fatalf("%q of type %d: %v", text, kind, err)
		}
		if got, ok := DecodeExt(again, kind); !ok || got != text {
			t.Fatalf("%q of type %d came back as %q", text, kind, got)
		}
	})
}

// extDeaf is a port into the void.
type extDeaf struct{}

func (extDeaf) RequestRead(string, int) error             { return nil }
func (extDeaf) RequestList() error                        { return nil }
func (extDeaf) Set(string, string, fleet.ParamType) error { return nil }
func (extDeaf) Timeout(n int) time.Duration               { return time.Duration(n) * 100 * time.Millisecond }

func FuzzExtended(f *testing.F) {
	f.Add([]byte{1, 6, 3, 0, 7, 0, 0, 0, 1, 6, 3, 1, 7, 0, 0, 0, 1, 6, 3, 2, 7, 0, 0, 0})
	f.Add([]byte{2, 11, 200, 250, 'a', 'b', 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:min(len(b), 2048)]
		now := time.Unix(1e9, 0)
		l, s := NewExtList(), NewExtSet("A_B", "7")
		names := []string{"A_B", "C", "\x00", "a-b"}
		for len(b) >= 8 {
			now = now.Add(time.Duration(b[0]) * 10 * time.Millisecond)
			v := ExtValue{Name: names[int(b[0])%len(names)], Raw: string(b[4:8]), Type: fleet.ParamType(b[1] % 14), Count: int(b[2]) * 9, Index: int(b[3]) * 5}
			l.Take(now, v)
			s.Take(v)
			s.Ack(v.Name, int(b[3]%6))
			if _, wake, err := l.Step(now, extDeaf{}); err == nil && !wake.IsZero() && wake.Before(now) {
				t.Fatal("wants to be woken before now")
			}
			if _, err := s.Step(now, extDeaf{}); err != nil {
				t.Fatal(err)
			}
			b = b[8:]
		}
		l.Params()
	})
}
