package fleet

import (
	"fmt"

	"groundstation/internal/geo"
)

// KindObstacle is an Obstacle, put once at start.
const KindObstacle Kind = "obstacle"

// The bounds of obstacles.
const (
	obstaclesMost   = 2000
	obstacleCorners = 100
	obstacleTopMost = 9000.0 // m AMSL
)

// Obstacle is something known to stand in the way: a building or a mast over its outline, or a line hung between masts.
type Obstacle struct {
	ID   string `json:"id" toml:"id"`
	Name string `json:"name,omitempty" toml:"name"`
	// Ring is the outline, the first corner not repeated; Line the masts between which a line hangs. One of both is set.
	Ring []geo.LatLon `json:"ring,omitempty" toml:"ring"`
	Line []geo.LatLon `json:"line,omitempty" toml:"line"`
	// TopAMSL is how high it is, metres AMSL. Whatever lies under that counts as taken: nobody flies under a line.
	TopAMSL float64 `json:"topAmsl" toml:"top_amsl"`
}

// Said is its name, or its id where it has none.
func (o *Obstacle) Said() string {
	if o.Name != "" {
		return o.Name
	}
	return o.ID
}

// Parts are its outline, or the stretches of its line.
func (o *Obstacle) Parts() [][]geo.LatLon {
	if len(o.Ring) > 0 {
		return [][]geo.LatLon{o.Ring}
	}
	var out [][]geo.LatLon
	for i := 1; i < len(o.Line); i++ {
		out = append(out, o.Line[i-1:i+1])
	}
	return out
}

func (o *Obstacle) check() error {
	n := len(o.Ring)
	switch {
	case (n > 0) == (len(o.Line) > 0):
		return fmt.Errorf("want one of ring and line")
	case n > 0 && (n < 3 || n > obstacleCorners):
		return fmt.Errorf("ring has %d corners, want 3 to %d", n, obstacleCorners)
	case n == 0 && (len(o.Line) < 2 || len(o.Line) > obstacleCorners):
		return fmt.Errorf("line has %d masts, want 2 to %d", len(o.Line), obstacleCorners)
	case !(o.TopAMSL >= -500 && o.TopAMSL <= obstacleTopMost):
		return fmt.Errorf("top_amsl %v is not within -500 to %v", o.TopAMSL, obstacleTopMost)
	}
	for _, p := range append(o.Ring[:n:n], o.Line...) {
		if err := p.Check(); err != nil {
			return err
		}
	}
	if i, j, crossed := Crossed(o.Ring); n > 0 && crossed {
		return fmt.Errorf("sides %d and %d of the ring meet", i+1, j+1)
	}
	return nil
}

func (r *Registry) checkObstacles() error {
	if len(r.Obstacles) > obstaclesMost {
		return fmt.Errorf("%d obstacles, at most %d", len(r.Obstacles), obstaclesMost)
	}
	known := map[string]bool{}
	for i := range r.Obstacles {
		o := &r.Obstacles[i]
		if o.ID == "" || len(o.ID) > 64 || known[o.ID] {
			return fmt.Errorf("obstacle %q: id is empty, too long or given twice", o.ID)
		}
		known[o.ID] = true
		if err := o.check(); err != nil {
			return fmt.Errorf("obstacle %q: %w", o.ID, err)
		}
	}
	return nil
}
