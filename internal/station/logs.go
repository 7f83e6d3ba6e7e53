package station

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/logbook"
	"groundstation/mission"
)

// LogWork is something to be done with the file of a flight log: Open, Append, Close or Note.
type LogWork struct{ logbook.Output }

// LogStored is how it went.
type LogStored struct{ logbook.Stored }

func (LogWork) output()  {}
func (LogStored) input() {}

// stepLogs steps the book of flight logs, if there is one, and carries out what it wants.
func (c *Core) stepLogs(now time.Time, in logbook.Input) {
	if c.logs == nil {
		return
	}
	for _, o := range c.logs.Step(now, in) {
		switch o := o.(type) {
		case logbook.Send:
			c.send(now, o.Intent)
		case logbook.Show:
			c.show(logbook.Kind, string(o.Record.Sortie), o.Record)
		default:
			c.out = append(c.out, LogWork{o})
		}
	}
}

// logEvent hands the book an event, and says whether it was the book's alone.
func (c *Core) logEvent(now time.Time, ev fleet.Event) bool {
	if logbook.Mine(ev) {
		c.stepLogs(now, logbook.Observed{Event: ev})
		return true
	}
	if _, ok := ev.(fleet.VehicleChanged); ok {
		c.stepLogs(now, logbook.Observed{Event: ev})
	}
	return false
}

// logSortie hands the book a sortie as the Desk shows it.
func (c *Core) logSortie(now time.Time, s mission.Show) {
	if v, ok := s.Value.(mission.Sortie); ok {
		c.stepLogs(now, logbook.Sortie{Sortie: v})
		c.wordsSortie(now, v)
	}
}

// logDeadline is when the book wants a Tick; zero is never.
func (c *Core) logDeadline() time.Time {
	if c.logs == nil {
		return time.Time{}
	}
	return c.logs.Deadline()
}
