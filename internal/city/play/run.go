package play

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
	"groundstation/simulator/scenario"
)

// stage is a world with a station in it.
type stage interface {
	// Step lets a little time pass.
	Step() error
	Now() time.Time
	Truth() simulator.Truth
	Board() *fleet.Board
	Inject(simulator.Fault) error
	Station(scenario.StationAct) error
	Store(scenario.StoreAct) error
	Clock(time.Duration) error
	Alive() bool
	Submit(by string, body any) uint64
	Answer(id uint64) (mission.Reply, bool)
	Violations() []Violation
	// Close ends it and gives the first error of the machinery itself.
	Close() error
}

// Violation is a rule that did not hold.
type Violation struct {
	Rule, Text string
}

// Options are how a scenario is run.
type Options struct {
	Seed uint64
	// Binary is that of the station, to play in real time over sockets; empty: in virtual time.
	Binary string
	// Keep is the folder where a run that fails leaves its records; empty: none are made.
	Keep string
}

// player plays one scenario.
type player struct {
	play     *Play
	stage    stage
	view     *view
	script   *scenario.Script
	watch    *scenario.Watch
	things   map[string]thing
	commands map[string]fleet.IntentID
	asks     []*ask
	alive    bool
	began    time.Time
	events   []Event
	failed   []string
}

// afterwards is how long a run goes on when all is decided.
const afterwards = 2 * time.Second

// Run plays a scenario to its end.
func (p *Play) Run(o Options) (Report, error) {
	if why := p.virtualOnly(); o.Binary != "" && len(why) > 0 {
		return p.notPlayed(o, why), nil
	}
	rec, err := newRecord(p, o)
	if err != nil {
		return Report{}, err
	}
	st, err := p.open(o, rec)
	if err != nil {
		_ = rec.close(false)
		return Report{}, err
	}
	pl := &player{play: p, stage: st, view: newView(p.registry), script: p.Script(o.Seed), watch: p.Watch(), things: map[string]thing{},
		commands: map[string]fleet.IntentID{}, alive: true, began: st.Now()}
	end := p.Duration
	decided := false
	for pl.elapsed() < end {
		if err := st.Step(); err != nil {
			return Report{}, errors.Join(err, pl.leave(o, rec, true))
		}
		pl.step(rec)
		if !decided && pl.settled() {
			decided, end = true, min(end, pl.elapsed()+afterwards)
		}
	}
	results := pl.watch.End(pl.elapsed(), pl.holds, pl.script.Fired)
	report := pl.report(o, results)
	return report, pl.leave(o, rec, !report.Passed)
}

// open makes the stage that the options ask for.
func (p *Play) open(o Options, rec *record) (stage, error) {
	if o.Binary == "" {
		return openVirtual(p, o, rec), nil
	}
	return openReal(p, o, rec)
}

// leave ends the stage and keeps, or removes, what it wrote.
func (p *player) leave(o Options, rec *record, keep bool) error {
	err := p.stage.Close()
	if r, over := p.stage.(*real); over {
		if keep && o.Keep != "" {
			err = errors.Join(err, r.Keep(filepath.Join(o.Keep, p.play.name())))
		}
		err = errors.Join(err, r.Remove())
	}
	return errors.Join(err, rec.close(keep))
}

func (p *player) elapsed() time.Duration { return p.stage.Now().Sub(p.began) }

func (p *player) step(rec *record) {
	truth := p.stage.Truth()
	p.view.look(truth, p.stage.Board())
	p.drain()
	for _, d := range p.script.Due(p.elapsed(), p.holds) {
		p.carry(d)
	}
	p.converse()
	p.watch.Look(p.elapsed(), p.holds, p.script.Fired)
	rec.truth(truth)
}

// settled says whether nothing is open any more.
func (p *player) settled() bool {
	return p.script.Done() && len(p.asks) == 0 && p.watch.Settled(p.elapsed()) && p.alive && p.view.resting()
}

// Event is something that happened, of the script, the station or the world.
type Event struct {
	AtS  float64 `json:"atS"`
	Text string  `json:"text"`
}

func (p *player) note(words ...string) {
	p.events = append(p.events, Event{tenths(p.elapsed()), strings.Join(words, " ")})
}

func (p *player) drain() {
	for _, line := range p.view.changed {
		p.note(line)
	}
	p.view.changed = p.view.changed[:0]
}

// fail says what went wrong with the script itself.
func (p *player) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	p.failed = append(p.failed, fmt.Sprintf("%v: %s", p.elapsed().Round(100*time.Millisecond), text))
	p.note("FAILED", text)
}

// tenths are seconds to a tenth.
func tenths(d time.Duration) float64 { return math.Round(d.Seconds()*10) / 10 }
