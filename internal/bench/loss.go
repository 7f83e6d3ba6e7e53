package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/simulator"
)

// air is one row of the loss table.
type air struct {
	name string
	simulator.Air
	runs int
	aim  float64 // share of uploads that must succeed, %
	// whole: with a fence and a rally point, three lists as before a sortie.
	whole bool
}

// lte is a radio that repeats a tenth of what it carries, and lets datagrams overtake one another by up to 200 ms.
func lte(loss float64, delay time.Duration) simulator.Air {
	return simulator.Air{Loss: loss, Duplicate: 0.1, Delay: delay, Jitter: 200 * time.Millisecond}
}

var airs = []air{
	{"0", lte(0, 25*time.Millisecond), 480, 100, false},
	{"10", lte(0.1, 25*time.Millisecond), 960, 99.9, false},
	{"30", lte(0.3, 25*time.Millisecond), 4800, 99.9, false},
	{"50", lte(0.5, 25*time.Millisecond), 2400, 99, false},
	{"0_rtt_2s", simulator.Air{Delay: time.Second}, 480, 100, false},
	{"30_rtt_2s", lte(0.3, 900*time.Millisecond), 960, 99.9, false},
	{"30_rtt_4s", lte(0.3, 1900*time.Millisecond), 480, 99.9, false},
	{"30_whole", lte(0.3, 25*time.Millisecond), 480, 99.9, true},
}

const (
	lossFleet = 240 // vehicles that are uploaded to at once, each over its own radio
	lossItems = 20
)

// roundTrip is the mean time there and back.
func (a air) roundTrip() time.Duration { return 2 * (a.Delay + a.Jitter/2) }

// loss uploads plans of 20 items to simulated vehicles over bad radios, in virtual time, and
// counts those that were read back and seen to take effect within 60 s and 40 round trips.
func loss(string) {
	runs, lossless := 0, time.Duration(0)
	for _, a := range airs {
		var took []time.Duration
		done, partial := 0, 0
		for n := 0; n < a.runs; n += lossFleet {
			f := newUploads(uint64(1 + runs + n))
			f.run(10*time.Second, nil)
			f.air = a.Air
			f.upload(60*time.Second+40*a.roundTrip(), a.whole)
			f.run(5*time.Minute+60*a.roundTrip(), f.over)
			f.air = simulator.Air{}
			f.run(4*time.Second, nil)
			for _, v := range f.all {
				if v.report.Stage == fleet.StageDone {
					done++
					took = append(took, v.report.At.Sub(f.begun))
				}
				if held := v.vehicle.Mission.Total; held != lossItems && (held != 0 || v.report.Stage == fleet.StageDone) {
					partial++
				}
			}
		}
		runs += a.runs
		if lossless == 0 {
			lossless = quantile(took, 0.5)
		}
		fmt.Printf("# %.0f %% lost each way, %.0f %% doubled, round trip %v to %v: %d of %d uploads; median %.2f s, %.1f times the lossless; p99 %.1f s, worst %.1f s\n",
			100*a.Loss, 100*a.Duplicate, 2*a.Delay, 2*(a.Delay+a.Jitter), done, a.runs, quantile(took, 0.5).Seconds(),
			float64(quantile(took, 0.5))/float64(lossless), quantile(took, 0.99).Seconds(), quantile(took, 1).Seconds())
		line("upload_failed_loss_"+a.name, 100-100*float64(done)/float64(a.runs), "%", 100-a.aim+1e-9)
		line("upload_partial_loss_"+a.name, float64(partial), "plans", 0)
	}
	fmt.Printf("# %d uploads in all\n", runs)
}

// uploads is a field of vehicles with a session for each, in virtual time.
type uploads struct {
	now, begun time.Time
	world      *simulator.World
	air        simulator.Air
	up, down   *simulator.Way
	decoder    *mavlink.Decoder
	encoder    *mavlink.Encoder
	all        []*uploaded
}

type uploaded struct {
	session *mavlink.Session
	spec    fleet.VehicleSpec
	report  fleet.Report // the last
	vehicle fleet.Vehicle
}

