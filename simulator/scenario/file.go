package scenario

import (
	"time"

	"groundstation/simulator"
)

// Text is in the two languages of the console.
type Text struct {
	EN string `toml:"en" json:"en"`
	ZH string `toml:"zh" json:"zh"`
}

// Scenario is one file.
type Scenario struct {
	Title   Text   `toml:"title"`
	Purpose Text   `toml:"purpose"`
	Drill   []Text `toml:"drill"` // step by step, for who is trained
	// Covers are the rows of the fault table that it stands for (Rows).
	Covers []string `toml:"covers"`
	// Long keeps it out of the quick tests.
	Long     bool          `toml:"long"`
	Duration time.Duration `toml:"duration"`
	World    World         `toml:"world"`
	Station  Station       `toml:"station"`
	At       []At          `toml:"at"`
	Expect   []Expect      `toml:"expect"`

	lines lines
}

// World is what the city is like at the start. Docks bring their vehicles; without docks and vehicles it is the whole city.
type World struct {
	// Base and Station are the configurations of simulator and station, from the file's folder.
	Base     string    `toml:"base"`
	Station  string    `toml:"station"`
	Start    time.Time `toml:"start"`
	Docks    []string  `toml:"docks"`
	Vehicles []string  `toml:"vehicles"`
	Weather  Weather   `toml:"weather"`
	// ArduPilot are the vehicles that speak as ArduCopter instead of as PX4, to a station that knows it.
	ArduPilot []string `toml:"ardupilot"`
	// Battery is the charge of vehicles, percent; "all" is of all others.
	Battery map[string]float64 `toml:"battery"`
	Air     simulator.Air      `toml:"air"`
}

// Weather is what differs from that of the base.
type Weather struct {
	WindMS  *float64 `toml:"wind_ms"`
	GustMS  *float64 `toml:"gust_ms"`
	WindDeg *float64 `toml:"wind_deg"`
	RainMMH *float64 `toml:"rain_mmh"`
	TempC   *float64 `toml:"temp_c"`
}

// Station are settings of the station; zero is its default.
type Station struct {
	OnScene      time.Duration `toml:"on_scene"`
	MinScene     time.Duration `toml:"min_scene"`
	HoldLimit    time.Duration `toml:"hold_limit"`
	CrewConfirm  time.Duration `toml:"crew_confirm"`
	PrepareLimit time.Duration `toml:"prepare_limit"`
	MaxQueued    int           `toml:"max_queued"`
	// Logs says that flight logs are fetched.
	Logs bool `toml:"logs"`
}

// At is one act and when it is due: After the start, or after On held for the first time.
type At struct {
	ID    string        `toml:"id"`
	After time.Duration `toml:"after"`
	On    *Cond         `toml:"on"`

	Incident *Incident        `toml:"incident"`
	Move     *Move            `toml:"move"`
	Cancel   string           `toml:"cancel"` // an incident
	Plan     *Plan            `toml:"plan"`
	Fly      *Fly             `toml:"fly"`
	Patrol   *Patrol          `toml:"patrol"`
	Act      *Act             `toml:"act"`
	Fault    *simulator.Fault `toml:"fault"`
	Station  *StationAct      `toml:"station"`
	Store    *StoreAct        `toml:"store"`
	// Clock is how far the station's clock is off from now on.
	Clock *time.Duration `toml:"clock"`

	// Refused is the code with which the station must refuse it; empty: it must not.
	Refused string `toml:"refused"`
}

// Where is a place by bearing and distance from a dock, a vehicle's site, or where "@a" is.
type Where struct {
	Near       string  `toml:"near"`
	BearingDeg float64 `toml:"bearing_deg"`
	DistanceM  float64 `toml:"distance_m"`
}

// Incident is reported; Count of them are named NAME-1 and so on, spread over the time Over and, by chance, over a disc
// of ScatterM around the place.
type Incident struct {
	Name     string `toml:"name"`
	Title    string `toml:"title"`
	External string `toml:"external"`
	Priority int    `toml:"priority"` // 0 is 2
	Where
	Count    int           `toml:"count"`
	Over     time.Duration `toml:"over"`
	ScatterM float64       `toml:"scatter_m"`
	// OffDeg and OffM are where in the disc it is, of one that a Script yields.
	OffDeg float64 `toml:"-"`
	OffM   float64 `toml:"-"`
}

