package mission

import (
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// maxOrders bounds the orders kept in a sortie's record.
const maxOrders = 64

// sortie is the machine that steps one Sortie. It reads a scene and leaves effects; the Desk carries them out.
type sortie struct {
	Sortie
	now   time.Time
	since time.Time // when the present state was entered, as far as known
	// recovering: read from the store and not yet looked at (recover.go).
	recovering bool
	loadedAt   time.Time
	live       map[string]*attempt
	// unkept: its reservation is not durable yet, so it does nothing.
	unkept bool
	// act is the Command whose outcome is the next order of actStep (of any step to the vehicle if empty).
	act     fleet.IntentID
	actStep string
	// downAt is since when the vehicle is seen on the ground, disarmed; oddAt since when its mode is not what is
	// expected, lostPadAt since when the pad under it is not ready, feltAt since when the dock feels something on it, ownAt
	// since when it moves by itself.
	downAt, oddAt, lostPadAt, feltAt, ownAt time.Time
	// foulAt is since when the weather is over a limit.
	foulAt     time.Time
	approaches int
	effects    []effect
	// unnamedAt is since when remote identification is all that is missing; sleptAt when its dock last said that the
	// vehicle is switched off.
	unnamedAt, sleptAt time.Time
	// acts are what the ledger says of the changes not kept yet; shown says that only the Board must know.
	acts  []string
	shown bool
	// params are the safety parameters it requires.
	params map[string]float64
}

// attempt is the newest order of a step.
type attempt struct {
	id      fleet.IntentID
	n       int
	bound   time.Duration
	sent    time.Time // zero until it went out
	ended   time.Time
	stage   fleet.Stage
	code    string
	detail  string
	vehicle bool
	moves   bool
}

// scene is what a sortie may know of the world when it is stepped.
type scene struct {
	spec     fleet.VehicleSpec
	vehicle  *fleet.Vehicle // nil: never heard
	dockSpec *fleet.DockSpec
	dock     *fleet.Dock
	windMS   float64 // near the ground, the last known
	terrain  fleet.Terrain
	// human: nothing automated may be sent; operator: because an operator's order stands, not a take-over.
	human, operator bool
	reserveMin      *float64
	foul            *fleet.Gate // the weather that would keep it on the ground, nil where it is good or not known
	storageDown     bool
	safety          map[string]float64
	cfg             *DeskConfig
}

// effect is what a step wants done beside the change of the record.
type effect interface{ effect() }

type (
	// giveOrder is an Intent to the vehicle, or to its dock.
	giveOrder struct {
		id    fleet.IntentID
		step  string
		act   fleet.Act
		dock  bool
		bound time.Duration
	}
	raise struct {
		code, severity, text string
	}
	lower struct{ code string }
	// handOn gives the incident to somebody else.
	handOn struct{ code string }
	// withdraw ends an order that nobody wants any more.
	withdraw struct{ id fleet.IntentID }
)

func (giveOrder) effect() {}
func (raise) effect()     {}
func (lower) effect()     {}
func (handOn) effect()    {}
func (withdraw) effect()  {}

func newSortie(rec Sortie, now time.Time) *sortie {
	m := &sortie{Sortie: rec, now: now, since: now, live: map[string]*attempt{}}
	if n := len(rec.Stages); n > 0 {
		m.since = rec.Stages[n-1].At
	}
	return m
}

// step lets the sortie look at the scene and act. newID gives ids for orders.
func (m *sortie) step(now time.Time, s *scene, newID func() fleet.IntentID) []effect {
	m.now, m.effects = now, nil
	m.expire()
	switch {
	case m.State.Final():
	case m.watchPlan(s):
	case m.recovering:
		m.recover(s)
	case m.watch(s):
	default:
		m.advance(s)
	}
	for i, e := range m.effects {
		if o, ok := e.(giveOrder); ok && o.id == "" {
			m.effects[i] = m.record(o, newID)
		}
	}
	return m.effects
}

// advance does what the present state does.
func (m *sortie) advance(s *scene) {
	switch m.State {
	case Requested, Reserved:
		m.begin(s)
	case AwaitingCrew:
		if m.Recall != "" {
			m.abort(s, "recalled", m.Recall)
		} else if m.ConfirmBy != nil && !m.now.Before(*m.ConfirmBy) {
			m.abort(s, "crew-timeout", "no crew confirmed in time")
		}
	case Preparing:
		m.preparing(s)
	case Ready, Launching:
		m.launching(s)
	case Outbound:
		m.outbound(s)
	case OnTask:
		m.onTask(s)
	case Returning:
		m.returning(s)
	case HoldForPad:
		m.holdForPad(s)
	case Landing:
		m.landing(s)
	case GoAround:
		m.goAround(s)
	case Diverting:
		m.diverting(s)
	case Securing:
		m.securing(s)
	case Disarming:
		m.disarming(s)
	}
}

// enter changes the state and notes the time.
func (m *sortie) enter(state SortieState, code, reason string) {
	m.State, m.since = state, m.now
	m.Code, m.Reason = code, reason
	m.Stages = append(m.Stages, StageTime{Name: string(state), At: m.now})
	m.acts = append(m.acts, "sortie."+string(state))
	m.oddAt, m.lostPadAt, m.feltAt = time.Time{}, time.Time{}, time.Time{}
	if state.Final() {
		m.withdraw()
		m.Served = m.Served || m.Held == OnTask
		at := m.now
		m.ClosedAt = &at
	}
}

// mark notes the time of a part of a state, once per stay in it.
func (m *sortie) mark(name string) {
	for i := len(m.Stages) - 1; i >= 0 && !m.Stages[i].At.Before(m.since); i-- {
		if m.Stages[i].Name == name {
			return
		}
	}
	m.Stages = append(m.Stages, StageTime{Name: name, At: m.now})
	m.acts = append(m.acts, "sortie."+name)
}

// wait says what the present state waits for.
func (m *sortie) wait(reason string) {
	if m.Reason != reason {
		m.Reason, m.shown = reason, true
	}
}

func (m *sortie) raise(code, severity, text string) {
	m.effects = append(m.effects, raise{code, severity, text})
}

func (m *sortie) lower(code string) { m.effects = append(m.effects, lower{code}) }

// reached is when a stage was first reached; zero if it was not.
func (m *sortie) reached(name string) time.Time {
	for _, st := range m.Stages {
		if st.Name == name {
			return st.At
		}
	}
	return time.Time{}
}

// flown says whether it has ever lifted off.
func (m *sortie) flown() bool { return !m.reached(string(Outbound)).IsZero() }

// Standings of a step.
const (
	working = iota
	done
	spent // every try was used up
)

// do gives the order of a step unless it is under way or over, and says how the step stands. bound is the time of one
// try.
func (m *sortie) do(step string, act fleet.Act, dock bool, bound time.Duration, tries int) int {
	a := m.live[step]
	switch {
	case a == nil:
		m.give(step, act, dock, bound, 1)
	case a.stage == fleet.StageDone:
		return done
	case !a.stage.Final():
	case a.n >= tries:
		return spent
	case m.now.Sub(a.ended) >= time.Duration(a.n)*time.Second:
		m.give(step, act, dock, bound, a.n+1)
	}
	return working
}

func (m *sortie) give(step string, act fleet.Act, dock bool, bound time.Duration, n int) {
	m.live[step] = &attempt{n: n, bound: bound, stage: fleet.StageSent, vehicle: !dock, moves: fleet.Moves(act)}
	m.effects = append(m.effects, giveOrder{step: step, act: act, dock: dock, bound: bound})
}

// record writes an order into the sortie before it is sent.
func (m *sortie) record(o giveOrder, newID func() fleet.IntentID) giveOrder {
	if m.act != "" && !o.dock && (m.actStep == "" || m.actStep == o.step) {
		o.id, m.act = m.act, ""
	} else {
		o.id = newID()
	}
	if a := m.live[o.step]; a != nil {
		a.id = o.id
	}
	m.Orders = append(m.Orders, Order{ID: o.id, Step: o.step, Act: actName(o.act), Dock: o.dock, At: m.now, Stage: fleet.StageSent})
	if n := len(m.Orders); n > maxOrders {
		m.Orders = slices.Clone(m.Orders[n-maxOrders:])
	}
	m.acts = append(m.acts, "sortie.order."+o.step)
	return o
}

// sent says that an order went out.
func (m *sortie) sent(id fleet.IntentID, at time.Time) {
	for _, a := range m.live {
		if a.id == id {
			a.sent = at
		}
	}
}

// expire ends orders of which the session never said the end.
func (m *sortie) expire() {
	for _, a := range m.live {
		if !a.stage.Final() && !a.sent.IsZero() && m.now.Sub(a.sent) > a.bound+10*time.Second {
			m.report(fleet.Report{Intent: a.id, Stage: fleet.StageTimedOut, Code: "no-report", At: m.now})
		}
	}
}

// report takes what a session says of an order.
func (m *sortie) report(r fleet.Report) {
	for _, a := range m.live {
		if a.id == r.Intent && !a.stage.Final() {
			a.stage, a.code, a.detail, a.ended = r.Stage, r.Code, r.Detail, r.At
		}
	}
	for i := len(m.Orders) - 1; i >= 0; i-- {
		o := &m.Orders[i]
		if o.ID != r.Intent {
			continue
		}
		if !o.Stage.Final() && (o.Stage != r.Stage || o.Code != r.Code) {
			m.Orders = slices.Clone(m.Orders)
			o = &m.Orders[i]
			o.Stage, o.Code, o.Detail = r.Stage, r.Code, r.Detail
			m.shown = true
			if r.Stage.Final() {
				m.acts = append(m.acts, "sortie."+o.Step+"."+string(r.Stage))
			}
		}
		return
	}
}

// withdraw ends every order to the vehicle that is not over: what was ordered of one in the air is not tried again on the
// ground, nor for a sortie that is closed.
func (m *sortie) withdraw() {
	for _, o := range m.Orders {
		if o.Dock || o.Stage.Final() {
			continue
		}
		m.report(fleet.Report{Intent: o.ID, Stage: fleet.StageFailed, Code: "withdrawn", Detail: "not wanted any more", At: m.now})
		m.effects = append(m.effects, withdraw{o.ID})
	}
}

// forget lets steps be done anew.
func (m *sortie) forget(steps ...string) {
	for _, s := range steps {
		delete(m.live, s)
	}
}

// forgetVehicle lets every order to the vehicle be given anew.
func (m *sortie) forgetVehicle() {
	for step, a := range m.live {
		if a.vehicle {
			delete(m.live, step)
		}
	}
}

// wants says whether an order that waited for its commit is still wanted.
func (m *sortie) wants(o giveOrder, s *scene) bool {
	a := m.live[o.step]
	if a == nil || a.id != o.id || a.stage.Final() {
		return false
	}
	switch o.step {
	case "launch":
		return m.State == Launching && m.unready(s) == ""
	case "land":
		return m.State == Landing && m.padReady(s, padFresh)
	}
	return true
}

// moving says whether an order that moves the vehicle is under way or ended less than 3 s ago.
func (m *sortie) moving() bool {
	for _, a := range m.live {
		if a.moves && a.vehicle && (!a.stage.Final() || m.now.Sub(a.ended) < 3*time.Second) {
			return true
		}
	}
	return false
}

func (m *sortie) why(step string) (code, text string) {
	a := m.live[step]
	if a == nil {
		return step, step
	}
	code = step
	if a.code != "" {
		code += "-" + a.code
	}
	text = step + " " + string(a.stage)
	if a.detail != "" {
		text += ": " + a.detail
	} else if a.code != "" {
		text += ": " + a.code
	}
	return code, text
}

func (s *scene) online() bool { return s.vehicle != nil && s.vehicle.Link == fleet.LinkOnline }

func (s *scene) aloft() bool { return s.vehicle != nil && s.vehicle.Airborne() }

// grounded: fresh and certain.
func (s *scene) grounded() bool {
	return s.online() && s.vehicle.Landed == fleet.OnGround && !s.vehicle.Armed
}

// distance is on the ground plane, metres; false if the position is unknown or older than 3 s.
func (s *scene) distance(now time.Time, to geo.LatLon) (float64, bool) {
	if s.vehicle == nil || s.vehicle.Position == nil || now.Sub(s.vehicle.PositionAt) > 3*time.Second {
		return 0, false
	}
	return geo.Distance(s.vehicle.Position.LatLon, to), true
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// actName is how an act is written in records.
func actName(a fleet.Act) string {
	switch a.(type) {
	case fleet.VerifySafety:
		return "verify-safety"
	case fleet.SetHome:
		return "set-home"
	case fleet.UploadPlan:
		return "upload-plan"
	case fleet.VerifyPlan:
		return "verify-plan"
	case fleet.Resume:
		return "resume"
	case fleet.Launch:
		return "launch"
	case fleet.GoTo:
		return "goto"
	case fleet.Orbit:
		return "orbit"
	case fleet.LookAt:
		return "look-at"
	case fleet.Hold:
		return "hold"
	case fleet.Continue:
		return "continue"
	case fleet.Return:
		return "return"
	case fleet.LandAt:
		return "land-at"
	case fleet.Land:
		return "land"
	case fleet.Follow:
		return "follow"
	case fleet.FlyManual:
		return "fly"
	case fleet.Disarm:
		return "disarm"
	case fleet.SetRally:
		return "set-rally"
	case fleet.PrepareLaunch:
		return "prepare-launch"
	case fleet.CloseAway:
		return "close-away"
	case fleet.PrepareLanding:
		return "prepare-landing"
	case fleet.Secure:
		return "secure"
	case fleet.AbortLaunch:
		return "abort-launch"
	}
	return "unknown"
}
