package simulator

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/internal/geo"
)

// flown is what came out of a Way of so many datagrams of 100 octets, one each gap.
type flown struct {
	order []int
	took  []time.Duration
	lost  []bool
	WayCounters
}

func throughAir(a Air, n int, gap time.Duration) (out flown) {
	w := NewWay(7)
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	sent := map[int]time.Time{}
	look := func(now time.Time) {
		for _, f := range w.Arrived(now) {
			i := int(f.System)
			out.order = append(out.order, i)
			out.took = append(out.took, now.Sub(sent[i]))
		}
	}
	now := start
	for i := range n {
		sent[i] = now
		before := w.Counters.Lost
		w.Send(now, a, uint32(i), make([]byte, 100))
		out.lost = append(out.lost, w.Counters.Lost != before)
		look(now)
		now = now.Add(gap)
	}
	for range 400 {
		look(now)
		now = now.Add(worldStep)
	}
	out.WayCounters = w.Counters
	return out
}

// within says whether k of n lies within five standard deviations of a share p.
func within(k, n uint64, p float64) bool {
	return math.Abs(float64(k)-float64(n)*p) <= 5*math.Sqrt(float64(n)*p*(1-p))+1e-9
}

func TestEachEffectOfTheAir(t *testing.T) {
	const n = 20000
	step := 20 * time.Millisecond
	// A burst begins at 1 of 100 and ends at 1 of 5: a share of enter/(enter+leave) of all is lost.
	burst := Air{Burst: Burst{Enter: 0.01, Leave: 0.2}}
	for name, c := range map[string]struct {
		air  Air
		gap  time.Duration
		hold func(f flown) bool
	}{
		"clean": {Air{}, step, func(f flown) bool { return len(f.order) == n && slices.IsSorted(f.order) && slices.Max(f.took) == 0 }},
		"loss": {Air{Loss: 0.3}, step, func(f flown) bool {
			return within(f.Lost, n, 0.3) && f.Arrived == n-f.Lost && slices.IsSorted(f.order)
		}},
		"duplicates": {Air{Duplicate: 0.1}, step, func(f flown) bool { return within(f.Doubled, n, 0.1) && f.Arrived == n+f.Doubled }},
		"delay":      {Air{Delay: 2 * time.Second}, step, func(f flown) bool { return slices.Min(f.took) == 2*time.Second && slices.Max(f.took) == 2*time.Second }},
		"jitter": {Air{Delay: 100 * time.Millisecond, Jitter: 200 * time.Millisecond}, step, func(f flown) bool {
			return slices.Min(f.took) >= 100*time.Millisecond && slices.Max(f.took) <= 320*time.Millisecond && !slices.IsSorted(f.order) && f.Arrived == n
		}},
		"reordering": {Air{Reorder: 0.05, HeldBack: 60 * time.Millisecond}, step, func(f flown) bool {
			return within(f.HeldBack, n, 0.05) && slices.Max(f.took) == 60*time.Millisecond && !slices.IsSorted(f.order) && f.Arrived == n
		}},
		"bursts": {burst, step, func(f flown) bool {
			runs, lost := 0, 0
			for i, l := range f.lost {
				if l {
					lost++
					if i == 0 || !f.lost[i-1] {
						runs++
					}
				}
			}
			long := float64(lost) / float64(runs) // 1/leave on average
			share := float64(lost) / n
			return long > 4.3 && long < 5.8 && share > 0.038 && share < 0.058
		}},
		"bursts that lose half": {Air{Burst: Burst{Enter: 0.5, Leave: 0.5, Loss: 0.5}}, step, func(f flown) bool {
			return f.Lost > n*23/100 && f.Lost < n*27/100
		}},
		// 100 octets each 20 ms are 40 kbit/s: 80 carries them, 20 carries half and the queue overflows.
		"a rate that is enough": {Air{KbitS: 80}, step, func(f flown) bool { return f.Arrived == n && f.Overflowed == 0 && slices.Max(f.took) <= step }},
		"a rate that is not, newest": {Air{KbitS: 20, Queue: 1000}, step, func(f flown) bool {
			waits := slices.Max(f.took) // ten datagrams at 25 a second
			return f.Overflowed > n*48/100 && f.Overflowed < n*52/100 && waits >= 360*time.Millisecond && waits <= 440*time.Millisecond && slices.IsSorted(f.order)
		}},
		"a rate that is not, oldest": {Air{KbitS: 20, Queue: 1000, Overflow: "oldest"}, step, func(f flown) bool {
			return f.Overflowed > n*48/100 && f.Overflowed < n*52/100 && f.order[len(f.order)-1] == n-1 && slices.IsSorted(f.order)
		}},
	} {
		if f := throughAir(c.air, n, c.gap); !c.hold(f) {
			t.Errorf("%s: %+v, %d arrived", name, f.WayCounters, len(f.order))
		}
	}
	again := throughAir(burst, 1000, step)
	if other := throughAir(burst, 1000, step); !slices.Equal(again.order, other.order) {
		t.Error("the same seed loses others")
	}
}

