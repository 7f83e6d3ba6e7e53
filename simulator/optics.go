package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	opticsComponent = 100 // MAV_COMP_ID_CAMERA
	storageMB       = 32000.0
	photoMB         = 8.0
	videoMBs        = 4.0
	shutter         = 300 * time.Millisecond // from the order to the photo
	zoomTimes       = 10.0                   // at 100 %
	zoomPercentS    = 40.0
	zoomingEvery    = 200 * time.Millisecond // between two words of the field of view while it changes
	pictureAspect   = 16.0 / 9
)

// optics is a vehicle's camera, after the MAVLink camera protocol v2: a component of its own with its own clock. It has
// a second, thermal stream on all classes but the crew's small quadrotor.
type optics struct {
	v       *vehicle
	voice   voice
	boot    time.Time
	streams streams
	freeMB  float64

	mode             common.CAMERA_MODE
	zoom, wantZoom   float64
	fieldAt          time.Time // when the field of view was told last
	focus            float64
	recording        time.Time // since when; zero: not
	streaming        [2]bool
	photos           []photo
	shots            []time.Time // ordered, not taken yet
	sequence         float64     // of the last single photo
	every            time.Duration
	left             int // of a series; -1 without end
	next             time.Time
	lastBeat, lastAt time.Time
}

// photo is one photo taken.
type photo struct {
	at      time.Time
	lat     int32
	lon     int32
	alt     int32
	success bool
}

func newOptics(v *vehicle) *optics {
	o := &optics{v: v, boot: v.w.now, freeMB: storageMB, focus: 50, streaming: [2]bool{true, false},
		voice: voice{codec: v.w.codec, system: uint8(v.at.SystemID), component: opticsComponent, sec: &v.sec}}
	o.streams.add((&common.MessageCameraCaptureStatus{}).GetID(), 0, o.boot, 0)
	o.streams.add((&common.MessageCameraFovStatus{}).GetID(), 0, o.boot, 0)
	return o
}

// thermal says whether the vehicle's class has a thermal camera.
func (at *VehicleAt) thermal() bool { return at.Class != "crew-quad" }

func (o *optics) send(m message.Message) { o.v.w.post(o.v.at.SystemID, &o.v.radio, &o.voice, m) }

func (o *optics) ms(now time.Time) uint32 { return uint32(now.Sub(o.boot) / time.Millisecond) }

func (o *optics) flags() common.CAMERA_CAP_FLAGS {
	f := common.CAMERA_CAP_FLAGS_CAPTURE_VIDEO | common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE | common.CAMERA_CAP_FLAGS_HAS_MODES |
		common.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM | common.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS
	if o.v.at.thermal() { // the better camera needs no change of mode
		f |= common.CAMERA_CAP_FLAGS_CAN_CAPTURE_IMAGE_IN_VIDEO_MODE | common.CAMERA_CAP_FLAGS_CAN_CAPTURE_VIDEO_IN_IMAGE_MODE
	}
	if o.v.w.cfg.RTSP != "" {
		f |= common.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM
	}
	return f
}

// step moves the camera on.
func (o *optics) step(now time.Time) {
	dt := now.Sub(o.lastAt).Seconds()
	if o.lastAt.IsZero() {
		dt = 0
	}
	o.lastAt = now
	if now.Sub(o.lastBeat) >= time.Second {
		o.lastBeat = now
		o.send(&common.MessageHeartbeat{Type: common.MAV_TYPE_CAMERA, Autopilot: common.MAV_AUTOPILOT_INVALID, SystemStatus: common.MAV_STATE_ACTIVE, MavlinkVersion: 3})
	}
	if o.zoom != o.wantZoom {
		o.zoom = approach(o.zoom, o.wantZoom, zoomPercentS*dt)
		if o.zoom == o.wantZoom || now.Sub(o.fieldAt) >= zoomingEvery {
			o.tellField(now)
		}
	}
	if !o.recording.IsZero() {
		if o.freeMB -= videoMBs * dt; o.freeMB <= 0 {
			o.freeMB, o.recording = 0, time.Time{}
		}
	}
	if o.left != 0 && !now.Before(o.next) {
		o.shots = append(o.shots, now.Add(shutter))
		o.next = now.Add(o.every)
		if o.left > 0 {
			o.left--
		}
	}
	for len(o.shots) > 0 && !now.Before(o.shots[0]) {
		o.shots = o.shots[1:]
		o.shoot(now)
	}
	o.streams.due(now, func(id uint32) {
		if id == (&common.MessageCameraFovStatus{}).GetID() {
			o.tellField(now)
			return
		}
		o.send(o.status(now))
	})
}

func (o *optics) shoot(now time.Time) {
	at := o.v.where()
	p := photo{at: now, lat: deg7(at.Lat), lon: deg7(at.Lon), alt: int32(at.AltAMSL * 1000), success: o.freeMB >= photoMB}
	if p.success {
		o.freeMB -= photoMB
	}
	o.photos = append(o.photos, p)
	o.send(o.captured(len(o.photos) - 1))
}

