package simulator

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// rallyPoints are the uploaded rally points, altitudes resolved against the present home.
func (v *vehicle) rallyPoints() []geo.ENU {
	var out []geo.ENU
	for i := range v.stored[2].items {
		it := v.stored[2].items[i]
		if !rallyFrame(it.Frame) {
			continue
		}
		it.Command = cmdWaypoint
		if p, ok := v.point(&it); ok {
			out = append(out, p)
		}
	}
	return out
}

// rallyFrame says whether PX4's return knows the frame of a rally point. It keeps points in the frames that belong to
// MISSION_ITEM_INT, and complains of them all the time.
func rallyFrame(f common.MAV_FRAME) bool {
	return f == common.MAV_FRAME_GLOBAL || f == common.MAV_FRAME_GLOBAL_RELATIVE_ALT
}

// complainOfRally says every two seconds what the return cannot use.
func (v *vehicle) complainOfRally(now time.Time) {
	if now.Before(v.rallyNext) {
		return
	}
	v.rallyNext = now.Add(2 * time.Second)
	for _, it := range v.stored[2].items {
		if !rallyFrame(it.Frame) {
			v.text(2, "RTL: unsupported MAV_FRAME")
			return
		}
	}
}
