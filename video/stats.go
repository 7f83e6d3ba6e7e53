package video

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// Stats are the figures of the relay.
type Stats struct {
	Viewers int    // browsers and RTSP players
	Dropped uint64 // packets not handed to a reader that was behind or waited for a key picture
	Thinned uint64 // packets left out for browsers whose way is too narrow
	Sources []SourceStats
}

// SourceStats are the figures of one source, by its id.
type SourceStats struct {
	ID        string
	State     string // cold, waiting (nothing comes), live, gated
	Readers   int    // browsers and RTSP players
	Taps      int
	Octets    uint64 // of RTP payload that came
	Packets   uint64
	Gaps      uint64 // how often packets were missing on the way from the camera
	Malformed uint64 // packets that could not be read
	Dropped   uint64
	Recoding  bool    // it is made into H.264, or stamped
	Missed    uint64  // pictures and sounds that a tap was too slow for
	Bits      float64 // that came in the last second
}

// The states of a source.
const (
	StateCold    = "cold"
	StateWaiting = "waiting"
	StateLive    = "live"
	StateGated   = "gated"
)

// Stats counts over all sources.
func (h *Hub) Stats() Stats {
	all := Stats{Thinned: h.thinned.Load()}
	for _, id := range slices.Sorted(maps.Keys(h.sources)) {
		one := h.sources[id].stats()
		for _, other := range h.besides(h.sources[id]) {
			more := other.stats()
			if other.of != nil {
				one.Recoding = one.Recoding || other.live()
				more.Octets, more.Packets = 0, 0 // which did not come
			}
			one.Readers, one.Octets, one.Packets, one.Dropped = one.Readers+more.Readers, one.Octets+more.Octets, one.Packets+more.Packets, one.Dropped+more.Dropped
			one.Gaps, one.Malformed = one.Gaps+more.Gaps, one.Malformed+more.Malformed
		}
		all.Viewers += one.Readers
		all.Dropped += one.Dropped
		all.Sources = append(all.Sources, one)
	}
	return all
}

func (s *source) stats() SourceStats {
	live := s.live()
	t := s.stream
	t.mu.Lock()
	defer t.mu.Unlock()
	one := SourceStats{ID: s.id, State: StateCold, Readers: len(t.readers), Taps: len(t.taps), Octets: t.octets, Packets: t.packets,
		Gaps: t.gaps, Malformed: s.malformed.Load(), Dropped: t.dropped, Missed: t.missed, Bits: t.bits}
	for r := range t.readers {
		one.Dropped += r.lost()
	}
	for tap := range t.taps {
		one.Missed += tap.Dropped()
	}
	switch {
	case live && !t.verdict.Show:
		one.State = StateGated
	case live && t.running:
		one.State = StateLive
	case live:
		one.State = StateWaiting
	}
	return one
}

// collector shows the Stats on /metrics.
type collector struct {
	hub     *Hub
	thinned *prometheus.Desc
	of      []figure
}

type figure struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(SourceStats) float64
}

// Register adds the relay's figures to a registry.
func (h *Hub) Register(to prometheus.Registerer) {
	c := &collector{hub: h, thinned: prometheus.NewDesc("groundstation_video_thinned_packets_total", "Packets left out for browsers whose way is too narrow.", nil, nil)}
	add := func(name, help string, kind prometheus.ValueType, value func(SourceStats) float64) {
		c.of = append(c.of, figure{prometheus.NewDesc("groundstation_video_"+name, help, []string{"source"}, nil), kind, value})
	}
	add("readers", "Browsers and RTSP players of a source.", prometheus.GaugeValue, func(s SourceStats) float64 { return float64(s.Readers) })
	add("taps", "Recorders and other readers of a source's pictures.", prometheus.GaugeValue, func(s SourceStats) float64 { return float64(s.Taps) })
	add("live", "Whether pictures of a source come and may be shown.", prometheus.GaugeValue, func(s SourceStats) float64 {
		if s.State == StateLive {
			return 1
		}
		return 0
	})
	add("transcoding", "Whether a source is made into H.264 for browsers that do not play H.265, or stamped.", prometheus.GaugeValue, func(s SourceStats) float64 {
		if s.Recoding {
			return 1
		}
		return 0
	})
	add("received_bytes_total", "Octets of RTP payload that came from a source.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Octets) })
	add("received_packets_total", "RTP packets that came from a source.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Packets) })
	add("gaps_total", "How often packets were missing on the way from the camera.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Gaps) })
	add("malformed_total", "Packets from a camera that could not be read.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Malformed) })
	add("dropped_packets_total", "Packets not handed to a reader that was behind.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Dropped) })
	add("missed_units_total", "Pictures and sounds that a recorder or another tap was too slow for.", prometheus.CounterValue, func(s SourceStats) float64 { return float64(s.Missed) })
	to.MustRegister(c)
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	out <- c.thinned
	for _, f := range c.of {
		out <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	all := c.hub.Stats()
	out <- prometheus.MustNewConstMetric(c.thinned, prometheus.CounterValue, float64(all.Thinned))
	for _, s := range all.Sources {
		for _, f := range c.of {
			out <- prometheus.MustNewConstMetric(f.desc, f.kind, f.value(s), s.ID)
		}
	}
}
