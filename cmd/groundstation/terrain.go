package main

import (
	"fmt"
	"os"
	"path/filepath"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// What may be where the grid has no heights: nobody flies there, or it counts as level at the height of the nearest pad.
const (
	beyondRefused = "refused"
	beyondLevel   = "level"
)

// terrainSpec is the ground; without a grid all of it counts as level.
type terrainSpec struct {
	// Grid is the file of its heights, ESRI's ASCII grid: cells in degrees (WGS-84), metres above mean sea level. A relative
	// path begins at the folder of the configuration.
	Grid string `toml:"grid"`
	// ErrorM is how wrong a height of it may be, one standard deviation, metres.
	ErrorM float64 `toml:"error_m"`
	// Beyond is "refused" or "level".
	Beyond string `toml:"beyond"`
}

// open reads the grid; dir is the folder of the configuration.
func (s terrainSpec) open(dir string) (t fleet.Terrain, err error) {
	switch {
	case !(s.ErrorM > 0 && s.ErrorM <= fleet.TerrainErrorMost):
		return t, fmt.Errorf("error_m is %v; it is more than 0, and %v at most", s.ErrorM, fleet.TerrainErrorMost)
	case s.Beyond != beyondRefused && s.Beyond != beyondLevel:
		return t, fmt.Errorf("beyond is %q; it is %q or %q", s.Beyond, beyondRefused, beyondLevel)
	case s.Grid == "":
		return t, nil
	}
	path := s.Grid
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return t, fmt.Errorf("grid: %w", err)
	}
	defer f.Close()
	g, err := geo.ReadGrid(f)
	if err != nil {
		return t, fmt.Errorf("grid: %s: %w", path, err)
	}
	return fleet.Terrain{Grid: g, ErrorM: s.ErrorM, Beyond: s.Beyond == beyondLevel}, nil
}
