package mavlink

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// fakeOptics is a camera after https://mavlink.io/en/services/camera.html: component 100, or device 1 of the autopilot.
type fakeOptics struct {
	w      *world
	enc    *Encoder
	comp   uint8
	device uint8
	boot   time.Time
	silent bool // switched off

	flags     common.CAMERA_CAP_FLAGS
	mode      common.CAMERA_MODE
	zoom      float32
	focus     float32
	video     time.Time // since when it records
	interval  float64
	left      int // photos of the series, -1 without end
	nextShot  time.Time
	photos    []bool // by index: whether it succeeded
	lastSeq   int
	streams   []common.MessageVideoStreamInformation
	streaming time.Time // CAMERA_CAPTURE_STATUS at an interval
	hfov      float32   // as it tells it
	fieldPace time.Duration
	nextField time.Time
	free      float32

	// What a test may break.
	fails      bool // photos do not succeed
	mute       map[uint32]int
	refuses    map[common.MAV_CMD]common.MAV_RESULT
	ignores    map[common.MAV_CMD]bool // accepted, and nothing comes of it
	noSource   bool
	coy        bool // it tells of no series without an end, as ArduPilot
	uncaptured bool // it has no CAMERA_IMAGE_CAPTURED
	starts     int  // photos taken by order
	heard      map[common.MAV_CMD]int
	numbers    []int                  // of the photos ordered one by one
	lateAck    map[common.MAV_CMD]int // orders lost, while an older order's acknowledgement comes
}

const opticsFlags = common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE | common.CAMERA_CAP_FLAGS_CAPTURE_VIDEO | common.CAMERA_CAP_FLAGS_HAS_MODES |
	common.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM | common.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS | common.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM

func newFakeOptics(w *world) *fakeOptics {
	c := &fakeOptics{w: w, enc: testEncoder(7, 100), comp: 100, boot: w.now, flags: opticsFlags, free: 1000, zoom: 10, focus: 50, hfov: 60,
		mute: map[uint32]int{}, refuses: map[common.MAV_CMD]common.MAV_RESULT{}, ignores: map[common.MAV_CMD]bool{}, heard: map[common.MAV_CMD]int{},
		lateAck: map[common.MAV_CMD]int{}}
	c.streams = []common.MessageVideoStreamInformation{
		{StreamId: 1, Count: 2, Flags: common.VIDEO_STREAM_STATUS_FLAGS_RUNNING, Framerate: 25, ResolutionH: 1280, ResolutionV: 720, Hfov: 70, Name: "day",
			Uri: "rtsp://user:secret@192.168.7.9:8554/day", Encoding: common.VIDEO_STREAM_ENCODING_H264},
		{StreamId: 2, Count: 2, Flags: common.VIDEO_STREAM_STATUS_FLAGS_THERMAL, Framerate: 9, ResolutionH: 640, ResolutionV: 512, Name: "night",
			Uri: "rtsp://192.168.7.9:8554/night", Encoding: common.VIDEO_STREAM_ENCODING_H264},
	}
	w.v.beside, w.v.besideTick = c.take, c.tick
	return c
}

// onAutopilot makes it a device that the autopilot speaks for.
func (c *fakeOptics) onAutopilot() { c.enc, c.comp, c.device = c.w.dn, 1, 1 }

func (c *fakeOptics) send(m message.Message) {
	if n := c.mute[m.GetID()]; n > 0 {
		c.mute[m.GetID()] = n - 1
		return
	}
	b, err := c.enc.Encode(nil, m)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.w.fly(b, false, nil)
}

func (c *fakeOptics) ms() uint32 { return uint32(c.w.now.Sub(c.boot).Milliseconds()) }

func (c *fakeOptics) tick(now time.Time) {
	if c.silent {
		return
	}
	if c.comp != 1 && c.w.v.every("optics", time.Second) {
		c.send(&common.MessageHeartbeat{Type: minimal.MAV_TYPE_CAMERA, Autopilot: minimal.MAV_AUTOPILOT_INVALID, SystemStatus: minimal.MAV_STATE_ACTIVE})
	}
	if !c.streaming.IsZero() && !now.Before(c.streaming) {
		c.streaming = now.Add(time.Second)
		c.status()
	}
	if c.fieldPace > 0 && !now.Before(c.nextField) {
		c.nextField = now.Add(c.fieldPace)
		c.field()
	}
	if c.left != 0 && !now.Before(c.nextShot) {
		c.shoot()
		c.left--
		c.nextShot = now.Add(time.Duration(c.interval * float64(time.Second)))
	}
}

