package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/city"
	"groundstation/internal/geo"
	"groundstation/internal/station"
	"groundstation/mavlink"
	"groundstation/mission"
	"groundstation/simulator"
)

// virtualStreams are, with what a vehicle says by itself, somewhat more than 10 messages a second of each.
var virtualStreams = []mavlink.Stream{{ID: 1, Hz: 1}, {ID: 245, Hz: 1}, {ID: 33, Hz: 1}, {ID: 30, Hz: 0.5}, {ID: 436, Hz: 1}, {ID: 285, Hz: 0.5},
	{ID: 42, Hz: 1}, {ID: 87, Hz: 0.5}, {ID: 24, Hz: 0.5}, {ID: 147, Hz: 0.5}, {ID: 242, Hz: 0.2}, {ID: 2, Hz: 0.2},
	{ID: 32, Hz: -1}, {ID: 74, Hz: -1}, {ID: 141, Hz: -1}, {ID: 230, Hz: -1}, {ID: 281, Hz: -1}}

const (
	// virtualSpan is the time that is flown; virtualSettle goes before it, for everybody to be heard.
	virtualSpan   = 10 * time.Minute
	virtualSettle = 30 * time.Second
	// virtualGC lets the heap grow to eleven times what lives in it between two collections: less work for more memory,
	// which is some 100 MB.
	virtualGC = 1000
)

var virtualStart = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)

// wholeCity is what is shipped: 29 vehicles and 18 docks with their real durations.
func wholeCity() (fleet.Registry, simulator.Config) {
	var registry fleet.Registry
	if _, err := toml.DecodeFile("config/station.toml", &registry); err != nil {
		fail(err)
	}
	world, err := simulator.Load("config/sim.toml")
	if err != nil {
		fail(err)
	}
	return registry, world
}

// virtual is the whole city and its station in one process and one thread, in virtual time, the world judged at each step
// of 20 ms, while the vehicle of each dock is sent to an incident: with every frame encoded and decoded, and at the seam.
func virtual(string) {
	defer debug.SetGCPercent(debug.SetGCPercent(virtualGC))
	registry, world := wholeCity()
	session := mavlink.DefaultConfig()
	session.Streams = virtualStreams
	heard := map[string]int{}
	cfg := station.Config{Registry: registry, Session: session, Limits: hangar.DefaultLimits(), Tap: func(_ time.Time, of string, _ []byte, out bool) {
		if !out {
			heard[of]++
		}
	}}
	c := city.Make(cfg, world, virtualStart)
	c.Run(virtualSettle)
	clear(heard)
	began := c.Now()
	took, speed := inVirtualTime(c, registry)
	least, frames := 0, 0
	for _, v := range registry.Vehicles {
		if n := heard[string(v.ID)]; least == 0 || n < least {
			least = n
		}
	}
	for _, n := range heard {
		frames += n
	}
	span := c.Now().Sub(began).Seconds()
	fmt.Printf("# %.0f s in %.2f s of CPU, its garbage collector's included; %.0f frames/s heard, at least %.1f from each vehicle\n",
		span, took.Seconds(), float64(frames)/span, float64(least)/span)
	lineMore("virtual_frames", speed, "x", 100)
	c = city.AtSeam(registry, world, virtualStart)
	c.Run(virtualSettle)
	took, speed = inVirtualTime(c, registry)
	fmt.Printf("# the same without frames, %.2f s of CPU\n", took.Seconds())
	lineMore("virtual_seam", speed, "x", 500)
}