func (o *optics) captured(i int) *common.MessageCameraImageCaptured {
	p := o.photos[i]
	m := &common.MessageCameraImageCaptured{TimeBootMs: o.ms(p.at), TimeUtc: uint64(p.at.UnixMicro()), Lat: p.lat, Lon: p.lon, Alt: p.alt,
		Q: [4]float32{1}, ImageIndex: int32(i)}
	if p.success {
		m.CaptureResult = common.MAV_BOOL_TRUE
	}
	return m
}

func (o *optics) status(now time.Time) *common.MessageCameraCaptureStatus {
	m := &common.MessageCameraCaptureStatus{TimeBootMs: o.ms(now), AvailableCapacity: float32(o.freeMB), ImageCount: int32(len(o.photos))}
	if !o.recording.IsZero() {
		m.VideoStatus, m.RecordingTimeMs = 1, uint32(now.Sub(o.recording)/time.Millisecond)
	}
	if o.left != 0 {
		m.ImageStatus, m.ImageInterval = 2, float32(o.every.Seconds())
	}
	if len(o.shots) > 0 {
		m.ImageStatus |= 1
	}
	return m
}

// receive takes a command.
func (o *optics) receive(c command, now time.Time) {
	o.send(o.v.ackMessage(c, o.act(c, now)))
}

func (o *optics) act(c command, now time.Time) common.MAV_RESULT {
	if !finite(c.p[0], c.p[1], c.p[2], c.p[3]) {
		return common.MAV_RESULT_DENIED
	}
	switch c.id {
	case common.MAV_CMD_REQUEST_MESSAGE:
		return o.tell(uint32(c.p[0]), int(c.p[1]), now)
	case common.MAV_CMD_SET_MESSAGE_INTERVAL:
		if o.streams.set(uint32(c.p[0]), c.p[1], now) {
			return common.MAV_RESULT_ACCEPTED
		}
		return common.MAV_RESULT_UNSUPPORTED
	case common.MAV_CMD_SET_CAMERA_MODE:
		if c.p[1] != 0 && c.p[1] != 1 {
			return common.MAV_RESULT_DENIED
		}
		if !o.recording.IsZero() && c.p[1] == 0 && !o.v.at.thermal() {
			return common.MAV_RESULT_TEMPORARILY_REJECTED
		}
		o.mode = common.CAMERA_MODE(c.p[1])
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_SET_CAMERA_ZOOM:
		if common.CAMERA_ZOOM_TYPE(c.p[0]) != common.ZOOM_TYPE_RANGE || c.p[1] < 0 || c.p[1] > 100 {
			return common.MAV_RESULT_DENIED
		}
		o.wantZoom = c.p[1]
		o.send(o.settings(now))
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_SET_CAMERA_FOCUS:
		switch kind := common.SET_FOCUS_TYPE(c.p[0]); {
		case kind == common.FOCUS_TYPE_RANGE && c.p[1] >= 0 && c.p[1] <= 100:
			o.focus = c.p[1]
		case kind != common.FOCUS_TYPE_AUTO:
			return common.MAV_RESULT_DENIED
		}
		o.send(o.settings(now))
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_IMAGE_START_CAPTURE:
		return o.startPhotos(c, now)
	case common.MAV_CMD_IMAGE_STOP_CAPTURE:
		o.left = 0
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_VIDEO_START_CAPTURE:
		switch {
		case o.mode != common.CAMERA_MODE_VIDEO && !o.v.at.thermal():
			return common.MAV_RESULT_DENIED
		case o.freeMB < videoMBs:
			return common.MAV_RESULT_FAILED
		case o.recording.IsZero():
			o.recording = now
		}
		if hz := c.p[1]; hz > 0 {
			o.streams.set((&common.MessageCameraCaptureStatus{}).GetID(), 1e6/hz, now)
		}
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_VIDEO_STOP_CAPTURE:
		o.recording = time.Time{}
		return common.MAV_RESULT_ACCEPTED
	case common.MAV_CMD_VIDEO_START_STREAMING, common.MAV_CMD_VIDEO_STOP_STREAMING:
		id := int(c.p[0])
		if id < 1 || id > o.streamCount() {
			return common.MAV_RESULT_DENIED
		}
		o.streaming[id-1] = c.id == common.MAV_CMD_VIDEO_START_STREAMING
		return common.MAV_RESULT_ACCEPTED
	}
	return common.MAV_RESULT_UNSUPPORTED
}

// startPhotos takes one photo, or a series; the number of a single one keeps a repeat from taking another.
func (o *optics) startPhotos(c command, now time.Time) common.MAV_RESULT {
	if o.mode == common.CAMERA_MODE_VIDEO && !o.v.at.thermal() {
		return common.MAV_RESULT_DENIED
	}
	if c.p[2] == 1 {
		switch {
		case c.p[3] != 0 && c.p[3] == o.sequence:
		case o.left != 0 || len(o.shots) > 0:
			return common.MAV_RESULT_TEMPORARILY_REJECTED
		default:
			o.sequence = c.p[3]
			o.shots = append(o.shots, now.Add(shutter))
		}
		return common.MAV_RESULT_ACCEPTED
	}
	if c.p[1] < 0.5 || c.p[2] < 0 {
		return common.MAV_RESULT_DENIED
	}
	o.every, o.left, o.next = time.Duration(c.p[1]*float64(time.Second)), int(c.p[2]), now
	if o.left == 0 {
		o.left = -1
	}
	return common.MAV_RESULT_ACCEPTED
}

