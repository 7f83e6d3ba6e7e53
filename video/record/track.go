package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Point is where the camera was and where it looked.
type Point struct {
	At         time.Time `json:"at"`
	Lat        float64   `json:"lat"` // degrees, WGS-84
	Lon        float64   `json:"lon"`
	AltAMSL    float64   `json:"altAmsl"` // metres
	HeadingDeg float64   `json:"headingDeg"`
	// PitchDeg, YawDeg and RollDeg are those of the gimbal, from the horizon and true; absent if it does not tell.
	PitchDeg *float64 `json:"pitchDeg,omitempty"`
	YawDeg   *float64 `json:"yawDeg,omitempty"`
	RollDeg  *float64 `json:"rollDeg,omitempty"`
	// VehiclePitchDeg is nose up, VehicleRollDeg right side down positive; absent if it does not tell.
	VehiclePitchDeg *float64 `json:"vehiclePitchDeg,omitempty"`
	VehicleRollDeg  *float64 `json:"vehicleRollDeg,omitempty"`
	// HFOVDeg is the horizontal field of view and Aspect the picture's width by its height, as the camera tells; 0 if not.
	HFOVDeg float64 `json:"hfovDeg,omitempty"`
	Aspect  float64 `json:"aspect,omitempty"`
}

// ReadTrack reads a track of one JSON object a line. A torn last line is left out.
func ReadTrack(b []byte) ([]Point, error) {
	var out []Point
	for n := 1; ; n++ {
		line, rest, whole := bytes.Cut(b, []byte{'\n'})
		if !whole {
			return out, nil
		}
		var p Point
		if err := json.Unmarshal(line, &p); err != nil {
			if len(rest) == 0 {
				return out, nil
			}
			return out, fmt.Errorf("%w: line %d of the track: %v", ErrDamaged, n, err)
		}
		out, b = append(out, p), rest
	}
}

// coarseEvery is how far apart in time the points of the search by place are.
const coarseEvery = 5 * time.Second

// pass adds a point to the coarse way if the last is old enough.
func (r *Recording) pass(p Point) {
	if len(r.Way) > 0 && p.At.Sub(r.passed) < coarseEvery {
		return
	}
	r.passed = p.At
	r.Way = append(slices.Clip(r.Way), [2]float64{math.Round(p.Lat*1e6) / 1e6, math.Round(p.Lon*1e6) / 1e6})
}

// Near says whether a way comes within metres of a place.
func Near(way [][2]float64, lat, lon, metres float64) bool {
	const perDegree = 111_195.0 // metres of a degree of a great circle on a sphere of 6371 km
	for _, p := range way {
		dx := (p[1] - lon) * math.Cos(lat*math.Pi/180) * perDegree
		dy := (p[0] - lat) * perDegree
		if math.Hypot(dx, dy) <= metres {
			return true
		}
	}
	return false
}

// WriteVTT writes a track as WebVTT (W3C) with one JSON object in each cue, its times counted from from.
func WriteVTT(w io.Writer, from time.Time, track []Point) error {
	if _, err := io.WriteString(w, "WEBVTT\n"); err != nil {
		return err
	}
	for i, p := range track {
		end := p.At.Add(200 * time.Millisecond)
		if i+1 < len(track) && track[i+1].At.Sub(p.At) < time.Second {
			end = track[i+1].At
		}
		if p.At.Before(from) || !end.After(p.At) {
			continue
		}
		raw, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "\n%s --> %s\n%s\n", vttTime(p.At.Sub(from)), vttTime(end.Sub(from)), raw); err != nil {
			return err
		}
	}
	return nil
}

func vttTime(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
