package simulator

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"groundstation/internal/geo"
)

// The two directions of a link.
const (
	wayUp   = 0 // to the system
	wayDown = 1 // from it
)

// radio is the link between one system and the station.
type radio struct {
	cut    [2]bool
	parted bool // in a partition: cut off with others
	own    [2]*Air
	ways   [2]*Way // nil: nothing was ever under way
	rest   []byte  // the beginning of a frame that was cut off, as heard by the system
	// where the system is; nil for one on a cable.
	where func() geo.ENU
}

// closed says whether nothing passes one way.
func (r *radio) closed(way int) bool { return r.cut[way] || r.parted }

// SetAir changes the air of every link that has none of its own, each way.
func (w *World) SetAir(a Air) { w.air = [2]Air{a, a} }

// Radio gives what became of the datagrams to a system and from it while its air was not clean.
func (w *World) Radio(sys uint32) (up, down WayCounters) {
	s := w.systems[sys]
	if s == nil {
		return up, down
	}
	for i, into := range []*WayCounters{&up, &down} {
		if way := s.link().ways[i]; way != nil {
			*into = way.Counters
		}
	}
	return up, down
}

// carry puts a datagram on its way: through clean air it is there at once.
func (w *World) carry(way int, sys uint32, r *radio, data []byte) {
	if r.closed(way) {
		return
	}
	a := &w.air[way]
	if r.own[way] != nil {
		a = r.own[way]
	}
	if *a == (Air{}) && (r.ways[way] == nil || r.ways[way].Idle()) {
		w.arrive(way, sys, data)
		return
	}
	if r.ways[way] == nil {
		r.ways[way] = NewWay(w.cfg.Seed<<10 ^ uint64(sys)<<1 ^ uint64(way))
	}
	air := *a
	if air.Range.M > 0 {
		air = air.at(w.reach(r, air.Range.Antenna))
	}
	if way == wayUp {
		data = bytes.Clone(data) // the caller's again when this returns
	}
	w.under = true
	r.ways[way].Send(w.now, air, sys, data)
}

func (w *World) arrive(way int, sys uint32, data []byte) {
	if way == wayDown {
		w.out = append(w.out, datagram{sys, data})
		return
	}
	s := w.systems[sys]
	if v, ok := s.(*vehicle); ok && v.outside != nil {
		v.hearOutside(w.now, data)
		return
	}
	r := s.link()
	if len(r.rest) > 0 {
		data = append(r.rest, data...)
	}
	r.rest = append([]byte(nil), w.codec.split(data, func(f frame) { s.receive(w.now, f) })...)
}

// deliver hands over what has arrived.
func (w *World) deliver(way int) {
	if !w.under {
		return
	}
	under := false
	for _, sys := range w.Systems() {
		for i, k := range w.systems[sys].link().ways {
			if k == nil || k.Idle() {
				continue
			}
			if i == way {
				for _, f := range k.Arrived(w.now) {
					w.arrive(way, f.System, f.Data)
				}
			}
			under = under || !k.Idle()
		}
	}
	w.under = under
}

// reach is how far a system is from the antenna and how high above the ground, metres.
func (w *World) reach(r *radio, antenna string) (distance, height float64) {
	if r.where == nil {
		return 0, 0
	}
	at, far := r.where(), math.Inf(1)
	for _, d := range w.docks {
		if antenna == "" || d.at.ID == antenna {
			far = min(far, length(sub(at, d.pad)))
		}
	}
	if math.IsInf(far, 1) {
		far = 0
	}
	return far, at.U - w.cfg.GroundAMSL
}

// links are the radios that a fault names: of one vehicle or dock, or of all.
func (w *World) links(vehicle, dock string) []*radio {
	var out []*radio
	all := vehicle == "" && dock == ""
	for _, v := range w.vehicles {
		if all || v.at.ID == vehicle {
			out = append(out, &v.radio)
		}
	}
	for _, d := range w.docks {
		if all || d.at.ID == dock {
			out = append(out, &d.radio)
		}
	}
	return out
}

// ways are the directions that a fault's How names.
func ways(how string) ([]int, bool) {
	switch how {
	case "", "both":
		return []int{wayUp, wayDown}, true
	case "up":
		return []int{wayUp}, true
	case "down":
		return []int{wayDown}, true
	}
	return nil, false
}

// radioFault is link-cut, radio or partition.
func (w *World) radioFault(f Fault) error {
	if f.Kind == "partition" {
		return w.part(f)
	}
	links := w.links(f.Vehicle, f.Dock)
	if len(links) == 0 || f.Kind == "link-cut" && f.Vehicle == "" && f.Dock == "" {
		return fmt.Errorf("fault %s: no vehicle %q and no dock %q", f.Kind, f.Vehicle, f.Dock)
	}
	sides, ok := ways(f.How)
	if !ok {
		return fmt.Errorf(`fault %s: how %q: want "both", "up" or "down"`, f.Kind, f.How)
	}
	if f.Kind == "radio" {
		if err := f.Air.Check(); err != nil {
			return fmt.Errorf("fault radio: air: %w", err)
		}
		if a := f.Air.Range.Antenna; a != "" && !slices.ContainsFunc(w.docks, func(d *dock) bool { return d.at.ID == a }) {
			return fmt.Errorf("fault radio: antenna: no dock %q", a)
		}
	}
	for _, r := range links {
		for _, way := range sides {
			switch {
			case f.Kind == "link-cut":
				r.cut[way] = !f.Clear
			case f.Clear:
				r.own[way] = nil
			default:
				air := f.Air
				r.own[way] = &air
			}
		}
	}
	return nil
}

// part cuts off the systems that it names, and no others; Clear joins all again.
func (w *World) part(f Fault) error {
	parted := map[*radio]bool{}
	for _, id := range f.Among {
		links := w.links(id, id)
		if len(links) == 0 || id == "" {
			return fmt.Errorf("fault partition: no vehicle and no dock %q", id)
		}
		for _, r := range links {
			parted[r] = true
		}
	}
	if !f.Clear && len(parted) == 0 {
		return fmt.Errorf("fault partition: among is empty")
	}
	for _, r := range w.links("", "") {
		r.parted = parted[r] && !f.Clear
	}
	return nil
}
