package api

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gorilla/websocket"

	"groundstation/account"
)

const eventsOperation = "events"

// patience is how long one browser's WebSocket is waited for.
type patience struct {
	write time.Duration // for one message to be taken; longer is a slow client
	ping  time.Duration // between pings
	pong  time.Duration // without a pong the client is gone
	alive time.Duration // between looks whether the session still stands
}

// usual is the patience of the door; a test has less.
var usual = patience{write: 5 * time.Second, ping: 10 * time.Second, pong: 25 * time.Second, alive: 2 * time.Second}

const (
	readLimit   = 512 // octets of a message from a browser, which has nothing to say
	closeWait   = time.Second
	sockBuffers = 4096
)

// browser is one WebSocket: a reader, which only hears pongs and the end, and a writer.
type browser struct {
	conn *websocket.Conn
	id   account.Identity
}

func (h *Handler) eventRoutes() {
	op := huma.Operation{OperationID: eventsOperation, Method: http.MethodGet, Path: Prefix + "/events",
		Summary: "What the station knows, live (WebSocket)", Tags: []string{"events"},
		Description: "A WebSocket. The first message is a snapshot, then come deltas at most ten times a second, at once when an alarm or a " +
			"command changes. Each message is an EventsMessage. A reader that does not keep up is shown the latest state only. Needs the role viewer.",
		Metadata: map[string]any{roleKey: account.Viewer}, Security: []map[string][]string{{"session": {}}, {"token": {}}},
		Responses: map[string]*huma.Response{
			"101": {Description: "Switching to WebSocket"},
			"200": {Description: "Each message of the WebSocket", Content: map[string]*huma.MediaType{
				"application/json": {Schema: h.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[EventsMessage](), true, "")}}},
		}}
	huma.Register(h.huma, op, func(ctx context.Context, _ *none) (*huma.StreamResponse, error) {
		id := who(ctx)
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			h.events(w, r, id)
		}}, nil
	})
}

// events serves one browser until it leaves, lags, loses its session, or the station stops.
func (h *Handler) events(w http.ResponseWriter, r *http.Request, id account.Identity) {
	// A browser always names its page's origin here. Without one the caller is a program, which has a token.
	if r.Header.Get("Origin") == "" && id.Token == "" {
		h.metrics.refused.WithLabelValues("foreign-origin").Inc()
		writeProblem(w, http.StatusForbidden, problem("foreign-origin", "a WebSocket with a session cookie must name its Origin"))
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		writeProblem(w, http.StatusUpgradeRequired, problem("upgrade-required", "this path speaks WebSocket"))
		return
	}
	b := &browser{id: id}
	if !h.feed.join(b, h.cfg.MaxBrowsers) {
		writeProblem(w, http.StatusServiceUnavailable, problem("too-many", "%d consoles are open; close one", h.cfg.MaxBrowsers))
		return
	}
	defer h.feed.leave(b)
	up := websocket.Upgrader{ReadBufferSize: sockBuffers, WriteBufferSize: sockBuffers, HandshakeTimeout: h.patience.write,
		CheckOrigin: func(*http.Request) bool { return true }} // ServeHTTP has judged it already
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	b.conn = conn
	defer conn.Close()
	gone, silent := make(chan struct{}), false
	go func() {
		defer close(gone)
		silent = b.read(h.patience.pong)
	}()
	reason := h.write(b, gone)
	_ = conn.Close()
	<-gone
	if reason == "" && silent {
		reason = "silent"
	}
	if reason != "" {
		h.metrics.dropped.WithLabelValues(reason).Inc()
		h.cfg.Log.Info("console dropped", "user", id.Name, "reason", reason)
	}
}

// read hears pongs until the connection ends; it says whether they had stopped.
func (b *browser) read(pong time.Duration) (silent bool) {
	b.conn.SetReadLimit(readLimit)
	extend := func(string) error { return b.conn.SetReadDeadline(time.Now().Add(pong)) }
	_ = extend("")
	b.conn.SetPongHandler(extend)
	for {
		if _, _, err := b.conn.NextReader(); err != nil {
			timeout, ok := err.(net.Error)
			return ok && timeout.Timeout()
		}
	}
}

// write sends what changed whenever the feed says so. It gives the reason why the station ended it, "" if the browser did.
func (h *Handler) write(b *browser, gone <-chan struct{}) string {
	m, size, version, flush, err := h.feed.first(Person{Name: b.id.Name, Role: string(b.id.Role)})
	ping, alive := time.NewTicker(h.patience.ping), time.NewTicker(h.patience.alive)
	defer ping.Stop()
	defer alive.Stop()
	for {
		if err != nil {
			h.cfg.Log.Error("a message to consoles cannot be written", "error", err)
			return b.bye("internal", websocket.CloseInternalServerErr)
		}
		if m != nil {
			_ = b.conn.SetWriteDeadline(time.Now().Add(h.patience.write))
			if err := b.conn.WritePreparedMessage(m); err != nil {
				select {
				case <-gone:
					return ""
				default:
					return "slow"
				}
			}
			h.metrics.messages.Inc()
			h.metrics.octets.Add(float64(size))
			m = nil
		}
		select {
		case <-flush:
			m, size, version, flush, err = h.feed.next(version)
		case <-ping.C:
			if err := b.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(h.patience.write)); err != nil {
				return "slow"
			}
		case <-alive.C:
			if !h.cfg.Accounts.Alive(b.id) {
				return b.bye("session-ended", websocket.ClosePolicyViolation)
			}
		case <-gone:
			return ""
		case <-h.feed.stop:
			return b.bye("stopping", websocket.CloseGoingAway)
		}
	}
}

// bye closes with a reason that the console can read.
func (b *browser) bye(reason string, code int) string {
	_ = b.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(closeWait))
	return reason
}
