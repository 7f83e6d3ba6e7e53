package mission

import (
	"fmt"
	"time"

	"groundstation/fleet"
)

// A crew that did not answer is left alone for a while, twice as long each time; an operator who asks for its vehicle by name
// asks it all the same. What is known of it does not outlive the station, which asks once too often then.
const (
	crewPause     = 3 * time.Minute
	crewPauseMost = 30 * time.Minute
	// crewSilentAfter is how many times in a row are an alarm.
	crewSilentAfter = 2
)

// crew is how a vehicle's crew answers.
type crew struct {
	silent int       // how often in a row it did not
	at     time.Time // the last time
}

// pause is how long it is left alone after that.
func (c crew) pause() time.Duration {
	p := crewPause
	for i := 1; i < c.silent && p < crewPauseMost; i++ {
		p *= 2
	}
	return min(p, crewPauseMost)
}

// unanswered says that a crew is not to be asked yet.
func (d *Desk) unanswered(w wish, v fleet.VehicleID) *fleet.Gate {
	c := d.byID[v]
	if c == nil || c.crew.silent == 0 || w.purpose == "manual" {
		return nil
	}
	since, pause := d.now.Sub(c.crew.at), c.crew.pause()
	if since >= pause {
		return nil
	}
	return &fleet.Gate{Code: "crew-silent", Value: since.Seconds(), Limit: pause.Seconds(), Unit: "s", AgeS: since.Seconds(),
		Text: fmt.Sprintf("its crew did not answer %.0f s ago and is asked again after %.0f s", since.Seconds(), pause.Seconds())}
}

// crewTimedOut notes that a crew did not answer in time.
func (d *Desk) crewTimedOut(m *sortie) {
	c := d.byID[m.Vehicle]
	if c == nil {
		return
	}
	c.crew.silent, c.crew.at = c.crew.silent+1, d.now
	if n := c.crew.silent; n >= crewSilentAfter {
		d.raise(alarmSubject{vehicle: m.Vehicle}, "crew-silent", "warning",
			fmt.Sprintf("the crew of %s did not answer %d times in a row; for incidents and patrols it is asked again in %.0f min", m.Vehicle, n, c.crew.pause().Minutes()))
	}
}

// crewAnswered notes that it did.
func (d *Desk) crewAnswered(v fleet.VehicleID) {
	if c := d.byID[v]; c != nil {
		c.crew = crew{}
	}
	d.lower("crew-silent", string(v))
}
