package city

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mission"
)

// round is a plan around the first dock with a speed and a view on the way.
func round(t *testing.T, c *City) mission.Plan {
	t.Helper()
	at := c.registry.Docks[0].Pad.LatLon
	way := func(bearing float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(at, bearing, 220).At(80)}
	}
	return must[mission.Plan](t, c, mission.PutPlan{Plan: mission.Plan{Name: "round", Items: []fleet.Item{
		{Kind: fleet.ItemSpeed, SpeedMS: 6}, {Kind: fleet.ItemROI, Position: at.At(4)},
		way(0), way(60), way(120), way(180), way(240), way(300),
	}}})
}

// flies waits until the sortie flies an item of its route.
func flies(t *testing.T, c *City, id fleet.SortieID, item int) {
	t.Helper()
	until(t, c, 10*time.Minute, "at the item", func() bool {
		s, v := c.shown(id), c.seen(c.Sortie(id).Vehicle)
		return s.Item != nil && *s.Item >= item && v.Mode == fleet.ModeMission && v.Mission.Seq == item
	})
}

// shown and seen are what consoles are shown.
func (c *City) shown(id fleet.SortieID) mission.Sortie {
	s := shown[mission.Sortie](c, mission.KindSortie, string(id))
	return s
}

func (c *City) seen(id fleet.VehicleID) fleet.Vehicle {
	return shown[fleet.Vehicle](c, fleet.KindVehicle, string(id))
}

// A plan broken off by a recall is flown on, from the ground, at the item it was left at, and no item before.
func TestAPlanBrokenOffIsFlownOn(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	p := round(t, c)
	s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: p.ID})
	flies(t, c, s.ID, 5)
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
	if old := c.Sortie(s.ID); old.Item == nil || *old.Item != 5 {
		t.Fatalf("left at %v", old.Item)
	}
	refused(t, c, mission.ResumeSortie{Sortie: s.ID, Item: new(int)}, "bad-item")
	var rest mission.Sortie
	until(t, c, 20*time.Minute, "able again", func() bool {
		v, problem := c.Ask(mission.ResumeSortie{Sortie: s.ID})
		rest, _ = v.(mission.Sortie)
		if problem != nil {
			c.Run(20 * time.Second)
		}
		return problem == nil
	})
	if n := len(rest.Route); n != 1+2+4 || rest.Resumes != s.ID || rest.Route[1].SpeedMS != 6 || rest.Route[2].Kind != fleet.ItemROI ||
		geo.Distance(rest.Route[3].Position.LatLon, p.Items[4].Position.LatLon) > 0.1 {
		t.Fatalf("flies on with %+v", rest.Route)
	}
	refused(t, c, mission.ResumeSortie{Sortie: s.ID}, "resumed-already")
	until(t, c, 15*time.Minute, "flown", c.isOver(rest.ID))
	if done := c.Sortie(rest.ID); done.Code != "served" || done.Item == nil || *done.Item != len(done.Route) {
		t.Fatalf("%s (%s), item %v", done.Code, done.Reason, done.Item)
	}
	refused(t, c, mission.ResumeSortie{Sortie: rest.ID}, "nothing-left")
}

// Held in the air, a vehicle flies on from any item of the approved plan, with the station restarted in between too.
func TestAHeldVehicleFliesOnFromAnItem(t *testing.T) {
	t.Parallel()
	for _, dies := range []bool{false, true} {
		c := smallCity(t, 2)
		s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: round(t, c).ID})
		flies(t, c, s.ID, 4)
		item := 7
		refused(t, c, mission.ResumeSortie{Sortie: s.ID, Item: &item}, "not-held")
		must[mission.Command](t, c, mission.Manual{Vehicle: s.Vehicle, Act: "hold"})
		c.Run(8 * time.Second)
		if dies {
			c.die()
			c.Run(10 * time.Second)
		}
		must[mission.Sortie](t, c, mission.ResumeSortie{Sortie: s.ID, Item: &item})
		until(t, c, time.Minute, "on at item 7", func() bool {
			v := c.seen(s.Vehicle)
			return v.Mode == fleet.ModeMission && v.Mission.Seq == 7
		})
		for _, cmd := range c.commands {
			if cmd.Act == "resume" && !cmd.Stage.Final() {
				until(t, c, time.Minute, "the command ends", func() bool { return c.Command(cmd.ID).Stage == fleet.StageDone })
			}
		}
		until(t, c, 15*time.Minute, "flown", c.isOver(s.ID))
		if done := c.Sortie(s.ID); done.Code != "served" {
			t.Fatalf("%s (%s)", done.Code, done.Reason)
		}
	}
}

