package station

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/mavlink/link"
	"groundstation/mavlink/signing"
)

// WaitBounds are the bounds of the histogram of waits, seconds.
var WaitBounds = []float64{.0001, .0002, .0005, .001, .0015, .002, .003, .004, .005, .0075, .01, .02, .05, .1, .5, 1}

// Metrics are the station's figures for /metrics. The loop publishes, a scrape reads.
type Metrics struct {
	counters    atomic.Pointer[Counters]
	published   time.Time
	writeErrors atomic.Uint64
	logDrops    atomic.Uint64
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
		{"rtcm_forwarded_total", "RTCM messages passed on to the vehicles.", func(c Counters) uint64 { return c.Corrections }},
		{"rtcm_too_long_total", "RTCM messages that do not fit GPS_RTCM_DATA.", func(c Counters) uint64 { return c.CorrectionsTooLong }},
		{"traffic_dropped_total", "Aircraft of others that were forgotten because there were too many.", func(c Counters) uint64 { return c.TrafficDropped }},
		{"sticks_taken_total", "Inputs of pilots who fly by hand, passed on.", func(c Counters) uint64 { return c.SticksTaken }},
		{"sticks_ignored_total", "Inputs that were late, out of order, out of range or of nobody who may fly.", func(c Counters) uint64 { return c.SticksIgnored }},
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
	for v := range signing.Verdict(signing.Verdicts) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_signing_frames_total",
			Help:        "Frames of systems with a signing key, by what became of them: signed and believed pass, radio says nothing, the others are refused.",
			ConstLabels: prometheus.Labels{"verdict": v.String()}}, func() float64 {
			if now := m.counters.Load(); now != nil {
				return float64(now.Signing[v])
			}
			return 0
		}))
	}
	reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_link_write_errors_total",
		Help: "Datagrams the link refused."}, func() float64 { return float64(m.writeErrors.Load()) }))
	reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_flight_log_drops_total",
		Help: "Pieces of flight logs for which the disk was too slow; the log is fetched again."}, func() float64 { return float64(m.logDrops.Load()) }))
	wait := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "groundstation_wait_seconds",
		Help:    "Time from the socket to the Board (link), and of one durable commit (commit).",
		Buckets: WaitBounds}, []string{"of"})
	reg.MustRegister(wait)
	link, durable := wait.WithLabelValues("link"), wait.WithLabelValues("commit")
	m.link.Store(&link)
	m.durable.Store(&durable)
}

// RegisterLinks makes the figures of each link visible in reg under groundstation_link_*.
func RegisterLinks(reg prometheus.Registerer, links []link.Link) {
	for _, l := range links {
		by := prometheus.Labels{"link": strconv.Itoa(l.Spec().ID), "kind": l.Spec().Kind}
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_link_peers",
			Help: "Connections open now.", ConstLabels: by}, func() float64 { return float64(l.Stats().Peers) }))
		for _, c := range []struct {
			name, help string
			value      func(link.Stats) uint64
		}{
			{"connects_total", "Connections made.", func(s link.Stats) uint64 { return s.Connects }},
			{"refused_total", "Connections over the bound.", func(s link.Stats) uint64 { return s.Refused }},
			{"stalled_total", "Connections closed because the peer took nothing.", func(s link.Stats) uint64 { return s.Stalled }},
			{"reads_total", "Datagrams read, or pieces of a stream.", func(s link.Stats) uint64 { return s.Reads }},
			{"writes_total", "Frames written.", func(s link.Stats) uint64 { return s.Writes }},
			{"bytes_received_total", "Bytes read.", func(s link.Stats) uint64 { return s.BytesIn }},
			{"bytes_sent_total", "Bytes written.", func(s link.Stats) uint64 { return s.BytesOut }},
			{"frames_bad_total", "Broken frames in a stream.", func(s link.Stats) uint64 { return s.Bad }},
			{"garbage_bytes_total", "Bytes of a stream that are in no frame.", func(s link.Stats) uint64 { return s.Garbage }},
			{"dropped_total", "Frames not sent: nobody there, queue full, or too old.", func(s link.Stats) uint64 { return s.Dropped }},
			{"errors_total", "Failures to read, write or connect.", func(s link.Stats) uint64 { return s.Errors }},
		} {
			reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_link_" + c.name, Help: c.help,
				ConstLabels: by}, func() float64 { return float64(c.value(l.Stats())) }))
		}
	}
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
