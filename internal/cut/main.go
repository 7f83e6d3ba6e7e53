package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"github.com/bluenviron/gomavlib/v3/pkg/x25"
)

func main() {
	from := flag.String("from", "", "folder with the whole recordings")
	to := flag.String("to", "mavlink/testdata", "folder for the cut ones")
	fly := flag.String("fly", "simulator/testdata", "folder for what was flown")
	flag.Parse()
	if err := run(*from, *to, *fly); err != nil {
		log.Fatal(err)
	}
}

func run(from, to, fly string) error {
	extras, err := extrasOf(development.Dialect.Messages)
	if err != nil {
		return err
	}
	for _, name := range []string{"flight", "ground", "badinput", "ftp"} {
		tlog, err := read(from, name+".tlog")
		if err != nil {
			return err
		}
		events, err := read(from, name+".events.txt")
		if err != nil {
			return err
		}
		records, err := split(tlog)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		truth, err := truthOf(events, records)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if name == "flight" {
			flights, err := flown(records)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if err := write(filepath.Join(fly, "flown.tlog.gz"), flights); err != nil {
				return err
			}
		}
		cut := thin(records, extras, name == "ftp")
		if err := write(filepath.Join(to, name+".tlog.gz"), cut); err != nil {
			return err
		}
		if err := write(filepath.Join(to, name+".truth.gz"), truth); err != nil {
			return err
		}
	}
	params, err := read(from, "params.tsv")
	if err != nil {
		return err
	}
	_, rows, _ := bytes.Cut(params, []byte("\n")) // without its heading
	if err := write(filepath.Join(to, "params.tsv.gz"), rows); err != nil {
		return err
	}
	modes, err := read(from, "available_modes.tsv")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "available_modes.tsv"), modes, 0o644)
}

// read gives a file as it is or unpacked.
func read(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	if b, err := os.ReadFile(path); err == nil {
		return b, nil
	}
	b, err := exec.Command("xz", "-dc", path+".xz").Output()
	if err != nil {
		return nil, fmt.Errorf("unpack %s.xz: %w", path, err)
	}
	return b, nil
}

// write packs without a time, so that the same input gives the same file.
func write(path string, b []byte) error {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(b); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// record is one frame of a tlog: microseconds since 1970, big endian, then the frame.
type record struct {
	at    uint64
	frame []byte
}

func (r record) v2() bool { return r.frame[0] == 0xFD }

func (r record) system() byte {
	if r.v2() {
		return r.frame[5]
	}
	return r.frame[3]
}

func (r record) id() uint32 {
	if r.v2() {
		return uint32(r.frame[7]) | uint32(r.frame[8])<<8 | uint32(r.frame[9])<<16
	}
	return uint32(r.frame[5])
}

func split(b []byte) (out []record, err error) {
	for len(b) > 0 {
		if len(b) < 18 {
			return nil, fmt.Errorf("%d bytes after the last frame", len(b))
		}
		n := 8 + 8 + int(b[9])
		if b[8] == 0xFD {
			n = 8 + 12 + int(b[9]) + 13*int(b[10]&1)
		}
		if len(b) < n {
			return nil, fmt.Errorf("%d bytes of a frame of %d", len(b), n)
		}
		out = append(out, record{binary.BigEndian.Uint64(b), b[8:n]})
		b = b[n:]
	}
	return out, nil
}

const vehicle, station = 1, 255

// dropped are the ids of telemetry and of log data that no test asks about; spaced those of which one in a while will do.
var (
	dropped = []uint32{2, 8, 29, 31, 32, 36, 74, 83, 85, 120, 132, 141, 230, 380, 441, 12901, 12904}
	spaced  = map[uint32]time.Duration{24: 2 * time.Second, 30: time.Second, 33: 500 * time.Millisecond}
)

// fileTransfer is the message id of MAVFTP; its opcode stands at a fixed place of the payload.
const (
	fileTransfer           = 110
	ftpOpcode, ftpAnswered = 3 + 3, 3 + 5
	ftpBurst               = 15
	burstsKept             = 3   // questions
	packetsKept            = 336 // answers to them: two whole bursts
)

func thin(records []record, extras map[uint32]byte, ftp bool) (out []byte) {
	last := map[uint32]uint64{}
	bursts, packets := 0, 0
	var seq byte
	for _, r := range records {
		id := r.id()
		if slices.Contains(dropped, id) || id == fileTransfer && !ftp {
			continue
		}
		if id == fileTransfer {
			p := append(slices.Clone(r.frame[10:10+int(r.frame[1])]), make([]byte, 16)...)
			if r.system() == station && p[ftpOpcode] == ftpBurst {
				if bursts++; bursts > burstsKept {
					continue
				}
			}
			if r.system() == vehicle && p[ftpAnswered] == ftpBurst {
				if packets++; packets > packetsKept {
					continue
				}
			}
		}
		if r.system() == vehicle && r.v2() {
			if every, ok := spaced[id]; ok {
				if last[id] != 0 && time.Duration(r.at-last[id])*time.Microsecond < every {
					continue
				}
				last[id] = r.at
			}
			r.frame = renumber(r.frame, seq, extras[id])
			seq++
		}
		out = append(binary.BigEndian.AppendUint64(out, r.at), r.frame...)
	}
	return out
}

// renumber gives a MAVLink 2 frame without a signature another sequence number.
func renumber(frame []byte, seq, extra byte) []byte {
	f := slices.Clone(frame)
	f[4] = seq
	sum := x25.New()
	sum.Write(f[1 : 10+int(f[1])])
	sum.Write([]byte{extra})
	binary.LittleEndian.PutUint16(f[10+int(f[1]):], sum.Sum16())
	return f
}

func extrasOf(messages []message.Message) (map[uint32]byte, error) {
	out := map[uint32]byte{}
	for _, m := range messages {
		rw := &message.ReadWriter{Message: m}
		if err := rw.Initialize(); err != nil {
			return nil, fmt.Errorf("dialect message %T: %w", m, err)
		}
		out[m.GetID()] = rw.CRCExtra()
	}
	return out, nil
}

var (
	noise = regexp.MustCompile(`^ *[0-9.]+  (RX 1/1 (GNSS_INTEGRITY|TIME_ESTIMATE_TO_TARGET|LINK_NODE_STATUS|ORBIT_EXECUTION_STATUS|COMMAND_LONG|EVENT|CURRENT_EVENT_SEQUENCE|RESPONSE_EVENT_ERROR) |-- (BATTERY|POSITION_TARGET))`)
	line  = regexp.MustCompile(`^ *([0-9.]+)  (TX 255/190 |-- FTP )`)
)

// truthOf leaves the noise out and says in the first line which moment the list's zero is: its first line about a frame
// of the station is the recording's first such frame.
func truthOf(events []byte, records []record) ([]byte, error) {
	var kept []string
	zero := int64(-1)
	first := slices.IndexFunc(records, func(r record) bool { return r.system() == station && r.id() != 0 })
	if first < 0 {
		return nil, fmt.Errorf("no frame of the station")
	}
	for _, l := range strings.Split(strings.TrimRight(string(events), "\n"), "\n") {
		if m := line.FindStringSubmatch(l); m != nil && zero < 0 {
			s, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				return nil, err
			}
			zero = int64(records[first].at) - int64(s*1e6)
		}
		if !noise.MatchString(l) {
			kept = append(kept, l)
		}
	}
	return fmt.Appendf(nil, "%d\n%s\n", zero, strings.Join(kept, "\n")), nil
}
