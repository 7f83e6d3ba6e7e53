// Command groundstation is the station, the simulated city, and the tools around them, in one binary.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "unknown"

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the station."`
	Demo    demoCmd    `cmd:"" help:"Run the simulated city and the station together."`
	Sim     simCmd     `cmd:"" help:"The simulated city: alone, or against the station by a scenario."`
	Replay  replayCmd  `cmd:"" help:"Show a record (tlog) in a console of its own; nothing is sent."`
	Token   tokenCmd   `cmd:"" help:"API tokens for programs."`
	Key     keyCmd     `cmd:"" help:"Keys by which vehicles and docks sign what they say."`
	Verify  verifyCmd  `cmd:"" help:"Check that the ledger is unbroken and recordings are as they were recorded."`
	Backup  backupCmd  `cmd:"" help:"Copy the store of a station that is not running."`
	Check   checkCmd   `cmd:"" help:"Read a station's configuration strictly and say what is wrong with it."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	var c cli
	parser := kong.Must(&c, kong.Name("groundstation"),
		kong.Description("Fleet station for drones and dock hangars."), kong.UsageOnError())
	ctx, err := parser.Parse(longFlags(os.Args[1:]))
	parser.FatalIfErrorf(err)
	if err := ctx.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "groundstation:", err)
		os.Exit(1)
	}
}

// longFlags lets -config stand for --config, as Go's own programs do. There are no short flags but -h.
func longFlags(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' && (a[1] < '0' || a[1] > '9') {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println(version)
	return nil
}

type checkCmd struct {
	Config string `help:"Configuration file." default:"config/station.toml" type:"path"`
}

func (c checkCmd) Run() error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d vehicles, %d docks, http %s, %d links\n", c.Config, len(cfg.Vehicles), len(cfg.Docks), cfg.HTTP.Addr, len(cfg.MAVLink.Links))
	return nil
}
