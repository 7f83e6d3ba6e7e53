package simulator

import (
	"fmt"
	"os"
	"path/filepath"

	"groundstation/internal/geo"
)

// loadTerrain reads a grid of heights (see geo.ReadGrid); a relative path begins at the folder dir.
func loadTerrain(dir, path string) (*geo.Grid, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("terrain: %w", err)
	}
	defer f.Close()
	g, err := geo.ReadGrid(f)
	if err != nil {
		return nil, fmt.Errorf("terrain: %s: %w", path, err)
	}
	return g, nil
}

// SetGround gives the city a grid of heights; beyond it the ground is flat.
func (c *Config) SetGround(g *geo.Grid) { c.ground = g }

// groundAt is the height of the ground at a place, metres AMSL.
func (w *World) groundAt(p geo.ENU) float64 {
	if w.cfg.ground == nil {
		return w.cfg.GroundAMSL
	}
	return w.Ground(w.frame.Position(p).LatLon)
}

// Ground is the true height of the ground at a place, metres AMSL.
func (w *World) Ground(p geo.LatLon) float64 {
	if w.cfg.ground != nil {
		if h, ok := w.cfg.ground.At(p); ok {
			return h
		}
	}
	return w.cfg.GroundAMSL
}

// reliefM is how much higher than flat ground the ground may lie, metres: below that a touch is looked for.
func (c *Config) reliefM() float64 {
	if c.ground == nil {
		return c.GroundAMSL
	}
	return max(c.GroundAMSL, c.ground.Highest())
}
