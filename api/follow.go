package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// FollowInput is what to follow: another vehicle, or a place that is moved by vehicle-follow-target.
type FollowInput struct {
	Vehicle fleet.VehicleID `json:"vehicle,omitempty" maxLength:"64"`
	Place   *geo.LatLon     `json:"place,omitempty"`
	// DistanceM is the horizontal distance to keep, metres; 40 if absent.
	DistanceM float64 `json:"distanceM,omitempty"`
	Epoch     uint64  `json:"epoch,omitempty"`
}

// FollowPlace is where the target is now.
type FollowPlace struct {
	Place geo.LatLon `json:"place"`
}

type followOne struct {
	ByID
	Body FollowInput
}

type followPlaceOne struct {
	ByID
	Body FollowPlace
}

func (h *Handler) followRoutes() {
	route(h, account.Operator, "vehicle-follow", http.MethodPost, "/vehicles/{id}/follow", "Follow another vehicle, or a place that is moved", http.StatusAccepted,
		func(ctx context.Context, in *followOne) (*one[mission.Command], error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			if in.Body.Place != nil {
				if err := place("place", *in.Body.Place); err != nil {
					return nil, err
				}
			}
			c, err := ask[mission.Command](ctx, h, mission.FollowTarget{Vehicle: fleet.VehicleID(in.ID), Target: in.Body.Vehicle, Place: in.Body.Place,
				DistanceM: in.Body.DistanceM, Epoch: in.Body.Epoch})
			return &one[mission.Command]{c}, err
		})
	route(h, account.Operator, "vehicle-follow-target", http.MethodPut, "/vehicles/{id}/follow/target",
		"Where the place that is followed is now; at least every 3 s, or the vehicle holds", http.StatusNoContent,
		func(ctx context.Context, in *followPlaceOne) (*none, error) {
			if err := place("place", in.Body.Place); err != nil {
				return nil, err
			}
			_, err := h.tell(ctx, mission.FeedTarget{Vehicle: fleet.VehicleID(in.ID), Place: in.Body.Place})
			return nil, err
		})
}
