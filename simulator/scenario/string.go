package scenario

import (
	"fmt"
	"strings"
)

// String says an expectation in a line.
func (e Expect) String() string {
	s := e.Cond.String()
	if e.Name.EN != "" {
		s = e.Name.EN + ": " + s
	}
	after := ""
	if e.Since != "" {
		after = " after " + e.Since
	}
	switch {
	case e.Never:
		s = "never: " + s
	case e.Always:
		s = "always: " + s
	case e.By > 0:
		s = fmt.Sprintf("%s within %v%s", s, e.By, after)
	default:
		s += " at the end"
	}
	if e.From > 0 {
		s += fmt.Sprintf(" from %v%s", e.From, after)
	}
	if e.Until > 0 {
		s += fmt.Sprintf(" until %v%s", e.Until, after)
	}
	return s
}

// String says a condition in a line.
func (c Cond) String() string {
	var b strings.Builder
	for _, s := range c.subjects() {
		if s.set {
			b.WriteString(s.kind)
		}
	}
	for _, v := range []string{c.Incident, c.Sortie, c.Sorties, c.Lifts, c.Vehicle, c.Shown, c.Dock, c.Alarm, c.Command, c.Patrol, c.Touchdown, c.Rule} {
		if v != "" {
			b.WriteString(" " + v)
		}
	}
	if c.NearerM > 0 {
		fmt.Fprintf(&b, " %v", c.NearerM)
	}
	if c.Of != "" {
		b.WriteString(" of " + c.Of)
	}
	if len(c.Is) > 0 {
		b.WriteString(" is " + strings.Join(c.Is, " or "))
	}
	if c.Reached != "" {
		b.WriteString(" has reached " + c.Reached)
	}
	if len(c.Code) > 0 {
		b.WriteString(" by code " + strings.Join(c.Code, " or "))
	}
	if c.Says != "" {
		fmt.Fprintf(&b, " says %q", c.Says)
	}
	if c.Least > 0 {
		fmt.Fprintf(&b, " at least %d", c.Least)
	}
	if c.Most != nil {
		fmt.Fprintf(&b, " at most %d", *c.Most)
	}
	if c.Above != nil {
		fmt.Fprintf(&b, " above %v", *c.Above)
	}
	if c.Below != nil {
		fmt.Fprintf(&b, " below %v", *c.Below)
	}
	return b.String()
}
