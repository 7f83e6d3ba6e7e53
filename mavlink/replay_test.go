package mavlink

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

var rewrite = flag.Bool("rewrite", false, "write the transcripts anew")

// TestReplay replays a recorded flight of a real PX4 (mission, hold and go on, go to, orbit, RTL, landing, link loss,
// low battery), thinned and renumbered, through a Session that takes the recorded commands for its own. The transcript
// says what it made of it.
func TestReplay(t *testing.T) {
	p := newTape()
	s := p.s
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
		for _, e := range p.play(r, nil) {
			switch e := e.(type) {
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
				last = *v
			}
		}
		if p.bad != 0 {
			t.Fatalf("%v: %d broken frames", r.at, p.bad)
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
