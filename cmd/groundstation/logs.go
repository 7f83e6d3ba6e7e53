package main

import (
	"log/slog"
	"path/filepath"
	"time"

	"groundstation/internal/logbook"
	"groundstation/internal/station"
	"groundstation/mavlink/events"
)

// openLogs reads what is kept of flight logs, for the shell and for the Core; the Core's is nil if none are to be fetched.
func openLogs(cfg *Config, log *slog.Logger) (station.LogKeeping, *logbook.Config) {
	k := station.LogKeeping{Dir: station.LogDir(filepath.Join(cfg.DataDir, "logs")), Most: cfg.Logs.MaxMB << 20}
	var err error
	if k.Kept, err = k.Dir.Load(time.Now()); err != nil {
		log.Warn("records of flight logs that cannot be read are left out", "error", err)
	}
	if !cfg.Logs.Fetch {
		return k, nil
	}
	return k, &logbook.Config{Kept: k.Kept}
}

// openWords reads what is kept of the words of events.
func openWords(cfg *Config, log *slog.Logger) (station.WordsDir, map[uint32]*events.Set) {
	dir := station.WordsDir(filepath.Join(cfg.DataDir, "events"))
	sets, err := dir.Load()
	if err != nil {
		log.Warn("kept metadata of events that cannot be read is read from the vehicle again", "error", err)
	}
	if sets == nil {
		sets = map[uint32]*events.Set{}
	}
	return dir, sets
}
