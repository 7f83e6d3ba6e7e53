package events

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ArgumentsLen is how many octets of arguments an EVENT carries.
const ArgumentsLen = 40

// Said is an event in words.
type Said struct {
	// Name is the event's own, such as check_modes_global_pos; Group "health", "arming_check", "default", …
	Name, Group string
	Message     string
	summary     bool
	values      []uint64 // the arguments' bits
}

// Decode reads an event; false for one that is not known.
func (s *Set) Decode(id uint32, args *[ArgumentsLen]byte) (Said, bool) {
	k := s.events[id]
	if k == nil {
		return Said{}, false
	}
	out := Said{Name: k.name, Group: k.group, summary: k.special == "summary"}
	at := 0
	for _, a := range k.args {
		n := baseSize(a.base)
		out.values = append(out.values, little(args[at:at+n]))
		at += n
	}
	out.Message = k.write(k.message, out.values)
	return out, true
}

func little(b []byte) (v uint64) {
	var full [8]byte
	copy(full[:], b)
	return binary.LittleEndian.Uint64(full[:])
}

// write fills a template.
func (k *kind) write(template string, values []uint64) string {
	var b strings.Builder
	for i := 0; i < len(template) && b.Len() <= textMax; {
		switch c := template[i]; {
		case c == '\\' && i+1 < len(template):
			b.WriteByte(template[i+1])
			i += 2
		case c == '{':
			end := strings.IndexByte(template[i:], '}')
			if end < 0 {
				b.WriteString(template[i:])
				return b.String()
			}
			b.WriteString(k.field(template[i+1:i+end], values))
			i += end + 1
		case c == '<':
			n, skip := tag(template[i:])
			if skip != "" {
				if end := strings.Index(template[i+n:], skip); end >= 0 {
					n += end + len(skip)
				} else {
					n = len(template) - i
				}
			}
			i += n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return strings.TrimSpace(b.String())
}

// tag gives the length of the tag that t begins with; skip is the end of what belongs to it and is left out: what is
// for developers.
func tag(t string) (n int, skip string) {
	end := strings.IndexByte(t, '>')
	if end < 0 {
		return len(t), ""
	}
	if strings.HasPrefix(t, "<profile") && !strings.Contains(t[:end], `"!`) && !strings.Contains(t[:end], `"normal"`) {
		return end + 1, "</profile>"
	}
	return end + 1, ""
}

// field writes one argument: ARG[:.DECIMALS][UNIT].
func (k *kind) field(f string, values []uint64) string {
	digits := strings.IndexFunc(f, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(f)
	}
	n, err := strconv.Atoi(f[:digits])
	if err != nil || n < 1 || n > len(values) {
		return "?"
	}
	f = f[digits:]
	decimals := -1
	if rest, ok := strings.CutPrefix(f, ":."); ok {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 0 {
			digits = len(rest)
		}
		if d, err := strconv.Atoi(rest[:digits]); err == nil && d <= 10 {
			decimals = d
		}
		f = rest[digits:]
	}
	return k.args[n-1].text(values[n-1], decimals) + unit(f)
}

// unit is a unit as it is read; m_v is a height.
func unit(u string) string {
	switch u {
	case "":
		return ""
	case "m_v":
		return " m"
	case "C":
		return " °C"
	case "m^2":
		return " m²"
	}
	if len(u) > 8 {
		return ""
	}
	return " " + u
}

// text writes one value.
func (a *argument) text(v uint64, decimals int) string {
	if a.enum != nil {
		return a.enum.text(v)
	}
	if a.base == "float" {
		f := float64(math.Float32frombits(uint32(v)))
		if decimals >= 0 {
			return strconv.FormatFloat(f, 'f', decimals, 64)
		}
		return strconv.FormatFloat(f, 'g', 6, 64)
	}
	if strings.HasPrefix(a.base, "int") {
		shift := 64 - 8*baseSize(a.base)
		return strconv.FormatInt(int64(v)<<shift>>shift, 10)
	}
	return strconv.FormatUint(v, 10)
}

// text names a value; of a set of bits each one.
func (e *enum) text(v uint64) string {
	if t, ok := e.entries[v]; ok {
		return t
	}
	if !e.bits {
		return fmt.Sprintf("%d", v)
	}
	var bits []string
	for bit := range 64 {
		one := uint64(1) << bit
		if v&one == 0 {
			continue
		}
		if t, ok := e.entries[one]; ok {
			bits = append(bits, t)
		} else {
			bits = append(bits, fmt.Sprintf("%d", one))
		}
	}
	return strings.Join(slices.Compact(bits), e.separator)
}
