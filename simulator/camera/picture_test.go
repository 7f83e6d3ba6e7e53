package camera

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/camera/city"
	"groundstation/simulator/camera/mosaic"
)

// town is the ground of all pictures: drawn once, looked at by many.
var town = sync.OnceValue(city.New)

// board draws one picture of 640×360.
func board(t *testing.T, thermal bool, v View) *mosaic.Mosaic {
	t.Helper()
	p, err := newPicture(town(), Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	p.thermal = thermal
	return p.draw("V01", Tag("V01"), v, time.Unix(1772000000, 0))
}

// middle is where the cells of a luma and red chroma lie in the mean, pixels.
func middle(m *mosaic.Mosaic, c colour) (x, y float64, cells int) {
	for i, luma := range m.Y[:stripTop/4*m.Cols] {
		col, row := i%m.Cols, i/m.Cols
		if luma == c.y && m.Cr[row/2*m.Cols/2+col/2] > 170 {
			x, y, cells = x+float64(col)*4+2, y+float64(row)*4+2, cells+1
		}
	}
	return x / float64(cells), y / float64(cells), cells
}

// beside gives a place so many metres ahead and to the right of the centre on a heading.
func beside(headingDeg, ahead, right float64) geo.LatLon {
	s, c := math.Sincos(headingDeg * math.Pi / 180)
	return city.Centre.Position(geo.ENU{E: ahead*s + right*c, N: ahead*c - right*s}).LatLon
}

// A point of the ground is seen where the angles say, by whatever the camera is turned: a pinhole of 320 pixels divided by the
// tangent of half its field of view.
func TestAPointIsSeenWhereTheGeometrySays(t *testing.T) {
	const high = 80.0
	at := func(deg float64) float64 { return math.Tan(deg * math.Pi / 180) }
	f70 := 320 / at(35)
	for name, c := range map[string]struct {
		heading, pitch, yaw, hfov, zoom float64
		ahead, right                    float64 // of the point, on the heading
		x, y                            float64
	}{
		"on the axis":             {heading: 40, pitch: -30, ahead: high / at(30), x: 320, y: 180},
		"gimbal to the right":     {heading: 40, pitch: -30, yaw: 90, right: high / at(30), x: 320, y: 180},
		"gimbal behind":           {heading: 310, pitch: -30, yaw: 180, ahead: -high / at(30), x: 320, y: 180},
		"gimbal 10° higher":       {heading: 40, pitch: -20, ahead: high / at(30), x: 320, y: 180 + f70*at(10)},
		"gimbal 10° lower":        {heading: 40, pitch: -40, ahead: high / at(30), x: 320, y: 180 - f70*at(10)},
		"the same, twice as near": {heading: 40, pitch: -35, zoom: 2, ahead: high / at(30), x: 320, y: 180 - 2*f70*at(5)},
		"straight down":           {heading: 200, pitch: -90, ahead: 12, right: -25, x: 320 - f70*25/high, y: 180 - f70*12/high},
		"straight down, zoomed":   {heading: 200, pitch: -90, zoom: 4, ahead: 3, right: 9, x: 320 + 4*f70*9/high, y: 180 - 4*f70*3/high},
		"a narrow lens":           {heading: 0, pitch: -90, hfov: 30, right: 10, x: 320 + 320/at(15)*10/high, y: 180},
	} {
		t.Run(name, func(t *testing.T) {
			marker := beside(c.heading, c.ahead, c.right)
			m := board(t, false, View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: high, HeadingDeg: c.heading,
				GimbalPitchDeg: c.pitch, GimbalYawDeg: c.yaw, HFOVDeg: c.hfov, Zoom: c.zoom, Marker: &marker})
			x, y, cells := middle(m, bright)
			if cells == 0 {
				t.Fatal("the marker is not in the picture")
			}
			if math.Abs(x-c.x) > 5 || math.Abs(y-c.y) > 5 {
				t.Errorf("seen at %.0f, %.0f, want %.0f, %.0f", x, y, c.x, c.y)
			}
		})
	}
}

func TestWhatIsBehindIsNotSeen(t *testing.T) {
	marker := beside(0, -100, 0)
	if _, _, cells := middle(board(t, false, View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 50, GimbalPitchDeg: -20, Marker: &marker}), bright); cells > 0 {
		t.Errorf("%d cells of a marker behind the camera", cells)
	}
}

