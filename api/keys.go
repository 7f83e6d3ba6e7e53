package api

import (
	"context"
	"net/http"
	"sort"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// keyRoutes are about the keys that vehicles and docks sign with. A key itself is in no answer.
func (h *Handler) keyRoutes() {
	route(h, account.Admin, "list-keys", http.MethodGet, "/keys", "Who has a signing key, and what became of the frames", 0,
		func(context.Context, *none) (*many[fleet.KeyStatus], error) {
			out := list[fleet.KeyStatus](h, fleet.KindKey)
			sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
			return &many[fleet.KeyStatus]{out}, nil
		})
	route(h, account.Admin, "rotate-key", http.MethodPost, "/vehicles/{id}/key", "Give a disarmed vehicle a new signing key, or its first", http.StatusAccepted,
		func(ctx context.Context, in *ByID) (*one[mission.Command], error) {
			return h.paramAct(ctx, in.ID, mission.RotateKey{Vehicle: fleet.VehicleID(in.ID)})
		})
}