// otherStation writes a plan as another station would.
func (c *City) otherStation(t *testing.T, system uint32, items []common.MessageMissionItemInt) {
	t.Helper()
	enc := mavlink.NewEncoder(254, 190)
	say := func(m message.Message) {
		b, err := enc.Encode(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		c.World.Receive(system, b)
		c.Run(100 * time.Millisecond)
	}
	say(&common.MessageMissionCount{TargetSystem: uint8(system), TargetComponent: 1, Count: uint16(len(items))})
	for i := range items {
		items[i].TargetSystem, items[i].TargetComponent, items[i].Seq = uint8(system), 1, uint16(i)
		say(&items[i])
	}
}

// Another station writes over a plan that is being flown: the vehicle stands still within seconds, and comes home when
// its operator says so.
func TestAPlanWrittenOverInTheAir(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: round(t, c).ID})
	flies(t, c, s.ID, 4)
	spec, _ := c.registry.Vehicle(s.Vehicle)
	far := geo.Offset(c.registry.Docks[0].Pad.LatLon, 200, 180)
	c.otherStation(t, uint32(spec.SystemID), []common.MessageMissionItemInt{
		{Command: common.MAV_CMD_NAV_WAYPOINT, Frame: common.MAV_FRAME_GLOBAL, X: int32(far.Lat * 1e7), Y: int32(far.Lon * 1e7), Z: 70, Current: 1},
		{Command: common.MAV_CMD_NAV_WAYPOINT, Frame: common.MAV_FRAME_GLOBAL, X: int32(far.Lat*1e7) + 5000, Y: int32(far.Lon * 1e7), Z: 70},
	})
	until(t, c, 5*time.Second, "held", func() bool { return c.seen(s.Vehicle).Mode == fleet.ModeHold })
	c.Run(20 * time.Second)
	if now := c.Sortie(s.ID); now.State != mission.HumanControl || c.seen(s.Vehicle).Mode != fleet.ModeHold {
		t.Fatalf("%s, mode %s", now.State, c.seen(s.Vehicle).Mode)
	}
	refused(t, c, mission.ResumeSortie{Sortie: s.ID, Vehicle: "V99"}, "vehicle-busy")
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
	until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
	if v := c.vehicle(s.Vehicle); v.DockID == "" {
		t.Fatalf("%+v", v)
	}
}

// A plan with zones is flown with them on board, and keeps out of them; one whose way home leads through a zone is refused.
func TestAPlanWithZonesIsFlown(t *testing.T) {
	t.Parallel()
	c := smallCity(t, 2)
	at := c.registry.Docks[0].Pad.LatLon
	school, all := geo.Offset(at, 30, 170), at
	way := func(bearing, d float64) fleet.Item {
		return fleet.Item{Kind: fleet.ItemWaypoint, Position: geo.Offset(at, bearing, d).At(80)}
	}
	p := mission.Plan{Name: "round the school", Items: []fleet.Item{way(340, 250), way(300, 250)},
		Zones: []fleet.Zone{{Center: &school, RadiusM: 40}, {Inside: true, Center: &all, RadiusM: 1000}}}
	stored := must[mission.Plan](t, c, mission.PutPlan{Plan: p})
	s := must[mission.Sortie](t, c, mission.FlyPlan{Plan: stored.ID})
	flies(t, c, s.ID, 2)
	if v := c.seen(s.Vehicle); v.Plan == nil || v.Plan.Hash != c.Sortie(s.ID).PlanHash || len(c.Sortie(s.ID).Zones) != 2 {
		t.Fatalf("%+v", v.Plan)
	}
	until(t, c, 10*time.Minute, "flown", c.isOver(s.ID))
	if done := c.Sortie(s.ID); done.Code != "served" {
		t.Fatalf("%s (%s)", done.Code, done.Reason)
	}
	p.Items = []fleet.Item{way(10, 420), way(30, 420)}
	behind := must[mission.Plan](t, c, mission.PutPlan{Plan: p})
	refused(t, c, mission.FlyPlan{Plan: behind.ID}, "not-able")
	p.Items = []fleet.Item{way(30, 170)}
	refused(t, c, mission.PutPlan{Plan: p}, "zone")
}
