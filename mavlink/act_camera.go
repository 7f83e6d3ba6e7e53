package mavlink

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// lookAgain is how often a camera that has accepted is asked whether it has done it.
	lookAgain = 2 * time.Second
	// settled is how near zoom or focus must come to the percentage ordered.
	settled = 1.0
	// photoWait is how long a counted photo's own message is waited for before it is asked for, photoAsks how often.
	photoWait = time.Second
	photoAsks = 3
)

// cameraAct is what one order to a camera needs to know.
type cameraAct struct {
	ref fleet.CameraRef
	// needs is the capability without which it is refused.
	needs common.CAMERA_CAP_FLAGS
	// mode is the camera mode it needs, where the camera has modes; unless it has the flag besides.
	mode   fleet.CameraMode
	unless common.CAMERA_CAP_FLAGS
	// fresh is the message that must have been told after the order before anything is sent; 0: none.
	fresh uint32
	// idle, if any, judges by the camera's status whether nothing came of it: only then is it sent again once it was
	// accepted, as doing it twice would be seen.
	idle func(c *camera) bool
	// agreed: it must have accepted too; what it says does not suffice.
	agreed bool
	// order gives the command; done judges by what the camera says after since, and may end the act before any command.
	order func(s *Session, c *camera) message.Message
	done  func(s *Session, c *camera, since time.Time) verdict
	// asks is the message that shows the effect, 0: it comes by itself.
	asks uint32
}

// onCamera carries out an order to a camera:
//
//	begin ─► a fresh status, if wanted ─► the mode, if it must be another ─► command ─► accepted ─► seen: done
//	  └─seen already: done                                                     └─refused, silent (task.go)
type onCamera struct {
	cameraAct
	cam      *camera
	begun    time.Time
	since    time.Time // when the order first went out
	switched effect
	effect
	next time.Time // when the camera is asked again how it stands, or how far it is
}

func (a *onCamera) step(s *Session, t *task, now time.Time, _ message.Message) verdict {
	c, pt := a.cam, s.payload.part(a.cam.component)
	if pt == nil || s.payload.camera(c.component, c.device) != c {
		return failed("camera-lost", fmt.Sprintf("camera %d is not heard any more", c.component))
	}
	if a.begun.IsZero() {
		a.begun = now
	}
	if a.fresh != 0 && a.cmd == nil && !c.toldAt(a.fresh).After(a.begun) && !pt.ask.denied(a.fresh) {
		a.ask(now, t, pt, a.fresh)
		return notYet
	}
	if a.cmd == nil {
		if v := a.done(s, c, time.Time{}); v.stage != "" {
			return v
		}
		if ready, v := a.ready(s, t, now, pt); !ready {
			return v
		}
	}
	v := a.send(s, t, now)
	if a.cmd == nil { // it was accepted and nothing came of it: it is sent again
		return notYet
	}
	if v.stage != "" && a.cmd.state != cmdSilent {
		return byCamera(c, a.cmd, v)
	}
	if a.cmd.tries == 0 {
		return v
	}
	if a.since.IsZero() {
		a.since = a.cmd.first
	}
	if !a.agreed || a.cmd.state == cmdAccepted {
		if seen := a.done(s, c, a.since); seen.stage != "" {
			return seen
		}
	}
	if v.stage != "" {
		return v
	}
	if a.asks != 0 && a.cmd.state == cmdAccepted {
		a.ask(now, t, pt, a.asks)
	}
	return notYet
}

// ask asks the camera how it stands, and again while it has not told: the asker would rest after some misses.
func (a *onCamera) ask(now time.Time, t *task, pt *part, id uint32) {
	if !now.Before(a.next) {
		pt.ask.again(now, id)
		a.next = now.Add(lookAgain)
	}
	t.wake = earlier(t.wake, a.next)
}

