package mission

import (
	"fmt"
	"strconv"
	"time"

	"groundstation/fleet"
	"groundstation/mission/privacy"
)

// How often the Desk does what nothing asks for.
const (
	sweepEvery  = 500 * time.Millisecond
	renewEvery  = 500 * time.Millisecond
	renewFor    = 3 * time.Second
	decideEvery = 3 * time.Second
	decideSoon  = 500 * time.Millisecond
	keepEnded   = 200 // closed sorties, commands and final incidents that stay on the Board
)

// DeskConfig are the Desk's own bounds; zero values stand for the defaults in brackets.
type DeskConfig struct {
	OnSceneS  float64 // how long a vehicle stays at an incident, s [600]
	MinSceneS float64 // how long it must be able to stay to be sent, s [120]
	// Settle is how long after a start nobody is sent out: until all have been heard, the nearest may look unable [4 s].
	Settle       time.Duration
	HoldLimit    time.Duration // how long it waits above a dock [90 s]
	CrewConfirm  time.Duration // how long a crew has to confirm [60 s]
	PrepareLimit time.Duration // how long preparing may take in all [180 s]
	// TrafficNearM and TrafficHeightM are how near an aircraft of others may come to a vehicle in the air before that is an
	// alarm, horizontally and vertically [1000, 150].
	TrafficNearM, TrafficHeightM float64
	MaxQueued                    int // incidents that may wait; more are refused [500]
	// Privacy are the rules of what may be recorded beside the zones.
	Privacy privacy.Rules
}

func (c DeskConfig) withDefaults() DeskConfig {
	set := func(v *float64, d float64) {
		if !(*v > 0) {
			*v = d
		}
	}
	setD := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&c.OnSceneS, 600)
	set(&c.TrafficNearM, 1000)
	set(&c.TrafficHeightM, 150)
	set(&c.MinSceneS, 120)
	setD(&c.Settle, 4*time.Second)
	setD(&c.HoldLimit, 90*time.Second)
	setD(&c.CrewConfirm, 60*time.Second)
	setD(&c.PrepareLimit, 180*time.Second)
	c.Privacy = c.Privacy.WithDefaults()
	if c.MaxQueued <= 0 {
		c.MaxQueued = 500
	}
	return c
}

// Desk decides. It is the only writer of incidents, sorties, plans, patrols, controls, commands and alarms.
type Desk struct {
	reg fleet.Registry
	cfg DeskConfig
	now time.Time

	crafts []*craft
	byID   map[fleet.VehicleID]*craft
	eyes   []*eye
	eyeOf  map[string]*eye // by camera
	pads   map[fleet.DockID]*pad

	incidents       map[fleet.IncidentID]*Incident
	external        map[string]fleet.IncidentID
	sorties         map[fleet.SortieID]*sortie
	ended           ring[fleet.SortieID, Sortie]
	plans           map[fleet.PlanID]*Plan
	patrols         map[fleet.PatrolID]*Patrol
	alarms          map[string]*Alarm
	paramSets       map[string]*ParamSet
	contacts        map[string]*contact // aircraft of others
	contactsDropped uint64
	bindings        map[string]*Binding
	zones           map[string]*zone
	areas           []privacy.Area               // those of zones that count, by id
	begins          time.Time                    // when the next of them comes into force, if it does not lie back
	pictured        time.Time                    // when the pictures were last gone through
	woken           map[fleet.PatrolID]time.Time // the slot of a patrol for which its vehicle was seen to
	commands        ring[fleet.IntentID, *Command]
	// owner says of which open sortie an Intent is an order.
	owner map[fleet.IntentID]fleet.SortieID

	keeping outbox
	out     []Output
	touched touched

	seq, ceiling   uint64
	started        bool
	startedAt      time.Time
	swept, renewed time.Time
	decided        time.Time
	decideAgain    bool
}

// craft is one vehicle as the Desk sees it.
type craft struct {
	spec    fleet.VehicleSpec
	index   int
	dock    *pad
	near    []*pad // every dock, the nearest to where it lives first; nil for one that lives nowhere
	state   *fleet.Vehicle
	control Control
	sortie  fleet.SortieID // the open one
	lastWhy Why            // the last thing that was said by an order or an event
	outlook Outlook
	reserve reserve
	shownAt time.Time
	pilot   pilot // who flies it by hand
	eye     *eye
	// trackedAt is when it was last told where what it follows is.
	trackedAt time.Time
	lookedAt  time.Time      // when its outlook was last worked out
	stray     time.Time      // since when it is in the air without a sortie
	identity  fleet.Identity // what its transmitters were last given to tell
	crew      crew
}

// pad is one dock as the Desk sees it.
type pad struct {
	spec   fleet.DockSpec
	state  *fleet.Dock
	sortie fleet.SortieID // the open one
	// service is the last one of its vehicle between sorties; nil: none. It is replaced, never changed.
	service   *Service
	idleSince time.Time // since when its charger leaves a pack alone that is not full
}

