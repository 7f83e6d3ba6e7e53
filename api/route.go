package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Time limits of a request.
const (
	bodyWait = 5 * time.Second  // for a body to come in
	deskWait = 10 * time.Second // for the Desk to answer, a durable commit included
)

// open is the role of a route that needs none.
const open account.Role = ""

func humaConfig() huma.Config {
	c := huma.DefaultConfig("Groundstation", "1")
	c.Info.Description = "The station's own API. Every error is a Problem. Sign in for a session cookie, or send an API token as a bearer."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", "" // served behind a session, without other hosts' scripts
	c.CreateHooks = nil                                   // no $schema links in answers
	c.Transformers = []huma.Transformer{unify}
	c.Formats = map[string]huma.Format{"application/json": format(), "json": format()}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: cookieName},
		"token":   {Type: "http", Scheme: "bearer"},
	}
	return c
}

// route registers one operation: method and path under Prefix, who may call it, and what it does. status is that of
// success; 0 is 200.
func route[I, O any](h *Handler, need account.Role, id, method, path, summary string, status int, f func(context.Context, *I) (*O, error), more ...func(*huma.Operation)) {
	op := huma.Operation{OperationID: id, Method: method, Path: Prefix + path, Summary: summary, DefaultStatus: status,
		MaxBodyBytes: maxBody + 1, BodyReadTimeout: bodyWait} // huma refuses a body that reaches its limit
	op.Tags = []string{strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0]}
	if need != open {
		op.Metadata = map[string]any{roleKey: need}
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
		op.Description = "Needs the role " + string(need) + "."
	}
	for _, m := range more {
		m(&op)
	}
	op.Middlewares = huma.Middlewares{rememberRequest}
	huma.Register(h.huma, op, func(ctx context.Context, in *I) (*O, error) {
		// The body is in; its deadline must not end a handler that takes longer than it.
		_ = http.NewResponseController(ctx.Value(requestKey{}).(exchange).w).SetReadDeadline(time.Time{})
		return f(ctx, in)
	})
}

type requestKey struct{}

type exchange struct {
	r *http.Request
	w http.ResponseWriter
}

func rememberRequest(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	next(huma.WithValue(ctx, requestKey{}, exchange{r, w}))
}

// ask asks the Desk and gives its answer as a T.
func ask[T any](ctx context.Context, h *Handler, body any) (T, error) {
	var zero T
	v, err := h.tell(ctx, body)
	if err != nil {
		return zero, err
	}
	if t, ok := as[T](v); ok {
		return t, nil
	}
	h.cfg.Log.Error("the desk answered with an unexpected type", "request", reflect.TypeOf(body).String(), "answer", reflect.TypeOf(v))
	return zero, refuse(http.StatusInternalServerError, "internal", "the station could not answer this; its log says why")
}

// tell asks the Desk for something whose answer is of no interest.
func (h *Handler) tell(ctx context.Context, body any) (any, error) {
	by := who(ctx).Name
	ctx, cancel := context.WithTimeout(ctx, deskWait)
	defer cancel()
	v, p := h.cfg.Desk.Do(ctx, by, body)
	if p != nil {
		return nil, fromDesk(p)
	}
	return v, nil
}

// as reads a value that is put by value or by pointer.
func as[T any](v any) (T, bool) {
	switch v := v.(type) {
	case T:
		return v, true
	case *T:
		if v != nil {
			return *v, true
		}
	}
	var zero T
	return zero, false
}

// find gives one object of the Board.
func find[T any](h *Handler, kind fleet.Kind, id string) (T, error) {
	v, _ := fleet.Get[any](h.cfg.Board, kind, id)
	t, ok := as[T](v)
	if !ok {
		return t, refuse(http.StatusNotFound, "unknown-"+string(kind), "there is no %s %s", kind, id)
	}
	if !h.fit(kind, v) {
		return t, refuse(http.StatusInternalServerError, "internal", "%s %s holds a value that cannot be shown; the station's log says why", kind, id)
	}
	return t, nil
}

// fit says whether a value can be written as JSON at all. A number that is none would break off an answer half way.
func (h *Handler) fit(kind fleet.Kind, v any) bool {
	if err := json.NewEncoder(io.Discard).Encode(v); err != nil {
		h.metrics.unfit.Inc()
		h.cfg.Log.Error("a value on the board cannot be shown", "kind", kind, "error", err)
		return false
	}
	return true
}

// list gives all objects of one kind that can be shown, never nil.
func list[T any](h *Handler, kind fleet.Kind) []T {
	out := []T{}
	for _, v := range fleet.All[any](h.cfg.Board, kind) {
		if t, ok := as[T](v); ok && h.fit(kind, v) {
			out = append(out, t)
		}
	}
	return out
}

// text refuses control characters, which have no place in a name and could forge lines of a log.
func text(field, s string) error {
	for _, r := range s {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return refuse(http.StatusUnprocessableEntity, "invalid", "%s: control characters are not allowed", field)
		}
	}
	return nil
}

func place(field string, p geo.LatLon) error {
	if err := p.Check(); err != nil {
		return invalid(field, err)
	}
	return nil
}

func position(field string, p geo.Position) error {
	if err := p.Check(); err != nil {
		return invalid(field, err)
	}
	return nil
}

type none struct{}

// ByID is the input of an operation on one object.
type ByID struct {
	ID string `path:"id" maxLength:"128"`
}

// one is an answer that is one object.
type one[T any] struct{ Body T }

// many is an answer that is a list, never null.
type many[T any] struct {
	Body []T `nullable:"false"`
}
