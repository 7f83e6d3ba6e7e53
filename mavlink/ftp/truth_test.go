package ftp

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var truthFTP = regexp.MustCompile(`^ *([0-9.]+)  -- FTP (.*) -> op=(\d+)\(\w+\) req=(\d+) session=(\d+) size=(\d+) off=(\d+) seq=(\d+) .* data=b'(.*)'$`)

// unquoted reads the octets that the recording's list shows as a Python literal.
func unquoted(s string) (out string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out += string(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			out += "\n"
		case 't':
			out += "\t"
		case 'r':
			out += "\r"
		case 'x':
			var b byte
			_, _ = fmt.Sscanf(s[i+1:i+3], "%02x", &b)
			out += string([]byte{b})
			i += 2
		default:
			out += string(s[i])
		}
	}
	return out
}

// TestRecordedAnswers: every answer that an independent program wrote down, as this package takes it apart, and the
// reason of each refusal.
func TestRecordedAnswers(t *testing.T) {
	answers := map[uint16]Payload{}
	for _, s := range steps(t) {
		if seq := binary.LittleEndian.Uint16(s.p[:]); !s.asked {
			answers[seq] = s.p
		}
	}
	reasons := map[string]string{"\x03": "bad data size", "\x04": "no such session", "\x05": "no session free", "\x06": "end of file",
		"\x08": "file exists or failed", "\n": "not found"}
	n := 0
	for _, line := range strings.Split(string(unpacked(t, "../testdata/ftp.truth.gz")), "\n") {
		m := truthFTP.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n++
		t.Run(m[1]+" "+m[2], func(t *testing.T) {
			var seq uint16
			if _, err := fmt.Sscan(m[8], &seq); err != nil {
				t.Fatal(err)
			}
			p, found := answers[seq]
			k, ok := parse(&p)
			if !found || !ok {
				t.Fatalf("no answer %d", seq)
			}
			got := fmt.Sprintf("%d %d %d %d %d", k.op, k.request, k.session, k.size, k.offset)
			if want := strings.Join(m[3:8], " "); got != want || string(k.data) != unquoted(m[9]) {
				t.Fatalf("%s %q, recorded %s %q", got, k.data, want, m[9])
			}
			if k.op != opNak {
				return
			}
			code, errno := k.reason()
			if err := (&NakError{Request: k.request, Code: code, Errno: errno}).Error(); reasons[string(k.data)] == "" || !strings.Contains(err, reasons[string(k.data)]) {
				t.Errorf("%q is told as %q", k.data, err)
			}
		})
	}
	if n != 37 {
		t.Errorf("%d answers on the list", n)
	}
}
