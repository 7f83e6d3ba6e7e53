package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"groundstation/account"
	"groundstation/api"
	"groundstation/fleet"
	"groundstation/internal/station"
	"groundstation/ui"
)

// replayCmd shows a record in a console of its own. No link is opened and nothing is ever sent.
type replayCmd struct {
	Files  []string `arg:"" name:"file" help:"Telemetry logs: of this station, QGroundControl, Mission Planner or MAVProxy. Several are played together." type:"existingfile"`
	Speed  float64  `help:"Seconds of the record in a second, 0.1 to 100." default:"1"`
	HTTP   string   `name:"http" help:"Address of the console." default:"127.0.0.1:8090"`
	Config string   `help:"A station's TOML file, for the names of its fleet and its map; without it vehicles are named by their system ids." type:"path"`
}

func (c replayCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return c.serve(ctx, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func (c replayCmd) serve(ctx context.Context, log *slog.Logger) (err error) {
	var cfg Config
	if c.Config != "" {
		if cfg, err = loadConfig(c.Config); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", c.HTTP)
	if err != nil {
		return taken("--http", c.HTTP, err)
	}
	defer listener.Close()
	accounts, err := account.Open(account.Memory{}, time.Now)
	if err != nil {
		return fmt.Errorf("make the replay's accounts: %w", err)
	}
	board := fleet.NewBoard()
	replay, err := station.OpenReplay(c.Files, cfg.Registry, c.Speed, board)
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	defer replay.Close()
	under := cfg.Basemap.open(log)
	if under != nil {
		defer under.Close()
	}
	door := api.New(api.Config{Board: board, Desk: replay, Basemap: under, Replay: replay, Registry: replay.Registry(), Accounts: accounts, Static: ui.Files(),
		Metrics: prometheus.NewRegistry(), Log: log, Now: replay.Now})
	if err := announce(listener.Addr(), accounts); err != nil {
		return err
	}
	return show(ctx, listener, door, replay.Run)
}
