package fleet

import (
	"time"

	"groundstation/internal/geo"
)

// Camera is what a camera of a vehicle says of itself (https://mavlink.io/en/services/camera.html).
type Camera struct {
	// Component is the MAVLink component that answers for it; Device is 1 to 6 if that is an autopilot that numbers its
	// cameras, else 0.
	Component uint8  `json:"component"`
	Device    uint8  `json:"device,omitempty"`
	Vendor    string `json:"vendor,omitempty"`
	Model     string `json:"model,omitempty"`
	Firmware  string `json:"firmware,omitempty"`
	// Capabilities are CAMERA_CAP_FLAGS in words: photo, video, modes, photo-in-video, video-in-photo, survey, zoom,
	// focus, stream, thermal-range.
	Capabilities []string   `json:"capabilities,omitempty"`
	Mode         CameraMode `json:"mode,omitempty" enum:"photo,video,survey"`
	// Zoom and Focus are percent of their range; absent if it does not say.
	Zoom  *float64 `json:"zoom,omitempty"`
	Focus *float64 `json:"focus,omitempty"`
	// Field is how wide its picture is now; absent if it does not say.
	Field *Field `json:"field,omitempty"`
	// Recording is its own word of StatusAt; RecordSeconds how long the recording was then.
	Recording     bool    `json:"recording"`
	RecordSeconds float64 `json:"recordSeconds,omitempty"`
	// Photographing: it takes photos every IntervalSeconds, or one at this moment.
	Photographing   bool       `json:"photographing,omitempty"`
	IntervalSeconds float64    `json:"intervalSeconds,omitempty"`
	StatusAt        *time.Time `json:"statusAt,omitempty"`
	// ImageCount is how many photos it has taken since its storage was formatted; absent if it does not count.
	ImageCount *int       `json:"imageCount,omitempty"`
	LastPhoto  *LastPhoto `json:"lastPhoto,omitempty"`
	// StorageFreeMB and StorageTotalMB are of its first storage that is ready.
	StorageFreeMB  *float64 `json:"storageFreeMB,omitempty"`
	StorageTotalMB *float64 `json:"storageTotalMB,omitempty"`
	// Storage is "ready", or why nothing can be stored.
	Storage string        `json:"storage,omitempty" enum:"ready,empty,unformatted"`
	Streams []VideoStream `json:"streams,omitempty"`
	// Shown is the id of the stream that is to be watched; absent: it has none.
	Shown uint8 `json:"shown,omitempty"`
	// At is when the camera was last heard.
	At time.Time `json:"at"`
}

// Field is a field of view, degrees. VDeg is 0 if only the horizontal one is told.
type Field struct {
	HDeg float64   `json:"hDeg"`
	VDeg float64   `json:"vDeg,omitempty"`
	At   time.Time `json:"at"`
}

// Can says whether a camera has a capability.
func (c *Camera) Can(what string) bool {
	for _, have := range c.Capabilities {
		if have == what {
			return true
		}
	}
	return false
}

// FieldFresh is how long what a camera told of its field of view is taken to be so.
const FieldFresh = 1500 * time.Millisecond

// Field is the field of view of the picture that is to be watched, as its camera told it lately; nil: that is not known.
// Which of several cameras a picture is of is not known, nor whether what is told is that of a thermal one beside.
func (v *Vehicle) Field(now time.Time) *Field {
	if len(v.Cameras) != 1 || v.Shown().Thermal {
		return nil
	}
	if f := v.Cameras[0].Field; f != nil && now.Sub(f.At) <= FieldFresh {
		return f
	}
	return nil
}

// Zoomed says whether a camera of it is not at its wide end.
func (v *Vehicle) Zoomed() bool {
	for _, c := range v.Cameras {
		if c.Zoom != nil && *c.Zoom > 0 {
			return true
		}
	}
	return false
}

// Shown is the stream of the vehicle's first camera that is to be watched; the zero value if there is none.
func (v *Vehicle) Shown() VideoStream {
	for _, c := range v.Cameras {
		for _, s := range c.Streams {
			if s.ID == c.Shown && s.Protocol == "rtsp" {
				return s
			}
		}
	}
	return VideoStream{}
}

// CameraMode is CAMERA_MODE.
type CameraMode string

// The modes of a camera.
const (
	CameraPhoto  CameraMode = "photo"
	CameraVideo  CameraMode = "video"
	CameraSurvey CameraMode = "survey"
)

// LastPhoto is CAMERA_IMAGE_CAPTURED of the newest photo.
type LastPhoto struct {
	Index    int           `json:"index"`
	OK       bool          `json:"ok"`
	Position *geo.Position `json:"position,omitempty"`
	At       time.Time     `json:"at"` // when the station heard of it
}

// VideoStream is VIDEO_STREAM_INFORMATION.
type VideoStream struct {
	ID   uint8  `json:"id"`
	Name string `json:"name,omitempty"`
	// URI is where it can be had, as the camera says; what it holds of names and passwords never leaves the daemon.
	URI      string  `json:"-"`
	Host     string  `json:"host,omitempty"` // of URI
	Protocol string  `json:"protocol" enum:"rtsp,rtp-udp,tcp-mpeg,mpeg-ts,whep,unknown"`
	Encoding string  `json:"encoding" enum:"unknown,h264,h265"`
	Thermal  bool    `json:"thermal,omitempty"`
	Running  bool    `json:"running,omitempty"`
	Width    int     `json:"width,omitempty"`
	Height   int     `json:"height,omitempty"`
	FPS      float64 `json:"fps,omitempty"`
	HFOVDeg  float64 `json:"hfovDeg,omitempty"`
}

// GimbalManager is what governs a gimbal (https://mavlink.io/en/services/gimbal_v2.html), and who may turn it now.
type GimbalManager struct {
	Component uint8 `json:"component"`
	// Device is the gimbal's component, or 1 to 6 of one without MAVLink.
	Device uint8 `json:"device"`
	// Control is who has primary control: nobody, this station, the vehicle itself (its plan), or another, told by
	// ControlBy as system/component.
	Control   string `json:"control" enum:"unknown,none,station,vehicle,other"`
	ControlBy string `json:"controlBy,omitempty"`
	// Lock: its yaw stays in the earth frame, else it follows the vehicle's heading.
	Lock      bool `json:"lock"`
	Neutral   bool `json:"neutral,omitempty"`
	Retracted bool `json:"retracted,omitempty"`
	// Capabilities are GIMBAL_MANAGER_CAP_FLAGS in words: retract, neutral, pitch, yaw, lock, follow.
	Capabilities []string `json:"capabilities,omitempty"`
	// The limits are absent where it does not say. Yaw is from the vehicle's heading.
	PitchMinDeg *float64  `json:"pitchMinDeg,omitempty"`
	PitchMaxDeg *float64  `json:"pitchMaxDeg,omitempty"`
	YawMinDeg   *float64  `json:"yawMinDeg,omitempty"`
	YawMaxDeg   *float64  `json:"yawMaxDeg,omitempty"`
	At          time.Time `json:"at"` // of its last word
}