// day is a day of the whole city at the seam: 120 patrols, 60 incidents, 20 faults that come and go, from a seed.
func day(string) {
	const seed = 1
	defer debug.SetGCPercent(debug.SetGCPercent(virtualGC))
	registry, world := wholeCity()
	world.Seed = seed
	stop := profiled()
	began, cpu := time.Now(), used()
	c := city.AtSeam(registry, world, time.Date(2026, 5, 1, 0, 0, 0, 0, time.FixedZone("UTC+8", 8*3600)))
	lids := lidTimes{open: map[string]bool{}, at: map[string][]time.Time{}}
	c.Watch = lids.look
	d, err := c.FlyDay(simulator.NewDay(world, seed, 60, 20), 120, 24*time.Hour)
	took := used() - cpu
	stop()
	if err != nil {
		fail(err)
	}
	fmt.Printf("# seed %d: %d sorties, %d flown, %d of them patrols, %d called off before lift-off; %d incidents served, %d waiting; %d faults\n",
		seed, d.Sorties, d.Flown, d.Patrols, d.Aborted, d.Served, d.Queued, d.Ills)
	fmt.Printf("# landed %v, %d go-arounds, %d diversions, %d vehicles carried home by crews, %d stops reset; log %s\n", d.Landed, d.GoArounds, d.Diverts, d.Carried, d.Reset, d.Log[:16])
	for _, v := range c.Violations() {
		fmt.Println("# broken:", v)
	}
	fmt.Printf("# %.0f s on the clock of this machine, %.0f times real time by CPU\n", time.Since(began).Seconds(), 24*3600/took.Seconds())
	ready := lids.toReady(c.Sorties())
	fmt.Printf("# lid wholly open to ready to arm, of vehicles that have power: p50 %.2f s, p95 %.2f s of %d launches\n",
		quantile(ready, 0.5).Seconds(), quantile(ready, 0.95).Seconds(), len(ready))
	line("day_of_the_city", took.Seconds(), "s of CPU", 300)
	line("day_rules_broken", float64(len(c.Violations())), "rules", 0)
}

// inVirtualTime sends the vehicle of each dock to an incident and lets the time pass.
func inVirtualTime(c *city.City, registry fleet.Registry) (took time.Duration, speed float64) {
	stop := profiled()
	began, cpu := c.Now(), used()
	for _, d := range registry.Docks {
		if _, problem := c.Ask(mission.CreateIncident{Title: "figure", Priority: 2, Place: geo.Offset(d.Pad.LatLon, 30, 350)}); problem != nil {
			fail(fmt.Errorf("%s: %s", problem.Code, problem.Message))
		}
	}
	c.Run(virtualSpan)
	took = used() - cpu
	stop()
	for _, v := range c.Violations() {
		fail(fmt.Errorf("a rule is broken: %s", v))
	}
	if err := c.Err(); err != nil {
		fail(err)
	}
	return took, float64(c.Now().Sub(began)) / float64(took)
}

// profiled writes a CPU profile until what it gives is called, if one is wanted; of several the last stays.
func profiled() func() {
	if profile == "" {
		return func() {}
	}
	f, err := os.Create(profile)
	if err != nil {
		fail(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		fail(err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}
}

// lidTimes are the moments at which each dock's lid came to be wholly open, as the world knows it.
type lidTimes struct {
	open map[string]bool
	at   map[string][]time.Time
}

func (l *lidTimes) look(t simulator.Truth) {
	for i := range t.Docks {
		d := &t.Docks[i]
		if open := d.LidOpen >= 0.99; open != l.open[d.ID] {
			if l.open[d.ID] = open; open {
				l.at[d.ID] = append(l.at[d.ID], t.At)
			}
		}
	}
}

// toReady are the times from there to when the sortie was ready to be launched.
func (l *lidTimes) toReady(sorties []mission.Sortie) []time.Duration {
	var all []time.Duration
	for _, s := range sorties {
		for _, st := range s.Stages {
			if st.Name != string(mission.Ready) {
				continue
			}
			opened := time.Time{}
			for _, at := range l.at[string(s.Dock)] {
				if at.After(s.CreatedAt) && !at.After(st.At) {
					opened = at
				}
			}
			if !opened.IsZero() {
				all = append(all, st.At.Sub(opened))
			}
		}
	}
	return all
}
