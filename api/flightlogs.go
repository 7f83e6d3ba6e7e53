package api

import (
	"context"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"sort"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/logbook"
)

func (h *Handler) flightLogRoutes() {
	route(h, account.Viewer, "list-flight-logs", http.MethodGet, "/flight-logs", "The vehicles' logs of flights and whether they are here, newest flight first", 0,
		func(context.Context, *none) (*many[logbook.FlightLog], error) {
			out := list[logbook.FlightLog](h, logbook.Kind)
			sort.Slice(out, func(i, j int) bool {
				if !out[i].From.Equal(out[j].From) {
					return out[i].From.After(out[j].From)
				}
				return out[i].Sortie > out[j].Sortie
			})
			return &many[logbook.FlightLog]{out}, nil
		})
	route(h, account.Viewer, "get-flight-log", http.MethodGet, "/flight-logs/{id}", "How far the log of a sortie is", 0,
		func(_ context.Context, in *ByID) (*one[logbook.FlightLog], error) {
			r, err := find[logbook.FlightLog](h, logbook.Kind, in.ID)
			return &one[logbook.FlightLog]{r}, err
		})
	route(h, account.Operator, "download-flight-log", http.MethodGet, "/flight-logs/{id}/file", "The log of a sortie as its vehicle wrote it (ULog or DataFlash)", 0,
		h.flightLogFile, func(op *huma.Operation) {
			op.Responses = map[string]*huma.Response{"200": {Description: "The log", Content: map[string]*huma.MediaType{
				"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
		})
}

func (h *Handler) flightLogFile(_ context.Context, in *ByID) (*huma.StreamResponse, error) {
	r, err := find[logbook.FlightLog](h, logbook.Kind, in.ID)
	switch {
	case err != nil:
		return nil, err
	case r.State != logbook.Kept || h.cfg.FlightLogs == nil:
		return nil, refuse(http.StatusConflict, "not-here", "the log of %s is not here: %s", r.Sortie, r.State)
	}
	f, name, err := h.cfg.FlightLogs.Open(fleet.SortieID(in.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(http.StatusConflict, "not-here", "the log of %s is not on the disk any more", r.Sortie)
	}
	if err != nil {
		h.cfg.Log.Error("flight log not read", "sortie", r.Sortie, "error", err)
		return nil, refuse(http.StatusInternalServerError, "internal", "the station could not read the log; its own log says why")
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer f.Close()
		req, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		w.Header().Set("ETag", `"`+r.SHA256+`"`)
		http.ServeContent(w, req, "", time.Time{}, f)
	}}, nil
}
