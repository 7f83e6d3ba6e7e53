package footage

import (
	"archive/zip"
	"fmt"
	"io"
	"math"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/video/klv"
	"groundstation/video/record"
)

// seenM is how far from a camera its picture's middle and corners are told.
const seenM = 20_000

// transport writes each clip as MPEG transport stream.
func (e *Export) transport(z *zip.Writer) error {
	track, err := e.archive.cfg.Library.Track(e.order.ID)
	if err != nil {
		return err
	}
	beside := e.archive.sets(e.rec.Head, track)
	for i, s := range e.stretches {
		f, err := e.file(z, fmt.Sprintf("clip-%d.ts", i+1), func(w io.Writer) error {
			_, err := e.archive.cfg.Library.WriteTS(w, e.order.ID, s, e.order.From, beside)
			return err
		})
		if err != nil {
			return err
		}
		f.LeftOut = s.NotInTS()
		e.manifest.Files = append(e.manifest.Files, f)
	}
	return nil
}

// sets says a track as MISB ST 0601 does. Where it was not surveyed the ground is taken as level at the height of the vehicle's
// home.
func (a *Archive) sets(of record.Head, track []record.Point) []record.Beside {
	spec, _ := a.cfg.Registry.Vehicle(fleet.VehicleID(of.Source))
	ground := geo.Ground{Grid: a.cfg.Registry.Terrain.Grid, LevelAMSL: a.groundOf(spec)}
	out := make([]record.Beside, len(track))
	for i, p := range track {
		r := klv.Report{At: p.At, Mission: of.Sortie, Tail: of.Source, Platform: string(spec.Class),
			Camera: klv.Place{Lat: p.Lat, Lon: p.Lon, AltM: p.AltAMSL}, HeadingDeg: &p.HeadingDeg, PitchDeg: p.VehiclePitchDeg, RollDeg: p.VehicleRollDeg}
		look(&r, p, ground)
		out[i] = record.Beside{At: p.At, Data: r.Append(nil)}
	}
	return out
}

// groundOf is the height of the ground at a vehicle's home, metres AMSL.
func (a *Archive) groundOf(spec fleet.VehicleSpec) float64 {
	if d, ok := a.cfg.Registry.Dock(spec.Dock); ok {
		return d.GroundPad.AltAMSL
	}
	if spec.Site != nil {
		return spec.Site.AltAMSL
	}
	return 0
}

// look says where the camera looks, as far as it is known.
func look(r *klv.Report, p record.Point, ground geo.Ground) {
	if p.PitchDeg == nil || p.YawDeg == nil {
		return
	}
	if p.VehiclePitchDeg != nil && p.VehicleRollDeg != nil { // else its plane is not known, and neither is what lies in it
		azimuth, elevation, roll := aboard(p)
		r.AzimuthDeg, r.ElevationDeg, r.CameraRollDeg = &azimuth, &elevation, &roll
	}
	c := geo.Camera{At: geo.LatLon{Lat: p.Lat, Lon: p.Lon}.At(p.AltAMSL), YawDeg: *p.YawDeg, PitchDeg: *p.PitchDeg, HFOVDeg: 60, Aspect: 1} // the middle is the same for any
	known := p.HFOVDeg > 0 && p.Aspect > 0
	if known {
		c.HFOVDeg, c.Aspect = p.HFOVDeg, p.Aspect
	}
	if c.Check() != nil {
		return
	}
	if known {
		high := c.VFOVDeg()
		r.HFOVDeg, r.VFOVDeg = &p.HFOVDeg, &high
	}
	middle, err := c.Ground(geo.Pixel{X: 0.5, Y: 0.5}, ground, seenM)
	if err != nil {
		return
	}
	slant := math.Hypot(geo.Distance(c.At.LatLon, middle.LatLon), c.At.AltAMSL-middle.AltAMSL)
	r.SlantM, r.Center = &slant, &klv.Place{Lat: middle.Lat, Lon: middle.Lon, AltM: middle.AltAMSL}
	if !known {
		return
	}
	var lats, lons [4]float64
	for i, at := range []geo.Pixel{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 1}} {
		corner, err := c.Ground(at, ground, seenM)
		if err != nil {
			return // the picture goes over the horizon
		}
		lats[i], lons[i] = corner.Lat, corner.Lon
	}
	r.CornerLats, r.CornerLons = &lats, &lons
}