func TestLossByDistance(t *testing.T) {
	a := Air{Loss: 0.1, Range: Range{M: 8000}}
	before := -1.0
	for _, c := range []struct{ distance, height, least, most float64 }{
		{200, 60, 0.0999, 0.1001}, {4000, 60, 0.11, 0.14}, {8000, 60, 0.549, 0.551}, {16000, 60, 0.98, 1}, {8000, 0, 0.549, 0.551},
	} {
		got := a.at(c.distance, c.height).Loss
		if got < c.least || got > c.most {
			t.Errorf("%v m away, %v m high: %.4f is lost, want %v to %v", c.distance, c.height, got, c.least, c.most)
		}
		if c.height == 60 {
			if got < before {
				t.Errorf("less is lost at %v m", c.distance)
			}
			before = got
		}
	}
	if low, high := a.at(4000, 0).Loss, a.at(4000, 120).Loss; high >= low {
		t.Errorf("height does not help: %v on the ground, %v at 120 m", low, high)
	}
	w := NewWorld(smallCity(), time.Unix(0, 0))
	v := w.vehicles[0]
	near, _ := w.reach(&v.radio, "")
	v.body.pos = add(v.body.pos, geo.ENU{E: 3000, U: 100})
	far, high := w.reach(&v.radio, w.docks[0].at.ID)
	if near > 1 || math.Abs(far-3000) > 5 || math.Abs(high-100) > 5 {
		t.Errorf("near %v, far %v, high %v", near, far, high)
	}
}

// What is scripted for one link, one direction or a part of the city does not touch the others, and ends.
func TestRadioByScript(t *testing.T) {
	cfg := smallCity()
	w := NewWorld(cfg, time.Unix(0, 0))
	now := time.Unix(0, 0)
	first, second := cfg.Vehicle[0], cfg.Vehicle[1]
	heard := func(during time.Duration) map[uint32]int {
		n := map[uint32]int{}
		for end := now.Add(during); now.Before(end); {
			now = now.Add(worldStep)
			w.Step(now)
			w.Drain(func(sys uint32, _ []byte) { n[sys]++ })
		}
		return n
	}
	inject := func(f Fault) {
		t.Helper()
		if err := w.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	heard(3 * time.Second)
	whole := heard(20 * time.Second)
	inject(Fault{Kind: "radio", Vehicle: first.ID, How: "down", Air: Air{Loss: 0.5}})
	half := heard(20 * time.Second)
	_, down := w.Radio(first.SystemID)
	if !within(down.Lost, down.Sent, 0.5) || half[first.SystemID] != int(down.Arrived) || math.Abs(float64(half[second.SystemID]-whole[second.SystemID])) > 3 {
		t.Errorf("half is lost of one: %+v; %d and %d heard, %d and %d before", down, half[first.SystemID], half[second.SystemID], whole[first.SystemID], whole[second.SystemID])
	}
	inject(Fault{Kind: "radio", Vehicle: first.ID, Clear: true})
	inject(Fault{Kind: "partition", Among: []string{second.ID, cfg.Dock[0].ID}})
	apart := heard(5 * time.Second)
	if apart[second.SystemID]+apart[cfg.Dock[0].SystemID] != 0 || apart[first.SystemID] == 0 {
		t.Errorf("in the partition: %v", apart)
	}
	inject(Fault{Kind: "partition", Clear: true})
	if together := heard(5 * time.Second); together[second.SystemID] == 0 || together[cfg.Dock[0].SystemID] == 0 {
		t.Errorf("after the partition: %v", together)
	}
	inject(Fault{Kind: "radio", Air: Air{Loss: 1}})
	if silence := heard(5 * time.Second); len(silence) != 0 {
		t.Errorf("through air that loses all: %v", silence)
	}
	for _, bad := range []Fault{{Kind: "radio", Vehicle: "V99"}, {Kind: "radio", Air: Air{Loss: 1.5}}, {Kind: "radio", How: "across"}, {Kind: "partition"},
		{Kind: "partition", Among: []string{"V99"}}, {Kind: "link-cut"}, {Kind: "radio", Air: Air{Range: Range{M: 1, Antenna: "H99"}}}} {
		if err := w.Inject(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestAirIsReadFromFilesAndFaults(t *testing.T) {
	want := Air{Loss: 0.3, Delay: 40 * time.Millisecond, Jitter: 200 * time.Millisecond, Reorder: 0.1, HeldBack: time.Second, KbitS: 64, Overflow: "oldest",
		Burst: Burst{Enter: 0.01, Leave: 0.3}, Range: Range{M: 5000, Antenna: "H01"}}
	var file, fault Air
	if _, err := toml.Decode("loss=0.3\ndelay=\"40ms\"\njitter=\"200ms\"\nreorder=0.1\nheld_back=\"1s\"\nkbit_s=64.0\noverflow=\"oldest\"\nburst={enter=0.01, leave=0.3}\nrange={m=5000.0, antenna=\"H01\"}", &file); err != nil || file != want {
		t.Errorf("%v: %+v", err, file)
	}
	if err := json.Unmarshal([]byte(`{"loss":0.3,"delay":"40ms","jitter":"200ms","reorder":0.1,"heldBack":"1s","kbitS":64,"overflow":"oldest","burst":{"enter":0.01,"leave":0.3},"range":{"m":5000,"antenna":"H01"}}`), &fault); err != nil || fault != want {
		t.Errorf("%v: %+v", err, fault)
	}
	if err := json.Unmarshal([]byte(`{"los":0.3}`), &fault); err == nil {
		t.Error("an unknown key is read over")
	}
	for _, bad := range []Air{{Loss: -0.1}, {Duplicate: math.NaN()}, {Delay: -1}, {Burst: Burst{Enter: 0.1}}, {KbitS: -1}, {Queue: -1}, {Overflow: "all"}, {Range: Range{M: math.Inf(1)}}} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