// Another vehicle is seen where it flies, and bigger when it is nearer; the camera's own vehicle never.
func TestOtherVehiclesAreSeen(t *testing.T) {
	bodies := func(id string, ahead float64) int {
		empty := View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 60, GimbalPitchDeg: 0, Scene: &Scene{Daylight: 1}}
		peopled := empty
		peopled.Scene = &Scene{Daylight: 1, Things: []Thing{{ID: id, Kind: Vehicle, Place: beside(0, ahead, 0), AltM: 60}}}
		a, b := board(t, false, empty), board(t, false, peopled)
		changed := 0
		for i := range a.Y {
			if a.Y[i] != b.Y[i] {
				if col, row := i%a.Cols, i/a.Cols; math.Abs(float64(col)-80) > 20 || math.Abs(float64(row)-45) > 20 {
					t.Errorf("cell %d, %d is another", col, row)
				}
				changed++
			}
		}
		return changed
	}
	if own := bodies("V01", 10); own != 0 {
		t.Errorf("the camera sees its own vehicle in %d cells", own)
	}
	near, far := bodies("V02", 6), bodies("V02", 200)
	if near < 20 || far < 1 || far >= near {
		t.Errorf("%d cells at 6 m, %d at 200 m", near, far)
	}
}

func mean(m *mosaic.Mosaic) (sum float64) {
	from, to := 30*m.Cols, 60*m.Cols
	for _, v := range m.Y[from:to] {
		sum += float64(v)
	}
	return sum / float64(to-from)
}

func TestItIsDarkAtNight(t *testing.T) {
	v := View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 60, GimbalPitchDeg: -30}
	v.Scene = &Scene{Daylight: 1}
	day := mean(board(t, false, v))
	v.Scene = &Scene{}
	if night := mean(board(t, false, v)); night > day*0.6 {
		t.Errorf("mean luma %.0f at night, %.0f by day", night, day)
	}
	warm := mean(board(t, true, v))
	v.Scene = &Scene{Daylight: 1}
	if day := mean(board(t, true, v)); day != warm {
		t.Errorf("a thermal picture of %.0f by day and %.0f at night", day, warm)
	}
}

// In a thermal picture motors that run are the brightest, and there is no colour but the marker's.
func TestAThermalPictureShowsWhatIsWarm(t *testing.T) {
	v := View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 60, GimbalPitchDeg: -90}
	brightest := func(warm bool) (top uint8) {
		v.Scene = &Scene{Daylight: 1, Things: []Thing{{ID: "V02", Kind: Vehicle, Place: beside(0, 0, 0), AltM: 52, Warm: warm}}}
		m := board(t, true, v)
		for i := range m.Cb {
			if m.Cb[i] != 128 || m.Cr[i] != 128 {
				t.Fatal("a colour in a thermal picture")
			}
		}
		for _, y := range m.Y[35*m.Cols : 55*m.Cols] {
			top = max(top, y)
		}
		return top
	}
	if cold, hot := brightest(false), brightest(true); hot < 230 || hot <= cold {
		t.Errorf("brightest %d with motors running, %d without", hot, cold)
	}
}

// The inside of a dock is black unless the lamp is on or the lid lets daylight in, and shows vehicle, clamps and lid.
func TestTheInsideOfADockIsSeenByItsLight(t *testing.T) {
	draw := func(in Inside) *mosaic.Mosaic { return board(t, false, View{Inside: &in}) }
	if v := mean(draw(Inside{Daylight: 1, Vehicle: "V01", Clamps: 1})); v > 22 {
		t.Errorf("mean luma %.0f in a closed dock without light", v)
	}
	if v := mean(draw(Inside{LidOpen: 1})); v > 40 {
		t.Errorf("mean luma %.0f in an open dock at night", v)
	}
	for name, pair := range map[string][2]Inside{
		"lamp":     {{Light: true}, {}},
		"daylight": {{Daylight: 1, LidOpen: 1}, {Daylight: 0, LidOpen: 1}},
		"lid":      {{Light: true, Daylight: 1, LidOpen: 0.5}, {Light: true, Daylight: 1}},
		"vehicle":  {{Light: true, Vehicle: "V01"}, {Light: true}},
		"clamps":   {{Light: true, Clamps: 1}, {Light: true}},
		"charger":  {{Charging: true}, {}},
	} {
		a, b := draw(pair[0]), draw(pair[1])
		changed := 0
		for i := range a.Y {
			if a.Y[i] != b.Y[i] {
				changed++
			}
		}
		if changed < 10 {
			t.Errorf("%s: %d cells differ", name, changed)
		}
	}
}

