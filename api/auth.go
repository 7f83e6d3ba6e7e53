package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"groundstation/account"
)

const (
	cookieName = "groundstation_session"
	roleKey    = "role" // of huma.Operation.Metadata; absent: open to all
)

type identityKey struct{}

// who gives the caller of a handler behind admit.
func who(ctx context.Context) account.Identity {
	id, _ := ctx.Value(identityKey{}).(account.Identity)
	return id
}

// identify reads the bearer token, else the session cookie.
func (h *Handler) identify(r *http.Request) (account.Identity, error) {
	if auth := r.Header.Get("Authorization"); auth != "" {
		scheme, token, _ := strings.Cut(auth, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return account.Identity{}, &account.Denied{Code: "bad-token", Message: "authorize with: Bearer TOKEN"}
		}
		return h.cfg.Accounts.ByToken(strings.TrimSpace(token))
	}
	c, err := r.Cookie(cookieName)
	if err != nil {
		return account.Identity{}, &account.Denied{Code: "no-session", Message: "sign in first"}
	}
	return h.cfg.Accounts.BySession(c.Value)
}

// authorize gives the caller if it may do what need asks for.
func (h *Handler) authorize(r *http.Request, need account.Role) (account.Identity, error) {
	id, err := h.identify(r)
	if err != nil {
		h.metrics.refused.WithLabelValues("unauthorized").Inc()
		return id, h.fromAccount(err)
	}
	if !id.Role.Allows(need) {
		h.metrics.refused.WithLabelValues("forbidden").Inc()
		return id, refuse(http.StatusForbidden, "forbidden", "%s is a %s; this needs the role %s", id.Name, id.Role, need)
	}
	return id, nil
}

// admit is huma's middleware: it lets in who the operation's role allows.
func (h *Handler) admit(ctx huma.Context, next func(huma.Context)) {
	need, closed := ctx.Operation().Metadata[roleKey].(account.Role)
	if !closed {
		next(ctx)
		return
	}
	r, _ := humago.Unwrap(ctx)
	id, err := h.authorize(r, need)
	if err != nil {
		status, p := unpack(err)
		ctx.SetHeader("Content-Type", "application/json")
		ctx.SetStatus(status)
		_ = json.NewEncoder(ctx.BodyWriter()).Encode(p)
		return
	}
	next(huma.WithValue(ctx, identityKey{}, id))
}

// behind does the same for a handler outside huma.
func (h *Handler) behind(need account.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := h.authorize(r, need); err != nil {
			status, p := unpack(err)
			writeProblem(w, status, p)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// unpack gives the status and body of a handler's error.
func unpack(err error) (int, Problem) {
	var r *refusal
	if errors.As(err, &r) {
		return r.status, r.Problem
	}
	return http.StatusInternalServerError, problem("internal", "the station could not answer this; its log says why")
}

// ownOrigin says whether a request is a page of ours, or no page at all. Browsers name the page's origin in Origin, or
// say cross-site in Sec-Fetch-Site where they leave it out (images, scripts); following a link to the console is fine.
func (h *Handler) ownOrigin(r *http.Request) bool {
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		return len(origins) == 1 && h.allowed(origins[0], r)
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

func (h *Handler) allowed(origin string, r *http.Request) bool {
	if slices.Contains(h.cfg.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" {
		return false
	}
	scheme := "http"
	if h.secure(r) {
		scheme = "https"
	}
	return u.Scheme == scheme && strings.EqualFold(u.Host, r.Host)
}
