package privacy

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Rule is what a zone forbids, or the rule of the horizon.
type Rule string

// The rules: not recorded; and neither recorded nor shown.
const (
	NoRecord Rule = "record"
	NoRelay  Rule = "relay"
)

// The longest name and reason, characters.
const (
	maxName   = 120
	maxReason = 500
)

// NoRecordZone is ground that is not to be recorded: a polygon without repetition of its first corner, or a circle.
type NoRecordZone struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Reason  string       `json:"reason"`
	Rule    Rule         `json:"rule" enum:"record,relay"`
	Ring    []geo.LatLon `json:"ring,omitempty" nullable:"false" maxItems:"60"`
	Center  *geo.LatLon  `json:"center,omitempty"`
	RadiusM float64      `json:"radiusM,omitempty" minimum:"0" maximum:"50000"`
	// Daily is when it is in force; absent: always.
	Daily *Daily    `json:"daily,omitempty"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// Daily is a part of each day: from From up to To, HH:MM, over midnight where To is the earlier one.
type Daily struct {
	From     string `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	To       string `json:"to" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	TimeZone string `json:"timeZone" maxLength:"64"` // IANA name in which the hours are read
}

// Area is a zone made ready to be looked at.
type Area struct {
	NoRecordZone
	middle   geo.LatLon // of a circle around it
	reach    float64    // its radius
	from, to int        // minutes of the day; equal: always
	where    *time.Location
	ground   relief
}

// relief is between which heights the ground of a zone lies, metres AMSL, as the grid of heights has it.
type relief struct {
	low, high float64
	errorM    float64 // of them, one standard deviation
	some, all bool    // whether the grid has any of it, all of it
}

// Lies gives a zone the ground that it lies on.
func (a *Area) Lies(t fleet.Terrain) {
	a.ground = relief{}
	if t.Grid == nil {
		return
	}
	const leastPerDeg = 110_000 // metres of a degree of latitude are more everywhere
	lat := a.reach / leastPerDeg
	lon := lat / math.Max(math.Cos((math.Abs(a.middle.Lat)+lat)*math.Pi/180), 0.01)
	low, high, all := t.Grid.Span(a.middle.Lat-lat, a.middle.Lon-lon, a.middle.Lat+lat, a.middle.Lon+lon)
	a.ground = relief{low: low, high: high, errorM: t.ErrorM, some: low <= high, all: all}
}

// lying is between which heights its ground lies, where level is that of what the grid does not have, metres AMSL.
func (a *Area) lying(level float64) relief {
	g := a.ground
	switch {
	case !g.some:
		return relief{low: level, high: level, errorM: groundM}
	case !g.all:
		g.low, g.high, g.errorM = min(g.low, level), max(g.high, level), max(g.errorM, groundM)
	}
	return g
}

// Prepare makes a zone ready, or says what is wrong with it.
func Prepare(z NoRecordZone) (Area, error) {
	a := Area{NoRecordZone: z}
	if err := words("name", z.Name, maxName); err != nil {
		return a, err
	}
	if err := words("reason", z.Reason, maxReason); err != nil {
		return a, err
	}
	if z.Rule != NoRecord && z.Rule != NoRelay {
		return a, fmt.Errorf("rule %.20q is neither %s nor %s", z.Rule, NoRecord, NoRelay)
	}
	if err := (fleet.Zone{Ring: z.Ring, Center: z.Center, RadiusM: z.RadiusM}).Check(); err != nil {
		return a, err
	}
	if z.Center != nil {
		a.middle, a.reach = *z.Center, z.RadiusM
	} else {
		var lat, lon float64
		for _, p := range z.Ring {
			lat, lon = lat+p.Lat, lon+p.Lon
		}
		n := float64(len(z.Ring))
		a.middle = geo.LatLon{Lat: lat / n, Lon: lon / n}
		for _, p := range z.Ring {
			a.reach = max(a.reach, geo.Distance(a.middle, p))
		}
	}
	if d := z.Daily; d != nil {
		var err error
		if a.from, err = minute(d.From); err != nil {
			return a, err
		}
		if a.to, err = minute(d.To); err != nil {
			return a, err
		}
		if a.from == a.to {
			return a, fmt.Errorf("from %s to %s is no part of a day; leave it out for always", d.From, d.To)
		}
		if a.where, err = time.LoadLocation(d.TimeZone); err != nil || d.TimeZone == "" || d.TimeZone == "Local" {
			return a, fmt.Errorf("%.64q is not a time zone; use a name such as Asia/Shanghai", d.TimeZone)
		}
	}
	return a, nil
}

func words(what, s string, most int) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("the %s is empty", what)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Errorf("the %s has characters in it that are no text", what)
	case utf8.RuneCountInString(s) > most:
		return fmt.Errorf("the %s is longer than %d characters", what, most)
	}
	return nil
}

func minute(hhmm string) (int, error) {
	at, err := time.Parse("15:04", hhmm)
	if err != nil || len(hhmm) != 5 {
		return 0, fmt.Errorf("%.10q is not a time of the day, such as 07:30", hhmm)
	}
	return at.Hour()*60 + at.Minute(), nil
}

// InForce says whether the zone is in force, and until when; the zero time is without an end.
func (a *Area) InForce(now time.Time) (bool, time.Time) {
	if a.where == nil {
		return true, time.Time{}
	}
	at := now.In(a.where)
	m := at.Hour()*60 + at.Minute()
	in := a.from <= m && m < a.to
	if a.from > a.to {
		in = m >= a.from || m < a.to
	}
	if !in {
		return false, time.Time{}
	}
	end := time.Date(at.Year(), at.Month(), at.Day(), a.to/60, a.to%60, 0, 0, a.where)
	if !end.After(now) {
		end = time.Date(at.Year(), at.Month(), at.Day()+1, a.to/60, a.to%60, 0, 0, a.where)
	}
	return true, end
}

// Begins is when a zone next comes into force; the zero time: it always is.
func (a *Area) Begins(now time.Time) time.Time {
	if a.where == nil {
		return time.Time{}
	}
	at := now.In(a.where)
	for day := at.Day(); ; day++ {
		if begin := time.Date(at.Year(), at.Month(), day, a.from/60, a.from%60, 0, 0, a.where); begin.After(now) {
			return begin
		}
	}
}

// within says whether the zone may be nearer than so many metres to a place; cheaply, and never wrongly no.
func (a *Area) within(p geo.LatLon, metres float64) bool {
	const leastPerDeg = 110_000 // metres of a degree of latitude are more everywhere
	if math.Abs(a.middle.Lat-p.Lat)*leastPerDeg > metres+a.reach {
		return false
	}
	return geo.Distance(a.middle, p) <= 1.01*(metres+a.reach)
}

// distance is how far the zone is from a ring of the plane, metres; 0 if they touch.
func (a *Area) distance(f geo.Frame, ring []geo.Point) float64 {
	if a.Center != nil {
		return max(0, geo.RingDistance(ring, []geo.Point{f.Flat(*a.Center)})-a.RadiusM)
	}
	own := make([]geo.Point, len(a.Ring))
	for i, p := range a.Ring {
		own[i] = f.Flat(p)
	}
	return geo.RingDistance(ring, own)
}
