package simulator

import (
	"fmt"
	"math"

	"groundstation/internal/geo"
)

// ObstacleAt is something that stands in the way: a building or a mast over its outline, or a line hung between masts.
type ObstacleAt struct {
	ID string `toml:"id"`
	// Ring is the outline, three corners or more, the first not repeated. Line are the masts of a line, two or more, that hangs
	// between them. One of both is set.
	Ring []geo.LatLon `toml:"ring"`
	Line []geo.LatLon `toml:"line"`
	// TopM is how high it is above the ground, metres; BottomM, of a line, how low it hangs.
	TopM    float64 `toml:"top_m"`
	BottomM float64 `toml:"bottom_m"`
	// Unknown says that no station is told of it: what is built over night, and what surveys miss.
	Unknown bool `toml:"unknown"`
}

// bodyM is how near the middle of a vehicle may come to something, metres.
const bodyM = 0.6

func (o *ObstacleAt) check() error {
	n := len(o.Ring)
	switch {
	case (n > 0) == (len(o.Line) > 0):
		return fmt.Errorf("want one of ring and line")
	case n > 0 && (n < 3 || n > 100):
		return fmt.Errorf("ring has %d corners, want 3 to 100", n)
	case n == 0 && (len(o.Line) < 2 || len(o.Line) > 100):
		return fmt.Errorf("line has %d masts, want 2 to 100", len(o.Line))
	case !(o.TopM > 0 && o.TopM <= 1000):
		return fmt.Errorf("top_m is %v, want above 0 to 1000", o.TopM)
	case !(o.BottomM >= 0 && o.BottomM < o.TopM) || n > 0 && o.BottomM != 0:
		return fmt.Errorf("bottom_m is %v, want 0, or of a line 0 to below top_m", o.BottomM)
	}
	for _, p := range append(o.Ring[:n:n], o.Line...) {
		if err := p.Check(); err != nil {
			return err
		}
	}
	return nil
}

// obstacle is one in the local frame.
type obstacle struct {
	id         string
	ring, line []geo.ENU
	floor, top float64 // metres AMSL
	low, high  geo.ENU // of its box in the plane, bodyM around it
}

// newObstacles stands them on the ground; the second is the height AMSL above which there are none.
func newObstacles(w *World) (out []obstacle, highest float64) {
	highest = math.Inf(-1)
	for _, at := range w.cfg.Obstacle {
		o := obstacle{id: at.ID, low: geo.ENU{E: math.Inf(1), N: math.Inf(1)}, high: geo.ENU{E: math.Inf(-1), N: math.Inf(-1)}}
		ground := math.Inf(-1)
		local := func(places []geo.LatLon) (ps []geo.ENU) {
			for _, l := range places {
				p := w.frame.ENU(l.At(0))
				ps, ground = append(ps, p), max(ground, w.groundAt(p))
				o.low = geo.ENU{E: min(o.low.E, p.E-bodyM), N: min(o.low.N, p.N-bodyM)}
				o.high = geo.ENU{E: max(o.high.E, p.E+bodyM), N: max(o.high.N, p.N+bodyM)}
			}
			return ps
		}
		o.ring, o.line = local(at.Ring), local(at.Line)
		o.floor, o.top = ground+at.BottomM, ground+at.TopM
		if at.BottomM == 0 {
			o.floor = math.Inf(-1)
		}
		highest = max(highest, o.top+bodyM)
		out = append(out, o)
	}
	return out, highest
}

// hit is what a vehicle at p touches; nil: nothing.
func (w *World) hit(p geo.ENU) *obstacle {
	if p.U > w.tallest {
		return nil
	}
	for i := range w.obstacles {
		o := &w.obstacles[i]
		if p.E < o.low.E || p.E > o.high.E || p.N < o.low.N || p.N > o.high.N || p.U > o.top+bodyM || p.U < o.floor-bodyM {
			continue
		}
		if o.within(p) {
			return o
		}
	}
	return nil
}

// within says whether p lies over the outline, or under the line, bodyM around it.
func (o *obstacle) within(p geo.ENU) bool {
	inside := false
	for i, a := range o.ring {
		b := o.ring[(i+1)%len(o.ring)]
		if (a.N > p.N) != (b.N > p.N) && p.E < a.E+(p.N-a.N)/(b.N-a.N)*(b.E-a.E) {
			inside = !inside
		}
		if aside(p, a, b) <= bodyM {
			return true
		}
	}
	for i := 1; i < len(o.line); i++ {
		if aside(p, o.line[i-1], o.line[i]) <= bodyM {
			return true
		}
	}
	return inside
}

// aside is how far p is from the stretch between a and b in the plane, metres.
func aside(p, a, b geo.ENU) float64 {
	d := sub(b, a)
	k := 0.0
	if l := d.E*d.E + d.N*d.N; l > 0 {
		k = clamp(((p.E-a.E)*d.E+(p.N-a.N)*d.N)/l, 0, 1)
	}
	return math.Hypot(p.E-a.E-k*d.E, p.N-a.N-k*d.N)
}

// meetObstacle ends the flight of a vehicle that has flown into something.
func (v *vehicle) meetObstacle() {
	if v.body.crashed || v.body.onGround {
		return
	}
	if o := v.w.hit(v.body.pos); o != nil {
		v.w.log.add(v.w.now, AccidentObstacle, "flew into "+o.id, v.at.ID)
		v.body.vel = geo.ENU{}
		v.crash()
	}
}

// Standing is an obstacle as it really is.
type Standing struct {
	ObstacleAt
	TopAMSL float64
}

// Standing gives every obstacle of the city.
func (w *World) Standing() []Standing {
	out := make([]Standing, len(w.obstacles))
	for i, o := range w.obstacles {
		out[i] = Standing{w.cfg.Obstacle[i], o.top}
	}
	return out
}
