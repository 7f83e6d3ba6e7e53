package camera

import "strings"

// What may follow a camera's id in the path of a stream.
const (
	// ThermalPath ends the id of a vehicle's thermal camera.
	ThermalPath = "/thermal"
	// InsidePath and OutsidePath end the ids of a dock's cameras.
	InsidePath  = "/inside"
	OutsidePath = "/outside"

	hevcPath = "/h265"
	lowPath  = "/low"
)

// sizes are those of the load clips, by the end of their path.
var sizes = map[string][2]int{"/720p": {1280, 720}, "/1080p": {1920, 1080}}

// address is what a path asks for: ID, ID/h265, ID/low, ID/h265/low, ID/720p, ID/1080p, ID/h265/720p or ID/h265/1080p.
type address struct {
	camera        string
	hevc          bool
	low           bool
	width, height int // of a clip; 0 is live
}

func parseAddress(path string) (a address) {
	a.camera = strings.Trim(path, "/")
	for end, size := range sizes {
		if rest, ok := strings.CutSuffix(a.camera, end); ok {
			a.camera, a.width, a.height = rest, size[0], size[1]
			break
		}
	}
	if a.width == 0 {
		a.camera, a.low = strings.CutSuffix(a.camera, lowPath)
	}
	a.camera, a.hevc = strings.CutSuffix(a.camera, hevcPath)
	return a
}

// carrier is whose name a camera writes into its picture: a thermal camera that of its vehicle, any other its own.
func carrier(camera string) (name string, thermal bool) {
	return strings.CutSuffix(camera, ThermalPath)
}
