package simulator

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// Day is what 24 hours bring to a city beside its own plans: calls, and things that break and are mended.
type Day struct {
	Calls []Call
	Ills  []Ill
}

// Call is something on the ground that needs a look.
type Call struct {
	After    time.Duration // since midnight
	Place    geo.LatLon
	Category string
	Title    string
	Priority int // 1 highest
}

// Ill is a fault and how long it lasts.
type Ill struct {
	After, Lasts time.Duration
	Fault        Fault
}

// callsByHour is how often a town calls, hour by hour: least before dawn, most in the late afternoon and evening, as the
// calls of an emergency centre come.
var callsByHour = [24]float64{2.4, 1.9, 1.5, 1.2, 1.1, 1.4, 2.4, 3.8, 4.7, 5.0, 5.1, 5.0, 4.7, 4.6, 4.9, 5.3, 6.1, 6.7, 6.6, 6.1, 5.6, 4.9, 4.2, 3.2}

// callers are the kinds of calls, how often each comes and how urgent it is.
var callers = []struct {
	category, title string
	share           float64
	priority        int
}{
	{"traffic", "traffic accident", 0.30, 2}, {"disturbance", "disturbance", 0.22, 3}, {"fire", "smoke or fire", 0.12, 1},
	{"missing", "missing person", 0.08, 2}, {"theft", "theft under way", 0.14, 2}, {"water", "person in the water", 0.04, 1},
	{"inspection", "something fallen or broken", 0.10, 4},
}

// reachM is how far from a dock calls come from.
const reachM = 1500

// newCall draws what is called in, and where.
func newCall(cfg Config, rng *rand.Rand) Call {
	dock := cfg.Dock[rng.IntN(len(cfg.Dock))]
	far := reachM * math.Sqrt(rng.Float64())
	kind := callers[0]
	y := rng.Float64()
	for _, k := range callers {
		if kind = k; y < k.share {
			break
		}
		y -= k.share
	}
	return Call{Place: geo.Offset(dock.Pad.LatLon, 360*rng.Float64(), far), Category: kind.category, Title: kind.title, Priority: kind.priority}
}

// NewDay draws a day. The calls come as those of a Poisson process with the rates of callsByHour, given how many came; nearer
// to a dock than reachM. The faults come at any time, to anybody, and end by themselves.
func NewDay(cfg Config, seed uint64, calls, faults int) Day {
	rng := rand.New(rand.NewPCG(seed, 24))
	var d Day
	total := 0.0
	for _, r := range callsByHour {
		total += r
	}
	for range calls {
		x, hour := rng.Float64()*total, 0
		for hour < 23 && x >= callsByHour[hour] {
			x -= callsByHour[hour]
			hour++
		}
		after := time.Duration((float64(hour) + rng.Float64()) * float64(time.Hour))
		c := newCall(cfg, rng)
		c.After = after
		d.Calls = append(d.Calls, c)
	}
	for range faults {
		d.Ills = append(d.Ills, newIll(cfg, rng))
	}
	slices.SortStableFunc(d.Calls, func(a, b Call) int { return cmp.Compare(a.After, b.After) })
	slices.SortStableFunc(d.Ills, func(a, b Ill) int { return cmp.Compare(a.After, b.After) })
	return d
}

// CarryHome is a crew that puts a vehicle which stands on the ground, disarmed, back where it lives: onto the contacts of
// its dock, or to its site. False: there is nothing to carry.
func (w *World) CarryHome(id string) bool {
	v := w.vehicle(id)
	if v == nil || v.armed || !v.body.onGround || v.body.crashed {
		return false
	}
	if v.berth != nil && (v.berth.run.active() || v.berth.onPad() != nil || v.berth.estop) {
		return false
	}
	b := &v.body
	b.pos, b.vel = v.site, geo.ENU{}
	if d := v.berth; d != nil {
		b.headingDeg, d.vehicleOut = d.at.HeadingDeg, false
	}
	return true
}

// ResetStop is somebody at a dock who resets its stop, which stays latched after the button is out again. False: there is
// nothing to reset.
func (w *World) ResetStop(id string) bool {
	d := w.dock(id)
	return d != nil && d.estop && d.resetEStop(d.epoch) == common.MAV_RESULT_ACCEPTED
}
