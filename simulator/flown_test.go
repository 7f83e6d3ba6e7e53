package simulator

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// The bar of the trajectory check.
const (
	nearM     = 5.0  // from the recorded place at each moment of a leg that both begin in the same state
	timeShare = 0.03 // of the time since arming, at each event of a flight flown through; a quarter of a second at least
	timeLeast = 250 * time.Millisecond
)

// seeds are the draws of the estimator's errors: whether a climb or a descent waits for a vehicle that has drifted aside is
// decided by chance, so that the median of them is judged. They are so many because medians of nine are 3 % apart at the first
// items from one nine to the next.
var seeds = []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25}

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
func recorded(t *testing.T, log []said, seed uint64) Config {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Weather, cfg.GNSS = Weather{TempC: 20}, GNSSConfig{FixAfterS: 1, SigmaM: 0.15, VelocityMS: 0.23}
	cfg.Seed = seed
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
	params["MC_ROLL_P"] = 4 // of its airframe, which the cut recording does not tell
	site := geo.LatLon{Lat: params["SIH_LOC_LAT0"], Lon: params["SIH_LOC_LON0"]}.At(params["SIH_LOC_H0"])
	cfg.Vehicle = []VehicleAt{{ID: "V01", SystemID: 1, Class: "dock-quad", Site: &site, CruiseMS: params["MPC_XY_CRUISE"],
		ClimbMS: params["MPC_Z_V_AUTO_UP"], DescendMS: params["MPC_Z_V_AUTO_DN"], EnergyWh: 100, HoverW: 150, CruiseW: 160, MassKg: 1,
		DragPerS: params["SIH_KDV"] / params["SIH_MASS"], Params: params}}
	ours := newParams(cfg.Vehicle[0]).index
	maps.DeleteFunc(params, func(name string, _ float64) bool { _, ok := ours[name]; return !ok })
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// leg is the flight from one event to the next.
type leg struct {
	event  string        // that ends it
	theirs time.Duration // since arming
	given  time.Duration // when the stretch of it that is flown now was ordered, since arming; zero: it is the first
	far    map[time.Duration]float64
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
	cur     *flight  // nil: theirs stands
	flown   passages // theirs
	armed   bool
	names   []string // of the present flight's events
	their   int      // events of theirs in the present flight
	place   geo.ENU  // of theirs, when it was told last
	speed   geo.ENU
	told    time.Duration
	last    [2]string // event of theirs, of ours
	back    *said     // the order to fly to an item anew, which the station gave as soon as it heard of item 3
	course  passages  // ours
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
			if e := eventOf(f); e != "" && once(&r.last[1], e) && len(r.course) > 0 {
				r.course.ends(e, r.clock())
				r.names = append(r.names, e)
				if r.cur != nil && len(r.names) <= r.their {
					r.again()
				}
			}
		})
	})
	if r.v.armed != r.armed {
		if r.armed = r.v.armed; r.armed {
			r.course, r.last[1] = append(r.course, passage{armed: r.clock()}), ""
		}
	}
}

// turnBack gives the order to fly to an item anew when ours has reached item 3, and no earlier than the station did where the
// legs begin together.
func (r *replay) turnBack() {
	if s := r.back; s != nil && r.v.plan.reached == 3 && (!r.anew || r.clock() >= s.at) {
		r.back = nil
		r.order(*s)
	}
}

// again begins a leg in the state of the recorded vehicle: what ours plans keeps its distance to where it is and how fast.
func (r *replay) again() {
	v := r.v
	if !r.anew || v.body.onGround || !v.flying {
		return
	}
	age := (r.clock() - r.told).Seconds() // of its place, which is told five times a second
	r.put(add(r.place, geo.ENU{E: age * r.speed.E, N: age * r.speed.N, U: age * r.speed.U}))
	gain := sub(r.speed, v.velocity())
	v.body.vel = add(v.body.vel, gain)
	v.traj.e.v, v.traj.n.v, v.traj.u.v = v.traj.e.v+gain.E, v.traj.n.v+gain.N, v.traj.u.v+gain.U
}

// put moves our vehicle, and what it plans, to where it then believes to be at p.
func (r *replay) put(p geo.ENU) {
	v := r.v
	shift := sub(p, v.estimate())
	v.body.pos = add(v.body.pos, shift)
	v.traj.e.x, v.traj.n.x, v.traj.u.x = v.traj.e.x+shift.E, v.traj.n.x+shift.N, v.traj.u.x+shift.U
}

// order gives a frame of the recorded station.
func (r *replay) order(s said) {
	switch s.f.msg.(type) {
	case *common.MessageCommandInt, *common.MessageCommandLong:
		if r.cur != nil {
			r.cur.open.given = s.at - r.cur.armed
		}
		r.again()
	case *common.MessageMissionSetCurrent:
		r.again()
	}
	r.w.Receive(1, s.raw)
	r.hear()
}

