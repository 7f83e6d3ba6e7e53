package simulator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// TrafficConfig is the air traffic of others over the city. They see nobody and give way to nobody.
type TrafficConfig struct {
	// Aircraft is how many manned aircraft fly their rounds; 0: none.
	Aircraft int `toml:"aircraft"`
	// FloorAMSL is the altitude of the lowest, metres; each next one flies a step higher.
	FloorAMSL float64 `toml:"floor_amsl"`
	// ReachM is from how far a receiver in the air hears ADS-B.
	ReachM float64 `toml:"reach_m"`
}

const (
	trafficMost  = 50
	trafficStepM = 60.0
	// hearDroneM is from how far a receiver hears the remote identification of a drone (Wi-Fi beacons, outdoors).
	hearDroneM = 2000.0
	// reportEvery is how often an aircraft is reported; ADS-B tells its place twice a second, remote identification once.
	reportEvery = time.Second
)

// other is an aircraft of others.
type other struct {
	drone    bool
	address  uint32 // ICAO's, or what a drone's transmitter is known by
	name     string // call sign, or serial number
	emitter  common.ADSB_EMITTER_TYPE
	speedMS  float64
	way      way
	since    time.Time // when it was at the beginning of its way
	next     time.Time // report
	intrudes string    // the vehicle it was sent near; empty: it flies its rounds
}

// way is where something is after so many metres, and where it heads; false: it has come to the end.
type way interface {
	at(m float64) (geo.ENU, float64, bool)
}

// racetrack is two straight legs and two half circles, flown for ever.
type racetrack struct {
	centre         geo.ENU
	alongDeg       float64 // of the first leg
	halfM, radiusM float64
	headStart      float64 // metres
	anticlockwise  bool
}

func (r racetrack) at(m float64) (geo.ENU, float64, bool) {
	leg, bend := 2*r.halfM, math.Pi*r.radiusM
	s := math.Mod(m+r.headStart, 2*(leg+bend))
	back := 0.0 // the second half is the first one turned about the centre
	if s >= leg+bend {
		s, back = s-leg-bend, 180
	}
	x, y, turned := s-r.halfM, r.radiusM, 0.0 // along the leg, and to its left
	if s > leg {
		turned = (s - leg) / r.radiusM * 180 / math.Pi
		sin, cos := math.Sincos((90 - turned) * math.Pi / 180)
		x, y = r.halfM+r.radiusM*cos, r.radiusM*sin
	}
	side := 1.0
	if r.anticlockwise {
		side = -1
	}
	e, n := bearing(r.alongDeg + back)
	return add(r.centre, geo.ENU{E: x*e - side*y*n, N: x*n + side*y*e}), wrap360(r.alongDeg + back + side*turned), true
}

// line is a straight way.
type line struct {
	from       geo.ENU
	headingDeg float64
	lengthM    float64
}

func (l line) at(m float64) (geo.ENU, float64, bool) {
	e, n := bearing(l.headingDeg)
	return add(l.from, geo.ENU{E: m * e, N: m * n}), l.headingDeg, m <= l.lengthM
}

// newTraffic puts the configured aircraft on their rounds; a source of its own leaves the rest of the world as it is
// without them.
func newTraffic(cfg Config, start time.Time) []*other {
	rng := rand.New(rand.NewPCG(cfg.Seed, 246))
	out := make([]*other, 0, cfg.Traffic.Aircraft)
	for i := range cfg.Traffic.Aircraft {
		o := &other{address: 0x780100 + uint32(i), name: fmt.Sprintf("B%d", 7000+100*(i%2)+i+1), emitter: common.ADSB_EMITTER_TYPE_LIGHT,
			speedMS: 48 + 12*rng.Float64(), since: start, next: start.Add(time.Duration(rng.Float64() * float64(reportEvery)))}
		r := racetrack{alongDeg: 360 * rng.Float64(), halfM: 4000 + 3000*rng.Float64(), radiusM: 1500 + 1500*rng.Float64(), anticlockwise: rng.IntN(2) == 0}
		if i%2 == 1 {
			o.emitter, o.speedMS = common.ADSB_EMITTER_TYPE_ROTOCRAFT, 30+12*rng.Float64()
			r.halfM, r.radiusM = 1500+2000*rng.Float64(), 700+500*rng.Float64()
		}
		e, n := bearing(360 * rng.Float64())
		away := 4000 * rng.Float64()
		r.centre = geo.ENU{E: away * e, N: away * n, U: cfg.Traffic.FloorAMSL + float64(i)*trafficStepM}
		r.headStart = rng.Float64() * (4*r.halfM + 2*math.Pi*r.radiusM)
		o.way = r
		out = append(out, o)
	}
	return out
}

