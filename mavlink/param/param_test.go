package param

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
)

func (w *world) download(cache *fleet.ParamList) (fleet.ParamList, *Download, error) {
	d := NewDownload(cache)
	w.take = func(v Value) { d.Take(w.now, w.v.enc, v) }
	err := w.run(10*time.Minute, func() (time.Time, error) { return d.Step(w.now, w) }, func() bool { done, _ := d.Done(); return done })
	return d.List(w.now), d, err
}

func TestDownload(t *testing.T) {
	for _, enc := range []Encoding{Bytewise, Cast} {
		for seed := range uint64(12) {
			t.Run(fmt.Sprintf("encoding %d, seed %d", enc, seed), func(t *testing.T) {
				v := &vehicle{params: fleetOf(890), enc: enc, hash: 77}
				w := newWorld(t, seed, v)
				if seed > 0 {
					w.bad()
				}
				l, _, err := w.download(nil)
				if err != nil || !slices.Equal(l.Params, v.params) || l.Hash != 77 {
					t.Fatalf("%v: %d parameters, hash %d", err, len(l.Params), l.Hash)
				}
				took := w.now.Sub(l.At)
				if seed == 0 && (v.lists != 1 || took > 3*time.Second) {
					t.Errorf("%d lists in %v", v.lists, took)
				}
				begun := w.frames
				again, d, err := w.download(&l)
				if err != nil || !d.Cached() || !slices.Equal(again.Params, l.Params) || again.Hash != 77 {
					t.Fatalf("%v: not taken from the cache: %+v", err, again.Hash)
				}
				if n := w.frames - begun; n > hashTries {
					t.Errorf("%d frames to find the list unchanged", n)
				}
			})
		}
	}
}

func TestDownloadWithoutHash(t *testing.T) {
	v := &vehicle{params: fleetOf(1400), enc: Cast}
	w := newWorld(t, 5, v).bad()
	l, _, err := w.download(&fleet.ParamList{Params: fleetOf(10), Hash: 3})
	if err != nil || len(l.Params) != 1400 || l.Hash != 0 {
		t.Fatalf("%v: %d parameters, hash %d", err, len(l.Params), l.Hash)
	}
}

func TestDownloadWhileTheCountGrows(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			grow := []fleet.Param{{Name: "A_FIRST", Type: fleet.ParamInt32, Value: 1}, {Name: "P_00100x", Type: fleet.ParamInt32, Value: 2}, {Name: "Z_LAST", Type: fleet.ParamInt32, Value: 3}}
			v := &vehicle{params: fleetOf(887), enc: Bytewise, hash: 10, grow: grow, growAt: 300}
			w := newWorld(t, seed, v)
			if seed > 0 {
				w.bad()
			}
			l, _, err := w.download(nil)
			if err != nil || !slices.Equal(l.Params, v.params) || len(l.Params) != 890 {
				t.Fatalf("%v: %d parameters", err, len(l.Params))
			}
			if l.Hash == 10 {
				t.Fatal("the checksum of before stands for the list of after")
			}
		})
	}
}

func TestDownloadNobodyAnswers(t *testing.T) {
	w := newWorld(t, 1, &vehicle{})
	w.loss = 1
	if _, _, err := w.download(nil); !errors.Is(err, ErrNoAnswer) {
		t.Fatal(err)
	}
}

