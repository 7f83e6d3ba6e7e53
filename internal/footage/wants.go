package footage

import (
	"groundstation/fleet"
	"groundstation/mission"
)

// ByHand is the purpose of a recording that somebody started.
const ByHand = "by-hand"

// Want is what a sortie asks of the camera of its vehicle.
type Want struct {
	Sortie  fleet.SortieID
	Purpose string
	By      string
	// Roll says that it is to be recorded now; else it is about to be, and the pre-roll is kept.
	Roll bool
}

// Wants gives, by vehicle, what the open sorties ask for: the camera is recorded from launch to landing if their purpose
// is one of purposes.
func Wants(sorties []mission.Sortie, purposes map[string]bool) map[fleet.VehicleID]Want {
	out := map[fleet.VehicleID]Want{}
	for _, s := range sorties {
		if s.Vehicle == "" || !purposes[s.Purpose] {
			continue
		}
		w := Want{Sortie: s.ID, Purpose: s.Purpose, By: s.By}
		switch s.State {
		case mission.Preparing, mission.Ready:
		case mission.Launching, mission.Outbound, mission.OnTask, mission.Returning, mission.HoldForPad, mission.Landing, mission.LinkLost,
			mission.HumanControl, mission.Diverting, mission.GoAround, mission.EmergencyLanding, mission.Missing:
			w.Roll = true
		default:
			continue
		}
		out[s.Vehicle] = w
	}
	return out
}
