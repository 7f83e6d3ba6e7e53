package footage

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/video/klv"
	"groundstation/video/record"
)

// items reads a set's items.
func items(t *testing.T, b []byte) map[byte][]byte {
	t.Helper()
	rest, ok := bytes.CutPrefix(b, klv.Key[:])
	if !ok {
		t.Fatalf("%x", b)
	}
	rest = rest[1+max(0, int(rest[0])-0x80):]
	all := map[byte][]byte{}
	for len(rest) > 0 {
		n := 2 + int(rest[1])
		all[rest[0]], rest = rest[2:n], rest[n:]
	}
	return all
}

// What a set says of the middle of the picture is what geometry says: 100 m up, looking north and down by 45°, that is
// 100 m to the north.
func TestATrackIsToldWithWhereTheCameraLooked(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}
	a := &Archive{cfg: Config{Registry: fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", Class: fleet.DockQuad, Dock: "H01"}},
		Docks: []fleet.DockSpec{{ID: "H01", GroundPad: home.At(5)}}}}}
	down, north, level, nose, bank := -45.0, 0.0, 0.0, -8.0, 0.0
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sets := a.sets(record.Head{Source: "V01", Sortie: "S1"}, []record.Point{
		{At: at, Lat: home.Lat, Lon: home.Lon, AltAMSL: 105, HeadingDeg: 90, PitchDeg: &down, YawDeg: &north, HFOVDeg: 60, Aspect: 16.0 / 9, VehiclePitchDeg: &nose, VehicleRollDeg: &bank},
		{At: at.Add(time.Second), Lat: home.Lat, Lon: home.Lon, AltAMSL: 105, PitchDeg: &level, YawDeg: &north},
		{At: at.Add(2 * time.Second), Lat: home.Lat, Lon: home.Lon, AltAMSL: 105}})
	if len(sets) != 3 || !sets[0].At.Equal(at) {
		t.Fatalf("%+v", sets)
	}
	first := items(t, sets[0].Data)
	degrees := func(tag byte, span float64) float64 {
		return float64(int32(binary.BigEndian.Uint32(first[tag]))) / math.MaxInt32 * span
	}
	middle := geo.LatLon{Lat: degrees(23, 90), Lon: degrees(24, 180)}
	if want := geo.Offset(home, 0, 100); geo.Distance(middle, want) > 0.5 {
		t.Errorf("the middle is at %v, %v is meant", middle, want)
	}
	if slant := float64(binary.BigEndian.Uint32(first[21])) / math.MaxUint32 * 5e6; math.Abs(slant-100*math.Sqrt2) > 0.5 {
		t.Errorf("slant %v m", slant)
	}
	if pitch := float64(int16(binary.BigEndian.Uint16(first[6]))) / math.MaxInt16 * 20; math.Abs(pitch-nose) > 1e-2 || first[7] == nil || first[20] == nil {
		t.Errorf("the vehicle's nose at %v°, of %v", pitch, first)
	}
	// Its nose is 8° down, so that what lies to its left and 45° below the horizon lies a little ahead in its plane.
	turned := float64(binary.BigEndian.Uint32(first[18])) / math.MaxUint32 * 360
	if want := 270 + math.Atan2(math.Sin(8*math.Pi/180), 1)*180/math.Pi; math.Abs(turned-want) > 1e-3 {
		t.Errorf("turned by %v° from the nose, %v° is meant", turned, want)
	}
	if string(first[3]) != "S1" || string(first[4]) != "V01" || first[26] == nil || first[33] == nil || first[16] == nil {
		t.Errorf("%v", first)
	}
	upper, lower := int16(binary.BigEndian.Uint16(first[26])), int16(binary.BigEndian.Uint16(first[30]))
	if upper <= 0 || lower >= 0 {
		t.Errorf("the upper left corner is %d north of the middle, the lower right one %d", upper, lower)
	}
	for i, missing := range [][]byte{{6, 7, 16, 18, 19, 21, 23, 26}, {18, 19, 23}} {
		set := items(t, sets[1+i].Data)
		for _, tag := range missing {
			if set[tag] != nil {
				t.Errorf("set %d says item %d, which nobody knows: %x", 1+i, tag, set[tag])
			}
		}
		if set[13] == nil || set[65] == nil {
			t.Errorf("set %d lacks where the camera is: %v", 1+i, set)
		}
	}
}

// Where the ground was surveyed the middle of the picture lies on it.
func TestATrackIsToldByTheSurveyedGround(t *testing.T) {
	home := geo.LatLon{Lat: 32.5, Lon: 120.4}
	ground, err := geo.NewGrid(2, 2, 120.3, 32.4, 0.2, []float32{45, 45, 45, 45})
	if err != nil {
		t.Fatal(err)
	}
	a := &Archive{cfg: Config{Registry: fleet.Registry{Terrain: fleet.Terrain{Grid: ground, ErrorM: 2}, Vehicles: []fleet.VehicleSpec{{ID: "V01", Dock: "H01"}},
		Docks: []fleet.DockSpec{{ID: "H01", GroundPad: home.At(5)}}}}}
	down, north := -45.0, 0.0
	set := a.sets(record.Head{Source: "V01"}, []record.Point{{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Lat: home.Lat, Lon: home.Lon, AltAMSL: 105, PitchDeg: &down, YawDeg: &north}})
	got := items(t, set[0].Data)
	if slant := float64(binary.BigEndian.Uint32(got[21])) / math.MaxUint32 * 5e6; math.Abs(slant-60*math.Sqrt2) > 0.5 {
		t.Errorf("slant %v m", slant)
	}
	if high := float64(binary.BigEndian.Uint16(got[25]))/math.MaxUint16*19900 - 900; math.Abs(high-45) > 0.5 {
		t.Errorf("the middle is %v m high", high)
	}
}
