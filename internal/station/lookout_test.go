package station

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission"
	"groundstation/simulator"
)

// worldLink is a link to a simulated world, whose time is the bubble's; it counts what is sent.
type worldLink struct {
	world *simulator.World
	sent  int
}

func (l *worldLink) Spec() link.Spec                    { return link.Spec{ID: 1, Kind: link.UDPServer} }
func (l *worldLink) Stats() link.Stats                  { return link.Stats{} }
func (l *worldLink) Close() error                       { return nil }
func (l *worldLink) Write(netip.AddrPort, []byte) error { l.sent++; return nil }
func (l *worldLink) Run(ctx context.Context, s link.Sink) error {
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
		l.world.Step(time.Now())
		l.world.Drain(func(sys uint32, data []byte) {
			from := mavlink.Source{Link: 1, Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(14600+sys))}
			s.Deliver(time.Now(), []link.Datagram{{From: from, Bytes: data}})
		})
	}
}

// A station that only looks on shows a whole vehicle and its dock, and sends nothing at all, so that a vehicle in the air misses it and
// comes home by itself.
func TestALookoutSeesAndSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, err := simulator.Load("../../config/sim-fast.toml")
		if err != nil {
			t.Fatal(err)
		}
		cfg.Dock, cfg.Vehicle = cfg.Dock[:1], cfg.Vehicle[:1]
		reg := fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", Class: fleet.DockQuad, SystemID: fleet.SystemID(cfg.Vehicle[0].SystemID), Dock: "H01"}},
			Docks: []fleet.DockSpec{{ID: "H01", SystemID: fleet.SystemID(cfg.Dock[0].SystemID)}}}
		l, board := &worldLink{world: simulator.NewWorld(cfg, time.Now())}, fleet.NewBoard()
		lookout := NewLookout(Config{Registry: reg, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits()}, []link.Link{l}, board, time.Now())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- lookout.Run(ctx) }()
		time.Sleep(15 * time.Second)
		v, _ := fleet.Get[fleet.Vehicle](board, fleet.KindVehicle, "V01")
		d, _ := fleet.Get[fleet.Dock](board, fleet.KindDock, "H01")
		if v.Link != fleet.LinkOnline || v.Mode == "" || v.Battery.At.IsZero() || v.Uplink != fleet.UplinkUnknown || d.Link != fleet.LinkOnline || !d.Seated {
			t.Errorf("it shows %+v, %+v", v, d)
		}
		if a, ok := fleet.Get[mission.Alarm](board, mission.KindAlarm, "read-only"); !ok || !a.Active || a.Severity != "critical" {
			t.Errorf("it says %+v", a)
		}
		for _, body := range []any{mission.CreateIncident{Title: "x"}, mission.Manual{Vehicle: "V01", Act: "return"}, mission.RecallAll{}} {
			if _, problem := lookout.Do(ctx, "somebody", body); problem == nil || problem.Code != "read-only" {
				t.Errorf("%T: %+v", body, problem)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if l.sent != 0 {
			t.Errorf("%d datagrams were sent", l.sent)
		}
	})
}
