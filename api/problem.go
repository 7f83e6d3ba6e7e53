package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"groundstation/account"
	"groundstation/fleet"
)

// Problem is every error's body: Code is stable and for programs, Message for people.
type Problem struct {
	Code    string `json:"code" doc:"Stable, for programs"`
	Message string `json:"message" doc:"For people, in English; names the field or the side that refused"`
}

// refusal is a Problem with its status, as an error of a handler.
type refusal struct {
	status int
	Problem
}

func (r *refusal) Error() string  { return r.Code + ": " + r.Message }
func (r *refusal) GetStatus() int { return r.status }

func problem(code, format string, args ...any) Problem {
	return Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

func refuse(status int, code, format string, args ...any) error {
	return &refusal{status: status, Problem: problem(code, format, args...)}
}

func invalid(field string, err error) error {
	return refuse(http.StatusUnprocessableEntity, "invalid", "%s: %v", field, err)
}

func tooLarge() Problem {
	return problem("too-large", "a request body may have at most %d bytes", maxBody)
}

// fromDesk turns the Desk's refusal into an error with a status.
func fromDesk(p *fleet.Problem) error {
	return refuse(statusOf(p.Code), p.Code, "%s", p.Message)
}

// statusOf gives the HTTP status for a code of the Desk or of account: what is unknown is 404, what is malformed 422,
// what storage or time prevents 503, and any other refusal says that the present state forbids it, 409.
func statusOf(code string) int {
	switch code {
	case "wrong-password", "no-session", "bad-token":
		return http.StatusUnauthorized
	case "no-setup", "forbidden", "denied":
		return http.StatusForbidden
	case "locked", "too-many", "busy":
		return http.StatusTooManyRequests
	case "invalid", "invalid-plan", "invalid-recurrence":
		return http.StatusUnprocessableEntity
	case "unavailable", "timeout", "storage", "stopping", "closing", "read-only", "no-transcoder", "no-watermark", "no-font":
		return http.StatusServiceUnavailable
	case "no-answer":
		return http.StatusGatewayTimeout
	case "internal":
		return http.StatusInternalServerError
	}
	switch {
	case strings.HasPrefix(code, "unknown-"):
		return http.StatusNotFound
	case strings.HasPrefix(code, "invalid-"), strings.HasPrefix(code, "bad-"):
		return http.StatusUnprocessableEntity
	case strings.HasPrefix(code, "storage-"), strings.HasPrefix(code, "store-"):
		return http.StatusServiceUnavailable
	}
	return http.StatusConflict
}

// fromAccount turns a refusal of account into an error with a status; what is none is a fault of ours, logged.
func (h *Handler) fromAccount(err error) error {
	var d *account.Denied
	if errors.As(err, &d) {
		return refuse(statusOf(d.Code), d.Code, "%s", d.Message)
	}
	h.cfg.Log.Error("accounts failed", "error", err)
	return refuse(http.StatusServiceUnavailable, "unavailable", "accounts cannot be kept at present; the station's log says why")
}

// unify is huma's transformer: its own error model becomes a Problem.
func unify(ctx huma.Context, _ string, v any) (any, error) {
	switch e := v.(type) {
	case *huma.ErrorModel:
		ctx.SetHeader("Content-Type", "application/json")
		return fromModel(e), nil
	case *refusal:
		return e.Problem, nil
	}
	return v, nil
}

// fromModel reads huma's error: one unknown field is named before anything else, then all invalid fields.
func fromModel(e *huma.ErrorModel) Problem {
	switch e.Status {
	case http.StatusRequestEntityTooLarge:
		return tooLarge()
	case http.StatusUnsupportedMediaType:
		return problem("unsupported-media-type", "send application/json")
	case http.StatusRequestTimeout:
		return problem("slow-body", "the request body came too slowly")
	case http.StatusInternalServerError:
		return problem("internal", "the station could not answer this; its log says why")
	}
	var parts []string
	for _, d := range e.Errors {
		if d == nil {
			continue
		}
		where := strings.TrimPrefix(strings.TrimPrefix(d.Location, "body."), "path.")
		switch {
		case d.Message == validation.MsgUnexpectedProperty:
			return problem("unknown-field", "%q is not a field of this request", where)
		case strings.HasPrefix(d.Message, duplicatePrefix):
			return problem("duplicate-field", "%s", d.Message)
		case d.Location == "body" && e.Status == http.StatusBadRequest:
			return problem("invalid-json", "%s", d.Message)
		}
		if len(parts) < 5 {
			parts = append(parts, where+": "+d.Message)
		}
	}
	if len(parts) == 0 {
		return problem("invalid", "%s", e.Detail)
	}
	return problem("invalid", "%s", strings.Join(parts, "; "))
}

// writeProblem answers outside huma.
func writeProblem(w http.ResponseWriter, status int, p Problem) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p)
}

// noRoute answers what no route matched, telling a wrong method from a wrong path.
func (h *Handler) noRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := h.mux.Handler(probe); pattern != "/api/" && pattern != "/" {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeProblem(w, http.StatusMethodNotAllowed, problem("method", "this path takes %s", strings.Join(allowed, ", ")))
		return
	}
	writeProblem(w, http.StatusNotFound, problem("not-found", "there is nothing at this path"))
}
