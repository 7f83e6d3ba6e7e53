package klv

import (
	"encoding/binary"
	"math"
	"time"
)

// Key is the universal key of the UAS Datalink local set (ST 0601, SMPTE ST 336).
var Key = [16]byte{0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0x00, 0x00, 0x00}

// version is that of ST 0601 whose items these are.
const version = 19

// The items of ST 0601 that are written.
const (
	tagChecksum    = 1
	tagTime        = 2
	tagMission     = 3
	tagTail        = 4
	tagHeading     = 5
	tagPitch       = 6
	tagRoll        = 7
	tagPlatform    = 10
	tagSensor      = 11
	tagCoordinates = 12
	tagLat         = 13
	tagLon         = 14
	tagAltitude    = 15
	tagHFOV        = 16
	tagVFOV        = 17
	tagAzimuth     = 18
	tagElevation   = 19
	tagSensorRoll  = 20
	tagSlant       = 21
	tagCenterLat   = 23
	tagCenterLon   = 24
	tagCenterElev  = 25
	tagCorners     = 26 // to 33: offsets of latitude and longitude of four corners
	tagVersion     = 65
	tagPitchFull   = 90
	tagRollFull    = 91
)

// textMax is the longest text of an item, in octets.
const textMax = 127

// Place is a point of the ground.
type Place struct {
	Lat, Lon float64 // degrees, WGS-84
	AltM     float64 // above mean sea level
}

// Report is what a set says of one instant. What is nil or empty is not said.
type Report struct {
	At       time.Time
	Mission  string // the sortie
	Tail     string // the vehicle
	Platform string // its type
	Sensor   string // which of its cameras
	Camera   Place  // where it is

	HeadingDeg        *float64 // of the vehicle, true, clockwise from north
	PitchDeg, RollDeg *float64 // of the vehicle, nose up and right side down positive
	HFOVDeg, VFOVDeg  *float64 // fields of view
	AzimuthDeg        *float64 // of the camera from the vehicle's nose, clockwise
	ElevationDeg      *float64 // of the camera from the vehicle's plane, up positive
	CameraRollDeg     *float64 // about its line of sight, clockwise
	SlantM            *float64 // to where the middle of the picture is
	Center            *Place   // that
	CornerLats        *[4]float64
	CornerLons        *[4]float64 // of the picture, from its upper left clockwise; only with Center
}

// Append adds the set to b.
func (r Report) Append(b []byte) []byte {
	var v items
	v.uint64(tagTime, uint64(r.At.UnixMicro()))
	v.text(tagMission, r.Mission)
	v.text(tagTail, r.Tail)
	if r.HeadingDeg != nil {
		v.unsigned(tagHeading, 2, wrap(*r.HeadingDeg), 0, 360)
	}
	v.tilt(tagPitch, tagPitchFull, r.PitchDeg, 20)
	v.tilt(tagRoll, tagRollFull, r.RollDeg, 50)
	v.text(tagPlatform, r.Platform)
	v.text(tagSensor, r.Sensor)
	v.text(tagCoordinates, "Geodetic WGS84")
	v.signed(tagLat, 4, r.Camera.Lat, 90)
	v.signed(tagLon, 4, r.Camera.Lon, 180)
	v.unsigned(tagAltitude, 2, r.Camera.AltM, -900, 19000)
	v.maybe(tagHFOV, 2, r.HFOVDeg, 0, 180)
	v.maybe(tagVFOV, 2, r.VFOVDeg, 0, 180)
	if r.AzimuthDeg != nil {
		v.unsigned(tagAzimuth, 4, wrap(*r.AzimuthDeg), 0, 360)
	}
	if r.ElevationDeg != nil {
		v.signed(tagElevation, 4, *r.ElevationDeg, 180)
	}
	if r.CameraRollDeg != nil {
		v.unsigned(tagSensorRoll, 4, wrap(*r.CameraRollDeg), 0, 360)
	}
	v.maybe(tagSlant, 4, r.SlantM, 0, 5_000_000)
	if c := r.Center; c != nil {
		v.signed(tagCenterLat, 4, c.Lat, 90)
		v.signed(tagCenterLon, 4, c.Lon, 180)
		v.unsigned(tagCenterElev, 2, c.AltM, -900, 19000)
		if r.CornerLats != nil && r.CornerLons != nil {
			for i := range 4 {
				v.signed(byte(tagCorners+2*i), 2, r.CornerLats[i]-c.Lat, 0.075)
				v.signed(byte(tagCorners+2*i+1), 2, r.CornerLons[i]-c.Lon, 0.075)
			}
		}
	}
	v.item(tagVersion, version)
	return seal(b, v)
}

