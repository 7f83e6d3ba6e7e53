package mavlink

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// record is one frame of a tlog: microseconds since 1970, big endian, then the frame.
type record struct {
	at    time.Time
	frame []byte
}

// byStation says whether the recorded ground station sent the frame, under whichever system id it tried.
func (r record) byStation() bool {
	return r.frame[0] == magicV1 || r.frame[5] != 1
}

// truth is one line of the list that an independent decoder wrote beside a recording.
type truth struct {
	at time.Duration // since the list's zero
	// kind is TX (by the recorded ground station), RX (by the vehicle), or -- for a remark.
	kind string
	// name and fields are of a message, text is a remark's. A number that is NaN is nil.
	name   string
	fields map[string]any
	text   string
}

func (l truth) number(field string) float64 { f, _ := l.fields[field].(float64); return f }

// recording is what internal/cut made of a whole one.
type recording struct {
	zero    time.Time
	records []record
	truth   []truth
}

func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readTlog(t *testing.T, name string) (out []record) {
	t.Helper()
	for b := unpacked(t, name); len(b) > 0; {
		n := 8 + 8 + int(b[9])
		if b[8] == magicV2 {
			n += 4
		}
		out = append(out, record{time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), b[8:n]})
		b = b[n:]
	}
	return out
}

var (
	truthLine = regexp.MustCompile(`^ *([0-9.]+)  (TX|RX|--) (.*)$`)
	truthJSON = regexp.MustCompile(`^[0-9/]+ ([A-Z0-9_]+) (\{.*\})$`)
	notNumber = regexp.MustCompile(`: NaN\b`)
)

func readRecording(t *testing.T, name string) (r recording) {
	t.Helper()
	r.records = readTlog(t, "testdata/"+name+".tlog.gz")
	head, body, _ := strings.Cut(string(unpacked(t, "testdata/"+name+".truth.gz")), "\n")
	us, err := strconv.ParseInt(head, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	r.zero = time.UnixMicro(us).UTC()
	for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
		m := truthLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%s: %q", name, line)
		}
		s, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		l := truth{at: time.Duration(s * float64(time.Second)), kind: m[2], text: m[3]}
		if l.kind != "--" {
			j := truthJSON.FindStringSubmatch(m[3])
			if j == nil {
				t.Fatalf("%s: %q", name, line)
			}
			l.name, l.text = j[1], ""
			if err := json.Unmarshal([]byte(notNumber.ReplaceAllString(j[2], ": null")), &l.fields); err != nil {
				t.Fatalf("%s: %q: %v", name, line, err)
			}
		}
		r.truth = append(r.truth, l)
	}
	return r
}

// tape plays a recording through a Session that takes the commands of the recorded ground station for its own.
type tape struct {
	s      *Session
	d, all *Decoder
	bad    uint64
}

func newTape() *tape {
	spec := fleet.VehicleSpec{ID: "V01", SystemID: 1}
	s := NewSession(spec, Config{Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: 100 * time.Millisecond})
	return &tape{s: s, d: testDecoder(), all: &Decoder{kinds: allKinds()}}
}

// play takes one record and gives the events of it; each is called with every command of the ground station.
func (p *tape) play(r record, each func(*command)) (out []fleet.Event) {
	if r.byStation() {
		p.all.Split(r.frame, func(f Frame) {
			c := &command{m: f.Message, to: autopilot, state: cmdSent, most: 1, tries: 1, first: r.at, last: r.at, next: r.at.Add(time.Hour)}
			switch m := f.Message.(type) {
			case *common.MessageCommandLong:
				c.id = m.Command
			case *common.MessageCommandInt:
				c.id = m.Command
			default:
				return
			}
			if each != nil {
				each(c)
			}
			p.s.cmds = append(p.s.cmds, c)
			p.s.out = []Output{Transmit{Message: f.Message}}
			p.s.noteOrders(r.at)
			for _, o := range []struct {
				id   common.MAV_CMD
				mode fleet.Mode
			}{
				{common.MAV_CMD_NAV_TAKEOFF, fleet.ModeTakeoff}, {common.MAV_CMD_NAV_LAND, fleet.ModeLand},
				{common.MAV_CMD_NAV_RETURN_TO_LAUNCH, fleet.ModeReturn}, {common.MAV_CMD_MISSION_START, fleet.ModeMission},
			} {
				if o.id == c.id {
					p.s.ordered(r.at, o.mode)
				}
			}
		})
		return nil
	}
	st := p.d.Split(r.frame, func(f Frame) {
		for _, o := range p.s.Step(r.at, &FrameIn{Frame: f, Source: worldAddr}) {
			if e, ok := o.(Emit); ok {
				out = append(out, e.Event)
			}
		}
	})
	p.bad += st.Bad
	return out
}
