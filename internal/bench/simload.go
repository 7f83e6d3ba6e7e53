package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/net/ipv4"

	"groundstation/internal/geo"
	"groundstation/simulator"
)

const (
	simLoadFleet = 200 // vehicles in one simulator, of the 254 that have ids
	simLoadSpan  = 20 * time.Second
	// px4Hz is what a PX4 v1.17 sends to its ground station by itself, as recorded; askedHz what this station asks for.
	px4Hz, askedHz = 369.0, 52.0
)

// simLoad is what the simulator costs in real time over sockets: vehicles that send all that a PX4 does, each frame a datagram
// from a socket of its own. CPU by the process's own times, frames as they arrive.
func simLoad(binary string) {
	sink, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		fail(err)
	}
	_ = sink.SetReadBuffer(16 << 20) // as much as the system gives
	var heard atomic.Uint64
	go sinkFrames(sink, &heard)
	dir, err := os.MkdirTemp("", "groundstation-bench-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(dir)
	cfg := simulator.DefaultConfig()
	cfg.Station, cfg.PortBase, cfg.PX4Streams = sink.LocalAddr().String(), 0, true
	for i := range simLoadFleet {
		site := geo.Offset(geo.LatLon{Lat: 32.53, Lon: 120.47}, 90, float64(i)*100).At(cfg.GroundAMSL)
		cfg.Vehicle = append(cfg.Vehicle, simulator.VehicleAt{ID: fmt.Sprintf("V%03d", i+1), Class: "crew-quad", SystemID: uint32(i + 1), Site: &site,
			CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160, HFOVDeg: 70, MassKg: 1})
	}
	var text bytes.Buffer
	if err := toml.NewEncoder(&text).Encode(cfg); err != nil {
		fail(err)
	}
	path := filepath.Join(dir, "sim.toml")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		fail(err)
	}
	sim := exec.Command(binary, "sim", "--config", path)
	sim.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := sim.Start(); err != nil {
		fail(err)
	}
	time.Sleep(6 * time.Second) // satellites are found, all streams flow
	before, cpu, began := heard.Load(), processTime(sim.Process.Pid), time.Now()
	time.Sleep(simLoadSpan)
	frames, used, took := float64(heard.Load()-before), processTime(sim.Process.Pid)-cpu, time.Since(began)
	_ = sim.Process.Signal(syscall.SIGTERM)
	_ = sim.Wait()
	_ = sink.Close()
	perCPU := frames / used.Seconds()
	fmt.Printf("# %d vehicles, %.0f frames/s from each, %.1f %%core, %.1f µs a frame; one socket and one sendto(2) a frame\n",
		simLoadFleet, frames/took.Seconds()/simLoadFleet, 100*float64(used)/float64(took), 1e6/perCPU)
	fmt.Printf("# at what a PX4 sends by itself, %.0f frames/s: %.0f vehicles on a core\n", px4Hz, perCPU/px4Hz)
	lineMore("sim_vehicles_per_core_px4_rates", perCPU/px4Hz, "vehicles", 500)
	lineMore("sim_vehicles_per_core_asked_rates", perCPU/askedHz, "vehicles", 500)
}

// sinkFrames counts what arrives, and rests between two reads as the station's link does: a reader that is woken by each
// datagram costs the sender more than sending it.
func sinkFrames(sink *net.UDPConn, heard *atomic.Uint64) {
	in, room := ipv4.NewPacketConn(sink), make([]ipv4.Message, 256)
	for i := range room {
		room[i].Buffers = [][]byte{make([]byte, 512)}
	}
	for {
		n, err := in.ReadBatch(room, 0)
		if err != nil {
			return
		}
		heard.Add(uint64(n))
		if n < len(room) {
			time.Sleep(2 * time.Millisecond)
		}
	}
}

// processTime is the CPU time of a process (proc(5)).
func processTime(pid int) time.Duration {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		fail(err)
	}
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(string(f[11]))
	system, _ := strconv.Atoi(string(f[12]))
	return time.Duration(user+system) * 10 * time.Millisecond
}
