package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"groundstation/account"
	"groundstation/store"
)

// demoCmd is `make run`: the simulated city as a second process of this binary, and the station in this one.
type demoCmd struct {
	serveFlags
	sitlFlags
	callsFlags
	SimConfig string `help:"The simulated city's TOML file." default:"config/sim.toml" type:"path"`
	RTSP      string `name:"rtsp" help:"Address of the simulated cameras." default:"127.0.0.1:8554"`
	Control   string `help:"Address of the city's control port: faults and truth." default:"127.0.0.1:14590"`
	Ports     int    `name:"port-base" help:"Each simulated system's own UDP port is this plus its system id; 0 takes any." default:"14600"`
}

func (c demoCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this binary: %w", err)
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	udp := cfg.udp()
	if udp == nil {
		return errors.New("the simulated city reaches the station by UDP: no link of the file is a udp-server")
	}
	c.Cameras = c.RTSP
	city := exec.Command(self, append([]string{"sim", "--config", c.SimConfig, "--station", *udp, "--rtsp", c.RTSP,
		"--control", c.Control, "--port-base", strconv.Itoa(c.Ports)}, c.args()...)...)
	if c.Incidents != "" {
		token, err := callerToken(cfg.DataDir)
		if err != nil {
			return fmt.Errorf("make a token for the calls: %w", err)
		}
		city.Args = append(city.Args, "--api", "http://"+cfg.HTTP.Addr, "--incidents", c.Incidents, "--call-seed", strconv.FormatUint(c.CallSeed, 10))
		city.Env = append(os.Environ(), tokenEnv+"="+token)
	}
	city.Stdout, city.Stderr = os.Stderr, os.Stderr
	// Its own process group, so that Ctrl-C reaches it through us and once; it ends when we do, even by kill -9.
	city.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := city.Start(); err != nil {
		return fmt.Errorf("start the simulated city: %w", err)
	}
	cityEnded := make(chan error, 1)
	go func() {
		cityEnded <- city.Wait()
		stop()
	}()
	err = serve(ctx, c.serveFlags, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	_ = city.Process.Signal(syscall.SIGTERM)
	select {
	case ended := <-cityEnded:
		if err == nil && ctx.Err() == nil {
			err = ended
		}
	case <-time.After(5 * time.Second):
		_ = city.Process.Kill()
		<-cityEnded
	}
	return err
}

// callerToken makes the token of the emergency centre that the city plays, in place of the one of the last time.
func callerToken(data string) (string, error) {
	const name = "simulated-110"
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", err
	}
	db, err := store.Open(filepath.Join(data, dbFile), store.Options{})
	if err != nil {
		return "", err
	}
	defer db.Close()
	accounts, err := account.Open(db, time.Now)
	if err != nil {
		return "", err
	}
	for _, t := range accounts.Tokens() {
		if t.Name == name {
			if err := accounts.RemoveToken(name, "make run"); err != nil {
				return "", err
			}
		}
	}
	_, secret, err := accounts.AddToken(name, account.Operator, "make run", time.Time{})
	return secret, err
}
