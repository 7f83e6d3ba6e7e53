package airspace

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

var pad = geo.LatLon{Lat: 32.533, Lon: 120.467}.At(4)

func want(id string, home geo.Position, bearing, m float64) Want {
	scene := geo.Offset(home.LatLon, bearing, m)
	return Want{Sortie: fleet.SortieID(id), Home: home, Route: []geo.LatLon{scene}, Scene: scene, RadiusM: 40}
}

func TestCrossingWaysGetLayersApart(t *testing.T) {
	other := geo.Offset(pad.LatLon, 90, 1000).At(4)
	a, cruiseA, p := Assign(nil, want("A", pad, 90, 900))
	if p != nil || cruiseA != pad.AltAMSL+LowestAGL {
		t.Fatalf("the first flies at %v: %v", cruiseA, p)
	}
	b, cruiseB, p := Assign([]Claim{a}, want("B", other, 270, 900))
	if p != nil || cruiseB != cruiseA+LayerM || Conflict(a, b) {
		t.Fatalf("the second flies at %v, conflict %v: %v", cruiseB, Conflict(a, b), p)
	}
}

// A vehicle that does not know well where it is has more room kept clear around it, beside and above.
func TestDoubtWidensAClaim(t *testing.T) {
	other := geo.Offset(pad.LatLon, 90, 1000).At(4)
	a, cruiseA, _ := Assign(nil, want("A", pad, 90, 900))
	a.UpM = 10
	if _, cruise, p := Assign([]Claim{a}, want("B", other, 270, 900)); p != nil || cruise != cruiseA+2*LayerM {
		t.Errorf("over a height that may be 10 m off it flies %v m higher: %v", cruise-cruiseA, p)
	}
	a.UpM = 0
	beside := geo.Offset(pad.LatLon, 0, 2*(40+TrackM)+HorizontalM+20).At(4) // 20 m of room between both
	for off, layers := range map[float64]float64{0: 0, 15: 0, 25: 1} {
		a.AsideM = off
		if _, cruise, p := Assign([]Claim{a}, want("B", beside, 90, 900)); p != nil || cruise != cruiseA+layers*LayerM {
			t.Errorf("beside a place that may be %v m off it flies %v m higher: %v", off, cruise-cruiseA, p)
		}
	}
}

func TestWaysFarApartShareALayer(t *testing.T) {
	far := geo.Offset(pad.LatLon, 0, 5000).At(4)
	a, cruiseA, _ := Assign(nil, want("A", pad, 90, 900))
	_, cruiseB, p := Assign([]Claim{a}, want("B", far, 90, 900))
	if p != nil || cruiseA != cruiseB {
		t.Errorf("%v and %v: %v", cruiseA, cruiseB, p)
	}
}

// TestACableEndsBelowTheHighestLayer: over somebody else's pad the highest layer is taken that the cable reaches.
func TestACableEndsBelowTheHighestLayer(t *testing.T) {
	up := Want{Sortie: "T", Home: pad, Route: []geo.LatLon{pad.LatLon}, Others: []geo.LatLon{geo.Offset(pad.LatLon, 90, 20)}}
	if _, cruise, p := Assign(nil, up); p != nil || cruise != pad.AltAMSL+LowestAGL+3*LayerM {
		t.Errorf("without a cable it flies at %v: %v", cruise, p)
	}
	up.TopAGL = 95
	if _, cruise, p := Assign(nil, up); p != nil || cruise != pad.AltAMSL+LowestAGL+2*LayerM {
		t.Errorf("on a cable of 95 m it flies at %v: %v", cruise, p)
	}
}

func TestAFullSkyIsRefusedByName(t *testing.T) {
	var held []Claim
	layers := 0
	for i := range 20 {
		// The same way from pads side by side: their columns are apart, their slabs are not.
		home := geo.Offset(pad.LatLon, 0, float64(i)*60).At(4)
		w := want(fmt.Sprint("S", i), home, 90, 3000)
		w.Route = append(w.Route, geo.Offset(pad.LatLon, 90, 1500))
		c, _, p := Assign(held, w)
		if p != nil {
			if p.Code != "airspace" || layers == 0 {
				t.Fatalf("refused as %s after %d", p.Code, layers)
			}
			return
		}
		layers++
		held = append(held, c)
	}
	t.Fatalf("%d sorties fit over one another", layers)
}

