package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/account"
	"groundstation/fleet"
)

type publication struct {
	Source        string `path:"source" maxLength:"128" doc:"The source of the configuration that is published"`
	Authorization string `header:"Authorization" doc:"Bearer and the secret of the source"`
	ContentType   string `header:"Content-Type"`
	RawBody       []byte `contentType:"application/sdp"`
}

type byPublisher struct {
	Publisher string `path:"publisher" maxLength:"128"`
}

type player struct {
	URL      string    `json:"url" doc:"Where an RTSP player on the station's machine finds the picture"`
	Username string    `json:"username"`
	Token    string    `json:"token" doc:"Its password"`
	Until    time.Time `json:"until" doc:"When the token ends"`
}

type playerAnswer struct{ Body player }

func (h *Handler) publishRoutes() {
	route(h, open, "publish", http.MethodPost, "/whip/{source}", "Publish a source by WHIP (WebRTC), with the source's secret", http.StatusCreated,
		func(ctx context.Context, in *publication) (*sdpAnswer, error) {
			if in.ContentType != sdpType {
				return nil, refuse(http.StatusUnsupportedMediaType, "unsupported-media-type", "send an offer as %s", sdpType)
			}
			if h.cfg.Video == nil {
				return nil, refuse(http.StatusServiceUnavailable, "unavailable", "this station has no video")
			}
			ctx, cancel := context.WithTimeout(ctx, playWait)
			defer cancel()
			secret, _ := strings.CutPrefix(in.Authorization, "Bearer ")
			sdp, publisher, err := h.cfg.Video.Publish(ctx, in.Source, secret, string(in.RawBody))
			if err != nil {
				return nil, h.videoError(in.Source, err)
			}
			return &sdpAnswer{ContentType: sdpType, Location: Prefix + "/whip/" + url.PathEscape(publisher), Link: h.cfg.ICELinks(), Body: []byte(sdp)}, nil
		}, sdpBody)
	route(h, open, "stop-publishing", http.MethodDelete, "/whip/{publisher}", "Stop publishing; only the publisher knows the id", http.StatusNoContent,
		func(_ context.Context, in *byPublisher) (*none, error) {
			if h.cfg.Video != nil {
				h.cfg.Video.Stop(in.Publisher)
			}
			return nil, nil
		})
	route(h, account.Viewer, "get-player", http.MethodPost, "/vehicles/{id}/rtsp", "An address and a token for an RTSP player", http.StatusCreated,
		func(_ context.Context, in *ByID) (*playerAnswer, error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			if h.cfg.Video == nil {
				return nil, refuse(http.StatusServiceUnavailable, "unavailable", "this station has no video")
			}
			address, token, until, err := h.cfg.Video.Grant(in.ID)
			if err != nil {
				return nil, h.videoError(in.ID, err)
			}
			return &playerAnswer{player{URL: address, Username: "viewer", Token: token, Until: until}}, nil
		})
}

// sdpBody describes a route that takes an offer and gives an answer.
func sdpBody(op *huma.Operation) {
	op.SkipValidateBody = true
	op.Responses = map[string]*huma.Response{"201": {Description: "The SDP answer", Content: map[string]*huma.MediaType{
		sdpType: {Schema: &huma.Schema{Type: "string"}}}}}
}
