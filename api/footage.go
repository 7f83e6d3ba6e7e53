package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/footage"
	"groundstation/internal/geo"
	"groundstation/video/record"
)

// Footage is what was recorded of cameras. What it shows or gives out is in the ledger by then.
type Footage interface {
	Find(footage.Query) ([]footage.RecordingItem, *fleet.Problem)
	Get(id string) (footage.RecordingDetail, *fleet.Problem)
	See(id, by string) *fleet.Problem
	Segment(id string, n int, by string) (*os.File, record.Segment, *fleet.Problem)
	Track(id, by string) ([]record.Point, *fleet.Problem)
	Playlist(id string, uri func(n int) string) ([]byte, *fleet.Problem)
	Take(footage.Order) (*footage.Export, *fleet.Problem)
	Start(v fleet.VehicleID, by string) (fleet.Recording, *fleet.Problem)
	Stop(v fleet.VehicleID, by string) *fleet.Problem
	Hold(id, by, reason string) *fleet.Problem
	Release(id, by, reason string) *fleet.Problem
}

const playlistType = "application/vnd.apple.mpegurl"

type findRecordings struct {
	From    time.Time `query:"from" doc:"Only what goes on after this"`
	To      time.Time `query:"to" doc:"Only what began before this"`
	Vehicle string    `query:"vehicle" maxLength:"128"`
	Sortie  string    `query:"sortie" maxLength:"128"`
	Lat     float64   `query:"lat" minimum:"-90" maximum:"90"`
	Lon     float64   `query:"lon" minimum:"-180" maximum:"180"`
	WithinM float64   `query:"withinM" minimum:"0" maximum:"100000" doc:"Only where the vehicle came within so many metres of lat, lon; 0: anywhere"`
	Limit   int       `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

type bySegment struct {
	ByID
	N int `path:"n" minimum:"1" maximum:"999999"`
}

type exportInput struct {
	ByID
	From      time.Time `query:"from" doc:"Of the clip; its beginning if absent"`
	To        time.Time `query:"to" doc:"Of the clip; its end if absent"`
	Originals bool      `query:"originals" doc:"With the files as they were recorded, and their index"`
	Transport bool      `query:"transport" doc:"With each clip as MPEG transport stream too, MISB ST 0601 beside the picture"`
}

// ReasonInput is why somebody does what is to be accounted for.
type ReasonInput struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

type reasoned struct {
	ByID
	Body ReasonInput
}

// answers says that an operation answers with octets of a type.
func answers(media, description string) func(*huma.Operation) {
	return func(op *huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {Description: description, Content: map[string]*huma.MediaType{
			media: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	}
}

func (h *Handler) footageRoutes() {
	route(h, account.Viewer, "list-recordings", http.MethodGet, "/recordings", "Recordings by time, vehicle, sortie and place, the newest first", 0,
		footed(h, func(f Footage, _ string, in *findRecordings) (*many[footage.RecordingItem], *fleet.Problem) {
			q := footage.Query{From: in.From, To: in.To, Vehicle: fleet.VehicleID(in.Vehicle), Sortie: fleet.SortieID(in.Sortie), WithinM: in.WithinM, Limit: in.Limit}
			if in.WithinM > 0 {
				q.Near = &geo.LatLon{Lat: in.Lat, Lon: in.Lon}
			}
			all, p := f.Find(q)
			return &many[footage.RecordingItem]{all}, p
		}))
	route(h, account.Viewer, "get-recording", http.MethodGet, "/recordings/{id}", "One recording with its segments and its gaps", 0,
		footed(h, func(f Footage, _ string, in *ByID) (*one[footage.RecordingDetail], *fleet.Problem) {
			d, p := f.Get(in.ID)
			return &one[footage.RecordingDetail]{d}, p
		}))
	route(h, account.Viewer, "get-recording-track", http.MethodGet, "/recordings/{id}/track", "Where its vehicle was and where the camera looked, in order; the view is noted", 0,
		footed(h, func(f Footage, by string, in *ByID) (*many[record.Point], *fleet.Problem) {
			t, p := f.Track(in.ID, by)
			return &many[record.Point]{t}, p
		}))
	route(h, account.Viewer, "play-recording", http.MethodGet, "/recordings/{id}/playlist.m3u8", "Its playlist (HLS); the view is noted", 0,
		footed(h, h.playlist), answers(playlistType, "The playlist"))
	route(h, account.Viewer, "get-recording-segment", http.MethodGet, "/recordings/{id}/segments/{n}", "The file of one segment (fragmented MP4), or a range of it; the view is noted", 0,
		footed(h, h.segment), answers("video/mp4", "The file"))
	route(h, account.Operator, "export-recording", http.MethodGet, "/recordings/{id}/export", "A clip as MP4 with its track and a manifest of hashes, in a ZIP file; it is noted", 0,
		footed(h, h.export), answers("application/zip", "The file"))
	route(h, account.Admin, "hold-recording", http.MethodPost, "/recordings/{id}/hold", "Keep it from being deleted", http.StatusNoContent,
		footed(h, func(f Footage, by string, in *reasoned) (*none, *fleet.Problem) {
			return nil, f.Hold(in.ID, by, in.Body.Reason)
		}))
	route(h, account.Admin, "release-recording", http.MethodPost, "/recordings/{id}/release", "Let it be deleted when its time is over", http.StatusNoContent,
		footed(h, func(f Footage, by string, in *reasoned) (*none, *fleet.Problem) {
			return nil, f.Release(in.ID, by, in.Body.Reason)
		}))
	route(h, account.Operator, "start-recording", http.MethodPost, "/vehicles/{id}/recording", "Record a vehicle's camera until somebody stops it", 0,
		footed(h, func(f Footage, by string, in *ByID) (*one[fleet.Recording], *fleet.Problem) {
			r, p := f.Start(fleet.VehicleID(in.ID), by)
			return &one[fleet.Recording]{r}, p
		}))
	route(h, account.Operator, "stop-recording", http.MethodDelete, "/vehicles/{id}/recording", "Stop recording a vehicle's camera", http.StatusNoContent,
		footed(h, func(f Footage, by string, in *ByID) (*none, *fleet.Problem) {
			return nil, f.Stop(fleet.VehicleID(in.ID), by)
		}))
}

// footed is a handler that needs recordings and its caller's name. Reasons are words.
func footed[I, O any](h *Handler, f func(Footage, string, *I) (*O, *fleet.Problem)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if h.cfg.Footage == nil {
			return nil, refuse(http.StatusServiceUnavailable, "unavailable", "this station records no video")
		}
		if r, ok := any(in).(*reasoned); ok {
			if err := text("reason", r.Body.Reason); err != nil {
				return nil, err
			}
		}
		out, p := f(h.cfg.Footage, who(ctx).Name, in)
		if p != nil {
			return nil, fromDesk(p)
		}
		return out, nil
	}
}

func (h *Handler) playlist(f Footage, by string, in *ByID) (*huma.StreamResponse, *fleet.Problem) {
	if p := f.See(in.ID, by); p != nil {
		return nil, p
	}
	text, p := f.Playlist(in.ID, func(n int) string { return "segments/" + strconv.Itoa(n) })
	if p != nil {
		return nil, p
	}
	return served(playlistType, "", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	}), nil
}

func (h *Handler) segment(f Footage, by string, in *bySegment) (*huma.StreamResponse, *fleet.Problem) {
	file, s, p := f.Segment(in.ID, in.N, by)
	if p != nil {
		return nil, p
	}
	return served("video/mp4", s.File, func(w http.ResponseWriter, r *http.Request) {
		defer file.Close()
		w.Header().Set("ETag", `"`+s.SHA256+`"`)
		http.ServeContent(w, r, "", time.Time{}, file)
	}), nil
}

func (h *Handler) export(f Footage, by string, in *exportInput) (*huma.StreamResponse, *fleet.Problem) {
	e, p := f.Take(footage.Order{ID: in.ID, By: by, From: in.From, To: in.To, Originals: in.Originals, Transport: in.Transport})
	if p != nil {
		return nil, p
	}
	return served("application/zip", e.Name(), func(w http.ResponseWriter, r *http.Request) {
		if err := e.Write(w); err != nil {
			h.cfg.Log.Error("export of a recording broken off", "recording", in.ID, "by", by, "error", err)
			panic(http.ErrAbortHandler) // half a file must not look whole
		}
	}), nil
}

// served is an answer of a type, empty if the function says which, that it writes; it is an attachment if it has a name.
func served(media, name string, write func(http.ResponseWriter, *http.Request)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		if media != "" {
			w.Header().Set("Content-Type", media)
		}
		if name != "" {
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		}
		write(w, r)
	}}
}
