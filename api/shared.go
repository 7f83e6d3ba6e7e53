package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/fleet"
	"groundstation/internal/share"
	"groundstation/video"
)

// endWait is how long a question for the end of a viewing waits for it.
const endWait = 10 * time.Second

// SharedView is what who looks by a link is told.
type SharedView struct {
	ID     string    `json:"id" doc:"Of this viewing"`
	Camera string    `json:"camera"`
	Name   string    `json:"name" doc:"Of the vehicle that carries it; empty for others"`
	Viewer string    `json:"viewer" doc:"For whom the link was made; it stands over the picture"`
	BurnIn bool      `json:"burnIn" doc:"It stands in the picture itself"`
	Until  time.Time `json:"until"`
	Now    time.Time `json:"now" doc:"The station's clock"`
}

// SharedState says whether a viewing goes on.
type SharedState struct {
	Open bool      `json:"open"`
	End  share.End `json:"end,omitempty" enum:"revoked,expired,left,silent,stopping"`
}

// Bearer is the token of a link, in the only place that no log has it.
type Bearer struct {
	Authorization string `header:"Authorization" doc:"Bearer and the token of the link"`
}

func (b Bearer) token() string {
	token, _ := strings.CutPrefix(b.Authorization, "Bearer ")
	return token
}

// ByViewing is the input of an operation on one viewing.
type ByViewing struct {
	Bearer
	Viewing string `path:"viewing" maxLength:"64"`
}

type sharedOffer struct {
	ByViewing
	ContentType string `header:"Content-Type"`
	RawBody     []byte `contentType:"application/sdp"`
}

type sharedViewer struct {
	ByViewing
	Viewer string `path:"viewer" maxLength:"128"`
}

// sharedOpened begins a viewing: the cookie carries the token for a browser's own player of HLS, which sends no headers, to
// the files of this viewing and nowhere else.
type sharedOpened struct {
	SetCookie string `header:"Set-Cookie"`
	Body      SharedView
}

// shareCookie is a name; its value is the token of a link.
const shareCookie = "groundstation_share"

type sharedFile struct {
	ByViewing
	Cookie string `cookie:"groundstation_share" doc:"The token of the link, where the player sends no headers"`
	File   string `path:"file" maxLength:"128" doc:"index.m3u8, or what that leads to"`
}

// sharedRoutes are for those who look by a link. Its token, and nothing else, opens them.
func (h *Handler) sharedRoutes() {
	route(h, open, "open-share", http.MethodPost, "/share", "Begin to look by a link; it is noted", http.StatusCreated, h.openShare)
	route(h, open, "follow-share", http.MethodGet, "/share/{viewing}", "Whether a viewing goes on; the answer comes when it ends, or after a while", 0,
		func(ctx context.Context, in *ByViewing) (*one[SharedState], error) {
			v, err := h.viewing(ctx, in)
			if err != nil {
				return nil, err
			}
			ctx, cancel := context.WithTimeout(ctx, endWait)
			defer cancel()
			select {
			case <-v.Context().Done():
			case <-ctx.Done():
			}
			return &one[SharedState]{SharedState{Open: v.Ended() == "", End: v.Ended()}}, nil
		})
	route(h, open, "watch-share", http.MethodPost, "/share/{viewing}/whep", "Watch by WHEP (WebRTC); it ends with the viewing", http.StatusCreated, h.watchShare, sdpBody)
	route(h, open, "stop-watching-share", http.MethodDelete, "/share/{viewing}/whep/{viewer}", "Stop watching by WHEP; the viewing goes on", http.StatusNoContent,
		func(ctx context.Context, in *sharedViewer) (*none, error) {
			v, err := h.viewing(ctx, &in.ByViewing)
			if err != nil {
				return nil, err
			}
			v.Hide(in.Viewer)
			return nil, nil
		})
	route(h, open, "watch-share-hls", http.MethodGet, "/share/{viewing}/hls/{file}", "Watch by Low-Latency HLS; it ends with the viewing", 0,
		h.shareFile, answers(playlistType, "The playlist, or a part of the stream"))
	route(h, open, "leave-share", http.MethodDelete, "/share/{viewing}", "Look no more", http.StatusNoContent,
		func(ctx context.Context, in *ByViewing) (*none, error) {
			v, err := h.viewing(ctx, in)
			if err != nil {
				return nil, err
			}
			v.Leave()
			return nil, nil
		})
}

func (h *Handler) notShared(p *fleet.Problem) error {
	h.metrics.refused.WithLabelValues(p.Code).Inc()
	return fromDesk(p)
}

