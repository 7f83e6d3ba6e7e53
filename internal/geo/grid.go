package geo

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// gridMost is the most cells of a grid: 32 MB of memory.
const gridMost = 8 << 20

// Grid is heights of the ground at the corners of squares, metres AMSL; between them it is bilinear. It does not change.
type Grid struct {
	Cols, Rows int
	// West and South are the place of the south-western height, Cell how far apart they are, degrees.
	West, South, Cell float64
	// heights are row by row, the northern one first; NaN where there is none.
	heights []float32
	blocks  blocks
}

// NewGrid makes a grid of its heights, row by row from the north; NaN is none. The heights are not copied.
func NewGrid(cols, rows int, west, south, cell float64, heights []float32) (*Grid, error) {
	g := &Grid{Cols: cols, Rows: rows, West: west, South: south, Cell: cell, heights: heights}
	if err := g.check(); err != nil {
		return nil, err
	}
	if len(heights) != cols*rows {
		return nil, fmt.Errorf("%d heights, want %d columns and %d rows", len(heights), cols, rows)
	}
	g.blocks = g.block()
	return g, nil
}

// check says what is wrong with the shape of a grid.
func (g *Grid) check() error {
	for _, n := range []int{g.Cols, g.Rows} {
		if n < 2 || n > gridMost {
			return fmt.Errorf("%d columns and %d rows, want 2 or more of each", g.Cols, g.Rows)
		}
	}
	if g.Cols > gridMost/g.Rows {
		return fmt.Errorf("%d columns and %d rows are more than %d cells", g.Cols, g.Rows, gridMost)
	}
	if !(g.Cell >= 1e-6 && g.Cell <= 1) {
		return fmt.Errorf("cellsize is %v, want 0.000001 to 1 degree", g.Cell)
	}
	for _, p := range []LatLon{{g.South, g.West}, {g.South + float64(g.Rows-1)*g.Cell, g.West + float64(g.Cols-1)*g.Cell}} {
		if err := p.Check(); err != nil {
			return err
		}
	}
	return nil
}

