package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/video"
	"groundstation/video/still"
)

// Cameras tell how the sources of video stand. A camera of a vehicle has the vehicle's id, one of a dock that of the
// dock, a slash and which way it looks.
type Cameras interface {
	Cameras() []video.Camera
	Shown(id string) error
}

// Stills are single pictures: key pictures as they were encoded, and JPEG.
type Stills interface {
	Key(ctx context.Context, id string) (still.Key, error)
	JPEG(ctx context.Context, id string, width int) (picture []byte, at time.Time, err error)
}

// HLS writes a file of a source's stream; an error has a code, and nothing was written then.
type HLS interface {
	Serve(w http.ResponseWriter, r *http.Request, id, file string) error
}

// CameraItem is one camera: whose it is and how it stands. Where it is found is not told.
type CameraItem struct {
	ID      string `json:"id"`
	Vehicle string `json:"vehicle,omitempty" doc:"The vehicle that carries it"`
	Dock    string `json:"dock,omitempty" doc:"The dock that it belongs to"`
	View    string `json:"view,omitempty" enum:"inside,outside" doc:"Which way a dock's camera looks"`
	State   string `json:"state" enum:"absent,cold,waiting,live,gated" doc:"absent: it has told of no picture; cold: nobody watches; waiting: nothing comes; gated: not to be shown now"`
	Codec   string `json:"codec,omitempty" doc:"Of its picture, once that was seen: h264 or h265"`
	Code    string `json:"code,omitempty" doc:"Why it is not to be shown, for programs"`
	Why     string `json:"why,omitempty" doc:"Why it is not to be shown, for people"`
}

// PictureClock is the time of one picture that a viewer of WebRTC was sent lately; that of another follows from its RTP time.
type PictureClock struct {
	RTP uint32    `json:"rtp" doc:"Its RTP time, in 1/90000 s"`
	At  time.Time `json:"at"`
	By  string    `json:"by" enum:"capture,arrival" doc:"capture: when the camera took it, by its own clock; arrival: when it came to the station"`
}

type hlsFile struct {
	ByID
	File string `path:"file" maxLength:"128" doc:"index.m3u8, or what that leads to"`
}

type snapshotInput struct {
	ByID
	Width int `query:"width" minimum:"16" maximum:"7680" doc:"How wide it is at most, pixels; as wide as the camera's if absent"`
}

// arrivedAt is the header that says when a picture came, by the station's clock.
const arrivedAt = "Arrived-At"

func (h *Handler) cameraRoutes() {
	route(h, account.Viewer, "list-cameras", http.MethodGet, "/cameras", "All cameras, of vehicles and docks, and how they stand", 0,
		func(context.Context, *none) (*many[CameraItem], error) {
			out := []CameraItem{}
			if h.cfg.Cameras != nil {
				for _, c := range h.cfg.Cameras.Cameras() {
					out = append(out, h.cameraItem(c))
				}
			}
			return &many[CameraItem]{out}, nil
		})
	route(h, account.Viewer, "watch-camera", http.MethodPost, "/cameras/{id}/whep", "Watch a camera by WHEP (WebRTC)", http.StatusCreated, h.watch, sdpBody)
	route(h, account.Viewer, "stop-watching", http.MethodDelete, "/whep/{viewer}", "Stop watching", http.StatusNoContent,
		func(_ context.Context, in *ByViewer) (*none, error) {
			if h.cfg.Video != nil {
				h.cfg.Video.Stop(in.Viewer)
			}
			return nil, nil
		})
	route(h, account.Viewer, "get-picture-clock", http.MethodGet, "/whep/{viewer}/clock", "Which time the pictures of a viewer are of", 0, h.pictureClock)
	h.layerRoutes()
	route(h, account.Viewer, "watch-camera-hls", http.MethodGet, "/cameras/{id}/hls/{file}", "Watch a camera by Low-Latency HLS, a second or two later", 0,
		h.hlsFile, answers(playlistType, "The playlist, or a part of the stream"))
	route(h, account.Viewer, "get-key-picture", http.MethodGet, "/cameras/{id}/key", "The camera's newest key picture as it was encoded (annex B); "+arrivedAt+" says when it came", 0,
		h.keyPicture, answers("video/h264", "The picture; video/h265 if it is that"))
	route(h, account.Viewer, "get-snapshot", http.MethodGet, "/cameras/{id}/snapshot", "The camera's newest key picture as JPEG", 0,
		h.snapshot, answers("image/jpeg", "The picture"))
}

