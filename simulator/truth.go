package simulator

import (
	"slices"
	"time"

	"groundstation/internal/geo"
	"groundstation/mavlink/dialect/hangar"
)

// AccidentKind is what went wrong for real.
type AccidentKind string

// The accidents the world notices.
const (
	AccidentClosedLid AccidentKind = "landed-on-closed-lid"
	AccidentLidAbove  AccidentKind = "took-off-into-dock"
	AccidentClosedOn  AccidentKind = "lid-closed-on-vehicle"
	AccidentCollision AccidentKind = "collision"
	AccidentCrash     AccidentKind = "crash"
	AccidentObstacle  AccidentKind = "flew-into-obstacle"
	AccidentTipped    AccidentKind = "tipped-over"
	AccidentFlat      AccidentKind = "battery-empty-in-the-air"
)

// Accident is one thing that must never happen.
type Accident struct {
	At   time.Time    `json:"at"`
	Kind AccidentKind `json:"kind"`
	Text string       `json:"text"`
	IDs  []string     `json:"ids"`
}

// accidentLog keeps each kind once for the same parties within ten seconds.
type accidentLog struct{ list []Accident }

const accidentsKept = 1000

func (l *accidentLog) add(at time.Time, kind AccidentKind, text string, ids ...string) {
	for i := len(l.list) - 1; i >= 0; i-- {
		a := &l.list[i]
		if a.Kind == kind && slices.Equal(a.IDs, ids) && at.Sub(a.At) < 10*time.Second {
			a.At = at
			return
		}
	}
	if len(l.list) < accidentsKept {
		l.list = append(l.list, Accident{at, kind, text, ids})
	}
}

// Truth is what really is, for checks and cameras.
type Truth struct {
	At        time.Time      `json:"at"`
	Weather   Weather        `json:"weather"`
	SunDeg    float64        `json:"sunDeg"` // how high the sun stands over the city
	Vehicles  []VehicleTruth `json:"vehicles"`
	Docks     []DockTruth    `json:"docks"`
	Units     []UnitTruth    `json:"units"` // patrol cars
	Others    []OtherTruth   `json:"others"`
	Accidents []Accident     `json:"accidents"`
}

// VehicleTruth is one vehicle as it really is.
type VehicleTruth struct {
	ID         string       `json:"id"`
	SystemID   uint32       `json:"systemId"`
	Position   geo.Position `json:"position"`
	HeadingDeg float64      `json:"headingDeg"`
	SpeedMS    float64      `json:"speedMs"` // over ground
	ClimbMS    float64      `json:"climbMs"`
	OnGround   bool         `json:"onGround"`
	Armed      bool         `json:"armed"`
	Crashed    bool         `json:"crashed"`
	Mode       string       `json:"mode"`
	CustomMode uint32       `json:"customMode"`
	Failsafe   bool         `json:"failsafe"`
	Fix        uint8        `json:"fix"`
	// RemoteID is "good to arm", "silent", or what keeps its transmitter from being good; empty: it has none.
	RemoteID  string  `json:"remoteId,omitempty"`
	EnergyWh  float64 `json:"energyWh"`
	Percent   float64 `json:"percent"`
	PowerW    float64 `json:"powerW"`
	PackTempC float64 `json:"packTempC"`
	// HomeValid says whether the vehicle has a home; Home is where.
	HomeValid bool         `json:"homeValid"`
	Home      geo.Position `json:"home"`
	// DockID is the dock on whose contacts it stands; empty: none.
	DockID string `json:"dockId,omitempty"`
	// GimbalPitchDeg is from the horizon, down negative; GimbalYawDeg is true.
	GimbalPitchDeg float64 `json:"gimbalPitchDeg"`
	GimbalYawDeg   float64 `json:"gimbalYawDeg"`
	// Zoom is how many times nearer its picture is than at the wide end.
	Zoom float64 `json:"zoom"`
}

// DockTruth is one dock as it really is.
type DockTruth struct {
	ID         string  `json:"id"`
	SystemID   uint32  `json:"systemId"`
	State      string  `json:"state"`
	LidOpen    float64 `json:"lidOpen"` // 0 closed to 1 open
	LidMotor   int     `json:"lidMotor"`
	Clamps     float64 `json:"clamps"`
	Marker     bool    `json:"marker"`
	Task       uint32  `json:"task"`
	Epoch      uint32  `json:"epoch"`
	VehicleOut bool    `json:"vehicleOut"`
	// Seated is the vehicle on its contacts.
	Seated  string `json:"seated,omitempty"`
	Mains   bool   `json:"mains"`
	EStop   bool   `json:"eStop"`
	Person  bool   `json:"person"`
	Blocked bool   `json:"blocked"` // out of service for whatever reason
	// Device is what lies beneath: power, climate, the pad.
	Device DeviceTruth `json:"device"`
}

// DeviceTruth is what a dock is made of as it really is.
type DeviceTruth struct {
	Down       bool    `json:"down"` // its controller does not run
	Door       bool    `json:"door"` // open
	Key        bool    `json:"key"`  // locked for local work
	ClampsY    float64 `json:"clampsY"`
	Charging   bool    `json:"charging"`
	UPSMin     float64 `json:"upsMin"`
	InTempC    float64 `json:"inTempC"`
	ClimateW   float64 `json:"climateW"`
	WaterMM    float64 `json:"waterMm"`
	SnowMM     float64 `json:"snowMm"`
	IceMM      float64 `json:"iceMm"`
	Packs      int     `json:"packs"`
	PackOut    bool    `json:"packOut"` // the vehicle has no pack in it
	VehicleOff bool    `json:"vehicleOff"`
}

