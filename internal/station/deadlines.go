package station

import (
	"container/heap"
	"time"
)

// deadlines orders the slots by when each next wants a tick, so that a frame costs its own slot's deadline and not
// everybody's.
type deadlines []*alarm

// ticked is whatever wants to be stepped at a time.
type ticked interface {
	// tick steps what is due; its alarm was taken out and is set anew by that.
	tick(c *Core, now time.Time)
}

// alarm is one's place among the deadlines. One that is put off keeps its place until it comes to the front: most are put
// off again with the next frame.
type alarm struct {
	slot  ticked
	at    time.Time // by which it is ordered
	due   time.Time // not before at
	index int       // -1: not among them
}

func (d deadlines) Len() int           { return len(d) }
func (d deadlines) Less(i, j int) bool { return d[i].at.Before(d[j].at) }

func (d deadlines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].index, d[j].index = i, j
}

// Push and Pop are heap.Interface's.
func (d *deadlines) Push(x any) {
	a := x.(*alarm)
	a.index = len(*d)
	*d = append(*d, a)
}

func (d *deadlines) Pop() any {
	last := len(*d) - 1
	a := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	a.index = -1
	return a
}

// set moves an alarm to a time; zero is never.
func (d *deadlines) set(a *alarm, due time.Time) {
	a.due = due
	switch {
	case due.IsZero() && a.index >= 0:
		heap.Remove(d, a.index)
	case due.IsZero():
	case a.index < 0:
		a.at = due
		heap.Push(d, a)
	case due.Before(a.at):
		a.at = due
		heap.Fix(d, a.index)
	}
}

// next is the earliest; zero is never.
func (d *deadlines) next() time.Time {
	for len(*d) > 0 {
		first := (*d)[0]
		if first.due.Equal(first.at) {
			return first.due
		}
		first.at = first.due
		heap.Fix(d, 0)
	}
	return time.Time{}
}

// due takes out whatever is due, into slots.
func (d *deadlines) due(now time.Time, slots []ticked) []ticked {
	for {
		if next := d.next(); next.IsZero() || next.After(now) {
			return slots
		}
		slots = append(slots, heap.Pop(d).(*alarm).slot)
	}
}
