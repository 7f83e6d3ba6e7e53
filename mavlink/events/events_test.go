package events

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the expected output anew")

func px4(t testing.TB) *Set {
	t.Helper()
	b, err := os.ReadFile("testdata/all_events.json.xz")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPX4sMetadata(t *testing.T) {
	s := px4(t)
	if s.Len() != 367 || len(s.component) != 31 {
		t.Fatalf("%d events, %d components", s.Len(), len(s.component))
	}
}

// TestRecordedEvents puts what a PX4 v1.17 said on the ground and for bad input into words, and follows its reports.
func TestRecordedEvents(t *testing.T) {
	s := px4(t)
	for _, name := range []string{"ground", "badinput"} {
		f, err := os.Open("testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var out bytes.Buffer
		var checks Checks
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var at float64
			var id, seq, levels uint32
			var args string
			if n, _ := fmt.Sscanf(lines.Text(), "%f event %d %d %d %s", &at, &id, &seq, &levels, &args); n != 5 {
				continue
			}
			var raw [ArgumentsLen]byte
			if args != "-" {
				b, err := hex.DecodeString(args)
				if err != nil {
					t.Fatal(err)
				}
				copy(raw[:], b)
			}
			said, ok := s.Decode(id, &raw)
			if !ok {
				t.Fatalf("event %d is not known", id)
			}
			if !said.Belongs() {
				fmt.Fprintf(&out, "%.3f %d %s: %s\n", at, levels&15, said.Name, said.Message)
			}
			if list, whole := checks.Take(s, said, int(levels&15)); whole {
				fmt.Fprintf(&out, "%.3f checks: %d\n", at, len(list))
				for _, c := range list {
					fmt.Fprintf(&out, "    %d %s (%s) %s\n", c.Severity, c.Text, c.Component, c.Name)
				}
			}
		}
		golden := "testdata/" + name + ".golden"
		if *rewrite {
			if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || !bytes.Equal(want, out.Bytes()) {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
}

const small = `{"version": 1, "components": {"1": {"namespace": "px4",
 "enums": {
  "colour_t": {"type": "uint8_t", "entries": {"0": {"name": "red", "description": "deep red"}, "1": {"name": "blue", "description": ""}}},
  "parts_t": {"type": "uint16_t", "is_bitfield": true, "separator": ", ", "entries": {"1": {"name": "a", "description": "arm"}, "4": {"name": "l", "description": "leg"}}},
  "odd_t": {"type": "complex", "entries": {}}},
 "event_groups": {"default": {"events": {
  "1": {"name": "one", "message": "%s", "arguments": [
    {"type": "uint8_t", "name": "a"}, {"type": "int16_t", "name": "b"}, {"type": "float", "name": "c"}, {"type": "px4::colour_t", "name": "d"}, {"type": "parts_t", "name": "e"}, {"type": "int32_t", "name": "f"}, {"type": "uint64_t", "name": "g"}]},
  "2": {"name": "none", "message": "x", "arguments": [{"type": "nothing_t", "name": "a"}]},
  "3": {"name": "odd", "message": "x", "arguments": [{"type": "odd_t", "name": "a"}]},
  "4": {"name": "long", "message": "x", "arguments": [{"type": "uint64_t", "name": "a"}, {"type": "uint64_t", "name": "a"}, {"type": "uint64_t", "name": "a"}, {"type": "uint64_t", "name": "a"}, {"type": "uint64_t", "name": "a"}, {"type": "uint8_t", "name": "a"}]},
  "99999999": {"name": "far", "message": "x"}
 }}}}}}`

func TestTemplates(t *testing.T) {
	var args [ArgumentsLen]byte
	copy(args[:], []byte{200, 0xFE, 0xFF})
	bits := math.Float32bits(12.3456)
	copy(args[3:], []byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24), 1, 7, 0, 0xFF, 0xFF, 0xFF, 0xFF, 9})
	for template, want := range map[string]string{
		"plain":                                 "plain",
		"{1}/{2}/{3}/{4}/{5}/{6}/{7}":           "200/-2/12.3456/blue/arm, 2, leg/-1/9",
		"{3:.1}":                                "12.3",
		"{3:.0}":                                "12",
		"{3:.1m/s} {1m} {1m_v} {3:.0C}":         "12.3 m/s 200 m 200 m 12 °C",
		"{1m^2}":                                "200 m²",
		`a \\{1\\} \\<b\\> \\\\`:                `a {1} <b> \`,
		"{8} {0} {x} {-1} {}":                   "? ? ? ? ?",
		"{1":                                    "{1",
		"set <param>COM_X</param> now":          "set COM_X now",
		`see <a href=\"http://x\">the page</a>`: "see the page",
		`short <profile name=\"dev\">for developers</profile>end`: "short end",
		`<profile name=\"normal\">for all</profile>`:              "for all",
		`<profile name=\"dev\">never ends`:                        "",
		"<broken":                                                 "",
		"{1 with a very long unit indeed}":                        "200",
	} {
		s, err := Open([]byte(fmt.Sprintf(small, template)))
		if err != nil {
			t.Fatalf("%s: %v", template, err)
		}
		if got, ok := s.Decode(1<<24|1, &args); !ok || got.Message != want {
			t.Errorf("%s: %q, want %q", template, got.Message, want)
		}
	}
}

func TestEventsThatMakeNoSenseAreLeftOut(t *testing.T) {
	s, err := Open([]byte(fmt.Sprintf(small, "x")))
	if err != nil || s.Len() != 1 {
		t.Fatalf("%v, %d events", err, s.Len())
	}
	if _, ok := s.Decode(2<<24|1, &[ArgumentsLen]byte{}); ok {
		t.Error("an event of another component")
	}
}

func TestHostileMetadata(t *testing.T) {
	packed, err := os.ReadFile("testdata/all_events.json.xz")
	if err != nil {
		t.Fatal(err)
	}
	many := func(n int, form string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, form, i)
		}
		return b.String()
	}
	spoil := func(i int, with byte) []byte { b := bytes.Clone(packed); b[i] = with; return b }
	for name, c := range map[string]struct {
		file []byte
		err  error
	}{
		"nothing":                {nil, ErrFormat},
		"huge":                   {make([]byte, FileMax+1), ErrTooLarge},
		"deep":                   {[]byte(strings.Repeat("[", 500_000)), ErrFormat},
		"zeros":                  {make([]byte, 1000), ErrFormat},
		"another version":        {[]byte(`{"version": 9}`), ErrFormat},
		"a component beyond":     {[]byte(`{"version": 1, "components": {"300": {}}}`), ErrFormat},
		"10,001 events":          {[]byte(`{"version": 1, "components": {"1": {"event_groups": {"g": {"events": {` + many(10_001, `"%d":{"name":"x"}`) + `}}}}}}`), ErrTooLarge},
		"50,001 entries":         {[]byte(`{"version": 1, "components": {"1": {"enums": {"e": {"type": "uint32_t", "entries": {` + many(50_001, `"%d":{}`) + `}}}}}}`), ErrTooLarge},
		"packed, cut":            {packed[:300], ErrFormat},
		"packed, no block":       {spoil(12, 0), ErrFormat},
		"packed, two filters":    {spoil(13, 1), ErrFormat},
		"packed, another filter": {spoil(14, 3), ErrFormat},
		"packed, only the magic": {packed[:6], ErrFormat},
	} {
		if _, err := Open(c.file); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s, err := Open([]byte(fmt.Sprintf(small, strings.Repeat("y", textMax+1)))); err != nil || s.Len() != 0 {
		t.Errorf("a text beyond the bound: %v", err)
	}
	// A template that is all arguments stays within bounds.
	s, err := Open([]byte(fmt.Sprintf(small, strings.Repeat("{5}", 600))))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Decode(1<<24|1, &[ArgumentsLen]byte{7: 0, 8: 0xFF, 9: 0xFF}); len(got.Message) > textMax+200 {
		t.Errorf("%d octets", len(got.Message))
	}
}

func TestFindAndPath(t *testing.T) {
	ref, err := Find([]byte(`{"version": 1, "metadataTypes": [{"type": 1, "uri": "mftp://etc/p"}, {"type": 4, "uri": "mftp://etc/extras/all_events.json.xz", "fileCrc": 271068824}]}`))
	if err != nil || ref != (Reference{"etc/extras/all_events.json.xz", 271068824}) {
		t.Fatalf("%+v %v", ref, err)
	}
	for _, bad := range []string{"", "{", `{"metadataTypes": []}`, `{"metadataTypes": [{"type": 4, "uri": "https://x/y"}]}`, `{"metadataTypes": [{"type": 4, "uri": "mftp://[;comp=5]etc/x"}]}`} {
		if _, err := Find([]byte(bad)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestOnlyWholeReportsCount(t *testing.T) {
	s := px4(t)
	begin := Said{Group: groupArming, summary: true, values: []uint64{0}}
	end := Said{Group: groupHealth, summary: true, values: []uint64{0}}
	one := Said{Group: groupHealth, Message: "x", values: []uint64{0xFF, 1}}
	var c Checks
	if _, whole := c.Take(s, end, 8); whole {
		t.Error("an end without a beginning")
	}
	for range 2 {
		c.Take(s, begin, 8)
		c.Take(s, one, 3)
	}
	if list, whole := c.Take(s, end, 8); !whole || len(list) != 1 || list[0].Modes != 0xFF || list[0].Component == "" {
		t.Errorf("%+v %v", list, whole)
	}
	c.Take(s, begin, 8)
	c.Break()
	if _, whole := c.Take(s, end, 8); whole {
		t.Error("a report with a hole")
	}
	c.Take(s, begin, 8)
	for range 10_000 {
		c.Take(s, one, 3)
	}
	if list, _ := c.Take(s, end, 8); len(list) != checksMax {
		t.Errorf("%d checks", len(list))
	}
}

// FuzzOpen: whatever a vehicle serves and says, it ends in bounded words or an error.
func FuzzOpen(f *testing.F) {
	b, err := os.ReadFile("testdata/all_events.json.xz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, []byte{1, 2, 3})
	f.Add([]byte(fmt.Sprintf(small, "{1} {2:.1} {3:.0m_v} <a>x</a> <profile name=\\\"dev\\\">{9}</profile> {5}")), bytes.Repeat([]byte{0xFF}, 40))
	f.Add([]byte(`{"version":1,"components":{"0":{"event_groups":{"g":{"events":{"1":{"message":"<<{{\\"}}}}}}}`), []byte{})
	f.Fuzz(func(t *testing.T, file, arguments []byte) {
		_, _ = Find(file)
		s, err := Open(file)
		if err != nil {
			return
		}
		var args [ArgumentsLen]byte
		copy(args[:], arguments)
		var c Checks
		for id := range s.events {
			said, ok := s.Decode(id, &args)
			if !ok || len(said.Message) > 10*textMax {
				t.Fatalf("%d: %v, %d octets", id, ok, len(said.Message))
			}
			if list, _ := c.Take(s, said, 3); len(list) > checksMax {
				t.Fatal("too many checks")
			}
		}
	})
}