func (h *Handler) openShare(ctx context.Context, in *Bearer) (*sharedOpened, error) {
	if h.cfg.Shares == nil {
		return nil, nothingShared()
	}
	v, p := h.cfg.Shares.Open(in.token(), h.sender(ctx))
	if p != nil {
		return nil, h.notShared(p)
	}
	spec, _ := h.cfg.Registry.Vehicle(fleet.VehicleID(v.Camera))
	body := SharedView{ID: v.ID, Camera: v.Camera, Name: spec.Name, Viewer: v.Viewer, BurnIn: v.BurnIn, Until: v.Until, Now: time.Now().UTC()}
	cookie := http.Cookie{Name: shareCookie, Value: in.token(), Path: Prefix + "/share/" + url.PathEscape(v.ID) + "/hls/", Expires: v.Until}
	return &sharedOpened{SetCookie: h.setCookie(ctx, cookie), Body: body}, nil
}

// viewing gives the viewing that a request names with the token of its link; it may be over.
func (h *Handler) viewing(ctx context.Context, in *ByViewing) (*share.Viewing, error) {
	if h.cfg.Shares == nil {
		return nil, nothingShared()
	}
	v, p := h.cfg.Shares.Find(in.Viewing, in.token(), h.sender(ctx))
	if p != nil {
		return nil, h.notShared(p)
	}
	return v, nil
}

// going is viewing for what needs one that is not over.
func (h *Handler) going(ctx context.Context, in *ByViewing) (*share.Viewing, error) {
	v, err := h.viewing(ctx, in)
	if err == nil && v.Ended() != "" {
		return nil, refuse(http.StatusGone, "share-over", "the link has ended: %s", v.Ended())
	}
	return v, err
}

// seen gives the id of what a viewing shows. One whose picture is to bear a name has no other.
func (h *Handler) seen(v *share.Viewing) (string, error) {
	if !v.BurnIn {
		return v.Camera, nil
	}
	return h.stamp(v.Camera, v.Viewer)
}

// outsideError says why there is no picture to one who is not of this station: why a gate is shut stays here.
func (h *Handler) outsideError(camera string, err error) error {
	var p *fleet.Problem
	switch {
	case errors.As(err, &p):
		return fromDesk(p)
	case errors.Is(err, video.ErrGated):
		err = video.ErrGated
	}
	return h.videoError(camera, err)
}

func (h *Handler) watchShare(ctx context.Context, in *sharedOffer) (*sdpAnswer, error) {
	if in.ContentType != sdpType {
		return nil, refuse(http.StatusUnsupportedMediaType, "unsupported-media-type", "send an offer as %s", sdpType)
	}
	v, err := h.going(ctx, &in.ByViewing)
	switch {
	case err != nil:
		return nil, err
	case h.cfg.Video == nil:
		return nil, noVideo()
	}
	ctx, cancel := context.WithTimeout(ctx, playWait)
	defer cancel()
	var sdp string
	var shown string
	err = v.Show(func() (string, func(), error) {
		id, err := h.seen(v)
		if err != nil {
			return "", nil, err
		}
		answer, viewer, err := h.cfg.Video.Play(ctx, id, string(in.RawBody))
		sdp, shown = answer, viewer
		return viewer, func() { h.cfg.Video.Stop(viewer) }, err
	})
	if err != nil {
		return nil, h.outsideError(v.Camera, err)
	}
	return h.watching("/share/"+url.PathEscape(v.ID), shown, sdp), nil
}

func (h *Handler) shareFile(ctx context.Context, in *sharedFile) (*huma.StreamResponse, error) {
	if in.Authorization == "" && in.Cookie != "" {
		in.Authorization = "Bearer " + in.Cookie
	}
	v, err := h.going(ctx, &in.ByViewing)
	switch {
	case err != nil:
		return nil, err
	case h.cfg.HLS == nil:
		return nil, noVideo()
	}
	if err := h.cfg.Cameras.Shown(v.Camera); err != nil {
		return nil, h.outsideError(v.Camera, err)
	}
	id, err := h.seen(v)
	if err != nil {
		return nil, h.outsideError(v.Camera, err)
	}
	return served("", "", func(w http.ResponseWriter, r *http.Request) {
		// What waits for its next part when the viewing ends must not send that part.
		stop := context.AfterFunc(v.Context(), func() { _ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)) })
		err := h.cfg.HLS.Serve(w, r, id, in.File)
		if !stop() {
			panic(http.ErrAbortHandler)
		}
		if err != nil {
			status, p := unpack(h.outsideError(v.Camera, err))
			writeProblem(w, status, p)
		}
	}), nil
}
