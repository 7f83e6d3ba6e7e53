package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"groundstation/simulator"
)

// simCmd is the simulated city and its tools; by itself it runs the city.
type simCmd struct {
	City    cityCmd    `cmd:"" default:"withargs" help:"Run the simulated city alone (what sim does by itself)."`
	Run     simRunCmd  `cmd:"" help:"Run scenarios against the real station, in virtual time or over sockets."`
	Conform conformCmd `cmd:"" help:"Ask a vehicle or a dock how it behaves and print the table. Clears the missions on board."`
}

// cityCmd runs the simulated city alone.
type cityCmd struct {
	sitlFlags
	callsFlags
	API     string `name:"api" help:"The station's address for the calls, such as http://127.0.0.1:8080."`
	Config  string `help:"The simulated city's TOML file." default:"config/sim.toml" type:"path"`
	Station string `help:"Address of the station's MAVLink link (station)."`
	RTSP    string `name:"rtsp" help:"Address of the cameras (rtsp)."`
	Control string `help:"Address where faults are injected and the truth is read (control)."`
	Ports   *int   `name:"port-base" help:"Each system's own UDP port is this plus its system id; 0 takes any (port_base)."`
}

func (c cityCmd) Run() error {
	cfg, err := simulator.Load(c.Config)
	if err != nil {
		return err
	}
	for _, o := range []struct {
		flag string
		key  *string
	}{{c.Station, &cfg.Station}, {c.RTSP, &cfg.RTSP}, {c.Control, &cfg.Control}} {
		if o.flag != "" {
			*o.key = o.flag
		}
	}
	if c.Ports != nil {
		cfg.PortBase = *c.Ports
	}
	if err := c.apply(&cfg); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	calls, err := c.calls(cfg)
	if err != nil {
		return err
	}
	var post *caller
	if calls != nil {
		if post, err = newCaller(c.API, log); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if post != nil {
		var calling sync.WaitGroup
		calling.Go(func() { post.Run(ctx, calls) })
		defer calling.Wait()
		defer stop()
	}
	return simulator.Run(ctx, cfg, log)
}
