package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/fleet"
)

// Replay is what plays a record, where this is no station.
type Replay interface {
	Steer(ctx context.Context, o fleet.ReplayOrder) (fleet.Replay, *fleet.Problem)
}

func (h *Handler) replayRoutes() {
	route(h, account.Operator, "steer-replay", http.MethodPost, "/replay", "Pause a replay, go on, change its speed or go to a time of the record", http.StatusAccepted,
		func(ctx context.Context, in *struct{ Body fleet.ReplayOrder }) (*one[fleet.Replay], error) {
			if h.cfg.Replay == nil {
				return nil, refuse(http.StatusConflict, "no-replay", "this is a station, nothing is replayed here")
			}
			ctx, cancel := context.WithTimeout(ctx, deskWait)
			defer cancel()
			shown, p := h.cfg.Replay.Steer(ctx, in.Body)
			if p != nil {
				return nil, fromDesk(p)
			}
			return &one[fleet.Replay]{shown}, nil
		})
}
