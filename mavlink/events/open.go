package events

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ulikunitz/xz/lzma"
)

// The bounds of what is believed.
const (
	FileMax    = 1 << 20 // octets of the file as it is served
	jsonMax    = 4 << 20 // and unpacked
	eventsMax  = 10_000
	entriesMax = 50_000 // of all enumerations together
	textMax    = 2000   // octets of one text
	argsMax    = 20     // arguments of one event
)

// Errors of Open.
var (
	ErrTooLarge = errors.New("events metadata: larger than allowed")
	ErrFormat   = errors.New("events metadata: not what it should be")
)

// Set is what the metadata of one firmware says.
type Set struct {
	events map[uint32]*kind
	// component is health_component_t: the name of each bit.
	component map[uint64]string
}

// kind is one event.
type kind struct {
	name, message, description string
	group, special             string // special: "summary"
	args                       []argument
}

type argument struct {
	name string
	base string // uint8_t … float
	enum *enum
}

type enum struct {
	base      string
	bits      bool
	separator string
	entries   map[uint64]string
}

// The file's form, https://github.com/mavlink/libevents/blob/main/validation/schema.json.
type (
	fileJSON struct {
		Version    int                      `json:"version"`
		Components map[string]componentJSON `json:"components"`
	}
	componentJSON struct {
		Namespace string               `json:"namespace"`
		Enums     map[string]enumJSON  `json:"enums"`
		Groups    map[string]groupJSON `json:"event_groups"`
	}
	enumJSON struct {
		Type      string               `json:"type"`
		Bits      bool                 `json:"is_bitfield"`
		Separator string               `json:"separator"`
		Entries   map[string]entryJSON `json:"entries"`
	}
	entryJSON struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	groupJSON struct {
		Events map[string]eventJSON `json:"events"`
	}
	eventJSON struct {
		Name        string         `json:"name"`
		Message     string         `json:"message"`
		Description string         `json:"description"`
		Type        string         `json:"type"`
		Arguments   []argumentJSON `json:"arguments"`
	}
	argumentJSON struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
)

// Open reads the metadata as the vehicle serves it. An event that makes no sense is left out; too many of anything is an error.
func Open(file []byte) (*Set, error) {
	if len(file) > FileMax {
		return nil, ErrTooLarge
	}
	text, err := unpack(file)
	if err != nil {
		return nil, err
	}
	var f fileJSON
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if f.Version < 1 || f.Version > 2 {
		return nil, fmt.Errorf("%w: version %d", ErrFormat, f.Version)
	}
	enums, err := enumsOf(f)
	if err != nil {
		return nil, err
	}
	s := &Set{events: map[uint32]*kind{}, component: map[uint64]string{}}
	for id, c := range f.Components {
		n, err := strconv.ParseUint(id, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("%w: component %.10q", ErrFormat, id)
		}
		if e := enums[c.Namespace+"::health_component_t"]; e != nil {
			s.component = e.entries
		}
		for group, g := range c.Groups {
			for id, e := range g.Events {
				sub, err := strconv.ParseUint(id, 10, 24)
				if err != nil {
					continue
				}
				if k := kindOf(e, group, c.Namespace, enums); k != nil {
					s.events[uint32(n)<<24|uint32(sub)] = k
				}
				if len(s.events) > eventsMax {
					return nil, ErrTooLarge
				}
			}
		}
	}
	return s, nil
}

// Len is how many events are known.
func (s *Set) Len() int { return len(s.events) }

func enumsOf(f fileJSON) (map[string]*enum, error) {
	enums, entries := map[string]*enum{}, 0
	for _, c := range f.Components {
		for name, e := range c.Enums {
			out := &enum{base: e.Type, bits: e.Bits, separator: e.Separator, entries: map[uint64]string{}}
			if out.separator == "" || len(out.separator) > 10 {
				out.separator = "|"
			}
			for v, entry := range e.Entries {
				n, err := strconv.ParseUint(v, 0, 64)
				if err != nil || len(entry.Description) > textMax || len(entry.Name) > textMax {
					continue
				}
				text := entry.Description
				if text == "" && n != 0 {
					text = entry.Name
				}
				out.entries[n] = text
				if entries++; entries > entriesMax {
					return nil, ErrTooLarge
				}
			}
			enums[c.Namespace+"::"+name] = out
		}
	}
	return enums, nil
}

