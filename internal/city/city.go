package city

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/city/seam"
	"groundstation/internal/station"
	"groundstation/mavlink"
	"groundstation/mavlink/events"
	"groundstation/mission"
	"groundstation/mission/privacy"
	"groundstation/simulator"
)

// portBase is added to a system's id to make the port it is known by.
const portBase = 14600

// Step is how far the clock goes at once, SeamStep without frames: the world takes five of its own steps in one.
const (
	Step     = 20 * time.Millisecond
	SeamStep = 100 * time.Millisecond
)

// City is a station and its world.
type City struct {
	World *simulator.World
	// Watch, if set, is called after each step with the truth, which is good until the next.
	Watch func(simulator.Truth)
	// Heard, if set, is called with each datagram that the station sends to a system.
	Heard func(system uint32, datagram []byte)
	// Crash, if set, decides over each transaction what becomes of the station.
	Crash func(mission.Persist) Fate
	// Words, if set before the station is started, has it ask vehicles for the words of their events.
	Words bool
	// Opened counts the metadata of events that vehicles served.
	Opened int
	// Log, if set, is given every durable change, a line each.
	Log io.Writer
	// Desk, if set before the station is started, are its own bounds; Tap sees every frame.
	Desk mission.DeskConfig
	Tap  station.Tap
	// Skew is how far the station's clock is ahead of the world's.
	Skew time.Duration
	// Clock, if set, is what the station's clock shows at a time of the world; nil: that time and Skew.
	Clock func(time.Time) time.Time
	// Disk, if set, is how the store is; nil is a good one.
	Disk *Disk
	// Logs, if set before the station is started, is where it keeps flight logs.
	Logs *Logs

	registry fleet.Registry
	cfg      station.Config // of every station of this city, without what it keeps
	now      time.Time
	core     *station.Core // nil while the station is dead
	kept     map[fleet.Kind]map[string][]byte
	// The same, read back once for those who look.
	sorties   map[fleet.SortieID]mission.Sortie
	incidents map[fleet.IncidentID]mission.Incident
	commands  map[fleet.IntentID]mission.Command
	board     *fleet.Board // what consoles are shown
	waiting   []mission.Persist
	replies   map[uint64]mission.Reply
	asked     uint64
	err       error
	judge     *judge
	truth     simulator.Truth
	heard     []heard
	keys      keyring
	atSeam    bool
	pace      time.Duration
	back      time.Time // when a station that died over a transaction comes back
}

// heard is one datagram of a system.
type heard struct {
	system   uint32
	datagram []byte
}

// New makes a city at the time start, with its station running.
func New(registry fleet.Registry, world simulator.Config, start time.Time) *City {
	return Make(station.Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits()}, world, start)
}

// AtSeam is New without frames: vehicles and docks meet the station as Intents and Events (package seam). There is no Air,
// and nothing to see for Heard.
func AtSeam(registry fleet.Registry, world simulator.Config, start time.Time) *City {
	return build(station.Config{Registry: registry, Limits: hangar.DefaultLimits()}, world, start, true)
}

// Make is New with a station that is configured otherwise.
func Make(cfg station.Config, world simulator.Config, start time.Time) *City {
	return build(cfg, world, start, false)
}

func build(cfg station.Config, world simulator.Config, start time.Time, atSeam bool) *City {
	registry := cfg.Registry
	c := &City{World: simulator.NewWorld(world, start), registry: registry, cfg: cfg, now: start,
		kept: map[fleet.Kind]map[string][]byte{}, sorties: map[fleet.SortieID]mission.Sortie{},
		incidents: map[fleet.IncidentID]mission.Incident{}, commands: map[fleet.IntentID]mission.Command{}, board: fleet.NewBoard(), replies: map[uint64]mission.Reply{}, judge: newJudge(registry),
		atSeam: atSeam, keys: newKeyring(world.Seed)}
	c.judge.lies = c.World.Ground
	if c.pace = Step; atSeam {
		c.pace = SeamStep
		c.World.Silence()
	}
	c.Start()
	return c
}

// Now is the city's time.
func (c *City) Now() time.Time { return c.now }

// Alive says whether there is a station.
func (c *City) Alive() bool { return c.core != nil }