func (o *optics) settings(now time.Time) *common.MessageCameraSettings {
	return &common.MessageCameraSettings{TimeBootMs: o.ms(now), ModeId: o.mode, Zoomlevel: float32(o.zoom), Focuslevel: float32(o.focus)}
}

func (o *optics) streamCount() int {
	switch {
	case o.v.w.cfg.RTSP == "":
		return 0
	case o.v.at.thermal():
		return 2
	}
	return 1
}

// tell sends one message, before its acknowledgement.
func (o *optics) tell(id uint32, about int, now time.Time) common.MAV_RESULT {
	switch id {
	case (&common.MessageCameraInformation{}).GetID():
		m := &common.MessageCameraInformation{TimeBootMs: o.ms(now), FirmwareVersion: 1, Flags: o.flags(), FocalLength: float32(math.NaN()),
			SensorSizeH: float32(math.NaN()), SensorSizeV: float32(math.NaN()), GimbalDeviceId: mountDevice}
		copy(m.VendorName[:], "Simulated")
		copy(m.ModelName[:], map[bool]string{true: "day and night", false: "day"}[o.v.at.thermal()])
		o.send(m)
	case (&common.MessageCameraSettings{}).GetID():
		o.send(o.settings(now))
	case (&common.MessageStorageInformation{}).GetID():
		o.send(&common.MessageStorageInformation{TimeBootMs: o.ms(now), StorageId: 1, StorageCount: 1, Status: common.STORAGE_STATUS_READY,
			TotalCapacity: storageMB, UsedCapacity: float32(storageMB - o.freeMB), AvailableCapacity: float32(o.freeMB),
			Type: common.STORAGE_TYPE_MICROSD, StorageUsage: common.STORAGE_USAGE_FLAG_SET})
	case (&common.MessageCameraCaptureStatus{}).GetID():
		o.send(o.status(now))
	case (&common.MessageCameraImageCaptured{}).GetID():
		if about < 0 || about >= len(o.photos) {
			return common.MAV_RESULT_DENIED
		}
		o.send(o.captured(about))
	case (&common.MessageCameraFovStatus{}).GetID():
		o.tellField(now)
	case (&common.MessageVideoStreamInformation{}).GetID():
		if about > o.streamCount() || o.streamCount() == 0 {
			return common.MAV_RESULT_DENIED
		}
		for i := range o.streamCount() {
			if about == 0 || about == i+1 {
				o.send(o.streamInformation(i))
			}
		}
	default:
		return common.MAV_RESULT_UNSUPPORTED
	}
	return common.MAV_RESULT_ACCEPTED
}

func (o *optics) streamInformation(i int) *common.MessageVideoStreamInformation {
	m := &common.MessageVideoStreamInformation{StreamId: uint8(i + 1), Count: uint8(o.streamCount()), Type: common.VIDEO_STREAM_TYPE_RTSP,
		Framerate: 15, ResolutionH: 640, ResolutionV: 360, Hfov: uint16(o.v.at.HFOVDeg), Name: "day",
		Uri: "rtsp://" + o.v.w.cfg.RTSP + "/" + o.v.at.ID, Encoding: common.VIDEO_STREAM_ENCODING_H264}
	if i == 1 {
		m.Name, m.Uri, m.Flags = "thermal", m.Uri+thermalPath, common.VIDEO_STREAM_STATUS_FLAGS_THERMAL
	}
	if o.streaming[i] {
		m.Flags |= common.VIDEO_STREAM_STATUS_FLAGS_RUNNING
	}
	return m
}

// tellField says how wide the picture is, and from where and which way it is taken; what its middle shows is not known.
func (o *optics) tellField(now time.Time) {
	o.fieldAt = now
	const unknown = math.MaxInt32
	half := math.Tan(o.v.at.HFOVDeg*math.Pi/360) / o.times()
	degrees := func(half float64) float32 { return float32(2 * math.Atan(half) * 180 / math.Pi) }
	at := o.v.where()
	sp, cp := math.Sincos(o.v.gimbal.pitchDeg * math.Pi / 360)
	sy, cy := math.Sincos(o.v.gimbal.yawDeg * math.Pi / 360)
	o.send(&common.MessageCameraFovStatus{TimeBootMs: o.ms(now), LatCamera: deg7(at.Lat), LonCamera: deg7(at.Lon), AltCamera: int32(at.AltAMSL * 1000),
		LatImage: unknown, LonImage: unknown, AltImage: unknown, Q: [4]float32{float32(cp * cy), float32(-sp * sy), float32(sp * cy), float32(cp * sy)},
		Hfov: degrees(half), Vfov: degrees(half / pictureAspect)})
}

// times is how much nearer the picture is than at the wide end.
func (o *optics) times() float64 { return math.Pow(zoomTimes, o.zoom/100) }