// NewDesk makes a Desk that remembers st. It commands nothing until it has seen each vehicle.
func NewDesk(reg fleet.Registry, st State, cfg DeskConfig, now time.Time) *Desk {
	d := &Desk{
		reg: reg, cfg: cfg.withDefaults(), now: now,
		byID: map[fleet.VehicleID]*craft{}, eyeOf: map[string]*eye{}, pads: map[fleet.DockID]*pad{},
		incidents: map[fleet.IncidentID]*Incident{}, external: map[string]fleet.IncidentID{},
		sorties: map[fleet.SortieID]*sortie{}, plans: map[fleet.PlanID]*Plan{}, patrols: map[fleet.PatrolID]*Patrol{},
		alarms: map[string]*Alarm{}, paramSets: map[string]*ParamSet{}, contacts: map[string]*contact{}, bindings: map[string]*Binding{}, zones: map[string]*zone{}, owner: map[fleet.IntentID]fleet.SortieID{}, woken: map[fleet.PatrolID]time.Time{},
		keeping: outbox{waiting: map[uint64]*commit{}, dirty: map[boardKey]bool{}}, touched: touched{set: map[boardKey]bool{}},
	}
	for _, spec := range reg.Docks {
		d.pads[spec.ID] = &pad{spec: spec}
	}
	for i, spec := range reg.Vehicles {
		c := &craft{spec: spec, index: i, dock: d.pads[spec.Dock],
			control: Control{Vehicle: spec.ID, Holder: holderAutomation, Since: now, Epoch: 1}}
		c.eye = d.addEye(&eye{of: c}, string(spec.ID), spec.ID, "")
		if c.dock != nil || spec.Site != nil {
			c.near = d.docksBy(c.home())
		}
		d.crafts = append(d.crafts, c)
		d.byID[spec.ID] = c
	}
	for i := range reg.Cameras {
		f := &reg.Cameras[i]
		d.addEye(&eye{fixed: f}, f.ID, "", f.Dock)
	}
	d.load(st)
	return d
}

// load puts what was stored back in its place.
func (d *Desk) load(st State) {
	d.seq = st.IntentSeq
	for _, s := range st.ParamSets {
		d.paramSets[s.ID] = &s
	}
	for _, b := range st.Bindings {
		d.bindings[b.ID] = &b
	}
	for _, c := range st.Controls {
		if v := d.byID[c.Vehicle]; v != nil {
			v.control = c
		}
	}
	for _, in := range st.Incidents {
		d.seen(string(in.ID))
		d.putIncident(in)
	}
	for _, p := range st.Plans {
		d.seen(string(p.ID))
		d.plans[p.ID] = &p
	}
	for _, p := range st.Patrols {
		d.seen(string(p.ID))
		d.patrols[p.ID] = &p
	}
	for _, a := range st.Alarms {
		d.alarms[a.ID] = &a
	}
	for _, z := range st.PrivacyZones {
		d.seen(z.ID)
		if a, err := privacy.Prepare(z); err == nil {
			a.Lies(d.reg.Terrain)
			d.zones[z.ID] = &zone{now: &a}
		}
	}
	for _, s := range st.Services {
		if p := d.pads[s.Dock]; p != nil {
			p.service = &s
		}
	}
	for _, p := range st.Pictures {
		if e := d.eyeOf[p.Camera]; e != nil {
			e.record, e.override = p, p.Override
		}
	}
	for _, rec := range st.Sorties {
		d.seen(string(rec.ID))
		if rec.State.Final() {
			d.ended.put(rec.ID, rec)
			continue
		}
		m := newSortie(rec, d.now)
		m.recovering, m.loadedAt = true, d.now
		d.adopt(m)
	}
	for _, c := range st.Commands {
		d.seen(string(c.ID))
		d.commands.put(c.ID, &c)
	}
	d.ceiling = d.seq
}

// seen keeps ids from being given twice even if the counter was not stored.
func (d *Desk) seen(id string) {
	i := len(id)
	for i > 0 && id[i-1] >= '0' && id[i-1] <= '9' {
		i--
	}
	if n, err := strconv.ParseUint(id[i:], 10, 64); err == nil && n > d.seq {
		d.seq = n
	}
}

// newID gives the next id; numbers are reserved in the store in blocks.
func (d *Desk) newID(prefix string) string {
	d.seq++
	if d.seq+100 > d.ceiling {
		d.ceiling = d.seq + 1000
		d.keep(Op{Kind: KindCounter, ID: CounterIntent, Value: d.ceiling, Act: "counter.reserved"})
	}
	return fmt.Sprintf("%s%06d", prefix, d.seq)
}

func (d *Desk) newIntent() fleet.IntentID { return fleet.IntentID(d.newID("C")) }

