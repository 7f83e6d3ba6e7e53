package simulator

import (
	"math"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// Bits of FENCE_TYPE; the lowest altitude is not in force before FENCE_AUTOENABLE, which a simulated copter has not.
const (
	fenceAltMax  = 1 << 0
	fenceCircle  = 1 << 1
	fencePolygon = 1 << 2
)

const (
	fenceLet     = 10 * time.Second // after a change of mode outside a fence nothing is done about it
	fenceAgainM  = 20               // so much further out a breach is one once more
	fenceGiveUpM = 100              // and so far outside nothing is left but to land
)

// copterBreach are the fences that a copter is outside of, by bits of FENCE_TYPE.
type copterBreach struct {
	on      int
	again   [2]float64 // of the highest altitude and the circle: from where it is a new breach, metres
	let     time.Time  // till when no breach counts
	enabled bool
	armed   int // the kinds that FENCE_TYPE had when FENCE_ENABLE was set: others do not count before it is set anew
	count   uint16
	at      time.Time // of the last
}

// copterFences are the fences in force.
func (v *vehicle) copterFences() int {
	return v.copter.fails.fence.armed & int(v.copter.param("FENCE_TYPE"))
}

// enableFences follows FENCE_ENABLE.
func (v *vehicle) enableFences() {
	b, on := &v.copter.fails.fence, v.copter.param("FENCE_ENABLE") != 0
	if on != b.enabled {
		b.enabled, b.armed = on, 0
		if on {
			b.armed = int(v.copter.param("FENCE_TYPE")) & (fenceAltMax | fenceCircle | fencePolygon)
		}
	}
	v.fence.judge(v)
}

// copterZone says whether polygons count, whatever they hold.
func (v *vehicle) copterZone(*zone) bool { return v.copterFences()&fencePolygon != 0 }

// fenceOut is how far p is beyond the highest altitude and the circle around home, metres; negative within, or not in force.
func (v *vehicle) fenceOut(p geo.ENU) (out [2]float64) {
	kinds := v.copterFences()
	out = [2]float64{-math.MaxFloat64, -math.MaxFloat64}
	if kinds&fenceAltMax != 0 && v.homeValid {
		out[0] = p.U - v.home.U - v.copter.param("FENCE_ALT_MAX")
	}
	if kinds&fenceCircle != 0 && v.homeValid {
		out[1] = flat(p, v.home) - v.copter.param("FENCE_RADIUS")
	}
	return out
}

// breaches are the fences that do not hold p, by bits of FENCE_TYPE.
func (v *vehicle) breaches(p geo.ENU) (kinds int) {
	for i, m := range v.fenceOut(p) {
		if m >= 0 {
			kinds |= 1 << i
		}
	}
	if !v.fence.allows(p) {
		kinds |= fencePolygon
	}
	return kinds
}

// fenceNames are fences in words.
func fenceNames(kinds int) string {
	var names []string
	for i, name := range [...]string{"Max Alt", "Circle", "Polygon"} {
		if kinds>>i&1 != 0 {
			names = append(names, name)
		}
	}
	last := len(names) - 1
	if last == 0 {
		return names[0] + " fence"
	}
	return strings.Join(names[:last], ", ") + " and " + names[last] + " fences"
}

// watchFence is FENCE_ACTION, at the moment a fence in force is left, and again further out.
func (v *vehicle) watchFence() {
	b := &v.copter.fails.fence
	if !v.armed || v.landed {
		b.on = 0
		return
	}
	at := v.estimate()
	out := v.breaches(at)
	fresh := out &^ b.on
	far := v.fenceOut(at)
	for i, m := range far {
		switch {
		case m < 0:
		case b.on>>i&1 != 0 && m >= b.again[i]:
			fresh |= 1 << i
			fallthrough
		case fresh>>i&1 != 0:
			b.again[i] = m + fenceAgainM
		}
	}
	if out == 0 && b.on != 0 {
		v.speak(5, "Fence breach cleared")
	}
	if b.on = out; fresh == 0 {
		return
	}
	b.count, b.at = b.count+1, v.w.now
	v.tellNow(idFenceStatus)
	if v.w.now.Before(b.let) {
		return
	}
	v.announce(5, fenceNames(fresh)+" breached")
	if act := int(v.copter.param("FENCE_ACTION")); max(far[0], far[1]) > fenceGiveUpM && act != 0 {
		v.copterSave(copterLand)
	} else if act != 0 {
		v.copterSave(actionOf(copterFenceActions, act))
	}
}

// copterFenceActions are the modes that FENCE_ACTION names by numbers.
var copterFenceActions = []copterMode{copterRTL, copterRTL, copterLand, copterSmartRTL, copterBrake, copterSmartRTL}

// letOut is a change of mode: outside a fence it counts as somebody's way back.
func (v *vehicle) letOut() {
	if b := &v.copter.fails.fence; b.on != 0 {
		b.let = v.w.now.Add(fenceLet)
		v.speak(6, "Manual recovery started")
	}
}

// fenceStatus is FENCE_STATUS.
func (v *vehicle) fenceStatus() *common.MessageFenceStatus {
	b := &v.copter.fails.fence
	m := &common.MessageFenceStatus{BreachCount: b.count, BreachMitigation: common.FENCE_MITIGATE_NONE}
	if b.on != 0 {
		m.BreachStatus = 1
		if m.BreachType = common.FENCE_BREACH_BOUNDARY; b.on == fenceAltMax {
			m.BreachType = common.FENCE_BREACH_MAXALT
		}
	}
	if !b.at.IsZero() {
		m.BreachTime = v.sinceBootMS(b.at)
	}
	return m
}
