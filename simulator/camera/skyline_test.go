package camera

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
	"groundstation/simulator/camera/mosaic"
)

// house is a building whose outline is given in metres ahead and to the right of the centre, on a heading.
func house(heading, top float64, outline ...[2]float64) Solid {
	s := Solid{TopM: top}
	for _, c := range outline {
		s.Ring = append(s.Ring, beside(heading, c[0], c[1]))
	}
	return s
}

func over(heading, pitch float64, high float64, all ...Solid) View {
	return View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: high, HeadingDeg: heading, GimbalPitchDeg: pitch,
		Scene: &Scene{Daylight: 1, Skyline: NewSkyline(all)}}
}

// differ is the box around the cells in which two pictures differ, pixels, and how many these are.
func differ(a, b *mosaic.Mosaic) (left, top, right, bottom float64, cells int) {
	left, top = math.Inf(1), math.Inf(1)
	for i := range a.Y[:stripTop/4*a.Cols] {
		if a.Y[i] != b.Y[i] {
			x, y := float64(i%a.Cols*4), float64(i/a.Cols*4)
			left, top, right, bottom, cells = min(left, x), min(top, y), max(right, x+4), max(bottom, y+4), cells+1
		}
	}
	return left, top, right, bottom, cells
}

// The corners of a building are seen where the angles say, as points of the ground are.
func TestACornerIsSeenWhereTheGeometrySays(t *testing.T) {
	f70 := 320 / math.Tan(35*math.Pi/180)
	at := func(deg float64) float64 { return math.Tan(deg * math.Pi / 180) }
	for name, c := range map[string]struct {
		heading, pitch, yaw, zoom, high, top float64
		outline                              [][2]float64
		left, up, right, down                float64 // pixels; 0: beyond the picture, or hidden in its letters
	}{
		// The front wall stands 100 m ahead, the eye is 10 m below its top.
		"from before": {heading: 40, high: 15, top: 25, outline: [][2]float64{{100, -20}, {100, 15}, {120, 15}, {120, -20}},
			left: 320 - f70*20/100, up: 180 - f70*10/100, right: 320 + f70*15/100, down: 180 + f70*15/100},
		"by a zoom": {heading: 310, zoom: 3, high: 20, top: 26, outline: [][2]float64{{120, -10}, {100, -10}, {100, 6}, {120, 6}},
			left: 320 - 3*f70*10/100, up: 180 - 3*f70*6/100, right: 320 + 3*f70*6/100},
		"to the right": {heading: 40, yaw: 90, high: 15, top: 25, outline: [][2]float64{{20, 100}, {-15, 100}, {-15, 120}, {20, 120}},
			left: 320 - f70*20/100, up: 180 - f70*10/100, right: 320 + f70*15/100, down: 180 + f70*15/100},
		// Straight down on a roof 40 m below: it is nearer than the ground, and its walls are behind it.
		"from above": {heading: 200, pitch: -90, high: 80, top: 40, outline: [][2]float64{{8, -9}, {8, 11}, {-7, 11}, {-7, -9}},
			left: 320 - f70*9/40, up: 180 - f70*8/40, right: 320 + f70*11/40, down: 180 + f70*7/40},
		// The upper edge behind, at the angle below the horizon; the lower one before.
		"from aslant": {heading: 0, pitch: -30, high: 60, top: 20, outline: [][2]float64{{40 / at(40), -10}, {40 / at(40), 10}, {40 / at(25), 10}, {40 / at(25), -10}},
			up: 180 - f70*at(5)},
	} {
		t.Run(name, func(t *testing.T) {
			v := over(c.heading, c.pitch, c.high, house(c.heading, c.top, c.outline...))
			v.GimbalYawDeg, v.Zoom = c.yaw, c.zoom
			bare := v
			bare.Scene = &Scene{Daylight: 1}
			left, up, right, down, cells := differ(board(t, false, v), board(t, false, bare))
			for edge, e := range map[string][2]float64{"left": {left, c.left}, "upper": {up, c.up}, "right": {right, c.right}, "lower": {down, c.down}} {
				if e[1] != 0 && math.Abs(e[0]-e[1]) > 5 {
					t.Errorf("its %s edge is seen at %.0f, want %.0f (%d cells)", edge, e[0], e[1], cells)
				}
			}
		})
	}
}

