package city

import (
	"math"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

const (
	zoneGridM  = 10.0 // apart are the places of a zone that are looked for in a picture
	sharpM     = 500  // so far a picture at the wide end shows enough to be of concern
	pictureWxH = 16.0 / 9
)

// forbidden is a durable zone, and places all over it.
type forbidden struct {
	area   privacy.Area
	places []geo.LatLon
	middle geo.LatLon
	reach  float64
}

// keptZone takes a durable zone. The judge looks for places of it in pictures, where the station looks for pictures on the
// ground.
func (j *judge) keptZone(id string, value any) {
	delete(j.zones, id)
	z, ok := value.(privacy.NoRecordZone)
	if !ok {
		return
	}
	f := forbidden{}
	if f.area, _ = privacy.Prepare(z); z.Center != nil {
		f.middle, f.reach = *z.Center, z.RadiusM
	} else {
		f.middle = z.Ring[0]
		for _, p := range z.Ring {
			f.reach = max(f.reach, geo.Distance(f.middle, p))
			f.places = append(f.places, p)
		}
	}
	frame := geo.NewFrame(f.middle.At(0))
	shape := fleet.Zone{Inside: true, Ring: z.Ring, Center: z.Center, RadiusM: z.RadiusM}
	for e := -f.reach; e <= f.reach; e += zoneGridM {
		for n := -f.reach; n <= f.reach; n += zoneGridM {
			if p := frame.Round(geo.Point{X: e, Y: n}); shape.Permits(p) {
				f.places = append(f.places, p)
			}
		}
	}
	for a := 0.0; z.Center != nil && a < 360; a += 5 {
		f.places = append(f.places, geo.Offset(f.middle, a, f.reach))
	}
	j.zones[id] = f
}

// gated takes the Desk's verdict on a picture.
func (j *judge) gated(g mission.Gate) { j.gates[g.Camera] = g }

// pictures: no picture that may be recorded shows a place of a zone, unless an override is durable.
func (j *judge) pictures(now time.Time, t *simulator.Truth) {
	if len(j.zones) == 0 || !j.alive {
		return
	}
	for i := range t.Vehicles {
		v := &t.Vehicles[i]
		g, told := j.gates[v.ID]
		if !told || !g.Record || !g.Until.IsZero() && !now.Before(g.Until) {
			continue
		}
		if o := j.overrides[v.ID]; o != nil && now.Before(o.Until) {
			continue
		}
		spec := j.specs[v.ID]
		zoom := max(v.Zoom, 1)
		c := geo.Camera{At: v.Position, YawDeg: v.GimbalYawDeg, PitchDeg: v.GimbalPitchDeg, Aspect: pictureWxH,
			HFOVDeg: 2 * math.Atan(math.Tan(spec.HFOVDeg*math.Pi/360)/zoom) * 180 / math.Pi}
		for id, z := range j.zones {
			if geo.Distance(z.middle, v.Position.LatLon) > z.reach+sharpM*zoom {
				continue
			}
			if on, _ := z.area.InForce(now); !on {
				continue
			}
			home := j.ground(&spec)
			for _, p := range z.places {
				if seen, ok := c.Pixel(p.At(j.height(p, home))); ok && seen.In() && geo.Distance(p, v.Position.LatLon) <= sharpM*zoom {
					j.object(now, NoRecordZone, v.ID, "recorded while it sees %v of %s, looking %.0f° down to %.0f° from %.0f m", p, id, -v.GimbalPitchDeg, v.GimbalYawDeg, v.Position.AltAMSL)
					break
				}
			}
		}
	}
}

// height is the true height of the ground at a place; where nobody tells, that of where a vehicle lives.
func (j *judge) height(at geo.LatLon, home float64) float64 {
	if j.lies == nil {
		return home
	}
	return j.lies(at)
}

// ground is the height of the ground where a vehicle lives.
func (j *judge) ground(spec *fleet.VehicleSpec) float64 {
	if spec.Site != nil {
		return spec.Site.AltAMSL
	}
	return j.docks[string(spec.Dock)].GroundPad.AltAMSL
}
