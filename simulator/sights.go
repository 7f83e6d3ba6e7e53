package simulator

import (
	"math"
	"time"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
	"groundstation/simulator/camera"
)

// The mast of a dock's outer camera stands behind the dock, seen from its ground pad, and looks over both.
const (
	mastM       = 5.0
	mastHighM   = 3.5
	mastTiltDeg = -18.0
	mastHFOVDeg = 90.0
)

// sights is what each camera sees now, by the vehicle's id, or the dock's id and which of its cameras. The light is that
// of the sun at the world's own time.
func (w *World) sights() map[string]camera.View {
	scene := &camera.Scene{Daylight: daylight(w.now, w.position(geo.ENU{}).LatLon), Skyline: w.skyline,
		Things: make([]camera.Thing, 0, len(w.vehicles)+2*len(w.docks))}
	out := make(map[string]camera.View, len(w.vehicles)+2*len(w.docks))
	hidden := map[*vehicle]bool{} // under a closed lid
	for _, d := range w.docks {
		if d.lid.open < 0.05 {
			hidden[d.onPad()] = true
		}
		scene.Things = append(scene.Things,
			camera.Thing{ID: d.at.ID, Kind: camera.Dock, Place: d.at.Pad.LatLon, HeadingDeg: d.at.HeadingDeg, LidOpen: d.lid.open},
			camera.Thing{Kind: camera.GroundPad, Place: d.at.GroundPad.LatLon, HeadingDeg: d.at.HeadingDeg})
		if d.person {
			scene.Things = append(scene.Things, camera.Thing{Kind: camera.Person, Place: w.position(add(d.pad, geo.ENU{E: 2, N: 1})).LatLon})
		}
		out[d.at.ID+camera.InsidePath], out[d.at.ID+camera.OutsidePath] = d.insideView(scene.Daylight), d.outsideView(scene)
	}
	for _, u := range w.cars {
		scene.Things = append(scene.Things, camera.Thing{ID: u.ID, Kind: camera.GroundUnit, Place: u.Place, HeadingDeg: u.HeadingDeg})
	}
	for _, v := range w.vehicles {
		if hidden[v] {
			continue
		}
		scene.Things = append(scene.Things, camera.Thing{ID: v.at.ID, Kind: camera.Vehicle, Place: v.where().LatLon, HeadingDeg: v.body.headingDeg,
			AltM: max(0, v.where().AltAMSL-w.groundAt(v.body.pos)), Warm: v.armed})
	}
	for _, v := range w.Views() {
		out[v.ID] = camera.View{Lat: v.Position.Lat, Lon: v.Position.Lon, AltM: max(0, v.Position.AltAMSL-w.groundAt(w.frame.ENU(v.Position))), HeadingDeg: v.HeadingDeg,
			GimbalPitchDeg: v.PitchDeg, GimbalYawDeg: turn(v.HeadingDeg, v.YawDeg), HFOVDeg: v.HFOVDeg, Zoom: v.Zoom, Marker: v.Marker, Scene: scene}
	}
	return out
}

// newSkyline is what stands in the way, as cameras see it.
func newSkyline(all []ObstacleAt) *camera.Skyline {
	solids := make([]camera.Solid, len(all))
	for i, o := range all {
		solids[i] = camera.Solid{ID: o.ID, Ring: o.Ring, Line: o.Line, TopM: o.TopM, BottomM: o.BottomM}
	}
	return camera.NewSkyline(solids)
}

// daylight is rounded, so that a picture does not change for what nobody can see.
func daylight(now time.Time, place geo.LatLon) float64 {
	return math.Round(camera.Daylight(now, place)*64) / 64
}

// insideView: the lamp is on while the dock works or is worked on.
func (d *dock) insideView(day float64) camera.View {
	in := &camera.Inside{Daylight: day, LidOpen: d.lid.open, Clamps: d.clamps, Charging: d.charging}
	switch d.state {
	case hangar.DOCK_STATE_IDLE, hangar.DOCK_STATE_AWAY, hangar.DOCK_STATE_CHARGING:
	default:
		in.Light = !d.dead()
	}
	if v := d.onPad(); v != nil {
		in.Vehicle = v.at.ID
	}
	return camera.View{Inside: in}
}

func (d *dock) outsideView(scene *camera.Scene) camera.View {
	way := sub(d.ground, d.pad)
	towards := heading(way.E, way.N)
	e, n := bearing(towards)
	at := d.w.position(add(d.pad, geo.ENU{E: -mastM * e, N: -mastM * n}))
	return camera.View{Lat: at.Lat, Lon: at.Lon, AltM: mastHighM, HeadingDeg: towards, GimbalPitchDeg: mastTiltDeg, HFOVDeg: mastHFOVDeg, Scene: scene}
}