func (d *dock) device(v *vehicle) DeviceTruth {
	return DeviceTruth{Down: d.down, Door: d.door, Key: d.key, ClampsY: d.clampsY, Charging: d.charging, UPSMin: max(0, d.ups),
		InTempC: d.inTempC, ClimateW: d.climate.watts(), WaterMM: d.cover.water, SnowMM: d.cover.snow, IceMM: d.cover.ice,
		Packs: len(d.swap.spares), PackOut: d.swap.out, VehicleOff: v != nil && v.off}
}

// Truth is the whole city now.
func (w *World) Truth() Truth {
	var t Truth
	w.Look(&t)
	t.Accidents = slices.Clone(t.Accidents)
	return t
}

// stateNames are the words of the dialect for a dock's states; the dialect makes each anew.
var stateNames = func() map[hangar.DOCK_STATE]string {
	names := map[hangar.DOCK_STATE]string{}
	for s := hangar.DOCK_STATE_IDLE; s <= hangar.DOCK_STATE_MAINTENANCE; s++ {
		names[s] = s.String()
	}
	return names
}()

// Look is Truth into one that is used again: what it held before is overwritten, and its accidents are only read.
func (w *World) Look(t *Truth) {
	t.Others, t.Units, t.SunDeg = w.othersTruth(), w.cars, w.sunDeg
	t.At, t.Weather, t.Accidents = w.now, w.weather, w.log.list[:len(w.log.list):len(w.log.list)]
	t.Vehicles, t.Docks = slices.Grow(t.Vehicles[:0], len(w.vehicles)), slices.Grow(t.Docks[:0], len(w.docks))
	for _, v := range w.vehicles {
		b := &v.body
		vt := VehicleTruth{ID: v.at.ID, SystemID: v.at.SystemID, Position: v.where(), HeadingDeg: b.headingDeg,
			SpeedMS: b.vel.Horizontal(), ClimbMS: b.vel.U, OnGround: b.onGround, Armed: v.armed, Crashed: b.crashed, Mode: v.mode.name(),
			CustomMode: v.is.customMode(v), Failsafe: v.safe.active(), Fix: v.gnss.fix, EnergyWh: v.pack.energyWh, Percent: v.percent(),
			RemoteID: v.ident.state(w.now), PowerW: v.pack.powerW, PackTempC: v.pack.tempC, HomeValid: v.homeValid, GimbalPitchDeg: v.gimbal.pitchDeg,
			GimbalYawDeg: v.gimbal.yawDeg, Zoom: 1}
		if v.optics != nil {
			vt.Zoom = v.optics.times()
		}
		if v.homeValid {
			vt.Home = w.position(v.home)
		}
		t.Vehicles = append(t.Vehicles, vt)
	}
	for _, d := range w.docks {
		dt := DockTruth{ID: d.at.ID, SystemID: d.at.SystemID, State: stateNames[d.state], LidOpen: d.lid.open, LidMotor: d.lid.motor,
			Clamps: d.clamps, Marker: d.marker, Task: d.task, Epoch: d.epoch, VehicleOut: d.vehicleOut, Mains: d.mains,
			EStop: d.estop, Person: d.person, Blocked: d.estop || d.maintenance || d.dead()}
		v := d.seated()
		dt.Device = d.device(v)
		if v != nil {
			dt.Seated = v.at.ID
			t.Vehicles[slices.Index(w.vehicles, v)].DockID = d.at.ID
		}
		t.Docks = append(t.Docks, dt)
	}
}

// View is what a vehicle's camera needs to draw its picture.
type View struct {
	ID         string
	At         time.Time
	Position   geo.Position
	HeadingDeg float64
	// PitchDeg is the camera's from the horizon, down negative; YawDeg is true.
	PitchDeg, YawDeg float64
	HFOVDeg          float64
	// Zoom is how much nearer the picture is than at the wide end.
	Zoom     float64
	OnGround bool
	// Marker is the region of interest its gimbal was told to look at; nil: none.
	Marker *geo.LatLon
}

// Views are the cameras of all vehicles now.
func (w *World) Views() []View {
	out := make([]View, 0, len(w.vehicles))
	for _, v := range w.vehicles {
		view := View{ID: v.at.ID, At: w.now, Position: v.where(), HeadingDeg: v.body.headingDeg,
			PitchDeg: v.gimbal.pitchDeg, YawDeg: v.gimbal.yawDeg, HFOVDeg: v.at.HFOVDeg, Zoom: 1, OnGround: v.body.onGround}
		if v.optics != nil {
			view.Zoom = v.optics.times()
		}
		if v.gimbal.onPoint {
			at := w.position(v.gimbal.point).LatLon
			view.Marker = &at
		}
		out = append(out, view)
	}
	return out
}

const collisionM = 2.0

// watch looks for collisions of vehicles of which one at least is in the air.
func (w *World) watch() {
	if w.steps%2 != 0 {
		return
	}
	for i, a := range w.vehicles {
		if a.body.onGround {
			continue
		}
		at := a.body.pos
		for j, b := range w.vehicles {
			if e := at.E - b.body.pos.E; e > collisionM || e < -collisionM || i == j || !b.body.onGround && j < i || length(sub(at, b.body.pos)) >= collisionM {
				continue
			}
			first, second := a, b
			if j < i {
				first, second = b, a
			}
			w.log.add(w.now, AccidentCollision, "closer than 2 m", first.at.ID, second.at.ID)
		}
	}
}
