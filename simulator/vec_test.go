package simulator

import (
	"math"
	"testing"
)

// A bearing is brought back the same way by a sum as by a division, to the last bit.
func TestBearingsAreWrappedExactly(t *testing.T) {
	for _, deg := range []float64{0, 1e-300, 0.1, 90, 359.99999999999994, 360, 360.1, 540, 719.9999999999999, 720, 1e6, -1e-300, -0.1, -180, -359.99999999999994, -360, -360.1, -1e6} {
		want := math.Mod(deg, 360)
		if want < 0 {
			want += 360
		}
		if got := wrap360(deg); got != want {
			t.Errorf("%v becomes %v, want %v", deg, got, want)
		}
	}
	for _, c := range []struct{ from, to, want float64 }{{0, 90, 90}, {350, 10, 20}, {10, 350, -20}, {0, 180, -180}, {270, 90, -180}, {90, 90, 0}} {
		if got := turn(c.from, c.to); got != c.want {
			t.Errorf("from %v to %v is a turn by %v, want %v", c.from, c.to, got, c.want)
		}
	}
}