func (c *fakeOptics) shoot() {
	c.photos = append(c.photos, !c.fails)
	if !c.uncaptured {
		c.captured(len(c.photos) - 1)
	}
}

func (c *fakeOptics) captured(i int) {
	ok := common.MAV_BOOL_FALSE
	if c.photos[i] {
		ok = common.MAV_BOOL_TRUE
	}
	c.send(&common.MessageCameraImageCaptured{TimeBootMs: c.ms(), CameraId: c.device, Lat: toE7(c.w.v.pos.Lat), Lon: toE7(c.w.v.pos.Lon),
		Alt: int32(c.w.v.pos.AltAMSL * 1000), ImageIndex: int32(i), CaptureResult: ok})
}

func (c *fakeOptics) field() {
	c.send(&common.MessageCameraFovStatus{TimeBootMs: c.ms(), Hfov: c.hfov, Vfov: float32(math.NaN()), CameraDeviceId: c.device})
}

func (c *fakeOptics) status() {
	m := &common.MessageCameraCaptureStatus{TimeBootMs: c.ms(), ImageCount: int32(len(c.photos)), AvailableCapacity: c.free, CameraDeviceId: c.device}
	if !c.video.IsZero() {
		m.VideoStatus, m.RecordingTimeMs = 1, uint32(c.w.now.Sub(c.video).Milliseconds())
	}
	if c.left != 0 && !(c.coy && c.left < 0) {
		m.ImageStatus, m.ImageInterval = 2, float32(c.interval)
	}
	c.send(m)
}

func (c *fakeOptics) request(id uint32, p2 float32) common.MAV_RESULT {
	switch id {
	case cameraInformationID:
		m := &common.MessageCameraInformation{TimeBootMs: c.ms(), Flags: c.flags, FirmwareVersion: 0x00030201, FocalLength: float32(math.NaN()),
			CameraDeviceId: c.device, CamDefinitionUri: "mftp://camera.xml"}
		copy(m.VendorName[:], "Optik")
		copy(m.ModelName[:], "O2")
		c.send(m)
	case cameraSettingsID:
		c.send(&common.MessageCameraSettings{TimeBootMs: c.ms(), ModeId: c.mode, Zoomlevel: c.zoom, Focuslevel: c.focus, CameraDeviceId: c.device})
	case storageInformationID:
		c.send(&common.MessageStorageInformation{TimeBootMs: c.ms(), StorageId: 1, StorageCount: 1, Status: common.STORAGE_STATUS_READY,
			TotalCapacity: 2000, UsedCapacity: 2000 - c.free, AvailableCapacity: c.free})
	case cameraCaptureStatusID:
		c.status()
	case cameraFovStatusID:
		c.field()
	case cameraImageCapturedID:
		if int(p2) >= len(c.photos) || c.uncaptured {
			return common.MAV_RESULT_DENIED
		}
		c.captured(int(p2))
	case videoStreamInformationID:
		for _, s := range c.streams {
			if p2 == 0 || uint8(p2) == s.StreamId {
				s.CameraDeviceId = c.device
				c.send(&s)
			}
		}
	default:
		return common.MAV_RESULT_DENIED
	}
	return common.MAV_RESULT_ACCEPTED
}

func (c *fakeOptics) take(m message.Message) bool {
	l, ok := m.(*common.MessageCommandLong)
	if !ok || l.TargetComponent != c.comp || c.silent {
		return ok && c.silent && l.TargetComponent == c.comp && c.comp != 1
	}
	mine := l.Command == common.MAV_CMD_REQUEST_MESSAGE && l.Param1 >= 259 && l.Param1 <= 271 || toPayload(100, l.Command) && toPayload(1, l.Command) ||
		l.Command == common.MAV_CMD_SET_MESSAGE_INTERVAL && l.Param1 == 262
	if c.comp == 1 && !mine {
		return false
	}
	c.heard[l.Command]++
	r := c.order(l)
	if c.w.v.deafTo[l.Command] {
		return true
	}
	c.send(&common.MessageCommandAck{Command: l.Command, Result: r, TargetSystem: 255, TargetComponent: 190})
	return true
}

