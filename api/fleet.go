package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// VehicleItem is one aircraft: what it is, what it reports, and what the Desk makes of it.
type VehicleItem struct {
	Spec    fleet.VehicleSpec `json:"spec"`
	State   *fleet.Vehicle    `json:"state,omitempty" doc:"Absent until the vehicle is first heard"`
	Outlook *mission.Outlook  `json:"outlook,omitempty"`
}

// DockItem is one dock: what it is and what it reports.
type DockItem struct {
	Spec  fleet.DockSpec `json:"spec"`
	State *fleet.Dock    `json:"state,omitempty" doc:"Absent until the dock is first heard"`
}

func (h *Handler) fleetRoutes() {
	route(h, account.Viewer, "list-vehicles", http.MethodGet, "/vehicles", "All vehicles", 0,
		func(context.Context, *none) (*many[VehicleItem], error) {
			out := []VehicleItem{}
			for _, spec := range h.cfg.Registry.Vehicles {
				out = append(out, h.vehicle(spec))
			}
			return &many[VehicleItem]{out}, nil
		})
	route(h, account.Viewer, "get-vehicle", http.MethodGet, "/vehicles/{id}", "One vehicle", 0,
		func(_ context.Context, in *ByID) (*one[VehicleItem], error) {
			spec, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID))
			if !ok {
				return nil, unknownVehicle(in.ID)
			}
			return &one[VehicleItem]{h.vehicle(spec)}, nil
		})
	route(h, account.Viewer, "list-docks", http.MethodGet, "/docks", "All docks", 0,
		func(context.Context, *none) (*many[DockItem], error) {
			out := []DockItem{}
			for _, spec := range h.cfg.Registry.Docks {
				out = append(out, h.dock(spec))
			}
			return &many[DockItem]{out}, nil
		})
	route(h, account.Operator, "return-dock", http.MethodPost, "/docks/{id}/return", "Put a dock back in service whose change of pack, or waking, had failed", 0,
		func(ctx context.Context, in *ByID) (*one[mission.Service], error) {
			s, err := ask[mission.Service](ctx, h, mission.ReturnDock{Dock: fleet.DockID(in.ID)})
			return &one[mission.Service]{s}, err
		})
	route(h, account.Viewer, "get-dock", http.MethodGet, "/docks/{id}", "One dock", 0,
		func(_ context.Context, in *ByID) (*one[DockItem], error) {
			spec, ok := h.cfg.Registry.Dock(fleet.DockID(in.ID))
			if !ok {
				return nil, refuse(http.StatusNotFound, "unknown-dock", "there is no dock %s", in.ID)
			}
			return &one[DockItem]{h.dock(spec)}, nil
		})
}

func unknownVehicle(id string) error {
	return refuse(http.StatusNotFound, "unknown-vehicle", "there is no vehicle %s", id)
}

func (h *Handler) vehicle(spec fleet.VehicleSpec) VehicleItem {
	if now, err := find[fleet.VehicleSpec](h, fleet.KindVehicleSpec, string(spec.ID)); err == nil {
		spec = now
	}
	item := VehicleItem{Spec: spec}
	if v, err := find[fleet.Vehicle](h, fleet.KindVehicle, string(spec.ID)); err == nil {
		item.State = &v
	}
	if o, err := find[mission.Outlook](h, mission.KindOutlook, string(spec.ID)); err == nil {
		item.Outlook = &o
	}
	return item
}

func (h *Handler) dock(spec fleet.DockSpec) DockItem {
	if now, err := find[fleet.DockSpec](h, fleet.KindDockSpec, string(spec.ID)); err == nil {
		spec = now
	}
	item := DockItem{Spec: spec}
	if d, err := find[fleet.Dock](h, fleet.KindDock, string(spec.ID)); err == nil {
		item.State = &d
	}
	return item
}
