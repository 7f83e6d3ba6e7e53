package param

import (
	"errors"
	"fmt"
	"math"

	"groundstation/fleet"
)

// Encoding is how integers travel in the float of PARAM_VALUE and PARAM_SET.
type Encoding uint8

// The two encodings of the protocol (MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_*).
const (
	Unknown Encoding = iota
	// Bytewise puts the integer's bytes into the field (PX4).
	Bytewise
	// Cast converts the integer to a float (ArduPilot): exact up to 24 bits.
	Cast
)

// ErrValue is wrapped by what says why a value cannot be written.
var ErrValue = errors.New("value")

// bounds are the least and greatest values of the integer types.
var bounds = map[fleet.ParamType][2]float64{
	fleet.ParamUint8:  {0, math.MaxUint8},
	fleet.ParamInt8:   {math.MinInt8, math.MaxInt8},
	fleet.ParamUint16: {0, math.MaxUint16},
	fleet.ParamInt16:  {math.MinInt16, math.MaxInt16},
	fleet.ParamUint32: {0, math.MaxUint32},
	fleet.ParamInt32:  {math.MinInt32, math.MaxInt32},
}

// Check says whether v is a value of type t: finite, and for an integer whole and within its range.
func Check(v float64, t fleet.ParamType) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%w %v is not a number", ErrValue, v)
	}
	if t == fleet.ParamReal32 {
		if math.Abs(v) > math.MaxFloat32 {
			return fmt.Errorf("%w %v does not fit 32 bits", ErrValue, v)
		}
		return nil
	}
	b, ok := bounds[t]
	switch {
	case !ok:
		return fmt.Errorf("%w of an unknown type %d", ErrValue, t)
	case v != math.Trunc(v):
		return fmt.Errorf("%w %v: the parameter is an integer", ErrValue, v)
	case v < b[0] || v > b[1]:
		return fmt.Errorf("%w %v is not within %.0f to %.0f", ErrValue, v, b[0], b[1])
	}
	return nil
}

// Encode gives the float that carries v.
func Encode(v float64, t fleet.ParamType, e Encoding) (float32, error) {
	if err := Check(v, t); err != nil {
		return 0, err
	}
	switch {
	case t == fleet.ParamReal32:
		return float32(v), nil
	case e == Bytewise:
		// Two's complement, the low bytes first: what is narrower than 32 bits leaves the rest zero.
		bits := uint32(int64(v))
		switch t {
		case fleet.ParamUint8, fleet.ParamInt8:
			bits &= 0xFF
		case fleet.ParamUint16, fleet.ParamInt16:
			bits &= 0xFFFF
		}
		return math.Float32frombits(bits), nil
	case e == Cast:
		if float64(float32(v)) != v {
			return 0, fmt.Errorf("%w %.0f cannot be told exactly to this autopilot", ErrValue, v)
		}
		return float32(v), nil
	}
	return 0, fmt.Errorf("%w: the vehicle has not said how it encodes integers", ErrValue)
}

// Decode reads what the vehicle sent; false if it is no value of the type.
func Decode(v float32, t fleet.ParamType, e Encoding) (float64, bool) {
	if t == fleet.ParamReal32 {
		return float64(v), true // not a number is what some parameters stand at
	}
	var out float64
	switch e {
	case Bytewise:
		bits := math.Float32bits(v)
		switch t {
		case fleet.ParamUint8:
			out = float64(uint8(bits))
		case fleet.ParamInt8:
			out = float64(int8(bits))
		case fleet.ParamUint16:
			out = float64(uint16(bits))
		case fleet.ParamInt16:
			out = float64(int16(bits))
		case fleet.ParamUint32:
			out = float64(bits)
		case fleet.ParamInt32:
			out = float64(int32(bits))
		default:
			return 0, false
		}
	case Cast:
		out = float64(v)
	default:
		return 0, false
	}
	return out, Check(out, t) == nil
}

// Equal says whether two values are the same for the vehicle: reals but for rounding to 32 bits, integers exactly.
func Equal(a, b float64, t fleet.ParamType) bool {
	if t != fleet.ParamReal32 {
		return a == b
	}
	x, y := float64(float32(a)), float64(float32(b))
	if math.IsInf(x, 0) || math.IsInf(y, 0) {
		return x == y
	}
	return x == y || x != x && y != y || math.Abs(x-y) <= 1e-5*max(math.Abs(x), math.Abs(y))
}

// nameMax is the length of a parameter's name on the wire.
const nameMax = 16

// ValidName says whether name can be a parameter's: what is shown, stored and asked for is letters, digits and
// underscores only, whatever a vehicle sends.
func ValidName(name string) bool {
	if name == "" || len(name) > nameMax {
		return false
	}
	for _, c := range []byte(name) {
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return true
}
