package simulator

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"groundstation/internal/geo"
)

// terrainMost is the most cells of a grid: 64 MB of memory.
const terrainMost = 8 << 20

// terrain is a grid of heights: ESRI's ASCII grid, cells in degrees, metres AMSL, rows from north to south
// (https://desktop.arcgis.com/en/arcmap/latest/manage-data/raster-and-images/esri-ascii-raster-format.htm).
//
//	ncols 3
//	nrows 2
//	xllcorner 120.40        west edge of the grid; or xllcenter, the middle of its western cells
//	yllcorner 32.50         south edge; or yllcenter
//	cellsize 0.001
//	nodata_value -9999      may be absent
//	4.0 4.2 5.1
//	3.8 4.0 4.4
type terrain struct {
	cols, rows  int
	west, south float64 // of the middle of the south-western cell, degrees
	cell        float64 // degrees
	none        float64
	hasNone     bool
	heights     []float32
}

// loadTerrain reads a grid; a relative path begins at the folder dir.
func loadTerrain(dir, path string) (*terrain, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("terrain: %w", err)
	}
	defer f.Close()
	t, err := readTerrain(f)
	if err != nil {
		return nil, fmt.Errorf("terrain: %s: %w", path, err)
	}
	return t, nil
}

// readTerrain reads a grid; an error names the line.
func readTerrain(r io.Reader) (*terrain, error) {
	t, head := &terrain{}, map[string]float64{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if key := strings.ToLower(words[0]); t.heights == nil && key[0] >= 'a' && key[0] <= 'z' && key != "nan" {
			if len(words) != 2 {
				return nil, fmt.Errorf("line %d: want a key and its value", n)
			}
			v, err := strconv.ParseFloat(words[1], 64)
			if err != nil || !finite(v) {
				return nil, fmt.Errorf("line %d: %s is %q, want a number", n, key, words[1])
			}
			head[key] = v
			continue
		}
		if t.heights == nil {
			if err := t.begin(head); err != nil {
				return nil, err
			}
		}
		for _, w := range words {
			h, err := strconv.ParseFloat(w, 32)
			if err != nil || !finite(h) {
				return nil, fmt.Errorf("line %d: height %q is no number", n, w)
			}
			if len(t.heights) == t.cols*t.rows {
				return nil, fmt.Errorf("line %d: more heights than %d columns and %d rows", n, t.cols, t.rows)
			}
			if !(t.hasNone && h == t.none) && (h < -500 || h > 9000) {
				return nil, fmt.Errorf("line %d: height %v is not within -500 to 9000 m", n, h)
			}
			t.heights = append(t.heights, float32(h))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if t.heights == nil || len(t.heights) != t.cols*t.rows {
		return nil, fmt.Errorf("%d heights, want %d columns and %d rows", len(t.heights), t.cols, t.rows)
	}
	return t, nil
}

// begin takes the head of a grid.
func (t *terrain) begin(head map[string]float64) error {
	for key := range head {
		switch key {
		case "ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize", "nodata_value":
		default:
			return fmt.Errorf("unknown key %q", key)
		}
	}
	for _, key := range []string{"ncols", "nrows"} {
		if v := head[key]; !(v >= 2 && v <= terrainMost) || v != math.Trunc(v) {
			return fmt.Errorf("%s is %v, want a whole number from 2", key, v)
		}
	}
	t.cols, t.rows, t.cell = int(head["ncols"]), int(head["nrows"]), head["cellsize"]
	if t.cols > terrainMost/t.rows {
		return fmt.Errorf("%d columns and %d rows are more than %d cells", t.cols, t.rows, terrainMost)
	}
	if !(t.cell > 0 && t.cell <= 1) {
		return fmt.Errorf("cellsize is %v, want above 0 to 1 degree", t.cell)
	}
	edge := func(axis string) (float64, error) {
		corner, atCorner := head[axis+"corner"]
		middle, atMiddle := head[axis+"center"]
		if atCorner == atMiddle {
			return 0, fmt.Errorf("want one of %scorner and %scenter", axis, axis)
		}
		if atMiddle {
			return middle, nil
		}
		return corner + t.cell/2, nil
	}
	var err error
	if t.west, err = edge("xll"); err != nil {
		return err
	}
	if t.south, err = edge("yll"); err != nil {
		return err
	}
	if p := (geo.LatLon{Lat: t.south, Lon: t.west}); p.Check() != nil {
		return p.Check()
	}
	t.none, t.hasNone = head["nodata_value"]
	t.heights = make([]float32, 0, t.cols*t.rows)
	return nil
}

// at is the height of a place between the four cells around it, metres AMSL; false beyond the grid and where it has none.
func (t *terrain) at(p geo.LatLon) (float64, bool) {
	x, y := (p.Lon-t.west)/t.cell, (p.Lat-t.south)/t.cell
	const hair = 1e-6 // of a cell, by rounding
	if !(x >= -hair && y >= -hair && x <= float64(t.cols-1)+hair && y <= float64(t.rows-1)+hair) {
		return 0, false
	}
	x, y = max(x, 0), max(y, 0)
	i, j := min(int(x), t.cols-2), min(int(y), t.rows-2)
	fx, fy := x-float64(i), y-float64(j)
	sum := 0.0
	for _, c := range [4]struct {
		i, j int
		k    float64
	}{{i, j, (1 - fx) * (1 - fy)}, {i + 1, j, fx * (1 - fy)}, {i, j + 1, (1 - fx) * fy}, {i + 1, j + 1, fx * fy}} {
		h := float64(t.heights[(t.rows-1-c.j)*t.cols+c.i])
		if c.k < hair {
			continue
		}
		if t.hasNone && h == t.none {
			return 0, false
		}
		sum += c.k * h
	}
	return sum, true
}

// groundAt is the height of the ground at a place, metres AMSL.
func (w *World) groundAt(p geo.ENU) float64 {
	if w.cfg.ground != nil {
		if h, ok := w.cfg.ground.at(w.frame.Position(p).LatLon); ok {
			return h
		}
	}
	return w.cfg.GroundAMSL
}

// reliefM is how much higher than flat ground the ground may lie, metres: below that a touch is looked for.
func (c *Config) reliefM() float64 {
	most := c.GroundAMSL
	if c.ground != nil {
		for _, h := range c.ground.heights {
			most = max(most, float64(h))
		}
	}
	return most
}
