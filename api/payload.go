package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// PayloadInput is what every act on a camera may carry: which camera, the vehicle's first if it does not say, and the
// control epoch of EpochInput.
type PayloadInput struct {
	Component uint8  `json:"component,omitempty" doc:"The camera's component; 0 is the vehicle's first camera"`
	Device    uint8  `json:"device,omitempty" maximum:"6" doc:"1 to 6 of a camera the autopilot speaks for"`
	Epoch     uint64 `json:"epoch,omitempty"`
}

func (in *PayloadInput) camera() fleet.CameraRef {
	return fleet.CameraRef{Component: in.Component, Device: in.Device}
}

// PhotosInput is one photo, or a series where IntervalS is given; Count 0 is a series until it is stopped.
type PhotosInput struct {
	PayloadInput
	IntervalS float64 `json:"intervalS,omitempty" minimum:"0" maximum:"3600"`
	Count     int     `json:"count,omitempty" minimum:"0" maximum:"10000"`
}

// RecordInput starts or stops a recording.
type RecordInput struct {
	PayloadInput
	On bool `json:"on"`
}

// CameraModeInput chooses a camera's mode.
type CameraModeInput struct {
	PayloadInput
	Mode fleet.CameraMode `json:"mode" enum:"photo,video,survey"`
}

// ZoomInput is percent of the camera's range.
type ZoomInput struct {
	PayloadInput
	Percent float64 `json:"percent" minimum:"0" maximum:"100"`
}

// FocusInput is percent of the camera's range, or by itself.
type FocusInput struct {
	PayloadInput
	Percent float64 `json:"percent,omitempty" minimum:"0" maximum:"100"`
	Auto    bool    `json:"auto,omitempty"`
}

// SourceInput chooses the thermal or the visible picture.
type SourceInput struct {
	PayloadInput
	Thermal bool `json:"thermal"`
}

// AimInput turns the gimbal: angles (what is left out stays as it is), or a place of rest. Lock keeps its yaw true, else
// it follows the vehicle's heading. Take takes control from whoever has it.
type AimInput struct {
	PitchDeg *float64         `json:"pitchDeg,omitempty" minimum:"-90" maximum:"90" doc:"From the horizon, down negative"`
	YawDeg   *float64         `json:"yawDeg,omitempty" minimum:"-180" maximum:"360" doc:"From the vehicle's heading, or true where locked"`
	Lock     bool             `json:"lock,omitempty"`
	Rest     fleet.GimbalRest `json:"rest,omitempty" enum:"neutral,retract"`
	Take     bool             `json:"take,omitempty"`
	Epoch    uint64           `json:"epoch,omitempty"`
}

// JogInput turns the gimbal at a rate for half a second.
type JogInput struct {
	PitchRate float64 `json:"pitchRate" minimum:"-60" maximum:"60" doc:"Degrees a second, up positive"`
	YawRate   float64 `json:"yawRate" minimum:"-60" maximum:"60" doc:"Degrees a second, right positive"`
	Take      bool    `json:"take,omitempty"`
	Epoch     uint64  `json:"epoch,omitempty"`
}

type payloadOne[B any] struct {
	ByID
	Body B
}

// payloadAct registers one act on a camera or gimbal; f gives its name, what is wanted, and the epoch.
func payloadAct[B any](h *Handler, id, path, summary string, f func(*B) (string, fleet.Act, uint64)) {
	route(h, account.Operator, id, http.MethodPost, "/vehicles/{id}/"+path, summary, http.StatusAccepted,
		func(ctx context.Context, in *payloadOne[B]) (*one[mission.Command], error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			name, act, epoch := f(&in.Body)
			c, err := ask[mission.Command](ctx, h, mission.UsePayload{Vehicle: fleet.VehicleID(in.ID), Name: name, Act: act, Epoch: epoch})
			return &one[mission.Command]{c}, err
		})
}

// either is yes or no.
func either(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

func (h *Handler) payloadRoutes() {
	payloadAct(h, "camera-photo", "camera/photo", "Take a photo, or a series at an interval", func(b *PhotosInput) (string, fleet.Act, uint64) {
		single := b.IntervalS == 0
		return either(single, "photo", "photos"), fleet.TakePhotos{Camera: b.camera(), Single: single, Count: b.Count, IntervalS: b.IntervalS}, b.Epoch
	})
	payloadAct(h, "camera-photo-stop", "camera/photo/stop", "End a series of photos", func(b *PayloadInput) (string, fleet.Act, uint64) {
		return "stop-photos", fleet.StopPhotos{Camera: b.camera()}, b.Epoch
	})
	payloadAct(h, "camera-record", "camera/record", "Start or stop recording on board", func(b *RecordInput) (string, fleet.Act, uint64) {
		return either(b.On, "record", "stop-recording"), fleet.Record{Camera: b.camera(), On: b.On}, b.Epoch
	})
	payloadAct(h, "camera-mode", "camera/mode", "Choose a camera's mode", func(b *CameraModeInput) (string, fleet.Act, uint64) {
		return "camera-mode", fleet.SetCameraMode{Camera: b.camera(), Mode: b.Mode}, b.Epoch
	})
	payloadAct(h, "camera-zoom", "camera/zoom", "Zoom", func(b *ZoomInput) (string, fleet.Act, uint64) {
		return "zoom", fleet.SetZoom{Camera: b.camera(), Percent: b.Percent}, b.Epoch
	})
	payloadAct(h, "camera-focus", "camera/focus", "Focus", func(b *FocusInput) (string, fleet.Act, uint64) {
		return "focus", fleet.SetFocus{Camera: b.camera(), Percent: b.Percent, Auto: b.Auto}, b.Epoch
	})
	payloadAct(h, "camera-source", "camera/source", "Show the thermal or the visible picture", func(b *SourceInput) (string, fleet.Act, uint64) {
		return either(b.Thermal, "thermal", "visible"), fleet.ShowSource{Camera: b.camera(), Thermal: b.Thermal}, b.Epoch
	})
	payloadAct(h, "gimbal-aim", "gimbal/aim", "Turn the gimbal, lock it, or let it follow", func(b *AimInput) (string, fleet.Act, uint64) {
		return "aim-gimbal", fleet.AimGimbal{PitchDeg: b.PitchDeg, YawDeg: b.YawDeg, Lock: b.Lock, Rest: b.Rest, Take: b.Take}, b.Epoch
	})
	payloadAct(h, "gimbal-release", "gimbal/release", "Give control of the gimbal back", func(b *EpochInput) (string, fleet.Act, uint64) {
		return "release-gimbal", fleet.ReleaseGimbal{}, b.Epoch
	})
	payloadAct(h, "gimbal-look-away", "gimbal/look-away", "No longer look at a place", func(b *EpochInput) (string, fleet.Act, uint64) {
		return "look-away", fleet.LookAway{}, b.Epoch
	})
	route(h, account.Operator, "gimbal-jog", http.MethodPost, "/vehicles/{id}/gimbal/jog", "Turn the gimbal at a rate while this is repeated", http.StatusNoContent,
		func(ctx context.Context, in *payloadOne[JogInput]) (*none, error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			_, err := h.tell(ctx, mission.Jog{Vehicle: fleet.VehicleID(in.ID), Epoch: in.Body.Epoch,
				Rate: fleet.JogGimbal{PitchRate: in.Body.PitchRate, YawRate: in.Body.YawRate, Take: in.Body.Take}})
			return nil, err
		})
}
