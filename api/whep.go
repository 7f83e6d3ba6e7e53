package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"groundstation/account"
	"groundstation/fleet"
)

// playWait bounds the wait for a camera's first answer.
const playWait = 10 * time.Second

const sdpType = "application/sdp"

type offer struct {
	ByID
	ContentType string `header:"Content-Type"`
	RawBody     []byte `contentType:"application/sdp"`
}

type sdpAnswer struct {
	ContentType string   `header:"Content-Type"`
	Location    string   `header:"Location" doc:"DELETE it to stop"`
	Link        []string `header:"Link" doc:"STUN and TURN servers, as RFC 9725 has them"`
	Body        []byte
}

type byViewer struct {
	Viewer string `path:"viewer" maxLength:"128"`
}

func (h *Handler) videoRoutes() {
	route(h, account.Viewer, "watch-vehicle", http.MethodPost, "/vehicles/{id}/whep", "Watch a vehicle's camera by WHEP (WebRTC)", http.StatusCreated,
		func(ctx context.Context, in *offer) (*sdpAnswer, error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			if in.ContentType != sdpType {
				return nil, refuse(http.StatusUnsupportedMediaType, "unsupported-media-type", "send an offer as %s", sdpType)
			}
			if h.cfg.Video == nil {
				return nil, refuse(http.StatusServiceUnavailable, "unavailable", "this station has no video")
			}
			ctx, cancel := context.WithTimeout(ctx, playWait)
			defer cancel()
			sdp, viewer, err := h.cfg.Video.Play(ctx, in.ID, string(in.RawBody))
			if err != nil {
				return nil, h.videoError(in.ID, err)
			}
			return &sdpAnswer{ContentType: sdpType, Location: Prefix + "/whep/" + url.PathEscape(viewer), Link: h.cfg.ICELinks, Body: []byte(sdp)}, nil
		}, sdpBody)
	route(h, account.Viewer, "stop-watching", http.MethodDelete, "/whep/{viewer}", "Stop watching", http.StatusNoContent,
		func(_ context.Context, in *byViewer) (*none, error) {
			if h.cfg.Video != nil {
				h.cfg.Video.Stop(in.Viewer)
			}
			return nil, nil
		})
}

// videoError says why there is no picture; an error of video may name its own code.
func (h *Handler) videoError(vehicle string, err error) error {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return refuse(statusOf(coded.Code()), coded.Code(), "%v", err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return refuse(http.StatusGatewayTimeout, "video-timeout", "the camera of %s did not answer in %s", vehicle, playWait)
	}
	h.cfg.Log.Warn("no video", "vehicle", vehicle, "error", err)
	return refuse(http.StatusBadGateway, "video-failed", "no picture of %s: %v", vehicle, err)
}
