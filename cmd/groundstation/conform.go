package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"groundstation/simulator/conform"
)

// conformCmd asks a vehicle or a dock how it behaves.
type conformCmd struct {
	Endpoint string `arg:"" help:"udp:HOST:PORT (with @PORT from that port of ours), udp-listen:HOST:PORT or tcp:HOST:PORT."`
	System   uint8  `help:"System id to ask; 0 is the first autopilot or dock heard."`
	As       string `help:"Whose answers to expect; empty: by what its HEARTBEAT says." enum:",px4,ardupilot,dock" default:""`
	Motors   bool   `help:"Leave to arm, fly and move lids. Without it nothing moves. For simulators."`
	Only     string `help:"Ask only rows whose id begins so."`
	JSON     bool   `name:"json" help:"Print the table as JSON."`
}

// Run fails when an answer differs and nobody has explained it.
func (c conformCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	opt := conform.Options{System: c.System, As: conform.Personality(c.As), Motors: c.Motors, Only: c.Only}
	table, err := conform.Run(ctx, c.Endpoint, opt, func(id string, at, of int) {
		fmt.Fprintf(os.Stderr, "\r\x1b[K%d/%d %s", at+1, of, id)
	})
	fmt.Fprint(os.Stderr, "\r\x1b[K")
	if err != nil {
		return err
	}
	write := table.WriteText
	if c.JSON {
		write = table.WriteJSON
	}
	if err := write(os.Stdout); err != nil {
		return err
	}
	if n := len(table.Unexplained()); n > 0 {
		return fmt.Errorf("%d answers differ and nobody has explained them", n)
	}
	return nil
}
