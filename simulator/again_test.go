package simulator

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// farther is how much farther from a PX4 than another PX4 is ours may be on a leg, where that is more than nearM.
const farther = 1.6

// passage is one flight as its vehicle believes to have flown it.
type passage struct {
	armed  time.Duration // on the vehicle's clock
	events []string
	ends   []time.Duration // of the legs, since arming
	at     []time.Duration // since arming
	place  []geo.ENU
}

// passages are all flights of a vehicle.
type passages []passage

func (c passages) ends(event string, at time.Duration) {
	p := &c[len(c)-1]
	p.events, p.ends = append(p.events, event), append(p.ends, at-p.armed)
}

// passes keeps a place twice a second.
func (c passages) passes(at time.Duration, place geo.ENU) {
	if len(c) == 0 {
		return
	}
	p := &c[len(c)-1]
	if n := len(p.at); n == 0 || at-p.armed-p.at[n-1] >= 500*time.Millisecond {
		p.at, p.place = append(p.at, at-p.armed), append(p.place, place)
	}
}

// where is the place at a time since arming.
func (p *passage) where(at time.Duration) geo.ENU {
	i := sort.Search(len(p.at), func(i int) bool { return p.at[i] > at })
	if i == 0 {
		return p.place[0]
	}
	if i == len(p.at) {
		return p.place[i-1]
	}
	k := (at - p.at[i-1]).Seconds() / (p.at[i] - p.at[i-1]).Seconds()
	d := sub(p.place[i], p.place[i-1])
	return add(p.place[i-1], geo.ENU{E: k * d.E, N: k * d.N, U: k * d.U})
}

// apart is the largest distance of two vehicles on each stretch of a leg, by when the order that begins it was given, zero for
// the leg's own beginning: each in its own time since then. alike counts from where both begin it.
func apart(a, b *passage, leg int, orders []time.Duration, alike bool) map[time.Duration]float64 {
	var given time.Duration
	var from [2]time.Duration
	if leg > 0 {
		from = [2]time.Duration{a.ends[leg-1], b.ends[leg-1]}
	}
	far := map[time.Duration]float64{}
	stretch := func(until [2]time.Duration) {
		var off geo.ENU
		if alike {
			off = sub(a.where(from[0]), b.where(from[1]))
		}
		for s := time.Duration(0); s <= min(until[0]-from[0], until[1]-from[1]); s += slowPeriod {
			far[given] = max(far[given], length(sub(sub(a.where(from[0]+s), b.where(from[1]+s)), off)))
		}
		from = until
	}
	for _, o := range orders {
		if o > max(from[0], from[1]) && o < min(a.ends[leg], b.ends[leg]) {
			stretch([2]time.Duration{o, o})
			given = o
		}
	}
	stretch([2]time.Duration{a.ends[leg], b.ends[leg]})
	return far
}

// wholeLeg is, among the stretches of a leg, the whole of it.
const wholeLeg time.Duration = -1

// farthest is the largest distance on a leg.
func farthest(far map[time.Duration]float64) float64 {
	return slices.Max(slices.Collect(maps.Values(far)))
}