// Violations are the rules that did not hold since the city was made, each once for each thing it did not hold of.
func (c *City) Violations() []Violation { return c.judge.list }

// Err is the first thing that could not be kept or read back.
func (c *City) Err() error { return c.err }

// Start makes the station anew from what was kept.
func (c *City) Start() {
	c.back = time.Time{}
	cfg := c.cfg
	if c.Desk != (mission.DeskConfig{}) {
		cfg.Desk = c.Desk
	}
	if c.Tap != nil {
		cfg.Tap = c.Tap
	}
	if c.Words {
		cfg.Words = map[uint32]*events.Set{}
	}
	if c.Logs != nil {
		cfg.Logs = c.Logs.config()
	}
	if c.atSeam {
		cfg.Members = members(seam.New(c.World, c.registry, c.judge.wanted))
	}
	cfg.Keys = maps.Clone(c.keys.keys)
	c.keys.due = nil
	c.core = station.NewCore(cfg, c.state(), c.clock())
}

// members are a family by the ids of the registry.
func members(f seam.Family) map[string]station.Member {
	all := map[string]station.Member{}
	for _, v := range f.Vehicles {
		all[v.ID()] = v
	}
	for _, d := range f.Docks {
		all[d.ID()] = d
	}
	return all
}

// Kill takes the station away; what was not kept yet is lost.
func (c *City) Kill() {
	c.core, c.waiting, c.back = nil, nil, time.Time{}
	clear(c.judge.gates)
}

// Run lets the time pass.
func (c *City) Run(d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); {
		c.step()
	}
}

// Until lets the time pass until ok, at most so long, and says whether it came to be.
func (c *City) Until(limit time.Duration, ok func() bool) bool {
	for end := c.now.Add(limit); c.now.Before(end); {
		if ok() {
			return true
		}
		c.step()
	}
	return ok()
}

// Ask asks the Desk and lets the time pass until it answers.
func (c *City) Ask(body any) (any, *fleet.Problem) {
	id := c.Submit("test", body)
	var answer mission.Reply
	if !c.Until(10*time.Second, func() bool { r, have := c.replies[id]; answer = r; return have }) {
		return nil, fleet.Refuse("no-answer", "no answer within 10 s")
	}
	return answer.Value, answer.Err
}

// Sorties gives every sortie as it is kept, the oldest first.
func (c *City) Sorties() []mission.Sortie {
	return slices.SortedFunc(maps.Values(c.sorties), func(a, b mission.Sortie) int { return a.CreatedAt.Compare(b.CreatedAt) })
}

// Incident, Sortie and Command give one object as it is kept.
func (c *City) Incident(id fleet.IncidentID) mission.Incident { return c.incidents[id] }
func (c *City) Sortie(id fleet.SortieID) mission.Sortie       { return c.sorties[id] }
func (c *City) Command(id fleet.IntentID) mission.Command     { return c.commands[id] }

func (c *City) step() {
	c.now = c.now.Add(c.pace)
	c.revive()
	c.World.Step(c.now)
	if !c.atSeam {
		c.carry()
	}
	c.commit()
	c.keys.answer(c.do)
	if c.core != nil && !c.core.Deadline().After(c.clock()) {
		c.do(station.Tick{})
	}
	c.World.Look(&c.truth)
	c.judge.look(c.now, c.truth, c.Alive())
	if c.Watch != nil {
		c.Watch(c.truth)
	}
}

// carry takes what the systems said to the station; its answers may be heard, and answered, at once.
func (c *City) carry() {
	c.heard = c.heard[:0]
	c.World.Drain(func(sys uint32, data []byte) { c.heard = append(c.heard, heard{sys, data}) })
	for _, h := range c.heard {
		from := mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(portBase+h.system))}
		c.do(station.Datagram{From: from, Bytes: h.datagram})
	}
}

