package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
)

const (
	// grantFor is how long a pilot's grant lasts without a renewal, which comes with that of the heartbeat.
	grantFor = 1500 * time.Millisecond
	// handFloorM is how far above home, and above the ground where it was surveyed, a pilot at a browser may descend, metres:
	// nothing lower is known.
	handFloorM = 20.0
	// codeByHand is the code of a sortie whose vehicle a pilot of this station flies.
	codeByHand = "flown-by-hand"
	// handSlackM is by how much a vehicle may stray from its layer, metres.
	handSlackM = 2.0
)

// handRadiiM are the radii of the room that a flight by hand is given, the widest that is free.
var handRadiiM = []float64{300, 200, 120, 60}

type (
	// FlyByHand hands a flying vehicle to the sticks of whoever asks → Command, whose ID is the grant that the sticks must
	// name. Epoch is as in Manual.
	FlyByHand struct {
		Vehicle fleet.VehicleID
		Epoch   uint64
	}
	// EndByHand ends the flight of a grant with a hold → Command of that flight. One that is over is left as it is.
	EndByHand struct{ Grant fleet.IntentID }
)

// Grant lets the session of a vehicle take the sticks of a pilot until Until.
type Grant struct {
	Vehicle fleet.VehicleID
	ID      fleet.IntentID
	Until   time.Time
}

func (Grant) output() {}

// Hand is a flight out of the layer of a sortie, by a pilot's sticks or sent to an altitude of its own: who ordered it, and
// the room that is held for it until the vehicle is back in its layer.
type Hand struct {
	Grant fleet.IntentID  `json:"grant"`
	By    string          `json:"by"`
	Room  airspace.Volume `json:"room"`
	Since time.Time       `json:"since"`
}

// pilot is who flies a vehicle by hand now.
type pilot struct {
	grant fleet.IntentID
	by    string
}

// beginHand gives a vehicle to a pilot: the record first, then the order, then a grant that is renewed.
func (d *Desk) beginHand(r Request, body FlyByHand) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = d.checkHand(c, body)
	}
	var room airspace.Volume
	if problem == nil {
		room, problem = d.handRoom(c, d.sortieOf(c))
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	m := d.sortieOf(c)
	d.takeControl(c, causeOperator, r.By, "flown by hand by "+r.By)
	cmd := d.command(c, "fly", r.By)
	c.pilot = pilot{cmd.ID, r.By}
	m.ByHand, m.Chase = nil, nil
	m.Hand = &Hand{Grant: cmd.ID, By: r.By, Room: room, Since: d.now}
	m.now = d.now
	if reason := "flown by hand by " + r.By; m.State == HumanControl {
		m.Code, m.Reason = codeByHand, reason
	} else {
		m.hold(HumanControl, codeByHand, reason)
	}
	m.acts = append(m.acts, "sortie.flown-by-hand")
	d.stepSortie(m)
	in := fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Sortie: m.ID, Act: fleet.FlyManual{},
		Envelope: fleet.Envelope{Fence: room.Ring, FloorAMSL: room.FloorAMSL, CeilingAMSL: room.CeilingAMSL + handSlackM}}
	d.then(func(err error) {
		if err != nil || c.control.Epoch != in.Epoch || c.pilot.grant != cmd.ID {
			c.pilot = pilot{}
			d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageFailed, Code: failCode(err), At: d.now})
			return
		}
		d.out = append(d.out, Send{in})
		d.grant(c)
	})
	d.replyKept(r, KindCommand, string(cmd.ID))
	d.look(c)
}

func (d *Desk) checkHand(c *craft, body FlyByHand) *fleet.Problem {
	v, m := c.state, d.sortieOf(c)
	id := c.spec.ID
	switch {
	case body.Epoch != 0 && body.Epoch != c.control.Epoch:
		return fleet.Refuse("stale-epoch", "control of %s has changed hands since (epoch %d, now %d)", id, body.Epoch, c.control.Epoch)
	case v == nil || v.Link != fleet.LinkOnline:
		return fleet.Refuse("vehicle-offline", "%s is not heard", id)
	case c.spec.Class == fleet.Tethered:
		return fleet.Refuse("not-by-hand", "%s hangs on a cable and is not flown by hand from here", id)
	case c.pilot.grant != "":
		return fleet.Refuse("flown-by-hand", "%s is flown by hand by %s", id, c.pilot.by)
	case !v.Airborne():
		return fleet.Refuse("not-airborne", "%s is on the ground", id)
	case m == nil:
		return fleet.Refuse("no-sortie", "%s is in the air without a sortie: only hold, return and land are open", id)
	case c.control.Holder == holderHuman && c.control.Cause != causeOperator, c.flownByHand():
		return fleet.Refuse("human-control", "%s is under human control: release it first", id)
	case v.Failsafe:
		return fleet.Refuse("failsafe", "the failsafe of %s is active", id)
	case m.recovering || m.unkept || !m.flown():
		return fleet.Refuse("not-ready", "%s is not settled yet: %s", id, m.State)
	case d.storageDown():
		return fleet.Refuse("storage", "nothing can be kept, so nobody is given %s by hand", id)
	}
	switch m.State {
	case Outbound, OnTask, Returning, HoldForPad, HumanControl:
	default:
		return fleet.Refuse("not-ready", "%s is %s: it is not flown by hand now", id, m.State)
	}
	if s := d.scene(c); s.spentReserve() {
		return fleet.Refuse("reserve", "%s is past its reserve line", id)
	}
	return nil
}

