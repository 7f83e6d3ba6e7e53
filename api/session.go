package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"groundstation/account"
)

// Person is somebody who has come in.
type Person struct {
	Name string `json:"name"`
	Role string `json:"role" enum:"viewer,operator,supervisor,admin"`
}

// SessionInfo is a sign-in as its owner sees it.
type SessionInfo struct {
	User      Person     `json:"user"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"Absent for an API token that does not expire"`
}

// SignInRequest opens a session.
type SignInRequest struct {
	Name     string `json:"name" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"1" maxLength:"512"`
}

// SetupRequest makes the first user from the one-time link.
type SetupRequest struct {
	Token    string `json:"token" minLength:"1" maxLength:"128" doc:"From the link's fragment: /#setup=TOKEN"`
	Name     string `json:"name" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"10" maxLength:"512"`
}

type signedIn struct {
	SetCookie string `header:"Set-Cookie"`
	Body      SessionInfo
}

type signedOut struct {
	SetCookie string `header:"Set-Cookie"`
}

func (h *Handler) sessionRoutes() {
	route(h, open, "sign-in", http.MethodPost, "/session", "Sign in with a password", 0,
		func(ctx context.Context, in *struct{ Body SignInRequest }) (*signedIn, error) {
			id, secret, err := h.cfg.Accounts.SignIn(in.Body.Name, in.Body.Password)
			if err != nil {
				return nil, h.fromAccount(err)
			}
			return h.welcome(ctx, id, secret), nil
		})
	route(h, open, "set-up", http.MethodPost, "/setup", "Make the first user from the one-time link, and sign in", http.StatusCreated,
		func(ctx context.Context, in *struct{ Body SetupRequest }) (*signedIn, error) {
			id, secret, err := h.cfg.Accounts.SetUp(in.Body.Token, in.Body.Name, in.Body.Password)
			if err != nil {
				return nil, h.fromAccount(err)
			}
			return h.welcome(ctx, id, secret), nil
		})
	route(h, account.Viewer, "get-session", http.MethodGet, "/session", "Who am I", 0,
		func(ctx context.Context, _ *none) (*one[SessionInfo], error) {
			return &one[SessionInfo]{sessionInfo(who(ctx))}, nil
		})
	route(h, account.Viewer, "sign-out", http.MethodDelete, "/session", "Sign out", http.StatusNoContent,
		func(ctx context.Context, _ *none) (*signedOut, error) {
			if err := h.cfg.Accounts.SignOut(who(ctx)); err != nil {
				return nil, h.fromAccount(err)
			}
			return &signedOut{SetCookie: h.cookie(ctx, "", account.Identity{})}, nil
		})
}

func (h *Handler) welcome(ctx context.Context, id account.Identity, secret string) *signedIn {
	return &signedIn{SetCookie: h.cookie(ctx, secret, id), Body: sessionInfo(id)}
}

func sessionInfo(id account.Identity) SessionInfo {
	info := SessionInfo{User: Person{Name: id.Name, Role: string(id.Role)}}
	if !id.ExpiresAt.IsZero() {
		info.ExpiresAt = &id.ExpiresAt
	}
	return info
}

// cookie carries a session's secret; an empty secret takes it back.
func (h *Handler) cookie(ctx context.Context, secret string, id account.Identity) string {
	c := http.Cookie{Name: cookieName, Value: secret, Path: "/"}
	if secret == "" {
		c.MaxAge = -1
	} else {
		c.Expires = id.ExpiresAt
	}
	return h.setCookie(ctx, c)
}

// setCookie writes a cookie that no script reads and no other site's page sends. It is Secure when the page came by TLS,
// here, at a trusted proxy or at one named in Origins.
func (h *Handler) setCookie(ctx context.Context, c http.Cookie) string {
	c.HttpOnly, c.SameSite = true, http.SameSiteStrictMode
	r := ctx.Value(requestKey{}).(exchange).r
	origin := r.Header.Get("Origin")
	c.Secure = h.secure(r) || strings.HasPrefix(origin, "https://") && slices.Contains(h.cfg.Origins, origin)
	return c.String()
}
