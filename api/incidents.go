package api

import (
	"context"
	"net/http"
	"sort"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

// IncidentInput reports something on the ground.
type IncidentInput struct {
	ExternalID string     `json:"externalId,omitempty" maxLength:"128" doc:"The caller's own number; a repeat is the same incident"`
	Title      string     `json:"title" minLength:"1" maxLength:"200"`
	Category   string     `json:"category,omitempty" maxLength:"64"`
	Priority   int        `json:"priority,omitempty" minimum:"1" maximum:"5" default:"3" doc:"1 is highest"`
	Place      geo.LatLon `json:"place" doc:"WGS-84"`
}

// IncidentPatch corrects an incident's place, in flight too.
type IncidentPatch struct {
	Place geo.LatLon `json:"place" doc:"WGS-84"`
}

// CancelInput is the optional body of a cancellation.
type CancelInput struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

type patchIncident struct {
	ByID
	Body IncidentPatch
}

type cancelIncident struct {
	ByID
	Body *CancelInput
}

func (h *Handler) incidentRoutes() {
	route(h, account.Viewer, "list-incidents", http.MethodGet, "/incidents", "Incidents, newest first", 0,
		func(context.Context, *none) (*many[mission.Incident], error) {
			out := list[mission.Incident](h, mission.KindIncident)
			sort.Slice(out, func(i, j int) bool {
				if !out[i].CreatedAt.Equal(out[j].CreatedAt) {
					return out[i].CreatedAt.After(out[j].CreatedAt)
				}
				return out[i].ID > out[j].ID
			})
			return &many[mission.Incident]{out}, nil
		})
	route(h, account.Viewer, "get-incident", http.MethodGet, "/incidents/{id}", "One incident with its decision", 0,
		func(_ context.Context, in *ByID) (*one[mission.Incident], error) {
			i, err := find[mission.Incident](h, mission.KindIncident, in.ID)
			return &one[mission.Incident]{i}, err
		})
	route(h, account.Operator, "create-incident", http.MethodPost, "/incidents", "Report an incident; it is stored before this answers", http.StatusAccepted,
		func(ctx context.Context, in *struct{ Body IncidentInput }) (*one[mission.Incident], error) {
			b := in.Body
			if err := firstError(text("externalId", b.ExternalID), text("title", b.Title), text("category", b.Category), place("place", b.Place)); err != nil {
				return nil, err
			}
			i, err := ask[mission.Incident](ctx, h, mission.CreateIncident{ExternalID: b.ExternalID, Title: b.Title, Category: b.Category, Priority: b.Priority, Place: b.Place})
			return &one[mission.Incident]{i}, err
		})
	route(h, account.Operator, "move-incident", http.MethodPatch, "/incidents/{id}", "Correct the place of an incident", 0,
		func(ctx context.Context, in *patchIncident) (*one[mission.Incident], error) {
			if err := place("place", in.Body.Place); err != nil {
				return nil, err
			}
			i, err := ask[mission.Incident](ctx, h, mission.MoveIncident{ID: fleet.IncidentID(in.ID), Place: in.Body.Place})
			return &one[mission.Incident]{i}, err
		})
	route(h, account.Operator, "cancel-incident", http.MethodPost, "/incidents/{id}/cancel", "Cancel an incident; its vehicle comes home", 0,
		func(ctx context.Context, in *cancelIncident) (*one[mission.Incident], error) {
			reason := ""
			if in.Body != nil {
				reason = in.Body.Reason
			}
			if err := text("reason", reason); err != nil {
				return nil, err
			}
			i, err := ask[mission.Incident](ctx, h, mission.CancelIncident{ID: fleet.IncidentID(in.ID), Reason: reason})
			return &one[mission.Incident]{i}, err
		})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
