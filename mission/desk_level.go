package mission

import (
	"time"

	"groundstation/fleet"
	"groundstation/mission/privacy"
)

// How a camera is brought to the horizon on the way.
const (
	levelAfter = 1500 * time.Millisecond // of looking lower
	levelAgain = 10 * time.Second
	levelTries = 3
)

// levelling is how far the Desk has come with it, on one way.
type levelling struct {
	lowAt, triedAt time.Time
	tries          int
}

// levelCamera orders the camera of a craft on its way to the horizon, if it looks lower and the station may turn it: by
// ending a view of a place first, which is what mostly holds it down, then by angles.
func (d *Desk) levelCamera(c *craft) {
	l := &c.eye.level
	if d.cfg.Privacy.Transit == "" || !d.inTransit(c) {
		*l = levelling{}
		return
	}
	if c.state == nil || c.state.Link != fleet.LinkOnline || !c.state.Airborne() || c.control.Holder == holderHuman {
		return
	}
	view := privacy.Look(c.spec, c.state, d.now)
	if view.Missing != "" || view.Camera.PitchDeg >= -d.cfg.Privacy.HorizonDeg {
		l.lowAt = time.Time{}
		return
	}
	if l.lowAt.IsZero() {
		l.lowAt = d.now
	}
	if d.now.Sub(l.lowAt) < levelAfter || l.tries >= levelTries || l.tries > 0 && d.now.Sub(l.triedAt) < levelAgain {
		return
	}
	manager := c.state.Gimbal.Manager
	if manager != nil && manager.Control == "other" {
		return // somebody else has it
	}
	l.tries, l.triedAt = l.tries+1, d.now
	var act fleet.Act = fleet.LookAway{}
	if l.tries%2 == 0 && manager != nil && manager.Control != "vehicle" {
		zero := 0.0
		act = fleet.AimGimbal{PitchDeg: &zero, YawDeg: &zero}
	}
	cmd := d.command(c, "level-camera", "desk")
	d.sendKept(c, cmd, act, cameraWait)
}