// Deadline is when the Desk next wants a Tick.
func (d *Desk) Deadline() time.Time {
	if d.private() {
		return d.pictured.Add(pictureEvery)
	}
	return d.swept.Add(sweepEvery)
}

// Step takes one input at a time that does not run backwards.
func (d *Desk) Step(now time.Time, in Input) []Output {
	d.now, d.out = now, nil
	if !d.started {
		d.start()
	}
	switch in := in.(type) {
	case Observed:
		d.observe(in.Event)
	case Committed:
		d.committed(in)
	case Request:
		d.request(in)
	}
	if now.Sub(d.swept) >= sweepEvery || now.Before(d.swept) {
		d.sweep()
	}
	d.decide()
	d.judgePictures()
	if now.Sub(d.renewed) >= renewEvery || now.Before(d.renewed) {
		d.renewed = now
		d.out = append(d.out, Renew{Until: now.Add(renewFor)})
		d.renewGrants()
	}
	d.flush()
	d.cameraTurns()
	return d.out
}

// start shows everything that was remembered, and settles what the restart left open.
func (d *Desk) start() {
	d.started, d.startedAt = true, d.now
	for id := range d.incidents {
		d.touch(KindIncident, string(id))
	}
	for id := range d.sorties {
		d.touch(KindSortie, string(id))
	}
	for _, id := range d.ended.order {
		d.touch(KindSortie, string(id))
	}
	for id := range d.plans {
		d.touch(KindPlan, string(id))
	}
	for id := range d.patrols {
		d.touch(KindPatrol, string(id))
	}
	for id := range d.alarms {
		d.touch(KindAlarm, id)
	}
	for id := range d.paramSets {
		d.touch(KindParamSet, id)
	}
	for id := range d.zones {
		d.touch(KindPrivacyZone, id)
	}
	for _, c := range d.crafts {
		if c.dock == nil || c.dock.service == nil {
			continue
		}
		s := c.dock.service
		d.touch(KindService, string(s.Dock))
		d.serviceReport(fleet.Report{Intent: s.Intent, Dock: s.Dock, Stage: fleet.StageTimedOut, Code: "restart",
			Detail: "the station restarted before the outcome was seen", At: d.now})
	}
	for id, e := range d.eyeOf {
		if !e.record.open() {
			d.touch(KindPicture, id)
		}
	}
	d.rezone()
	for _, id := range d.commands.order {
		c := d.commands.get(id)
		if !c.Stage.Final() && d.manualSortieOf(id) == nil {
			d.report(fleet.Report{Intent: id, Stage: fleet.StageTimedOut, Code: "restart",
				Detail: "the station restarted before the outcome was seen", At: d.now})
		}
		d.touch(KindCommand, string(id))
	}
	for _, in := range d.incidents {
		if (in.State == IncidentAssigned || in.State == IncidentOnScene) && d.sorties[in.Sortie] == nil {
			d.requeue(in, "its sortie is over")
		}
	}
	d.decideAgain = true
}

// sweep does what is due.
func (d *Desk) sweep() {
	d.swept = d.now
	d.checkStorage()
	for _, c := range d.crafts {
		d.stepSortieOf(c)
		d.look(c)
		d.tend(c)
	}
	d.wakeForPatrols()
	d.sweepPatrols()
	d.sweepTraffic()
}

// observe takes what a session saw.
func (d *Desk) observe(ev fleet.Event) {
	switch ev := ev.(type) {
	case fleet.VehicleChanged:
		d.vehicleChanged(ev.Vehicle)
	case fleet.DockChanged:
		d.dockChanged(ev.Dock)
	case fleet.ModeChanged:
		d.modeChanged(ev)
	case fleet.Rebooted:
		d.rebooted(ev)
	case fleet.ContactSeen:
		d.contactSeen(ev.Contact)
	case fleet.Report:
		d.report(ev)
	}
}

// adopt makes an open sortie the one of its vehicle and dock.
func (d *Desk) adopt(m *sortie) {
	d.sorties[m.ID] = m
	if c := d.byID[m.Vehicle]; c != nil {
		c.sortie = m.ID
	}
	if p := d.pads[m.Dock]; p != nil {
		p.sortie = m.ID
	}
	for _, o := range m.Orders {
		d.owner[o.ID] = m.ID
	}
}

// retire ends a sortie's hold on its vehicle and dock.
func (d *Desk) retire(m *sortie) {
	delete(d.sorties, m.ID)
	if c := d.byID[m.Vehicle]; c != nil && c.sortie == m.ID {
		c.sortie = ""
	}
	if p := d.pads[m.Dock]; p != nil && p.sortie == m.ID {
		p.sortie = ""
	}
	for _, o := range m.Orders {
		delete(d.owner, o.ID)
	}
	if old, ok := d.ended.put(m.ID, m.Sortie); ok {
		d.out = append(d.out, Show{Kind: KindSortie, ID: string(old)})
	}
	d.decideAgain = true
}
