package simulator

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// The bar of the trajectory check.
const (
	nearM     = 5.0  // from the recorded place at each moment
	timeShare = 0.03 // of the time since arming, at each event of a flight
)

// said is one record of a flown tlog: the vehicle's clock and the frame.
type said struct {
	at  time.Duration
	f   frame
	raw []byte
}

func readFlown(t *testing.T, path string) (out []said) {
	t.Helper()
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	c := newCodec()
	for len(b) > 18 {
		n := 8 + 8 + int(b[9])
		if b[8] == magicV2 {
			n = 8 + 12 + int(b[9])
		}
		at := time.Duration(binary.BigEndian.Uint64(b)) * time.Microsecond
		c.split(b[8:n], func(f frame) { out = append(out, said{at, f, bytes.Clone(b[8:n])}) })
		b = b[n:]
	}
	return out
}

// recorded is the city of the recorded vehicle: its parameters, its place, no wind, and no error of its position but what
// the recording has.
func recorded(t *testing.T, log []said) Config {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Weather, cfg.GNSS.SigmaM = Weather{TempC: 20}, 0
	params := map[string]float64{}
	for _, s := range log {
		m, ok := s.f.msg.(*common.MessageParamValue)
		if !ok || s.f.system != 1 {
			continue
		}
		if _, known := params[m.ParamId]; !known { // what the station changes later it changes here, too
			params[m.ParamId] = float64(m.ParamValue)
			if m.ParamType == common.MAV_PARAM_TYPE_INT32 {
				params[m.ParamId] = float64(int32(math.Float32bits(m.ParamValue)))
			}
		}
	}
	site := geo.LatLon{Lat: params["SIH_LOC_LAT0"], Lon: params["SIH_LOC_LON0"]}.At(params["SIH_LOC_H0"])
	cfg.Vehicle = []VehicleAt{{ID: "V01", SystemID: 1, Class: "dock-quad", Site: &site, CruiseMS: params["MPC_XY_CRUISE"],
		ClimbMS: params["MPC_Z_V_AUTO_UP"], DescendMS: params["MPC_Z_V_AUTO_DN"], EnergyWh: 100, HoverW: 150, CruiseW: 160, MassKg: 1,
		DragPerS: params["SIH_KDV"] / params["SIH_MASS"], Params: params}}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// leg is the flight from one event to the next.
type leg struct {
	event        string        // that ends it
	theirs, ours time.Duration // since arming
	far, sum     float64
	n            int
}

// sortie is one flight from arming to disarming, against the recording.
type sortie struct {
	armed, oursArmed time.Duration
	legs             []leg
	open             leg
}

// eventOf names what ends a leg, as both vehicles say it.
func eventOf(f frame) string {
	switch m := f.msg.(type) {
	case *common.MessageMissionItemReached:
		return fmt.Sprintf("item %d reached", m.Seq)
	case *common.MessageStatustext:
		text := strings.TrimRight(m.Text, "\t\x00")
		switch text {
		case "Takeoff detected", "Executing Mission", "Returning to launch", "RTL: land at destination", "Landing at current position",
			"Landing detected", "Disarmed by landing", "Mission finished, loitering":
			return text
		}
	}
	return ""
}

// TestFlownAsRecorded gives our vehicle the very frames a station sent to a PX4 v1.17 in SIH, at the times of that
// vehicle's clock, and holds every recorded place and event against ours.
func TestFlownAsRecorded(t *testing.T) {
	log := readFlown(t, "testdata/flown.tlog.gz")
	w := NewWorld(recorded(t, log), testStart)
	v := w.vehicles[0]
	clock := func() time.Duration { return w.Now().Sub(testStart) }

	events := map[string][]time.Duration{} // ours, by name, in order
	var repeated string
	var armedAt []time.Duration
	armed := false
	hear := func() {
		w.Drain(func(_ uint32, b []byte) {
			w.codec.split(b, func(f frame) {
				if e := eventOf(f); e != "" {
					if strings.HasSuffix(e, "reached") {
						if e == repeated {
							return
						}
						repeated = e
					}
					events[e] = append(events[e], clock())
				}
			})
		})
		if v.armed != armed {
			if armed = v.armed; armed {
				armedAt, repeated = append(armedAt, clock()), ""
			}
		}
	}
	var sorties []sortie
	var cur *sortie
	var theirRepeated string
	type pending struct {
		sortie, leg int
		nth         int // of this event's occurrences
		name        string
	}
	var wanted []pending
	seen := map[string]int{}
	for _, s := range log {
		for clock()+worldStep <= s.at {
			w.Step(w.Now().Add(worldStep))
			hear()
		}
		switch {
		case s.f.system != 1:
			w.Receive(1, s.raw)
			hear()
			continue
		}
		if e := eventOf(s.f); e != "" && cur != nil {
			if strings.HasSuffix(e, "reached") {
				if e == theirRepeated {
					continue
				}
				theirRepeated = e
			}
			cur.open.event, cur.open.theirs = e, s.at-cur.armed
			cur.legs = append(cur.legs, cur.open)
			wanted = append(wanted, pending{len(sorties) - 1, len(cur.legs) - 1, seen[e], e})
			seen[e]++
			cur.open = leg{}
		}
		switch m := s.f.msg.(type) {
		case *common.MessageStatustext:
			if strings.HasPrefix(m.Text, "Armed by") {
				sorties = append(sorties, sortie{armed: s.at})
				cur, theirRepeated = &sorties[len(sorties)-1], ""
			}
			if strings.HasPrefix(m.Text, "Disarmed by landing") {
				cur = nil
			}
		case *common.MessageBatteryStatus:
			if err := w.Inject(Fault{Kind: "battery-set", Vehicle: "V01", Value: float64(m.BatteryRemaining)}); err != nil {
				t.Fatal(err)
			}
		case *common.MessageGlobalPositionInt:
			if cur == nil {
				continue
			}
			p := w.frame.ENU(geo.LatLon{Lat: float64(m.Lat) / 1e7, Lon: float64(m.Lon) / 1e7}.At(float64(m.Alt) / 1000))
			d := length(sub(p, v.body.pos))
			cur.open.far, cur.open.sum, cur.open.n = max(cur.open.far, d), cur.open.sum+d, cur.open.n+1
			if os.Getenv("FLOWN_TRACE") != "" {
				fmt.Printf("%.2f theirs %.2f %.2f %.2f v %.2f %.2f %.2f ours %.2f %.2f %.2f v %.2f %.2f %.2f d %.2f mode %s cur %d yaw %.0f %.0f\n", s.at.Seconds(), p.N, p.E, p.U,
					float64(m.Vx)/100, float64(m.Vy)/100, -float64(m.Vz)/100,
					v.body.pos.N, v.body.pos.E, v.body.pos.U, v.body.vel.N, v.body.vel.E, v.body.vel.U, d, v.mode.name(), v.plan.cur, float64(m.Hdg)/100, v.body.headingDeg)
			}
		}
	}
	if len(sorties) < 4 || len(armedAt) != len(sorties) {
		t.Fatalf("%d flights recorded, %d flown", len(sorties), len(armedAt))
	}
	for _, p := range wanted {
		if l := events[p.name]; p.nth < len(l) {
			sorties[p.sortie].legs[p.leg].ours = l[p.nth] - armedAt[p.sortie]
		} else {
			t.Errorf("flight %d: %s came %d times, not %d", p.sortie+1, p.name, len(l), p.nth+1)
		}
	}
	for i, s := range sorties {
		for _, l := range s.legs {
			late := (l.ours - l.theirs).Seconds()
			share := late / l.theirs.Seconds()
			t.Logf("flight %d to %-28s %6.1f s, ours %6.1f s (%+.1f %%); apart at most %.1f m, mean %.1f m", i+1, l.event, l.theirs.Seconds(),
				l.ours.Seconds(), 100*share, l.far, l.sum/max(1, float64(l.n)))
			if math.Abs(share) > timeShare {
				t.Errorf("flight %d: %s after %.2f s, not %.2f s", i+1, l.event, l.ours.Seconds(), l.theirs.Seconds())
			}
			if l.far > nearM {
				t.Errorf("flight %d: %.1f m from the recorded place on the way to %s", i+1, l.far, l.event)
			}
		}
	}
}