// handRoom is the widest room around a vehicle that lies inside its fence and that nobody else holds; the problem is what stands
// against the smallest.
func (d *Desk) handRoom(c *craft, m *sortie) (airspace.Volume, *fleet.Problem) {
	if c.state.Position == nil || d.now.Sub(c.state.PositionAt) > 3*time.Second {
		return airspace.Volume{}, fleet.Refuse("position-unknown", "where %s is was not heard", c.spec.ID)
	}
	at := *c.state.Position
	ground := max(m.Home.AltAMSL, m.launchPad().AltAMSL)
	floor, top := ground+handFloorM, ground+airspace.HighestAGL
	if at.AltAMSL < floor {
		return airspace.Volume{}, fleet.Refuse("too-low", "%s is lower than %.0f m above its pad", c.spec.ID, handFloorM)
	}
	why := fleet.Refuse("airspace", "no room around %s is free to be flown in by hand", c.spec.ID)
	taken := why
	for _, ceiling := range []float64{max(top, m.CruiseAMSL), m.CruiseAMSL} {
		for _, r := range handRadiiM {
			if !insideAll(m.Fence, at.LatLon, r+20) {
				continue
			}
			room := airspace.Volume{Ring: airspace.Fence([]geo.LatLon{at.LatLon}, at.LatLon, r), CeilingAMSL: ceiling}
			var problem *fleet.Problem
			room.FloorAMSL, problem = airspace.FloorAMSL(d.reg.Terrain, room.Ring, floor, handFloorM)
			switch {
			case problem != nil:
				why = problem
			case at.AltAMSL < room.FloorAMSL:
				why = fleet.Refuse("too-low", "%s is lower than %.0f m above the ground around it", c.spec.ID, handFloorM)
			case room.FloorAMSL <= ceiling && at.AltAMSL <= ceiling+handSlackM && d.free(m, room):
				return room, nil
			default:
				why = taken
			}
		}
	}
	return airspace.Volume{}, why
}

// free says whether a room is held by no other sortie, and nothing stands in it.
func (d *Desk) free(m *sortie, room airspace.Volume) bool {
	mine := airspace.Claim{Sortie: m.ID, Volumes: []airspace.Volume{room}}
	for _, other := range d.rooms() {
		if other.Sortie != m.ID && airspace.Conflict(mine, other) {
			return false
		}
	}
	return mine.Meets(d.reg.Obstacles) == nil
}

// room is all the room in the air that a sortie holds.
func (s *Sortie) room() airspace.Claim {
	claim := s.Claim
	if s.Hand != nil {
		claim.Volumes = append(claim.Volumes[:len(claim.Volumes):len(claim.Volumes)], s.Hand.Room)
	}
	return claim
}

// grant renews what lets a pilot fly.
func (d *Desk) grant(c *craft) {
	d.out = append(d.out, Grant{Vehicle: c.spec.ID, ID: c.pilot.grant, Until: d.now.Add(grantFor)})
}

// renewGrants renews those of pilots who still hold their vehicle.
func (d *Desk) renewGrants() {
	for _, c := range d.crafts {
		if c.pilot.grant == "" {
			continue
		}
		if c.control.Holder != holderHuman || c.control.By != c.pilot.by {
			c.pilot = pilot{}
			continue
		}
		d.grant(c)
	}
}

// turnOver ends a pilot's turn when its order is over: the vehicle holds, or does what a newer order says.
func (d *Desk) turnOver(r fleet.Report) {
	c := d.byID[r.Vehicle]
	if c == nil || !r.Stage.Final() {
		return
	}
	if r.Intent == c.pilot.grant {
		c.pilot = pilot{}
	}
	if m := d.sortieOf(c); m != nil && m.Chase != nil {
		if a := m.live["follow"]; a != nil && a.id == r.Intent {
			m.Chase, m.shown = nil, true
		}
	}
	if m := d.sortieOf(c); m != nil && m.Hand != nil && m.Hand.Grant == r.Intent && m.Code == codeByHand {
		m.Code, m.Reason, m.shown = "human-control", "held after it was flown by hand by "+m.Hand.By, true
		m.acts = append(m.acts, "sortie.hand-ended")
		if c.lastWhy.Text == "flown by hand by "+m.Hand.By {
			c.lastWhy = Why{Kind: "order", Text: m.Reason, By: m.Hand.By, At: d.now}
		}
		d.stepSortie(m)
	}
}

// endHand ends a flight with a hold, unless something else has ended it.
func (d *Desk) endHand(r Request, body EndByHand) {
	cmd := d.commands.get(body.Grant)
	if cmd == nil || cmd.Act != "fly" {
		d.reply(r, nil, fleet.Refuse("unknown-grant", "there was no flight by hand %q", body.Grant))
		return
	}
	if c := d.byID[cmd.Vehicle]; c != nil && c.pilot.grant == cmd.ID {
		d.stopByHand(c, fleet.Hold{}, r.By)
	}
	d.replyKept(r, KindCommand, string(body.Grant))
}

// regained brings a vehicle that was flown by hand back to its layer, straight up or down, before anything else goes on.
func (m *sortie) regained(s *scene) bool {
	v := s.vehicle
	if m.Hand == nil || v.Position == nil {
		return true
	}
	if off := v.Position.AltAMSL - m.CruiseAMSL; off < -3 || off > 3 {
		at := v.Position.LatLon.At(m.CruiseAMSL)
		if m.do("regain", fleet.GoTo{Target: at}, false, 20*time.Second, 3) != spent {
			return false
		}
		m.raise("no-layer", "warning", string(m.Vehicle)+" did not go back to its layer after it was flown by hand")
	}
	m.Hand, m.shown = nil, true
	m.forget("regain")
	return true
}
