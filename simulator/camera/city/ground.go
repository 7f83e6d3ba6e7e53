package city

import (
	"math"
	"sync"

	"groundstation/internal/geo"
)

// Class is what lies at a place.
type Class uint8

// The classes of ground. Of fields, woods and roofs there are several shades.
const (
	Field  Class = 0 // and the next four
	Wood   Class = 5 // and the next two
	Roof   Class = 8 // and the next three
	Yard   Class = 12
	Meadow Class = 13
	Water  Class = 14
	Minor  Class = 15 // a small street
	Major  Class = 16 // a large one
	House  Class = 17 // a school, hospital, mall or fuel station
	// Classes is how many there are.
	Classes = 18
)

const (
	tileBits = 8
	tileSide = 1 << tileBits // pixels
	levels   = 3
	// tilesKept bounds memory to 64 MB: when it is reached all are forgotten, and drawn again where somebody looks.
	tilesKept = 1024
)

// Centre is where the ground's coordinates are zero, metres east and north.
var Centre = geo.NewFrame(geo.LatLon{Lat: CentreLat, Lon: CentreLon}.At(0))

// Ground is the drawn city. It may be used by several goroutines.
type Ground struct {
	strokes []stroke
	areas   []area

	mu    sync.RWMutex
	tiles map[spot]*tile
}

// spot is a tile's place: level l has pixels of 4^l metres.
type spot struct{ level, x, y int32 }

type tile [tileSide * tileSide]Class

// stroke is one straight piece of a line, metres.
type stroke struct {
	ax, ay, bx, by float64
	half           float64 // of its width
	class          Class
}

// area is a closed ring and its bounds, metres.
type area struct {
	kind                   kind
	ring                   [][2]float64
	minX, minY, maxX, maxY float64
}

var widths = map[kind]struct {
	metres float64
	class  Class
}{river: {36, Water}, canal: {12, Water}, minor: {7, Minor}, major: {16, Major}}

// New makes the city; nothing of it is drawn yet.
func New() *Ground {
	g := &Ground{tiles: map[spot]*tile{}}
	for _, f := range features() {
		line := make([][2]float64, len(f.line))
		for i, p := range f.line {
			at := Centre.ENU(geo.LatLon{Lat: p[1], Lon: p[0]}.At(0))
			line[i] = [2]float64{at.E, at.N}
		}
		switch w, isLine := widths[f.kind]; {
		case isLine:
			for i := range line[1:] {
				g.strokes = append(g.strokes, stroke{line[i][0], line[i][1], line[i+1][0], line[i+1][1], w.metres / 2, w.class})
			}
		case f.kind == house:
			g.strokes = append(g.strokes, stroke{line[0][0] - 18, line[0][1], line[0][0] + 18, line[0][1], 15, House})
		default:
			a := area{f.kind, line, math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
			for _, p := range line {
				a.minX, a.maxX, a.minY, a.maxY = min(a.minX, p[0]), max(a.maxX, p[0]), min(a.minY, p[1]), max(a.maxY, p[1])
			}
			g.areas = append(g.areas, a)
		}
	}
	return g
}

// Row fills dst with what lies at the places east, north, and on by a step of de, dn for each next one, metres.
func (g *Ground) Row(dst []Class, e, n, de, dn float64) {
	level := int32(0)
	for step := math.Hypot(de, dn); step > 2 && level < levels-1; step /= 4 {
		level++
	}
	scale := 1 / float64(int(1)<<(2*level))
	e, n, de, dn = e*scale, n*scale, de*scale, dn*scale
	var t *tile
	at := spot{level: -1}
	for i := range dst {
		x, y := int32(math.Floor(e)), int32(math.Floor(n))
		if want := (spot{level, x >> tileBits, y >> tileBits}); want != at {
			at, t = want, g.tile(want)
		}
		dst[i] = t[(y&(tileSide-1))<<tileBits|x&(tileSide-1)]
		e += de
		n += dn
	}
}

func (g *Ground) tile(at spot) *tile {
	g.mu.RLock()
	t := g.tiles[at]
	g.mu.RUnlock()
	if t != nil {
		return t
	}
	t = g.draw(at)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.tiles) >= tilesKept {
		clear(g.tiles)
	}
	g.tiles[at] = t
	return t
}