func (c *fakeOptics) order(l *common.MessageCommandLong) common.MAV_RESULT {
	if r, ok := c.refuses[l.Command]; ok {
		return r
	}
	if l.Command == common.MAV_CMD_IMAGE_START_CAPTURE && l.Param3 == 1 {
		c.numbers = append(c.numbers, int(l.Param4))
	}
	if n := c.lateAck[l.Command]; c.ignores[l.Command] || n > 0 {
		c.lateAck[l.Command] = n - 1
		return common.MAV_RESULT_ACCEPTED
	}
	switch l.Command {
	case common.MAV_CMD_REQUEST_MESSAGE:
		return c.request(uint32(l.Param1), l.Param2)
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		if l.Param1 == cameraFovStatusID {
			c.fieldPace, c.nextField = max(0, time.Duration(l.Param2)*time.Microsecond), c.w.now
			break
		}
		c.streaming = c.w.now
	case common.MAV_CMD_SET_CAMERA_MODE:
		c.mode = common.CAMERA_MODE(l.Param2)
	case common.MAV_CMD_SET_CAMERA_ZOOM:
		c.zoom = l.Param2
	case common.MAV_CMD_SET_CAMERA_FOCUS:
		if l.Param1 == float32(common.FOCUS_TYPE_RANGE) {
			c.focus = l.Param2
		}
	case common.MAV_CMD_VIDEO_START_CAPTURE:
		if c.mode != common.CAMERA_MODE_VIDEO {
			return common.MAV_RESULT_DENIED
		}
		if c.video.IsZero() {
			c.video = c.w.now
		}
	case common.MAV_CMD_VIDEO_STOP_CAPTURE:
		c.video = time.Time{}
	case common.MAV_CMD_IMAGE_START_CAPTURE:
		switch {
		case c.mode == common.CAMERA_MODE_VIDEO:
			return common.MAV_RESULT_DENIED
		case l.Param3 == 1 && int(l.Param4) == c.lastSeq && c.lastSeq != 0:
		case l.Param3 == 1:
			c.lastSeq = int(l.Param4)
			c.starts++
			c.shoot()
		default:
			c.interval, c.left, c.nextShot = float64(l.Param2), int(l.Param3), c.w.now
			if c.left == 0 {
				c.left = -1
			}
		}
	case common.MAV_CMD_IMAGE_STOP_CAPTURE:
		c.left = 0
	case common.MAV_CMD_VIDEO_START_STREAMING:
		for i := range c.streams {
			if c.streams[i].StreamId == uint8(l.Param1) {
				c.streams[i].Flags |= common.VIDEO_STREAM_STATUS_FLAGS_RUNNING
			}
		}
	case common.MAV_CMD_SET_CAMERA_SOURCE:
		if c.noSource {
			return common.MAV_RESULT_UNSUPPORTED
		}
		c.streams[0].Flags = common.VIDEO_STREAM_STATUS_FLAGS_RUNNING
		if l.Param2 == float32(common.CAMERA_SOURCE_IR) {
			c.streams[0].Flags |= common.VIDEO_STREAM_STATUS_FLAGS_THERMAL
		}
	default:
		return common.MAV_RESULT_UNSUPPORTED
	}
	return common.MAV_RESULT_ACCEPTED
}

// px4Beat is a heartbeat of a PX4 quadrotor.
func px4Beat() *common.MessageHeartbeat {
	return &common.MessageHeartbeat{Type: minimal.MAV_TYPE_QUADROTOR, Autopilot: minimal.MAV_AUTOPILOT_PX4, BaseMode: 29, SystemStatus: minimal.MAV_STATE_STANDBY, MavlinkVersion: 3}
}
