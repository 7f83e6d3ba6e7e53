package mission

import (
	"math"
	"time"

	"groundstation/fleet"
)

// cameraWait is how long an act on a camera or a gimbal may take.
const cameraWait = 20 * time.Second

// jogIntent is the id of all wishes to turn a gimbal at a rate: they are neither kept nor reported on.
const jogIntent fleet.IntentID = "jog"

// UsePayload is an act on a vehicle's cameras or its gimbal → Command. It moves nothing, so it needs no sortie and takes
// no control; who controls the gimbal is the session's to respect. Epoch is as in Manual.
type UsePayload struct {
	Vehicle fleet.VehicleID
	// Name is what the Command calls it.
	Name  string
	Act   fleet.Act
	Epoch uint64
}

// Jog turns a gimbal at a rate for half a second → nil.
type Jog struct {
	Vehicle fleet.VehicleID
	Rate    fleet.JogGimbal
	Epoch   uint64
}

// audible refuses a vehicle whose payload cannot be spoken to.
func (d *Desk) audible(id fleet.VehicleID, epoch uint64) (*craft, *fleet.Problem) {
	c, problem := d.craft(id)
	switch {
	case problem != nil:
		return nil, problem
	case epoch != 0 && epoch != c.control.Epoch:
		return nil, fleet.Refuse("stale-epoch", "control of %s has changed hands since (epoch %d, now %d)", id, epoch, c.control.Epoch)
	case c.state == nil || c.state.Link != fleet.LinkOnline:
		return nil, fleet.Refuse("vehicle-offline", "%s is not heard", id)
	}
	return c, nil
}

func (d *Desk) usePayload(r Request, body UsePayload) {
	c, problem := d.audible(body.Vehicle, body.Epoch)
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	cmd := d.command(c, body.Name, r.By)
	d.sendKept(c, cmd, body.Act, cameraWait)
	d.replyKept(r, KindCommand, string(cmd.ID))
}

// sendKept sends an act when its Command is durable, unless control has changed hands by then.
func (d *Desk) sendKept(c *craft, cmd *Command, act fleet.Act, bound time.Duration) {
	in := fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Bound: bound, Act: act}
	d.then(func(err error) {
		if err != nil || c.control.Epoch != in.Epoch {
			d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageFailed, Code: failCode(err), At: d.now})
			return
		}
		d.out = append(d.out, Send{in})
	})
}

func (d *Desk) jog(r Request, body Jog) {
	c, problem := d.audible(body.Vehicle, body.Epoch)
	switch {
	case problem != nil:
	case math.IsNaN(body.Rate.PitchRate) || math.IsNaN(body.Rate.YawRate):
		problem = fleet.Refuse("bad-value", "a rate is not a number")
	case c.state.Gimbal == nil || c.state.Gimbal.Manager == nil:
		problem = fleet.Refuse("no-gimbal", "%s has told of no gimbal manager", c.spec.ID)
	default:
		if m := c.state.Gimbal.Manager; (m.Control == "vehicle" || m.Control == "other") && !body.Rate.Take {
			problem = fleet.Refuse("gimbal-held", "%s controls the gimbal of %s", m.ControlBy, c.spec.ID)
		}
	}
	if problem == nil {
		d.out = append(d.out, Send{fleet.Intent{ID: jogIntent, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Act: body.Rate}})
	}
	d.reply(r, nil, problem)
}