func (a *onCamera) send(s *Session, t *task, now time.Time) verdict {
	if a.idle != nil && a.cmd != nil && a.cmd.state == cmdAccepted {
		if looked := a.cam.statusAt.After(a.cmd.last.Add(s.rtt.timeout(1))); !looked || !a.idle(a.cam) {
			return s.follow(now, t, a.cmd)
		}
	}
	return a.effect.step(s, t, now, a.order(s, a.cam))
}

// ready brings the camera into the mode the order needs.
func (a *onCamera) ready(s *Session, t *task, now time.Time, pt *part) (bool, verdict) {
	c := a.cam
	if a.mode == "" || !c.can(common.CAMERA_CAP_FLAGS_HAS_MODES) || c.can(a.unless) || c.mode == a.mode ||
		a.mode == fleet.CameraPhoto && c.mode == fleet.CameraSurvey {
		a.switched.stop(s)
		return true, notYet
	}
	v := a.switched.step(s, t, now, s.cameraMode(c, a.mode))
	if v.stage != "" {
		return false, byCamera(c, a.switched.cmd, v)
	}
	if _, ok := a.switched.accepted(); ok {
		a.ask(now, t, pt, cameraSettingsID)
	}
	return false, notYet
}

func (a *onCamera) stop(s *Session) {
	a.switched.stop(s)
	a.effect.stop(s)
}

// byCamera names the camera as the side that refused.
func byCamera(c *camera, cmd *command, v verdict) verdict {
	if cmd != nil && cmd.state == cmdRefused {
		v.detail = fmt.Sprintf("%s: %s", c, cmd.result)
	}
	return v
}

func (c *camera) String() string {
	switch {
	case c.device != 0:
		return fmt.Sprintf("camera %d of the autopilot", c.device)
	case c.component == autopilot:
		return "the autopilot's camera"
	}
	return fmt.Sprintf("camera %d", c.component)
}

// beginCamera begins an order to a camera, or refuses it.
func (s *Session) beginCamera(a cameraAct) (act, verdict) {
	var c *camera
	if a.ref == (fleet.CameraRef{}) && len(s.v.Cameras) > 0 {
		a.ref = fleet.CameraRef{Component: s.v.Cameras[0].Component, Device: s.v.Cameras[0].Device}
	}
	if c = s.payload.camera(a.ref.Component, a.ref.Device); c == nil {
		return nil, refused("no-camera", fmt.Sprintf("the vehicle has told of no camera %d", a.ref.Component))
	}
	if a.needs != 0 && !c.can(a.needs) {
		return nil, refused("unsupported", c.String()+" cannot do that")
	}
	return &onCamera{cameraAct: a, cam: c}, notYet
}

func (s *Session) cameraMode(c *camera, mode fleet.CameraMode) message.Message {
	id := map[fleet.CameraMode]common.CAMERA_MODE{fleet.CameraPhoto: common.CAMERA_MODE_IMAGE, fleet.CameraVideo: common.CAMERA_MODE_VIDEO,
		fleet.CameraSurvey: common.CAMERA_MODE_IMAGE_SURVEY}[mode]
	return s.longTo(c.component, common.MAV_CMD_SET_CAMERA_MODE, float32(c.device), float32(id))
}

// setCameraMode orders a mode: done when the settings say so.
func (s *Session) setCameraMode(a fleet.SetCameraMode) (act, verdict) {
	needs := common.CAMERA_CAP_FLAGS_HAS_MODES
	switch a.Mode {
	case fleet.CameraPhoto, fleet.CameraVideo:
	case fleet.CameraSurvey:
		needs = common.CAMERA_CAP_FLAGS_HAS_IMAGE_SURVEY_MODE
	default:
		return nil, refused("bad-value", fmt.Sprintf("%.20q is no camera mode", a.Mode))
	}
	return s.beginCamera(cameraAct{ref: a.Camera, needs: needs, asks: cameraSettingsID, fresh: cameraSettingsID,
		order: func(s *Session, c *camera) message.Message { return s.cameraMode(c, a.Mode) },
		done: func(_ *Session, c *camera, since time.Time) verdict {
			return when(c.settingsAt.After(since) && c.mode == a.Mode)
		}})
}

