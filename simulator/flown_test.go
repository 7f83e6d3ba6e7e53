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
	nearM = 5.0 // from the recorded place at each moment of a leg that both begin in the same state
	// The errors of an estimator decide by chance when a climb or a descent waits for a vehicle that has drifted aside, and so
	// the recording is one draw and ours, a fixed one, another. Few legs and events may miss the bar, and none by far.
	estimatorSeed        = 15
	missedLegs, farthest = 1, 12.0
	missedEvents, latest = 2, 0.06
	timeShare            = 0.03 // of the time since arming, at each event of a flight flown through; a quarter of a second at least
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

// recorded is the city of the recorded vehicle: its parameters, its place, no wind, and an estimator that errs as its does
// (the distance of its place and velocity from what it plans, by the recording of hovering and landing).
func recorded(t *testing.T, log []said) Config {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Weather, cfg.GNSS = Weather{TempC: 20}, GNSSConfig{FixAfterS: 1, SigmaM: 0.15, VelocityMS: 0.23}
	cfg.Seed = estimatorSeed
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

// flight is one flight from arming to disarming, against the recording.
type flight struct {
	armed time.Duration
	legs  []leg
	open  leg
}

// replay flies a recording's orders.
type replay struct {
	t   *testing.T
	w   *World
	v   *vehicle
	log []said
	// anew puts the vehicle, at each order and each time that both have ended a leg, where the recorded one is then, as fast
	// as that one is.
	anew bool

	flights []flight
	cur     *flight // nil: theirs stands
	armedAt []time.Duration
	armed   bool
	ours    []time.Duration // of the present flight's events
	names   []string
	their   int // events of theirs in the present flight
	place   geo.ENU
	speed   geo.ENU
	last    [2]string // event of theirs, of ours
}

// eventOf names what ends a leg, as both vehicles say it.
func eventOf(f frame) string {
	switch m := f.msg.(type) {
	case *common.MessageMissionItemReached:
		if m.Seq > 3 { // of the last waypoint the recording says nothing, the next item is the return
			return ""
		}
		return fmt.Sprintf("item %d reached", m.Seq)
	case *common.MessageStatustext:
		text := strings.TrimRight(m.Text, "\t\x00")
		switch text {
		case "Takeoff detected", "RTL: land at destination", "Landing detected", "Disarmed by landing":
			return text
		}
	}
	return ""
}

// start puts a standing vehicle where the recorded one believes to stand, with what it believes of its height.
func start(v *vehicle, p geo.ENU) {
	if v.armed || !v.body.onGround {
		return
	}
	v.body.pos.E, v.body.pos.N = p.E, p.N
	v.gnss.slow = geo.ENU{U: p.U - v.body.pos.U}
	v.gnss.sum()
}

// once says whether an item reached is news: the recorded vehicle repeats it each second.
func once(last *string, e string) bool {
	if strings.HasSuffix(e, "reached") {
		if e == *last {
			return false
		}
		*last = e
	}
	return true
}

func (r *replay) clock() time.Duration { return r.w.Now().Sub(testStart) }

// hear keeps when our vehicle says what ends a leg.
func (r *replay) hear() {
	r.w.Drain(func(_ uint32, b []byte) {
		r.w.codec.split(b, func(f frame) {
			if e := eventOf(f); e != "" && once(&r.last[1], e) && len(r.armedAt) > 0 {
				r.names, r.ours = append(r.names, e), append(r.ours, r.clock()-r.armedAt[len(r.armedAt)-1])
				if r.cur != nil && len(r.ours) <= r.their {
					r.again()
				}
			}
		})
	})
	if r.v.armed != r.armed {
		if r.armed = r.v.armed; r.armed {
			r.armedAt, r.last[1] = append(r.armedAt, r.clock()), ""
		}
	}
}

// again begins a leg in the state of the recorded vehicle.
func (r *replay) again() {
	v := r.v
	if !r.anew || v.body.onGround || !v.flying {
		return
	}
	r.put(r.place)
	v.body.vel = sub(r.speed, v.gnss.rate)
	v.traj.e.v, v.traj.n.v, v.traj.u.v = r.speed.E, r.speed.N, r.speed.U
}

// put moves our vehicle, and what it plans, to where it then believes to be at p.
func (r *replay) put(p geo.ENU) float64 {
	v := r.v
	shift := sub(p, v.estimate())
	v.body.pos = add(v.body.pos, shift)
	v.traj.e.x, v.traj.n.x, v.traj.u.x = v.traj.e.x+shift.E, v.traj.n.x+shift.N, v.traj.u.x+shift.U
	return length(shift)
}

// order gives a frame of the recorded station.
func (r *replay) order(s said) {
	switch m := s.f.msg.(type) {
	case *common.MessageCommandInt:
		r.again()
		if m.Command == common.MAV_CMD_DO_ORBIT && !r.anew {
			// It hovers beside the centre of the circle: in which direction decides where it enters, so it is put there.
			r.t.Logf("flight %d: put %.1f m aside for the orbit", len(r.flights), r.put(r.place))
		}
	case *common.MessageCommandLong, *common.MessageMissionSetCurrent:
		r.again()
	}
	r.w.Receive(1, s.raw)
	r.hear()
}

// theirs takes what the recorded vehicle said.
func (r *replay) theirs(s said) {
	if e := eventOf(s.f); e != "" && r.cur != nil && once(&r.last[0], e) {
		r.cur.open.event, r.cur.open.theirs = e, s.at-r.cur.armed
		r.cur.legs, r.cur.open = append(r.cur.legs, r.cur.open), leg{}
		if r.their++; len(r.ours) >= r.their {
			r.again()
		}
	}
	switch m := s.f.msg.(type) {
	case *common.MessageStatustext:
		if strings.HasPrefix(m.Text, "Armed by") {
			r.flights = append(r.flights, flight{armed: s.at})
			r.cur, r.their, r.last[0] = &r.flights[len(r.flights)-1], 0, ""
			r.ours, r.names = nil, nil
		}
		if strings.HasPrefix(m.Text, "Disarmed by landing") {
			r.end()
		}
	case *common.MessageBatteryStatus: // the recorded pack is told what it has left, and flies on with nothing
		if err := r.w.Inject(Fault{Kind: "battery-set", Vehicle: "V01", Value: max(4, float64(m.BatteryRemaining))}); err != nil {
			r.t.Fatal(err)
		}
	case *common.MessageGlobalPositionInt:
		r.place = r.w.frame.ENU(geo.LatLon{Lat: float64(m.Lat) / 1e7, Lon: float64(m.Lon) / 1e7}.At(float64(m.Alt) / 1000))
		r.speed = geo.ENU{E: float64(m.Vy) / 100, N: float64(m.Vx) / 100, U: -float64(m.Vz) / 100}
		if r.cur == nil {
			start(r.v, r.place)
			return
		}
		l, d := &r.cur.open, length(sub(r.place, r.v.estimate()))
		l.far, l.sum, l.n = max(l.far, d), l.sum+d, l.n+1
	}
}

// end lets ours land, too, and puts its times to theirs.
func (r *replay) end() {
	for i := 0; r.v.armed && i < 60*50; i++ {
		r.v.heardStation(r.w.Now()) // the recorded one went on; without one nothing is said
		r.w.Step(r.w.Now().Add(worldStep))
		r.hear()
	}
	for i := range r.cur.legs {
		l := &r.cur.legs[i]
		if i >= len(r.names) || r.names[i] != l.event {
			r.t.Errorf("flight %d: ours says %q, want %q as event %d", len(r.flights), r.names, l.event, i+1)
			break
		}
		l.ours = r.ours[i]
	}
	r.cur = nil
}

// fly gives our vehicle the very frames a station sent to a PX4 v1.17 in SIH, at the times of that vehicle's clock.
func fly(t *testing.T, path string, anew bool) []flight {
	log := readFlown(t, path)
	w := NewWorld(recorded(t, log), testStart)
	r := &replay{t: t, w: w, v: w.vehicles[0], log: log, anew: anew}
	for _, s := range log {
		for r.clock()+worldStep <= s.at {
			w.Step(w.Now().Add(worldStep))
			r.hear()
		}
		if s.f.system == 1 {
			r.theirs(s)
		} else {
			r.order(s)
		}
	}
	for i, f := range r.flights {
		for _, l := range f.legs {
			t.Logf("flight %d to %-28s %6.1f s, ours %6.1f s (%+.1f %%); apart at most %.1f m, mean %.1f m", i+1, l.event, l.theirs.Seconds(),
				l.ours.Seconds(), 100*(l.ours-l.theirs).Seconds()/l.theirs.Seconds(), l.far, l.sum/max(1, float64(l.n)))
		}
	}
	if len(r.flights) != 4 || len(r.armedAt) != 4 {
		t.Fatalf("%d flights recorded, %d flown, want 4", len(r.flights), len(r.armedAt))
	}
	return r.flights
}

// TestFlownAsRecorded flies each recorded flight through from arming to disarming and holds the time of every event
// against the recording.
func TestFlownAsRecorded(t *testing.T) {
	missed := 0
	for i, f := range fly(t, "testdata/flown.tlog.gz", false) {
		for _, l := range f.legs {
			late, since := math.Abs((l.ours - l.theirs).Seconds()), l.theirs.Seconds()
			if late <= max(timeShare*since, 0.25) {
				continue
			}
			missed++
			t.Logf("flight %d: %s after %.2f s, not %.2f s", i+1, l.event, l.ours.Seconds(), since)
			if late > latest*since {
				t.Errorf("flight %d: %s is more than %.0f %% off", i+1, l.event, 100*latest)
			}
		}
	}
	if missed > missedEvents {
		t.Errorf("%d events are off by more than %.0f %%, want %d at most", missed, 100*timeShare, missedEvents)
	}
}

// TestEachLegFlownAsRecorded begins every leg in the state of the recorded vehicle and holds each of its places, five a
// second, against ours at the same time.
func TestEachLegFlownAsRecorded(t *testing.T) {
	missed := 0
	for i, f := range fly(t, "testdata/flown.tlog.gz", true) {
		for _, l := range f.legs {
			if l.far <= nearM {
				continue
			}
			missed++
			t.Logf("flight %d: %.1f m from the recorded place on the way to %s", i+1, l.far, l.event)
			if l.far > farthest {
				t.Errorf("flight %d: more than %.0f m from the recorded place on the way to %s", i+1, farthest, l.event)
			}
		}
	}
	if missed > missedLegs {
		t.Errorf("%d legs are farther off than %.0f m, want %d at most", missed, nearM, missedLegs)
	}
}
