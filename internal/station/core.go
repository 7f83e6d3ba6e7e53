package station

import (
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/logbook"
	"groundstation/mavlink"
	"groundstation/mavlink/events"
	"groundstation/mavlink/rtcm"
	"groundstation/mavlink/signing"
	"groundstation/mission"
)

// StationSystem and StationComponent are the station's own address on every link (MAVLink: 255 is a ground station,
// 190 MAV_COMP_ID_MISSIONPLANNER).
const (
	StationSystem    = 255
	StationComponent = 190
)

// Input is what the Core is stepped with.
type Input interface{ input() }

// Datagram is one datagram as it came from the link. Bytes are only read during the Step.
type Datagram struct {
	From  mavlink.Source
	Bytes []byte
}

// Ask is a request for the Desk.
type Ask struct{ Request mission.Request }

// Committed is the store's answer to a Persist.
type Committed struct{ mission.Committed }

// Tick is the passing of time.
type Tick struct{}

func (Datagram) input()  {}
func (Ask) input()       {}
func (Committed) input() {}
func (Tick) input()      {}

// Output is what the Core wants done, in order.
type Output interface{ output() }

// Write sends one datagram.
type Write struct {
	To    mavlink.Source
	Bytes []byte
}

// Persist, Show and Reply are the Desk's, handed through; Show also carries what sessions see.
type (
	Persist struct{ mission.Persist }
	Show    struct{ mission.Show }
	Reply   struct{ mission.Reply }
	// Gate is the Desk's verdict on a picture.
	Gate struct{ mission.Gate }
)

func (Write) output()   {}
func (Persist) output() {}
func (Show) output()    {}
func (Reply) output()   {}
func (Gate) output()    {}

// Counters are facts about the Core since it was made.
type Counters struct {
	Frames, BadFrames, UnknownSystems uint64
	FramesSent, EncodeErrors          uint64
	IntentsUnroutable                 uint64
	SticksTaken, SticksIgnored        uint64
	Corrections, CorrectionsTooLong   uint64
	TrafficDropped                    uint64
	// Signing counts the frames of systems with a key by what became of them.
	Signing [signing.Verdicts]uint64
}

// Config is what the Core needs to know beside what it remembers.
type Config struct {
	Registry fleet.Registry
	Session  mavlink.Config
	Limits   hangar.Limits
	Desk     mission.DeskConfig
	// Params are the lists kept of vehicles (LoadParams).
	Params []fleet.ParamList
	// Greet are sources that must be spoken to before they are heard.
	Greet []mavlink.Source
	// Tap sees every frame of a registered vehicle or dock, and every frame to one (out); nil sees none. It must not wait
	// and must not keep the bytes.
	Tap Tap
	// Keys are the systems' signing keys (OpenKeyring).
	Keys Keys
	// Words are the words of events by the checksum of their metadata (WordsDir.Load); nil: none are asked for.
	Words map[uint32]*events.Set
	// Members are the vehicles and docks of other families than MAVLink's, by their ids.
	Members map[string]Member
	// Logs is the book of flight logs; nil: none are fetched.
	Logs *logbook.Config
}

// Tap is shown whole frames as they come and go, within the Step; of is the id of the vehicle or the dock, empty if it is
// sent to a link on which nobody was heard yet.
type Tap func(now time.Time, of string, frame []byte, out bool)

// Core is the whole station as one pure state machine.
type Core struct {
	registry  fleet.Registry
	desk      *mission.Desk
	vehicles  []*vehicleSlot
	docks     []*dockSlot
	bySystem  roster
	byID      map[fleet.VehicleID]*vehicleSlot
	guests    map[fleet.VehicleID]*guest
	guestList []*guest // in the order of the registry
	byDock    map[fleet.DockID]*dockSlot
	lives     map[fleet.VehicleID]*dockSlot // the dock a vehicle lives in
	alarms    deadlines
	ticked    []ticked // what is due in the present tick
	decoder   *mavlink.Decoder
	frame     mavlink.FrameIn // the present one: a new one each time would be garbage
	encoder   *mavlink.Encoder
	tap       Tap
	now       time.Time // of the present Step
	greet     []greeting
	events    []fleet.Event
	cut       rtcm.Fragmenter
	out       []Output
	counters  Counters
	book      paramBook
	session   mavlink.Config
	// strangers are the systems that are heard and in no registry.
	strangers map[unknownKey]*unknownSystem
	auths     []*auth       // of the systems that have one
	former    []signing.Key // keys that were replaced since the Core was made
	marksAt   time.Time
	logs      *logbook.Book // nil: none
	words     *lexicon
}

