package energy

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var (
	quad = fleet.VehicleSpec{CruiseMS: 14, ClimbMS: 4, DescendMS: 2.5, EnergyWh: 140, HoverW: 190, CruiseW: 205}
	home = geo.LatLon{Lat: 32.533, Lon: 120.467}.At(4)
)

func TestAWayCostsItsClimbAndItsCruise(t *testing.T) {
	far := geo.Offset(home.LatLon, 90, 1400).At(64)
	s, wh := Way(quad, home, far, 0)
	if want := 100 + 15.0; math.Abs(s-want) > 0.5 {
		t.Errorf("1400 m at 14 m/s and 60 m at 4 m/s take %v s, want %v", s, want)
	}
	if want := (100*205 + 15*190*ClimbFactor) / 3600; math.Abs(wh-want) > 0.05 {
		t.Errorf("they cost %v Wh, want %v", wh, want)
	}
	if s, _ := Way(quad, far, home, 0); math.Abs(s-(100+24)) > 0.5 {
		t.Errorf("back down at 2.5 m/s takes %v s, want 124", s)
	}
}

func TestNoWayAgainstTooMuchWind(t *testing.T) {
	far := geo.Offset(home.LatLon, 90, 1400).At(64)
	for _, wind := range []float64{10.1, 40, math.NaN()} { // 10.1 m/s is 13.1 aloft
		if _, wh := Way(quad, home, far, wind); !math.IsInf(wh, 1) {
			t.Errorf("against %v m/s the way costs %v Wh", wind, wh)
		}
	}
	if _, wh := Way(fleet.VehicleSpec{}, home, far, 0); !math.IsInf(wh, 1) {
		t.Error("a vehicle of which nothing is known makes its way")
	}
}

func TestAPackGivesLessWhenColdAndNothingWhenUnknown(t *testing.T) {
	for _, c := range []struct{ percent, temp, want float64 }{
		{100, 20, 138.6}, {100, 35, 138.6}, {51, 20, 70}, {100, 0, 110.88}, {100, -40, 97.02}, {100, math.NaN(), 110.88},
		{0, 20, 0}, {0.5, 20, 0}, {-1, 20, 0}, {math.NaN(), 20, 0}, {250, 20, 138.6},
	} {
		if got := Usable(quad, fleet.Battery{Percent: c.percent, TempC: c.temp}); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v %% at %v °C gives %v Wh, want %v", c.percent, c.temp, got, c.want)
		}
	}
}

func TestTheReserveLineIsUnknownWithoutABattery(t *testing.T) {
	if _, known := ReserveMinutes(quad, fleet.Battery{Percent: 80}, Margin(quad)); known {
		t.Error("a battery that was never heard has a reserve line")
	}
	b := fleet.Battery{Percent: 100, TempC: 20, At: time.Unix(1, 0)}
	got, known := ReserveMinutes(quad, b, Needed(quad, home, home, 0))
	if want := (138.6 - Margin(quad)) / 205 * 60; !known || math.Abs(got-want) > 1e-9 {
		t.Errorf("%v min, want %v", got, want)
	}
	b.Percent = 5
	if late, _ := ReserveMinutes(quad, b, Needed(quad, home, home, 0)); late >= 0 {
		t.Errorf("with 5 %% it has %v min left", late)
	}
}

func TestFartherAndWindierNeverCostsLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bearing := rapid.Float64Range(0, 360).Draw(t, "bearing")
		near, more := rapid.Float64Range(0, 15000).Draw(t, "near"), rapid.Float64Range(0, 5000).Draw(t, "more")
		wind, gain := rapid.Float64Range(0, 12).Draw(t, "wind"), rapid.Float64Range(0, 5).Draw(t, "gain")
		at := func(m float64) geo.Position { return geo.Offset(home.LatLon, bearing, m).At(64) }
		base := Needed(quad, at(near), home, wind)
		if base < Margin(quad) {
			t.Fatalf("%v Wh is less than the margin", base)
		}
		if far := Needed(quad, at(near+more), home, wind); far < base-1e-6 {
			t.Fatalf("%v m farther costs %v Wh less", more, base-far)
		}
		if windy := Needed(quad, at(near), home, wind+gain); windy < base-1e-6 {
			t.Fatalf("%v m/s more wind costs %v Wh less", gain, base-windy)
		}
	})
}

