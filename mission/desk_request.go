package mission

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// request answers a wish.
func (d *Desk) request(r Request) {
	switch body := r.Body.(type) {
	case CreateIncident:
		d.createIncident(r, body)
	case MoveIncident:
		d.moveIncident(r, body)
	case CancelIncident:
		d.cancelIncident(r, body)
	case PutPlan:
		d.putPlan(r, body)
	case DeletePlan:
		d.deletePlan(r, body)
	case FlyPlan:
		d.flyPlan(r, body)
	case PutPatrol:
		d.putPatrol(r, body)
	case DeletePatrol:
		d.deletePatrol(r, body)
	case ConfirmLaunch:
		d.confirmLaunch(r, body)
	case ResumeSortie:
		d.resumeSortie(r, body)
	case RecallSortie:
		d.recallSortie(r, body)
	case UsePayload:
		d.usePayload(r, body)
	case Jog:
		d.jog(r, body)
	case Manual:
		d.manual(r, body)
	case FlyByHand:
		d.beginHand(r, body)
	case FollowTarget:
		d.beginFollow(r, body)
	case FeedTarget:
		d.feedTarget(r, body)
	case EndByHand:
		d.endHand(r, body)
	case Release:
		d.release(r, body)
	case HoldAll:
		d.holdAll(r)
	case RecallAll:
		d.recallAll(r)
	case BindSystem:
		d.bindSystem(r, body)
	case ReadParams:
		d.readParams(r, body)
	case ReadExtParams:
		d.extParams(r, body.Vehicle, fleet.ReadExtended{Component: body.Component})
	case WriteExtParam:
		d.extParams(r, body.Vehicle, fleet.SetExtended{Component: body.Component, Name: body.Name, Value: body.Value})
	case RequireSafety:
		d.requireSafety(r, body)
	case RotateKey:
		d.rotateKey(r, body)
	case WriteParams:
		d.writeParams(r, body)
	case SaveParamSet:
		d.saveParamSet(r, body)
	case DeleteParamSet:
		d.deleteParamSet(r, body)
	case Notice:
		d.notice(r, body)
	case PutPrivacyZone:
		d.putPrivacyZone(r, body)
	case DeletePrivacyZone:
		d.deletePrivacyZone(r, body)
	case OverridePicture:
		d.overridePicture(r, body)
	case EndOverride:
		d.endOverride(r, body)
	case ReturnDock:
		d.returnDock(r, body)
	case AckAlarm:
		d.ack(r, body)
	default:
		d.reply(r, nil, fleet.Refuse("unknown-request", "%T is not a request", r.Body))
	}
}

// craft finds a vehicle of the registry.
func (d *Desk) craft(id fleet.VehicleID) (*craft, *fleet.Problem) {
	if c := d.byID[id]; c != nil {
		return c, nil
	}
	return nil, fleet.Refuse("unknown-vehicle", "there is no vehicle %q", id)
}

// checkPlace refuses what is not a place on the ground the fleet could mean.
func checkPlace(p geo.LatLon) *fleet.Problem {
	if err := p.Check(); err != nil {
		return fleet.Refuse("bad-place", "%v", err)
	}
	if p.Lat == 0 && p.Lon == 0 {
		return fleet.Refuse("bad-place", "latitude and longitude are both 0: no place was given")
	}
	return nil
}

// checkText refuses text that is too long, not UTF-8, or has control characters in it.
func checkText(name, text string, max int, needed bool) *fleet.Problem {
	switch {
	case needed && strings.TrimSpace(text) == "":
		return fleet.Refuse("bad-"+name, "%s is empty", name)
	case utf8.RuneCountInString(text) > max:
		return fleet.Refuse("bad-"+name, "%s is longer than %d characters", name, max)
	case !utf8.ValidString(text):
		return fleet.Refuse("bad-"+name, "%s is not UTF-8", name)
	case strings.ContainsFunc(text, func(c rune) bool { return c < 0x20 && c != '\n' && c != '\t' || c == 0x7f }):
		return fleet.Refuse("bad-"+name, "%s has control characters in it", name)
	}
	return nil
}

func first(problems ...*fleet.Problem) *fleet.Problem {
	for _, p := range problems {
		if p != nil {
			return p
		}
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
