package ftp

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestFetchOverEveryAir(t *testing.T) {
	for name, a := range map[string]air{"still": still, "storm": storm, "far": far} {
		for _, n := range []int{0, 1, 239, 240, 40_000, 300_000} {
			r := newRig(t, uint64(n)+1, a)
			r.s.files["log/a.ulg"] = content(n)
			f := r.do(Fetch{Path: "log/a.ulg", Verify: true})
			if f.Err != nil || !f.Verified || string(r.got) != string(content(n)) || f.Offset != int64(n) {
				t.Errorf("%s %d: %d bytes, %+v", name, n, len(r.got), f)
			}
			t.Logf("%s, %d octets: %v, %d payloads sent", name, n, r.now.Sub(time.Unix(1000, 0)).Round(time.Millisecond), r.sent)
		}
	}
}

func TestFetchGoesOnWhereItWas(t *testing.T) {
	r := newRig(t, 5, still)
	want := content(200_000)
	r.s.files["f"] = want
	r.step(Begin{Fetch{Path: "f", Verify: true}})
	r.runUntil(func() bool { return len(r.got) > 90_000 })
	sum, at := Sum(0, r.got), int64(len(r.got))
	r.step(Cancel{})
	if !r.c.Idle() || !r.c.Deadline().IsZero() {
		t.Fatal("not idle after a cancel")
	}
	r.q, r.s.open = nil, ""
	f := r.do(Fetch{Path: "f", From: at, Sum: sum, Verify: true})
	if f.Err != nil || !f.Verified || string(r.got) != string(want) {
		t.Fatalf("%d bytes, %+v", len(r.got), f)
	}
}

func TestFetchOverAReboot(t *testing.T) {
	for _, told := range []bool{true, false} {
		r := newRig(t, 6, storm)
		want := content(200_000)
		r.s.files["f"] = want
		r.step(Begin{Fetch{Path: "f", Verify: true}})
		r.runUntil(func() bool { return len(r.got) > 90_000 })
		r.s.open, r.s.last = "", nil
		if told {
			r.step(Rebooted{})
		}
		r.runUntil(func() bool { return r.done != nil })
		if r.done.Err != nil || string(r.got) != string(want) || r.s.opens != 2 {
			t.Fatalf("told %v: %d bytes, %d opens, %+v", told, len(r.got), r.s.opens, r.done)
		}
	}
}

func TestFetchTakesTheSessionFromWhoLeftItOpen(t *testing.T) {
	r := newRig(t, 7, still)
	r.s.files["f"], r.s.busy = content(1000), true
	if f := r.do(Fetch{Path: "f"}); f.Err != nil || len(r.got) != 1000 {
		t.Fatalf("%+v", f)
	}
}

func TestFetchThatCannotBe(t *testing.T) {
	r := newRig(t, 8, still)
	r.s.files["f"] = content(10)
	for _, path := range []string{"", "../f", "a/../f", "a\x00b", strings.Repeat("a", 240)} {
		if f := r.do(Fetch{Path: path}); !errors.Is(f.Err, ErrPath) {
			t.Errorf("%q: %v", path, f.Err)
		}
	}
	var nak *NakError
	if f := r.do(Fetch{Path: "missing"}); !errors.As(f.Err, &nak) || nak.Code != nakNotFound {
		t.Errorf("missing: %v", f.Err)
	}
	r.c.limits.FileMax = 9
	if f := r.do(Fetch{Path: "f"}); !errors.Is(f.Err, ErrTooLarge) || f.Size != 10 {
		t.Errorf("too large: %+v", f)
	}
	r.step(Begin{List{"d"}})
	r.done = nil
	r.step(Begin{List{"d"}})
	if r.done == nil || !errors.Is(r.done.Err, ErrBusy) {
		t.Errorf("a second job: %+v", r.done)
	}
}

func TestFetchWithoutChecksumOfTheVehicle(t *testing.T) {
	r := newRig(t, 9, still)
	r.s.files["f"], r.s.crc = content(1000), false
	if f := r.do(Fetch{Path: "f", Verify: true}); f.Err != nil || f.Verified || f.Sum != Sum(0, content(1000)) {
		t.Fatalf("%+v", f)
	}
}

