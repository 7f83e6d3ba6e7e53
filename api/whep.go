package api

import (
	"context"
	"errors"
	"net/http"
	"time"
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
