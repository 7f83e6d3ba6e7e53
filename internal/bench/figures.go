package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	cmdArm          = 400   // MAV_CMD_COMPONENT_ARM_DISARM
	cmdDockFirst    = 53000 // the hangar dialect's commands begin here
	cmdDockLast     = 53099
	stateLaunchDock = 4 // DOCK_STATE_LAUNCH_READY
	landedOnGround  = 1
)

// cpuRSS is what the station costs with the fleet of 47 live and nobody watching video.
func cpuRSS(w *world) {
	const span = 20 * time.Second
	time.Sleep(3 * time.Second) // streams are asked for one after the other
	w.relay.take()
	start, _ := w.usage()
	began := time.Now()
	time.Sleep(span)
	end, rss := w.usage()
	took := time.Since(began)
	up := map[uint8]int{}
	for _, n := range w.relay.take() {
		if !n.down {
			up[n.system]++
		}
	}
	frames, least := 0, math.Inf(1)
	for system, n := range up {
		frames += n
		if system < 100 {
			least = min(least, float64(n)/took.Seconds())
		}
	}
	fmt.Printf("# %d systems, %.0f frames/s in all, at least %.1f frames/s from each vehicle\n", len(up), float64(frames)/took.Seconds(), least)
	line("station_cpu", 100*float64(end-start)/float64(took), "%core", 20)
	line("station_rss", rss, "MB", 120)
}

// incident reports incidents one after the other, each beside another dock, and takes the times from the report to the
// first frame that each side hears. One from each dock is flown until lift-off, for what the software adds to the
// slowest physical step; the others are cancelled at once.
func incident(w *world) {
	const rounds = 6
	var first, added []time.Duration
	var pads []place
	for _, d := range w.list("docks") {
		var spec struct{ Spec struct{ Pad place } }
		if err := w.call("GET", "/docks/"+d.Spec.ID, nil, &spec); err != nil {
			fail(err)
		}
		pads = append(pads, spec.Spec.Pad)
	}
	for began := time.Now(); ; time.Sleep(500 * time.Millisecond) {
		if _, ok := w.launch(pads[0], false); ok {
			break // a station that has just started sends nobody for a moment
		}
		if time.Since(began) > 30*time.Second {
			fail(errors.New("nobody is sent to an incident"))
		}
	}
	for i := range rounds * len(pads) {
		l, ok := w.launch(pads[i%len(pads)], i < len(pads))
		if !ok {
			fmt.Println("# no dock's vehicle was chosen: not counted")
			continue
		}
		first = append(first, l.toDock, l.toVehicle)
		if i < len(pads) {
			added = append(added, l.toDock+l.atArming)
		}
	}
	if len(first) == 0 || len(added) == 0 {
		fail(errors.New("no launch was measured"))
	}
	fmt.Printf("# one durable write of 4 KiB on this disk: p99 %.2f ms; both frames wait for one\n", ms(quantile(syncs(w.dir), 0.99)))
	fmt.Printf("# %d frames of %d incidents, from the sending of the request; p50 %.2f ms, worst %.2f ms\n",
		len(first), len(first)/2, ms(quantile(first, 0.5)), ms(quantile(first, 1)))
	line("incident_to_first_frame_p99", ms(quantile(first, 0.99)), "ms", 20)
	fmt.Printf("# software before the dock's first order and after its last answer; p50 %.2f ms of %d launches\n", ms(quantile(added, 0.5)), len(added))
	line("software_added_to_launch_p99", ms(quantile(added, 0.99)), "ms", 150)
}

type place struct{ Lat, Lon float64 }

// launched are the times of one launch: from the report to the first frames, and from the last answer of the slower
// chain, the dock or the vehicle, to arming.
type launched struct{ toDock, toVehicle, atArming time.Duration }

