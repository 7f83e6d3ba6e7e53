package camera

import (
	"fmt"
	"math"
	"strings"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
	"groundstation/simulator/camera/mosaic"
)

// Width and Height of every picture that is drawn live, pixels.
const (
	Width  = 640
	Height = 360
)

const (
	defaultCols    = Width / mosaic.CellSize
	defaultHFOVDeg = 70
)

// View is what a camera needs to know of where it is.
type View struct {
	Lat, Lon       float64     // degrees WGS-84
	AltM           float64     // above the ground beneath
	HeadingDeg     float64     // of the nose, true
	GimbalPitchDeg float64     // 0 is the horizon, -90 straight down
	GimbalYawDeg   float64     // clockwise from the nose
	HFOVDeg        float64     // across the picture at the wide end; 0 is 70
	Zoom           float64     // times the wide end; less than 1 is 1
	Marker         *geo.LatLon // the incident or region of interest, if any
	Scene          *Scene      // what else is there; nil: nothing, by day
	Inside         *Inside     // a dock's camera inside it; all above but the scene is nothing then
}

// picture is the drawing board of one camera.
type picture struct {
	cols, rows int // cells of the picture; the board has more rows where a block sticks out
	scale      int // cells for each of a picture of 640×360
	cells      []colour
	land       []colour // the landscape, as seen by eye in light
	eye        eye
	light      light
	drawn      bool         // land is
	classes    []city.Class // of one row
	ground     *city.Ground
	standing   *Skyline     // that is in land
	built      bool         // something of it is; then
	nearest    []float32    // is how near, 1/m, what stands is in each cell; 0: nothing does
	corners    []turned     // room for one face,
	outline    [][2]float64 // where it is seen,
	crossings  []float64    // and one row of it
	// thermal shows what is warm as bright.
	thermal bool
	mosaic  *mosaic.Mosaic
}

// newPicture is a board for pictures of so many pixels, a multiple of 640×360.
func newPicture(ground *city.Ground, width, height int) (*picture, error) {
	m, err := mosaic.New(width, height)
	if err != nil {
		return nil, err
	}
	return &picture{cols: width / mosaic.CellSize, rows: height / mosaic.CellSize, scale: width / Width, ground: ground, mosaic: m,
		cells: make([]colour, m.Cols*m.Rows), land: make([]colour, m.Cols*m.Rows), classes: make([]city.Class, m.Cols)}, nil
}

// draw fills the mosaic with what the camera sees at now. name is written into it, tag goes into its timecode; at no time
// there is none.
func (p *picture) draw(name string, tag uint16, v View, now time.Time) *mosaic.Mosaic {
	if v.Inside != nil {
		p.inside(v.Inside)
	} else {
		p.outside(name, v)
	}
	k := p.scale
	size, heights := 2*k, p.cols-(15*advance+1)*k
	if 2*k+len(name)*advance*size > heights {
		size = k // the heights would cover it
	}
	p.text(2*k, 2*k, size, strings.ToUpper(name))
	if v.Inside == nil {
		p.text(heights, 2*k, k, fmt.Sprintf("ALT %03.0f HDG %03.0f", v.AltM, math.Mod(math.Mod(v.HeadingDeg, 360)+360, 360)))
	}
	if now.IsZero() {
		p.pour(0)
		return p.mosaic
	}
	p.text(8*k, (stripTop/mosaic.CellSize-9)*k, k, now.UTC().Format("2006-01-02 15:04:05.000Z"))
	p.timecode(Timecode{At: now, Tag: tag})
	p.pour(0)
	return p.mosaic
}

// outside draws the city. The landscape is drawn anew only when the camera has moved or the light has changed.
func (p *picture) outside(name string, v View) {
	scene := v.Scene
	if scene == nil {
		scene = &Scene{Daylight: 1}
	}
	seen, l := newEye(v, p.cols, p.rows), light{p.thermal, scene.Daylight}
	if !p.drawn || seen != p.eye || l != p.light || scene.Skyline != p.standing {
		p.eye, p.light, p.standing, p.drawn = seen, l, scene.Skyline, true
		p.cells, p.land = p.land, p.cells
		p.landscape(&p.eye, l)
		p.skyline(&p.eye, scene.Skyline, l)
		p.cells, p.land = p.land, p.cells
	}
	copy(p.cells, p.land)
	p.things(name, &p.eye, scene, l)
	if v.Marker != nil {
		p.marker(&p.eye, *v.Marker)
	}
}

// text writes s with its upper left corner at cell (x, y), each point of the font scale × scale cells, on black.
func (p *picture) text(x, y, scale int, s string) {
	p.fill(x-1, y-1, len(s)*advance*scale+1, 7*scale+2, black)
	for _, letter := range s {
		for r, bits := range glyphs[letter] {
			for c := range 5 {
				if bits>>(4-c)&1 == 1 {
					p.fill(x+c*scale, y+r*scale, scale, scale, white)
				}
			}
		}
		x += advance * scale
	}
}

// strip is the first cell row of the timecode.
func (p *picture) strip() int { return stripTop / mosaic.CellSize * p.scale }

func (p *picture) timecode(t Timecode) {
	edge, top := stripBlock/mosaic.CellSize*p.scale, p.strip()
	for r, row := range t.bits() {
		for c, on := range row {
			shade := black
			if on {
				shade = white
			}
			p.fill(c*edge, top+r*edge, edge, edge, shade)
		}
	}
	p.fill(0, top+stripRows*edge, p.cols, p.mosaic.Rows, black)
}

// fill paints a rectangle of cells, clipped to the board.
func (p *picture) fill(x, y, w, h int, c colour) {
	x, w = max(x, 0), min(x+w, p.cols)
	for r := max(y, 0); r < min(y+h, p.mosaic.Rows); r++ {
		for i := x; i < w; i++ {
			p.cells[r*p.cols+i] = c
		}
	}
}

// fillAt paints a rectangle of cells that is so deep, m, where nothing nearer stands.
func (p *picture) fillAt(depth float64, x, y, w, h int, c colour) {
	if !p.built {
		p.fill(x, y, w, h, c)
		return
	}
	x, w = max(x, 0), min(x+w, p.cols)
	nearness := float32(1 / depth)
	for r := max(y, 0); r < min(y+h, p.rows); r++ {
		for i := r*p.cols + x; i < r*p.cols+w; i++ {
			if nearness >= p.nearest[i] {
				p.cells[i] = c
			}
		}
	}
}

// pour copies the cells into the mosaic from a row on, which is even; a chroma cell is the mean of its four.
func (p *picture) pour(from int) {
	m, cols := p.mosaic, p.cols
	for y := from; y < m.Rows; y += 2 {
		upper, lower := p.cells[y*cols:(y+1)*cols], p.cells[(y+1)*cols:(y+2)*cols]
		luma, chroma := m.Y[y*cols:(y+2)*cols], y/2*(cols/2)
		cb, cr := m.Cb[chroma:chroma+cols/2], m.Cr[chroma:chroma+cols/2]
		for x := 0; x+1 < cols; x += 2 {
			a, b, c, d := upper[x], upper[x+1], lower[x], lower[x+1]
			luma[x], luma[x+1], luma[cols+x], luma[cols+x+1] = a.y, b.y, c.y, d.y
			cb[x/2] = uint8((int(a.cb) + int(b.cb) + int(c.cb) + int(d.cb) + 2) / 4)
			cr[x/2] = uint8((int(a.cr) + int(b.cr) + int(c.cr) + int(d.cr) + 2) / 4)
		}
	}
}
