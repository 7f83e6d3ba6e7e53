package ftp

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// step is one payload of a recording, asked by the station or answered by the vehicle.
type step struct {
	asked bool
	p     Payload
}

func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// steps are the payloads of FILE_TRANSFER_PROTOCOL (110) of the recording: a tlog of MAVLink 2 frames, 8 octets of time
// before each.
func steps(t *testing.T) (out []step) {
	t.Helper()
	for b := unpacked(t, "../testdata/ftp.tlog.gz"); len(b) > 0; {
		n := 8 + 12 + int(b[9])
		if f := b[8:n]; f[7] == 110 && f[8] == 0 && f[9] == 0 {
			s := step{asked: f[5] == 255}
			if len(f) > 10+3+2 {
				copy(s.p[:], f[10+3:len(f)-2]) // after the network and the target
			}
			out = append(out, s)
		}
		b = b[n:]
	}
	return out
}

// recorded are the answers of a PX4 v1.17 to each question it was asked.
func recorded(t *testing.T) map[string][]Payload {
	out, asked := map[string][]Payload{}, ""
	for _, s := range steps(t) {
		if !s.asked {
			if asked != "" {
				out[asked] = append(out[asked], s.p)
			}
			continue
		}
		if asked = question(s.p); out[asked] != nil {
			asked = "" // the first answer to a question is the one that is used
		}
	}
	return out
}

func question(p Payload) string {
	k, _ := parse(&p)
	if k.op == OpRead {
		return fmt.Sprintf("%d %d", k.op, k.offset)
	}
	return fmt.Sprintf("%d %d %s", k.op, k.offset, strings.TrimRight(string(k.data), "\x00"))
}

// tape answers with the recording; what was never asked of PX4 is unknown.
// Bursts were only recorded of one file.
func tape(t *testing.T, bursts bool) *rig {
	answers := recorded(t)
	r := newRig(t, 1, air{least: time.Millisecond, most: time.Millisecond + 1})
	var seq uint16
	r.reply = func(q Payload) (out []Payload) {
		k, _ := parse(&q)
		asked := question(q)
		if k.op == OpBurst {
			asked = fmt.Sprintf("%d %d %s", k.op, k.offset, "")
		}
		if len(answers[asked]) == 0 || k.op == OpBurst && !bursts {
			return []Payload{nakOf(q, nakUnknown)}
		}
		for i, p := range answers[asked] {
			seq = k.seq + 1 + uint16(i)
			p[0], p[1] = byte(seq), byte(seq>>8)
			out = append(out, p)
		}
		return out
	}
	return r
}

func TestReplayListsAsPX4Did(t *testing.T) {
	for path, want := range map[string][]Entry{
		"/": {{"log", true, 0}, {"dataman", false, 1208528}, {"parameters_backup.bson", false, 595}, {"parameters.bson", false, 595}, {"pid", false, 6},
			{"out.log", false, 7979}, {"logdata.txt", false, 200}, {"eeprom", true, 0}},
		"log": {{"2026-11-23", true, 0}},
		"etc": {{"extras", true, 0}, {"init.d", true, 0}, {"init.d-posix", true, 0}},
		"log/2026-11-23": {{"22_01_58.ulg", false, 19893192}, {"21_55_27.ulg", false, 56983676}, {"22_03_30.ulg", false, 19883472},
			{"21_59_47.ulg", false, 28293776}},
	} {
		f := tape(t, false).do(List{path})
		if f.Err != nil || fmt.Sprint(f.Entries) != fmt.Sprint(want) || f.Skipped != 0 {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if f := tape(t, false).do(List{"nonexistent"}); f.Err == nil || len(f.Entries) != 0 {
		t.Errorf("nonexistent: %+v", f)
	}
}

// PX4's own checksum of parameters.bson was recorded: 42116c46.
func TestReplayReadsAFileAndItsChecksum(t *testing.T) {
	r := tape(t, false)
	f := r.do(Fetch{Path: "parameters.bson", Verify: true})
	if f.Err != nil || !f.Verified || len(r.got) != 595 || f.Sum != 0x42116c46 {
		t.Fatalf("%d bytes: %+v", len(r.got), f)
	}
}

func TestReplayTakesPX4sBursts(t *testing.T) {
	r := tape(t, true)
	r.step(Begin{Fetch{Path: "log/2026-11-23/21_59_47.ulg"}})
	r.runUntil(func() bool { return len(r.got) >= 2*168*dataMax-2*dataMax })
	if r.c.fetch.w.size != 28293776 || string(r.got[:4]) != "ULog" || r.now.Sub(time.Unix(1000, 0)) > time.Second {
		t.Fatalf("size %d, begins with %q", r.c.fetch.w.size, r.got[:4])
	}
}
