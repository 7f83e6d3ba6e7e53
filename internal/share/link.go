package share

import (
	"time"

	"groundstation/fleet"
)

// Rules bound what links may be.
type Rules struct {
	MaxFor  time.Duration // from the making of a link to its end
	Viewers int           // who may look by one link at a time
	BurnIn  bool          // what is seen by any link bears the name in the picture itself
	// May says whether somebody may give links away; what those gave who may no more opens nothing. nil: everybody may.
	May func(name string) bool
}

// DayAtMost is the longest that a link may ever be open.
const DayAtMost = 24 * time.Hour

// maxOpen bounds the links that are open at a time.
const maxOpen = 200

// Order is what somebody wants to share.
type Order struct {
	Camera string
	Viewer string // who will look, in words; it stands over the picture
	BurnIn bool   // and in it
	Reason string
	By     string
	Until  time.Time
}

// Link is what is kept of a link.
type Link struct {
	ID string `json:"id"`
	// Hash is the SHA-256 of its token, in hex.
	Hash     string     `json:"hash"`
	Camera   string     `json:"camera"`
	Viewer   string     `json:"viewer"`
	BurnIn   bool       `json:"burnIn,omitempty"` // the viewer's name stands in the picture, for whoever takes it without the page
	Reason   string     `json:"reason"`
	By       string     `json:"by"`
	MadeAt   time.Time  `json:"madeAt"`
	Until    time.Time  `json:"until"`
	Opened   int        `json:"opened"` // how many times
	OpenedAt *time.Time `json:"openedAt,omitempty"`
	Revoked  *Revoked   `json:"revoked,omitempty"`
}

// Revoked says who took a link back.
type Revoked struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Opening is one time that a link was opened, as it is kept.
type Opening struct {
	Link   string     `json:"link"`
	N      int        `json:"n"` // the first of a link is 1
	Camera string     `json:"camera"`
	Viewer string     `json:"viewer"`
	From   string     `json:"from"` // the address it was opened from, or that of a proxy
	At     time.Time  `json:"at"`
	To     *time.Time `json:"to,omitempty"`
	End    End        `json:"end,omitempty"`
}

// End is why a viewing is over; it is an error so that it can be the cause of a context's end.
type End string

// The ends.
const (
	EndRevoked End = "revoked"
	EndExpired End = "expired"
	EndLeft    End = "left"
	EndSilent  End = "silent" // it was not heard of
	EndStopped End = "stopping"
)

// Error is the code.
func (e End) Error() string { return string(e) }

// State is how a link stands: open, revoked or expired.
func (l *Link) State(now time.Time) string {
	switch {
	case l.Revoked != nil:
		return string(EndRevoked)
	case !now.Before(l.Until):
		return string(EndExpired)
	}
	return "open"
}

func (l *Link) open(now time.Time) bool { return l.State(now) == "open" }

// over is when a link ended, if it has.
func (l *Link) over(now time.Time) (time.Time, bool) {
	if l.Revoked != nil {
		return l.Revoked.At, true
	}
	return l.Until, !now.Before(l.Until)
}

// check says why an order is refused.
func (r Rules) check(o Order, now time.Time, open int) *fleet.Problem {
	switch {
	case !r.may(o.By):
		return fleet.Refuse("forbidden", "%s may give no links away", o.By)
	case o.Viewer == "" || o.Reason == "":
		return fleet.Refuse("invalid", "a link needs who will look and why")
	case !now.Before(o.Until):
		return fleet.Refuse("invalid", "until: lies in the past")
	case o.Until.Sub(now) > r.MaxFor:
		return fleet.Refuse("invalid", "until: a link is open for %s at most", r.MaxFor)
	case open >= maxOpen:
		return fleet.Refuse("too-many", "%d links are open; take some back first", open)
	}
	return nil
}

// may says whether links of somebody's open anything.
func (r Rules) may(name string) bool { return r.May == nil || r.May(name) }