func (h *Handler) cameraItem(c video.Camera) CameraItem {
	item := CameraItem{ID: c.ID, State: c.State, Codec: string(c.Codec)}
	if !c.Verdict.Show {
		item.Code, item.Why = (&video.Gated{Verdict: c.Verdict}).Code(), (&video.Gated{Verdict: c.Verdict}).Error()
	}
	if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(c.ID)); ok {
		item.Vehicle = c.ID
	}
	if dock, view, ok := strings.Cut(c.ID, "/"); ok && (view == "inside" || view == "outside") {
		if _, ok := h.cfg.Registry.Dock(fleet.DockID(dock)); ok {
			item.Dock, item.View = dock, view
		}
	}
	return item
}

// shown says why a camera is not shown now, or nil.
func (h *Handler) shown(id string) error {
	if h.cfg.Cameras == nil {
		return noVideo()
	}
	if err := h.cfg.Cameras.Shown(id); err != nil {
		return h.videoError(id, err)
	}
	return nil
}

func noVideo() error {
	return refuse(http.StatusServiceUnavailable, "unavailable", "this station has no video")
}

func (h *Handler) watch(ctx context.Context, in *offer) (*sdpAnswer, error) {
	if in.ContentType != sdpType {
		return nil, refuse(http.StatusUnsupportedMediaType, "unsupported-media-type", "send an offer as %s", sdpType)
	}
	if h.cfg.Video == nil {
		return nil, noVideo()
	}
	ctx, cancel := context.WithTimeout(ctx, playWait)
	defer cancel()
	sdp, viewer, err := h.cfg.Video.Play(ctx, in.ID, string(in.RawBody))
	if err != nil {
		return nil, h.videoError(in.ID, err)
	}
	a := h.watching("", viewer, sdp)
	if h.cfg.Video.Layered(viewer) {
		a.Layers = "full, low"
	}
	return a, nil
}

func (h *Handler) pictureClock(_ context.Context, in *ByViewer) (*one[PictureClock], error) {
	if h.cfg.Video == nil {
		return nil, noVideo()
	}
	c, ok := h.cfg.Video.Clock(in.Viewer)
	if !ok {
		return nil, refuse(http.StatusNotFound, "not-found", "nobody watches as %s, or no picture was sent", in.Viewer)
	}
	out := PictureClock{RTP: c.RTP, At: c.At, By: "arrival"}
	if c.Captured {
		out.By = "capture"
	}
	return &one[PictureClock]{out}, nil
}

func (h *Handler) hlsFile(_ context.Context, in *hlsFile) (*huma.StreamResponse, error) {
	if h.cfg.HLS == nil {
		return nil, noVideo()
	}
	if err := h.shown(in.ID); err != nil {
		return nil, err
	}
	return served("", "", func(w http.ResponseWriter, r *http.Request) {
		if err := h.cfg.HLS.Serve(w, r, in.ID, in.File); err != nil {
			status, p := unpack(h.videoError(in.ID, err))
			writeProblem(w, status, p)
		}
	}), nil
}

func (h *Handler) keyPicture(ctx context.Context, in *ByID) (*huma.StreamResponse, error) {
	if h.cfg.Stills == nil {
		return nil, noVideo()
	}
	if err := h.shown(in.ID); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, playWait)
	defer cancel()
	key, err := h.cfg.Stills.Key(ctx, in.ID)
	if err != nil {
		return nil, h.videoError(in.ID, err)
	}
	return h.still("video/"+string(key.Track().Codec), "", key.At(), key.AnnexB()), nil
}

func (h *Handler) snapshot(ctx context.Context, in *snapshotInput) (*huma.StreamResponse, error) {
	if h.cfg.Stills == nil {
		return nil, noVideo()
	}
	if err := h.shown(in.ID); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, playWait)
	defer cancel()
	picture, at, err := h.cfg.Stills.JPEG(ctx, in.ID, in.Width)
	if err != nil {
		return nil, h.videoError(in.ID, err)
	}
	name := strings.ReplaceAll(in.ID, "/", "-") + "_" + at.UTC().Format("20060102T150405Z") + ".jpg"
	return h.still("image/jpeg", name, at, picture), nil
}

// still answers with one picture.
func (h *Handler) still(media, name string, at time.Time, picture []byte) *huma.StreamResponse {
	return served(media, name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(arrivedAt, at.UTC().Format(time.RFC3339Nano))
		w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
		_, _ = w.Write(picture)
	})
}
