package api

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sort"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mavlink/param"
	"groundstation/mission"
)

// Parameters are a vehicle's parameters as last read, and how old that is.
type Parameters struct {
	Vehicle  fleet.VehicleID `json:"vehicle"`
	Firmware string          `json:"firmware"`
	At       time.Time       `json:"at"`
	AgeS     float64         `json:"ageS" doc:"Seconds since they were read or confirmed by the vehicle's checksum"`
	Params   []fleet.Param   `json:"params" nullable:"false"`
}

// ParameterInput is a value for one parameter.
type ParameterInput struct {
	Value float64 `json:"value"`
}

// ParameterSetInput names a set and the vehicle whose parameters it keeps.
type ParameterSetInput struct {
	Name    string          `json:"name" minLength:"1" maxLength:"120"`
	Vehicle fleet.VehicleID `json:"vehicle" maxLength:"64"`
}

// ParameterSetHead is a set without its parameters.
type ParameterSetHead struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Vehicle  fleet.VehicleID `json:"vehicle"`
	Firmware string          `json:"firmware"`
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
	Count    int             `json:"count"`
}

// ParameterDiff is how a vehicle's parameters differ from a set.
type ParameterDiff struct {
	fleet.ParamDiff
	// Restore is how many of them a restore would write: no calibration of another airframe, no counters.
	Restore int     `json:"restore"`
	AgeS    float64 `json:"ageS" doc:"How long ago the vehicle's parameters were read, seconds"`
}

// VehicleInput names a vehicle.
type VehicleInput struct {
	Vehicle fleet.VehicleID `json:"vehicle" maxLength:"64"`
}

type setVehicle struct {
	ByID
	Body VehicleInput
}

type setParameter struct {
	ByID
	Name string `path:"name" maxLength:"16"`
	Body ParameterInput
}

// restoreAge is how old the vehicle's list may be when a set is held against it to be restored.
const restoreAge = 10 * time.Minute

func (h *Handler) paramRoutes() {
	route(h, account.Viewer, "get-parameters", http.MethodGet, "/vehicles/{id}/parameters", "A vehicle's parameters as last read", 0,
		func(_ context.Context, in *ByID) (*one[Parameters], error) {
			l, err := h.paramList(fleet.VehicleID(in.ID))
			if err != nil {
				return nil, err
			}
			out := Parameters{Vehicle: l.Vehicle, Firmware: l.Firmware, At: l.At, AgeS: time.Since(l.At).Seconds(), Params: []fleet.Param{}}
			for _, p := range l.Params {
				if !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) {
					out.Params = append(out.Params, p)
				}
			}
			return &one[Parameters]{out}, nil
		})
	route(h, account.Operator, "refresh-parameters", http.MethodPost, "/vehicles/{id}/parameters/refresh", "Read a vehicle's parameters anew", http.StatusAccepted,
		func(ctx context.Context, in *ByID) (*one[mission.Command], error) {
			return h.paramAct(ctx, in.ID, mission.ReadParams{Vehicle: fleet.VehicleID(in.ID)})
		})
	route(h, account.Operator, "require-safety", http.MethodPost, "/vehicles/{id}/safety", "Read a vehicle's safety parameters and set those that differ", http.StatusAccepted,
		func(ctx context.Context, in *ByID) (*one[mission.Command], error) {
			return h.paramAct(ctx, in.ID, mission.RequireSafety{Vehicle: fleet.VehicleID(in.ID)})
		})
	route(h, account.Admin, "set-parameter", http.MethodPut, "/vehicles/{id}/parameters/{name}", "Write one parameter of a disarmed vehicle, and read it back", http.StatusAccepted,
		func(ctx context.Context, in *setParameter) (*one[mission.Command], error) {
			if !param.ValidName(in.Name) {
				return nil, refuse(http.StatusUnprocessableEntity, "invalid", "name: letters, digits and underscores, 16 at most")
			}
			return h.paramAct(ctx, in.ID, mission.WriteParams{Vehicle: fleet.VehicleID(in.ID), Values: map[string]float64{in.Name: in.Body.Value}})
		})
	route(h, account.Viewer, "list-parameter-sets", http.MethodGet, "/parameter-sets", "All kept sets of parameters, newest first", 0,
		func(context.Context, *none) (*many[ParameterSetHead], error) {
			out := []ParameterSetHead{}
			for _, s := range list[mission.ParamSet](h, mission.KindParamSet) {
				out = append(out, headOf(s))
			}
			sort.Slice(out, func(i, j int) bool {
				return out[i].At.After(out[j].At) || out[i].At.Equal(out[j].At) && out[i].ID > out[j].ID
			})
			return &many[ParameterSetHead]{out}, nil
		})
	route(h, account.Operator, "save-parameter-set", http.MethodPost, "/parameter-sets", "Keep a vehicle's parameters under a name", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body ParameterSetInput }) (*one[ParameterSetHead], error) {
			if err := text("name", in.Body.Name); err != nil {
				return nil, err
			}
			l, err := h.paramList(in.Body.Vehicle)
			if err != nil {
				return nil, err
			}
			s, err := ask[mission.ParamSet](ctx, h, mission.SaveParamSet{Name: in.Body.Name, List: l})
			return &one[ParameterSetHead]{headOf(s)}, err
		})
	route(h, account.Viewer, "get-parameter-set", http.MethodGet, "/parameter-sets/{id}", "One kept set", 0,
		func(_ context.Context, in *ByID) (*one[mission.ParamSet], error) {
			s, err := find[mission.ParamSet](h, mission.KindParamSet, in.ID)
			return &one[mission.ParamSet]{s}, err
		})
	route(h, account.Admin, "delete-parameter-set", http.MethodDelete, "/parameter-sets/{id}", "Delete a kept set", http.StatusNoContent,
		func(ctx context.Context, in *ByID) (*none, error) {
			_, err := h.tell(ctx, mission.DeleteParamSet{ID: in.ID})
			return nil, err
		})
	route(h, account.Viewer, "compare-parameter-set", http.MethodPost, "/parameter-sets/{id}/compare", "How a vehicle's parameters differ from a set", 0,
		func(_ context.Context, in *setVehicle) (*one[ParameterDiff], error) {
			s, l, err := h.setAndList(in)
			if err != nil {
				return nil, err
			}
			diff := l.Compare(s.Params)
			return &one[ParameterDiff]{ParameterDiff{ParamDiff: diff, Restore: len(s.Restorable(l.Vehicle, diff)), AgeS: time.Since(l.At).Seconds()}}, nil
		})
	route(h, account.Admin, "restore-parameter-set", http.MethodPost, "/parameter-sets/{id}/restore", "Write what differs from a set to a disarmed vehicle, and read it back", http.StatusAccepted,
		func(ctx context.Context, in *setVehicle) (*one[mission.Command], error) {
			s, l, err := h.setAndList(in)
			if err != nil {
				return nil, err
			}
			if age := time.Since(l.At); age > restoreAge {
				return nil, refuse(http.StatusConflict, "stale-parameters", "the parameters of %s were read %s ago; read them anew first", l.Vehicle, age.Round(time.Second))
			}
			return h.paramAct(ctx, string(l.Vehicle), mission.WriteParams{Vehicle: l.Vehicle, Values: s.Restorable(l.Vehicle, l.Compare(s.Params)), Set: s.ID})
		})
}

