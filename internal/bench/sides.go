package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/bluenviron/gomavlib/v3"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/prometheus/client_golang/prometheus"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/internal/station"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission"
	"groundstation/store"
)

// delayBounds are the bounds of the station's own histogram of waits, seconds.
var delayBounds = station.WaitBounds

// runSide is the process of one side: it prints its addresses, and a tally for each line it is asked.
func runSide(kind string, vehicles int, cameras string) {
	debug.SetGCPercent(station.GCPercent) // for both, so that they are alike
	var count func() (uint64, []uint64)
	switch kind {
	case sideStation:
		count = stations(vehicles)
	case sideNode:
		count = nodes(vehicles)
	case sideCameras:
		count = serveCameras(vehicles)
	case sideRelay:
		count = relayHub(cameras, vehicles)
	case sideCopier:
		count = copier()
	default:
		fail(fmt.Errorf("no side %q", kind))
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			fail(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			fail(err)
		}
		defer pprof.StopCPUProfile()
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		t := tally{CPU: used()}
		t.Frames, t.Within = count()
		b, err := json.Marshal(t)
		if err != nil {
			fail(err)
		}
		fmt.Printf("%s\n", b)
	}
}

// used is the CPU time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		fail(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// stations runs as many stations as the vehicles need ids, each with one slow and ten fast readers of its Board.
func stations(vehicles int) func() (uint64, []uint64) {
	dir, err := os.MkdirTemp("", "groundstation-ingest-")
	if err != nil {
		fail(err)
	}
	var gatherers []*prometheus.Registry
	addrs := ""
	for first := 0; first < vehicles; first += perAddr {
		var reg fleet.Registry
		for i := range min(perAddr, vehicles-first) {
			site := geo.LatLon{Lat: 32.5 + float64(i)/1000, Lon: 120.4}.At(4)
			reg.Vehicles = append(reg.Vehicles, fleet.VehicleSpec{ID: fleet.VehicleID(fmt.Sprintf("V%03d", i+1)), Class: fleet.CrewQuad,
				SystemID: fleet.SystemID(i + 1), Site: &site, CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160})
		}
		udp, err := link.Spec{ID: 1, Kind: link.UDPServer, Addr: "127.0.0.1:0"}.Open(slog.New(slog.DiscardHandler))
		if err != nil {
			fail(err)
		}
		db, err := store.Open(filepath.Join(dir, fmt.Sprintf("%d.db", first)), store.Options{})
		if err != nil {
			fail(err)
		}
		// The recorded vehicles answer nothing, so they are asked for nothing.
		session := mavlink.DefaultConfig()
		session.Streams = nil
		core := station.NewCore(station.Config{Registry: reg, Session: session, Limits: hangar.DefaultLimits()}, mission.State{}, time.Now())
		board := fleet.NewBoard()
		st := station.New(core, []link.Link{udp}, board, db, slog.New(slog.DiscardHandler))
		metrics := prometheus.NewRegistry()
		st.Metrics.Register(metrics)
		gatherers = append(gatherers, metrics)
		go func() {
			if err := st.Run(context.Background()); err != nil {
				fail(err)
			}
		}()
		go subscribe(board, 2*time.Second)
		for range 10 {
			go subscribe(board, 100*time.Millisecond)
		}
		addrs += udp.Spec().Addr + " "
	}
	fmt.Println(addrs)
	_ = os.RemoveAll(dir) // the open files stay until the end
	return func() (frames uint64, within []uint64) {
		within = make([]uint64, len(delayBounds)+1)
		for _, g := range gatherers {
			frames += gather(g, within)
		}
		return frames, within
	}
}

// gather reads a station's count of frames and adds its waits.
func gather(g *prometheus.Registry, within []uint64) (frames uint64) {
	families, err := g.Gather()
	if err != nil {
		fail(err)
	}
	for _, f := range families {
		switch f.GetName() {
		case "groundstation_frames_received_total":
			frames = uint64(f.GetMetric()[0].GetCounter().GetValue())
		case "groundstation_wait_seconds":
			for _, m := range f.GetMetric() {
				if m.GetLabel()[0].GetValue() != "link" {
					continue
				}
				for i, b := range m.GetHistogram().GetBucket() {
					within[i] += b.GetCumulativeCount()
				}
				within[len(within)-1] += m.GetHistogram().GetSampleCount()
			}
		}
	}
	return frames
}

// subscribe takes what is new on a Board, at most once in so long, as a browser's writer does.
func subscribe(board *fleet.Board, every time.Duration) {
	var version uint64
	for {
		_, now, changed := board.Since(version)
		version = now
		<-changed
		time.Sleep(every)
	}
}

// nodes runs bare gomavlib Nodes that decode what comes and do nothing with it.
func nodes(vehicles int) func() (uint64, []uint64) {
	var frames atomic.Uint64
	addrs := ""
	for first := 0; first < vehicles; first += perAddr {
		addr := freeUDP()
		node := &gomavlib.Node{
			Endpoints: []gomavlib.EndpointConf{gomavlib.EndpointUDPServer{Address: addr}}, Dialect: development.Dialect,
			OutVersion: gomavlib.V2, OutSystemID: mavlink.StationSystem, HeartbeatDisable: true,
		}
		if err := node.Initialize(); err != nil {
			fail(err)
		}
		go func() {
			for e := range node.Events() {
				if _, ok := e.(*gomavlib.EventFrame); ok {
					frames.Add(1)
				}
			}
		}()
		addrs += addr + " "
	}
	fmt.Println(addrs)
	return func() (uint64, []uint64) { return frames.Load(), nil }
}
