package patrol

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	// horizon is how far ahead a next time may lie.
	horizon = 5 * 366 * 24 * time.Hour
	// maxRule bounds the text of a rule, octets.
	maxRule = 256
	// maxWalk bounds the times that are looked at for one answer.
	maxWalk = 2_000_000
	// minApart is the shortest time between two slots: a vehicle needs longer to come back.
	minApart = 5 * time.Minute
)

// Next gives the first time after the given one at which the rule, begun at start in zone (IANA name), is due. A rule
// that has ended gives the zero time. Errors name the part of the rule that is wrong.
func Next(rule string, start time.Time, zone string, after time.Time) (time.Time, error) {
	at, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return time.Time{}, fmt.Errorf("%q is not a time zone; use a name such as Asia/Shanghai", zone)
	}
	r, err := parse(rule, start.In(at).Truncate(time.Second))
	if err != nil {
		return time.Time{}, err
	}
	next := r.Iterator()
	for range maxWalk {
		slot, ok := next()
		if !ok || slot.After(after.Add(horizon)) {
			return time.Time{}, nil
		}
		if slot.After(after) {
			return slot, nil
		}
	}
	return time.Time{}, errors.New("the start lies too far back for so frequent a rule; choose a later start")
}

// parse reads a rule and refuses what this station does not fly or cannot search in bounded time.
func parse(rule string, start time.Time) (*rrule.RRule, error) {
	if len(rule) > maxRule {
		return nil, fmt.Errorf("the rule has %d characters, the limit is %d", len(rule), maxRule)
	}
	if strings.ContainsAny(rule, "\r\n") {
		return nil, errors.New("the rule is one line without DTSTART; the start is a field of its own")
	}
	o, err := rrule.StrToROptionInLocation(rule, start.Location())
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", rule, err)
	}
	if !o.Dtstart.IsZero() {
		return nil, errors.New("the rule holds DTSTART; the start is a field of its own")
	}
	o.Dtstart = start
	switch {
	case o.Interval < 0 || o.Interval > 10_000:
		return nil, fmt.Errorf("INTERVAL %d is not within 1 to 10000", o.Interval)
	case len(o.Bysecond) > 0 || o.Freq == rrule.SECONDLY:
		return nil, errors.New("seconds are too fine for a patrol")
	case len(o.Byeaster) > 0 || len(o.Byweekno) > 0 || len(o.Byyearday) > 0 || len(o.Bysetpos) > 0:
		return nil, errors.New("BYEASTER, BYWEEKNO, BYYEARDAY and BYSETPOS are not supported")
	case o.Freq == rrule.YEARLY:
		return nil, errors.New("FREQ=YEARLY is not supported; use MONTHLY with BYMONTH")
	case o.Freq == rrule.MINUTELY && (len(o.Bymonth) > 0 || len(o.Bymonthday) > 0 || len(o.Byweekday) > 0 || len(o.Byhour) > 0 || len(o.Byminute) > 0):
		return nil, errors.New("FREQ=MINUTELY takes INTERVAL, COUNT and UNTIL only; use HOURLY or DAILY with BYMINUTE")
	case o.Freq == rrule.HOURLY && (len(o.Bymonth) > 0 || len(o.Bymonthday) > 0 || len(o.Byhour) > 0):
		return nil, errors.New("FREQ=HOURLY takes no BYMONTH, BYMONTHDAY or BYHOUR; use DAILY with BYHOUR")
	case o.Freq == rrule.MINUTELY && time.Duration(max(o.Interval, 1))*time.Minute < minApart:
		return nil, fmt.Errorf("slots are less than %v apart", minApart)
	}
	if err := possible(o); err != nil {
		return nil, err
	}
	if tooClose(o.Byminute) {
		return nil, fmt.Errorf("slots are less than %v apart", minApart)
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil, fmt.Errorf("rule %q: %w", rule, err)
	}
	return r, nil
}

// possible refuses month and day lists that no calendar ever meets: the library would search to the year 9999.
func possible(o *rrule.ROption) error {
	if len(o.Bymonthday) == 0 {
		return nil
	}
	months := o.Bymonth
	if len(months) == 0 {
		return nil // every rule day exists in January, and -31 to 31 is checked by the library
	}
	for _, m := range months {
		if m < 1 || m > 12 {
			return fmt.Errorf("month %d does not exist", m)
		}
		longest := time.Date(2028, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		for _, d := range o.Bymonthday {
			if max(d, -d) <= longest {
				return nil
			}
		}
	}
	return errors.New("no month has such a day")
}

// tooClose says whether two of the minutes of an hour lie nearer than minApart, over the hour's end too.
func tooClose(minutes []int) bool {
	for i, a := range minutes {
		for _, b := range minutes[i+1:] {
			apart := max(a-b, b-a)
			if apart != 0 && time.Duration(min(apart, 60-apart))*time.Minute < minApart {
				return true
			}
		}
	}
	return false
}
