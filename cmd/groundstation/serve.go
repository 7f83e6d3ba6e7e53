package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"groundstation/account"
	"groundstation/api"
	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/station"
	"groundstation/mavlink/link"
	"groundstation/mission/plan"
	"groundstation/store"
	"groundstation/ui"
	"groundstation/video"
	"groundstation/video/hls"
	"groundstation/video/still"
)

// dbFile is the store's file in the data folder.
const dbFile = "groundstation.db"

// keyDir is the folder of signing keys in the data folder. It is no part of a backup.
const keyDir = "keys"

// tlogDir is the folder of telemetry logs in the data folder. It is no part of a backup.
const tlogDir = "tlog"

// serveFlags are the station's flags; each overrides its key of the file.
type serveFlags struct {
	Config string `help:"The station's TOML file." default:"config/station.toml" type:"path"`
	HTTP   string `name:"http" help:"Address of the console and the API (http.addr)."`
	UDP    string `name:"udp" help:"Address of the first UDP server among the links (mavlink.link.addr)."`
	Video  string `name:"video" help:"Address of the one port of WebRTC media (video.udp)."`
	Data   string `name:"data" help:"Folder the station writes to (data_dir)." type:"path"`
	// Cameras, if set, stands for host and port of every camera.
	Cameras string `name:"cameras" help:"Host and port of every camera, instead of those in the file."`
}

type serveCmd struct{ serveFlags }

