package conform

import (
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	ownSystem, ownComponent = 255, 190
	secondSystem            = 254 // the second ground station
	seekFor                 = 30 * time.Second
	settleShort             = 20 * time.Second
	settleFor               = time.Minute // of an ArduPilot, which begins to look for satellites when it boots
	listenFor               = 25 * time.Second
	beatEvery               = time.Second
	pause                   = 100 * time.Millisecond // between two rows
)

// Options say whom to ask and how far to go.
type Options struct {
	// System is whom to ask; 0: the first autopilot or dock heard.
	System uint8
	// As is whose manners to expect; empty: by what its HEARTBEAT says.
	As Personality
	// Motors gives leave to arm, fly, and move lids.
	Motors bool
	// Only asks rows whose id begins so; empty: all.
	Only string
	// Listen is how long is listened before anything is asked; 0: long enough for a message each 10 s.
	Listen time.Duration
}

type stage int

const (
	seeking stage = iota
	settling
	listening
	asking
	done
)

// param is one parameter as it was listed.
type param struct {
	value float32
	index uint16
}

// Probe is the core: it waits for nothing and knows no clock. The zero value is not usable; see New.
type Probe struct {
	opt   Options
	codec *codec
	stage stage
	since time.Time // the stage's beginning
	beat  time.Time
	seq   map[uint8]uint8
	out   [][]byte

	system, component uint8
	who               Personality
	kind              common.MAV_TYPE

	last   map[uint32]heard // the newest of each message of the main component
	census census

	rows    []row
	at      int // the row that is asked
	turn    int // its step
	asked   bool
	began   time.Time
	until   time.Time
	met     bool
	heard   [][]heard
	results []Result

	// What rows remember for later rows.
	params    map[string]param
	baseEpoch *int32 // of a dock, as it was found
	lat, lon  int32  // origin of mission items, degrees × 1e7
	count     int    // items of a download
	ftp       uint16
	session   uint8
	file      []byte
	fileSize  int
	metadata  string
	fileCRC   uint32
}

// New is a probe that has not begun.
func New(opt Options) *Probe {
	if opt.Listen == 0 {
		opt.Listen = listenFor
	}
	return &Probe{opt: opt, codec: newCodec(), seq: map[uint8]uint8{}, last: map[uint32]heard{}, params: map[string]param{},
		census: census{count: map[uint32]int{}}}
}

// Done says whether everything was asked, or nobody was there to ask.
func (p *Probe) Done() bool { return p.stage == done }

// Progress is the row that is asked now and how many there are.
func (p *Probe) Progress() (id string, at, of int) {
	if p.stage != asking || p.at >= len(p.rows) {
		return "", p.at, len(p.rows)
	}
	return p.rows[p.at].id, p.at, len(p.rows)
}

// Step takes what came in (nil: only time has passed) and gives the datagrams to send.
func (p *Probe) Step(now time.Time, in []byte) [][]byte {
	p.out = nil
	if p.since.IsZero() {
		p.since = now
	}
	if len(in) > 0 {
		frames := p.codec.split(in, func(h heard) { p.hear(now, h) })
		p.census.datagram(p.stage, frames)
	}
	p.advance(now)
	p.heartbeat(now)
	return p.out
}

// Deadline is when Step must be called though nothing comes in.
func (p *Probe) Deadline() time.Time {
	next := p.beat
	if p.stage == asking && p.until.Before(next) {
		next = p.until
	}
	return next
}

// hear takes one frame of the other side.
func (p *Probe) hear(now time.Time, h heard) {
	if m, ok := h.msg.(*common.MessageHeartbeat); ok && p.stage == seeking {
		p.consider(now, h, m)
	}
	if p.stage == seeking || h.system != p.system {
		return
	}
	if h.component == p.component {
		p.last[h.msg.GetID()] = h
		if p.stage == listening {
			p.census.take(now.Sub(p.since), h)
		}
	}
	if p.stage != asking || !p.asked || p.at >= len(p.rows) || p.turn >= len(p.rows[p.at].steps) {
		return
	}
	h.at = now.Sub(p.began)
	p.heard[p.turn] = append(p.heard[p.turn], h)
	s := p.rows[p.at].steps[p.turn]
	if s.react != nil {
		for _, m := range s.react(p, h) {
			p.send(m, s.as)
		}
	}
	if s.until != nil && !p.met && s.until(p, h) {
		p.met = true
		if end := now.Add(s.settle); end.Before(p.until) {
			p.until = end
		}
	}
}

// consider takes a HEARTBEAT's sender as the one to ask, if it is an autopilot or a dock.
func (p *Probe) consider(now time.Time, h heard, m *common.MessageHeartbeat) {
	if p.opt.System != 0 && h.system != p.opt.System {
		return
	}
	who := Personality("")
	switch {
	case m.Type == common.MAV_TYPE_CHARGING_STATION:
		who = Dock
	case m.Autopilot == common.MAV_AUTOPILOT_PX4:
		who = PX4
	case m.Autopilot == common.MAV_AUTOPILOT_ARDUPILOTMEGA:
		who = ArduPilot
	default:
		return
	}
	if p.opt.As != "" {
		who = p.opt.As
	}
	p.system, p.component, p.who, p.kind = h.system, h.component, who, m.Type
	p.enter(settling, now)
}

