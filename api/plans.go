package api

import (
	"context"
	"mime"
	"net/http"
	"sort"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// PlanInput is a plan to store.
type PlanInput struct {
	Name  string       `json:"name" minLength:"1" maxLength:"200"`
	Items []fleet.Item `json:"items" minItems:"1" maxItems:"2000" nullable:"false"`
	// Zones are to be stayed inside of, or kept out of, beside the fence that each sortie gets.
	Zones []fleet.Zone `json:"zones,omitempty" maxItems:"8"`
	// Version is the one this replaces.
	Version int `json:"version,omitempty" minimum:"0" doc:"On PUT, the stored version that this replaces"`
}

// FlyInput is the optional body of flying a plan once.
type FlyInput struct {
	Vehicle fleet.VehicleID `json:"vehicle,omitempty" maxLength:"64" doc:"Absent: the dispatcher chooses"`
}

type replacePlan struct {
	ByID
	Body PlanInput
}

type flyPlan struct {
	ByID
	Body *FlyInput
}

type planFile struct {
	RawBody []byte `contentType:"application/json"`
}

type exportedPlan struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (h *Handler) planRoutes() {
	route(h, account.Viewer, "list-plans", http.MethodGet, "/plans", "All plans by name", 0,
		func(context.Context, *none) (*many[mission.Plan], error) {
			out := list[mission.Plan](h, mission.KindPlan)
			sort.Slice(out, func(i, j int) bool {
				if out[i].Name != out[j].Name {
					return out[i].Name < out[j].Name
				}
				return out[i].ID < out[j].ID
			})
			return &many[mission.Plan]{out}, nil
		})
	route(h, account.Viewer, "get-plan", http.MethodGet, "/plans/{id}", "One plan", 0,
		func(_ context.Context, in *ByID) (*one[mission.Plan], error) {
			p, err := find[mission.Plan](h, mission.KindPlan, in.ID)
			return &one[mission.Plan]{p}, err
		})
	route(h, account.Operator, "create-plan", http.MethodPost, "/plans", "Store a plan", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body PlanInput }) (*one[mission.Plan], error) {
			return h.putPlan(ctx, mission.Plan{Name: in.Body.Name, Items: in.Body.Items, Zones: in.Body.Zones})
		})
	route(h, account.Operator, "replace-plan", http.MethodPut, "/plans/{id}", "Replace a plan", 0,
		func(ctx context.Context, in *replacePlan) (*one[mission.Plan], error) {
			if in.Body.Version == 0 {
				return nil, refuse(http.StatusUnprocessableEntity, "invalid", "version: name the stored version that this replaces")
			}
			return h.putPlan(ctx, mission.Plan{ID: fleet.PlanID(in.ID), Name: in.Body.Name, Items: in.Body.Items, Zones: in.Body.Zones, Version: in.Body.Version})
		})
	route(h, account.Operator, "delete-plan", http.MethodDelete, "/plans/{id}", "Delete a plan that no patrol uses", http.StatusNoContent,
		func(ctx context.Context, in *ByID) (*none, error) {
			_, err := h.tell(ctx, mission.DeletePlan{ID: fleet.PlanID(in.ID)})
			return nil, err
		})
	route(h, account.Operator, "fly-plan", http.MethodPost, "/plans/{id}/fly", "Fly a plan once, now", http.StatusAccepted,
		func(ctx context.Context, in *flyPlan) (*one[mission.Sortie], error) {
			fly := mission.FlyPlan{Plan: fleet.PlanID(in.ID)}
			if in.Body != nil {
				fly.Vehicle = in.Body.Vehicle
			}
			if _, ok := h.cfg.Registry.Vehicle(fly.Vehicle); fly.Vehicle != "" && !ok {
				return nil, unknownVehicle(string(fly.Vehicle))
			}
			s, err := ask[mission.Sortie](ctx, h, fly)
			return &one[mission.Sortie]{s}, err
		})
	route(h, account.Operator, "import-plan", http.MethodPost, "/plans/import", "Store a QGroundControl .plan file", http.StatusCreated,
		func(ctx context.Context, in *planFile) (*one[mission.Plan], error) {
			if h.cfg.PlanFiles.Parse == nil {
				return nil, noPlanFiles()
			}
			name, items, zones, err := h.cfg.PlanFiles.Parse(in.RawBody)
			if err != nil {
				return nil, refuse(http.StatusUnprocessableEntity, "invalid-plan", "%v", err)
			}
			if name == "" {
				name = "Imported plan"
			}
			return h.putPlan(ctx, mission.Plan{Name: name, Items: items, Zones: zones})
		}, func(op *huma.Operation) {
			op.RequestBody = &huma.RequestBody{Required: true, Description: "A QGroundControl plan, version 1", Content: map[string]*huma.MediaType{
				"application/json": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
			op.SkipValidateBody = true
		})
	route(h, account.Viewer, "export-plan", http.MethodGet, "/plans/{id}/export", "A plan as a QGroundControl .plan file", 0,
		func(_ context.Context, in *ByID) (*exportedPlan, error) {
			if h.cfg.PlanFiles.Format == nil {
				return nil, noPlanFiles()
			}
			p, err := find[mission.Plan](h, mission.KindPlan, in.ID)
			if err != nil {
				return nil, err
			}
			file, err := h.cfg.PlanFiles.Format(p.Name, p.Items, p.Zones)
			if err != nil {
				return nil, refuse(http.StatusConflict, "invalid-plan", "%v", err)
			}
			return &exportedPlan{ContentType: "application/json", Body: file,
				Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": p.Name + ".plan"})}, nil
		})
}

func noPlanFiles() error {
	return refuse(http.StatusServiceUnavailable, "unavailable", "this station neither reads nor writes .plan files")
}

func (h *Handler) putPlan(ctx context.Context, p mission.Plan) (*one[mission.Plan], error) {
	if err := text("name", p.Name); err != nil {
		return nil, err
	}
	for i, item := range p.Items {
		// Items that only change a setting have no place of their own.
		if item.Kind != fleet.ItemSpeed && item.Kind != fleet.ItemROINone {
			if err := position("items["+strconv.Itoa(i)+"].position", item.Position); err != nil {
				return nil, err
			}
		}
	}
	stored, err := ask[mission.Plan](ctx, h, mission.PutPlan{Plan: p})
	return &one[mission.Plan]{stored}, err
}
