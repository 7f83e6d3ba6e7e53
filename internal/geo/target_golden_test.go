package geo

import (
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the golden targets anew")

// goldenTarget is what Target gives; the console's own geometry is held against the same file.
type goldenTarget struct {
	Camera  Camera      `json:"camera"`
	GroundM float64     `json:"groundM"`
	RangeM  float64     `json:"rangeM"`
	Pixel   Pixel       `json:"pixel"`
	Error   CameraError `json:"error"`
	Place   *LatLon     `json:"place,omitempty"` // absent: no ground there
	Ellipse *Ellipse    `json:"ellipse,omitempty"`
}

func TestTargetsAreTheGoldenOnes(t *testing.T) {
	const file = "testdata/targets.json"
	usual := CameraError{HorizontalM: 1.5, VerticalM: 2.5, GroundM: 2, YawDeg: 2, PitchDeg: 0.7, RollDeg: 0.7}
	var all []goldenTarget
	for _, c := range []struct {
		yaw, pitch, roll, hfov, aspect, alt float64
		pixel                               Pixel
	}{
		{0, -90, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.5}},
		{0, -90, 0, 70, 16.0 / 9, 94, Pixel{0.1, 0.9}},
		{37, -45, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.5}},
		{213, -30, 0, 62, 4.0 / 3, 124, Pixel{0.8, 0.3}},
		{301, -20, 4, 7, 16.0 / 9, 64, Pixel{0.2, 0.6}},
		{120, -5, -3, 70, 16.0 / 9, 94, Pixel{0.5, 0.95}},
		{120, -5, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.1}},
		{90, -1, 0, 70, 16.0 / 9, 94, Pixel{0.5, 0.51}},
		{10, -60, 0, 90, 2, 4, Pixel{0.7, 0.7}},
	} {
		g := goldenTarget{Camera: Camera{At: haian.At(c.alt), YawDeg: c.yaw, PitchDeg: c.pitch, RollDeg: c.roll, HFOVDeg: c.hfov, Aspect: c.aspect},
			GroundM: 4, RangeM: 2000, Pixel: c.pixel, Error: usual}
		if at, e, err := g.Camera.Target(g.Pixel, g.Error, Plain(g.GroundM), g.RangeM); err == nil {
			g.Place, g.Ellipse = &at.LatLon, &e
		}
		all = append(all, g)
	}
	got, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *rewrite {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var old []goldenTarget
	if err := json.Unmarshal(want, &old); err != nil || len(old) != len(all) {
		t.Fatalf("%s: %d targets, %v", file, len(old), err)
	}
	for i, g := range all {
		o := old[i]
		if (g.Place == nil) != (o.Place == nil) || g.Camera != o.Camera || g.Pixel != o.Pixel {
			t.Errorf("target %d is %+v, not %+v (run with -rewrite and read the difference)", i, g, o)
			continue
		}
		if g.Place != nil {
			near(t, "latitude", g.Place.Lat, o.Place.Lat, 1e-9)
			near(t, "longitude", g.Place.Lon, o.Place.Lon, 1e-9)
			near(t, "longer axis", g.Ellipse.MajorM, o.Ellipse.MajorM, 1e-6)
			near(t, "shorter axis", g.Ellipse.MinorM, o.Ellipse.MinorM, 1e-6)
			near(t, "bearing", g.Ellipse.BearingDeg, o.Ellipse.BearingDeg, 1e-6)
		}
	}
}