// NewCore makes a station that remembers state.
func NewCore(cfg Config, state mission.State, now time.Time) *Core {
	c := &Core{
		registry: cfg.Registry,
		book:     paramBook{}, session: cfg.Session, strangers: map[unknownKey]*unknownSystem{},
		desk:    mission.NewDesk(cfg.Registry, state, cfg.Desk, now),
		byID:    map[fleet.VehicleID]*vehicleSlot{},
		guests:  map[fleet.VehicleID]*guest{},
		lives:   map[fleet.VehicleID]*dockSlot{},
		byDock:  map[fleet.DockID]*dockSlot{},
		decoder: mavlink.NewDecoder(),
		encoder: mavlink.NewEncoder(StationSystem, StationComponent),
		tap:     cfg.Tap,
	}
	if c.tap == nil {
		c.tap = func(time.Time, string, []byte, bool) {}
	}
	for _, to := range cfg.Greet {
		c.greet = append(c.greet, greeting{to: to})
	}
	for _, spec := range cfg.Registry.Vehicles {
		if m := cfg.Members[string(spec.ID)]; m != nil {
			c.welcome(spec.ID, m)
			continue
		}
		v := &vehicleSlot{spec: spec, session: mavlink.NewSession(spec, cfg.Session)}
		v.alarm = alarm{slot: v, index: -1}
		v.auth = c.guarded(newAuth(string(spec.ID), spec.SystemID, spec.Signing, cfg.Keys))
		c.alarms.set(&v.alarm, v.session.Deadline())
		c.vehicles = append(c.vehicles, v)
		c.bySystem.put(spec.SystemID, v)
		c.byID[spec.ID] = v
	}
	for _, spec := range cfg.Registry.Docks {
		d := &dockSlot{id: spec.ID, system: spec.SystemID, member: cfg.Members[string(spec.ID)], keeper: hangar.New(spec, cfg.Limits)}
		d.alarm = alarm{slot: d, index: -1}
		if d.member == nil {
			d.session = mavlink.NewDockSession(spec, cfg.Session)
			d.auth = c.guarded(newAuth(string(spec.ID), spec.SystemID, spec.Signing, cfg.Keys))
			c.bySystem.put(spec.SystemID, d)
		}
		d.settle(c)
		c.docks = append(c.docks, d)
		c.byDock[spec.ID] = d
	}
	for _, spec := range cfg.Registry.Vehicles {
		if d := c.byDock[spec.Dock]; d != nil {
			c.lives[spec.ID] = d
		}
	}
	if cfg.Words != nil {
		c.words = newLexicon(cfg.Words)
	}
	if cfg.Logs != nil {
		c.logs = logbook.New(*cfg.Logs)
	}
	for _, l := range cfg.Params {
		if v := c.byID[l.Vehicle]; v != nil {
			v.session.KnowParams(l)
			c.book[l.Vehicle] = &paramPage{list: l}
		}
	}
	return c
}

// Counters gives the counters as they stand.
func (c *Core) Counters() Counters { return c.counters }

