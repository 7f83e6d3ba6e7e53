package h264

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
	cmd := exec.Command("ffmpeg", "-v", "error", "-xerror", "-err_detect", "explode", "-f", "h264", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-")
	cmd.Stdin = bytes.NewReader(stream)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil || problems.Len() > 0 {
		t.Fatalf("ffmpeg: %v\n%s", err, problems.Bytes())
	}
	return out.Bytes()
}

func annexB(dst []byte, au [][]byte) []byte {
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

// scribble changes some macroblocks of m: flat ones, soft ones, and noise from extreme to faint.
func scribble(m *mosaic.Mosaic, r *rand.Rand, share float64) {
	for my := range m.Rows / 4 {
		for mx := range m.Cols / 4 {
			if r.Float64() >= share {
				continue
			}
			base, spread := r.IntN(256), []int{0, 0, 1, 4, 40, 255}[r.IntN(6)]
			some := func() uint8 { return clip(int32(base + r.IntN(2*spread+1) - spread)) }
			for i := range 16 {
				m.Y[(my*4+i/4)*m.Cols+mx*4+i%4] = some()
			}
			for i := range 4 {
				at := (my*2+i/2)*m.Cols/2 + mx*2 + i%2
				m.Cb[at], m.Cr[at] = some(), some()
			}
		}
	}
}

// The decoder's pictures must equal the encoder's own reconstruction bit by bit: one wrong code word, scale or
// prediction anywhere and they drift apart.
func TestDecoderAgrees(t *testing.T) {
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
			for i := range 40 * 360 / max(size[1], 360) {
				scribble(m, r, shares[i%len(shares)])
				stream = annexB(stream, e.Encode(m, i%13 == 0 || i%13 == 1))
				want = append(want, pixels(e.recon)...)
			}
			got := decode(t, stream)
			if len(got) != len(want) {
				t.Fatalf("decoded %d bytes, want %d", len(got), len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					frame := size[0] * size[1] * 3 / 2
					t.Fatalf("picture %d differs at byte %d of %d: decoded %d, want %d", i/frame, i%frame, frame, got[i], want[i])
				}
			}
		})
	}
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
		stream = annexB(stream, above.Begin(key))
		below.Begin(key)
		stream = annexB(stream, [][]byte{above.Slice(m, 0, 7), below.Slice(m, 7, 12), Filler(2 + r.IntN(50))})
		held, _ := mosaic.New(320, 184)
		held.CopyBlocks(above.recon, 0, 7)
		held.CopyBlocks(below.recon, 7, 12)
		want = append(want, pixels(held)...)
	}
	if !bytes.Equal(decode(t, stream), want) {
		t.Error("the decoder's pictures differ from the encoders'")
	}
}

func TestFlatBlocksAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, _ := mosaic.New(640, 360)
	e, _ := NewEncoder(640, 360)
	worst := 0
	for range 20 {
		scribble(m, r, 1)
		e.Encode(m, false)
		for i := range m.Y {
			worst = max(worst, max(int(m.Y[i])-int(e.recon.Y[i]), int(e.recon.Y[i])-int(m.Y[i])))
		}
	}
	if worst > 8 {
		t.Errorf("a cell is off by %d grey levels, want at most 8", worst)
	}
	for my := range m.Rows / 4 {
		for mx := range m.Cols / 4 {
			for i := range 16 {
				m.Y[(my*4+i/4)*m.Cols+mx*4+i%4] = uint8(16 + (my*40+mx)%220)
			}
		}
	}
	e.Encode(m, false)
	if !bytes.Equal(m.Y, e.recon.Y) {
		t.Error("flat macroblocks are not reproduced exactly")
	}
}

func TestUnchangedPictureIsTiny(t *testing.T) {
	m, _ := mosaic.New(640, 360)
	e, _ := NewEncoder(640, 360)
	first := e.Encode(m, false)
	if len(first) != 3 {
		t.Fatalf("first access unit has %d NAL units, want SPS, PPS and IDR", len(first))
	}
	if second := e.Encode(m, false); len(second) != 1 || len(second[0]) > 12 {
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

func TestCodesArePrefixFree(t *testing.T) {
	tables := map[string][][]code{"totalZeros": totalZeros[1:], "chromaTotalZeros": chromaTotalZeros[1:], "runBefore": runBefore[1:]}
	for _, whole := range []struct {
		name string
		rows [][]code
	}{{"coeffTokens", coeffTokens[:]}, {"chromaCoeffTokens", chromaCoeffTokens[:]}} {
		var all []code
		for _, row := range whole.rows {
			all = append(all, row...)
		}
		tables[whole.name] = [][]code{all}
	}
	for name, sets := range tables {
		for i, set := range sets {
			for a, x := range set {
				for b, y := range set {
					if a != b && x.n <= y.n && y.v>>(y.n-x.n) == x.v {
						t.Errorf("%s set %d: word %d is a prefix of word %d", name, i, a, b)
					}
				}
			}
		}
	}
}

// FuzzCells lets the fuzzer draw: whatever the cells, the encoder ends with a bounded access unit and a
// reconstruction near the source.
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
			size := 0
			for _, nal := range e.Encode(m, step == 2) {
				size += len(nal)
			}
			if size > 4096 {
				t.Errorf("access unit of %d bytes for 12 macroblocks", size)
			}
			for i := range m.Y {
				if d := int(m.Y[i]) - int(e.recon.Y[i]); d > 8 || d < -8 {
					t.Fatalf("cell %d is off by %d", i, d)
				}
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
