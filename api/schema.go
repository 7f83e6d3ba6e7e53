package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/mission/privacy"
)

// shown are the kinds of the Board that browsers see, each with the type of its values.
var shown = []struct {
	kind   fleet.Kind
	value  reflect.Type
	schema string
}{
	{fleet.KindVehicle, reflect.TypeFor[fleet.Vehicle](), "VehicleEntry"},
	{fleet.KindDock, reflect.TypeFor[fleet.Dock](), "DockEntry"},
	{fleet.KindVehicleSpec, reflect.TypeFor[fleet.VehicleSpec](), "VehicleSpecEntry"},
	{fleet.KindDockSpec, reflect.TypeFor[fleet.DockSpec](), "DockSpecEntry"},
	{fleet.KindObstacle, reflect.TypeFor[fleet.Obstacle](), "ObstacleEntry"},
	{fleet.KindReplay, reflect.TypeFor[fleet.Replay](), "ReplayEntry"},
	{fleet.KindUnknown, reflect.TypeFor[fleet.UnknownSystem](), "UnknownSystemEntry"},
	{mission.KindOutlook, reflect.TypeFor[mission.Outlook](), "OutlookEntry"},
	{fleet.KindRecording, reflect.TypeFor[fleet.Recording](), "RecordingEntry"},
	{fleet.KindTraffic, reflect.TypeFor[fleet.Contact](), "TrafficEntry"},
	{mission.KindIncident, reflect.TypeFor[mission.Incident](), "IncidentEntry"},
	{mission.KindSortie, reflect.TypeFor[mission.Sortie](), "SortieEntry"},
	{mission.KindPlan, reflect.TypeFor[mission.Plan](), "PlanEntry"},
	{mission.KindPatrol, reflect.TypeFor[mission.Patrol](), "PatrolEntry"},
	{mission.KindCommand, reflect.TypeFor[mission.Command](), "CommandEntry"},
	{mission.KindPrivacyZone, reflect.TypeFor[privacy.NoRecordZone](), "PrivacyZoneEntry"},
	{mission.KindPicture, reflect.TypeFor[mission.Picture](), "PictureEntry"},
	{mission.KindService, reflect.TypeFor[mission.Service](), "ServiceEntry"},
	{mission.KindAlarm, reflect.TypeFor[mission.Alarm](), "AlarmEntry"},
}

func isShown(kind fleet.Kind) bool {
	for _, s := range shown {
		if s.kind == kind {
			return true
		}
	}
	return false
}

// urgent says whether browsers are told of a kind at once.
func urgent(kind fleet.Kind) bool {
	return kind == mission.KindAlarm || kind == mission.KindCommand || kind == mission.KindPicture
}

// EventsMessage is one message of the WebSocket. A snapshot comes first; deltas hold whole values of what changed.
// The encoder writes it by hand (encode.go); this type is its description, and a test reads one by the other.
type EventsMessage struct {
	Type    string       `json:"type" enum:"snapshot,delta"`
	Version uint64       `json:"version" doc:"The Board's version that this brings the reader to"`
	Now     time.Time    `json:"now" doc:"The station's clock, against which ages are shown"`
	User    *Person      `json:"user,omitempty" doc:"In the snapshot: who is signed in"`
	Entries []EventEntry `json:"entries" nullable:"false"`
}

// EventEntry is one object of the Board; a null value says that it is gone. Its schema is a union by kind.
type EventEntry struct {
	Kind    fleet.Kind      `json:"kind"`
	ID      string          `json:"id"`
	Version uint64          `json:"version"`
	Value   json.RawMessage `json:"value"`
}

// Schema implements huma.SchemaProvider: one alternative for each kind.
func (EventEntry) Schema(r huma.Registry) *huma.Schema {
	union := &huma.Schema{Discriminator: &huma.Discriminator{PropertyName: "kind", Mapping: map[string]string{}}}
	for _, s := range shown {
		value := r.Schema(s.value, true, "")
		zero := 0.0
		entry := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false,
			Properties: map[string]*huma.Schema{
				"kind":    {Type: huma.TypeString, Enum: []any{string(s.kind)}},
				"id":      {Type: huma.TypeString},
				"version": {Type: huma.TypeInteger, Format: "int64", Minimum: &zero},
				"value":   {OneOf: []*huma.Schema{value, {Type: "null"}}},
			},
			Required: []string{"kind", "id", "version", "value"},
		}
		r.Map()[s.schema] = entry
		ref := "#/components/schemas/" + s.schema
		union.OneOf = append(union.OneOf, &huma.Schema{Ref: ref})
		union.Discriminator.Mapping[string(s.kind)] = ref
	}
	return union
}

// finishDocs replaces huma's own error model, which never leaves this station, with Problem.
func finishDocs(doc *huma.OpenAPI) {
	reg := doc.Components.Schemas
	failure := &huma.Response{Description: "A refusal or a fault", Content: map[string]*huma.MediaType{
		"application/json": {Schema: reg.Schema(reflect.TypeFor[Problem](), true, "")}}}
	for _, path := range doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if op != nil {
				op.Responses["default"] = failure
			}
		}
	}
	delete(reg.Map(), "ErrorModel")
	delete(reg.Map(), "ErrorDetail")
}

// OpenAPI gives the description of the API as indented JSON.
func (h *Handler) OpenAPI() ([]byte, error) {
	raw, err := json.Marshal(h.huma.OpenAPI())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func (h *Handler) serveDocs(w http.ResponseWriter, _ *http.Request) {
	doc, err := h.OpenAPI()
	if err != nil {
		h.cfg.Log.Error("describe the API", "error", err)
		writeProblem(w, http.StatusInternalServerError, problem("internal", "the description cannot be written"))
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(doc)
}
