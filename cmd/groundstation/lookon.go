package main

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/account"
	"groundstation/api"
	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/station"
	"groundstation/mavlink/link"
	"groundstation/store"
	"groundstation/ui"
)

// lookOn is what is left of a station whose records are damaged: it shows what is heard, and sends nothing. The file stays as
// it is. Who may look is whom the file names, if it can still be read that far; else whoever has the one-time link.
func lookOn(ctx context.Context, cfg Config, listener net.Listener, links []link.Link, db *store.Store, damage error, log *slog.Logger) error {
	log.Error("the records are damaged: nothing is decided and nothing is sent until a backup is restored", "error", damage)
	var people account.State
	if db != nil {
		if st, err := db.LoadAccounts(); err == nil {
			people = st
		}
	}
	accounts, err := account.Open(account.Memory{State: people}, time.Now)
	if err != nil {
		return err
	}
	_, keys, err := station.OpenKeyring(filepath.Join(cfg.DataDir, keyDir), cfg.Registry, log)
	if err != nil {
		return err
	}
	board, metrics := fleet.NewBoard(), prometheus.NewRegistry()
	station.RegisterLinks(metrics, links)
	lookout := station.NewLookout(station.Config{Registry: cfg.Registry, Session: cfg.session(), Limits: hangar.DefaultLimits(), Keys: keys}, links, board, time.Now())
	under := cfg.Basemap.open(log)
	if under != nil {
		defer under.Close()
	}
	proxies, err := cfg.proxies()
	if err != nil {
		return err
	}
	door := api.New(api.Config{Board: board, Desk: lookout, Basemap: under, Registry: cfg.Registry, Proxies: proxies, Accounts: accounts,
		Tlogs: station.OpenTlogs(filepath.Join(cfg.DataDir, tlogDir)), Static: ui.Files(), Metrics: metrics, Log: log})
	if err := announce(listener.Addr(), accounts); err != nil {
		return err
	}
	return show(ctx, listener, door, lookout.Run)
}
