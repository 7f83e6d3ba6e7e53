package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"

	"groundstation/fleet"
	"groundstation/internal/footage"
	"groundstation/internal/station"
	"groundstation/store"
	"groundstation/video"
	"groundstation/video/record"
	"groundstation/video/unit"
)

// videoDir is the folder of recordings in the data folder. It is no part of a backup.
const videoDir = "video"

// openArchive makes the archive of what cameras record.
func openArchive(cfg Config, hub *video.Hub, board *fleet.Board, st *station.Station, db *store.Store, metrics *prometheus.Registry, log *slog.Logger) (*footage.Archive, error) {
	dir := filepath.Join(cfg.DataDir, videoDir)
	lengths := record.UsualLengths
	lengths.Segment = time.Duration(cfg.Video.Record.SegmentS * float64(time.Second))
	purposes := map[string]bool{}
	for _, p := range cfg.Video.Record.Purposes {
		purposes[p] = true
	}
	keep := cfg.Video.Retention
	library := record.NewLibrary(dir)
	a, err := footage.New(footage.Config{Library: library, Board: board, Store: db, Desk: st, Registry: cfg.Registry, Log: log,
		Tap:      func(source string) (record.Tap, error) { return openTap(hub, source) },
		Purposes: purposes, PreRoll: time.Duration(cfg.Video.Record.PreRollS * float64(time.Second)), Lengths: lengths,
		Policy:  record.Policy{Days: map[string]int{"patrol": keep.PatrolDays, "incident": keep.IncidentDays}, Other: keep.ManualDays, Quota: keep.MaxMB << 20},
		MinFree: keep.MinFreeMB << 20, Free: func() (int64, error) { return freeOctets(cfg.DataDir) }})
	if err != nil {
		return nil, err
	}
	metrics.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_recording_dropped_total", Help: "Pictures and frames of sound that the disk did not keep up with."},
			func() float64 { return float64(a.Dropped()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_recording_bytes", Help: "What recordings take of the disk."},
			func() float64 { return float64(library.Octets()) }))
	return a, nil
}

// freeOctets is how much of the disk of a folder is free for us.
func freeOctets(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * s.Bsize, nil
}

// tap is one of the hub's that says by record.Shut that its gate is shut.
type tap struct{ *video.Tap }

func openTap(hub *video.Hub, source string) (record.Tap, error) {
	t, err := hub.Tap(source)
	if err != nil {
		return nil, err
	}
	return tap{t}, nil
}

func (t tap) Next(ctx context.Context) (*unit.Unit, error) {
	u, err := t.Tap.Next(ctx)
	var gated *video.Gated
	if errors.As(err, &gated) {
		return nil, &record.Shut{Why: gated.Error()}
	}
	return u, err
}
