package api

import (
	"context"
	"net/http"

	"groundstation/account"
	"groundstation/video"
)

// PictureLayer is which of a camera's pictures one who watches by WebRTC wants, and which one is sent now.
type PictureLayer struct {
	Want  string `json:"want" enum:"auto,full,low" doc:"auto: all of it, or less while the way is too narrow; low: the camera's picture at a lower rate"`
	Given string `json:"given" enum:"full,low,keys" doc:"keys: key pictures only, as the way is too narrow for more"`
	// Choice comes and goes with the layers of a publisher.
	Choice bool `json:"choice" doc:"Whether there is more than one to choose from now"`
}

type wantedLayer struct {
	ByViewer
	Body struct {
		Want string `json:"want" enum:"auto,full,low"`
	}
}

func (h *Handler) layerRoutes() {
	route(h, account.Viewer, "get-picture-layer", http.MethodGet, "/whep/{viewer}/layer", "Which of a camera's pictures a viewer gets", 0,
		func(_ context.Context, in *ByViewer) (*one[PictureLayer], error) { return h.layer(in.Viewer) })
	route(h, account.Viewer, "choose-picture-layer", http.MethodPut, "/whep/{viewer}/layer", "Choose which of a camera's pictures a viewer gets", 0,
		func(_ context.Context, in *wantedLayer) (*one[PictureLayer], error) {
			if h.cfg.Video == nil {
				return nil, noVideo()
			}
			if err := h.cfg.Video.Choose(in.Viewer, video.Layer(in.Body.Want)); err != nil {
				return nil, h.videoError(in.Viewer, err)
			}
			return h.layer(in.Viewer)
		})
}

func (h *Handler) layer(viewer string) (*one[PictureLayer], error) {
	if h.cfg.Video == nil {
		return nil, noVideo()
	}
	want, given, ok := h.cfg.Video.Layer(viewer)
	if !ok {
		return nil, h.videoError(viewer, video.ErrUnknownViewer)
	}
	return &one[PictureLayer]{PictureLayer{Want: string(want), Given: string(given), Choice: h.cfg.Video.Layered(viewer)}}, nil
}
