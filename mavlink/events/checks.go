package events

// The groups of the health and arming checks.
const (
	groupArming = "arming_check"
	groupHealth = "health"
)

// checksMax is how many things may be wrong at once.
const checksMax = 60

// Check is one thing that is not right.
type Check struct {
	// Name is the event's; Component what it is about, in words.
	Name, Component string
	// Severity is MAV_SEVERITY, by the event's own level.
	Severity int
	Text     string
	// Modes are the groups of modes in which it keeps the vehicle from flying; 0: it only warns.
	Modes uint64
}

// Checks follows the reports of one vehicle. The zero value has heard none.
type Checks struct {
	open bool
	list []Check
}

// Belongs says whether an event is one of a report, and not something to tell by itself.
func (e *Said) Belongs() bool { return e.Group == groupArming || e.Group == groupHealth }

// Break forgets what has come of a report: events were lost.
func (c *Checks) Break() { c.open, c.list = false, nil }

// Take looks at an event of a report, in order; when that makes the report whole, it gives all that is not right now.
func (c *Checks) Take(s *Set, e Said, severity int) (list []Check, whole bool) {
	switch {
	case e.summary && e.Group == groupArming:
		if e.value(0) == 0 { // the first piece of a summary
			c.open, c.list = true, nil
		}
	case e.summary && e.Group == groupHealth:
		if !c.open {
			return nil, false
		}
		list, c.open, c.list = c.list, false, nil
		return list, true
	case e.Belongs() && c.open && len(c.list) < checksMax:
		c.list = append(c.list, Check{Name: e.Name, Component: s.component[1<<(e.value(1)&63)], Severity: severity, Text: e.Message, Modes: e.value(0)})
	}
	return nil, false
}

func (e *Said) value(i int) uint64 {
	if i >= len(e.values) {
		return 0
	}
	return e.values[i]
}
