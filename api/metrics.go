package api

import (
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the door's own figures on /metrics.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	panics   prometheus.Counter
	browsers prometheus.Gauge
	dropped  *prometheus.CounterVec
	messages prometheus.Counter
	octets   prometheus.Counter
	encoded  prometheus.Counter
	unfit    prometheus.Counter
}

func newMetrics(reg prometheus.Registerer) *metrics {
	opts := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Name: "groundstation_api_" + name, Help: help}
	}
	m := &metrics{
		requests: prometheus.NewCounterVec(opts("requests_total", "Requests by operation and status."), []string{"operation", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "groundstation_api_request_seconds",
			Help: "Time to answer a request.", Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .5, 1, 5}}, []string{"operation"}),
		refused:  prometheus.NewCounterVec(opts("refused_total", "Requests refused at the door, by reason."), []string{"reason"}),
		panics:   prometheus.NewCounter(opts("panics_total", "Handlers that panicked.")),
		browsers: prometheus.NewGauge(prometheus.GaugeOpts{Name: "groundstation_api_browsers", Help: "Open WebSockets."}),
		dropped:  prometheus.NewCounterVec(opts("browsers_dropped_total", "WebSockets the station closed, by reason."), []string{"reason"}),
		messages: prometheus.NewCounter(opts("events_messages_total", "Messages sent to browsers.")),
		octets:   prometheus.NewCounter(opts("events_bytes_total", "Octets sent to browsers.")),
		encoded:  prometheus.NewCounter(opts("events_encoded_total", "Board entries encoded; once each, whatever the number of browsers.")),
		unfit:    prometheus.NewCounter(opts("events_unfit_total", "Board entries that could not be encoded and were not sent.")),
	}
	reg.MustRegister(m.requests, m.seconds, m.refused, m.panics, m.browsers, m.dropped, m.messages, m.octets, m.encoded, m.unfit)
	return m
}

// measure is huma's outermost middleware. A WebSocket's time is its life and is not counted.
func (h *Handler) measure(ctx huma.Context, next func(huma.Context)) {
	start := time.Now()
	next(ctx)
	op := ctx.Operation().OperationID
	if op == eventsOperation || op == pilotOperation {
		return
	}
	h.metrics.requests.WithLabelValues(op, strconv.Itoa(ctx.Status())).Inc()
	h.metrics.seconds.WithLabelValues(op).Observe(time.Since(start).Seconds())
}
