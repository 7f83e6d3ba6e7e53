package station

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// WaitBounds are the bounds of the histogram of waits, seconds.
var WaitBounds = []float64{.0001, .0002, .0005, .001, .0015, .002, .003, .004, .005, .0075, .01, .02, .05, .1, .5, 1}

// Metrics are the station's figures for /metrics. The loop publishes, a scrape reads.
type Metrics struct {
	counters    atomic.Pointer[Counters]
	published   time.Time
	writeErrors atomic.Uint64
	link        atomic.Pointer[prometheus.Observer]
	durable     atomic.Pointer[prometheus.Observer]
}

// Register makes the figures visible in reg under groundstation_*.
func (m *Metrics) Register(reg prometheus.Registerer) {
	for _, c := range []struct {
		name, help string
		value      func(Counters) uint64
	}{
		{"frames_received_total", "MAVLink frames decoded.", func(c Counters) uint64 { return c.Frames }},
		{"frames_bad_total", "Frames dropped for their checksum or form.", func(c Counters) uint64 { return c.BadFrames }},
		{"frames_unknown_system_total", "Frames of systems not in the registry.", func(c Counters) uint64 { return c.UnknownSystems }},
		{"frames_sent_total", "MAVLink frames written.", func(c Counters) uint64 { return c.FramesSent }},
		{"frames_unencodable_total", "Frames that could not be encoded.", func(c Counters) uint64 { return c.EncodeErrors }},
		{"intents_unroutable_total", "Intents for no known system.", func(c Counters) uint64 { return c.IntentsUnroutable }},
	} {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_" + c.name, Help: c.help},
			func() float64 {
				if now := m.counters.Load(); now != nil {
					return float64(c.value(*now))
				}
				return 0
			}))
	}
	reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_link_write_errors_total",
		Help: "Datagrams the link refused."}, func() float64 { return float64(m.writeErrors.Load()) }))
	wait := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "groundstation_wait_seconds",
		Help:    "Time from the socket to the Board (link), and of one durable commit (commit).",
		Buckets: WaitBounds}, []string{"of"})
	reg.MustRegister(wait)
	link, durable := wait.WithLabelValues("link"), wait.WithLabelValues("commit")
	m.link.Store(&link)
	m.durable.Store(&durable)
}

// publish makes the counters visible, ten times a second at most.
func (m *Metrics) publish(now time.Time, c Counters) {
	if now.Sub(m.published) > 100*time.Millisecond {
		m.published = now
		m.counters.Store(&c)
	}
}

func (m *Metrics) observeLink(d time.Duration)   { observe(&m.link, d) }
func (m *Metrics) observeCommit(d time.Duration) { observe(&m.durable, d) }

// observe notes a wait if anybody registered.
func observe(of *atomic.Pointer[prometheus.Observer], d time.Duration) {
	if o := of.Load(); o != nil {
		(*o).Observe(d.Seconds())
	}
}