func TestSilenceEnds(t *testing.T) {
	for _, j := range []Job{List{"d"}, Fetch{Path: "f"}} {
		r := newRig(t, 10, still)
		r.reply = func(Payload) []Payload { return nil }
		if f := r.do(j); !errors.Is(f.Err, ErrSilent) || r.now.Sub(time.Unix(1000, 0)) > 2*time.Minute {
			t.Errorf("%T: %v after %v", j, f.Err, r.now.Sub(time.Unix(1000, 0)))
		}
	}
	r := newRig(t, 11, still)
	r.s.files["f"] = content(200_000)
	r.step(Begin{Fetch{Path: "f"}})
	r.runUntil(func() bool { return len(r.got) > 90_000 })
	at := len(r.got)
	r.reply = func(Payload) []Payload { return nil }
	r.q = nil
	r.runUntil(func() bool { return r.done != nil })
	if !errors.Is(r.done.Err, ErrSilent) || r.done.Offset != int64(at) || r.done.Sum != Sum(0, r.got) {
		t.Fatalf("%+v, %d bytes", r.done, at)
	}
}

func TestListSkipsWhatIsNoName(t *testing.T) {
	for _, a := range []air{still, storm} {
		r := newRig(t, 12, a)
		r.s.dirs["log"] = []string{"S", "Fgood.ulg\t12", "F../../etc/passwd\t1", "D..", "F/abs\t3", "Fx\x1b[2J\t4", "Fnosize", "Q", "F\xff\xfe\t9", "Dok", "S",
			"F" + strings.Repeat("n", 200) + "\t5", "Fneg\t-5", "Fhuge\t99999999999999999999", `Fa\b` + "\t3"}
		f := r.do(List{"log"})
		if f.Err != nil || len(f.Entries) != 2 || f.Entries[0] != (Entry{"good.ulg", false, 12}) || f.Entries[1] != (Entry{"ok", true, 0}) || f.Skipped != 11 {
			t.Fatalf("%+v", f)
		}
	}
}

func TestListOfTenThousandNamesIsBounded(t *testing.T) {
	r := newRig(t, 13, still)
	for range 10_000 {
		r.s.dirs["log"] = append(r.s.dirs["log"], "Fsame.ulg\t1")
	}
	if f := r.do(List{"log"}); !errors.Is(f.Err, ErrListing) || len(f.Entries) > 4096 || r.sent > 4096 {
		t.Fatalf("%v, %d entries, %d sent", f.Err, len(f.Entries), r.sent)
	}
}

// A hostile vehicle: each row answers every request with what would break a trusting client.
func TestHostileVehicle(t *testing.T) {
	ack := func(q Payload, data []byte, off uint32, session uint8, last bool, seq uint16) Payload {
		k, _ := parse(&q)
		p := packet{seq: k.seq + seq, op: opAck, session: session, size: len(data), data: data, offset: off}.payload()
		p[5], p[6] = k.op, byte(b2i(last))
		return p
	}
	size := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	opened := func(q Payload, n uint32, rest func() []Payload) []Payload {
		switch q[3] {
		case OpOpen:
			return []Payload{ack(q, size(n), 0, 0, false, 1)}
		case OpBurst, OpRead:
			return rest()
		}
		return []Payload{ack(q, nil, 0, 0, false, 1)}
	}
	for name, reply := range map[string]func(Payload) []Payload{
		"bursts without end that bring nothing": func(q Payload) []Payload {
			return opened(q, 100_000, func() (out []Payload) {
				for i := range uint16(400) {
					out = append(out, ack(q, []byte("again"), 0, 0, false, 1+i))
				}
				return out
			})
		},
		"bytes beyond the size and the window": func(q Payload) []Payload {
			return opened(q, 100_000, func() []Payload {
				return []Payload{ack(q, content(239), 4e9, 0, true, 1), ack(q, content(239), 99_999, 0, true, 2)}
			})
		},
		"crumbs with gaps": func(q Payload) []Payload {
			return opened(q, 200_000, func() (out []Payload) {
				for i := range uint16(5000) {
					out = append(out, ack(q, []byte{1}, uint32(i)*30+1, 0, i == 4999, 1+i))
				}
				return out
			})
		},
		"empty acks": func(q Payload) []Payload {
			return opened(q, 1000, func() []Payload { return []Payload{ack(q, nil, 0, 0, true, 1)} })
		},
		"another session": func(q Payload) []Payload {
			return opened(q, 1000, func() []Payload { return []Payload{ack(q, content(239), 0, 9, true, 1)} })
		},
		"no session ever": func(q Payload) []Payload { return []Payload{nakOf(q, nakNoSessions)} },
		"session lost ever again": func(q Payload) []Payload {
			return opened(q, 1000, func() []Payload { return []Payload{nakOf(q, nakSession)} })
		},
		"end before the size": func(q Payload) []Payload {
			return opened(q, 1000, func() []Payload { return []Payload{nakOf(q, nakEOF)} })
		},
		"a size of four gigabytes": func(q Payload) []Payload {
			return opened(q, 0xFFFFFFFF, func() []Payload { return nil })
		},
		"a size without a size": func(q Payload) []Payload { return []Payload{ack(q, nil, 0, 0, true, 1)} },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 14, still)
			r.reply = reply
			f := r.do(Fetch{Path: "f", Verify: true})
			if f.Err == nil {
				t.Fatalf("it was believed: %+v", f)
			}
			if len(r.got) > 1000 || r.sent > 4000 {
				t.Fatalf("%d bytes, %d sent: %v", len(r.got), r.sent, f.Err)
			}
		})
	}
	t.Run("pieces that overlap and disagree", func(t *testing.T) {
		r := newRig(t, 15, still)
		r.reply = func(q Payload) []Payload {
			return opened(q, 600, func() []Payload {
				return []Payload{ack(q, content(239), 100, 0, false, 1), ack(q, make([]byte, 239), 0, 0, false, 2),
					ack(q, content(239), 300, 0, false, 3), ack(q, content(239), 420, 0, true, 4)}
			})
		}
		if f := r.do(Fetch{Path: "f", Verify: true}); !errors.Is(f.Err, ErrChecksum) && f.Err != nil || len(r.got) != 600 {
			t.Fatalf("%d bytes: %+v", len(r.got), f)
		}
	})
}

