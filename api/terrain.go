package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/account"
	"groundstation/internal/geo"
)

// heightsAtOnce is how many heights are written at a time: a large grid is not held in memory once more for whoever reads slowly.
const heightsAtOnce = 1 << 14

// Terrain says how far the ground was surveyed.
type Terrain struct {
	Surveyed bool    `json:"surveyed" doc:"Whether the station has heights of the ground; else it takes it as level"`
	Cols     int     `json:"cols"`
	Rows     int     `json:"rows"`
	West     float64 `json:"west" doc:"Place of the south-western height, degrees, WGS-84"`
	South    float64 `json:"south"`
	Cell     float64 `json:"cell" doc:"How far apart heights are, degrees"`
	ErrorM   float64 `json:"errorM" doc:"How wrong a height may be, one standard deviation, metres"`
	Beyond   bool    `json:"beyond" doc:"Whether ground without heights may be flown over as if it were level"`
}

func (h *Handler) terrainRoutes() {
	route(h, account.Viewer, "get-terrain", http.MethodGet, "/terrain", "The grid of heights of the ground", 0, func(context.Context, *none) (*one[Terrain], error) {
		t := h.cfg.Registry.Terrain
		g := t.Grid
		if g == nil {
			return &one[Terrain]{}, nil
		}
		return &one[Terrain]{Terrain{Surveyed: true, Cols: g.Cols, Rows: g.Rows, West: g.West, South: g.South, Cell: g.Cell, ErrorM: t.ErrorM, Beyond: t.Beyond}}, nil
	})
	route(h, account.Viewer, "get-terrain-heights", http.MethodGet, "/terrain/heights",
		"Its heights, metres AMSL: 32-bit floating-point numbers, little-endian, row by row from the north; NaN where there is none", 0, h.heights,
		answers("application/octet-stream", "The heights"))
}

func (h *Handler) heights(context.Context, *none) (*huma.StreamResponse, error) {
	g := h.cfg.Registry.Terrain.Grid
	if g == nil {
		return nil, refuse(http.StatusNotFound, "no-terrain", "this station has no heights of the ground")
	}
	return served("application/octet-stream", "", func(w http.ResponseWriter, r *http.Request) {
		tag := h.heightsTag(g)
		w.Header().Set("Cache-Control", "private, no-cache")
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		for part := range slices.Chunk(g.Heights(), heightsAtOnce) {
			if binary.Write(w, binary.LittleEndian, part) != nil {
				return // who has gone away is told nothing
			}
		}
	}), nil
}

// heightsTag names the heights by their content; they are read once, and do not change while the station runs.
func (h *Handler) heightsTag(g *geo.Grid) string {
	h.heightsOnce.Do(func() {
		sum := sha256.New()
		for part := range slices.Chunk(g.Heights(), heightsAtOnce) {
			_ = binary.Write(sum, binary.LittleEndian, part) // a hash takes all
		}
		h.heightsSum = fmt.Sprintf(`"%x"`, sum.Sum(nil))
	})
	return h.heightsSum
}