func newUploads(seed uint64) *uploads {
	start := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	cfg := simulator.DefaultConfig()
	cfg.Seed, cfg.StreamHz = seed, 1
	session := mavlink.DefaultConfig()
	session.Streams = nil
	u := &uploads{now: start, up: simulator.NewWay(seed), down: simulator.NewWay(seed + 1<<32), decoder: mavlink.NewDecoder(),
		encoder: mavlink.NewEncoder(mavlink.StationSystem, mavlink.StationComponent)}
	for i := range lossFleet {
		site := geo.Offset(geo.LatLon{Lat: 32.53, Lon: 120.47}, 90, float64(i)*100).At(cfg.GroundAMSL)
		spec := fleet.VehicleSpec{ID: fleet.VehicleID(fmt.Sprintf("V%03d", i+1)), Class: fleet.CrewQuad, SystemID: fleet.SystemID(i + 1), Site: &site}
		u.all = append(u.all, &uploaded{session: mavlink.NewSession(spec, session), spec: spec})
		cfg.Vehicle = append(cfg.Vehicle, simulator.VehicleAt{ID: string(spec.ID), Class: string(spec.Class), SystemID: uint32(spec.SystemID), Site: &site,
			CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160, HFOVDeg: 70, MassKg: 1})
	}
	u.world = simulator.NewWorld(cfg, start)
	return u
}

// run lets the time pass, or less if until says so.
func (u *uploads) run(d time.Duration, until func() bool) {
	for end := u.now.Add(d); u.now.Before(end) && (until == nil || !until()); {
		u.now = u.now.Add(20 * time.Millisecond)
		for _, f := range u.up.Arrived(u.now) {
			u.world.Receive(f.System, f.Data)
		}
		u.world.Step(u.now)
		u.world.Drain(func(system uint32, data []byte) { u.down.Send(u.now, u.air, system, bytes.Clone(data)) })
		for _, f := range u.down.Arrived(u.now) {
			v := u.all[f.System-1]
			from := mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(f.System))}
			u.decoder.Split(f.Data, func(frame mavlink.Frame) { u.step(v, &mavlink.FrameIn{Frame: frame, Source: from}) })
		}
		for _, v := range u.all {
			if at := v.session.Deadline(); !at.IsZero() && !at.After(u.now) {
				u.step(v, mavlink.Tick{})
			}
			if u.now.Nanosecond() == 0 {
				u.step(v, mavlink.Renew{Until: u.now.Add(3 * time.Second)})
			}
		}
	}
}

func (u *uploads) step(v *uploaded, in mavlink.Input) {
	for _, o := range v.session.Step(u.now, in) {
		switch o := o.(type) {
		case mavlink.Transmit:
			b, err := u.encoder.Encode(nil, o.Message)
			if err != nil {
				fail(err)
			}
			u.up.Send(u.now, u.air, uint32(v.spec.SystemID), b)
		case mavlink.Emit:
			switch e := o.Event.(type) {
			case fleet.VehicleChanged:
				v.vehicle = *e.Vehicle
			case fleet.Report:
				v.report = e
			}
		}
	}
}

// upload orders a plan for each vehicle.
func (u *uploads) upload(bound time.Duration, whole bool) {
	u.begun = u.now
	for _, v := range u.all {
		if v.vehicle.Link != fleet.LinkOnline || v.vehicle.Home == nil {
			fail(errors.New("a vehicle is not ready for its plan"))
		}
		home := *v.spec.Site
		at := func(bearing, d, high float64) geo.Position {
			return geo.Offset(home.LatLon, bearing, d).At(home.AltAMSL + high)
		}
		env := fleet.Envelope{FloorAMSL: home.AltAMSL + 5, CeilingAMSL: home.AltAMSL + 120}
		for bearing := 45.0; bearing < 360; bearing += 90 {
			env.Fence = append(env.Fence, geo.Offset(home.LatLon, bearing, 1000))
		}
		plan := fleet.UploadPlan{Items: []fleet.Item{{Kind: fleet.ItemTakeoff, Position: at(0, 0, 30)}}}
		if whole {
			plan.Fence, plan.Rally = env.Fence, []geo.Position{at(90, 20, 0)}
		}
		for i := 1; i < lossItems; i++ {
			plan.Items = append(plan.Items, fleet.Item{Kind: fleet.ItemWaypoint, Position: at(float64(18*i), 300, 50), HoldS: float64(i)})
		}
		u.step(v, mavlink.IntentIn{Intent: fleet.Intent{ID: "I1", Vehicle: v.spec.ID, Epoch: 1, Sortie: "S1", Envelope: env, Bound: bound, Act: plan}})
	}
}

// over: every upload has ended.
func (u *uploads) over() bool {
	for _, v := range u.all {
		if !v.report.Stage.Final() {
			return false
		}
	}
	return true
}
