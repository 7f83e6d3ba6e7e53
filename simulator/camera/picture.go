package camera

import (
	"fmt"
	"math"
	"strings"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/h264"
)

// Width and Height of every picture, pixels.
const (
	Width  = 640
	Height = 360
)

const (
	cols      = Width / h264.CellSize
	rows      = Height / h264.CellSize
	rowsCoded = (Height + 15) / 16 * 16 / h264.CellSize
	// focal is the focal length in cells: 70° across the picture.
	focal = cols / 2 / 0.7002
	// lowest is the height above ground, metres, that a vehicle standing on it sees from.
	lowest = 1.5
)

// centre is where ground's coordinates are zero, near the middle of Hai'an.
var centre = geo.NewFrame(geo.LatLon{Lat: 32.533, Lon: 120.467}.At(0))

// View is what a camera needs to know of its vehicle.
type View struct {
	Lat, Lon       float64     // degrees WGS-84
	AltM           float64     // above the ground beneath
	HeadingDeg     float64     // of the nose, true
	GimbalPitchDeg float64     // 0 is the horizon, -90 straight down
	GimbalYawDeg   float64     // clockwise from the nose
	Zoom           float64     // times the wide end; less than 1 is 1
	Marker         *geo.LatLon // the incident or region of interest, if any
}

// picture is the drawing board of one camera.
type picture struct {
	cells [cols * rowsCoded]colour
	// thermal shows what is warm as bright; here, what is dark.
	thermal bool
	mosaic  *h264.Mosaic
}

func newPicture() (*picture, error) {
	m, err := h264.NewMosaic(Width, Height)
	if err != nil {
		return nil, err
	}
	return &picture{mosaic: m}, nil
}

// draw fills the mosaic with what the camera id sees at now.
func (p *picture) draw(id string, v View, now time.Time) *h264.Mosaic {
	eye := newEye(v)
	p.landscape(eye)
	if p.thermal {
		for i, c := range p.cells {
			p.cells[i] = colour{y: 235 - min(c.y, 219), cb: 128, cr: 128}
		}
	}
	if v.Marker != nil {
		p.marker(eye, *v.Marker)
	}
	p.text(2, 2, 2, strings.ToUpper(id))
	p.text(cols-15*advance-1, 2, 1, fmt.Sprintf("ALT %03.0f HDG %03.0f", v.AltM, math.Mod(math.Mod(v.HeadingDeg, 360)+360, 360)))
	p.text(8, stripTop/h264.CellSize-9, 1, now.UTC().Format("2006-01-02 15:04:05.000Z"))
	p.timecode(Timecode{At: now, Tag: Tag(id)})
	p.pour()
	return p.mosaic
}

// eye is a pinhole camera over flat ground, in metres east, north and up of centre.
type eye struct {
	at, ahead, right, up geo.ENU
	focal                float64 // cells
}

func newEye(v View) eye {
	at := centre.ENU(geo.LatLon{Lat: v.Lat, Lon: v.Lon}.At(max(v.AltM, lowest)))
	azimuth, pitch := (v.HeadingDeg+v.GimbalYawDeg)*math.Pi/180, v.GimbalPitchDeg*math.Pi/180
	sa, ca := math.Sincos(azimuth)
	sp, cp := math.Sincos(pitch)
	return eye{
		focal: focal * max(v.Zoom, 1),
		at:    at,
		ahead: geo.ENU{E: sa * cp, N: ca * cp, U: sp},
		right: geo.ENU{E: ca, N: -sa},
		up:    geo.ENU{E: -sa * sp, N: -ca * sp, U: cp},
	}
}

// landscape casts one ray per cell. The picture is never rolled, so all rays of a row meet the ground at one depth.
func (p *picture) landscape(v eye) {
	for y := range rows {
		dy := (rows/2 - float64(y) - 0.5) / v.focal
		line := p.cells[y*cols : (y+1)*cols]
		fall := -(v.ahead.U + v.up.U*dy)
		if fall < 0.004 {
			for x := range line {
				line[x] = sky
			}
			continue
		}
		depth := v.at.U / fall
		veil := 1 - math.Exp(-depth/2500)
		e := v.at.E + depth*(v.ahead.E+v.up.E*dy)
		n := v.at.N + depth*(v.ahead.N+v.up.N*dy)
		for x := range line {
			dx := depth * (float64(x) + 0.5 - cols/2) / v.focal
			line[x] = ground(e+dx*v.right.E, n+dx*v.right.N).toward(haze, veil)
		}
	}
}

// marker draws a framed block, 12 m wide but at least three cells, around a point on the ground.
func (p *picture) marker(v eye, place geo.LatLon) {
	d := centre.ENU(place.At(0))
	d.E, d.N, d.U = d.E-v.at.E, d.N-v.at.N, d.U-v.at.U
	dot := func(a geo.ENU) float64 { return a.E*d.E + a.N*d.N + a.U*d.U }
	depth := dot(v.ahead)
	if depth < 1 {
		return
	}
	x, y := cols/2+v.focal*dot(v.right)/depth, rows/2-v.focal*dot(v.up)/depth
	half := min(max(6*v.focal/depth, 1), 12)
	if x < -half || x > cols+half || y < -half || y > rows+half {
		return
	}
	h := int(half)
	p.fill(int(x)-h-1, int(y)-h-1, 2*h+3, 2*h+3, white)
	p.fill(int(x)-h, int(y)-h, 2*h+1, 2*h+1, bright)
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

func (p *picture) timecode(t Timecode) {
	const edge = stripBlock / h264.CellSize
	for r, row := range t.bits() {
		for c, on := range row {
			shade := black
			if on {
				shade = white
			}
			p.fill(c*edge, stripTop/h264.CellSize+r*edge, edge, edge, shade)
		}
	}
	p.fill(0, stripTop/h264.CellSize+stripRows*edge, cols, rowsCoded, black)
}

// fill paints a rectangle of cells, clipped to the picture.
func (p *picture) fill(x, y, w, h int, c colour) {
	for r := max(y, 0); r < min(y+h, rowsCoded); r++ {
		for i := max(x, 0); i < min(x+w, cols); i++ {
			p.cells[r*cols+i] = c
		}
	}
}

// pour copies the cells into the mosaic; a chroma cell is the mean of its four.
func (p *picture) pour() {
	for i, c := range p.cells {
		p.mosaic.Y[i] = c.y
	}
	for y := range rowsCoded / 2 {
		for x := range cols / 2 {
			i := 2*y*cols + 2*x
			a, b, c, d := p.cells[i], p.cells[i+1], p.cells[i+cols], p.cells[i+cols+1]
			p.mosaic.Cb[y*cols/2+x] = uint8((int(a.cb) + int(b.cb) + int(c.cb) + int(d.cb) + 2) / 4)
			p.mosaic.Cr[y*cols/2+x] = uint8((int(a.cr) + int(b.cr) + int(c.cr) + int(d.cr) + 2) / 4)
		}
	}
}