// launch reports an incident beside a dock; not ok: a crew's vehicle was chosen, or none.
func (w *world) launch(pad place, untilLiftOff bool) (l launched, ok bool) {
	w.relay.take()
	var made struct{ ID string }
	began := time.Now()
	if err := w.call("POST", "/incidents", map[string]any{"title": "figure", "place": map[string]float64{"lat": pad.Lat + 0.002, "lon": pad.Lon}}, &made); err != nil {
		fail(err)
	}
	defer func() { _ = w.call("POST", "/incidents/"+made.ID+"/cancel", map[string]string{}, nil) }()
	var all []struct{ Incident, Vehicle, Dock string }
	if err := w.call("GET", "/sorties", nil, &all); err != nil {
		fail(err)
	}
	var vehicle, dock uint8
	for _, s := range all {
		if s.Incident == made.ID && s.Dock != "" {
			vehicle, dock = w.system("vehicles", s.Vehicle), w.system("docks", s.Dock)
		}
	}
	if dock == 0 {
		return l, false
	}
	var notes []note
	var toDock, toVehicle *note
	w.until("the first frames", 10*time.Second, func() bool {
		notes = append(notes, w.relay.take()...)
		toDock = find(notes, true, dock, 0, func(n note) bool { return n.value >= cmdDockFirst && n.value <= cmdDockLast })
		toVehicle = find(notes, true, vehicle, 0, func(n note) bool { return n.message != msgHeartbeat && n.at.After(began) })
		return toDock != nil && toVehicle != nil
	})
	l.toDock, l.toVehicle = toDock.at.Sub(began), toVehicle.at.Sub(began)
	if !untilLiftOff {
		return l, true
	}
	w.until("lift-off", 60*time.Second, func() bool {
		notes = append(notes, w.relay.take()...)
		return find(notes, false, vehicle, msgExtended, func(n note) bool { return n.value > landedOnGround && n.at.After(began) }) != nil
	})
	ready := find(notes, false, dock, msgDockStatus, func(n note) bool { return n.value == stateLaunchDock })
	arm := find(notes, true, vehicle, 0, func(n note) bool { return n.value == cmdArm })
	if ready == nil || arm == nil {
		fail(fmt.Errorf("system %d lifted off without a ready dock or without being armed", vehicle))
	}
	last := ready.at
	if plan := lastBefore(notes, vehicle, arm.at); plan != nil && plan.at.After(last) {
		last = plan.at
	}
	l.atArming = arm.at.Sub(last)
	return l, true
}

// lastBefore is the last answer of a vehicle to its plan or to a command before t.
func lastBefore(notes []note, system uint8, t time.Time) *note {
	const missionAck, commandAck, missionItem, missionCurrent = 47, 77, 73, 42
	var found *note
	for i := range notes {
		n := &notes[i]
		if !n.down && n.system == system && n.at.Before(t) && (n.message == missionAck || n.message == commandAck || n.message == missionItem || n.message == missionCurrent) {
			found = n
		}
	}
	return found
}

func (w *world) system(kind, id string) uint8 {
	for _, s := range w.list(kind) {
		if s.Spec.ID == id {
			return s.Spec.SystemID
		}
	}
	fail(fmt.Errorf("no %s %q", kind, id))
	return 0
}

// find gives the first note of a system and message (0: any) that fits.
func find(notes []note, down bool, system uint8, message uint32, fits func(note) bool) *note {
	for i, n := range notes {
		if n.down == down && n.system == system && (message == 0 || n.message == message) && fits(n) {
			return &notes[i]
		}
	}
	return nil
}

// syncs times writes of 4 KiB that are made durable one by one.
func syncs(dir string) []time.Duration {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		fail(err)
	}
	defer f.Close()
	var all []time.Duration
	block := make([]byte, 4096)
	for range 200 {
		start := time.Now()
		if _, err := f.Write(block); err != nil {
			fail(err)
		}
		if err := f.Sync(); err != nil {
			fail(err)
		}
		all = append(all, time.Since(start))
	}
	return all
}

