package api

import (
	"bufio"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/basemap"
	"groundstation/internal/share"
	"groundstation/internal/station"
	"groundstation/video"
)

// Prefix is where the routes begin.
const Prefix = "/api/v1"

// maxBody bounds every request body, bytes.
const maxBody = 1 << 20

// Desk carries out requests: body is one of mission's request types, the answer what that type names.
type Desk interface {
	Do(ctx context.Context, by string, body any) (any, *fleet.Problem)
}

// Video gives live pictures by WHEP, and takes them by WHIP: an SDP offer for a source id, the answer and the id of the
// viewer or the publisher it made, which Stop ends; Clock says which time a viewer's pictures are of, Layer which of the
// camera's. Grant gives an address and a token for an RTSP player. Stamp gives the id by which a source is seen with a text
// burnt into its picture, Stamping why none is.
type Video interface {
	Play(ctx context.Context, id, offer string) (answer, viewer string, err error)
	Publish(ctx context.Context, id, secret, offer string) (answer, publisher string, err error)
	Stop(id string)
	Clock(viewer string) (video.Clock, bool)
	Recoded(viewer string) bool
	Layered(viewer string) bool
	Layer(viewer string) (want, given video.Layer, ok bool)
	Choose(viewer string, want video.Layer) error
	Grant(id string) (address, token string, until time.Time, err error)
	Stamp(id, text string) (stamped string, err error)
	Stamping() error
}

// FlightLogs are the logs of vehicles, kept by sortie.
type FlightLogs interface {
	Open(fleet.SortieID) (f *os.File, name string, err error)
}

// Tlogs are telemetry logs by sortie; station.ErrNoTlog says that there is none.
type Tlogs interface {
	Parts(fleet.SortieID) ([]station.TlogPart, error)
	Open(id fleet.SortieID, part string) (*os.File, error)
}

// PlanFiles read and write QGroundControl's .plan files (mission/plan). Without them such files are refused.
type PlanFiles struct {
	Parse  func(file []byte) (name string, items []fleet.Item, zones []fleet.Zone, err error)
	Format func(name string, items []fleet.Item, zones []fleet.Zone) ([]byte, error)
}

// Config is what the door opens on. Board, Desk and Accounts are required.
type Config struct {
	Board     *fleet.Board
	Desk      Desk
	Registry  fleet.Registry
	Video     Video           // nil: no video here
	ICELinks  func() []string // STUN and TURN servers that browsers are told of now, as Link headers; nil: none
	Steering  Steering        // nil: nothing is flown by hand
	Footage   Footage         // nil: nothing is recorded
	Cameras   Cameras         // nil, as the next two: no video here
	Stills    Stills
	HLS       HLS
	Shares    *share.Links // nil: no camera is shared
	Replay    Replay       // nil: this is a station
	Basemap   *basemap.Map // nil: the console draws its made-up one
	Accounts  *account.Accounts
	PlanFiles PlanFiles
	// FlightLogs opens the log of a sortie and says what it is called; nil: none are kept.
	FlightLogs FlightLogs
	// Tlogs are the telemetry logs of sorties; nil: none are kept.
	Tlogs   Tlogs
	Static  fs.FS // the built console, index.html at its root; nil serves none
	Metrics *prometheus.Registry
	Log     *slog.Logger
	// Proxies are the networks whose word on where a request came from (X-Forwarded-For), and whether by TLS
	// (X-Forwarded-Proto), is taken.
	Proxies []netip.Prefix
	// Origins are further origins ("https://station.example") whose pages may call, for a proxy that ends TLS. The
	// request's own host is always allowed.
	Origins []string
	// Now is the time against which browsers show ages; nil is the clock. A replay gives the time of its record.
	Now func() time.Time
	// MaxBrowsers bounds the open WebSockets; 0 is 64.
	MaxBrowsers int
}

