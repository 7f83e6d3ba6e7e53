package fleet

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"time"

	"groundstation/internal/geo"
)

// Hash is the canonical hash of a plan with its fence and rally points, as a vehicle can store it: places in degE7,
// altitudes, times and speeds in float32, and of each item only what its kind says. Two plans are the same to a vehicle
// exactly if their hashes are equal. It is what a Launch must name, and what a read-back is compared with.
func (p UploadPlan) Hash() string {
	b := canon(make([]byte, 0, 64*(1+len(p.Items)+len(p.Fence)+len(p.Rally))))
	b.whole(int64(len(p.Items)))
	for _, it := range p.Items {
		b.text(string(it.Kind))
		switch it.Kind {
		case ItemTakeoff, ItemROI:
			b.position(it.Position)
		case ItemWaypoint:
			b.position(it.Position)
			b.number(it.HoldS)
		case ItemSpeed:
			b.number(it.SpeedMS)
		}
	}
	b.whole(int64(len(p.Fence)))
	for _, at := range p.Fence {
		b.place(at)
	}
	for _, z := range p.Zones {
		b.text(map[bool]string{true: "inside", false: "outside"}[z.Inside])
		b.whole(int64(len(z.Ring)))
		for _, at := range z.Ring {
			b.place(at)
		}
		if z.Center != nil {
			b.place(*z.Center)
			b.number(z.RadiusM)
		}
	}
	b.whole(int64(len(p.Rally)))
	for _, at := range p.Rally {
		b.position(at)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// canon is a growing canonical text, little endian.
type canon []byte

func (b *canon) whole(n int64) { *b = binary.LittleEndian.AppendUint64(*b, uint64(n)) }

func (b *canon) text(s string) {
	b.whole(int64(len(s)))
	*b = append(*b, s...)
}

func (b *canon) number(v float64) {
	f := float32(v)
	if f == 0 {
		f = 0 // no -0
	}
	*b = binary.LittleEndian.AppendUint32(*b, math.Float32bits(f))
}

func (b *canon) place(p geo.LatLon) {
	b.whole(int64(math.Round(p.Lat * 1e7)))
	b.whole(int64(math.Round(p.Lon * 1e7)))
}

func (b *canon) position(p geo.Position) {
	b.place(p.LatLon)
	b.number(p.AltAMSL)
}

// PlanIDs are a vehicle's own ids of the plan, fence and rally points on board (MISSION_CURRENT); 0 is none, or a vehicle
// that gives no ids. They change with the lists, whoever changes them.
type PlanIDs struct {
	Mission uint32 `json:"mission"`
	Fence   uint32 `json:"fence"`
	Rally   uint32 `json:"rally"`
}

// Differ names the lists whose ids are not the same.
func (i PlanIDs) Differ(now PlanIDs) (lists []string) {
	if i.Mission != now.Mission {
		lists = append(lists, "mission")
	}
	if i.Fence != now.Fence {
		lists = append(lists, "fence")
	}
	if i.Rally != now.Rally {
		lists = append(lists, "rally")
	}
	return lists
}

// PlanOnBoard is what was read back from a vehicle, whole, and accepted by it. A session forgets it when a list is written,
// and when the vehicle starts anew.
type PlanOnBoard struct {
	Hash       string    `json:"hash"` // UploadPlan.Hash of what was read back
	IDs        PlanIDs   `json:"ids"`
	VerifiedAt time.Time `json:"verifiedAt"`
	// Changed names the lists ("mission", "fence", "rally") that somebody else has changed since: nothing of it counts as
	// verified any more.
	Changed []string `json:"changed,omitempty"`
}

// Unfit says why the plan on board may not be started, by a code and in words: it must be the one whose hash was approved, read
// back, and not changed by anybody since. Empty: it may.
func (p *PlanOnBoard) Unfit(approved string) (code, text string) {
	switch {
	case approved == "":
		return "plan-not-approved", "no plan was approved for it"
	case p == nil:
		return "plan-unverified", "the plan on board was not read back"
	case p.Tampered() != "":
		return "plan-changed", p.Tampered()
	case p.Hash != approved:
		return "plan-not-approved", "another plan is on board than was approved"
	}
	return "", ""
}

// Tampered says what of it somebody else has changed; empty: nothing.
func (p *PlanOnBoard) Tampered() string {
	if p == nil || len(p.Changed) == 0 {
		return ""
	}
	return "changed on board by somebody else: " + strings.Join(p.Changed, ", ")
}

// IDs are the ids that a vehicle says now.
func (m MissionState) IDs() PlanIDs { return PlanIDs{m.ID, m.FenceID, m.RallyID} }