// seal puts the key and the length before the items and the checksum after them.
func seal(b []byte, v items) []byte {
	start := len(b)
	b = append(b, Key[:]...)
	b = appendLength(b, len(v)+4)
	b = append(b, v...)
	b = append(b, tagChecksum, 2)
	return binary.BigEndian.AppendUint16(b, checksum(b[start:]))
}

// appendLength writes a length in BER (SMPTE ST 336): short to 127, else long.
func appendLength(b []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(b, byte(n))
	case n < 0x100:
		return append(b, 0x81, byte(n))
	}
	return append(b, 0x82, byte(n>>8), byte(n))
}

// checksum is the running sum of ST 0601: octets of even place are the upper half of a word.
func checksum(b []byte) (sum uint16) {
	for i, c := range b {
		sum += uint16(c) << (8 * ((i + 1) % 2))
	}
	return sum
}

// items are the items of a set, as they are on the wire.
type items []byte

func (v *items) item(tag byte, value ...byte) {
	*v = append(append(*v, tag, byte(len(value))), value...)
}

func (v *items) uint64(tag byte, n uint64) {
	v.item(tag, binary.BigEndian.AppendUint64(nil, n)...)
}

// text writes a text of ISO 646; what is none of it becomes a question mark.
func (v *items) text(tag byte, s string) {
	var b []byte
	for _, r := range s {
		if r < 0x20 || r > 0x7e {
			r = '?'
		}
		b = append(b, byte(r))
	}
	if len(b) > 0 {
		v.item(tag, b[:min(len(b), textMax)]...)
	}
}

// unsigned spreads the range from lo to hi over all integers of so many octets.
func (v *items) unsigned(tag byte, octets int, x, lo, hi float64) {
	if !(x >= lo && x <= hi) {
		return
	}
	most := math.Pow(2, float64(8*octets)) - 1
	v.integer(tag, octets, uint64(math.Round((x-lo)/(hi-lo)*most)))
}

func (v *items) maybe(tag byte, octets int, x *float64, lo, hi float64) {
	if x != nil {
		v.unsigned(tag, octets, *x, lo, hi)
	}
}

// signed spreads the range of ±span over the integers of so many octets but the least, which means "out of range".
func (v *items) signed(tag byte, octets int, x, span float64) {
	if !(math.Abs(x) <= span) {
		return
	}
	most := math.Pow(2, float64(8*octets-1)) - 1
	v.integer(tag, octets, uint64(int64(math.Round(x/span*most))))
}

// tilt writes an angle by the item that is known best, or by the wider one where that does not reach.
func (v *items) tilt(tag, full byte, x *float64, span float64) {
	switch {
	case x == nil:
	case math.Abs(*x) <= span:
		v.signed(tag, 2, *x, span)
	default:
		v.signed(full, 4, *x, 90)
	}
}

func (v *items) integer(tag byte, octets int, n uint64) {
	v.item(tag, binary.BigEndian.AppendUint64(nil, n)[8-octets:]...)
}

// wrap brings an angle into 0 to 360 degrees.
func wrap(deg float64) float64 {
	if deg = math.Mod(deg, 360); deg < 0 {
		deg += 360
	}
	return deg
}
