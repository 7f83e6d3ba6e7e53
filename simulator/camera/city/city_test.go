package city

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"groundstation/internal/geo"
)

// The file is made by the console's map, of which a test of its own says so: both draw one city.
func TestTheCityIsTheMaps(t *testing.T) {
	text, err := os.ReadFile("testdata/city.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	all := features()
	got := []string{fmt.Sprintf("features %d", len(all))}
	for i := 0; i < len(all); i += 8 {
		f := all[i]
		a, b := f.line[0], f.line[len(f.line)/2]
		got = append(got, fmt.Sprintf("%d %s %d %.6f %.6f %.6f %.6f", i, f.kind, len(f.line), a[0], a[1], b[0], b[1]))
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i, line := range got {
		for _, name := range []string{"school", "hospital", "mall", "fuel"} {
			want[i] = strings.Replace(want[i], name, string(house), 1)
		}
		if line != want[i] {
			t.Errorf("%s, the map has %s", line, want[i])
		}
	}
}

// Every corner of every line of the map lies on what it is, whatever the scale it is looked at.
func TestStreetsAndWatersLieWhereTheMapHasThem(t *testing.T) {
	g := New()
	met, missed := 0, 0
	for i, f := range features() {
		w, isLine := widths[f.kind]
		if !isLine || i%40 != 0 {
			continue
		}
		for _, p := range f.line {
			at := Centre.ENU(geo.LatLon{Lat: p[1], Lon: p[0]}.At(0))
			var here [1]Class
			g.Row(here[:], at.E, at.N, 0.5, 0)
			switch {
			case here[0] == w.class || here[0] == Major || here[0] == House:
				met++
			default:
				missed++
			}
		}
	}
	if missed > met/20 { // a small street may cross a canal, which is drawn before it, or another's end
		t.Errorf("%d of %d corners lie on something else", missed, met+missed)
	}
	for _, step := range []float64{0.5, 4, 30} {
		row := make([]Class, int(6000/step))
		g.Row(row, -3000, -685, step, 0)
		seen := map[Class]float64{}
		for _, c := range row {
			seen[c] += step
		}
		if seen[Water] < 10 || seen[Major] < 20 || seen[Roof]+seen[Roof+1]+seen[Roof+2]+seen[Roof+3] < 1000 {
			t.Errorf("a row of 6 km in steps of %v m crosses %v", step, seen)
		}
	}
}

func TestARowIsTheSameWhoeverAsksAndHoweverMuchWasForgotten(t *testing.T) {
	g, again := New(), New()
	want := make([]Class, 400)
	g.Row(want, -1000, 300, 1.7, 0.9)
	for i := range tilesKept + 10 {
		var far [1]Class
		again.Row(far[:], float64(i)*tileSide-150000, 200000, 1, 0)
	}
	if n := len(again.tiles); n > tilesKept {
		t.Errorf("%d tiles are kept", n)
	}
	got := make([]Class, 400)
	again.Row(got, -1000, 300, 1.7, 0.9)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the ground has changed")
	}
	again.Row(got, math.Pow(10, 7), -math.Pow(10, 7), 100, 100) // far outside there is still ground
}

func BenchmarkTile(b *testing.B) {
	g := New()
	for b.Loop() {
		g.draw(spot{0, 0, 0})
	}
}
