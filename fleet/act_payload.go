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

func (TakePhotos) act()    {}
func (StopPhotos) act()    {}
func (Record) act()        {}
func (SetCameraMode) act() {}
func (SetZoom) act()       {}
func (SetFocus) act()      {}
func (ShowSource) act()    {}
