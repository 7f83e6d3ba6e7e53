package simulator

import (
	"math/rand/v2"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
	"groundstation/simulator/camera"
)

const (
	// worldStep is the time of one step of the physics.
	worldStep = 20 * time.Millisecond
	// dt is worldStep in seconds.
	dt = 0.02
)

// World is the simulated city. It is not safe for use by several goroutines.
type World struct {
	cfg     Config
	frame   geo.Frame
	highest float64 // ground, metres AMSL
	// obstacles stand in the way below tallest, metres AMSL.
	obstacles []obstacle
	tallest   float64
	skyline   *camera.Skyline
	codec     *codec
	start     time.Time
	now       time.Time
	steps     uint64
	rng       *rand.Rand
	weather   Weather
	gusts     turbulence
	vehicles  []*vehicle
	docks     []*dock
	others    []*other
	units     []*unit
	skyAt     time.Time // of what changes slowly and is looked at often:
	sunDeg    float64   // how high the sun stands over the city, degrees
	cars      []UnitTruth
	systems   map[uint32]system
	byID      map[string]system
	out       []datagram
	silent    bool // nobody listens to frames
	log       accidentLog
	air       [2]Air // of every link that has none of its own: up, down
	under     bool   // something may be under way
	ghosts    []*ghost
}

// system is anything with a system id.
type system interface {
	receive(now time.Time, f frame)
	link() *radio
}

type datagram struct {
	sys  uint32
	data []byte
}

// NewWorld is the city at start. The configuration must be valid (Load and Parse see to that).
func NewWorld(cfg Config, start time.Time) *World {
	w := &World{cfg: cfg, codec: newCodec(), start: start, now: start, weather: cfg.Weather,
		rng: rand.New(rand.NewPCG(cfg.Seed, 47)), systems: map[uint32]system{}, byID: map[string]system{}, others: newTraffic(cfg, start), air: [2]Air{cfg.Air, cfg.Air}}
	w.gusts = newTurbulence(cfg.Seed)
	w.frame, w.highest = geo.NewFrame(origin(cfg)), cfg.reliefM()
	w.obstacles, w.tallest = newObstacles(w)
	w.skyline = newSkyline(cfg.Obstacle)
	byID := map[string]*dock{}
	for _, at := range cfg.Dock {
		d := newDock(w, at)
		w.docks = append(w.docks, d)
		w.systems[at.SystemID], w.byID[at.ID] = d, d
		byID[at.ID] = d
	}
	for _, at := range cfg.Vehicle {
		v := newVehicle(w, at, byID[at.Dock])
		w.vehicles = append(w.vehicles, v)
		w.systems[at.SystemID], w.byID[at.ID] = v, v
	}
	w.units, w.skyAt = newUnits(w, cfg.PatrolCars), start
	w.turnSky()
	return w
}

// origin is the middle of everything, at sea level, so that the frame's "up" is the altitude AMSL.
func origin(cfg Config) geo.Position {
	var sum geo.LatLon
	n := 0.0
	for _, d := range cfg.Dock {
		sum.Lat, sum.Lon, n = sum.Lat+d.Pad.Lat, sum.Lon+d.Pad.Lon, n+1
	}
	for _, v := range cfg.Vehicle {
		if v.Site != nil {
			sum.Lat, sum.Lon, n = sum.Lat+v.Site.Lat, sum.Lon+v.Site.Lon, n+1
		}
	}
	if n == 0 {
		return geo.Position{}
	}
	return geo.LatLon{Lat: sum.Lat / n, Lon: sum.Lon / n}.At(0)
}

// Now is the world's time: the last step taken.
func (w *World) Now() time.Time { return w.now }

// Step moves the world to now, in fixed steps.
func (w *World) Step(now time.Time) {
	for !w.now.Add(worldStep).After(now) {
		w.now = w.now.Add(worldStep)
		w.steps++
		w.gusts.blow(w.meanWind(30), dt)
		w.deliver(wayUp)
		for _, d := range w.docks {
			d.step(w.now)
		}
		for _, v := range w.vehicles {
			v.step(w.now)
		}
		w.stepTraffic()
		for _, g := range w.ghosts {
			g.step(w.now)
		}
		w.deliver(wayDown)
		if w.now.Sub(w.skyAt) >= slowPeriod {
			w.turnSky()
		}
		w.watch()
	}
}

// Receive gives a datagram of the station to one system.
func (w *World) Receive(sys uint32, data []byte) {
	if s := w.systems[sys]; s != nil {
		w.carry(wayUp, sys, s.link(), data)
	}
}

// Drain gives every datagram of the systems to the station, oldest first, and forgets them. The bytes are the
// callee's to keep.
func (w *World) Drain(each func(sys uint32, data []byte)) {
	for i := range w.out {
		each(w.out[i].sys, w.out[i].data)
		w.out[i] = datagram{}
	}
	w.out = w.out[:0]
}

// Systems are the system ids of all vehicles and docks.
func (w *World) Systems() []uint32 {
	ids := make([]uint32, 0, len(w.systems))
	for _, v := range w.vehicles {
		ids = append(ids, v.at.SystemID)
	}
	for _, d := range w.docks {
		ids = append(ids, d.at.SystemID)
	}
	return ids
}

// post sends a message of a system; each frame is a datagram, as PX4 sends them.
func (w *World) post(sys uint32, r *radio, v *voice, msg message.Message) {
	if w.silent {
		return
	}
	if r.closed(wayDown) {
		v.seq++ // it was sent, nobody heard it
		return
	}
	if b := v.encode(msg); b != nil {
		if v.sec != nil && v.sec.active() {
			b = v.sec.seal(w.now, b)
		}
		w.carry(wayDown, sys, r, b)
	}
}

// position gives a point of the local frame as latitude, longitude and altitude AMSL.
func (w *World) position(p geo.ENU) geo.Position { return w.frame.Position(p) }