// Move corrects an incident's place.
type Move struct {
	Incident string `toml:"incident"`
	Where
}

// Plan is kept: its Points are bearing (degrees) and distance (metres) from Near.
type Plan struct {
	Name   string       `toml:"name"`
	Near   string       `toml:"near"`
	AltM   float64      `toml:"alt_m"` // AMSL; 0 is 80
	Points [][2]float64 `toml:"points"`
}

// Fly flies a plan once.
type Fly struct {
	Name    string `toml:"name"`
	Plan    string `toml:"plan"`
	Vehicle string `toml:"vehicle"`
}

// Patrol is kept; it begins In from now.
type Patrol struct {
	Name    string        `toml:"name"`
	Plan    string        `toml:"plan"`
	Vehicle string        `toml:"vehicle"`
	Rule    string        `toml:"rule"`
	In      time.Duration `toml:"in"`
	Window  time.Duration `toml:"window"`
}

// Act is what an operator does: one of Acts. By is who (empty: "operator").
type Act struct {
	Do      string  `toml:"do"`
	By      string  `toml:"by"`
	Vehicle string  `toml:"vehicle"`
	AltM    float64 `toml:"alt_m"` // AMSL of goto; 0 is 80
	Epoch   uint64  `toml:"epoch"`
	// Item is where resume goes on; nil is where it was left.
	Item *int `toml:"item"`
	Where
}

// Acts are what an operator can do.
func Acts() []string {
	return []string{"hold", "return", "land", "continue", "goto", "recall", "release", "confirm", "resume", "hold-all", "recall-all"}
}

// StationAct is "kill" or "start". A killed station starts again after For, if that is not 0. Over lets it die only over
// the next transaction that holds this act (such as "sortie.launching"), before it is durable, or after if After is set.
type StationAct struct {
	Do    string        `toml:"do"`
	For   time.Duration `toml:"for"`
	Over  string        `toml:"over"`
	After bool          `toml:"after"`
}

// StoreAct lets the store refuse ("fail"), take Delay for each transaction ("slow"), or work again ("mend").
type StoreAct struct {
	Do    string        `toml:"do"`
	Delay time.Duration `toml:"delay"`
}

// Cond is something that holds or does not: one subject and what it is.
type Cond struct {
	Incident  string  `toml:"incident"`
	Sortie    string  `toml:"sortie"`  // the newest for the thing or the vehicle of this name
	Sorties   string  `toml:"sorties"` // how many there were for it: Least to Most
	Lifts     string  `toml:"lifts"`   // how often a vehicle, or "all", took off: Least to Most
	Vehicle   string  `toml:"vehicle"` // as it really is
	Shown     string  `toml:"shown"`   // a vehicle as the station shows it
	Dock      string  `toml:"dock"`    // as it really is
	Alarm     string  `toml:"alarm"`   // its code; Of whom
	Command   string  `toml:"command"` // the id of an [[at]] with an act by hand
	Patrol    string  `toml:"patrol"`
	Touchdown string  `toml:"touchdown"` // the last of a vehicle, or of "all", with more than Above percent
	NearerM   float64 `toml:"nearer_m"`  // two in the air within 15 m of height are nearer than this
	Accident  bool    `toml:"accident"`
	Rule      string  `toml:"rule"` // one of the judge's rules was broken

	Is Words `toml:"is"`
	// Reached is a stage that a sortie has entered, or a part of its preparation: "dock", "safety", "home", "plan", "prearm", ….
	Reached string   `toml:"reached"`
	Code    Words    `toml:"code"`
	Says    string   `toml:"says"`
	Of      string   `toml:"of"`
	Least   int      `toml:"least"`
	Most    *int     `toml:"most"`
	Above   *float64 `toml:"above"`
	Below   *float64 `toml:"below"`
}

// Words are one word or several, any of which will do.
type Words []string

// Expect is a condition and when it must hold: By a time, Never, Always, or at the end. From and Until bound the time that
// is looked at; By, From and Until count from the start, or from when the act Since was carried out.
type Expect struct {
	Cond
	Name   Text          `toml:"name"`
	By     time.Duration `toml:"by"`
	Never  bool          `toml:"never"`
	Always bool          `toml:"always"`
	From   time.Duration `toml:"from"`
	Until  time.Duration `toml:"until"`
	Since  string        `toml:"since"`
}
