package fleet

import "time"

// SwapPack changes the pack of the vehicle in a dock for a charged one. Done: From.Changed, the dock at rest with it.
type SwapPack struct{ From PackState }

// Charge charges the vehicle in a dock up to a percentage. Done: it charges, or has as much.
type Charge struct{ ToPercent float64 }

// Wake switches the vehicle in a dock on ahead of a task, and keeps it on so long. Done: it has power and is heard.
type Wake struct{ For time.Duration }

func (SwapPack) act() {}
func (Charge) act()   {}
func (Wake) act()     {}

// PackState is what tells one pack in a vehicle from another, as its dock reports it.
type PackState struct {
	Cycles int `json:"cycles"`
	Ready  int `json:"ready"` // charged spare packs: one fewer when one of them is in the vehicle
}

// Pack is what the dock reports of the packs now.
func (d *Dock) Pack() PackState {
	return PackState{Cycles: d.Power.PackCycles, Ready: d.Power.PacksReady}
}

// Changed says whether another pack is in the vehicle than there was. A pack that is out is no pack yet.
func (p PackState) Changed(d *Dock) bool {
	return d.Power.PackPercent >= 0 && (d.Power.PackCycles != p.Cycles || d.Power.PacksReady < p.Ready)
}

// AtRest says whether a vehicle sits with its pack in a dock whose lid is shut, and nothing moves or is amiss.
func (d *Dock) AtRest() bool {
	if d.State != DockIdle && d.State != DockCharging || d.Step != "" || d.EStop || d.Contradict {
		return false
	}
	for _, h := range d.Health {
		if h.Level >= 2 {
			return false
		}
	}
	return d.Seated && d.LidSwitch == LidClosed && d.LidEncoder == LidClosed && d.Power.PackPercent >= 0
}

// Task is the task under which a dock knows an Intent: that of its sortie, or the Intent's own where it has none, so that a
// repeat is known as one.
func (in *Intent) Task() uint32 {
	if in.Sortie == "" {
		return TaskHash(SortieID(in.ID))
	}
	return TaskHash(in.Sortie)
}