func nakOf(q Payload, code byte) Payload {
	k, _ := parse(&q)
	p := packet{seq: k.seq + 1, op: opNak, size: 1, data: []byte{code}}.payload()
	p[5] = k.op
	return p
}

// FuzzClient feeds a client with whatever a vehicle may answer: a reply made of the fuzzer's bytes to each request.
func FuzzClient(f *testing.F) {
	f.Add(true, []byte("\x80\x04\x04\x00\x01\x00\x10\x27\x00\x00\x80\xef\x0f\x01\x00\x00"))
	f.Add(false, []byte("\x80\x10\x00\x00Fa\t1\x00D..\x00S\x00Fb\t2"))
	f.Fuzz(func(t *testing.T, fetch bool, script []byte) {
		c, now := New(Limits{FileMax: 1 << 20, EntriesMax: 64}), time.Unix(1, 0)
		var in Input = Begin{List{"log"}}
		if fetch {
			in = Begin{Fetch{Path: "f", Verify: true}}
		}
		var got int64
		for steps := 0; ; steps++ {
			if steps > 3000 {
				if d := c.Deadline(); !c.Idle() && !d.After(now) {
					t.Fatal("busy without end")
				}
				return
			}
			var last *Payload
			for _, o := range c.Step(now, in) {
				switch o := o.(type) {
				case Send:
					last = &o.Payload
				case Chunk:
					if o.Offset != got {
						t.Fatalf("chunk at %d after %d", o.Offset, got)
					}
					got += int64(len(o.Data))
				case Finished:
					if len(o.Entries) > 64 || got > 1<<20 {
						t.Fatalf("%d entries, %d bytes", len(o.Entries), got)
					}
					return
				}
			}
			if len(c.fetch.w.spans) > spansMax || len(c.waiting) > readsMax+2 {
				t.Fatalf("%d spans, %d waiting", len(c.fetch.w.spans), len(c.waiting))
			}
			if last != nil && len(script) >= 4 {
				q, _ := parse(last)
				n := min(int(script[1])%(dataMax+4), len(script)-4)
				k := packet{seq: q.seq + 1 + uint16(script[3]>>4), op: script[0], session: script[2] & 1, offset: q.offset + uint32(script[2]>>1),
					data: script[4 : 4+n], size: n}
				p := k.payload()
				p[4], p[5], p[6] = script[1], q.op, script[3]&1
				script = script[4+n:]
				in = Reply{&p}
				continue
			}
			d := c.Deadline()
			if d.IsZero() {
				t.Fatal("waits for ever")
			}
			now, in = d, Tick{}
		}
	})
}
