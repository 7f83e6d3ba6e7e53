package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// BindInput names the vehicle or dock that a system is.
type BindInput struct {
	ID string `json:"id" maxLength:"64" doc:"Of a vehicle or a dock"`
}

type bindSystem struct {
	System int `path:"system" minimum:"1" maximum:"254"`
	Body   BindInput
}

// systemRoutes are the systems that are heard and that nobody has bound.
func (h *Handler) systemRoutes() {
	route(h, account.Viewer, "list-systems", http.MethodGet, "/systems", "Systems that are heard and in no registry: quarantined", 0,
		func(context.Context, *none) (*many[fleet.UnknownSystem], error) {
			return &many[fleet.UnknownSystem]{h.unknownSystems()}, nil
		})
	route(h, account.Admin, "bind-system", http.MethodPost, "/systems/{system}/bind", "Say which vehicle or dock an unknown system is", http.StatusOK,
		func(ctx context.Context, in *bindSystem) (*one[mission.Binding], error) {
			heard := 0
			for _, u := range h.unknownSystems() {
				if u.System == fleet.SystemID(in.System) {
					heard++
				}
			}
			switch {
			case heard == 0 && h.claims(in.Body.ID, fleet.SystemID(in.System)):
			case heard == 0:
				return nil, refuse(http.StatusNotFound, "unknown-system", "no unknown system %d is heard", in.System)
			case heard > 1:
				return nil, refuse(http.StatusConflict, "two-sources", "%d sources claim system id %d; it is bound when one is left", heard, in.System)
			}
			b, err := ask[mission.Binding](ctx, h, mission.BindSystem{ID: in.Body.ID, System: fleet.SystemID(in.System)})
			return &one[mission.Binding]{b}, err
		})
}

// claims says whether a system that is not the vehicle or dock of this id is heard with its system id.
func (h *Handler) claims(id string, system fleet.SystemID) bool {
	v, _ := fleet.Get[fleet.Vehicle](h.cfg.Board, fleet.KindVehicle, id)
	d, _ := fleet.Get[fleet.Dock](h.cfg.Board, fleet.KindDock, id)
	spec, _ := fleet.Get[fleet.VehicleSpec](h.cfg.Board, fleet.KindVehicleSpec, id)
	dock, _ := fleet.Get[fleet.DockSpec](h.cfg.Board, fleet.KindDockSpec, id)
	return v.Claimed != "" && spec.SystemID == system || d.Claimed != "" && dock.SystemID == system
}

func (h *Handler) unknownSystems() []fleet.UnknownSystem {
	out := []fleet.UnknownSystem{}
	entries, _, _ := h.cfg.Board.Since(0)
	for _, e := range entries {
		if u, ok := e.Value.(fleet.UnknownSystem); ok {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b fleet.UnknownSystem) int { return strings.Compare(a.ID, b.ID) })
	return out
}