// TestDownloadFromALiar: a count beyond all bounds, names that are none, an index out of range.
func TestDownloadFromALiar(t *testing.T) {
	d := NewDownload(nil)
	w := newWorld(t, 1, &vehicle{})
	for range hashTries + 1 {
		w.now = w.now.Add(10 * time.Second)
		if _, err := d.Step(w.now, w); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100000 {
		d.Take(w.now, Bytewise, Value{Name: fmt.Sprintf("N%d", i), Type: fleet.ParamInt32, Count: i % 65536, Index: i % 65536})
		d.Take(w.now, Bytewise, Value{Name: "../../etc", Type: fleet.ParamInt32, Count: 10, Index: 3})
	}
	if len(d.names) > listMax || len(d.seen) > listMax {
		t.Fatalf("%d names, %d places", len(d.names), len(d.seen))
	}
	for name := range d.names {
		if !ValidName(name) {
			t.Fatalf("%q", name)
		}
	}
}

func (w *world) exchange(mayWrite bool, goals ...Goal) []Result {
	x := NewExchange(goals)
	w.take = func(v Value) { x.Take(w.now, w, w.v.enc, mayWrite, v) }
	w.fail = func(e Error) { x.Fail(e) }
	if err := w.run(10*time.Minute, func() (time.Time, error) { return x.Step(w.now, w, w.v.enc, mayWrite) }, func() bool { done, _ := x.Over(); return done }); err != nil {
		w.t.Fatal(err)
	}
	return x.Results()
}

func want(name string, v float64) Goal { return Goal{Name: name, Want: &v} }

func TestExchangeSetsWhatDiffersAndReadsBack(t *testing.T) {
	for _, enc := range []Encoding{Bytewise, Cast} {
		for seed := range uint64(12) {
			t.Run(fmt.Sprintf("encoding %d, seed %d", enc, seed), func(t *testing.T) {
				v := &vehicle{params: fleetOf(60), enc: enc}
				w := newWorld(t, seed, v)
				if seed > 0 {
					w.bad()
				}
				for i, r := range w.exchange(true, want("P_00001", -39), want("P_00002", 5), want("P_00003", 0.25), Goal{Name: "P_00004"}, want("P_00002", 9)) {
					if r.Outcome != Good || r.Got == nil || r.Wrote != (i == 1 || i == 2) {
						t.Errorf("%+v", r)
					}
				}
				if v.params[2].Value != 5 || v.params[3].Value != 0.25 {
					t.Fatalf("%+v", v.params[:5])
				}
			})
		}
	}
}

func TestExchangeOutcomes(t *testing.T) {
	v := &vehicle{params: fleetOf(10), enc: Bytewise, hold: map[string]bool{"P_00005": true}}
	w := newWorld(t, 1, v)
	got := map[string]Outcome{}
	for _, r := range w.exchange(true, want("P_00001", math.NaN()), want("P_00002", 1.5), want("P_00004", 3e9), want("P_00003", math.Inf(1)),
		want("P_00005", 8), want("NO_SUCH", 1), want("no such", 1), want("P_00006", 1e300), want("P_00007", 1)) {
		got[r.Name] = r.Outcome
	}
	for name, o := range map[string]Outcome{"P_00001": Refused, "P_00002": Refused, "P_00004": Refused, "P_00003": Refused, "P_00005": Silent,
		"NO_SUCH": Silent, "no such": Absent, "P_00006": Refused, "P_00007": Good} {
		if got[name] != o {
			t.Errorf("%s: %s, want %s", name, got[name], o)
		}
	}
	v.errors = true
	if r := w.exchange(true, want("NO_SUCH", 1)); r[0].Outcome != Absent {
		t.Errorf("%+v", r)
	}
	sets := v.sets
	if r := w.exchange(false, want("P_00007", 2)); r[0].Outcome != Differs || v.sets != sets {
		t.Errorf("written though it may not be: %+v", r)
	}
}

// TestAnOldValueIsNotTakenForTheNew: the value of before may still be on its way when it is set.
func TestAnOldValueIsNotTakenForTheNew(t *testing.T) {
	v := &vehicle{params: fleetOf(5), enc: Bytewise}
	w := newWorld(t, 1, v)
	x := NewExchange([]Goal{want("P_00001", 7)})
	old := Value{Name: "P_00001", Type: fleet.ParamInt32, Count: 5, Index: 1}
	old.Raw, _ = Encode(-39, fleet.ParamInt32, Bytewise)
	stale := 0
	w.take = func(v Value) {
		x.Take(w.now, w, Bytewise, true, v)
		if stale++; stale < 3 {
			x.Take(w.now, w, Bytewise, true, old)
		}
	}
	if err := w.run(time.Minute, func() (time.Time, error) { return x.Step(w.now, w, Bytewise, true) }, func() bool { done, _ := x.Over(); return done }); err != nil {
		t.Fatal(err)
	}
	if r := x.Results()[0]; r.Outcome != Good || v.params[1].Value != 7 {
		t.Fatalf("%+v, on board %v", r, v.params[1])
	}
}

func TestCodecGivesBackWhatItTook(t *testing.T) {
	types := []fleet.ParamType{1, 2, 3, 4, 5, 6, 9}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		enc := rapid.SampledFrom([]Encoding{Bytewise, Cast}).Draw(t, "encoding")
		v := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.Int64Range(-1<<33, 1<<33), func(i int64) float64 { return float64(i) })).Draw(t, "value")
		raw, err := Encode(v, typ, enc)
		if err != nil {
			return
		}
		got, ok := Decode(raw, typ, enc)
		if !ok || !Equal(v, got, typ) {
			t.Fatalf("%v of type %d came back as %v %v", v, typ, got, ok)
		}
	})
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, typ := range types {
			if _, err := Encode(v, typ, Bytewise); !errors.Is(err, ErrValue) {
				t.Errorf("%v of type %d: %v", v, typ, err)
			}
		}
	}
	if _, err := Encode(1, fleet.ParamInt32, Unknown); err == nil {
		t.Error("encoded though nobody knows how")
	}
	if _, err := Encode(1<<24+1, fleet.ParamInt32, Cast); err == nil {
		t.Error("an integer that a float does not hold was sent as one")
	}
}

func FuzzMachines(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 9, 250, 3, 1, 0, 0, 1})
	f.Add([]byte("_HASH_CHECK\x05\x01\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:min(len(b), 2048)]
		w := newWorld(t, 1, &vehicle{})
		w.loss = 1 // nobody answers but the input
		d := NewDownload(&fleet.ParamList{Hash: 1, Params: fleetOf(3)})
		x := NewExchange([]Goal{want("P_1", 3), want("P_2", 4), {Name: "P_3"}})
		names := []string{HashName, "P_1", "P_2", "P_3", "\x00", "P_4"}
		for len(b) >= 8 {
			w.now = w.now.Add(time.Duration(b[0]) * 20 * time.Millisecond)
			raw := math.Float32frombits(uint32(b[1]) | uint32(b[2])<<8 | uint32(b[3])<<16 | uint32(b[1])<<24)
			v := Value{Name: names[int(b[4])%len(names)], Raw: raw, Type: fleet.ParamType(b[5] % 12), Count: int(b[6]) * 17, Index: int(b[7]) * 3}
			enc := Encoding(b[3] % 3)
			d.Take(w.now, enc, v)
			x.Take(w.now, w, enc, b[2]&1 == 0, v)
			if b[2]&2 != 0 {
				x.Fail(Error{Name: v.Name, Unknown: b[2]&4 != 0})
			}
			if wake, err := d.Step(w.now, w); err == nil && !wake.IsZero() && wake.Before(w.now) {
				t.Fatalf("wants to be woken at %v, it is %v", wake, w.now)
			}
			if _, err := x.Step(w.now, w, enc, b[2]&1 == 0); err != nil {
				t.Fatal(err)
			}
			b = b[8:]
		}
		d.List(w.now)
	})
}