// A picture that is drawn over another, by a camera that stood still or moved, is the one that a new board makes.
// A long name is written smaller, so that the heights beside it do not cover it.
func TestALongNameIsRead(t *testing.T) {
	v := over(0, -30, 40)
	for _, name := range []string{"V01", "H01/outside"} {
		p, err := newPicture(town(), Width, Height)
		if err != nil {
			t.Fatal(err)
		}
		m := p.draw(name, Tag(name), v, time.Unix(1772000000, 0))
		drawn := slices.Clone(m.Y)
		scale := 1
		if len(name) < 4 {
			scale = 2
		}
		p.text(2, 2, scale, strings.ToUpper(name))
		p.pour(0)
		for i, luma := range m.Y[:10*m.Cols] {
			if luma != drawn[i] {
				t.Fatalf("%s is covered at column %d, row %d", name, i%m.Cols, i/m.Cols)
			}
		}
	}
}

func TestABoardForgetsTheLastPicture(t *testing.T) {
	p, err := newPicture(town(), Width, Height)
	if err != nil {
		t.Fatal(err)
	}
	there := &Scene{Daylight: 1, Things: []Thing{{ID: "V02", Kind: Vehicle, Place: beside(0, 40, 0), AltM: 20}, {Kind: GroundUnit, Place: beside(0, 50, 5)}}}
	a := View{Lat: city.CentreLat, Lon: city.CentreLon, AltM: 40, GimbalPitchDeg: -30, Scene: there}
	b := a
	b.Scene = &Scene{Daylight: 1}
	c := b
	c.GimbalYawDeg = 3
	d := View{Inside: &Inside{Light: true}}
	e := over(0, -30, 40, house(0, 30, [2]float64{60, -9}, [2]float64{60, 9}, [2]float64{80, 9}, [2]float64{80, -9}))
	for i, v := range []View{a, a, b, c, d, c, e, e, b, e, a} {
		got, want := p.draw("V01", Tag("V01"), v, time.Unix(1772000000, 0)), board(t, false, v)
		for j := range got.Y {
			if got.Y[j] != want.Y[j] {
				t.Fatalf("picture %d differs in cell %d", i, j)
			}
		}
	}
}

func TestTheSunRises(t *testing.T) {
	haian := geo.LatLon{Lat: 32.53, Lon: 120.47}
	for at, want := range map[string][2]float64{
		"2026-06-21T04:00:00Z": {1, 1},       // noon in midsummer
		"2026-06-21T16:00:00Z": {0, 0},       // midnight
		"2026-12-21T23:30:00Z": {0.75, 1},    // half an hour after sunrise in midwinter
		"2026-03-20T22:03:00Z": {0.4, 0.56},  // sunrise at the equinox
		"2026-03-20T10:11:00Z": {0.36, 0.56}, // sunset
		"2026-03-20T11:00:00Z": {0, 0.01},    // after dusk
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Daylight(when, haian); got < want[0] || got > want[1] {
			t.Errorf("%s: %.2f, want %v", at, got, want)
		}
	}
}

func BenchmarkPicture(b *testing.B) {
	for _, name := range []string{"h264", "h265"} {
		b.Run(name, func(b *testing.B) {
			v := View{Lat: 32.52, Lon: 120.467, AltM: 60, HeadingDeg: 40, GimbalPitchDeg: -30}
			l, err := newLive(address{camera: "V01", hevc: name == "h265"}, city.New(), func(string) (View, bool) { return v, true })
			if err != nil {
				b.Fatal(err)
			}
			now, octets := time.Unix(1772000000, 0), 0
			for b.Loop() {
				if v.Lat += 14.0 / 15 / 111195; v.Lat > 32.55 {
					v.Lat = 32.52
				}
				now = now.Add(framePeriod)
				_, unit, _ := l.shoot(now, false)
				for _, nal := range unit {
					octets += len(nal)
				}
			}
			b.ReportMetric(float64(octets)/float64(b.N)*8*15/1e6, "Mbit/s")
		})
	}
}
