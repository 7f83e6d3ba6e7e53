package mavlink

import (
	"bytes"
	"fmt"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// The messages of https://mavlink.io/en/services/camera.html and https://mavlink.io/en/services/gimbal_v2.html.
const (
	cameraInformationID        = 259
	cameraSettingsID           = 260
	storageInformationID       = 261
	cameraCaptureStatusID      = 262
	cameraImageCapturedID      = 263
	videoStreamInformationID   = 269
	videoStreamStatusID        = 270
	cameraFovStatusID          = 271
	gimbalManagerInformationID = 280
	gimbalManagerStatusID      = 281
)

const (
	// What is taken for the field of view of a camera on a vehicle, degrees.
	fieldLeast, fieldMost = 0.2, 170.0

	streamsMax  = 8
	capturedMax = 64
	// How long what may change goes unheard before it is asked for. The capture status is told once a second by cameras
	// that can.
	captureEvery  = 3 * time.Second
	settingsEvery = 10 * time.Second
	storageEvery  = 15 * time.Second
	streamsEvery  = time.Minute
	// The field of view of a camera that is zoomed: how often it is to be sent, and how long it may be quiet.
	fieldPace  = 200 * time.Millisecond
	fieldEvery = time.Second
)

// camera is one camera: a component of its own, or a device of the autopilot: 0 where that does not number them, as
// ArduPilot, and then takes 0 for all it has.
type camera struct {
	component, device uint8
	at                time.Time // when it was last heard
	flags             common.CAMERA_CAP_FLAGS
	vendor, model     string
	firmware          string
	// order is the place of the newest message of each kind: an older one must not set the state back.
	order map[uint32]int64

	mode        fleet.CameraMode
	zoom, focus *float64
	settingsAt  time.Time
	field       *fleet.Field
	zoomed      bool // its field of view is asked for

	video, photos bool // it records; it takes photos
	series        bool // at an interval
	endless       bool // a series that it does not tell of
	recordSeconds float64
	interval      float64
	count         int // -1: it does not count
	statusAt      time.Time

	captured map[int]bool // the newest photos by index: whether they succeeded
	last     *fleet.LastPhoto
	sequence int // of the newest photo that was ordered

	storages map[uint8]fleet.Camera // only the storage's fields

	streams  []fleet.VideoStream
	count269 int   // how many streams it says it has
	shown    uint8 // the stream last chosen, 0 none
}

// bootOrder is the key of the boot times in order; the others are the message's id and what it is about.
const bootOrder = 0

func orderOf(id uint32, about uint8) uint32 { return id<<8 | uint32(about) }

// newer says whether a message is the newest of its kind, and notes it.
func (c *camera) newer(kind uint32, place int64) bool {
	if last, ok := c.order[kind]; ok && place <= last {
		return false
	}
	c.order[kind] = place
	return true
}

var capabilityNames = []string{"video", "photo", "modes", "photo-in-video", "video-in-photo", "survey", "zoom", "focus", "stream",
	"", "", "", "thermal-range"}

func (c *camera) can(f common.CAMERA_CAP_FLAGS) bool { return c.flags&f != 0 }

// information notes a camera and asks for what it says it can tell.
func (p *payload) information(now time.Time, pt *part, m *common.MessageCameraInformation) {
	device := m.CameraDeviceId
	if pt.component != autopilot {
		device = 0
	} else if device > deviceMax {
		return
	}
	c := p.camera(pt.component, device)
	if c == nil {
		if len(p.cameras) >= camerasMax {
			return
		}
		c = &camera{component: pt.component, device: device, count: -1, order: map[uint32]int64{}, captured: map[int]bool{},
			storages: map[uint8]fleet.Camera{}}
		p.cameras = append(p.cameras, c)
	}
	pt.ask.heard(now, cameraInformationID)
	c.at, p.changed = now, true
	c.vendor, c.model = octets(m.VendorName[:]), octets(m.ModelName[:])
	if v := m.FirmwareVersion; v != 0 {
		c.firmware = fmt.Sprintf("%d.%d.%d", v&0xff, v>>8&0xff, v>>16&0xff)
	}
	flags := m.Flags
	if flags == 0 && c.component == autopilot {
		flags = common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE // ArduPilot's, on a servo or a relay, tells nothing that it can
	}
	if c.flags == flags {
		return
	}
	c.flags = flags
	if c.can(common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE | common.CAMERA_CAP_FLAGS_CAPTURE_VIDEO) {
		pt.ask.want(now, cameraCaptureStatusID, 0, captureEvery)
		pt.ask.want(now, storageInformationID, 0, storageEvery)
		if c.component != autopilot {
			pt.ask.streamed(now, cameraCaptureStatusID)
		}
	}
	if c.can(common.CAMERA_CAP_FLAGS_HAS_MODES | common.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM | common.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS) {
		pt.ask.want(now, cameraSettingsID, 0, settingsEvery)
	}
	if c.can(common.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM) {
		pt.ask.want(now, videoStreamInformationID, 0, streamsEvery)
	}
}

// storage notes the storage of a component; an autopilot's is that of all its cameras.
func (p *payload) storage(now time.Time, pt *part, m *common.MessageStorageInformation, place int64) {
	for _, c := range p.cameras {
		if c.component != pt.component || !c.newer(orderOf(storageInformationID, m.StorageId), place) || m.StorageId > 8 {
			continue
		}
		st := fleet.Camera{}
		switch m.Status {
		case common.STORAGE_STATUS_EMPTY:
			st.Storage = "empty"
		case common.STORAGE_STATUS_UNFORMATTED:
			st.Storage = "unformatted"
		case common.STORAGE_STATUS_READY:
			st.Storage = "ready"
			st.StorageFreeMB, st.StorageTotalMB = known(m.AvailableCapacity), known(m.TotalCapacity)
		}
		c.storages[m.StorageId], c.at, p.changed = st, now, true
	}
	pt.ask.heard(now, storageInformationID)
}

// take takes a message about this camera.
func (c *camera) take(now time.Time, pt *part, m message.Message, place int64) {
	switch m := m.(type) {
	case *common.MessageCameraSettings:
		if c.newer(orderOf(cameraSettingsID, 0), place) {
			c.settings(now, m)
			pt.ask.heard(now, cameraSettingsID)
			c.askField(now, pt)
		}
	case *common.MessageCameraFovStatus:
		if c.newer(orderOf(cameraFovStatusID, 0), place) {
			c.field = fieldOf(now, m)
			pt.ask.heard(now, cameraFovStatusID)
		}
	case *common.MessageCameraCaptureStatus:
		if c.newer(orderOf(cameraCaptureStatusID, 0), place) {
			c.status(now, m, place > c.order[orderOf(cameraImageCapturedID, 0)])
			pt.ask.heard(now, cameraCaptureStatusID)
		}
	case *common.MessageCameraImageCaptured:
		c.newer(orderOf(cameraImageCapturedID, 0), place)
		c.image(now, m)
		pt.ask.heard(now, cameraImageCapturedID)
	case *common.MessageVideoStreamInformation:
		if c.newer(orderOf(videoStreamInformationID, m.StreamId), place) {
			c.stream(m)
		}
		if len(c.streams) >= min(c.count269, streamsMax) {
			pt.ask.heard(now, videoStreamInformationID)
		}
	case *common.MessageVideoStreamStatus:
		if c.newer(orderOf(videoStreamInformationID, m.StreamId), place) {
			if i := c.streamOf(m.StreamId); i >= 0 {
				c.streams[i].Thermal, c.streams[i].Running = streamFlags(m.Flags)
			}
		}
	}
}

func (c *camera) settings(now time.Time, m *common.MessageCameraSettings) {
	c.settingsAt = now
	c.zoom, c.focus = percent(m.Zoomlevel), percent(m.Focuslevel)
	switch c.mode = ""; {
	case !c.can(common.CAMERA_CAP_FLAGS_HAS_MODES):
	case m.ModeId == common.CAMERA_MODE_IMAGE:
		c.mode = fleet.CameraPhoto
	case m.ModeId == common.CAMERA_MODE_VIDEO:
		c.mode = fleet.CameraVideo
	case m.ModeId == common.CAMERA_MODE_IMAGE_SURVEY:
		c.mode = fleet.CameraSurvey
	}
}

// askField asks a camera that is zoomed for its field of view, often, as it decides what may be shown and recorded. At the
// wide end nobody needs it.
func (c *camera) askField(now time.Time, pt *part) {
	zoomed := c.zoom != nil && *c.zoom > 0
	if zoomed == c.zoomed {
		return
	}
	c.zoomed = zoomed
	pace, every := time.Duration(0), time.Duration(0)
	if zoomed {
		pace, every = fieldPace, fieldEvery
	}
	asked := pt.ask.want(now, cameraFovStatusID, 0, every)
	if c.component != autopilot {
		pt.ask.pace(now, cameraFovStatusID, pace)
		asked.due = now.Add(fieldEvery) // what is sent need not be asked for
	}
}

// fieldOf reads a field of view; nil if it is none, as where a camera does not know it (NaN).
func fieldOf(now time.Time, m *common.MessageCameraFovStatus) *fleet.Field {
	angle := func(f float32) float64 {
		if deg := float64(f); deg >= fieldLeast && deg <= fieldMost {
			return deg
		}
		return 0
	}
	f := &fleet.Field{HDeg: angle(m.Hfov), VDeg: angle(m.Vfov), At: now}
	if f.HDeg == 0 {
		return nil
	}
	return f
}

// status takes a capture status. after: it was sent after every photo told; one on its way since before a photo knows
// nothing of it.
func (c *camera) status(now time.Time, m *common.MessageCameraCaptureStatus, after bool) {
	c.statusAt = now
	c.video, c.photos, c.series = m.VideoStatus == 1, m.ImageStatus != 0, m.ImageStatus == 2 || m.ImageStatus == 3
	c.recordSeconds, c.interval = 0, 0
	if c.video {
		c.recordSeconds = float64(m.RecordingTimeMs) / 1000
	}
	if i := known(m.ImageInterval); c.series && i != nil {
		c.interval = *i
	}
	// A camera that does not count leaves the field out, which reads as zero.
	if c.count = int(m.ImageCount); c.count < 0 || c.count == 0 && !c.can(common.CAMERA_CAP_FLAGS_CAPTURE_IMAGE) {
		c.count = -1
	}
	switch {
	case c.last == nil || c.count < 0 || c.last.Index < c.count:
	case after: // it counts anew
		c.last = nil
		clear(c.captured)
	default:
		c.count = c.last.Index + 1
	}
}

// image notes a photo; messages about older ones may be asked for again and come late.
func (c *camera) image(now time.Time, m *common.MessageCameraImageCaptured) {
	i := int(m.ImageIndex)
	if i < 0 {
		return
	}
	c.captured[i] = m.CaptureResult == common.MAV_BOOL_TRUE
	if len(c.captured) > capturedMax {
		oldest := i
		for k := range c.captured {
			oldest = min(oldest, k)
		}
		delete(c.captured, oldest)
	}
	if c.last != nil && c.last.Index >= i {
		return
	}
	c.last = &fleet.LastPhoto{Index: i, OK: c.captured[i], At: now}
	if at := fromE7(m.Lat, m.Lon, float64(m.Alt)/1000); at.Check() == nil && (m.Lat != 0 || m.Lon != 0) {
		c.last.Position = &at
	}
	if c.count >= 0 {
		c.count = max(c.count, i+1)
	}
}

func (c *camera) stream(m *common.MessageVideoStreamInformation) {
	c.count269 = int(m.Count)
	v := fleet.VideoStream{ID: m.StreamId, Name: printable(m.Name), URI: printable(m.Uri), Protocol: "unknown", Encoding: "unknown",
		Width: int(m.ResolutionH), Height: int(m.ResolutionV), HFOVDeg: float64(m.Hfov)}
	if u, err := url.Parse(v.URI); err == nil {
		v.Host = u.Host
	}
	if f := known(m.Framerate); f != nil {
		v.FPS = *f
	}
	if names := []string{"rtsp", "rtp-udp", "tcp-mpeg", "mpeg-ts", "whep"}; int(m.Type) < len(names) {
		v.Protocol = names[m.Type]
	}
	if names := []string{"unknown", "h264", "h265"}; int(m.Encoding) < len(names) {
		v.Encoding = names[m.Encoding]
	}
	v.Thermal, v.Running = streamFlags(m.Flags)
	if i := c.streamOf(v.ID); i >= 0 {
		c.streams[i] = v
		return
	}
	if v.ID == 0 || len(c.streams) >= streamsMax {
		return
	}
	c.streams = append(c.streams, v)
	slices.SortFunc(c.streams, func(a, b fleet.VideoStream) int { return int(a.ID) - int(b.ID) })
}

func streamFlags(f common.VIDEO_STREAM_STATUS_FLAGS) (thermal, running bool) {
	return f&common.VIDEO_STREAM_STATUS_FLAGS_THERMAL != 0, f&common.VIDEO_STREAM_STATUS_FLAGS_RUNNING != 0
}

func (c *camera) streamOf(id uint8) int {
	return slices.IndexFunc(c.streams, func(v fleet.VideoStream) bool { return v.ID == id })
}

// watched is the stream that is to be shown: the one chosen, else the first visible one that runs, else the first.
func (c *camera) watched() uint8 {
	if c.streamOf(c.shown) >= 0 {
		return c.shown
	}
	for _, v := range c.streams {
		if v.Running && !v.Thermal {
			return v.ID
		}
	}
	if len(c.streams) > 0 {
		return c.streams[0].ID
	}
	return 0
}

// toldAt is when the camera last told a message of this id.
func (c *camera) toldAt(id uint32) time.Time {
	switch id {
	case cameraSettingsID:
		return c.settingsAt
	case cameraCaptureStatusID:
		return c.statusAt
	}
	return time.Time{}
}

// picture is the camera as the fleet knows it; nothing in it is changed afterwards.
func (c *camera) picture() fleet.Camera {
	v := fleet.Camera{Component: c.component, Device: c.device, Vendor: c.vendor, Model: c.model, Firmware: c.firmware, Mode: c.mode,
		Zoom: c.zoom, Focus: c.focus, Field: c.field, Recording: c.video, RecordSeconds: c.recordSeconds, Photographing: c.photos || c.endless,
		IntervalSeconds: c.interval, LastPhoto: c.last, Streams: slices.Clone(c.streams), Shown: c.watched(), At: c.at}
	for i, name := range capabilityNames {
		if name != "" && c.flags&(1<<i) != 0 {
			v.Capabilities = append(v.Capabilities, name)
		}
	}
	if !c.statusAt.IsZero() {
		at := c.statusAt
		v.StatusAt = &at
	}
	if n := c.count; n >= 0 {
		v.ImageCount = &n
	}
	best := uint8(0)
	for id, st := range c.storages {
		old := c.storages[best]
		if best == 0 || st.Storage == "ready" && (old.Storage != "ready" || id < best) || old.Storage != "ready" && id < best {
			best = id
		}
	}
	if st, ok := c.storages[best]; ok {
		v.Storage, v.StorageFreeMB, v.StorageTotalMB = st.Storage, st.StorageFreeMB, st.StorageTotalMB
	}
	return v
}

// octets reads a name that is ended by a zero if it is shorter than its field.
func octets(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return printable(string(b))
}

// known is a figure that is one, not negative.
func known(f float32) *float64 {
	v := float64(f)
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return nil
	}
	return &v
}

// percent is 0 to 100, or nothing.
func percent(f float32) *float64 {
	if v := known(f); v != nil && *v <= 100 {
		return v
	}
	return nil
}
