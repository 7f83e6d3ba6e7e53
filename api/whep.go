package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"groundstation/video/unit"
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
	Transcoded  string   `header:"Transcoded-From" doc:"h265 where the picture is made from that; absent where it is the camera's own"`
	Layers      string   `header:"Picture-Layers" doc:"full, low where there is a choice; PUT it to the layer of Location"`
	Body        []byte
}

// ByViewer names a viewer. It is exported, as are all that inputs embed: a path parameter of another is never filled.
type ByViewer struct {
	Viewer string `path:"viewer" maxLength:"128"`
}

// watching is the answer to who watches a camera from now on.
func (h *Handler) watching(place, viewer, sdp string) *sdpAnswer {
	a := &sdpAnswer{ContentType: sdpType, Location: Prefix + place + "/whep/" + url.PathEscape(viewer), Link: h.cfg.ICELinks(), Body: []byte(sdp)}
	if h.cfg.Video.Recoded(viewer) {
		a.Transcoded = string(unit.H265)
	}
	return a
}

// videoError says why there is no picture; an error of video may name its own code.
func (h *Handler) videoError(camera string, err error) error {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return refuse(statusOf(coded.Code()), coded.Code(), "%v", err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return refuse(http.StatusGatewayTimeout, "video-timeout", "the camera of %s did not answer in %s", camera, playWait)
	}
	h.cfg.Log.Warn("no video", "source", camera, "error", err)
	return refuse(http.StatusBadGateway, "video-failed", "no picture of %s: %v", camera, err)
}
