package simulator

import (
	"math"
	"time"

	"groundstation/internal/geo"
)

// bearing gives the east and north components of a unit vector on a bearing in degrees true.
func bearing(deg float64) (e, n float64) {
	s, c := math.Sincos(deg * math.Pi / 180)
	return s, c
}

// heading is the bearing of a horizontal vector, 0 to 360 degrees true.
func heading(e, n float64) float64 { return wrap360(math.Atan2(e, n) * 180 / math.Pi) }

// wrap360 brings a bearing into 0 to 360 degrees. Most are not far outside: there a sum is exact, and quicker than a division.
func wrap360(deg float64) float64 {
	switch {
	case deg >= 0 && deg < 360:
		return deg
	case deg < 0 && deg > -360:
		return deg + 360
	case deg >= 360 && deg < 720:
		return deg - 360
	}
	d := math.Mod(deg, 360)
	if d < 0 {
		d += 360
	}
	return d
}

// turn is the shortest way from one bearing to another, -180 to 180 degrees.
func turn(from, to float64) float64 { return wrap360(to-from+540) - 180 }

func add(a, b geo.ENU) geo.ENU { return geo.ENU{E: a.E + b.E, N: a.N + b.N, U: a.U + b.U} }
func sub(a, b geo.ENU) geo.ENU { return geo.ENU{E: a.E - b.E, N: a.N - b.N, U: a.U - b.U} }

// flat is the horizontal distance between two points, metres.
func flat(a, b geo.ENU) float64 { return math.Hypot(a.E-b.E, a.N-b.N) }

func length(a geo.ENU) float64 { return math.Sqrt(a.E*a.E + a.N*a.N + a.U*a.U) }

func clamp(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}

// approach moves x towards want by at most step.
func approach(x, want, step float64) float64 { return x + clamp(want-x, -step, step) }

// seconds gives s as a duration.
func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