func when(ok bool) verdict {
	if ok {
		return allDone
	}
	return notYet
}

// record orders the recording to begin or end: done when the capture status says so.
func (s *Session) record(a fleet.Record) (act, verdict) {
	x := cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_CAPTURE_VIDEO, asks: cameraCaptureStatusID, fresh: cameraCaptureStatusID,
		done: func(_ *Session, c *camera, since time.Time) verdict {
			return when(c.statusAt.After(since) && c.video == a.On)
		},
		order: func(s *Session, c *camera) message.Message {
			return s.longTo(c.component, common.MAV_CMD_VIDEO_STOP_CAPTURE, 0, float32(c.device))
		}}
	if a.On {
		x.mode, x.unless = fleet.CameraVideo, common.CAMERA_CAP_FLAGS_CAN_CAPTURE_VIDEO_IN_IMAGE_MODE
		x.order = func(s *Session, c *camera) message.Message {
			return s.longTo(c.component, common.MAV_CMD_VIDEO_START_CAPTURE, 0, 1, float32(c.device))
		}
	}
	return s.beginCamera(x)
}

// zoom and focus order a percentage: done when the settings are there. A camera that does not tell shows acceptance.
func (s *Session) zoom(a fleet.SetZoom) (act, verdict) {
	return s.beginCamera(cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM, asks: cameraSettingsID,
		order: func(s *Session, c *camera) message.Message {
			return s.longTo(c.component, common.MAV_CMD_SET_CAMERA_ZOOM, float32(common.ZOOM_TYPE_RANGE), float32(a.Percent), float32(c.device))
		},
		done: func(_ *Session, c *camera, since time.Time) verdict { return atPercent(c, c.zoom, a.Percent, since) }})
}

func (s *Session) focus(a fleet.SetFocus) (act, verdict) {
	kind, at := common.FOCUS_TYPE_RANGE, a.Percent
	if a.Auto {
		kind, at = common.FOCUS_TYPE_AUTO, 0
	}
	return s.beginCamera(cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS, asks: cameraSettingsID,
		order: func(s *Session, c *camera) message.Message {
			return s.longTo(c.component, common.MAV_CMD_SET_CAMERA_FOCUS, float32(kind), float32(at), float32(c.device))
		},
		done: func(_ *Session, c *camera, since time.Time) verdict {
			if a.Auto {
				return when(!since.IsZero() && c.settingsAt.After(since))
			}
			return atPercent(c, c.focus, a.Percent, since)
		}})
}

// atPercent judges a setting that was told after since.
func atPercent(c *camera, got *float64, want float64, since time.Time) verdict {
	if since.IsZero() || !c.settingsAt.After(since) {
		return notYet
	}
	return when(got == nil || math.Abs(*got-want) <= settled)
}

// showSource chooses the thermal or the visible picture.
func (s *Session) showSource(a fleet.ShowSource) (act, verdict) {
	pick := func(c *camera) (id uint8, running bool) {
		for _, v := range c.streams {
			if v.Thermal == a.Thermal {
				return v.ID, v.Running
			}
		}
		return 0, false
	}
	return s.beginCamera(cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM, asks: videoStreamInformationID,
		order: func(s *Session, c *camera) message.Message {
			if id, _ := pick(c); id != 0 {
				return s.longTo(c.component, common.MAV_CMD_VIDEO_START_STREAMING, float32(id), float32(c.device))
			}
			source := common.CAMERA_SOURCE_RGB
			if a.Thermal {
				source = common.CAMERA_SOURCE_IR
			}
			return s.longTo(c.component, common.MAV_CMD_SET_CAMERA_SOURCE, float32(c.device), float32(source), 0)
		},
		done: func(s *Session, c *camera, _ time.Time) verdict {
			id, running := pick(c)
			if id == 0 || !running {
				return notYet
			}
			if c.shown != id {
				c.shown, s.payload.changed = id, true
				s.drawPayload()
			}
			return allDone
		}})
}
