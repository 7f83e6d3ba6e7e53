package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink/param"
)

// begin makes the act of an Intent, or refuses it by what is observed now.
func (s *Session) begin(now time.Time, t *task) (act, verdict) {
	v := &s.v
	grounded := v.Landed == fleet.OnGround && !v.Armed
	switch a := t.in.Act.(type) {
	case fleet.Hold:
		// It is in hold already, or a reposition that puts it there may be under way.
		brake := v.Mode == fleet.ModeHold || s.wasOrdered(now, fleet.ModeHold)
		return &setMode{order: fleet.ModeHold, want: []fleet.Mode{fleet.ModeHold}, brake: brake}, notYet
	case fleet.Continue:
		if grounded {
			return nil, refused("on-ground", "nothing to continue on the ground")
		}
		if changed := v.Plan.Tampered(); changed != "" {
			return nil, refused("plan-changed", changed)
		}
		return &setMode{order: fleet.ModeMission, want: []fleet.Mode{fleet.ModeMission}}, notYet
	case fleet.Return:
		if grounded {
			return nil, refused("on-ground", "it is on the ground")
		}
		return &setMode{order: fleet.ModeReturn, want: []fleet.Mode{fleet.ModeReturn}}, notYet
	case fleet.Land:
		if grounded {
			return nil, verdict{stage: fleet.StageDone, detail: "it was on the ground"}
		}
		return &land{mode: setMode{order: fleet.ModeLand, want: []fleet.Mode{fleet.ModeLand}}}, notYet
	case fleet.LandAt:
		if grounded {
			return nil, refused("on-ground", "it is on the ground")
		}
		if s.auto.wing {
			return nil, refused("unsupported", s.auto.name+" circles where it would have to stand before it lands: it lands by its return")
		}
		return newLandAt(a), notYet
	case fleet.GoTo:
		if !v.Airborne() {
			return nil, refused("on-ground", "it is not in the air")
		}
		return &goTo{target: a.Target, speed: a.SpeedMS}, notYet
	case fleet.Orbit:
		if !v.Airborne() {
			return nil, refused("on-ground", "it is not in the air")
		}
		if s.auto.noOrbit {
			return nil, refused("unsupported", s.auto.name+" does not circle a place by command")
		}
		return &orbit{want: a, wing: s.spec.Class == fleet.LongVTOL}, notYet
	case fleet.LookAt:
		m := s.int(common.MAV_CMD_DO_SET_ROI_LOCATION, a.Target)
		return &once{m: m, most: 12}, notYet
	case fleet.LookAway:
		return &once{m: s.int(common.MAV_CMD_DO_SET_ROI_NONE, geo.Position{}), most: 12}, notYet
	case fleet.AimGimbal:
		return s.beginAim(a)
	case fleet.JogGimbal:
		return nil, s.beginJog(now, a)
	case fleet.ReleaseGimbal:
		return s.beginRelease()
	case fleet.TakePhotos:
		return s.photos(a)
	case fleet.StopPhotos:
		return s.stopPhotos(a)
	case fleet.Record:
		return s.record(a)
	case fleet.SetCameraMode:
		return s.setCameraMode(a)
	case fleet.SetZoom:
		return s.zoom(a)
	case fleet.SetFocus:
		return s.focus(a)
	case fleet.ShowSource:
		return s.showSource(a)
	case fleet.SetHome:
		return &setHome{want: a.Home}, notYet
	case fleet.Launch:
		for _, o := range s.tasks {
			if _, ok := o.act.(*launch); ok {
				return nil, refused("busy", "another launch of it is not over")
			}
		}
		return s.beginLaunch(now, a)
	case fleet.Follow:
		return s.beginFollow(a)
	case fleet.FlyManual:
		return s.beginManual(t)
	case fleet.Disarm:
		return &disarm{}, notYet
	case fleet.VerifySafety:
		return newVerify(a.Params), notYet
	case fleet.ReadParameters:
		return &readParams{}, notYet
	case fleet.ListFiles, fleet.FetchFile, fleet.ListLogs, fleet.FetchLog, fleet.FindWords:
		return s.beginFiles(a)
	case fleet.StopReading:
		return nil, s.stopReading(now)
	case fleet.ReadExtended:
		return &readExt{a.Component, param.NewExtList()}, notYet
	case fleet.SetExtended:
		return &setExt{a.Component, param.NewExtSet(a.Name, a.Value)}, notYet
	case fleet.RotateKey:
		return s.beginRotateKey()
	case fleet.SetParameters:
		return s.beginSetParams(a)
	case fleet.UploadPlan:
		if v.Armed && v.Mode == fleet.ModeMission {
			return nil, refused("in-mission", "a new plan would be flown at once")
		}
		if s.auto.relativeRally && len(a.Rally) > 0 && v.Home == nil {
			return nil, refused("no-home", "its rally points are told above home, which is not known")
		}
		return newUpload(s, a), notYet
	case fleet.VerifyPlan:
		if s.auto.relativeRally && len(a.Rally) > 0 && v.Home == nil {
			return nil, refused("no-home", "its rally points are told above home, which is not known")
		}
		return newVerifyPlan(s, a), notYet
	case fleet.Resume:
		return s.beginResume(a)
	case fleet.Divert:
		if s.auto.relativeRally && v.Home == nil {
			return nil, refused("no-home", "its rally points are told above home, which is not known")
		}
		return s.beginDivert(a)
	case fleet.SetRally:
		if s.auto.relativeRally && len(a.Points) > 0 && v.Home == nil {
			return nil, refused("no-home", "its rally points are told above home, which is not known")
		}
		return newRally(s, a), notYet
	}
	return nil, refused("unsupported", "not an act of a vehicle")
}

// int is a COMMAND_INT at a position, AMSL.
func (s *Session) int(cmd common.MAV_CMD, at geo.Position) *common.MessageCommandInt {
	return &common.MessageCommandInt{
		TargetSystem: uint8(s.system), TargetComponent: autopilot, Frame: common.MAV_FRAME_GLOBAL, Command: cmd,
		X: toE7(at.Lat), Y: toE7(at.Lon), Z: float32(at.AltAMSL),
	}
}

// once is a command whose acceptance is all that can be seen of it.
type once struct {
	m    *common.MessageCommandInt
	most int
	cmd  *command
}