// ReadGrid reads ESRI's ASCII grid, its cells in degrees, its heights metres AMSL, its rows from north to south; an error names
// the line (https://desktop.arcgis.com/en/arcmap/latest/manage-data/raster-and-images/esri-ascii-raster-format.htm).
//
//	ncols 3
//	nrows 2
//	xllcorner 120.40        west edge of the grid; or xllcenter, the middle of its western cells
//	yllcorner 32.50         south edge; or yllcenter
//	cellsize 0.001
//	nodata_value -9999      may be absent
//	4.0 4.2 5.1
//	3.8 4.0 4.4
func ReadGrid(r io.Reader) (*Grid, error) {
	var g *Grid
	head := map[string]float64{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		if key := strings.ToLower(words[0]); g == nil && key[0] >= 'a' && key[0] <= 'z' && key != "nan" {
			if len(words) != 2 {
				return nil, fmt.Errorf("line %d: want a key and its value", n)
			}
			v, err := strconv.ParseFloat(words[1], 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("line %d: %s is %q, want a number", n, key, words[1])
			}
			head[key] = v
			continue
		}
		if g == nil {
			var err error
			if g, err = headed(head); err != nil {
				return nil, err
			}
		}
		for _, w := range words {
			h, err := strconv.ParseFloat(w, 32)
			if err != nil || math.IsNaN(h) || math.IsInf(h, 0) {
				return nil, fmt.Errorf("line %d: height %q is no number", n, w)
			}
			if len(g.heights) == g.Cols*g.Rows {
				return nil, fmt.Errorf("line %d: more heights than %d columns and %d rows", n, g.Cols, g.Rows)
			}
			if none, has := head["nodata_value"]; has && float32(h) == float32(none) {
				h = math.NaN()
			} else if h < -500 || h > 9000 {
				return nil, fmt.Errorf("line %d: height %v is not within -500 to 9000 m", n, h)
			}
			g.heights = append(g.heights, float32(h))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if g == nil || len(g.heights) != g.Cols*g.Rows {
		return nil, short(g)
	}
	g.blocks = g.block()
	return g, nil
}

func short(g *Grid) error {
	if g == nil {
		return fmt.Errorf("0 heights")
	}
	return fmt.Errorf("%d heights, want %d columns and %d rows", len(g.heights), g.Cols, g.Rows)
}

// headed is a grid by its head, without heights yet.
func headed(head map[string]float64) (*Grid, error) {
	for key := range head {
		switch key {
		case "ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize", "nodata_value":
		default:
			return nil, fmt.Errorf("unknown key %q", key)
		}
	}
	for _, key := range []string{"ncols", "nrows"} {
		if v := head[key]; !(v >= 2 && v <= gridMost) || v != math.Trunc(v) {
			return nil, fmt.Errorf("%s is %v, want a whole number from 2", key, v)
		}
	}
	g := &Grid{Cols: int(head["ncols"]), Rows: int(head["nrows"]), Cell: head["cellsize"]}
	edge := func(axis string) (float64, error) {
		corner, atCorner := head[axis+"corner"]
		middle, atMiddle := head[axis+"center"]
		if atCorner == atMiddle {
			return 0, fmt.Errorf("want one of %scorner and %scenter", axis, axis)
		}
		if atMiddle {
			return middle, nil
		}
		return corner + g.Cell/2, nil
	}
	var err error
	if g.West, err = edge("xll"); err != nil {
		return nil, err
	}
	if g.South, err = edge("yll"); err != nil {
		return nil, err
	}
	if err := g.check(); err != nil {
		return nil, err
	}
	g.heights = make([]float32, 0, g.Cols*g.Rows)
	return g, nil
}

// Heights are its heights row by row, the northern one first; NaN where there is none. They are not to be changed.
func (g *Grid) Heights() []float32 { return g.heights }

// height is that of a corner, counted from the south-west.
func (g *Grid) height(i, j int) float64 { return float64(g.heights[(g.Rows-1-j)*g.Cols+i]) }

// hair is what a place may be off by rounding, of a cell.
const hair = 1e-6

// cell gives the cell that a place in cells from the south-west lies in, and where in it; false beyond the grid.
func (g *Grid) cell(x, y float64) (i, j int, fx, fy float64, ok bool) {
	if !(x >= -hair && y >= -hair && x <= float64(g.Cols-1)+hair && y <= float64(g.Rows-1)+hair) {
		return 0, 0, 0, 0, false
	}
	x, y = max(x, 0), max(y, 0)
	i, j = min(int(x), g.Cols-2), min(int(y), g.Rows-2)
	return i, j, min(x-float64(i), 1), min(y-float64(j), 1), true
}

// cells is a place in cells from the south-west.
func (g *Grid) cells(p LatLon) (x, y float64) {
	return (p.Lon - g.West) / g.Cell, (p.Lat - g.South) / g.Cell
}

// plane is the height of the south-western corner of a cell, by how much the next to the east and to the north are higher,
// and d·u·v what they leave over at u, v in the cell; NaN all of it where a corner of the cell has no height.
func (g *Grid) plane(i, j int) (a, e, n, d float64) {
	a, e, n = g.height(i, j), g.height(i+1, j), g.height(i, j+1)
	d = g.height(i+1, j+1) - e - n + a
	return a + 0*d, e - a, n - a, d
}

// At is the height of a place, metres AMSL; false beyond the grid and in cells of which a corner has none.
func (g *Grid) At(p LatLon) (float64, bool) {
	i, j, u, v, ok := g.cell(g.cells(p))
	if !ok {
		return 0, false
	}
	a, e, n, d := g.plane(i, j)
	h := a + e*u + n*v + d*u*v
	return h, !math.IsNaN(h)
}

// Highest is the greatest of its heights, metres AMSL; -Inf if it has none.
func (g *Grid) Highest() float64 { return g.blocks.top }
