package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/account"
	"groundstation/internal/basemap"
)

// Basemap says which map lies under everything.
type Basemap struct {
	Pictures    bool    `json:"pictures" doc:"Whether the station has pictures of one; else the console draws its made-up one"`
	MinZoom     int     `json:"minZoom"`
	MaxZoom     int     `json:"maxZoom"`
	West        float64 `json:"west" doc:"Bounds, degrees, WGS-84"`
	South       float64 `json:"south"`
	East        float64 `json:"east"`
	North       float64 `json:"north"`
	TileSize    int     `json:"tileSize" doc:"Pixels"`
	Attribution string  `json:"attribution" doc:"Who made it"`
}

type byTile struct {
	Z int `path:"z" minimum:"0" maximum:"22"`
	X int `path:"x" minimum:"0"`
	Y int `path:"y" minimum:"0" doc:"From the north"`
}

func (h *Handler) basemapRoutes() {
	route(h, account.Viewer, "get-basemap", http.MethodGet, "/basemap", "The map under everything", 0, func(context.Context, *none) (*one[Basemap], error) {
		m := h.cfg.Basemap
		if m == nil {
			return &one[Basemap]{}, nil
		}
		return &one[Basemap]{Basemap{Pictures: true, MinZoom: m.MinZoom, MaxZoom: m.MaxZoom, West: m.West, South: m.South, East: m.East, North: m.North,
			TileSize: m.TileSize, Attribution: m.Attribution}}, nil
	})
	route(h, account.Viewer, "get-basemap-tile", http.MethodGet, "/basemap/{z}/{x}/{y}", "A square of the map, Web Mercator", 0, h.tile, answers("image/png", "The picture; JPEG or WebP if it is that"))
}

func (h *Handler) tile(_ context.Context, in *byTile) (*huma.StreamResponse, error) {
	m := h.cfg.Basemap
	if m == nil {
		return nil, refuse(http.StatusNotFound, "unknown-tile", "this station has no pictures of a map")
	}
	picture, err := m.Tile(in.Z, in.X, in.Y)
	switch {
	case errors.Is(err, basemap.ErrNoTile):
		return nil, refuse(http.StatusNotFound, "unknown-tile", "the map has nothing there")
	case err != nil:
		h.cfg.Log.Error("a tile of the map cannot be read", "z", in.Z, "x", in.X, "y", in.Y, "err", err)
		return nil, refuse(http.StatusInternalServerError, "internal", "the map cannot be read; the station's log says why")
	}
	return served(m.Media, "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "private, max-age=3600")
		_, _ = w.Write(picture) // who has gone away is told nothing
	}), nil
}
