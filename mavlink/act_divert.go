package mavlink

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// atPlace is how near its target must be to the place it is to land at, metres on the ground; elsewhere how far from it
	// and from where the return began a target must be to be another place.
	atPlace, elsewhere = 5.0, 25.0
	// nearerBy is by how much the place must be nearer than home: PX4 returns to the nearest, and takes a rally point within
	// 10 m of home for home.
	nearerBy = 15.0
)

// divert lands at another place than home:
//
//	hold ─seen─► fence and rally point written, read back ─► return ─mode seen─► its target is the place ─► done
//	  │ each failure before the return leaves it in hold, and the report says so
//	  └ a target elsewhere ─► hold again ─► failed
//
// A vehicle never returns by this act to a place that was not read back from it: where energy does not last for another
// try, its own low-battery failsafe returns it, or an operator's Return does. A return whose target is not seen in time is
// left to go on: the one place on board is the verified one.
type divert struct {
	to     geo.LatLon
	hold   setMode
	lists  *upload
	back   setMode
	stage  int
	from   geo.LatLon // where the return began
	backAt time.Time
	strays int
	seenAt time.Time // of the last target that was looked at
}

const (
	divertHold = iota
	divertLists
	divertReturn
	divertWatch
	divertHoldAgain
)

func (s *Session) beginDivert(a fleet.Divert) (act, verdict) {
	switch {
	case !s.v.Airborne():
		return nil, refused("on-ground", "it is not in the air")
	case s.v.Home == nil:
		return nil, refused("no-home", "without its home it is not known to which place it would return")
	}
	if why := s.homeNearer(a.To.LatLon); why != "" {
		return nil, refused("home-nearer", why)
	}
	lists := newRally(s, fleet.SetRally{Points: []geo.Position{a.To}})
	if len(a.Fence) > 0 {
		lists.want.Fence = a.Fence
		lists.steps = append([]*transfer{fenceTransfer(uint8(s.system), a.Fence, nil)}, lists.steps...)
	}
	return &divert{to: a.To.LatLon, lists: lists, hold: setMode{order: fleet.ModeHold, want: []fleet.Mode{fleet.ModeHold}, brake: true},
		back: setMode{order: fleet.ModeReturn, want: []fleet.Mode{fleet.ModeReturn}}}, notYet
}

// homeNearer says why the vehicle would return home instead of to a place.
func (s *Session) homeNearer(to geo.LatLon) string {
	here, known := s.here()
	if !known || s.v.Home == nil {
		return "its position is not known"
	}
	home, place := geo.Distance(here.LatLon, s.v.Home.LatLon), geo.Distance(here.LatLon, to)
	if place > home-nearerBy {
		return fmt.Sprintf("home is %.0f m away, the place %.0f m: it would return home", home, place)
	}
	return ""
}

func (a *divert) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	switch a.stage {
	case divertHold:
		v := a.hold.step(s, t, now, m)
		if v.stage != fleet.StageDone {
			return v
		}
		a.hold.stop(s)
		a.stage, t.wake = divertLists, now
	case divertLists:
		if s.v.Mode != fleet.ModeHold {
			return failed("interrupted", "the vehicle went to "+s.v.ModeName)
		}
		v := a.lists.step(s, t, now, m)
		if v.stage != fleet.StageDone {
			return holding(v)
		}
		if why := s.homeNearer(a.to); why != "" {
			return failed("home-nearer", why+"; it holds")
		}
		here, _ := s.here()
		a.from, a.stage, t.wake = here.LatLon, divertReturn, now
	case divertReturn:
		v := a.back.step(s, t, now, m)
		if v.stage != fleet.StageDone {
			return holding(v)
		}
		a.back.stop(s)
		a.backAt, a.stage, t.wake = now, divertWatch, now
		s.progress(now, t, fleet.StageProgress, 80)
	case divertWatch:
		return a.watch(s, t, now)
	case divertHoldAgain:
		v := a.hold.step(s, t, now, m)
		if v.stage == fleet.StageDone {
			return failed("other-destination", "its return led elsewhere; it holds")
		}
		if v.stage != "" {
			v.detail = "its return leads elsewhere, and it does not hold: " + v.detail
		}
		return v
	}
	return notYet
}

// watch looks where the return leads to.
func (a *divert) watch(s *Session, t *task, now time.Time) verdict {
	here, _ := s.here()
	switch mode := s.v.Mode; {
	case mode != fleet.ModeReturn && mode != fleet.ModeLand && mode != fleet.ModePrecLand && s.v.Armed:
		return failed("interrupted", "the vehicle went to "+s.v.ModeName)
	case geo.Distance(here.LatLon, a.to) <= atPlace:
		return allDone
	}
	g := s.see.target
	at := fromE7(g.lat, g.lon, 0)
	if !g.at.After(a.backAt) || g.at.Equal(a.seenAt) || at.Check() != nil {
		return notYet
	}
	a.seenAt = g.at
	switch {
	case geo.Distance(at.LatLon, a.to) <= atPlace:
		return allDone
	case geo.Distance(at.LatLon, a.to) > elsewhere && geo.Distance(at.LatLon, a.from) > elsewhere:
		// It climbs where it is first; a single one may be from before.
		if a.strays++; a.strays >= oddMost {
			a.hold = setMode{order: fleet.ModeHold, want: []fleet.Mode{fleet.ModeHold}, brake: true}
			a.stage, t.wake = divertHoldAgain, now
		}
	default:
		a.strays = 0
	}
	return notYet
}

// holding adds to a failure where it leaves the vehicle.
func holding(v verdict) verdict {
	if v.stage.Final() {
		v.detail += "; it holds"
	}
	return v
}

func (a *divert) stop(s *Session) {
	a.hold.stop(s)
	a.back.stop(s)
	if a.stage == divertLists {
		a.lists.stop(s)
	}
}
