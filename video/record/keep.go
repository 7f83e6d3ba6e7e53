package record

import (
	"slices"
	"time"
)

// Policy says how long recordings are kept and how much room they may take.
type Policy struct {
	// Days is how long those of a purpose are kept, at least a day; of a purpose that is not in it, Other.
	Days  map[string]int
	Other int
	// Quota is how many octets all of them may take together.
	Quota int64
}

// Kept is what retention must know of a recording.
type Kept struct {
	ID      string
	Purpose string
	To      time.Time
	Octets  int64
	Open    bool // it is being made
	Held    bool
}

// Deletion is a recording that is to go, and why.
type Deletion struct {
	ID  string
	Why string
}

// The reasons of deletions.
const (
	Expired = "retention time is over"
	ForRoom = "the oldest made room"
)

// Until is when the time of a recording is over.
func (p Policy) Until(purpose string, to time.Time) time.Time {
	days, named := p.Days[purpose]
	if !named {
		days = p.Other
	}
	return to.AddDate(0, 0, days)
}

// Deletions says which recordings go now, in order: those whose time is over, then the oldest until room octets more are
// free. One that is held or open never goes. fits says whether there is room then.
func (p Policy) Deletions(now time.Time, all []Kept, room int64) (gone []Deletion, fits bool) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Kept) int { return a.To.Compare(b.To) })
	used := room
	for _, k := range all {
		used += k.Octets
	}
	drop := func(why string, goes func(Kept) bool) {
		all = slices.DeleteFunc(all, func(k Kept) bool {
			if k.Open || k.Held || !goes(k) {
				return false
			}
			used -= k.Octets
			gone = append(gone, Deletion{k.ID, why})
			return true
		})
	}
	drop(Expired, func(k Kept) bool { return !now.Before(p.Until(k.Purpose, k.To)) })
	drop(ForRoom, func(k Kept) bool { return used > p.Quota && k.Octets > 0 })
	return gone, used <= p.Quota
}
