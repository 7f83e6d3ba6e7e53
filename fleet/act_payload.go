package fleet

// CameraRef names a camera of a vehicle; the zero value is its first.
type CameraRef struct {
	Component uint8 `json:"component,omitempty"`
	Device    uint8 `json:"device,omitempty"`
}

// TakePhotos takes one photo, or Count (0: until StopPhotos) every IntervalS seconds. One photo is Done when the camera
// tells that it was captured, a series when the camera tells that it is under way.
type TakePhotos struct {
	Camera    CameraRef
	Single    bool
	Count     int
	IntervalS float64
}

// StopPhotos ends a series. Done: the camera tells that it takes none.
type StopPhotos struct{ Camera CameraRef }

// Record starts or stops the recording of video on board. Done: the camera's capture status says so.
type Record struct {
	Camera CameraRef
	On     bool
}

// SetCameraMode switches between photo, video and survey. Done: the camera's settings say so.
type SetCameraMode struct {
	Camera CameraRef
	Mode   CameraMode
}

// SetZoom zooms to a percentage of the camera's range. Done: its settings say so, within 1.
type SetZoom struct {
	Camera  CameraRef
	Percent float64
}

// SetFocus focuses at a percentage of the camera's range, or by itself where Auto. Done: its settings say so, within 1;
// of Auto, accepted is all that can be seen.
type SetFocus struct {
	Camera  CameraRef
	Percent float64
	Auto    bool
}

// ShowSource makes the camera's thermal or visible picture the one that is watched: its stream of that kind is started
// if it does not run, or the only stream is given the other sensor (SET_CAMERA_SOURCE). Done: the camera tells that a
// stream of that kind runs.
type ShowSource struct {
	Camera  CameraRef
	Thermal bool
}

// AimGimbal turns the gimbal by its manager, after taking primary control of it. Who else has control keeps it unless
// Take. Done: the manager tells the flags and the gimbal stands within 5 degrees; where no attitude is told, the flags.
type AimGimbal struct {
	// PitchDeg is from the horizon, down negative; YawDeg from the vehicle's heading, or true where Lock; nil: as it is.
	PitchDeg, YawDeg *float64
	// Lock keeps its yaw in the earth frame; else it follows the vehicle's heading.
	Lock bool
	// Rest instead of angles.
	Rest GimbalRest
	Take bool
}

// GimbalRest is a place of rest.
type GimbalRest string

// The places of rest.
const (
	GimbalNeutral GimbalRest = "neutral"
	GimbalRetract GimbalRest = "retract"
)

// JogGimbal turns the gimbal at a rate, degrees per second; up and right are positive. It turns while such acts come:
// half a second after the last it stops. Done: taken, or refused; nothing waits for an effect.
type JogGimbal struct {
	PitchRate, YawRate float64
	Take               bool
}

// ReleaseGimbal gives primary control of the gimbal back. Done: the manager tells that it is not the station's.
type ReleaseGimbal struct{}

// LookAway ends LookAt (DO_SET_ROI_NONE). Done: accepted.
type LookAway struct{}

func (TakePhotos) act()    {}
func (StopPhotos) act()    {}
func (Record) act()        {}
func (SetCameraMode) act() {}
func (SetZoom) act()       {}
func (SetFocus) act()      {}
func (ShowSource) act()    {}
func (AimGimbal) act()     {}
func (JogGimbal) act()     {}
func (ReleaseGimbal) act() {}
func (LookAway) act()      {}
