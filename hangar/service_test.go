package hangar

import (
	"testing"
	"time"

	"groundstation/fleet"
)

// stocked is an idle dock with a vehicle and charged packs.
func stocked(now time.Time) fleet.Dock {
	dock := idle(now)
	dock.Power.PackPercent, dock.Power.PackCycles, dock.Power.Slots, dock.Power.Packs, dock.Power.PacksReady = 50, 7, 3, 2, 2
	return dock
}

func TestAServiceIsRefusedByEachShutGate(t *testing.T) {
	swap := fleet.SwapPack{From: fleet.PackState{Cycles: 7, Ready: 2}}
	for name, c := range map[string]struct {
		act   fleet.Act
		spoil func(*fleet.Dock, *fleet.Vehicle)
		want  string
	}{
		"all good":             {swap, func(*fleet.Dock, *fleet.Vehicle) {}, ""},
		"no vehicle":           {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Seated = false }, "not-seated"},
		"lid open":             {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.LidSwitch, d.LidEncoder = fleet.LidOpen, fleet.LidOpen }, "dock-state"},
		"about to launch":      {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.State = fleet.DockLaunchReady }, "dock-state"},
		"fault":                {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.State = fleet.DockFault }, "dock-state"},
		"person near":          {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.PersonNear = true }, "person"},
		"no mains":             {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Power.MainsOK = false }, "mains"},
		"no power report":      {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Power.At = time.Time{} }, "power-unknown"},
		"no charged pack":      {swap, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Power.PacksReady = 0 }, "no-pack"},
		"armed":                {swap, func(_ *fleet.Dock, v *fleet.Vehicle) { v.Armed = true }, "armed"},
		"vehicle silent":       {swap, func(_ *fleet.Dock, v *fleet.Vehicle) { v.HeardAt = t0.Add(-time.Minute) }, "vehicle-link"},
		"vehicle switched off": {swap, func(d *fleet.Dock, v *fleet.Vehicle) { d.Power.VehicleOff, v.Link = true, fleet.LinkLost }, ""},
		"charge":               {fleet.Charge{ToPercent: 95}, func(*fleet.Dock, *fleet.Vehicle) {}, ""},
		"charge with no mains": {fleet.Charge{ToPercent: 95}, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Power.MainsOK = false }, "mains"},
		"wake":                 {fleet.Wake{For: time.Minute}, func(d *fleet.Dock, v *fleet.Vehicle) { d.Power.VehicleOff, v.Link = true, fleet.LinkLost }, ""},
		"wake nobody":          {fleet.Wake{For: time.Minute}, func(d *fleet.Dock, _ *fleet.Vehicle) { d.Seated = false }, "not-seated"},
	} {
		dock, v := stocked(t0), parked(t0)
		c.spoil(&dock, &v)
		if got := verdict(t, seen(t0, dock, v).Step(t0, order(c.act))); got != c.want {
			t.Errorf("%s: refused with %q, want %q", name, got, c.want)
		}
	}
}

func TestAServiceIsDoneByWhatIsSeen(t *testing.T) {
	swap := fleet.SwapPack{From: fleet.PackState{Cycles: 7, Ready: 2}}
	for name, c := range map[string]struct {
		act  fleet.Act
		then func(*fleet.Dock)
		want fleet.Stage
	}{
		"the same pack":             {swap, func(*fleet.Dock) {}, ""},
		"the pack is out":           {swap, func(d *fleet.Dock) { d.Power.PackPercent, d.Power.PackCycles = -1, 0 }, ""},
		"another, the arm moves":    {swap, func(d *fleet.Dock) { d.Power.PackCycles, d.Step = 3, "load pack" }, ""},
		"another, a fault is open":  {swap, func(d *fleet.Dock) { d.Power.PackCycles, d.Health = 3, []fleet.DockHealth{{Level: 2}} }, ""},
		"another, by its cycles":    {swap, func(d *fleet.Dock) { d.Power.PackCycles = 3 }, fleet.StageDone},
		"another, by what is left":  {swap, func(d *fleet.Dock) { d.Power.PacksReady = 1 }, fleet.StageDone},
		"the arm has jammed":        {swap, func(d *fleet.Dock) { d.State = fleet.DockFault }, fleet.StageFailed},
		"not charging":              {fleet.Charge{ToPercent: 95}, func(*fleet.Dock) {}, ""},
		"charging":                  {fleet.Charge{ToPercent: 95}, func(d *fleet.Dock) { d.Power.Charging = true }, fleet.StageDone},
		"still off":                 {fleet.Wake{}, func(d *fleet.Dock) { d.Power.VehicleOff = true }, ""},
		"on, and the vehicle heard": {fleet.Wake{}, func(*fleet.Dock) {}, fleet.StageDone},
	} {
		d := seen(t0, stocked(t0), parked(t0))
		d.Step(t0, order(c.act))
		now := t0.Add(2 * time.Second)
		dock := stocked(now)
		c.then(&dock)
		f := finals(d.Step(now, Observed{fleet.DockChanged{Dock: dock}}))
		if c.want == "" && len(f) != 0 || c.want != "" && (len(f) != 1 || f[0].Stage != c.want) {
			t.Errorf("%s: %+v, want %q", name, f, c.want)
		}
	}
}

// While a pack is changed nothing else is asked of the dock.
func TestNothingIsAskedWhileAPackIsChanged(t *testing.T) {
	d := seen(t0, stocked(t0), parked(t0))
	d.Step(t0, order(fleet.SwapPack{From: fleet.PackState{Cycles: 7, Ready: 2}}))
	next := order(fleet.PrepareLaunch{})
	next.Intent.ID = "I2"
	if got := verdict(t, d.Step(t0, next)); got != "pack-change" {
		t.Errorf("refused with %q", got)
	}
}
