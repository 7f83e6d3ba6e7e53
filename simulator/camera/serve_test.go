package camera

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"groundstation/internal/geo"
)

// served serves two cameras and counts how often it is asked what they see.
func served(t *testing.T) (addr string, asked *atomic.Int64) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int64)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, ln, []string{"V01", "V01" + ThermalPath, "V02"}, func(string) (View, bool) {
			asked.Add(1)
			return View{Lat: 32.53, Lon: 120.46, AltM: 80, HeadingDeg: 40, GimbalPitchDeg: -50, Marker: &geo.LatLon{Lat: 32.531, Lon: 120.461}}, true
		}, testLibrary(), slog.New(slog.DiscardHandler))
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the cameras ended with %v", err)
		}
	})
	return ln.Addr().String(), asked
}

// ffmpeg is the far end: it plays a camera over RTSP and decodes so many pictures to grey pixels.
func ffmpeg(t *testing.T, url string, pictures int) *bytes.Reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", url,
		"-frames:v", strconv.Itoa(pictures), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-")
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, complaint.String())
	}
	if complaint.Len() > 0 {
		t.Errorf("ffmpeg finds fault with the stream: %s", complaint.String())
	}
	return bytes.NewReader(out.Bytes())
}

// A decoder that knows nothing of ours sees whole pictures whose timecode tells the vehicle and a time that is now and
// goes on.
func TestAPlayerSeesPicturesWithTheVehicleAndTheTimeInThem(t *testing.T) {
	addr, asked := served(t)
	if n := asked.Load(); n != 0 {
		t.Errorf("%d pictures are drawn with nobody there", n)
	}
	for _, id := range []string{"V01", "V02"} {
		before := time.Now()
		film := ffmpeg(t, "rtsp://"+addr+"/"+id, 12)
		after := time.Now()
		var last time.Time
		picture, count := make([]byte, Width*Height), 0
		for {
			if _, err := io.ReadFull(film, picture); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: picture %d is not whole: %v", id, count, err)
			}
			count++
			code, err := ReadTimecode(func(x, y int) uint8 { return picture[y*Width+x] }, Width, Height)
			if err != nil {
				t.Fatalf("%s: picture %d: %v", id, count, err)
			}
			if code.Tag != Tag(id) {
				t.Errorf("%s: picture %d is of another camera", id, count)
			}
			if !code.At.After(last) || code.At.Before(before.Add(-time.Millisecond)) || code.At.After(after) {
				t.Errorf("%s: picture %d is of %v, the one before of %v; played from %v to %v", id, count, code.At, last, before, after)
			}
			last = code.At
		}
		if count != 12 {
			t.Errorf("%s: %d pictures", id, count)
		}
	}
}

func TestThePictureHoldsMoreThanItsTimecode(t *testing.T) {
	addr, _ := served(t)
	film := ffmpeg(t, "rtsp://"+addr+"/V01", 1)
	picture := make([]byte, Width*Height)
	if _, err := io.ReadFull(film, picture); err != nil {
		t.Fatal(err)
	}
	shades := map[byte]bool{}
	for _, p := range picture[:Width*stripTop] {
		shades[p] = true
	}
	if len(shades) < 8 {
		t.Errorf("the picture above the timecode has %d shades", len(shades))
	}
}

func TestACameraThatIsNotThereIsNotFound(t *testing.T) {
	addr, asked := served(t)
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", "rtsp://"+addr+"/V77",
		"-frames:v", "1", "-f", "null", "-").CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("404")) {
		t.Errorf("%v: %s", err, out)
	}
	if asked.Load() != 0 {
		t.Error("a picture was drawn for it")
	}
}

func TestADamagedTimecodeIsNotBelieved(t *testing.T) {
	draw := func(change func(rows *[stripRows][stripCols]bool)) func(x, y int) uint8 {
		rows := Timecode{At: time.UnixMilli(1772000000000), Tag: Tag("V01")}.bits()
		change(&rows)
		return func(x, y int) uint8 {
			r := (y - stripTop) / stripBlock
			if r >= 0 && r < stripRows && rows[r][x/stripBlock] {
				return 235
			}
			return 16
		}
	}
	if code, err := ReadTimecode(draw(func(*[stripRows][stripCols]bool) {}), Width, Height); err != nil || code.At.UnixMilli() != 1772000000000 {
		t.Fatalf("the whole one reads as %v, %v", code, err)
	}
	for r := range stripRows {
		for c := range stripCols {
			if code, err := ReadTimecode(draw(func(rows *[stripRows][stripCols]bool) { rows[r][c] = !rows[r][c] }), Width, Height); err == nil {
				t.Errorf("with block %d of row %d turned it reads as %v", c, r, code)
			}
		}
	}
	if _, err := ReadTimecode(func(int, int) uint8 { return 128 }, Width, Height); !errors.Is(err, ErrNoTimecode) {
		t.Errorf("grey reads with %v", err)
	}
}
