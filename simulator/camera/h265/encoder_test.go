package h265

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"

	"groundstation/simulator/camera/mosaic"
)

// decode gives the raw 4:2:0 pictures that ffmpeg makes of an Annex B stream.
func decode(t testing.TB, stream []byte) []byte {
	t.Helper()
	cmd := exec.Command("ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-f", "hevc", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-")
	cmd.Stdin = bytes.NewReader(stream)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil || problems.Len() > 0 {
		t.Fatalf("ffmpeg: %v\n%s", err, problems.Bytes())
	}
	return out.Bytes()
}

func annexB(dst []byte, au ...[]byte) []byte {
	for _, nal := range au {
		dst = append(append(dst, 0, 0, 0, 1), nal...)
	}
	return dst
}

// pixels renders a mosaic as the cropped raw picture.
func pixels(m *mosaic.Mosaic) []byte {
	var out []byte
	for y := range m.Height {
		for x := range m.Width {
			out = append(out, m.Y[y/4*m.Cols+x/4])
		}
	}
	for _, plane := range [][]uint8{m.Cb, m.Cr} {
		for y := range m.Height / 2 {
			for x := range m.Width / 2 {
				out = append(out, plane[y/4*m.Cols/2+x/4])
			}
		}
	}
	return out
}

// scribble changes some blocks of m: flat ones, soft ones, and noise from extreme to faint.
func scribble(m *mosaic.Mosaic, r *rand.Rand, share float64) {
	for by := range m.Rows / 4 {
		for bx := range m.Cols / 4 {
			if r.Float64() >= share {
				continue
			}
			base, spread := r.IntN(256), []int{0, 0, 1, 4, 40, 255}[r.IntN(6)]
			some := func() uint8 { return uint8(min(max(base+r.IntN(2*spread+1)-spread, 0), 255)) }
			for i := range 16 {
				m.Y[(by*4+i/4)*m.Cols+bx*4+i%4] = some()
			}
			for i := range 4 {
				at := (by*2+i/2)*m.Cols/2 + bx*2 + i%2
				m.Cb[at], m.Cr[at] = some(), some()
			}
		}
	}
}

func compare(t *testing.T, got, want []byte, frame int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("decoded %d bytes, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("picture %d differs at byte %d of %d: decoded %d, want %d", i/frame, i%frame, frame, got[i], want[i])
		}
	}
}

// The decoder's pictures must equal the source bit by bit, and the grey ones of key pictures must not be shown.
func TestDecoderShowsTheSource(t *testing.T) {
	for _, size := range [][2]int{{640, 360}, {16, 16}, {8, 8}, {1280, 720}, {1920, 1080}, {328, 184}} {
		t.Run(strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1]), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(size[0]), 7))
			m, err := mosaic.New(size[0], size[1])
			if err != nil {
				t.Fatal(err)
			}
			e, err := NewEncoder(size[0], size[1])
			if err != nil {
				t.Fatal(err)
			}
			var stream, want []byte
			shares := []float64{1, 0, 0.1, 1, 0.5, 0.9, 0.02, 0}
			for i := range 28 * 360 / max(size[1], 360) {
				scribble(m, r, shares[i%len(shares)])
				key := i%13 == 0 || i%13 == 1
				before, picture := e.Encode(m, key)
				stream = annexB(annexB(stream, before...), picture...)
				want = append(want, pixels(m)...)
			}
			compare(t, decode(t, stream), want, size[0]*size[1]*3/2)
		})
	}
}

// More pictures than the order count has numbers, without a key picture between.
func TestALongGroupOfPictures(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	m, _ := mosaic.New(64, 64)
	e, _ := NewEncoder(64, 64)
	var stream, want []byte
	for range 600 {
		scribble(m, r, 0.3)
		before, picture := e.Encode(m, false)
		stream = annexB(annexB(stream, before...), picture...)
		want = append(want, pixels(m)...)
	}
	compare(t, decode(t, stream), want, 64*64*3/2)
}

// Two encoders that began alike each make a part of every picture, and filler goes behind.
func TestSlicesOfTwoEncodersMakeOnePicture(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m, _ := mosaic.New(320, 184)
	above, _ := NewEncoder(320, 184)
	below, _ := NewEncoder(320, 184)
	var stream, want []byte
	for i := range 40 {
		scribble(m, r, 0.4)
		key := i%10 == 0
		stream = annexB(stream, above.Begin(key)...)
		below.Begin(key)
		stream = annexB(stream, above.Slice(m, 0, 7), below.Slice(m, 7, 12), Filler(3+r.IntN(50)))
		want = append(want, pixels(m)...)
	}
	compare(t, decode(t, stream), want, 320*184*3/2)
}

func TestUnchangedPictureIsTiny(t *testing.T) {
	m, _ := mosaic.New(640, 360)
	e, _ := NewEncoder(640, 360)
	before, _ := e.Encode(m, false)
	if len(before) != 4 || len(before[3]) > 300 {
		t.Fatalf("the access unit before the first has %d NAL units, want VPS, SPS, PPS and a small grey picture", len(before))
	}
	if before, second := e.Encode(m, false); before != nil || len(second) != 1 || len(second[0]) > 24 {
		t.Errorf("unchanged picture took %d NAL units of %d bytes", len(second), len(second[0]))
	}
}

func TestRefusesSizes(t *testing.T) {
	for _, size := range [][2]int{{0, 360}, {640, -8}, {641, 360}, {640, 362}, {1928, 1080}, {1920, 1088}} {
		if _, err := NewEncoder(size[0], size[1]); err == nil {
			t.Errorf("%v accepted", size)
		}
	}
}

// FuzzCells lets the fuzzer draw: whatever the cells, the encoder ends with a bounded access unit and holds the source.
func FuzzCells(f *testing.F) {
	f.Add([]byte{0, 255, 16, 235})
	f.Add(bytes.Repeat([]byte{1, 2, 4, 8, 16, 32, 64, 128, 255}, 9))
	f.Fuzz(func(t *testing.T, cells []byte) {
		if len(cells) == 0 {
			return
		}
		m, _ := mosaic.New(64, 40)
		e, _ := NewEncoder(64, 40)
		for step := range 3 {
			for i := range m.Y {
				m.Y[i] = cells[(i*7+step)%len(cells)]
			}
			for i := range m.Cb {
				m.Cb[i], m.Cr[i] = cells[(i*5+step)%len(cells)], cells[(i*3)%len(cells)]
			}
			if _, unit := e.Encode(m, step == 2); len(unit[0]) > 4096 {
				t.Errorf("access unit of %d bytes for 12 blocks", len(unit[0]))
			}
			if !bytes.Equal(m.Y, e.shown.Y) {
				t.Fatal("the encoder does not hold what it was given")
			}
		}
	})
}

func BenchmarkEncodeNoise(b *testing.B) {
	m, _ := mosaic.New(640, 360)
	e, _ := NewEncoder(640, 360)
	scribble(m, rand.New(rand.NewPCG(1, 2)), 1)
	for b.Loop() {
		e.Encode(m, true)
	}
}