// Deadline is when the Core next wants a Tick.
func (c *Core) Deadline() time.Time {
	return earlier(earlier(c.desk.Deadline(), c.alarms.next()), earlier(c.logDeadline(), c.wordsDeadline()))
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Step takes one input; the outputs are valid until the next Step.
func (c *Core) Step(now time.Time, in Input) []Output {
	clear(c.out)
	c.out, c.now = c.out[:0], now
	switch in := in.(type) {
	case Datagram:
		c.datagram(now, in)
	case Ask:
		c.stepDesk(now, in.Request)
	case Committed:
		c.stepDesk(now, in.Committed)
	case KeyMade:
		c.keyMade(in)
	case KeyAdopted:
		c.keyAdopted(in)
	case Sticks:
		c.sticks(now, in)
	case Words:
		c.wordsOpened(now, in)
	case LogStored:
		c.stepLogs(now, in.Stored)
	case Correction:
		c.correct(now, in)
	case Tick:
		c.tick(now)
	}
	c.settle(now)
	c.keepMarks(now)
	return c.out
}

// tick steps whatever is due, each once.
func (c *Core) tick(now time.Time) {
	c.counters.TrafficDropped = c.desk.ContactsDropped()
	c.ticked = c.alarms.due(now, c.ticked[:0])
	for _, s := range c.ticked {
		s.tick(c, now)
	}
	if due(c.desk.Deadline(), now) {
		c.stepDesk(now, mission.Tick{})
	}
	if due(c.wordsDeadline(), now) {
		c.wordsLook(now)
	}
	if due(c.logDeadline(), now) {
		c.stepLogs(now, logbook.Tick{})
	}
}

func due(deadline, now time.Time) bool { return !deadline.IsZero() && !deadline.After(now) }

// settle hands every event to whom it concerns until none is left. Events make Intents and Intents make Events, but
// each Intent ends in one final Report, so this ends.
func (c *Core) settle(now time.Time) {
	for i := 0; i < len(c.events); i++ {
		ev := c.events[i]
		if c.logEvent(now, ev) || c.wordsEvent(now, ev) {
			continue
		}
		switch ev := ev.(type) {
		case fleet.VehicleChanged:
			c.show(fleet.KindVehicle, string(ev.Vehicle.ID), ev.Vehicle)
			if d := c.lives[ev.Vehicle.ID]; d != nil {
				d.takeKeeper(c, now, d.keeper.Step(now, hangar.Observed{Event: ev}))
			}
		case fleet.DockChanged:
			c.show(fleet.KindDock, string(ev.Dock.ID), ev.Dock)
		}
		c.params(now, ev)
		c.stepDesk(now, mission.Observed{Event: ev})
	}
	clear(c.events)
	c.events = c.events[:0]
}

func (c *Core) show(kind fleet.Kind, id string, value any) {
	c.out = append(c.out, Show{mission.Show{Kind: kind, ID: id, Value: value}})
}

// stepDesk steps the Desk and routes what it wants.
func (c *Core) stepDesk(now time.Time, in mission.Input) {
	for _, o := range c.desk.Step(now, in) {
		switch o := o.(type) {
		case mission.Persist:
			c.out = append(c.out, Persist{o})
		case mission.Show:
			c.out = append(c.out, Show{o})
			c.logSortie(now, o)
		case mission.Reply:
			c.out = append(c.out, Reply{o})
		case mission.Gate:
			c.out = append(c.out, Gate{o})
		case mission.Renew:
			c.renew(now, o.Until)
		case mission.Track:
			c.tracked(now, o)
		case mission.Identify:
			c.identified(now, o)
		case mission.Grant:
			c.granted(now, o)
		case mission.Bind:
			c.bind(o.Binding.ID, o.Binding.System)
		case mission.Withdraw:
			c.withdraw(now, o)
		case mission.Send:
			c.send(now, o.Intent)
		}
	}
}

// renew hands the Desk's proof of life to every session.
func (c *Core) renew(now, until time.Time) {
	c.hail(now)
	c.forgetUnknown(now)
	c.nudge(now)
	c.showKeys(now)
	for _, v := range c.vehicles {
		v.take(c, v.session.Step(now, mavlink.Renew{Until: until}))
	}
	for _, d := range c.docks {
		d.renew(c, now, until)
	}
	for _, g := range c.guestList {
		g.member.Renew(until)
	}
}

// withdraw tells the session of an Intent that is not wanted any more.
func (c *Core) withdraw(now time.Time, w mission.Withdraw) {
	if v := c.byID[w.Vehicle]; v != nil {
		v.take(c, v.session.Step(now, mavlink.WithdrawIn{Intent: w.Intent}))
	}
	if g := c.guests[w.Vehicle]; g != nil {
		g.member.Withdraw(now, w.Intent)
		c.alarms.set(&g.alarm, g.member.Deadline())
	}
}

// send routes an Intent to its session; one with no such session fails at once.
func (c *Core) send(now time.Time, intent fleet.Intent) {
	v, d, g := c.byID[intent.Vehicle], c.byDock[intent.Dock], c.guests[intent.Vehicle]
	switch {
	case g != nil:
		g.member.Order(now, intent)
		c.alarms.set(&g.alarm, g.member.Deadline())
	case v != nil:
		v.take(c, v.session.Step(now, mavlink.IntentIn{Intent: intent}))
	case d != nil:
		d.takeKeeper(c, now, d.keeper.Step(now, hangar.Intent{Intent: intent}))
	default:
		c.counters.IntentsUnroutable++
		c.events = append(c.events, fleet.Report{Intent: intent.ID, Vehicle: intent.Vehicle, Dock: intent.Dock,
			Stage: fleet.StageFailed, Code: "unknown-system", At: now})
	}
}
