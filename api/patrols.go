package api

import (
	"context"
	"net/http"
	"sort"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// PatrolInput is recurring work.
type PatrolInput struct {
	Name       string          `json:"name" minLength:"1" maxLength:"200"`
	Plan       fleet.PlanID    `json:"plan" minLength:"1" maxLength:"128"`
	Vehicle    fleet.VehicleID `json:"vehicle,omitempty" maxLength:"64" doc:"Preferred; absent: the dispatcher chooses"`
	Recurrence string          `json:"recurrence" minLength:"1" maxLength:"1000" doc:"RFC 5545 RRULE, such as FREQ=DAILY;BYHOUR=8"`
	Start      time.Time       `json:"start" doc:"DTSTART"`
	Zone       string          `json:"zone" minLength:"1" maxLength:"64" doc:"IANA time zone in which BYHOUR is read"`
	WindowS    float64         `json:"windowS" minimum:"1" maximum:"86400" doc:"How late a slot may still launch, seconds"`
	Enabled    bool            `json:"enabled"`
}

type replacePatrol struct {
	ByID
	Body PatrolInput
}

func (h *Handler) patrolRoutes() {
	route(h, account.Viewer, "list-patrols", http.MethodGet, "/patrols", "All patrols by name", 0,
		func(context.Context, *none) (*many[mission.Patrol], error) {
			out := list[mission.Patrol](h, mission.KindPatrol)
			sort.Slice(out, func(i, j int) bool {
				if out[i].Name != out[j].Name {
					return out[i].Name < out[j].Name
				}
				return out[i].ID < out[j].ID
			})
			return &many[mission.Patrol]{out}, nil
		})
	route(h, account.Viewer, "get-patrol", http.MethodGet, "/patrols/{id}", "One patrol", 0,
		func(_ context.Context, in *ByID) (*one[mission.Patrol], error) {
			p, err := find[mission.Patrol](h, mission.KindPatrol, in.ID)
			return &one[mission.Patrol]{p}, err
		})
	route(h, account.Operator, "create-patrol", http.MethodPost, "/patrols", "Store recurring work", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body PatrolInput }) (*one[mission.Patrol], error) {
			return h.putPatrol(ctx, "", in.Body)
		})
	route(h, account.Operator, "replace-patrol", http.MethodPut, "/patrols/{id}", "Replace recurring work", 0,
		func(ctx context.Context, in *replacePatrol) (*one[mission.Patrol], error) {
			return h.putPatrol(ctx, fleet.PatrolID(in.ID), in.Body)
		})
	route(h, account.Operator, "delete-patrol", http.MethodDelete, "/patrols/{id}", "Delete recurring work", http.StatusNoContent,
		func(ctx context.Context, in *ByID) (*none, error) {
			_, err := h.tell(ctx, mission.DeletePatrol{ID: fleet.PatrolID(in.ID)})
			return nil, err
		})
}

func (h *Handler) putPatrol(ctx context.Context, id fleet.PatrolID, in PatrolInput) (*one[mission.Patrol], error) {
	if err := firstError(text("name", in.Name), text("zone", in.Zone)); err != nil {
		return nil, err
	}
	if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
		return nil, refuse(http.StatusUnprocessableEntity, "invalid", "zone: %q is not a time zone", in.Zone)
	}
	if _, ok := h.cfg.Registry.Vehicle(in.Vehicle); in.Vehicle != "" && !ok {
		return nil, unknownVehicle(string(in.Vehicle))
	}
	p, err := ask[mission.Patrol](ctx, h, mission.PutPatrol{Patrol: mission.Patrol{ID: id, Name: in.Name, Plan: in.Plan, Vehicle: in.Vehicle,
		Recurrence: in.Recurrence, Start: in.Start, Zone: in.Zone, WindowS: in.WindowS, Enabled: in.Enabled}})
	return &one[mission.Patrol]{p}, err
}