func (c serveCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return serve(ctx, c.serveFlags, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func (f serveFlags) load() (Config, error) {
	cfg, err := loadConfig(f.Config)
	if err != nil {
		return cfg, err
	}
	for _, o := range []struct {
		flag string
		key  *string
	}{{f.HTTP, &cfg.HTTP.Addr}, {f.UDP, cfg.udp()}, {f.Video, &cfg.Video.UDP}, {f.Data, &cfg.DataDir}} {
		if o.flag != "" && o.key == nil {
			return cfg, errors.New("--udp: no link of the file is a udp-server")
		}
		if o.flag != "" {
			*o.key = o.flag
		}
	}
	return cfg, cfg.Validate()
}

// serve runs the station until ctx ends. It opens everything first, so that a port or a folder that is taken is an
// error before anything flies, and closes in the order of the design: browsers, then the loop, then the store.
func serve(ctx context.Context, flags serveFlags, log *slog.Logger) error {
	debug.SetGCPercent(station.GCPercent)
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.HTTP.Addr)
	if err != nil {
		return taken("--http", cfg.HTTP.Addr, err)
	}
	defer listener.Close()
	var links []link.Link
	for i, spec := range cfg.MAVLink.Links {
		l, err := spec.Open(log)
		if err != nil {
			return taken(fmt.Sprintf("mavlink.link %d", i+1), spec.Addr, err)
		}
		defer l.Close()
		links = append(links, l)
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data folder (--data): %w", err)
	}
	db, err := store.Open(filepath.Join(cfg.DataDir, dbFile), store.Options{})
	unread := func(what string, err error) error { // what is damaged is not worked with
		if err = fmt.Errorf("%s (--data %s): %w", what, cfg.DataDir, err); errors.Is(err, store.ErrCorrupt) {
			return lookOn(ctx, cfg, listener, links, db, err, log)
		}
		return err
	}
	if err != nil {
		return unread("open the store", err)
	}
	defer db.Close()
	accounts, err := account.Open(db, time.Now)
	if err != nil {
		return unread("read the accounts", err)
	}
	state, err := db.Load()
	if err != nil {
		return unread("read the store", err)
	}
	for _, kind := range []fleet.Kind{fleet.KindFootage, fleet.KindShare} { // what reads them comes when the relay of pictures is open
		if _, err := db.Records(kind); err != nil {
			return unread("read the store", err)
		}
	}

	for _, b := range state.Bindings {
		if err := cfg.Registry.Rebind(b.ID, b.System); err != nil {
			log.Warn("a binding does not fit the configuration, which stands", "id", b.ID, "system", b.System, "error", err)
		}
	}
	params := filepath.Join(cfg.DataDir, "params")
	kept, err := station.LoadParams(params, cfg.Registry)
	if err != nil {
		log.Warn("kept parameters that cannot be read are read from the vehicle again", "error", err)
	}
	ring, keys, err := station.OpenKeyring(filepath.Join(cfg.DataDir, keyDir), cfg.Registry, log)
	if err != nil {
		return err
	}
	logs, book := openLogs(&cfg, log)
	words, known := openWords(&cfg, log)
	board, metrics := fleet.NewBoard(), prometheus.NewRegistry()
	taps, record := recording(cfg, metrics, log)
	mirror, err := mirroring(cfg, links, metrics)
	if err != nil {
		return err
	}
	if mirror != nil {
		taps = station.Taps(taps, mirror.Tap)
	}
	core := station.NewCore(station.Config{Registry: cfg.Registry, Session: cfg.session(), Logs: book, Words: known,
		Limits: hangar.DefaultLimits(), Desk: cfg.desk(), Params: kept, Keys: keys, Greet: link.Greet(cfg.MAVLink.Links), Tap: taps}, state, time.Now())
	st := station.New(core, links, board, db, log)
	st.KeepParams(params)
	st.KeepLogs(logs)
	st.KeepWords(words)
	st.KeepKeys(ring)
	st.Record(record)
	st.Mirror(mirror)
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	st.Metrics.Register(metrics)
	station.RegisterLinks(metrics, links)
	base, err := station.OpenBase(cfg.RTCM, log)
	if err != nil {
		return taken("rtcm.udp", cfg.RTCM.UDP, err)
	}

	proxies, err := cfg.proxies()
	if err != nil {
		return err
	}
	cameras, err := cfg.cameras(flags.Cameras)
	if err != nil {
		return err
	}
	ice, err := cfg.Video.ICE.ice()
	if err != nil {
		return err
	}
	hub, err := video.NewHub(cameras, video.Options{UDP: cfg.Video.UDP, RTSP: cfg.Video.RTSP, ICE: ice, Recoding: cfg.recoding(), Gate: gate(st), Log: log})
	if err != nil {
		return taken("--video", cfg.Video.UDP, err)
	}
	hub.Register(metrics)
	showing, dark := context.WithCancel(context.Background())
	streams := hls.New(showing, func(id string) (hls.Reader, error) { return hub.View(id) }, log)
	defer streams.Wait()
	defer dark()
	archive, err := openArchive(cfg, hub, board, st, db, metrics, log)
	if err != nil {
		return fmt.Errorf("read the records of recordings: %w", err)
	}
	shares, err := openShares(cfg, db, accounts, metrics, log)
	if err != nil {
		return fmt.Errorf("read the records of share links: %w", err)
	}
	defer shares.Close()
	under := cfg.Basemap.open(log)
	if under != nil {
		defer under.Close()
	}
	door := api.New(api.Config{Board: board, Desk: st, Basemap: under, Steering: st, Shares: shares, Registry: cfg.Registry, Proxies: proxies, Video: hub, ICELinks: func() []string { return ice.Links(time.Now()) }, Accounts: accounts, Footage: archive,
		Cameras: hub, Stills: still.New(func(id string) (still.Reader, error) { return hub.View(id) }), HLS: streams,
		FlightLogs: logs.Dir, Tlogs: station.OpenTlogs(filepath.Join(cfg.DataDir, tlogDir)), PlanFiles: api.PlanFiles{Parse: plan.ParseQGC, Format: plan.FormatQGC}, Static: ui.Files(), Metrics: metrics, Log: log})
	if err := announce(listener.Addr(), accounts); err != nil {
		return err
	}

	running, stop := context.WithCancel(context.Background())
	defer stop()
	nets, err := cfg.cameraNets()
	if err != nil {
		return err
	}
	ended := make(chan error, 3)
	go func() { ended <- st.Run(running) }()
	var corrections sync.WaitGroup
	defer corrections.Wait()
	if base != nil {
		base.Register(metrics)
		corrections.Go(func() { base.Run(running, st.Correct) })
	}
	go func() {
		pictures(running, board, cameras, video.NewDialling(cameras, nets), hub, log)
		ended <- nil
	}()
	go func() { ended <- hub.Run(running) }()
	filming, cut := context.WithCancel(running)
	defer cut()
	var films sync.WaitGroup
	films.Go(func() { archive.Run(filming) })
	defer films.Wait()
	server := &http.Server{Handler: door, ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	left := 3
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
	case err = <-served:
	}
	dark() // whoever waits for a part of a stream is answered, so that the server can shut down
	shares.Close()
	closing, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if shut := server.Shutdown(closing); shut != nil {
		_ = server.Close()
	}
	door.Close()
	cut() // recordings and streams end before their sources do
	films.Wait()
	streams.Wait()
	stop()
	for range left {
		err = errors.Join(err, <-ended)
	}
	return err
}

// recording keeps telemetry logs; nil if none are wanted.
func recording(cfg Config, metrics *prometheus.Registry, log *slog.Logger) (station.Tap, *station.Recorder) {
	if cfg.Tlog.MaxMB == 0 {
		return nil, nil
	}
	r := station.NewRecorder(filepath.Join(cfg.DataDir, tlogDir), cfg.Tlog.MaxMB<<20, log)
	r.Register(metrics)
	return r.Tap, r
}

// mirroring shows what comes to a program that looks on; nil if there is none.
func mirroring(cfg Config, links []link.Link, metrics *prometheus.Registry) (*station.Mirror, error) {
	if cfg.Mirror.UDP == "" {
		return nil, nil
	}
	m, err := station.NewMirror(cfg.Mirror.UDP, links)
	if err != nil {
		return nil, fmt.Errorf("mirror.udp: %w", err)
	}
	m.Register(metrics)
	return m, nil
}

// taken names the flag that chooses an address which could not be had.
func taken(flag, addr string, err error) error {
	return fmt.Errorf("cannot listen on %s: %w; choose another address with %s", addr, err, flag)
}

// announce prints the one line a person needs: where the console is and, on a station without accounts, the one-time
// link that makes the first.
func announce(addr net.Addr, accounts *account.Accounts) error {
	console := "http://" + addr.String()
	if !accounts.Empty() {
		fmt.Printf("Groundstation: %s\n", console)
		return nil
	}
	token, err := accounts.OpenSetup()
	if err != nil {
		return fmt.Errorf("open the one-time setup: %w", err)
	}
	fmt.Printf("Groundstation: %s  first sign-in (once): %s/#setup=%s\n", console, console, token)
	return nil
}