func covers(ring []geo.ENU, e, n float64) (inside bool) {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a.N > n) != (b.N > n) && e < a.E+(n-a.N)/(b.N-a.N)*(b.E-a.E) {
			inside = !inside
		}
	}
	return inside
}

// apart is how far the outline is from the eye, on the ground, m.
func apart(ring []geo.ENU) float64 {
	least := math.Inf(1)
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		e, n := b.E-a.E, b.N-a.N
		k := min(max(-(a.E*e+a.N*n)/(e*e+n*n), 0), 1)
		least = min(least, math.Hypot(a.E+k*e, a.N+k*n))
	}
	return least
}

// struck is how deep along the axis a ray from the eye meets a body first, m; 0 does not. It walks through none of the
// drawing's code: walls and roof are met as planes, and their outlines looked at from above.
func struck(v *eye, x, y float64, ring []geo.ENU, top float64) (depth float64) {
	dx, dy := (x-v.cx)/v.focal, (v.cy-y)/v.focal
	ray := geo.ENU{E: v.ahead.E + dx*v.right.E + dy*v.up.E, N: v.ahead.N + dx*v.right.N + dy*v.up.N, U: v.ahead.U + dy*v.up.U}
	meets := func(k float64) {
		if k > 0 && (depth == 0 || k < depth) {
			depth = k
		}
	}
	if k := (top - v.at.U) / ray.U; k > 0 {
		if covers(ring, v.at.E+k*ray.E, v.at.N+k*ray.N) {
			meets(k)
		}
	}
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		e, n := b.E-a.E, b.N-a.N
		det := ray.E*n - ray.N*e
		k := ((a.E-v.at.E)*n - (a.N-v.at.N)*e) / det
		along := ((a.E-v.at.E)*ray.N - (a.N-v.at.N)*ray.E) / det
		if u := v.at.U + k*ray.U; k > 0 && along >= 0 && along <= 1 && u >= 0 && u <= top {
			meets(k)
		}
	}
	return depth
}

// Whatever stands where, each cell shows what a ray through it meets first.
func TestWhatIsNearerHidesWhatIsBehind(t *testing.T) {
	p, err := newPicture(town(), Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string, from, to float64) float64 { return rapid.Float64Range(from, to).Draw(t, name) }
		var all []Solid
		var rings [][]geo.ENU
		for range rapid.IntRange(1, 3).Draw(t, "bodies") {
			heading, ahead, right := number("heading", 0, 360), number("ahead", -60, 150), number("right", -90, 90)
			l, w, top := number("length", 10, 60), number("width", 10, 60), number("top", 5, 60)
			corners := [][2]float64{{0, 0}, {0, w}, {l, w}, {l, 0}}
			if rapid.Bool().Draw(t, "an L") {
				corners = [][2]float64{{0, 0}, {0, w}, {l / 2, w}, {l / 2, w / 2}, {l, w / 2}, {l, 0}}
			}
			s := Solid{TopM: top}
			for _, c := range corners {
				a, r := beside(0, ahead, right), beside(heading, c[0], c[1])
				s.Ring = append(s.Ring, geo.LatLon{Lat: a.Lat + r.Lat - city.CentreLat, Lon: a.Lon + r.Lon - city.CentreLon})
			}
			if ring := onGround(s.Ring); !covers(ring, 0, 0) && apart(ring) > 1 { // nobody looks out of a house
				all, rings = append(all, s), append(rings, ring)
			}
		}
		view := over(number("nose", -20, 20), number("pitch", -90, 20), number("high", 2, 90))
		v := newEye(view, p.cols, p.rows)
		p.skyline(&v, NewSkyline(all), light{day: 1})
		for range 60 {
			col, row := rapid.IntRange(0, p.cols-1).Draw(t, "column"), rapid.IntRange(0, p.rows-1).Draw(t, "row")
			// Near an edge, a cell to either side, both answers are right.
			first := func(x, y float64) (depth float64, which int) {
				which = -1
				for i, ring := range rings {
					if k := struck(&v, x, y, ring, all[i].TopM); k > 0 && (depth == 0 || k < depth) {
						depth, which = k, i
					}
				}
				return depth, which
			}
			x, y := float64(col)+0.5, float64(row)+0.5
			want, which := first(x, y)
			edge := want != 0 && want < 4*near
			for _, d := range [][2]float64{{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}} {
				other, beside := first(x+d[0], y+d[1])
				edge = edge || beside != which || math.Abs(other-want) > want/4
			}
			if edge {
				continue
			}
			got := 0.0
			if p.built && p.nearest[row*p.cols+col] > 0 {
				got = 1 / float64(p.nearest[row*p.cols+col])
			}
			if math.Abs(got-want) > want*1e-3 {
				t.Fatalf("cell %d, %d is %v m deep, a ray says %v", col, row, got, want)
			}
			if want > 0 {
				met++
			}
		}
	})
	if met < 100 {
		t.Errorf("only %d rays met anything", met)
	}
}

