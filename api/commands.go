package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// TargetInput is where to look. Epoch, if given, must be the vehicle's present control epoch (of its outlook),
// so that a stale page cannot steer.
type TargetInput struct {
	Position geo.Position `json:"position"`
	Epoch    uint64       `json:"epoch,omitempty"`
}

// GotoInput is where to go. A vehicle in the air keeps the altitude layer of its sortie unless OwnAltitude is set: then it
// goes to the altitude of Position, if that is within 60 to 120 m above its ground and the room is free ("bad-altitude",
// "airspace").
type GotoInput struct {
	Position    geo.Position `json:"position"`
	OwnAltitude bool         `json:"ownAltitude,omitempty"`
	Epoch       uint64       `json:"epoch,omitempty"`
}

// OrbitInput is what to circle, as in GotoInput, at RadiusM metres; 40 if absent, 150 for a long-range VTOL.
type OrbitInput struct {
	Position    geo.Position `json:"position"`
	RadiusM     float64      `json:"radiusM,omitempty"`
	OwnAltitude bool         `json:"ownAltitude,omitempty"`
	Epoch       uint64       `json:"epoch,omitempty"`
}

// EpochInput is the optional body of an act without a target.
type EpochInput struct {
	Epoch uint64 `json:"epoch,omitempty"`
}

type targetOne struct {
	ByID
	Body TargetInput
}

type gotoOne struct {
	ByID
	Body GotoInput
}

type orbitOne struct {
	ByID
	Body OrbitInput
}

type epochOne struct {
	ByID
	Body *EpochInput
}

func (h *Handler) commandRoutes() {
	route(h, account.Operator, "vehicle-goto", http.MethodPost, "/vehicles/{id}/goto", "Fly to a point and hold there", http.StatusAccepted,
		func(ctx context.Context, in *gotoOne) (*one[mission.Command], error) {
			b := in.Body
			return h.aimed(ctx, mission.Manual{Vehicle: fleet.VehicleID(in.ID), Act: "goto", Target: &b.Position, OwnAltitude: b.OwnAltitude, Epoch: b.Epoch})
		})
	route(h, account.Operator, "vehicle-orbit", http.MethodPost, "/vehicles/{id}/orbit", "Fly to a point and circle it", http.StatusAccepted,
		func(ctx context.Context, in *orbitOne) (*one[mission.Command], error) {
			b := in.Body
			return h.aimed(ctx, mission.Manual{Vehicle: fleet.VehicleID(in.ID), Act: "orbit", Target: &b.Position, OwnAltitude: b.OwnAltitude, RadiusM: b.RadiusM, Epoch: b.Epoch})
		})
	route(h, account.Operator, "vehicle-look-at", http.MethodPost, "/vehicles/{id}/look-at", "Point the camera at a place", http.StatusAccepted,
		func(ctx context.Context, in *targetOne) (*one[mission.Command], error) {
			return h.aimed(ctx, mission.Manual{Vehicle: fleet.VehicleID(in.ID), Act: "look-at", Target: &in.Body.Position, Epoch: in.Body.Epoch})
		})
	for _, act := range []struct{ name, summary string }{
		{"hold", "Stop where it is"},
		{"continue", "Resume the plan at its current item"},
		{"return", "Return and land by itself"},
		{"land", "Land where it is"},
	} {
		route(h, account.Operator, "vehicle-"+act.name, http.MethodPost, "/vehicles/{id}/"+act.name, act.summary, http.StatusAccepted,
			func(ctx context.Context, in *epochOne) (*one[mission.Command], error) {
				m := mission.Manual{Vehicle: fleet.VehicleID(in.ID), Act: act.name}
				if in.Body != nil {
					m.Epoch = in.Body.Epoch
				}
				return h.manual(ctx, m)
			})
	}
	route(h, account.Operator, "vehicle-release", http.MethodPost, "/vehicles/{id}/release", "Give a vehicle under human control back to automation", 0,
		func(ctx context.Context, in *ByID) (*one[mission.Outlook], error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			o, err := ask[mission.Outlook](ctx, h, mission.Release{Vehicle: fleet.VehicleID(in.ID)})
			return &one[mission.Outlook]{o}, err
		})
	route(h, account.Operator, "hold-all", http.MethodPost, "/fleet/hold", "Stop every airborne vehicle where it is", http.StatusAccepted,
		func(ctx context.Context, _ *none) (*many[mission.Command], error) {
			return h.all(ctx, mission.HoldAll{})
		})
	route(h, account.Operator, "recall-all", http.MethodPost, "/fleet/recall", "Bring every airborne vehicle home", http.StatusAccepted,
		func(ctx context.Context, _ *none) (*many[mission.Command], error) {
			return h.all(ctx, mission.RecallAll{})
		})
}

// aimed is an act with a target that is a place.
func (h *Handler) aimed(ctx context.Context, m mission.Manual) (*one[mission.Command], error) {
	if err := position("position", *m.Target); err != nil {
		return nil, err
	}
	return h.manual(ctx, m)
}

func (h *Handler) manual(ctx context.Context, m mission.Manual) (*one[mission.Command], error) {
	if _, ok := h.cfg.Registry.Vehicle(m.Vehicle); !ok {
		return nil, unknownVehicle(string(m.Vehicle))
	}
	c, err := ask[mission.Command](ctx, h, m)
	return &one[mission.Command]{c}, err
}

func (h *Handler) all(ctx context.Context, body any) (*many[mission.Command], error) {
	commands, err := ask[[]mission.Command](ctx, h, body)
	if commands == nil {
		commands = []mission.Command{}
	}
	return &many[mission.Command]{commands}, err
}
