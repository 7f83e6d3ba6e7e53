package simulator

import (
	"time"

	"groundstation/internal/geo"
)

const (
	markerHeightM  = 40.0            // above a marker from which the camera still makes it out
	markerPatience = 2 * time.Second // over the start, and over the marker
	markerSettle   = time.Second     // after a search has found it
)

// precPhase is how far a precision landing has come.
type precPhase int

const (
	precStart    precPhase = iota // stays where it is and looks
	precSearch                    // goes to PLD_SRCH_ALT above its origin and looks
	precApproach                  // flies to above the marker
	precDescend                   // goes down over the marker, and after it
	precFallback                  // never saw it: lands where it is
)

// precland is PX4's precision landing: a marker that is not seen in time is not waited for, and the vehicle lands where it
// is, in the same mode.
//
//	start ──seen──► approach ──above it for 2 s──► descend ──► ground
//	  │ 2 s           ▲   │ lost above it: start, at most PLD_MAX_SRCH times
//	  ▼               │   ▼
//	search ──seen 1 s─┘  fallback ◄── PLD_SRCH_TOUT of search, or no search left
//
// Source: PX4 v1.17, navigator precision landing, and its parameters PLD_*.
type precland struct {
	phase    precPhase
	since    time.Time // of the phase
	over     time.Time // since when it is above the marker, or has found it
	searches int
	pad      *dock   // the marker it follows
	alt      float64 // of search and approach, AMSL
}

func (p *precland) enter(phase precPhase, now time.Time) {
	p.phase, p.since, p.over = phase, now, time.Time{}
}

// precLanding is the guidance of mode Precision Landing.
func (v *vehicle) precLanding(now time.Time) setpoint {
	p, est := &v.guide.prec, v.estimate()
	if p.since.IsZero() {
		p.alt = est.U
		p.enter(precStart, now)
	}
	seen := v.markerBelow()
	if seen != nil {
		p.pad = seen
	}
	switch p.phase {
	case precStart:
		switch {
		case seen != nil:
			p.alt = est.U
			p.enter(precApproach, now)
		case now.Sub(p.since) > markerPatience:
			p.searches++
			p.alt = v.searchAlt()
			p.enter(precSearch, now)
		}
	case precSearch:
		if seen != nil && p.over.IsZero() {
			p.over = now
			p.alt = min(p.alt, est.U+1)
		}
		switch {
		case seen != nil && now.Sub(p.over) > markerSettle:
			p.alt = est.U
			p.enter(precApproach, now)
		case now.Sub(p.since) > seconds(v.param("PLD_SRCH_TOUT")):
			p.enter(precFallback, now)
		}
	case precApproach:
		v.overMarker(now, seen)
	case precDescend:
		if seen == nil && est.U-p.pad.pad.U > v.param("PLD_FAPPR_ALT") && now.Sub(p.over) > seconds(v.param("PLD_BTOUT")) {
			v.lookAgain(now)
		} else if seen != nil {
			p.over = now
		}
	}
	return v.precSetpoint()
}

// overMarker waits until the vehicle is above the marker, and goes down.
func (v *vehicle) overMarker(now time.Time, seen *dock) {
	p := &v.guide.prec
	off := sub(v.body.pos, p.pad.pad) // what the camera measures
	near := v.param("PLD_HACC_RAD")
	switch above := off.E < near && off.E > -near && off.N < near && off.N > -near; {
	case above && seen == nil:
		v.lookAgain(now)
	case above && p.over.IsZero():
		p.over = now
	case above && now.Sub(p.over) > markerPatience:
		p.enter(precDescend, now)
		p.over = now
	}
}

// lookAgain starts anew where it is, or lands there.
func (v *vehicle) lookAgain(now time.Time) {
	p := &v.guide.prec
	p.alt = v.estimate().U
	v.guide.target = v.estimate()
	if p.searches > int(v.param("PLD_MAX_SRCH")) {
		p.enter(precFallback, now)
		return
	}
	p.enter(precStart, now)
}

// searchAlt is where it looks for a marker that it does not see, AMSL.
func (v *vehicle) searchAlt() float64 { return v.groundGuess() + v.param("PLD_SRCH_ALT") }

// precSetpoint is where the phase wants the vehicle. Over the marker the estimator's error falls out, a few millimetres stay.
func (v *vehicle) precSetpoint() setpoint {
	g := &v.guide
	g.kind = flyTo
	target := geo.ENU{E: g.target.E, N: g.target.N, U: g.prec.alt}
	if p := &g.prec; p.phase == precApproach || p.phase == precDescend {
		marker := add(p.pad.pad, v.gnss.err)
		if p.phase == precDescend {
			marker.E += v.markerOffM
		}
		target.E, target.N = marker.E, marker.N
	}
	sp := v.defaults(target)
	sp.headingDeg = v.body.headingDeg
	if g.prec.pad != nil {
		sp.headingDeg = g.prec.pad.at.HeadingDeg
	}
	if g.prec.phase == precDescend || g.prec.phase == precFallback {
		g.kind = flyLand
		sp.sink, sp.down = true, v.sinkRate(target)
	}
	return sp
}

// markerBelow is the dock whose marker the camera can see now.
func (v *vehicle) markerBelow() *dock {
	for _, d := range v.w.docks {
		h := v.body.pos.U - d.pad.U
		if d.markerOn() && h < markerHeightM && flat(v.body.pos, d.pad) < max(1.5, 0.6*h) {
			return d
		}
	}
	return nil
}
