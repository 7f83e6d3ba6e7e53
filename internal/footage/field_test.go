package footage

import (
	"math"
	"testing"
	"time"

	"groundstation/fleet"
)

func TestTheFieldOfARecordedPicture(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day := fleet.VideoStream{ID: 1, Protocol: "rtsp", Width: 1920, Height: 1080, HFOVDeg: 70}
	zoom := 40.0
	own := &fleet.Field{HDeg: 20, VDeg: 15, At: at}
	for name, c := range map[string]struct {
		camera      fleet.Camera
		hfov, ratio float64
	}{
		"at its wide end":              {fleet.Camera{Shown: 1, Streams: []fleet.VideoStream{day}}, 70, 16.0 / 9},
		"zoomed, by its own word":      {fleet.Camera{Shown: 1, Streams: []fleet.VideoStream{day}, Zoom: &zoom, Field: own}, 20, 16.0 / 9},
		"zoomed, nobody knows how far": {fleet.Camera{Shown: 1, Streams: []fleet.VideoStream{day}, Zoom: &zoom}, 0, 0},
		"zoomed, told too long ago":    {fleet.Camera{Shown: 1, Streams: []fleet.VideoStream{day}, Zoom: &zoom, Field: &fleet.Field{HDeg: 20, At: at.Add(-2 * time.Second)}}, 0, 0},
		"no stream, its own word":      {fleet.Camera{Field: own}, 20, math.Tan(10*math.Pi/180) / math.Tan(7.5*math.Pi/180)},
		"nothing":                      {fleet.Camera{}, 0, 0},
	} {
		hfov, ratio := fieldOf(&fleet.Vehicle{PositionAt: at, Cameras: []fleet.Camera{c.camera}})
		if hfov != c.hfov || math.Abs(ratio-c.ratio) > 1e-9 {
			t.Errorf("%s: %v° and %v", name, hfov, ratio)
		}
	}
}
