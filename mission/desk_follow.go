package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
	"groundstation/mission/dispatch"
)

const (
	// followFor is how long one target is followed at most, trackEvery how often a follower is told of it.
	followFor  = 30 * time.Minute
	trackEvery = 400 * time.Millisecond
	// The distance kept from a target, metres.
	followNearM, followFarM, followUsualM = 20.0, 500.0, 40.0
)

// followRadiiM are the radii of the room that a follower is given around itself, the widest that is free.
var followRadiiM = []float64{2000, 1200, 700, 400, 200}

type (
	// FollowTarget lets a flying vehicle follow another, or a place that is fed by FeedTarget, in its own layer → Command.
	// Place is where the target is now, if it is no vehicle; DistanceM 0 is 40 m. Epoch is as in Manual.
	FollowTarget struct {
		Vehicle, Target fleet.VehicleID
		Place           *geo.LatLon
		DistanceM       float64
		Epoch           uint64
	}
	// FeedTarget says where the target of a follower is → nil. One that is not told of for 3 s is held.
	FeedTarget struct {
		Vehicle fleet.VehicleID
		Place   geo.LatLon
	}
)

// Track tells the session of a follower where its target is.
type Track struct {
	Vehicle fleet.VehicleID
	Track   fleet.Track
}

func (Track) output() {}

// Chase is what a vehicle follows while an operator holds it.
type Chase struct {
	// Target is the vehicle it follows; empty: a place that somebody feeds.
	Target    fleet.VehicleID `json:"target,omitempty"`
	DistanceM float64         `json:"distanceM"`
	// Room is the ring it does not leave.
	Room []geo.LatLon `json:"room"`
}

// beginFollow claims the room first: the widest circle around the vehicle that nobody else holds at its altitude.
func (d *Desk) beginFollow(r Request, body FollowTarget) {
	c, problem := d.craft(body.Vehicle)
	var at geo.LatLon
	if problem == nil {
		at, problem = d.checkFollow(c, body)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	m := d.sortieOf(c)
	chase := Chase{Target: body.Target, DistanceM: body.DistanceM}
	if chase.DistanceM == 0 {
		chase.DistanceM = followUsualM
	}
	var room airspace.Claim
	var fence []geo.LatLon
	center := c.state.Position.LatLon
	for _, radius := range followRadiiM {
		problem = fleet.Refuse("too-far", "%s may not go so far from its home", c.spec.ID)
		if geo.Distance(m.Home.LatLon, center)+radius > dispatch.RangeM(c.spec.Class) {
			continue
		}
		if room, fence, problem = d.widen(m, c, center, radius); problem == nil {
			chase.Room = airspace.Fence([]geo.LatLon{center}, center, radius)
			break
		}
	}
	if problem == nil && !airspace.Inside(chase.Room, at) {
		problem = fleet.Refuse("too-far", "the target is outside of the room that is free for %s", c.spec.ID)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	d.takeControl(c, causeOperator, r.By, "follow ordered by "+r.By)
	cmd := d.command(c, "follow", r.By)
	m.Claim, m.Fence, m.Refence = room, fence, true
	m.ByHand, m.Chase = nil, &chase
	m.act, m.actStep = cmd.ID, "follow"
	m.forget("follow", "refence", "refence-hold")
	m.acts = append(m.acts, "sortie.follows")
	d.stepSortie(m)
	d.stepSortie(m)
	d.replyKept(r, KindCommand, string(cmd.ID))
	d.look(c)
}

// checkFollow gives where the target is now.
func (d *Desk) checkFollow(c *craft, body FollowTarget) (at geo.LatLon, problem *fleet.Problem) {
	switch {
	case (body.Target == "") == (body.Place == nil):
		return at, fleet.Refuse("bad-target", "either a vehicle or a place is followed")
	case body.Target == c.spec.ID:
		return at, fleet.Refuse("bad-target", "%s does not follow itself", c.spec.ID)
	case body.DistanceM != 0 && !(body.DistanceM >= followNearM && body.DistanceM <= followFarM):
		return at, fleet.Refuse("bad-distance", "distance %v m is not within %v to %v", body.DistanceM, followNearM, followFarM)
	case c.spec.Class == fleet.Tethered || c.spec.Class == fleet.LongVTOL:
		return at, fleet.Refuse("not-able", "%s cannot follow at a distance", c.spec.ID)
	case c.pilot.grant != "":
		return at, fleet.Refuse("flown-by-hand", "%s is flown by hand by %s", c.spec.ID, c.pilot.by)
	case c.state == nil || !c.state.Airborne() || c.state.Position == nil:
		return at, fleet.Refuse("not-airborne", "%s is on the ground", c.spec.ID)
	}
	if body.Place != nil {
		at = *body.Place
	} else {
		target := d.byID[body.Target]
		switch {
		case target == nil:
			return at, fleet.Refuse("unknown-vehicle", "there is no vehicle %q", body.Target)
		case target.state == nil || target.state.Position == nil || d.now.Sub(target.state.PositionAt) > 3*time.Second:
			return at, fleet.Refuse("position-unknown", "where %s is was not heard", body.Target)
		}
		at = target.state.Position.LatLon
	}
	goal := at.At(c.state.Position.AltAMSL)
	return at, d.checkManual(c, Manual{Vehicle: c.spec.ID, Act: "goto", Target: &goal, Epoch: body.Epoch})
}

// feedTarget tells a follower where its target is.
func (d *Desk) feedTarget(r Request, body FeedTarget) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = checkPlace(body.Place)
	}
	if problem == nil {
		if m := d.sortieOf(c); m == nil || m.Chase == nil || m.Chase.Target != "" {
			problem = fleet.Refuse("not-following", "%s does not follow a place", c.spec.ID)
		}
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	d.track(c, body.Place, d.now)
	d.reply(r, nil, nil)
}

// tracked tells the followers of a vehicle where it is.
func (d *Desk) tracked(v *fleet.Vehicle) {
	if v.Position == nil {
		return
	}
	for _, c := range d.crafts {
		if m := d.sortieOf(c); m != nil && m.Chase != nil && m.Chase.Target == v.ID {
			d.track(c, v.Position.LatLon, v.PositionAt)
		}
	}
}

func (d *Desk) track(c *craft, at geo.LatLon, when time.Time) {
	m := d.sortieOf(c)
	a := m.live["follow"]
	if a == nil || a.stage.Final() || d.now.Sub(c.trackedAt) < trackEvery {
		return
	}
	c.trackedAt = d.now
	d.out = append(d.out, Track{c.spec.ID, fleet.Track{Follow: a.id, Target: at, At: when}})
}

// chase keeps a vehicle behind its target.
func (m *sortie) chase(s *scene) {
	if m.settleEnvelope(s) == done {
		m.do("follow", fleet.Follow{DistanceM: m.Chase.DistanceM, AltAMSL: m.CruiseAMSL, Room: m.Chase.Room}, false, followFor, 1)
	}
}
