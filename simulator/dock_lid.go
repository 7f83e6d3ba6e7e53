package simulator

import (
	"math"
	"time"
)

const (
	lidOpenDeg = 90.0
	encoderOff = 1.5 // degrees the encoder may be off at an end switch before the dock says so
	lidLazy    = 1.25
)

// lid is the cover and its two sensors: the end switches, and the encoder on the motor's shaft.
type lid struct {
	open    float64 // truth: 0 closed to 1 open
	motor   int     // -1 closing, 0, 1 opening
	jammed  bool
	jamAt   float64 // middle of where a jammed lid cannot pass, and half its width
	jamHalf float64
	slow    float64 // times as long as it should take, by a fault; 0: as it should
	lies    string  // what a sensor does wrong, by a fault: see lidLies
	stuckAt float64 // what a stuck encoder shows
	drift   float64 // degrees the encoder slips in a full travel, by a fault
	slipped float64 // degrees it has slipped
	lazy    bool    // the last travel took too long
}

// lidLies are what lid-sensor-lies can do to a lid's sensors.
var lidLies = []string{"switch-open", "switch-closed", "switches-both", "switches-none", "encoder-stuck"}

// lidSeconds is the full travel of the lid now: slower in the cold, when the grease is stiff.
func (d *dock) lidSeconds() float64 {
	s := d.w.cfg.Timing.LidS * d.stretch * (1 + 0.01*max(0, -d.w.weather.TempC))
	if d.lid.slow > 0 {
		s *= d.lid.slow
	}
	return s
}

// moveLid turns the lid while its motor runs.
func (d *dock) moveLid(now time.Time) {
	l := &d.lid
	if l.motor == 0 {
		return
	}
	next := clamp(l.open+float64(l.motor)*dt/d.lidSeconds(), 0, 1)
	if l.jammed && math.Abs(next-l.jamAt) < l.jamHalf {
		return // it does not move; the program runs into its time limit
	}
	l.slipped += l.drift * math.Abs(next-l.open)
	l.open = next
	if l.motor < 0 {
		d.closingOn(now)
	}
	if next == 0 || next == 1 {
		l.motor = 0
	}
}

// switches are the two end switches of the lid as reported.
func (l *lid) switches() (open, closed bool) {
	switch l.lies {
	case "switch-open":
		return true, false
	case "switch-closed":
		return false, true
	case "switches-both":
		return true, true
	case "switches-none":
		return false, false
	}
	return l.open > 0.985, l.open < 0.015
}

// encoderDeg is the lid's angle as the encoder reports it.
func (l *lid) encoderDeg() float64 {
	if l.lies == "encoder-stuck" {
		return l.stuckAt * lidOpenDeg
	}
	return math.Round((l.open*lidOpenDeg+l.slipped)*10) / 10
}

// contradicts: what the two sensors say cannot both be true.
func (l *lid) contradicts() bool {
	open, closed := l.switches()
	deg := l.encoderDeg()
	return open && closed || open && deg < 0.9*lidOpenDeg || closed && deg > 0.1*lidOpenDeg
}

// offAtEnd: the encoder is off while a switch says where the lid is, not yet enough to contradict it.
func (l *lid) offAtEnd() bool {
	open, closed := l.switches()
	deg := l.encoderDeg()
	return !l.contradicts() && (open && math.Abs(deg-lidOpenDeg) > encoderOff || closed && math.Abs(deg) > encoderOff)
}

// provenOpen and provenClosed need both sensors.
func (l *lid) provenOpen() bool {
	open, closed := l.switches()
	return open && !closed && l.encoderDeg() > 0.97*lidOpenDeg
}

func (l *lid) provenClosed() bool {
	open, closed := l.switches()
	return closed && !open && l.encoderDeg() < 0.03*lidOpenDeg
}
