package klv

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// parsed reads a set as any reader of ST 0601 does, and judges its frame.
func parsed(t *testing.T, b []byte) map[byte][]byte {
	t.Helper()
	if !bytes.HasPrefix(b, Key[:]) {
		t.Fatalf("it begins with %x", b[:16])
	}
	rest := b[16:]
	n := int(rest[0])
	rest = rest[1:]
	if n >= 0x80 {
		octets := n & 0x7f
		n = 0
		for _, c := range rest[:octets] {
			n = n<<8 | int(c)
		}
		rest = rest[octets:]
	}
	if n != len(rest) {
		t.Fatalf("its length is %d, %d octets follow", n, len(rest))
	}
	sum := 0
	for i, c := range b[:len(b)-2] {
		if i%2 == 0 {
			sum += int(c) << 8
		} else {
			sum += int(c)
		}
	}
	if got := binary.BigEndian.Uint16(b[len(b)-2:]); got != uint16(sum) {
		t.Errorf("checksum %04x, the octets sum up to %04x", got, uint16(sum))
	}
	all := map[byte][]byte{}
	for first, last := true, false; len(rest) > 0; first = false {
		tag, size := rest[0], int(rest[1])
		if first && tag != tagTime || last {
			t.Errorf("item %d: the time stamp is first and the checksum last", tag)
		}
		last = tag == tagChecksum
		if all[tag] != nil {
			t.Errorf("item %d is there twice", tag)
		}
		all[tag], rest = rest[2:2+size], rest[2+size:]
	}
	return all
}

func p(x float64) *float64 { return &x }

// The values are the examples of ST 0601's own table of items.
func TestValuesAreThoseOfTheStandard(t *testing.T) {
	at := time.UnixMicro(0x000459F4A6AA4AA8)
	if got := at.UTC().Format(time.DateTime); got != "2008-10-24 00:13:29" {
		t.Fatal(got)
	}
	set := parsed(t, Report{At: at, Mission: "MISSION01", Tail: "AF-101", Platform: "MQ1-B", Sensor: "EO",
		Camera:     Place{60.176822966978335, 128.42675904204452, 14190.72},
		HeadingDeg: p(159.97436), PitchDeg: p(-0.4315251), RollDeg: p(3.405814), HFOVDeg: p(144.5713), VFOVDeg: p(152.6436),
		AzimuthDeg: p(160.71921147369557), ElevationDeg: p(-168.79232483394085), SlantM: p(68590.98329874477),
		Center: &Place{-10.542388633146132, 29.15789012292302, 3216.037}}.Append(nil))
	for tag, want := range map[byte]string{
		2: "000459f4a6aa4aa8", 3: hex.EncodeToString([]byte("MISSION01")), 4: hex.EncodeToString([]byte("AF-101")),
		5: "71c2", 6: "fd3d", 7: "08b8", 10: hex.EncodeToString([]byte("MQ1-B")), 11: "454f",
		12: hex.EncodeToString([]byte("Geodetic WGS84")), 13: "5595b66d", 14: "5b5360c4", 15: "c221", 16: "cd9c", 17: "d917",
		18: "724a0a20", 19: "87f84b86", 21: "03830926", 23: "f101a229", 24: "14bc082b", 25: "34f3", 65: "13",
	} {
		if got := hex.EncodeToString(set[tag]); got != want {
			t.Errorf("item %d is %s, the standard's example is %s", tag, got, want)
		}
	}
}

func TestWhatIsOutOfRangeIsNotSaidOrSaidWider(t *testing.T) {
	set := parsed(t, Report{At: time.Unix(1, 0), Camera: Place{91, 20, math.NaN()}, PitchDeg: p(-20.01), RollDeg: p(91), HFOVDeg: p(180.1),
		HeadingDeg: p(-90), Mission: "城\n", Center: &Place{1, 2, 3}, CornerLats: &[4]float64{1.075, 1.0751, 0.925, 1}, CornerLons: &[4]float64{2, 2, 2, 2}}.Append(nil))
	for _, tag := range []byte{13, 15, 6, 7, 91, 16, 28} {
		if set[tag] != nil {
			t.Errorf("item %d is said: %x", tag, set[tag])
		}
	}
	if got := int32(binary.BigEndian.Uint32(set[90])); math.Abs(float64(got)/math.MaxInt32*90+20.01) > 1e-6 {
		t.Errorf("the pitch is %d of item 90", got)
	}
	if string(set[3]) != "??" || hex.EncodeToString(set[5]) != "bfff" || hex.EncodeToString(set[26]) != "7fff" || hex.EncodeToString(set[30]) != "8001" {
		t.Errorf("%x", set)
	}
}

// Whatever is reported, the set can be read, and the camera is found where it is.
func TestAnyReportCanBeRead(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	wild := func() *float64 {
		x := math.Float64frombits(rng.Uint64())
		if rng.IntN(2) == 0 {
			x = (rng.Float64() - 0.5) * 1000
		}
		return &x
	}
	for range 2000 {
		r := Report{At: time.UnixMicro(rng.Int64N(1 << 50)), Mission: string(make([]byte, rng.IntN(300))), Tail: "\x00城é", HeadingDeg: wild(), PitchDeg: wild(),
			RollDeg: wild(), HFOVDeg: wild(), VFOVDeg: wild(), AzimuthDeg: wild(), ElevationDeg: wild(), CameraRollDeg: wild(), SlantM: wild(),
			Center: &Place{*wild(), *wild(), *wild()}, CornerLats: &[4]float64{*wild(), *wild(), *wild(), *wild()}, CornerLons: &[4]float64{*wild()},
			Camera: Place{rng.Float64()*180 - 90, rng.Float64()*360 - 180, rng.Float64()*19900 - 900}}
		b := r.Append([]byte{1, 2, 3})
		set := parsed(t, b[3:])
		back := func(tag byte, span float64) float64 {
			return float64(int32(binary.BigEndian.Uint32(set[tag]))) / math.MaxInt32 * span
		}
		alt := float64(binary.BigEndian.Uint16(set[15]))/65535*19900 - 900
		if b[2] != 3 || math.Abs(back(13, 90)-r.Camera.Lat) > 1e-7 || math.Abs(back(14, 180)-r.Camera.Lon) > 1e-7 || math.Abs(alt-r.Camera.AltM) > 0.2 {
			t.Fatalf("%+v is read as %v %v %v", r.Camera, back(13, 90), back(14, 180), alt)
		}
	}
}
