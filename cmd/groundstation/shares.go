package main

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/account"
	"groundstation/internal/share"
	"groundstation/store"
)

// openShares makes the links to live cameras of what the store holds, and takes back those of whoever was removed while
// the station did not run.
func openShares(cfg Config, db *store.Store, accounts *account.Accounts, metrics *prometheus.Registry, log *slog.Logger) (*share.Links, error) {
	s := cfg.Video.Share
	links, err := share.New(db, share.Rules{MaxFor: time.Duration(s.MaxHours * float64(time.Hour)), Viewers: s.Viewers, BurnIn: s.BurnIn,
		May: func(name string) bool { return accounts.Holds(name, account.Operator) }}, log)
	if err != nil {
		return nil, err
	}
	if p := links.Disown("station"); p != nil {
		log.Warn("links of those who may give none away open nothing, but that could not be kept", "error", p)
	}
	metrics.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_share_viewers", Help: "Who looks by share links now."},
			func() float64 { n, _ := links.Stats(); return float64(n) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "groundstation_share_refused_total", Help: "Tokens of share links that opened nothing."},
			func() float64 { _, n := links.Stats(); return float64(n) }))
	return links, nil
}