// restart kills the station with the fleet live and takes the time from its new start to its first heartbeat.
func restart(w *world) {
	w.until("a sortie is open", 10*time.Second, func() bool {
		return w.call("POST", "/incidents", map[string]any{"title": "restart", "place": map[string]float64{"lat": 32.535, "lon": 120.485}}, nil) == nil
	})
	time.Sleep(3 * time.Second)
	var worst time.Duration
	for range 5 {
		w.killStation()
		time.Sleep(time.Second)
		w.relay.take()
		began := time.Now()
		w.startStation()
		w.until("a heartbeat", 20*time.Second, func() bool {
			for _, n := range w.relay.take() {
				if n.down && n.message == msgHeartbeat && n.at.After(began) {
					worst = max(worst, n.at.Sub(began))
					return true
				}
			}
			return false
		})
	}
	start := time.Now()
	if err := exec.Command(w.binary, "version").Run(); err != nil {
		fail(err)
	}
	fmt.Printf("# the same binary printing its version takes %.3f s; worst of 5 kills with a sortie open\n", time.Since(start).Seconds())
	line("restart_to_first_heartbeat", worst.Seconds(), "s", 3)
}

// browser measures how telemetry comes to a headless Chromium with the console open.
func browser(w *world) {
	w.relay.take()
	type console struct {
		Heard, Drawn []heard
		Busy         float64
	}
	var got struct {
		Heard        []heard
		Rest, Flying console
	}
	w.inBrowser("measure.mjs", &got)
	systems := map[string]uint8{}
	for _, s := range w.list("vehicles") {
		systems[s.Spec.ID] = s.Spec.SystemID
	}
	frames := map[uint8][]time.Time{}
	for _, n := range w.relay.take() {
		if !n.down {
			frames[n.system] = append(frames[n.system], n.at)
		}
	}
	of := func(messages []heard) []time.Duration {
		all := delays(messages, frames, systems)
		if len(all) == 0 {
			fail(fmt.Errorf("the browser saw none of the frames that passed"))
		}
		return all
	}
	bare, beside, drawn, flown := of(got.Heard), of(got.Rest.Heard), of(got.Rest.Drawn), of(got.Flying.Drawn)
	fmt.Printf("# coalescing to 10 Hz alone holds a frame up to 100 ms; %d frames, p50 %.1f ms\n", len(bare), ms(quantile(bare, 0.5)))
	line("frame_to_browser_p95", ms(quantile(bare, 0.95)), "ms", 150)
	fmt.Printf("# the same beside the console, whose map is drawn without a graphics processor; %d frames, p50 %.1f ms\n", len(beside), ms(quantile(beside, 0.5)))
	line("frame_to_drawing_console_p95", ms(quantile(beside, 0.95)), "ms", 150)
	fmt.Printf("# until the console's own map shows it, on the next frame of the screen; p50 %.1f ms at rest, %.1f ms with vehicles in the air\n",
		ms(quantile(drawn, 0.5)), ms(quantile(flown, 0.5)))
	line("frame_to_map_at_rest_p95", ms(quantile(drawn, 0.95)), "ms", 250)
	line("frame_to_map_flying_p95", ms(quantile(flown, 0.95)), "ms", 250)
	fmt.Println("# share of the time that the console's main thread is at work, 47 systems live")
	line("console_busy_at_rest", 100*got.Rest.Busy, "%", 25)
	line("console_busy_flying", 100*got.Flying.Busy, "%", 25)
}

// heard is a message about a vehicle: the station's time of the newest frame in it, and when the browser had it.
type heard struct {
	ID      string
	HeardAt time.Time
	MS      float64
}

// delays are the times from each frame's passing to the first message about its vehicle that is newer than the frame.
func delays(messages []heard, frames map[uint8][]time.Time, systems map[string]uint8) []time.Duration {
	var all []time.Duration
	before := map[string]time.Time{}
	for _, h := range messages {
		since, known := before[h.ID]
		before[h.ID] = h.HeardAt
		if !known {
			continue
		}
		shown := time.UnixMicro(int64(h.MS * 1000))
		for _, f := range frames[systems[h.ID]] {
			if f.After(since) && !f.After(h.HeardAt) {
				all = append(all, shown.Sub(f))
			}
		}
	}
	return all
}
