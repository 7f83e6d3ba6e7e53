package mavlink

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// photos orders a photo, or a series.
func (s *Session) photos(a fleet.TakePhotos) (act, verdict) {
	x := cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE, fresh: cameraCaptureStatusID, asks: cameraCaptureStatusID,
		mode: fleet.CameraPhoto, unless: common.CAMERA_CAP_FLAGS_CAN_CAPTURE_IMAGE_IN_VIDEO_MODE}
	if a.Single {
		p := &photo{}
		x.order, x.done, x.idle = p.order, p.done, p.idle
		return s.beginCamera(x)
	}
	first := -1
	x.order = func(s *Session, c *camera) message.Message {
		return s.longTo(c.component, common.MAV_CMD_IMAGE_START_CAPTURE, float32(c.device), float32(a.IntervalS), float32(a.Count), 0)
	}
	x.done = func(_ *Session, c *camera, since time.Time) verdict {
		if since.IsZero() {
			first = c.count
			if c.series {
				return refused("busy", c.String()+" takes a series already")
			}
			return notYet
		}
		// A short series may be over before it was ever seen under way; ArduPilot, which tells of no photo, tells of no
		// series without an end either.
		over := first >= 0 && c.count >= first+a.Count
		if a.Count == 0 {
			over = first >= 0 && c.last == nil && c.count >= first+endlessSeen
			c.endless = c.endless || over && !c.series
		}
		return when(c.statusAt.After(since) && (c.series || over))
	}
	x.idle = func(c *camera) bool { return !c.series && first >= 0 && c.count <= first }
	return s.beginCamera(x)
}

// endlessSeen is how many photos show that a series is under way.
const endlessSeen = 2

// stopPhotos ends a series: done when it was accepted and the capture status knows of none.
func (s *Session) stopPhotos(a fleet.StopPhotos) (act, verdict) {
	return s.beginCamera(cameraAct{ref: a.Camera, needs: common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE, fresh: cameraCaptureStatusID, asks: cameraCaptureStatusID,
		agreed: true,
		order: func(s *Session, c *camera) message.Message {
			return s.longTo(c.component, common.MAV_CMD_IMAGE_STOP_CAPTURE, float32(c.device))
		},
		done: func(_ *Session, c *camera, since time.Time) verdict {
			over := !since.IsZero() && c.statusAt.After(since) && !c.series
			c.endless = c.endless && !over
			return when(over)
		}})
}

// photo is one photo: its message says whether it succeeded. The message may be lost: then the count rises, and it is
// asked for by its index.
//
//	status ─► IMAGE_START_CAPTURE (a number of its own, so that a repeat takes no second photo)
//	       ─► CAMERA_IMAGE_CAPTURED ─► done, failed
//	       └► the count does not rise ─► once more, with the same number
//	       └► the count has risen ─► REQUEST_MESSAGE 263, index ─► done, failed; its message never came: done
type photo struct {
	first    int // the index it will have; -1: the camera does not count
	sequence int
	risen    time.Time
	asks     int
}

func (p *photo) order(s *Session, c *camera) message.Message {
	if p.sequence == 0 {
		c.sequence = max(c.sequence, max(c.count, 0)) + 1
		p.sequence = c.sequence
	}
	return s.longTo(c.component, common.MAV_CMD_IMAGE_START_CAPTURE, float32(c.device), 0, 1, float32(p.sequence))
}

// idle: what was accepted may have been an older order.
func (p *photo) idle(c *camera) bool { return p.first >= 0 && c.count <= p.first && !c.photos }

func (p *photo) done(s *Session, c *camera, since time.Time) verdict {
	if since.IsZero() {
		p.first = c.count
		if c.last != nil {
			p.first = max(p.first, c.last.Index+1)
		}
		if c.series {
			return refused("busy", c.String()+" takes a series")
		}
		return notYet
	}
	for _, i := range slices.Sorted(maps.Keys(c.captured)) {
		switch {
		case i < p.first || p.first < 0 && (c.last == nil || c.last.Index != i || !c.last.At.After(since)):
		case c.captured[i]:
			return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("photo %d", i)}
		default:
			return failed("capture-failed", fmt.Sprintf("%s: photo %d did not succeed", c, i))
		}
	}
	if p.first < 0 || c.count <= p.first || !c.statusAt.After(since) {
		return notYet
	}
	wait := max(photoWait, 2*s.rtt.timeout(1))
	if p.risen.IsZero() {
		p.risen = s.now
	}
	switch pt := s.payload.part(c.component); {
	case s.now.Sub(p.risen) < wait*time.Duration(p.asks+1):
	case p.asks < photoAsks && !(p.asks > 0 && pt.ask.denied(cameraImageCapturedID)): // ArduPilot has no such message
		p.asks++
		pt.ask.want(s.now, cameraImageCapturedID, float32(p.first), 0)
	default:
		how := "its own message was lost"
		if pt.ask.denied(cameraImageCapturedID) {
			how = "it tells nothing else"
		}
		return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("photo %d by the camera's count; %s", p.first, how)}
	}
	return notYet
}