// theirs takes what the recorded vehicle said.
func (r *replay) theirs(s said) {
	if e := eventOf(s.f); e != "" && r.cur != nil && once(&r.last[0], e) {
		r.cur.open.event, r.cur.open.theirs = e, s.at-r.cur.armed
		r.flown.ends(e, s.at)
		r.cur.legs, r.cur.open = append(r.cur.legs, r.cur.open), leg{far: map[time.Duration]float64{}}
		if r.their++; len(r.names) >= r.their {
			r.again()
		}
	}
	switch m := s.f.msg.(type) {
	case *common.MessageStatustext:
		if strings.HasPrefix(m.Text, "Armed by") {
			r.flights, r.flown = append(r.flights, flight{armed: s.at, open: leg{far: map[time.Duration]float64{}}}), append(r.flown, passage{armed: s.at})
			r.cur, r.their, r.last[0] = &r.flights[len(r.flights)-1], 0, ""
			r.names = nil
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
		r.told = s.at
		r.speed = geo.ENU{E: float64(m.Vy) / 100, N: float64(m.Vx) / 100, U: -float64(m.Vz) / 100}
		if r.cur == nil {
			if r.anew {
				start(r.v, r.place)
			}
			return
		}
		r.flown.passes(s.at, r.place)
		l := &r.cur.open
		l.far[l.given] = max(l.far[l.given], length(sub(r.place, r.v.estimate())))
	}
}

// end lets ours land, too.
func (r *replay) end() {
	for i := 0; r.v.armed && i < 60*50; i++ {
		r.v.heardStation(r.w.Now()) // the recorded one went on; without one nothing is said
		r.w.Step(r.w.Now().Add(worldStep))
		r.hear()
	}
	for i, l := range r.cur.legs {
		if r.anew && (i >= len(r.names) || r.names[i] != l.event) {
			r.t.Errorf("flight %d: ours says %q, want %q as event %d", len(r.flights), r.names, l.event, i+1)
			break
		}
	}
	r.cur = nil
}

// fly gives our vehicle the very frames a station sent to a PX4 v1.17 in SIH, at the times of that vehicle's clock.
func fly(t *testing.T, log []said, anew bool, seed uint64) *replay {
	w := NewWorld(recorded(t, log, seed), testStart)
	r := &replay{t: t, w: w, v: w.vehicles[0], log: log, anew: anew}
	for i, s := range log {
		if _, set := s.f.msg.(*common.MessageMissionSetCurrent); set {
			r.back = &log[i]
		}
	}
	for _, s := range log {
		for r.clock()+worldStep <= s.at {
			w.Step(w.Now().Add(worldStep))
			r.hear()
			r.turnBack()
			r.course.passes(r.clock(), r.v.estimate())
		}
		switch _, set := s.f.msg.(*common.MessageMissionSetCurrent); {
		case s.f.system == 1:
			r.theirs(s)
		case !set:
			r.order(s)
		}
	}
	if len(r.flights) != 4 || len(r.course) != 4 {
		t.Fatalf("seed %d: %d flights recorded, %d flown, want 4", seed, len(r.flights), len(r.course))
	}
	return r
}

// TestEachLegFlownAsRecorded begins every leg, and every stretch of one that an order begins, in the state of the recorded
// vehicle and holds each of its places, five a second, against ours at the same time. On the whole of a leg of many stretches,
// where chance has as many throws, ours is held against PX4s that flew it anew if these are farther off than the bar.
func TestEachLegFlownAsRecorded(t *testing.T) {
	t.Parallel()
	log := readFlown(t, "testdata/flown.tlog.gz")
	var far [4][]map[time.Duration][]float64
	var last *replay
	for _, seed := range seeds {
		last = fly(t, log, true, seed)
		for i, f := range last.flights {
			for k, l := range f.legs {
				if k == len(far[i]) {
					far[i] = append(far[i], map[time.Duration][]float64{})
				}
				l.far[wholeLeg] = farthest(l.far)
				for given, d := range l.far {
					far[i][k][given] = append(far[i][k][given], d)
				}
			}
		}
	}
	px4 := readAgain(t, geo.LatLon{Lat: 32.5333, Lon: 120.4667}.At(4), last.w.frame)
	for i, f := range last.flights {
		flown := flownAs(px4, i, f)
		for k, l := range f.legs {
			theirs := anewApart(&last.flown[i], flown, k, orders(log, f.armed))
			for _, given := range slices.Sorted(maps.Keys(far[i][k])) {
				d, anew := far[i][k][given], theirs[given]
				if len(anew) == 0 {
					t.Fatalf("flight %d to %s: no PX4 flew anew what was ordered at %v", i+1, l.event, given)
				}
				what, bar := fmt.Sprintf("ordered at %.1f s", given.Seconds()), nearM
				switch {
				case given == wholeLeg:
					what, bar = "all of it", max(nearM, median(anew))
				case given == 0:
					what = "its beginning"
				}
				m := median(d)
				t.Logf("flight %d to %-24s %-18s apart at most %.1f m (%.1f to %.1f); PX4s anew %.1f m (%.1f to %.1f)", i+1, l.event, what,
					m, slices.Min(d), slices.Max(d), median(anew), slices.Min(anew), slices.Max(anew))
				if m > bar {
					t.Errorf("flight %d to %s, %s: %.1f m from the recorded place, want %.1f m at most", i+1, l.event, what, m, bar)
				}
			}
		}
	}
}
