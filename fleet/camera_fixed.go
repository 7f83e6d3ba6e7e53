package fleet

import (
	"fmt"
	"math"

	"groundstation/internal/geo"
)

// Mount is where a camera that does not move stands and looks, as surveyed.
type Mount struct {
	// Position is that of its lens.
	geo.Position
	// HeadingDeg is the azimuth of its axis, true; TiltDeg is from the horizon, down negative.
	HeadingDeg float64 `toml:"heading_deg"`
	TiltDeg    float64 `toml:"tilt_deg"`
	// HFOVDeg is its horizontal field of view, degrees.
	HFOVDeg float64 `toml:"hfov_deg"`
	// RangeM is how far it shows enough for a no-record zone to count, metres; 0: as far as any camera.
	RangeM float64 `toml:"range_m"`
}

// Check names the key that is wrong.
func (m Mount) Check() error {
	if err := m.Position.Check(); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	for _, v := range []struct {
		key             string
		value, min, max float64
	}{{"heading_deg", m.HeadingDeg, 0, 360}, {"tilt_deg", m.TiltDeg, -90, 90}, {"hfov_deg", m.HFOVDeg, 1, 170}, {"range_m", m.RangeM, 0, 10000}} {
		if math.IsNaN(v.value) || v.value < v.min || v.value > v.max {
			return fmt.Errorf("mount: %s %v is not within %v to %v", v.key, v.value, v.min, v.max)
		}
	}
	return nil
}

// FixedCamera is a camera that is no vehicle's and may see what must not be recorded.
type FixedCamera struct {
	ID   string // of its video source, such as H03/outside
	Dock DockID // that it belongs to, if any
	// Mount is nil where it is not surveyed, or the camera turns: then it may see all around Near.
	Mount *Mount
	Near  geo.LatLon
}
