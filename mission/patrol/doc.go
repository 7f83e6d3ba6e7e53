// Package patrol works out when a patrol is due: a recurrence rule as iCalendar writes them (RFC 5545, 3.3.10), a
// start, and the time zone in which its hours are meant.
//
// Rules are checked before they are walked. Some legal rules never give a time (30 February) and some take the library
// seconds to find out, so only rules whose next time lies within five years are kept, and parts that make the search
// long are refused.
package patrol
