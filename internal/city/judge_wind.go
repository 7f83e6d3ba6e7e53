package city

import (
	"time"

	"groundstation/hangar"
	"groundstation/simulator"
)

const (
	knownS = 120 // after so many seconds a mean wind is known by a mean of two minutes
	// instrumentErr is how far the means of two minutes of several docks may all lie below the wind's mean, as a part of what
	// gusts are above it: they go up and down with the gusts of their places.
	instrumentErr = 0.15
)

// knownWind is the mean wind that instruments can know of: what has blown for two minutes, not what has just risen.
type knownWind struct {
	past [knownS]float64
	n    int
	at   time.Time
	ms   float64
}

// look takes the truth in, once a second.
func (k *knownWind) look(now time.Time, w simulator.Weather) {
	if k.n > 0 && now.Sub(k.at) < time.Second {
		return
	}
	k.at = now
	if k.n == 0 { // it has blown so for long
		for i := range k.past {
			k.past[i] = w.WindMS
		}
	}
	k.past[k.n%knownS] = w.WindMS
	k.n++
	sum := 0.0
	for _, ms := range k.past {
		sum += ms
	}
	k.ms = max(0, min(w.WindMS, sum/knownS)-instrumentErr*max(0, w.GustMS-w.WindMS))
}

// Beyond a limit by so much, for so long, every instrument says so.
const (
	rainOver  = 1.2 // times
	tempOverC = 1.0
	foulGrace = 30 * time.Second
)

// foul says whether the weather, as it truly is, keeps everybody on the ground.
func (j *judge) foul(w simulator.Weather) bool {
	l := hangar.DefaultLimits()
	return w.RainMMH > rainOver*l.RainMMH || w.TempC < l.MinTempC-tempOverC || w.TempC > l.MaxTempC+tempOverC || j.wind.ms > l.WindMS
}
