package mavlink

import (
	"cmp"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// The most components and cameras of one vehicle that are followed; those heard first stay.
const (
	partsMax   = 8
	camerasMax = 8
)

// payload is what a session knows of the cameras and gimbals of its vehicle, and of the components that speak for them.
type payload struct {
	parts   []*part // the autopilot is the first
	cameras []*camera
	gimbals []*gimbal
	manager *fleet.GimbalManager // of the first gimbal
	jog     jog
	changed bool // the fleet's picture of it is not so any more
}

// part is one component that speaks for cameras or gimbals: the autopilot, or one with a heartbeat of its own.
//
//	heartbeat of a new one ─► asked for CAMERA_INFORMATION, GIMBAL_MANAGER_INFORMATION ─► asked for what it can tell
//	silent for Config.Lost ─► forgotten, with its cameras; started anew ─► asked again
type part struct {
	component uint8
	heard     time.Time
	seq       sequence
	bootMS    uint32
	ask       asker
}

// restart asks the autopilot anew: it has appeared, or started anew. It gives a command that is not wanted any more.
func (p *payload) restart(now time.Time) (over *command) {
	if pt := p.part(autopilot); pt != nil {
		over = pt.ask.release()
	}
	p.forget(autopilot)
	own := &part{component: autopilot, ask: asker{component: autopilot}}
	own.introduce(now, true, true)
	p.parts = append([]*part{own}, p.parts...)
	return over
}

// introduce asks a component what it is.
func (pt *part) introduce(now time.Time, cameras, gimbals bool) {
	if cameras {
		pt.ask.want(now, cameraInformationID, 0, 0)
	}
	if gimbals {
		pt.ask.want(now, gimbalManagerInformationID, 0, 0)
	}
}

// forget drops a component and its cameras.
func (p *payload) forget(component uint8) {
	p.parts = slices.DeleteFunc(p.parts, func(pt *part) bool { return pt.component == component })
	p.cameras = slices.DeleteFunc(p.cameras, func(c *camera) bool { return c.component == component })
	p.gimbals = slices.DeleteFunc(p.gimbals, func(g *gimbal) bool { return g.component == component })
	p.changed = true
}

func (p *payload) part(component uint8) *part {
	for _, pt := range p.parts {
		if pt.component == component {
			return pt
		}
	}
	return nil
}

// carries says what a component other than the autopilot may speak for, by its heartbeat and its id.
func carries(component uint8, kind minimal.MAV_TYPE) (cameras, gimbals bool) {
	switch {
	case !payloadComponent(component):
		return false, false
	case kind == minimal.MAV_TYPE_CAMERA || component >= 100 && component <= 105:
		return true, true
	case kind == minimal.MAV_TYPE_GIMBAL, kind == minimal.MAV_TYPE_ONBOARD_CONTROLLER,
		component == 154 || component >= 171 && component <= 175:
		return false, true
	}
	return false, false
}

// payloadFrame takes a frame of a component beside the autopilot.
func (s *Session) payloadFrame(now time.Time, in *FrameIn) {
	f := in.Frame
	if f.Message == nil || !f.Checked || s.link.follows(now, in.Source) == nil {
		return
	}
	p := &s.payload
	pt := p.part(f.Component)
	if beat, ok := f.Message.(*common.MessageHeartbeat); ok && pt == nil && len(p.parts) < partsMax && s.cfg.Streams != nil {
		if cameras, gimbals := carries(f.Component, beat.Type); cameras || gimbals {
			pt = &part{component: f.Component, ask: asker{component: f.Component}}
			pt.introduce(now, cameras, gimbals)
			p.parts = append(p.parts, pt)
		}
	}
	if pt == nil {
		return
	}
	place, _ := pt.seq.next(now, f.Seq, f.ID, false)
	pt.heard = now
	if ack, ok := f.Message.(*common.MessageCommandAck); ok {
		s.ack(now, f.Component, ack)
		return
	}
	s.payloadMessage(now, pt, f.Message, place)
}

// payloadMessage takes what a component, the autopilot included, says of cameras and gimbals. place orders its frames.
func (s *Session) payloadMessage(now time.Time, pt *part, m message.Message, place int64) {
	p := &s.payload
	switch m := m.(type) {
	case *common.MessageHeartbeat:
		for _, c := range p.cameras {
			if c.component == pt.component {
				c.at, p.changed = now, true
			}
		}
	case *common.MessageCameraInformation:
		p.information(now, pt, m)
	case *common.MessageStorageInformation:
		p.storage(now, pt, m, place)
	case *common.MessageCameraSettings:
		p.told(now, pt, m.CameraDeviceId, m, place, m.TimeBootMs)
	case *common.MessageCameraFovStatus:
		p.told(now, pt, m.CameraDeviceId, m, place, m.TimeBootMs)
	case *common.MessageCameraCaptureStatus:
		p.told(now, pt, m.CameraDeviceId, m, place, m.TimeBootMs)
	case *common.MessageCameraImageCaptured:
		p.told(now, pt, m.CameraId, m, place, m.TimeBootMs)
	case *common.MessageVideoStreamInformation:
		p.told(now, pt, m.CameraDeviceId, m, place, 0)
	case *common.MessageVideoStreamStatus:
		p.told(now, pt, m.CameraDeviceId, m, place, 0)
	case *common.MessageGimbalManagerInformation:
		p.managed(now, pt, m)
	case *common.MessageGimbalManagerStatus:
		p.control(now, pt, m, place)
	}
}

// told hands a message to the camera it is about. Some cameras write their component where a device belongs.
func (p *payload) told(now time.Time, pt *part, device uint8, m message.Message, place int64, bootMS uint32) {
	if pt.component != autopilot {
		device = 0
	}
	c := p.camera(pt.component, device)
	if c == nil {
		return
	}
	if bootMS != 0 && c.newer(bootOrder, place) {
		if bootMS+rebootStep < pt.bootMS && pt.component != autopilot {
			p.forget(pt.component)
			anew := &part{component: pt.component, heard: now, seq: pt.seq, ask: asker{component: pt.component, old: pt.ask.release()}}
			anew.introduce(now, true, true)
			p.parts = append(p.parts, anew)
			return
		}
		pt.bootMS = bootMS
	}
	c.at = now
	c.take(now, pt, m, place)
	p.changed = true
}

func (p *payload) camera(component, device uint8) *camera {
	for _, c := range p.cameras {
		if c.component == component && c.device == device {
			return c
		}
	}
	return nil
}

// runPayload asks what is due, drops what is gone and brings the fleet's picture up to date.
func (s *Session) runPayload(now time.Time) {
	p := &s.payload
	for i := 0; i < len(p.parts); i++ {
		pt := p.parts[i]
		if pt.component != autopilot && now.Sub(pt.heard) > s.cfg.Lost {
			s.release(pt.ask.release())
			p.forget(pt.component)
			i--
			continue
		}
		if pt.component == autopilot && s.streams.busy() {
			continue // what the station needs of every vehicle comes first; its end is a step of its own
		}
		pt.ask.run(s, now)
	}
	s.runJog(now)
	s.leaveGimbal(now)
	s.drawPayload()
}

// drawPayload brings the fleet's picture up to date.
func (s *Session) drawPayload() {
	p := &s.payload
	if !p.changed {
		return
	}
	p.changed = false
	s.v.Cameras = nil
	for _, c := range p.cameras {
		s.v.Cameras = append(s.v.Cameras, c.picture())
	}
	slices.SortFunc(s.v.Cameras, func(a, b fleet.Camera) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Device, b.Device))
	})
	s.drawGimbal()
	s.dirty = true
}

// payloadWake is when the payload has something to do by itself; zero is never.
func (s *Session) payloadWake() (at time.Time) {
	for _, pt := range s.payload.parts {
		if pt.component != autopilot {
			at = earlier(at, pt.heard.Add(s.cfg.Lost+time.Millisecond))
		} else if s.streams.busy() {
			continue
		}
		at = earlier(at, pt.ask.wake)
	}
	return earlier(at, earlier(s.payload.jog.wake(), s.gimbalWake()))
}
