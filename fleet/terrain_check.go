package fleet

import (
	"fmt"

	"groundstation/internal/geo"
)

// TerrainErrorMost bounds Terrain.ErrorM.
const TerrainErrorMost = 30.0

// padOffM is how far the survey of a pad and the grid may be apart besides three of the grid's errors, metres. More is most
// often heights above the ellipsoid, tens of metres off.
const padOffM = 5.0

// checkTerrain holds the grid against what was surveyed by hand.
func (r *Registry) checkTerrain() error {
	t := &r.Terrain
	if t.Grid == nil {
		return nil
	}
	if !(t.ErrorM > 0 && t.ErrorM <= TerrainErrorMost) {
		return fmt.Errorf("terrain: error_m %v is not within 0 to %v", t.ErrorM, TerrainErrorMost)
	}
	check := func(who string, p geo.Position) error {
		h, known := t.Grid.At(p.LatLon)
		switch off := h - p.AltAMSL; {
		case !known && !t.Beyond:
			return fmt.Errorf("terrain: the grid does not have the ground of %s, so nobody could fly there; a larger grid, or beyond = \"level\"", who)
		case known && !(off >= -padOffM-3*t.ErrorM && off <= padOffM+3*t.ErrorM):
			return fmt.Errorf("terrain: by the grid the ground of %s is %.1f m AMSL, by its survey %.1f; heights are above mean sea level, not above the ellipsoid", who, h, p.AltAMSL)
		}
		return nil
	}
	for i := range r.Docks {
		if err := check("dock "+string(r.Docks[i].ID), r.Docks[i].GroundPad); err != nil {
			return err
		}
	}
	for i := range r.Vehicles {
		if s := r.Vehicles[i].Site; s != nil {
			if err := check("the site of vehicle "+string(r.Vehicles[i].ID), *s); err != nil {
				return err
			}
		}
	}
	return nil
}