func TestItsOwnOldClaimDoesNotCount(t *testing.T) {
	w := want("A", pad, 90, 900)
	a, cruise, _ := Assign(nil, w)
	w.KeepAMSL = cruise
	if _, again, p := Assign([]Claim{a}, w); p != nil || again != cruise {
		t.Errorf("the sortie is in its own way: %v", p)
	}
}

func TestWhatIsNoPlaceIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Want){
		"latitude 91":  func(w *Want) { w.Route = append(w.Route, geo.LatLon{Lat: 91}) },
		"NaN home":     func(w *Want) { w.Home.Lat = math.NaN() },
		"NaN radius":   func(w *Want) { w.RadiusM = math.NaN() },
		"NaN altitude": func(w *Want) { w.KeepAMSL = math.NaN() },
		"61 km away":   func(w *Want) { w.Route = append(w.Route, geo.Offset(pad.LatLon, 0, 61000)) },
	} {
		w := want("A", pad, 90, 900)
		change(&w)
		if _, _, p := Assign(nil, w); p == nil || p.Code != "place" && p.Code != "too-large" {
			t.Errorf("%s: %v", name, p)
		}
	}
}

// apart says whether two vehicles anywhere in their claims keep the separation, by points of their volumes.
func apart(a, b Claim) bool {
	for _, v := range a.Volumes {
		for _, u := range b.Volumes {
			if v.FloorAMSL-u.CeilingAMSL >= VerticalM-rounding || u.FloorAMSL-v.CeilingAMSL >= VerticalM-rounding {
				continue
			}
			for _, p := range v.Ring {
				for _, q := range u.Ring {
					if geo.Distance(p, q) < HorizontalM-0.1 {
						return false
					}
				}
				if Inside(u.Ring, p) {
					return false
				}
			}
		}
	}
	return true
}

func TestClaimsThatAreGivenNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var held []Claim
		for i := range rapid.IntRange(2, 9).Draw(t, "sorties") {
			home := geo.Offset(pad.LatLon, rapid.Float64Range(0, 360).Draw(t, "where"), rapid.Float64Range(0, 3000).Draw(t, "how far")).
				At(rapid.Float64Range(0, 12).Draw(t, "ground"))
			c, cruise, p := Assign(held, want(fmt.Sprint("S", i), home, rapid.Float64Range(0, 360).Draw(t, "bearing"), rapid.Float64Range(50, 4000).Draw(t, "m")))
			if p != nil {
				if p.Code != "airspace" {
					t.Fatalf("refused as %s: %s", p.Code, p.Message)
				}
				continue
			}
			if agl := cruise - home.AltAMSL; agl < LowestAGL-rounding || agl > HighestAGL+rounding {
				t.Fatalf("cruise %v m above its ground", agl)
			}
			for _, h := range held {
				if !apart(c, h) || !apart(h, c) {
					t.Fatalf("%s and %s meet", c.Sortie, h.Sortie)
				}
			}
			held = append(held, c)
		}
	})
}

func TestAFenceHoldsHomeAndEveryPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var route []geo.LatLon
		for range rapid.IntRange(1, 40).Draw(t, "places") {
			route = append(route, geo.Offset(pad.LatLon, rapid.Float64Range(0, 360).Draw(t, "bearing"), rapid.Float64Range(0, 9000).Draw(t, "m")))
		}
		ring := Fence(route, pad.LatLon, FenceM)
		if len(ring) < 3 || len(ring) > maxFence {
			t.Fatalf("a fence of %d points", len(ring))
		}
		for _, p := range append(route, pad.LatLon) {
			for _, bearing := range []float64{0, 90, 180, 270} {
				if !Inside(ring, geo.Offset(p, bearing, FenceM*0.9)) {
					t.Fatalf("%v has less than its margin", p)
				}
			}
		}
	})
	if Fence(nil, pad.LatLon, FenceM) != nil || Fence([]geo.LatLon{{Lat: 91}}, pad.LatLon, FenceM) != nil {
		t.Error("a fence around nothing, or around no place")
	}
}

func TestAWingNeedsRoomBesideItsWay(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	end := geo.Offset(home.LatLon, 90, 3000)
	beside := geo.Offset(geo.Offset(home.LatLon, 90, 1500), 0, 90)
	for _, aside := range []float64{0, 100} {
		claim, _, problem := Assign(nil, Want{Sortie: "S1", Home: home, Route: []geo.LatLon{end}, AsideM: aside})
		if problem != nil {
			t.Fatal(problem)
		}
		if got := Inside(claim.Volumes[0].Ring, beside); got != (aside > 0) {
			t.Errorf("with %v m aside, a place 90 m off its way is its own: %v", aside, got)
		}
	}
}