// place is where an aircraft is, and where it heads.
func (o *other) place(now time.Time) (geo.ENU, float64, bool) {
	return o.way.at(o.speedMS * now.Sub(o.since).Seconds())
}

// stepTraffic lets the receivers of vehicles in the air hear who is due, and forgets who has come to the end of the way.
func (w *World) stepTraffic() {
	keep := w.others[:0]
	for _, o := range w.others {
		if _, round := o.way.(racetrack); round && w.now.Before(o.next) {
			keep = append(keep, o) // it has no end to come to
			continue
		}
		at, headingDeg, on := o.place(w.now)
		if !on {
			continue
		}
		keep = append(keep, o)
		if w.now.Before(o.next) {
			continue
		}
		o.next = o.next.Add(reportEvery)
		for _, v := range w.vehicles {
			if v.at.Receiver && v.booted && !v.body.onGround {
				v.hear(o, at, headingDeg)
			}
		}
	}
	clear(w.others[len(keep):])
	w.others = keep
}

// hear reports an aircraft in reach as the receiver tells it: ADSB_VEHICLE, or Open Drone ID of another
// (https://mavlink.io/en/services/opendroneid.html).
func (v *vehicle) hear(o *other, at geo.ENU, headingDeg float64) {
	p := v.w.position(at)
	far := length(sub(at, v.body.pos))
	switch {
	case o.drone && far <= hearDroneM:
		mac, serial := [20]uint8{0x02, 'S', 'I', 'M', uint8(o.address)}, [20]uint8{}
		copy(serial[:], o.name)
		v.send(&common.MessageOpenDroneIdBasicId{IdOrMac: mac, IdType: common.MAV_ODID_ID_TYPE_SERIAL_NUMBER,
			UaType: common.MAV_ODID_UA_TYPE_HELICOPTER_OR_MULTIROTOR, UasId: serial})
		v.send(&common.MessageOpenDroneIdLocation{IdOrMac: mac, Status: common.MAV_ODID_STATUS_AIRBORNE, Direction: uint16(headingDeg * 100),
			SpeedHorizontal: uint16(o.speedMS * 100), SpeedVertical: 0, Latitude: deg7(p.Lat), Longitude: deg7(p.Lon),
			AltitudeBarometric: -1000, AltitudeGeodetic: float32(p.AltAMSL), Height: -1000, Timestamp: 0xFFFF})
	case !o.drone && far <= v.w.cfg.Traffic.ReachM:
		v.send(&common.MessageAdsbVehicle{IcaoAddress: o.address, Lat: deg7(p.Lat), Lon: deg7(p.Lon),
			AltitudeType: common.ADSB_ALTITUDE_TYPE_PRESSURE_QNH, Altitude: int32(p.AltAMSL * 1000), Heading: uint16(headingDeg * 100),
			HorVelocity: uint16(o.speedMS * 100), Callsign: o.name, EmitterType: o.emitter,
			Flags: common.ADSB_FLAGS_VALID_COORDS | common.ADSB_FLAGS_VALID_ALTITUDE | common.ADSB_FLAGS_VALID_HEADING |
				common.ADSB_FLAGS_VALID_VELOCITY | common.ADSB_FLAGS_VALID_CALLSIGN | common.ADSB_FLAGS_SIMULATED})
	}
}

// OtherTruth is an aircraft of others as it really is.
type OtherTruth struct {
	Name       string       `json:"name"`
	Position   geo.Position `json:"position"`
	HeadingDeg float64      `json:"headingDeg"`
	SpeedMS    float64      `json:"speedMs"`
}

func (w *World) othersTruth() []OtherTruth {
	out := make([]OtherTruth, 0, len(w.others))
	for _, o := range w.others {
		at, headingDeg, _ := o.place(w.now)
		out = append(out, OtherTruth{o.name, w.position(at), headingDeg, o.speedMS})
	}
	return out
}

func (c TrafficConfig) check() error {
	switch {
	case c.Aircraft < 0 || c.Aircraft > trafficMost:
		return fmt.Errorf("traffic.aircraft is %d, want 0 to %d", c.Aircraft, trafficMost)
	case !(c.FloorAMSL >= 0 && c.FloorAMSL <= 5000):
		return fmt.Errorf("traffic.floor_amsl is %v, want 0 to 5000", c.FloorAMSL)
	case !(c.ReachM >= 0 && c.ReachM <= 400000):
		return fmt.Errorf("traffic.reach_m is %v, want 0 to 400000", c.ReachM)
	}
	return nil
}
