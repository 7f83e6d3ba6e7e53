package city

import (
	"testing"
	"time"
	"unsafe"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/simulator"
)

// leaping is the clock of a process whose wall clock is set while it runs: Go's times carry two readings, of which the
// monotonic one goes on. by is how far the wall clock was moved, in whole seconds.
type leaping struct {
	from, base time.Time
	by         time.Duration
}

// at is the time that such a process would read. Nothing of package time moves one reading without the other, so the wall
// reading, seconds in the upper bits of the first word of a Time, is moved by hand.
func (l *leaping) at(now time.Time) time.Time {
	t := l.base.Add(now.Sub(l.from))
	const monotonic, second = 1 << 63, 1 << 30
	if word := (*uint64)(unsafe.Pointer(&t)); *word&monotonic != 0 {
		*word += uint64(int64(now.Add(l.by).Sub(t)/time.Second)) * second
	}
	return t
}

// leapingCity is a city whose station lives by such a clock.
func leapingCity(t *testing.T) (*City, *leaping) {
	t.Helper()
	c := smallCity(t, 1)
	now := time.Now()
	l := &leaping{from: c.now, base: now.Add(-time.Duration(now.Nanosecond()))}
	c.Kill()
	c.Clock = l.at
	c.Start()
	before := c.clock()
	l.by = -time.Hour
	if after := c.clock(); after.Sub(before) != 0 || after.Unix()-before.Unix() != -3600 {
		t.Fatalf("from %v to %v are %v", before, after, after.Sub(before))
	}
	l.by = 0
	return c, l
}

// The wall clock is set ahead and back, by an hour and by what a correction is, in every part of a flight: nothing that runs by
// time notices.
func TestTheWallClockIsSetUnderAFlight(t *testing.T) {
	t.Parallel()
	c, l := leapingCity(t)
	c.Run(30 * time.Second)
	spec := c.registry.Vehicles[0]
	began := c.now
	c.Watch = func(simulator.Truth) {
		if v := shown[fleet.Vehicle](c, fleet.KindVehicle, string(spec.ID)); v.Link != fleet.LinkOnline {
			t.Fatalf("%s at %s, its link is %s", spec.ID, c.now.Sub(began), v.Link)
		}
	}
	in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 150))
	set := func(when mission.SortieState, by time.Duration) {
		until(t, c, 5*time.Minute, string(when), func() bool { return c.sortieOf(in.ID).State == when })
		l.by += by
		c.Run(3 * time.Second)
	}
	set(mission.Preparing, time.Second)
	set(mission.Outbound, time.Hour)
	set(mission.OnTask, -2*time.Hour)
	must[mission.Command](t, c, mission.Manual{Vehicle: spec.ID, Act: "hold"})
	c.Run(10 * time.Second)
	l.by += 90 * time.Second
	c.Run(10 * time.Second)
	must[mission.Command](t, c, mission.Manual{Vehicle: spec.ID, Act: "continue"})
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	set(mission.Returning, 4*time.Hour)
	set(mission.Landing, -time.Hour)
	set(mission.Securing, -3*time.Hour)
	s := c.sortieOf(in.ID)
	until(t, c, 2*time.Minute, "closed", c.isOver(s.ID))
	if s = c.sortieOf(in.ID); s.State != mission.Closed || c.vehicle(spec.ID).DockID != string(s.Dock) {
		t.Errorf("%s (%s) %s", s.State, s.Code, s.Reason)
	}
}