// Handler is the whole door. Close it after the http.Server has shut down.
type Handler struct {
	cfg      Config
	mux      *http.ServeMux
	huma     huma.API
	metrics  *metrics
	feed     *feed
	pilots   *pilots
	static   *static
	patience patience
	// heightsSum names the heights of the ground, once they were asked for.
	heightsOnce sync.Once
	heightsSum  string
}

// New builds the door.
func New(cfg Config) *Handler {
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ICELinks == nil {
		cfg.ICELinks = func() []string { return nil }
	}
	if cfg.MaxBrowsers == 0 {
		cfg.MaxBrowsers = 64
	}
	h := &Handler{cfg: cfg, mux: http.NewServeMux(), patience: usual}
	h.metrics = newMetrics(cfg.Metrics)
	h.feed = newFeed(cfg.Board, cfg.Now, h.metrics, cfg.Log)
	h.pilots = newPilots(cfg.Metrics)
	h.static = newStatic(cfg.Static)
	h.huma = humago.New(h.mux, humaConfig())
	h.huma.UseMiddleware(h.measure, h.admit)
	h.routes()
	finishDocs(h.huma.OpenAPI())

	h.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	h.mux.Handle("GET /metrics", h.behind(account.Viewer, promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{})))
	h.mux.Handle("GET /api/openapi.json", h.behind(account.Viewer, http.HandlerFunc(h.serveDocs)))
	h.mux.HandleFunc("/api/", h.noRoute)
	h.mux.Handle("/", h.static)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), r)
	out := &tracked{ResponseWriter: w}
	defer h.catch(out, r)
	if !h.ownOrigin(r) {
		h.metrics.refused.WithLabelValues("foreign-origin").Inc()
		writeProblem(w, http.StatusForbidden, problem("foreign-origin", "pages of another origin may not call this station"))
		return
	}
	if r.ContentLength > maxBody {
		w.Header().Set("Connection", "close")
		writeProblem(w, http.StatusRequestEntityTooLarge, tooLarge())
		return
	}
	h.mux.ServeHTTP(out, r)
}

// Close ends every browser's WebSocket and waits for what serves them.
func (h *Handler) Close() {
	h.feed.close()
	h.pilots.close()
}

// tracked remembers whether an answer has begun.
type tracked struct {
	http.ResponseWriter
	begun bool
}

func (t *tracked) WriteHeader(status int) {
	t.begun = true
	t.ResponseWriter.WriteHeader(status)
}

func (t *tracked) Write(b []byte) (int, error) {
	t.begun = true
	return t.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker for the WebSocket.
func (t *tracked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	t.begun = true
	return http.NewResponseController(t.ResponseWriter).Hijack()
}

// Unwrap lets http.ResponseController reach deadlines.
func (t *tracked) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// catch answers 500 when a handler panicked. If the answer has begun the connection is cut: half an answer must not
// look whole.
func (h *Handler) catch(w *tracked, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	h.metrics.panics.Inc()
	h.cfg.Log.Error("request handler panicked", "method", r.Method, "path", r.URL.Path, "panic", v)
	if w.begun {
		panic(http.ErrAbortHandler)
	}
	writeProblem(w, http.StatusInternalServerError, problem("internal", "the station could not answer this; its log says why"))
}

func (h *Handler) routes() {
	h.sessionRoutes()
	h.userRoutes()
	h.fleetRoutes()
	h.commandRoutes()
	h.payloadRoutes()
	h.paramRoutes()
	h.keyRoutes()
	h.systemRoutes()
	h.componentRoutes()
	h.incidentRoutes()
	h.sortieRoutes()
	h.flightLogRoutes()
	h.tlogRoutes()
	h.planRoutes()
	h.patrolRoutes()
	h.privacyRoutes()
	h.replayRoutes()
	h.alarmRoutes()
	h.cameraRoutes()
	h.basemapRoutes()
	h.terrainRoutes()
	h.shareRoutes()
	h.sharedRoutes()
	h.publishRoutes()
	h.footageRoutes()
	h.handRoutes()
	h.followRoutes()
	h.eventRoutes()
}
