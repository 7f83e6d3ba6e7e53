package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/station"
)

type tlogPart struct {
	ByID
	Part string `path:"part" maxLength:"16" doc:"A name of the list, such as 001.tlog"`
}

// tlogRoutes are the telemetry logs of sorties: what was said on the radio, both ways.
func (h *Handler) tlogRoutes() {
	route(h, account.Operator, "list-tlog", http.MethodGet, "/sorties/{id}/tlog", "The files of a sortie's telemetry log, in order; put together they are one log", 0,
		func(_ context.Context, in *ByID) (*many[station.TlogPart], error) {
			if h.cfg.Tlogs == nil {
				return nil, noTlog(in.ID)
			}
			parts, err := h.cfg.Tlogs.Parts(fleet.SortieID(in.ID))
			if err != nil {
				return nil, h.tlogError(in.ID, err)
			}
			return &many[station.TlogPart]{parts}, nil
		})
	route(h, account.Operator, "download-tlog", http.MethodGet, "/sorties/{id}/tlog/{part}", "One file of it, as QGroundControl, Mission Planner and MAVProxy read it", 0,
		h.tlogFile, func(op *huma.Operation) {
			op.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
				"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
		})
}

func (h *Handler) tlogFile(_ context.Context, in *tlogPart) (*huma.StreamResponse, error) {
	if h.cfg.Tlogs == nil {
		return nil, noTlog(in.ID)
	}
	f, err := h.cfg.Tlogs.Open(fleet.SortieID(in.ID), in.Part)
	if err != nil {
		return nil, h.tlogError(in.ID, err)
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer f.Close()
		req, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": in.ID + "-" + in.Part}))
		http.ServeContent(w, req, "", time.Time{}, f)
	}}, nil
}

func noTlog(id string) error {
	return refuse(http.StatusNotFound, "unknown-tlog", "there is no such telemetry log of %s", id)
}

func (h *Handler) tlogError(id string, err error) error {
	if errors.Is(err, station.ErrNoTlog) {
		return noTlog(id)
	}
	h.cfg.Log.Error("telemetry log not read", "sortie", id, "error", err)
	return refuse(http.StatusInternalServerError, "internal", "the station could not read the log; its own log says why")
}
