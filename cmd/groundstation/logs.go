package main

import (
	"log/slog"
	"path/filepath"
	"time"

	"groundstation/internal/logbook"
	"groundstation/internal/station"
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
