package mavlink

import (
	"compress/gzip"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

var rewrite = flag.Bool("rewrite", false, "write the transcripts anew")

// record is one frame of a tlog: microseconds since 1970, big endian, then the frame.
type record struct {
	at    time.Time
	frame []byte
}

func readTlog(t *testing.T, name string) (out []record) {
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
	for len(b) > 8+12 {
		n := 8 + 12 + int(b[9])
		out = append(out, record{time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), b[8:n]})
		b = b[n:]
	}
	return out
}

// TestReplay replays a recorded flight of a real PX4 (mission, hold and go on, go to, orbit, RTL, landing, link loss,
// low battery), thinned and renumbered, through a Session that takes the recorded commands for its own. The transcript
// says what it made of it.
func TestReplay(t *testing.T) {
	spec := fleet.VehicleSpec{ID: "V01", SystemID: 1}
	s := NewSession(spec, Config{Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: 100 * time.Millisecond})
	d, all := testDecoder(), &Decoder{kinds: allKinds()}
	var out strings.Builder
	var start time.Time
	var last fleet.Vehicle
	say := func(at time.Time, format string, args ...any) {
		fmt.Fprintf(&out, "%7.1f  %s\n", at.Sub(start).Seconds(), fmt.Sprintf(format, args...))
	}
	results := func(now time.Time) {
		kept := s.cmds[:0]
		for _, c := range s.cmds {
			switch {
			case c.state == cmdSent && now.Sub(c.first) < 3*time.Second, c.state == cmdAccepted && now.Sub(c.first) < 3*time.Second && c.id == common.MAV_CMD_DO_SET_MODE:
				kept = append(kept, c)
			case c.state == cmdSent:
				say(now, "command %d: no answer", c.id)
			case c.state == cmdAccepted:
				say(now, "command %d: accepted", c.id)
			default:
				say(now, "command %d: %s", c.id, resultCode(c.result))
			}
		}
		s.cmds = kept
	}
	for _, r := range readTlog(t, "testdata/flight.tlog.gz") {
		if start.IsZero() {
			start = r.at
		}
		if r.frame[5] == StationSystem {
			all.Split(r.frame, func(f Frame) {
				c := &command{m: f.Message, state: cmdSent, most: 1, tries: 1, first: r.at, last: r.at, next: r.at.Add(time.Hour)}
				switch m := f.Message.(type) {
				case *common.MessageCommandLong:
					c.id = m.Command
				case *common.MessageCommandInt:
					c.id = m.Command
				}
				s.cmds = append(s.cmds, c)
				s.out = []Output{Transmit{Message: f.Message}}
				s.noteOrders(r.at)
				switch c.id {
				case common.MAV_CMD_NAV_TAKEOFF:
					s.ordered(r.at, fleet.ModeTakeoff)
				case common.MAV_CMD_NAV_LAND:
					s.ordered(r.at, fleet.ModeLand)
				case common.MAV_CMD_NAV_RETURN_TO_LAUNCH:
					s.ordered(r.at, fleet.ModeReturn)
				case common.MAV_CMD_MISSION_START:
					s.ordered(r.at, fleet.ModeMission)
				}
			})
			continue
		}
		st := d.Split(r.frame, func(f Frame) {
			for _, o := range s.Step(r.at, FrameIn{Frame: f, Source: worldAddr}) {
				e, ok := o.(Emit)
				if !ok {
					continue
				}
				switch e := e.Event.(type) {
				case fleet.ModeChanged:
					say(r.at, "mode %s → %s: %s %s", e.From, e.To, e.Cause, e.Detail)
				case fleet.Rebooted:
					say(r.at, "rebooted")
				case fleet.VehicleChanged:
					v := e.Vehicle
					if v.Armed != last.Armed {
						say(r.at, "armed %v", v.Armed)
					}
					if v.Landed != last.Landed {
						say(r.at, "landed state %s", v.Landed)
					}
					if v.Failsafe != last.Failsafe || v.FailsafeCause != last.FailsafeCause {
						say(r.at, "failsafe %v %s", v.Failsafe, v.FailsafeCause)
					}
					if v.PrearmOK != last.PrearmOK {
						say(r.at, "prearm check %v", v.PrearmOK)
					}
					if v.Mission.State != last.Mission.State || v.Mission.Seq != last.Mission.Seq {
						say(r.at, "plan %s, item %d of %d", v.Mission.State, v.Mission.Seq, v.Mission.Total)
					}
					if v.Link != last.Link {
						say(r.at, "link %s", v.Link)
					}
					last = v
				}
			}
		})
		if st.Bad != 0 {
			t.Fatalf("%v: %+v", r.at, st)
		}
		results(r.at)
	}
	say(last.HeardAt, "at the end: %s, home %.7f %.7f, battery %.0f %%, satellites %d, %d frames lost",
		last.Firmware, last.Home.Lat, last.Home.Lon, last.Battery.Percent, last.GPS.Sats, last.RxLost)
	const file = "testdata/flight.txt"
	if *rewrite {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Fatalf("the transcript differs from %s (run with -rewrite and read the difference):\n%s", file, out.String())
	}
}
