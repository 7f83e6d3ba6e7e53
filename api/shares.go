package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"groundstation/account"
	"groundstation/internal/share"
	"groundstation/video"
)

// ShareInput is what a link is to be.
type ShareInput struct {
	Viewer string    `json:"viewer" minLength:"1" maxLength:"64" doc:"Who will look; it stands over the picture"`
	Reason string    `json:"reason" minLength:"1" maxLength:"500" doc:"Why; it is kept, and not shown to who looks"`
	Until  time.Time `json:"until" doc:"When the link ends, a day from now at most"`
	BurnIn bool      `json:"burnIn,omitempty" doc:"Burn the name into the picture, so that whoever takes the stream without the page has it too; the picture is transcoded for that"`
}

// ShareRules bound what links may be here.
type ShareRules struct {
	MaxHours float64 `json:"maxHours" doc:"For how long a link may be open"`
	BurnIn   string  `json:"burnIn" enum:"optional,always,unavailable" doc:"Whether the name is burnt into the picture; where it always is and cannot be, no link is made"`
	Why      string  `json:"why,omitempty" doc:"Why no name can be burnt into a picture, for people"`
}

// ShareMade is a link that was made. The token is told this once.
type ShareMade struct {
	Share share.LinkItem `json:"share"`
	Token string         `json:"token" doc:"What opens it: /share#TOKEN"`
}

// shareRoutes are for those who give links to live cameras away.
func (h *Handler) shareRoutes() {
	route(h, account.Operator, "list-shares", http.MethodGet, "/shares", "Links to live cameras that are open or ended within a week, the newest first", 0,
		func(context.Context, *none) (*many[share.LinkItem], error) {
			out := []share.LinkItem{}
			if h.cfg.Shares != nil {
				out = h.cfg.Shares.List()
			}
			return &many[share.LinkItem]{out}, nil
		})
	route(h, account.Operator, "get-share-rules", http.MethodGet, "/share-rules", "What links to live cameras may be here", 0,
		func(context.Context, *none) (*one[ShareRules], error) {
			if h.cfg.Shares == nil || h.cfg.Video == nil {
				return nil, nothingShared()
			}
			rules := h.cfg.Shares.Rules()
			out := ShareRules{MaxHours: rules.MaxFor.Hours(), BurnIn: "optional"}
			if rules.BurnIn {
				out.BurnIn = "always"
			}
			if err := h.cfg.Video.Stamping(); err != nil {
				out.BurnIn, out.Why = "unavailable", err.Error()
			}
			return &one[ShareRules]{out}, nil
		})
	route(h, account.Operator, "share-camera", http.MethodPost, "/cameras/{id}/shares", "Make a link by which somebody without an account may look at a live camera; it is noted", http.StatusCreated, h.share)
	route(h, account.Operator, "revoke-share", http.MethodDelete, "/shares/{id}", "Take a link back: who looks by it sees nothing more at once", http.StatusNoContent,
		func(ctx context.Context, in *ByID) (*none, error) {
			if h.cfg.Shares == nil {
				return nil, nothingShared()
			}
			if p := h.cfg.Shares.Revoke(in.ID, who(ctx).Name); p != nil {
				return nil, fromDesk(p)
			}
			return nil, nil
		})
}

func nothingShared() error {
	return refuse(http.StatusServiceUnavailable, "unavailable", "this station shares no camera")
}

func (h *Handler) share(ctx context.Context, in *struct {
	ByID
	Body ShareInput
}) (*one[ShareMade], error) {
	if h.cfg.Shares == nil || h.cfg.Cameras == nil {
		return nil, nothingShared()
	}
	for field, s := range map[string]string{"viewer": in.Body.Viewer, "reason": in.Body.Reason} {
		if err := text(field, s); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(h.cfg.Cameras.Cameras(), func(c video.Camera) bool { return c.ID == in.ID }) {
		return nil, h.videoError(in.ID, video.ErrUnknownSource)
	}
	if in.Body.BurnIn || h.cfg.Shares.Rules().BurnIn {
		if _, err := h.stamp(in.ID, in.Body.Viewer); err != nil {
			return nil, h.videoError(in.ID, err)
		}
	}
	item, token, p := h.cfg.Shares.Make(share.Order{Camera: in.ID, Viewer: in.Body.Viewer, BurnIn: in.Body.BurnIn, Reason: in.Body.Reason, By: who(ctx).Name, Until: in.Body.Until})
	if p != nil {
		return nil, fromDesk(p)
	}
	return &one[ShareMade]{ShareMade{Share: item, Token: token}}, nil
}

// stamp gives the id of a camera's picture with the name of who looks burnt into it.
func (h *Handler) stamp(camera, viewer string) (string, error) {
	if h.cfg.Video == nil {
		return "", noVideo()
	}
	return h.cfg.Video.Stamp(camera, viewer+" · "+camera)
}
