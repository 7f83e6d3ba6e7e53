package station

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// Why a frame is not in a log.
const (
	dropBuffer = iota // too much waited to be written
	dropDisk          // the disk failed
	dropFull          // there was no room
	dropReasons
)

type recorderCounters struct {
	frames, bytes, parts, errors, removed atomic.Uint64
	dropped                               [dropReasons]atomic.Uint64
	held, max, open                       atomic.Int64
}

// Register makes the figures visible in reg under groundstation_tlog_*.
func (r *Recorder) Register(reg prometheus.Registerer) {
	counter := func(name, help string, labels prometheus.Labels, value *atomic.Uint64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_tlog_" + name, Help: help, ConstLabels: labels},
			func() float64 { return float64(value.Load()) }))
	}
	gauge := func(name, help string, value *atomic.Int64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_tlog_" + name, Help: help},
			func() float64 { return float64(value.Load()) }))
	}
	counter("frames_total", "Frames written to telemetry logs.", nil, &r.count.frames)
	counter("bytes_total", "Octets written to telemetry logs.", nil, &r.count.bytes)
	counter("files_total", "Files of telemetry logs begun.", nil, &r.count.parts)
	counter("errors_total", "Failures of the disk with telemetry logs.", nil, &r.count.errors)
	counter("removed_total", "Sorties whose telemetry log was removed to make room.", nil, &r.count.removed)
	for i, reason := range [dropReasons]string{dropBuffer: "buffer", dropDisk: "disk", dropFull: "full"} {
		counter("dropped_total", "Frames that are in no telemetry log, by reason.", prometheus.Labels{"reason": reason}, &r.count.dropped[i])
	}
	gauge("held_bytes", "Octets that the telemetry logs take.", &r.count.held)
	gauge("max_bytes", "Octets that they may take.", &r.count.max)
	gauge("open", "Sorties that are recorded now.", &r.count.open)
}
