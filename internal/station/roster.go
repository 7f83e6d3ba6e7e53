package station

import "groundstation/fleet"

// roster finds a slot by its system id: every frame asks, so that the ids of today's wire are an array.
type roster struct {
	low  [256]slot
	high map[fleet.SystemID]slot
}

// of gives the slot of a system, nil if there is none.
func (r *roster) of(id fleet.SystemID) slot {
	if int(id) < len(r.low) {
		return r.low[id]
	}
	return r.high[id]
}

// put makes s the slot of a system; nil takes it out.
func (r *roster) put(id fleet.SystemID, s slot) {
	if int(id) < len(r.low) {
		r.low[id] = s
		return
	}
	if r.high == nil {
		r.high = map[fleet.SystemID]slot{}
	}
	r.high[id] = s
}