func (p *Probe) enter(s stage, now time.Time) { p.stage, p.since = s, now }

// advance moves on what time or the last frame has ended.
func (p *Probe) advance(now time.Time) {
	switch p.stage {
	case seeking:
		if now.Sub(p.since) >= seekFor {
			p.enter(done, now)
		}
	case settling:
		if p.ready() || now.Sub(p.since) >= settleFor || p.who != ArduPilot && now.Sub(p.since) >= settleShort {
			p.enter(listening, now)
		}
	case listening:
		if now.Sub(p.since) < p.opt.Listen {
			return
		}
		p.census.span = now.Sub(p.since)
		p.rows = p.list()
		p.enter(asking, now)
		p.ask(now)
	case asking:
		for p.stage == asking && !now.Before(p.until) {
			p.next(now)
		}
	}
}

// ready says whether the other side has come to rest after its boot.
func (p *Probe) ready() bool {
	h, ok := p.last[(&common.MessageHeartbeat{}).GetID()]
	if !ok || h.msg.(*common.MessageHeartbeat).SystemStatus == common.MAV_STATE_UNINIT {
		return false
	}
	if p.who == Dock {
		return true
	}
	status, ok := latest[*common.MessageSysStatus](p)
	return ok && status.OnboardControlSensorsHealth&common.MAV_SYS_STATUS_PREARM_CHECK != 0
}

// list are the rows to ask: those of the kind of system, and no motion without leave.
func (p *Probe) list() []row {
	all := vehicleRows()
	switch p.who {
	case Dock:
		all = dockRows()
	case ArduPilot:
		all = arduRows()
	}
	return slices.DeleteFunc(all, func(r row) bool {
		return r.motors && !p.opt.Motors || !strings.HasPrefix(r.id, p.opt.Only)
	})
}

// ask begins the present row, or its present step; rows that make no sense here are passed over.
func (p *Probe) ask(now time.Time) {
	for p.turn == 0 && p.at < len(p.rows) && p.rows[p.at].when != nil && !p.rows[p.at].when(p) {
		p.record("", NotApplicable)
	}
	if p.at >= len(p.rows) {
		p.enter(done, now)
		return
	}
	r := p.rows[p.at]
	if p.turn == 0 {
		p.heard = make([][]heard, len(r.steps))
	}
	p.began, p.until, p.asked, p.met = now, now, true, false
	if p.turn >= len(r.steps) {
		return
	}
	s := r.steps[p.turn]
	p.until = now.Add(s.within)
	if s.say != nil {
		for _, m := range s.say(p) {
			p.send(m, s.as)
		}
	}
	if s.raw != nil {
		p.out = append(p.out, s.raw(p)...)
	}
}

// next ends a step, judges a row whose last it was, and begins what follows after a pause.
func (p *Probe) next(now time.Time) {
	if !p.asked {
		p.ask(now)
		return
	}
	if p.turn++; p.turn < len(p.rows[p.at].steps) {
		p.ask(now)
		return
	}
	p.judge()
	p.turn, p.asked, p.until = 0, false, now.Add(pause)
	if p.at >= len(p.rows) {
		p.enter(done, now)
	}
}

func (p *Probe) judge() {
	r := p.rows[p.at]
	got := r.answer(p, p.heard)
	want := r.want[p.who]
	switch {
	case want == "":
		p.record(got, NotApplicable)
	case meets(want, got):
		p.record(got, Pass)
	case got == silence:
		p.record(got, NoAnswer)
	default:
		p.record(got, Differs)
	}
}

func (p *Probe) record(got string, v Verdict) {
	r := p.rows[p.at]
	res := Result{ID: r.id, Name: r.name, Source: r.source, Want: r.want[p.who], Got: got, Verdict: v}
	if v == Differs || v == NoAnswer {
		res.Known = reason(p.who, r.id, got)
	}
	p.results = append(p.results, res)
	p.at++
}

// send says a message as the probe, or as another station.
func (p *Probe) send(m message.Message, as uint8) {
	if as == 0 {
		as = ownSystem
	}
	p.out = append(p.out, p.codec.frameOf(m, as, ownComponent, p.seq[as]))
	p.seq[as]++
}

// heartbeat is that of a ground station, once a second; a row may fall silent.
func (p *Probe) heartbeat(now time.Time) {
	if now.Before(p.beat) {
		return
	}
	p.beat = now.Add(beatEvery)
	if p.stage == asking && p.asked && p.at < len(p.rows) && p.turn < len(p.rows[p.at].steps) && p.rows[p.at].steps[p.turn].mute {
		return
	}
	p.send(&common.MessageHeartbeat{Type: common.MAV_TYPE_GCS, Autopilot: common.MAV_AUTOPILOT_INVALID,
		SystemStatus: common.MAV_STATE_ACTIVE, MavlinkVersion: 3}, 0)
	if p.stage == settling && p.who == ArduPilot { // it says by itself nothing of its readiness
		p.send(long(p, common.MAV_CMD_REQUEST_MESSAGE, float32((&common.MessageSysStatus{}).GetID())), 0)
	}
}

// latest is the newest message of a type.
func latest[T message.Message](p *Probe) (T, bool) {
	var zero T
	h, ok := p.last[zero.GetID()]
	if !ok {
		return zero, false
	}
	m, ok := h.msg.(T)
	return m, ok
}
