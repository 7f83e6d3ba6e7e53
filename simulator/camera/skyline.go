package camera

import (
	"hash/fnv"
	"math"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
)

// Solid is what stands in the city and never moves: a building over its outline, or a line hung between masts. One of Ring
// and Line is set. Its heights are over the ground beneath.
type Solid struct {
	ID            string // gives it its colour
	Ring, Line    []geo.LatLon
	TopM, BottomM float64 // BottomM is how low a line hangs between its masts
}

// Skyline is all that stands, ready to be drawn; the same for every camera.
type Skyline struct {
	blocks []block
	wires  []wire
}

// block is an upright body over an outline that runs counter-clockwise seen from above, metres east and north.
type block struct {
	ring   []geo.ENU
	top    float64
	middle geo.ENU
	reach  float64 // of the ball around it
	paint  paint
}

// wire is one stretch of a line, straight, and the ball around it.
type wire struct {
	a, b, middle geo.ENU
	reach        float64
}

const (
	mastM     = 0.4  // how thick the mast of a line is
	wireM     = 0.12 // how thick its wires look together
	wireLeast = 0.1  // share of a cell below which a wire is not seen
	sags      = 6    // straight pieces from mast to mast
)

var (
	stones = [...]paint{plain(rgb(188, 180, 168), 0.5), plain(rgb(198, 188, 160), 0.51), plain(rgb(172, 176, 182), 0.49), plain(rgb(186, 160, 142), 0.52)}
	steel  = plain(rgb(150, 152, 156), 0.44)
	copper = plain(rgb(60, 60, 62), 0.5)
	// sunward is where light comes from: high in the south, a little east, as before noon.
	sunward = geo.ENU{E: 0.35, N: -0.55, U: 0.76}
)

// NewSkyline takes what stands. An outline of less than three corners and a line of less than two masts are nothing.
func NewSkyline(all []Solid) *Skyline {
	s := &Skyline{}
	for _, o := range all {
		h := fnv.New32a()
		h.Write([]byte(o.ID))
		if ring := onGround(o.Ring); len(ring) >= 3 {
			s.blocks = append(s.blocks, newBlock(ring, o.TopM, stones[h.Sum32()%uint32(len(stones))]))
		}
		masts := onGround(o.Line)
		for i, at := range masts {
			if len(masts) < 2 {
				break
			}
			const half = mastM / 2
			foot := []geo.ENU{{E: at.E - half, N: at.N - half}, {E: at.E + half, N: at.N - half}, {E: at.E + half, N: at.N + half}, {E: at.E - half, N: at.N + half}}
			s.blocks = append(s.blocks, newBlock(foot, o.TopM, steel))
			if i > 0 {
				s.hang(masts[i-1], at, o.TopM, o.BottomM)
			}
		}
	}
	return s
}

func onGround(places []geo.LatLon) []geo.ENU {
	out := make([]geo.ENU, len(places))
	for i, p := range places {
		out[i] = city.Centre.ENU(p.At(0))
	}
	return out
}

func newBlock(ring []geo.ENU, top float64, paint paint) block {
	b := block{ring: ring, top: top, paint: paint}
	twice := 0.0
	low, high := ring[0], ring[0]
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		twice += p.E*q.N - q.E*p.N
		low, high = geo.ENU{E: min(low.E, p.E), N: min(low.N, p.N)}, geo.ENU{E: max(high.E, p.E), N: max(high.N, p.N)}
	}
	if twice < 0 {
		for i, j := 0, len(ring)-1; i < j; i, j = i+1, j-1 {
			ring[i], ring[j] = ring[j], ring[i]
		}
	}
	b.middle = geo.ENU{E: (low.E + high.E) / 2, N: (low.N + high.N) / 2, U: top / 2}
	b.reach = math.Hypot(math.Hypot(high.E-low.E, high.N-low.N), top) / 2
	return b
}

// hang adds the wires between two masts: from top to top, as low as bottom between.
func (s *Skyline) hang(a, b geo.ENU, top, bottom float64) {
	at := func(k float64) geo.ENU {
		return geo.ENU{E: a.E + k*(b.E-a.E), N: a.N + k*(b.N-a.N), U: top - (top-bottom)*4*k*(1-k)}
	}
	for i := range sags {
		p, q := at(float64(i)/sags), at(float64(i+1)/sags)
		m := geo.ENU{E: (p.E + q.E) / 2, N: (p.N + q.N) / 2, U: (p.U + q.U) / 2}
		s.wires = append(s.wires, wire{p, q, m, math.Hypot(math.Hypot(q.E-p.E, q.N-p.N), q.U-p.U) / 2})
	}
}
