package api

import (
	"context"
	"net/http"
	"sort"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// ResumeInput is the optional body of flying a plan on.
type ResumeInput struct {
	Item    *int            `json:"item,omitempty" minimum:"1" maximum:"2001" doc:"Item of the sortie's route; absent: where it was left"`
	Vehicle fleet.VehicleID `json:"vehicle,omitempty" maxLength:"64" doc:"Absent: the vehicle that is held in the air, else whom the dispatcher chooses"`
}

type resumeOne struct {
	ByID
	Body *ResumeInput
}

func (h *Handler) sortieRoutes() {
	route(h, account.Viewer, "list-sorties", http.MethodGet, "/sorties", "Sorties, newest first", 0,
		func(context.Context, *none) (*many[mission.Sortie], error) {
			out := list[mission.Sortie](h, mission.KindSortie)
			sort.Slice(out, func(i, j int) bool {
				if !out[i].CreatedAt.Equal(out[j].CreatedAt) {
					return out[i].CreatedAt.After(out[j].CreatedAt)
				}
				return out[i].ID > out[j].ID
			})
			return &many[mission.Sortie]{out}, nil
		})
	route(h, account.Viewer, "get-sortie", http.MethodGet, "/sorties/{id}", "One sortie with its stages", 0,
		func(_ context.Context, in *ByID) (*one[mission.Sortie], error) {
			s, err := find[mission.Sortie](h, mission.KindSortie, in.ID)
			return &one[mission.Sortie]{s}, err
		})
	route(h, account.Operator, "confirm-sortie", http.MethodPost, "/sorties/{id}/confirm", "The crew's word that the vehicle may launch", 0,
		func(ctx context.Context, in *ByID) (*one[mission.Sortie], error) {
			if who(ctx).Session == "" {
				return nil, refuse(http.StatusForbidden, "forbidden", "a launch is confirmed by a person who is signed in, not by an API token")
			}
			s, err := ask[mission.Sortie](ctx, h, mission.ConfirmLaunch{Sortie: fleet.SortieID(in.ID)})
			return &one[mission.Sortie]{s}, err
		})
	route(h, account.Operator, "recall-sortie", http.MethodPost, "/sorties/{id}/recall", "Bring it home", http.StatusAccepted,
		func(ctx context.Context, in *ByID) (*one[mission.Sortie], error) {
			s, err := ask[mission.Sortie](ctx, h, mission.RecallSortie{Sortie: fleet.SortieID(in.ID)})
			return &one[mission.Sortie]{s}, err
		})
	route(h, account.Operator, "resume-sortie", http.MethodPost, "/sorties/{id}/resume", "Fly on what is left of a plan that was broken off", http.StatusAccepted,
		func(ctx context.Context, in *resumeOne) (*one[mission.Sortie], error) {
			want := mission.ResumeSortie{Sortie: fleet.SortieID(in.ID)}
			if in.Body != nil {
				want.Item, want.Vehicle = in.Body.Item, in.Body.Vehicle
			}
			s, err := ask[mission.Sortie](ctx, h, want)
			return &one[mission.Sortie]{s}, err
		})
}

func (h *Handler) alarmRoutes() {
	route(h, account.Viewer, "list-alarms", http.MethodGet, "/alarms", "Alarms, newest first", 0,
		func(context.Context, *none) (*many[mission.Alarm], error) {
			out := list[mission.Alarm](h, mission.KindAlarm)
			sort.Slice(out, func(i, j int) bool {
				if !out[i].At.Equal(out[j].At) {
					return out[i].At.After(out[j].At)
				}
				return out[i].ID < out[j].ID
			})
			return &many[mission.Alarm]{out}, nil
		})
	route(h, account.Operator, "acknowledge-alarm", http.MethodPost, "/alarms/{id}/ack", "Say that an alarm was seen", 0,
		func(ctx context.Context, in *ByID) (*one[mission.Alarm], error) {
			a, err := ask[mission.Alarm](ctx, h, mission.AckAlarm{ID: in.ID})
			return &one[mission.Alarm]{a}, err
		})
}