// readAgain reads how PX4 v1.17 flew the recorded flights anew (testdata/README.md): places as differences in hundredths of
// a second, millionths of a degree from home and tenths of a metre.
func readAgain(t *testing.T, home geo.Position, frame geo.Frame) (out []passages) {
	t.Helper()
	f, err := os.Open("testdata/flown_again.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var sum [4]int
	for lines := bufio.NewScanner(z); lines.Scan(); {
		line := lines.Text()
		word, rest, _ := strings.Cut(line, " ")
		var c *passages
		if len(out) > 0 {
			c = &out[len(out)-1]
		}
		var s float64
		switch word {
		case "run":
			out = append(out, nil)
		case "armed":
			sum = [4]int{}
			_, err = fmt.Sscan(rest, &s)
			*c = append(*c, passage{armed: seconds(s)})
		case "event":
			at, event, _ := strings.Cut(rest, " ")
			_, err = fmt.Sscan(at, &s)
			c.ends(event, (*c)[len(*c)-1].armed+seconds(s))
		default:
			var d [4]int
			_, err = fmt.Sscan(line, &d[0], &d[1], &d[2], &d[3])
			for i := range d {
				sum[i] += d[i]
			}
			p := &(*c)[len(*c)-1]
			p.at = append(p.at, seconds(float64(sum[0])/100)-p.armed)
			p.place = append(p.place, frame.ENU(geo.LatLon{Lat: home.Lat + float64(sum[1])/1e6, Lon: home.Lon + float64(sum[2])/1e6}.
				At(float64(sum[3])/10)))
		}
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return out
}

// orders are the times since arming at which the station gave an order.
func orders(log []said, armed time.Duration) (out []time.Duration) {
	for _, s := range log {
		switch s.f.msg.(type) {
		case *common.MessageCommandInt, *common.MessageCommandLong:
			out = append(out, s.at-armed)
		}
	}
	return out
}

// flownAs are the passages of flight n, from zero, that had the events of f.
func flownAs(cs []passages, n int, f flight) (out []*passage) {
	same := func(p passage) bool {
		return slices.EqualFunc(p.events, f.legs, func(e string, l leg) bool { return e == l.event })
	}
	for _, c := range cs {
		if n < len(c) && same(c[n]) {
			out = append(out, &c[n])
		}
	}
	return out
}

// anewApart is how far each PX4 that flew a recorded leg anew is from the recording on each stretch, when both begin it in one
// place, and on the whole leg.
func anewApart(recorded *passage, px4 []*passage, leg int, orders []time.Duration) map[time.Duration][]float64 {
	out := map[time.Duration][]float64{}
	for _, p := range px4 {
		far := apart(recorded, p, leg, orders, true)
		far[wholeLeg] = farthest(far)
		for given, m := range far {
			out[given] = append(out[given], m)
		}
	}
	return out
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	x = slices.Clone(x)
	slices.Sort(x)
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// TestFlownAsOthersFlew flies each recorded flight through from arming to disarming. A PX4 that flies them anew is not where
// it was either: every event of ours is held against the median of PX4's, and every leg against how far PX4s are from each other.
func TestFlownAsOthersFlew(t *testing.T) {
	t.Parallel()
	log := readFlown(t, "testdata/flown.tlog.gz")
	var ours []passages
	var last *replay
	for _, seed := range seeds {
		last = fly(t, log, false, seed)
		ours = append(ours, last.course)
	}
	px4 := readAgain(t, geo.LatLon{Lat: 32.5333, Lon: 120.4667}.At(4), last.w.frame)
	for i, f := range last.flights {
		given, a, b := orders(log, f.armed), flownAs(ours, i, f), flownAs(px4, i, f)
		t.Logf("flight %d: %d of %d flown as recorded, by PX4 %d of %d", i+1, len(a), len(ours), len(b), len(px4))
		if len(a) <= len(ours)/2 {
			t.Fatalf("flight %d: ours goes another way", i+1)
		}
		for k, l := range f.legs {
			times := func(ps []*passage) (s []float64) {
				for _, p := range ps {
					s = append(s, p.ends[k].Seconds())
				}
				return s
			}
			var us, them []float64
			for n, p := range b {
				for _, q := range b[n+1:] {
					them = append(them, farthest(apart(p, q, k, given, false)))
				}
				for _, q := range a {
					us = append(us, farthest(apart(p, q, k, given, false)))
				}
			}
			at, of, flown := median(times(a)), median(append(times(b), l.theirs.Seconds())), times(b)
			t.Logf("to %-26s PX4 %6.2f s (%.2f to %.2f, recorded %.2f), ours %6.2f s (%+.1f %%); apart %.1f m, PX4s %.1f m", l.event, of,
				slices.Min(flown), slices.Max(flown), l.theirs.Seconds(), at, 100*(at-of)/of, median(us), median(them))
			if math.Abs(at-of) > max(timeShare*of, timeLeast.Seconds()) {
				t.Errorf("flight %d: %s after %.2f s, by PX4 after %.2f s", i+1, l.event, at, of)
			}
			if d, bar := median(us), max(nearM, farther*median(them)); d > bar {
				t.Errorf("flight %d: %.1f m from a PX4 on the way to %s, want %.1f m at most", i+1, d, l.event, bar)
			}
		}
	}
}