// A vehicle and the incident behind a building are not seen, before it they are.
func TestWhatIsBehindABuildingIsHidden(t *testing.T) {
	wall := house(0, 60, [2]float64{80, -40}, [2]float64{80, 40}, [2]float64{90, 40}, [2]float64{90, -40})
	for _, c := range []struct {
		ahead float64
		seen  bool
	}{{60, true}, {100, false}, {400, false}} {
		v := over(0, -20, 30, wall)
		bare := board(t, false, v)
		marker := beside(0, c.ahead, 5)
		v.Marker = &marker
		if _, _, cells := middle(board(t, false, v), bright); (cells > 0) != c.seen {
			t.Errorf("the incident %v m ahead: %d cells", c.ahead, cells)
		}
		v.Marker = nil
		v.Scene = &Scene{Daylight: 1, Skyline: v.Scene.Skyline, Things: []Thing{{ID: "V02", Kind: Vehicle, Place: beside(0, c.ahead, 5), AltM: 20}}}
		if _, _, _, _, cells := differ(board(t, false, v), bare); (cells > 0) != c.seen {
			t.Errorf("a vehicle %v m ahead: %d cells", c.ahead, cells)
		}
	}
}

// Of a line the masts are seen, and its wires from near.
func TestALineIsSeen(t *testing.T) {
	for _, c := range []struct {
		ahead float64
		wires bool
	}{{40, true}, {400, false}} {
		line := Solid{Line: []geo.LatLon{beside(0, c.ahead, -60), beside(0, c.ahead, 60)}, TopM: 14, BottomM: 7}
		v := over(0, 0, 10, line)
		bare := v
		bare.Scene = &Scene{Daylight: 1}
		f70 := 320 / math.Tan(35*math.Pi/180)
		a, b := board(t, false, v), board(t, false, bare)
		seen := func(right, up float64) bool {
			col, row := int((320+f70*right/c.ahead)/4), int((180-f70*(up-10)/c.ahead)/4)
			for _, i := range []int{row*a.Cols + col, row*a.Cols + col - 1, row*a.Cols + col + 1, (row-1)*a.Cols + col, (row+1)*a.Cols + col} {
				if a.Y[i] != b.Y[i] {
					return true
				}
			}
			return false
		}
		if c.ahead > 100 && (!seen(-60, 7) || !seen(60, 7)) {
			t.Errorf("%v m ahead its masts are not seen", c.ahead)
		}
		if got := seen(0, 7); got != c.wires {
			t.Errorf("%v m ahead its wires are seen where they hang lowest: %v", c.ahead, got)
		}
		if seen(0, 13) {
			t.Errorf("%v m ahead its wires are seen where none hang", c.ahead)
		}
	}
}
