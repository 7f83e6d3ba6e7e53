package basemap

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func picture(t testing.TB, wide int, shade uint8) []byte {
	t.Helper()
	p := image.NewPaletted(image.Rect(0, 0, wide, wide), color.Palette{color.Gray{shade}})
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func packed(t testing.TB, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// index writes entries as a directory of an archive.
func index(entries []entry) []byte {
	out := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		out = binary.AppendUvarint(out, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		out = binary.AppendUvarint(out, uint64(e.run))
	}
	for _, e := range entries {
		out = binary.AppendUvarint(out, uint64(e.length))
	}
	for _, e := range entries {
		out = binary.AppendUvarint(out, e.at+1)
	}
	return out
}

// wrap writes an archive of zoom 0 to 1: the root tile, a run of three of one picture, and the last behind a leaf.
func wrap(t testing.TB, change func(header []byte)) string {
	t.Helper()
	one, two, three := picture(t, 512, 10), picture(t, 512, 20), picture(t, 512, 30)
	data := bytes.Join([][]byte{one, two, three}, nil)
	leaf := packed(t, index([]entry{{id: 4, at: uint64(len(one) + len(two)), length: uint32(len(three)), run: 1}}))
	root := packed(t, index([]entry{
		{id: 0, at: 0, length: uint32(len(one)), run: 1},
		{id: 1, at: uint64(len(one)), length: uint32(len(two)), run: 3},
		{id: 4, at: 0, length: uint32(len(leaf)), run: 0},
	}))
	meta := packed(t, []byte(`{"attribution":"survey of the made-up town"}`))
	h := make([]byte, headerLen)
	copy(h, "PMTiles\x03")
	at := uint64(headerLen)
	for i, part := range map[int][]byte{8: root, 24: meta, 40: leaf, 56: data} {
		binary.LittleEndian.PutUint64(h[i+8:], uint64(len(part)))
	}
	for _, i := range []int{8, 24, 40, 56} {
		binary.LittleEndian.PutUint64(h[i:], at)
		at += binary.LittleEndian.Uint64(h[i+8:])
	}
	h[97], h[98], h[99], h[100], h[101] = 2, 1, 2, 0, 1
	for i, v := range map[int]float64{102: -180, 106: -85, 110: 180, 114: 85} {
		binary.LittleEndian.PutUint32(h[i:], uint32(int32(v*1e7)))
	}
	if change != nil {
		change(h)
	}
	path := filepath.Join(t.TempDir(), "town.pmtiles")
	if err := os.WriteFile(path, bytes.Join([][]byte{h, root, meta, leaf, data}, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func shade(t *testing.T, m *Map, z, x, y int) int {
	t.Helper()
	tile, err := m.Tile(z, x, y)
	if errors.Is(err, ErrNoTile) {
		return -1
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(tile))
	if err != nil {
		t.Fatal(err)
	}
	v, _, _, _ := p.At(0, 0).RGBA()
	return int(v >> 8)
}

func TestAnArchiveGivesItsTiles(t *testing.T) {
	m, err := Open(wrap(t, nil), "")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if want := (Info{0, 1, -180, -85, 180, 85, 512, "image/png", "survey of the made-up town"}); m.Info != want {
		t.Errorf("%+v, want %+v", m.Info, want)
	}
	// The curve begins in the north-west, goes south, east and north.
	for _, c := range []struct{ z, x, y, shade int }{{0, 0, 0, 10}, {1, 0, 0, 20}, {1, 0, 1, 20}, {1, 1, 1, 20}, {1, 1, 0, 30}, {1, 2, 0, -1}, {2, 0, 0, -1}, {0, 0, -1, -1}} {
		if got := shade(t, m, c.z, c.x, c.y); got != c.shade {
			t.Errorf("%d/%d/%d is of shade %d, want %d", c.z, c.x, c.y, got, c.shade)
		}
	}
}

// The ids of the specification's table, and a neighbour of each tile one further along the curve.
func TestTilesAreCountedAlongTheCurve(t *testing.T) {
	for id, c := range map[uint64][3]int{0: {0, 0, 0}, 1: {1, 0, 0}, 2: {1, 0, 1}, 3: {1, 1, 1}, 4: {1, 1, 0}, 5: {2, 0, 0}, 19078479: {12, 3423, 1763}} {
		if got := tileID(c[0], c[1], c[2]); got != id {
			t.Errorf("%v is %d, want %d", c, got, id)
		}
	}
	const z = 5
	places := map[uint64][2]int{}
	for x := range 1 << z {
		for y := range 1 << z {
			places[tileID(z, x, y)] = [2]int{x, y}
		}
	}
	first := tileID(z, 0, 0)
	for i := first + 1; i < first+1<<(2*z); i++ {
		a, b := places[i-1], places[i]
		if math.Abs(float64(a[0]-b[0]))+math.Abs(float64(a[1]-b[1])) != 1 {
			t.Fatalf("%v does not follow %v", b, a)
		}
	}
}

func TestAFolderGivesItsTiles(t *testing.T) {
	dir := t.TempDir()
	for _, p := range []string{"3/6/3.png", "3/6/2.png", "4/13/6.png"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(p)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, p), picture(t, 256, 40), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Open(dir, "survey office")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.MinZoom != 3 || m.MaxZoom != 4 || m.West != 90 || m.East != 135 || m.South != 0 || math.Abs(m.North-66.51) > 0.01 || m.TileSize != 256 || m.Attribution != "survey office" {
		t.Errorf("%+v", m.Info)
	}
	if a, b := shade(t, m, 4, 13, 6), shade(t, m, 4, 1, 1); a != 40 || b != -1 {
		t.Errorf("%d and %d", a, b)
	}
}

func TestWhatIsNoMapIsRefused(t *testing.T) {
	for want, change := range map[string]func([]byte){
		"no PMTiles archive":  func(h []byte) { h[7] = 2 },
		"are vectors":         func(h []byte) { h[99] = 1 },
		"kind 5":              func(h []byte) { h[99] = 5 },
		"by way 3":            func(h []byte) { h[97] = 3 },
		"once more":           func(h []byte) { h[98] = 2 },
		"not within 0 to 22":  func(h []byte) { h[101] = 30 },
		"root of the index":   func(h []byte) { binary.LittleEndian.PutUint64(h[16:], 1<<40) },
		"its index is broken": func(h []byte) { h[97] = 1 },
	} {
		if _, err := Open(wrap(t, change), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := Open(t.TempDir(), ""); err == nil || !strings.Contains(err.Error(), "no folder of a zoom") {
		t.Errorf("an empty folder: %v", err)
	}
}

func FuzzDirectory(f *testing.F) {
	f.Add(index([]entry{{id: 0, length: 3, run: 1}, {id: 4, at: 3, length: 9}}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := directory(raw)
		if err != nil {
			return
		}
		if len(entries) > len(raw) {
			t.Fatal(fmt.Sprint(len(entries), " entries of ", len(raw), " octets"))
		}
		find(entries, 7)
	})
}
