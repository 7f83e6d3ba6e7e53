package city

import (
	"hash/crc32"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/internal/logbook"
	"groundstation/mission"
	"groundstation/simulator"
)

// loggingCity keeps flight logs from the start.
func loggingCity(t *testing.T, docks int, change func(*simulator.Config)) *City {
	c := changedCity(t, docks, 7, change)
	c.Kill()
	c.Logs = NewLogs()
	c.Start()
	c.Run(8 * time.Second)
	return c
}

// flown sends a vehicle out and waits until it is back and its sortie over.
func flown(t *testing.T, c *City) mission.Sortie {
	t.Helper()
	in, s := onScene(t, c, 300)
	must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
	until(t, c, 10*time.Minute, "over", c.isOver(s.ID))
	return c.Sortie(s.ID)
}

// isKept holds what is kept of a sortie against the card of its vehicle.
func isKept(t *testing.T, c *City, s mission.Sortie) {
	t.Helper()
	r, b := c.logOf(s.ID), c.Logs.Files[s.ID]
	for _, l := range c.World.FlightLogs(string(s.Vehicle)) {
		if l.CRC32 == crc32.ChecksumIEEE(b) && l.Size == int64(len(b)) && !l.Begun.Before(r.From.Add(-time.Minute)) && !l.Begun.After(r.To) {
			return
		}
	}
	t.Fatalf("%d octets that are on no card of %s: %+v", len(b), s.Vehicle, r)
}

func (c *City) logOf(id fleet.SortieID) logbook.FlightLog {
	r, _ := fleet.Get[logbook.FlightLog](c.board, logbook.Kind, string(id))
	return r
}

func (c *City) logIs(id fleet.SortieID, state logbook.State) func() bool {
	return func() bool { return c.logOf(id).State == state }
}

// A flight's log is fetched after landing, by FTP and by the log protocol, over good and bad air.
func TestFlightLogIsKept(t *testing.T) {
	t.Parallel()
	for _, noFTP := range []bool{false, true} {
		for name, air := range map[string]simulator.Air{"good": {}, "bad": {Loss: 0.2, Duplicate: 0.1, Delay: 40 * time.Millisecond, Jitter: 200 * time.Millisecond}} {
			c := loggingCity(t, 1, func(w *simulator.Config) { w.Vehicle[0].NoFTP = noFTP })
			s := flown(t, c)
			c.World.SetAir(air)
			begun := c.now
			until(t, c, 30*time.Minute, "kept", c.logIs(s.ID, logbook.Kept))
			isKept(t, c, s)
			r := c.logOf(s.ID)
			if r.Verified == noFTP || (r.Path == "") != noFTP || r.Vehicle != s.Vehicle || len(r.SHA256) != 64 {
				t.Errorf("%+v", r)
			}
			t.Logf("no FTP %v, %s air: %d octets in %v", noFTP, name, r.Size, c.now.Sub(begun).Round(time.Second))
		}
	}
}

// A link that is cut, and a station that dies, cost what was not written and no more.
func TestFlightLogGoesOnAfterACutAndARestart(t *testing.T) {
	t.Parallel()
	for _, noFTP := range []bool{false, true} {
		c := loggingCity(t, 1, func(w *simulator.Config) { w.Vehicle[0].NoFTP = noFTP })
		c.World.SetAir(simulator.Air{Loss: 0.05, Delay: 20 * time.Millisecond, Jitter: 20 * time.Millisecond})
		s := flown(t, c)
		have := func(n int) func() bool { return func() bool { return len(c.Logs.Files[s.ID]) > n } }
		until(t, c, 5*time.Minute, "begun", have(40_000))
		c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle)})
		c.Run(25 * time.Second)
		before := len(c.Logs.Files[s.ID])
		c.inject(t, simulator.Fault{Kind: "link-cut", Vehicle: string(s.Vehicle), Clear: true})
		until(t, c, 5*time.Minute, "goes on", have(before+30_000))
		c.Kill()
		c.Run(5 * time.Second)
		before, appends := len(c.Logs.Files[s.ID]), c.Logs.Appends
		c.Start()
		until(t, c, 10*time.Minute, "kept", c.logIs(s.ID, logbook.Kept))
		isKept(t, c, s)
		if got := c.logOf(s.ID); before < 70_000 || c.Logs.Appends == appends || got.Have != got.Size {
			t.Errorf("%d octets before the restart, %+v", before, got)
		}
	}
}

// A launch never waits for a log: it is as soon in the air as with nothing to fetch; both logs are kept in the end.
func TestALaunchIsNotDelayedByALog(t *testing.T) {
	t.Parallel()
	var took [2]time.Duration
	for i := range took {
		c := loggingCity(t, 1, func(*simulator.Config) {})
		first := flown(t, c)
		if i == 0 {
			until(t, c, 10*time.Minute, "kept", c.logIs(first.ID, logbook.Kept))
		} else {
			until(t, c, 5*time.Minute, "begun", func() bool { return len(c.Logs.Files[first.ID]) > 10_000 })
		}
		begun := c.now
		in := c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300))
		until(t, c, 10*time.Minute, "assigned", func() bool { return c.Incident(in.ID).Sortie != "" })
		at, appends := c.now, 0
		until(t, c, 5*time.Minute, "launching", func() bool {
			if c.now.Sub(at) < 2*time.Second {
				appends = c.Logs.Appends
			}
			s := c.sortieOf(in.ID)
			return s.State == mission.Outbound || s.State == mission.OnTask
		})
		if took[i] = c.now.Sub(begun); c.Logs.Appends != appends {
			t.Error("it was read while it was prepared")
		}
		until(t, c, 10*time.Minute, "on scene", c.isOnScene(in.ID))
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		second := c.sortieOf(in.ID)
		until(t, c, 10*time.Minute, "over", c.isOver(second.ID))
		for _, s := range []mission.Sortie{first, second} {
			until(t, c, 10*time.Minute, "kept", c.logIs(s.ID, logbook.Kept))
			isKept(t, c, s)
		}
	}
	if d := took[1] - took[0]; d > time.Second {
		t.Errorf("to the air in %v, and with a log being read in %v", took[0], took[1])
	}
}