// kindOf takes an event apart; nil if it makes no sense.
func kindOf(e eventJSON, group, namespace string, enums map[string]*enum) *kind {
	if len(e.Message) > textMax || len(e.Description) > textMax || len(e.Name) > textMax || len(e.Arguments) > argsMax {
		return nil
	}
	k := &kind{name: e.Name, message: e.Message, description: e.Description, group: group, special: e.Type}
	size := 0
	for _, a := range e.Arguments {
		arg := argument{name: a.Name, base: a.Type}
		if baseSize(a.Type) == 0 {
			name := a.Type
			if !strings.Contains(name, "::") {
				name = namespace + "::" + name
			}
			if arg.enum = enums[name]; arg.enum == nil {
				return nil
			}
			arg.base = arg.enum.base
		}
		n := baseSize(arg.base)
		if size += n; n == 0 || size > ArgumentsLen {
			return nil
		}
		k.args = append(k.args, arg)
	}
	return k
}

// baseSize is how many octets a basic type takes; 0 for what is none.
func baseSize(t string) int {
	switch t {
	case "uint8_t", "int8_t":
		return 1
	case "uint16_t", "int16_t":
		return 2
	case "uint32_t", "int32_t", "float":
		return 4
	case "uint64_t", "int64_t":
		return 8
	}
	return 0
}

// unpack gives the text of a file that may be packed with xz, https://tukaani.org/xz/xz-file-format.txt: one block with
// the LZMA2 filter. The dictionary is as long as the text may be, whatever the file asks for. The checksums of the format
// are not looked at: the transfer was verified.
func unpack(file []byte) ([]byte, error) {
	if !bytes.HasPrefix(file, []byte("\xFD7zXZ\x00")) {
		return file, nil
	}
	const streamHeader, lzma2 = 12, 0x21
	if len(file) < streamHeader+8 {
		return nil, fmt.Errorf("%w: the packed file ends early", ErrFormat)
	}
	block := file[streamHeader:]
	header := 4 * (int(block[0]) + 1)
	if block[0] == 0 || header > len(block) {
		return nil, fmt.Errorf("%w: no block", ErrFormat)
	}
	flags, rest := block[1], block[2:header-4]
	if flags&0x3F != 0 {
		return nil, fmt.Errorf("%w: packed with more than one filter", ErrFormat)
	}
	for _, sized := range []byte{0x40, 0x80} { // the two sizes are not needed
		if flags&sized != 0 {
			_, n := binary.Uvarint(rest)
			if n <= 0 {
				return nil, fmt.Errorf("%w: bad block", ErrFormat)
			}
			rest = rest[n:]
		}
	}
	if len(rest) < 3 || rest[0] != lzma2 || rest[1] != 1 {
		return nil, fmt.Errorf("%w: packed with another filter", ErrFormat)
	}
	r, err := lzma.Reader2Config{DictCap: jsonMax}.NewReader2(bytes.NewReader(block[header:]))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	text, err := io.ReadAll(io.LimitReader(r, jsonMax+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	case len(text) > jsonMax:
		return nil, ErrTooLarge
	}
	return text, nil
}

// Reference is where general component metadata says that the events' metadata is.
type Reference struct {
	// Path is for MAVLink FTP; Sum names the version of the file.
	Path string
	Sum  uint32
}

// Find reads general component metadata (https://mavlink.io/en/services/component_information.html), packed or not, and
// gives where the events' metadata is.
func Find(file []byte) (Reference, error) {
	const typeEvents = 4 // COMP_METADATA_TYPE_EVENTS
	if len(file) > FileMax {
		return Reference{}, ErrTooLarge
	}
	text, err := unpack(file)
	if err != nil {
		return Reference{}, err
	}
	var g struct {
		Types []struct {
			Type int    `json:"type"`
			URI  string `json:"uri"`
			Sum  uint32 `json:"fileCrc"`
		} `json:"metadataTypes"`
	}
	if err := json.Unmarshal(text, &g); err != nil {
		return Reference{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	for _, t := range g.Types {
		if t.Type == typeEvents {
			path, err := Path(t.URI)
			return Reference{path, t.Sum}, err
		}
	}
	return Reference{}, fmt.Errorf("%w: no events in it", ErrFormat)
}

// Path is the file that a URI of MAVLink FTP names, of the component that gave it.
func Path(uri string) (string, error) {
	path, ok := strings.CutPrefix(uri, "mftp://")
	if !ok || path == "" || strings.HasPrefix(path, "[") {
		return "", fmt.Errorf("%w: %.40q is no file of this vehicle", ErrFormat, uri)
	}
	return path, nil
}