type byComponent struct {
	ByID
	Component uint8 `path:"component" minimum:"2" maximum:"189"`
}

type setComponent struct {
	ByID
	Component uint8  `path:"component" minimum:"2" maximum:"189"`
	Name      string `path:"name" maxLength:"16"`
	Body      struct {
		Value string `json:"value" maxLength:"128" doc:"The value written out: a number, or text"`
	}
}

// componentRoutes are the extended parameters of cameras and other components. Those of a vehicle with a sortie are
// left alone.
func (h *Handler) componentRoutes() {
	const at = "/vehicles/{id}/components/{component}/parameters"
	route(h, account.Viewer, "get-component-parameters", http.MethodGet, at, "A component's extended parameters as last read", 0,
		func(_ context.Context, in *byComponent) (*one[fleet.ExtParamList], error) {
			l, err := find[fleet.ExtParamList](h, fleet.KindExtParams, fmt.Sprintf("%s/%d", in.ID, in.Component))
			return &one[fleet.ExtParamList]{l}, err
		})
	route(h, account.Operator, "refresh-component-parameters", http.MethodPost, at+"/refresh", "Read a component's extended parameters anew", http.StatusAccepted,
		func(ctx context.Context, in *byComponent) (*one[mission.Command], error) {
			return h.paramAct(ctx, in.ID, mission.ReadExtParams{Vehicle: fleet.VehicleID(in.ID), Component: in.Component})
		})
	route(h, account.Admin, "set-component-parameter", http.MethodPut, at+"/{name}", "Write one extended parameter of a component, and read it back", http.StatusAccepted,
		func(ctx context.Context, in *setComponent) (*one[mission.Command], error) {
			if !param.ValidName(in.Name) {
				return nil, refuse(http.StatusUnprocessableEntity, "invalid", "name: letters, digits and underscores, 16 at most")
			}
			if err := text("value", in.Body.Value); err != nil {
				return nil, err
			}
			return h.paramAct(ctx, in.ID, mission.WriteExtParam{Vehicle: fleet.VehicleID(in.ID), Component: in.Component, Name: in.Name, Value: in.Body.Value})
		})
}

func headOf(s mission.ParamSet) ParameterSetHead {
	return ParameterSetHead{ID: s.ID, Name: s.Name, Vehicle: s.Vehicle, Firmware: s.Firmware, By: s.By, At: s.At, Count: len(s.Params)}
}

func (h *Handler) setAndList(in *setVehicle) (s mission.ParamSet, l fleet.ParamList, err error) {
	if s, err = find[mission.ParamSet](h, mission.KindParamSet, in.ID); err != nil {
		return s, l, err
	}
	l, err = h.paramList(in.Body.Vehicle)
	return s, l, err
}

// paramList is what is known of a vehicle's parameters. Values that are no numbers are in it.
func (h *Handler) paramList(id fleet.VehicleID) (fleet.ParamList, error) {
	if _, ok := h.cfg.Registry.Vehicle(id); !ok {
		return fleet.ParamList{}, unknownVehicle(string(id))
	}
	l, ok := fleet.Get[fleet.ParamList](h.cfg.Board, fleet.KindParams, string(id))
	if !ok {
		return l, refuse(http.StatusNotFound, "no-parameters", "the parameters of %s have not been read", id)
	}
	return l, nil
}

func (h *Handler) paramAct(ctx context.Context, vehicle string, body any) (*one[mission.Command], error) {
	if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(vehicle)); !ok {
		return nil, unknownVehicle(vehicle)
	}
	c, err := ask[mission.Command](ctx, h, body)
	return &one[mission.Command]{c}, err
}