// do steps the Core and carries out what it wants.
func (c *City) do(in station.Input) {
	if c.core == nil {
		return
	}
	for _, o := range c.core.Step(c.clock(), in) {
		switch o := o.(type) {
		case station.Write:
			sys := uint32(o.To.Addr.Port() - portBase)
			c.judge.sent(c.clock(), sys, o.Bytes)
			if c.Heard != nil {
				c.Heard(sys, o.Bytes)
			}
			c.World.Receive(sys, o.Bytes)
		case station.Persist:
			c.waiting = append(c.waiting, o.Persist)
		case station.Reply:
			c.replies[o.Request] = o.Reply
			c.judge.replied(c.now, o.Reply)
		case station.Gate:
			c.judge.gated(o.Gate)
		case station.Show:
			c.board.Put(o.Kind, o.ID, o.Value)
		case station.NewKey, station.AdoptKey, station.KeepMarks:
			c.keys.do(o)
		case station.WordsFetched:
			c.Opened++
			set, err := events.Open(o.File)
			c.do(station.Words{Sum: o.Sum, Set: set, Err: err})
		case station.LogWork:
			if done, over := c.Logs.do(o.Output); over {
				c.do(station.LogStored{Stored: done})
			}
		}
	}
}

func (c *City) keep(p mission.Persist) {
	for _, op := range p.Ops {
		if c.kept[op.Kind] == nil {
			c.kept[op.Kind] = map[string][]byte{}
		}
		if op.Value == nil {
			delete(c.kept[op.Kind], op.ID)
			c.judge.kept(c.clock(), op.Kind, op.ID, nil)
			continue
		}
		b, err := json.Marshal(op.Value)
		if err != nil {
			c.fail(fmt.Errorf("keep %s %s: %w", op.Kind, op.ID, err))
			continue
		}
		c.kept[op.Kind][op.ID] = b
		if c.Log != nil {
			if _, err := fmt.Fprintf(c.Log, "%s %s %s %s\n", op.Kind, op.ID, op.Act, b); err != nil {
				c.fail(err)
			}
		}
		c.judge.kept(c.clock(), op.Kind, op.ID, c.read(op.Kind, b))
	}
}

// read takes one kept object, as it reads back, for those who look; nil when nobody does.
func (c *City) read(kind fleet.Kind, b []byte) any {
	switch kind {
	case mission.KindSortie:
		var s mission.Sortie
		c.decode(b, &s)
		c.sorties[s.ID] = s
		return s
	case mission.KindIncident:
		var in mission.Incident
		c.decode(b, &in)
		c.incidents[in.ID] = in
		return in
	case mission.KindCommand:
		var cmd mission.Command
		c.decode(b, &cmd)
		c.commands[cmd.ID] = cmd
		return cmd
	case mission.KindPrivacyZone:
		var z privacy.NoRecordZone
		c.decode(b, &z)
		return z
	case mission.KindPicture:
		var p mission.Picture
		c.decode(b, &p)
		return p
	case mission.KindControl:
		var control mission.Control
		c.decode(b, &control)
		return control
	}
	return nil
}

// state is what a new station reads.
func (c *City) state() mission.State {
	var st mission.State
	all(c, mission.KindIncident, &st.Incidents)
	all(c, mission.KindSortie, &st.Sorties)
	all(c, mission.KindPlan, &st.Plans)
	all(c, mission.KindPatrol, &st.Patrols)
	all(c, mission.KindControl, &st.Controls)
	all(c, mission.KindAlarm, &st.Alarms)
	all(c, mission.KindCommand, &st.Commands)
	all(c, mission.KindParamSet, &st.ParamSets)
	all(c, mission.KindBinding, &st.Bindings)
	all(c, mission.KindPrivacyZone, &st.PrivacyZones)
	all(c, mission.KindPicture, &st.Pictures)
	all(c, mission.KindService, &st.Services)
	if b := c.kept[mission.KindCounter][mission.CounterIntent]; b != nil {
		c.decode(b, &st.IntentSeq)
	}
	return st
}

func all[T any](c *City, kind fleet.Kind, into *[]T) {
	for _, id := range slices.Sorted(maps.Keys(c.kept[kind])) { // the same order each time
		b := c.kept[kind][id]
		var v T
		c.decode(b, &v)
		*into = append(*into, v)
	}
}

func (c *City) decode(b []byte, into any) {
	if err := json.Unmarshal(b, into); err != nil {
		c.fail(fmt.Errorf("read back: %w", err))
	}
}

func (c *City) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}