func TestAWingStaysByCircling(t *testing.T) {
	wing := fleet.VehicleSpec{Class: fleet.LongVTOL, CruiseMS: 22, ClimbMS: 3.5, DescendMS: 2.5, EnergyWh: 900, HoverW: 1500, CruiseW: 260}
	rotors := wing
	rotors.Class = fleet.CrewQuad
	if got := StationW(wing); got <= wing.CruiseW || got > 1.5*wing.CruiseW {
		t.Errorf("it stays with %v W", got)
	}
	if more := Margin(wing) - Margin(rotors); more < 8*wing.HoverW/3600 {
		t.Errorf("going over to its rotors is counted with %v Wh", more)
	}
}

// What stays is covered by the margin of any way home, whatever its timeout is in a fleet of this size; what flies on is
// reckoned from where it then is, and no farther than it means to go.
func TestAVehicleWithoutTheStationIsReckonedFromWhereItTurns(t *testing.T) {
	const lossS, wind = 76, 8.0
	at := func(m float64) geo.Position { return geo.Offset(home.LatLon, 45, m).At(64) }
	if stays, way := Orphaned(quad, at(600), home, nil, lossS, wind), Needed(quad, at(600), home, wind); stays >= way {
		t.Errorf("staying without the station costs %v Wh, the way home with it %v Wh", stays, way)
	}
	flies := func(to float64) float64 {
		return Orphaned(quad, at(600), home, []geo.Position{at(to)}, lossS, wind)
	}
	reach := quad.CruiseMS * (lossS + LossSlackS)
	if near, there := flies(900), Orphaned(quad, at(900), home, nil, lossS, wind); math.Abs(near-there) > 1e-6 {
		t.Errorf("a place 300 m on: %v Wh, want %v", near, there)
	}
	far, farther := flies(600+reach), flies(9000)
	if math.Abs(far-farther) > 0.01 || far <= Needed(quad, at(600), home, wind) {
		t.Errorf("%v Wh to where it turns, %v Wh towards what lies behind", far, farther)
	}
	if back := flies(0); math.Abs(back-Orphaned(quad, at(600), home, nil, lossS, wind)) > 1e-6 {
		t.Errorf("towards home: %v Wh", back)
	}
}

// Who is sent out with what a sortie is counted to need has, at each place of the way out and at the end of its stay, what the
// guard wants it to have: it is not called back early.
func TestASortieHoldsTheReserveAllTheWayOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		far, share := rapid.Float64Range(100, 9000).Draw(t, "far"), rapid.Float64Range(0, 1).Draw(t, "share")
		wind, loss, stay := rapid.Float64Range(0, 9).Draw(t, "wind"), rapid.Float64Range(20, 300).Draw(t, "loss"), rapid.Float64Range(0, 900).Draw(t, "stay")
		scene := geo.Offset(home.LatLon, 45, far)
		have := Sortie(quad, home, scene, 64, stay, loss, wind)
		_, up := Way(quad, home, home.LatLon.At(64), wind)
		at := geo.Offset(home.LatLon, 45, far*share).At(64)
		_, out := Way(quad, home.LatLon.At(64), at, wind)
		if left, want := have-up-out, Reserve(quad, at, home, []geo.Position{scene.At(64)}, loss, wind); left < want-1e-6 {
			t.Fatalf("%v m out it has %v Wh, the guard wants %v", far*share, left, want)
		}
		_, all := Way(quad, home, scene.At(64), wind)
		if left, want := have-all-stay*StationW(quad)/3600, Reserve(quad, scene.At(64), home, nil, loss, wind); left < want-1e-6 {
			t.Fatalf("after its stay it has %v Wh, the guard wants %v", left, want)
		}
	})
}
