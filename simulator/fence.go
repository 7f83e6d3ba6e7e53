package simulator

import (
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// Geofence commands of the common message set.
const (
	fenceInclude       = 5001
	fenceExclude       = 5002
	fenceCircleInclude = 5003
	fenceCircleExclude = 5004
)

// zone is a polygon or a circle that must be stayed in, or out of.
type zone struct {
	include bool
	ring    []geo.ENU
	center  geo.ENU
	radius  float64 // more than 0: a circle
	active  bool
}

// fence is the geofence: uploaded and read back is not the same as active.
type fence struct{ zones []zone }

// fenceWhole is the only check of the upload: a polygon has at least three vertices.
func fenceWhole(items []common.MessageMissionItemInt) bool {
	for i := range items {
		if c := items[i].Command; (c == fenceInclude || c == fenceExclude) && items[i].Param1 < 3 {
			return false
		}
	}
	return true
}

// readFence groups the vertices into zones; one with vertices missing is dropped.
func (v *vehicle) readFence(items []common.MessageMissionItemInt) fence {
	var f fence
	circles := false
	for i := 0; i < len(items); {
		it := &items[i]
		at := v.w.frame.ENU(geo.LatLon{Lat: float64(it.X) / 1e7, Lon: float64(it.Y) / 1e7}.At(0))
		switch it.Command {
		case fenceCircleInclude, fenceCircleExclude:
			f.zones = append(f.zones, zone{include: it.Command == fenceCircleInclude, center: at, radius: float64(it.Param1)})
			circles = v.is.roundSticks
			i++
		case fenceInclude, fenceExclude:
			if circles {
				f.zones = append(f.zones, zone{include: it.Command == fenceInclude, center: at, radius: float64(it.Param1)})
				i++
				continue
			}
			n := int(it.Param1)
			if n < 3 || i+n > len(items) {
				return f
			}
			z := zone{include: it.Command == fenceInclude}
			for k := range n {
				q := &items[i+k]
				z.ring = append(z.ring, v.w.frame.ENU(geo.LatLon{Lat: float64(q.X) / 1e7, Lon: float64(q.Y) / 1e7}.At(0)))
			}
			f.zones = append(f.zones, z)
			i += n
		default:
			i++
		}
	}
	return f
}

// judge makes zones active.
func (f *fence) judge(v *vehicle) {
	for i := range f.zones {
		f.zones[i].active = v.is.fences(v, &f.zones[i])
	}
}

// holdsHome is what PX4 asks of a zone: one that does not hold home is thrown out, with an event.
func (v *vehicle) holdsHome(z *zone) bool {
	in := v.homeValid && z.permits(v.home)
	if v.homeValid && !in {
		v.text(2, "Geofence invalid, doesn't contain Home position")
		v.event(10973461, 3)
	}
	return in
}

// allows says whether every active zone permits p.
func (f *fence) allows(p geo.ENU) bool {
	for i := range f.zones {
		if f.zones[i].active && !f.zones[i].permits(p) {
			return false
		}
	}
	return true
}

func (z *zone) permits(p geo.ENU) bool { return z.holds(p) == z.include }

func (z *zone) holds(p geo.ENU) bool {
	if z.radius > 0 {
		return math.Hypot(p.E-z.center.E, p.N-z.center.N) <= z.radius
	}
	in := false
	for i, j := 0, len(z.ring)-1; i < len(z.ring); j, i = i, i+1 {
		a, b := z.ring[i], z.ring[j]
		if (a.N > p.N) != (b.N > p.N) && p.E < (b.E-a.E)*(p.N-a.N)/(b.N-a.N)+a.E {
			in = !in
		}
	}
	return in
}
