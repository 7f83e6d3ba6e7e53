package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// zonesOf reads a list of fence items as PX4 does; the error says why it is none: a polygon whose corners do not agree on
// their number, or come after a circle, or a command that is none of a fence's.
func zonesOf(items []common.MessageMissionItemInt) (zones []fleet.Zone, err error) {
	circles := false
	for i := 0; i < len(items); {
		m := &items[i]
		at := fromE7(m.X, m.Y, 0).LatLon
		switch m.Command {
		case common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, common.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION:
			circles = true
			zones = append(zones, fleet.Zone{Inside: m.Command == common.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION, Center: &at, RadiusM: float64(m.Param1)})
			i++
			continue
		case common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION, common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION:
		default:
			return zones, refuse("fence item %d is not on the list", m.Command)
		}
		n := int(m.Param1)
		if circles {
			return zones, refuse("a polygon after a circle")
		}
		if n < 3 || i+n > len(items) {
			return zones, refuse("a polygon of %v corners, %d items are left", m.Param1, len(items)-i)
		}
		z := fleet.Zone{Inside: m.Command == common.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION}
		for _, c := range items[i : i+n] {
			if c.Command != m.Command || c.Param1 != m.Param1 {
				return zones, refuse("the corners of a polygon of %d do not agree", n)
			}
			z.Ring = append(z.Ring, fromE7(c.X, c.Y, 0).LatLon)
		}
		zones = append(zones, z)
		i += n
	}
	return zones, nil
}

// inOrder gives the zones that were read back the order of those that were wanted: circles come last on board.
func inOrder(have, want []fleet.Zone) (out []fleet.Zone) {
	var rings, circles []fleet.Zone
	for _, z := range have {
		if z.Center == nil {
			rings = append(rings, z)
		} else {
			circles = append(circles, z)
		}
	}
	for _, z := range want {
		from := &rings
		if z.Center != nil {
			from = &circles
		}
		if len(*from) > 0 {
			out, *from = append(out, (*from)[0]), (*from)[1:]
		}
	}
	return append(append(out, rings...), circles...)
}

// fenceList checks a fence as a whole, before any of it goes out: what single items cannot show. PX4 throws out in silence
// a zone that home does not suit.
func (g *guard) fenceList(x *transfer, home *geo.Position) error {
	if x.kind != common.MAV_MISSION_TYPE_FENCE {
		return nil
	}
	zones, err := zonesOf(x.items)
	if err != nil {
		return err
	}
	for i, z := range zones {
		if len(z.Ring) > 0 {
			if a, b, crossed := fleet.Crossed(z.Ring); crossed {
				return refuse("zone %d: its sides %d and %d meet", i+1, a+1, b+1)
			}
		}
		if home != nil && !z.Permits(home.LatLon) {
			return refuse("zone %d: home lies on its wrong side", i+1)
		}
	}
	return nil
}

// zoned says whether a place lies on the right side of every zone of the envelope.
func zoned(at geo.LatLon, env *fleet.Envelope) error {
	if env == nil {
		return nil
	}
	for i, z := range env.Zones {
		if z.Check() != nil || !z.Permits(at) {
			return refuse("%.7f %.7f lies on the wrong side of zone %d", at.Lat, at.Lon, i+1)
		}
	}
	return nil
}
