package simulator

import (
	"math/rand/v2"
	"time"
)

// illOf is to whom a fault comes.
type illOf int

const (
	ofDock illOf = iota
	ofVehicle
	ofAll
)

// illKind is a kind of fault that a day may bring: how it may be, its value from low to high (both 0: what is usual), and
// for how many minutes. Share is how often it comes, in comparison.
type illKind struct {
	kind      string
	of        illOf
	share     int
	how       []string
	low, high float64
	from, to  float64
}

// illKinds are the faults of a day. Not among them are those that a person brings about and a person must end (rc-takeover),
// that are no fault of the city (twin, say), or that would empty a pack in the air for nobody's reason (battery-set).
var illKinds = []illKind{
	{kind: "lid-jam", share: 2, from: 2, to: 20},
	{kind: "lid-slow", share: 2, low: 1.2, high: 2.5, from: 5, to: 60},
	{kind: "lid-sensor-lies", share: 2, how: lidLies, from: 1, to: 10},
	{kind: "encoder-drift", share: 1, low: 1, high: 8, from: 10, to: 120},
	{kind: "clamp-jam", share: 1, how: []string{"x", "y"}, from: 2, to: 20},
	{kind: "estop", share: 1, from: 1, to: 10},
	{kind: "person", share: 3, from: 0.2, to: 5},
	{kind: "door-open", share: 1, from: 1, to: 10},
	{kind: "key-local", share: 1, from: 2, to: 20},
	{kind: "mains-loss", share: 2, from: 1, to: 15},
	{kind: "ups-low", share: 1, low: 1, high: 8, from: 30, to: 240},
	{kind: "charger-loss", share: 1, from: 10, to: 120},
	{kind: "contact-bad", share: 1, from: 10, to: 120},
	{kind: "pack-hot", share: 1, low: 50, high: 70, from: 5, to: 40},
	{kind: "swap-jam", share: 1, from: 10, to: 60},
	{kind: "climate-fail", share: 1, from: 30, to: 240},
	{kind: "pad-ice", share: 1, how: []string{"ice", "snow", "water"}, from: 5, to: 60},
	{kind: "dock-reboot", share: 1},
	{kind: "link-cut", share: 2, how: []string{"both", "up", "down"}, from: 0.2, to: 5},
	{kind: "link-cut", of: ofVehicle, share: 4, how: []string{"both", "up", "down"}, from: 0.1, to: 4},
	{kind: "radio", of: ofVehicle, share: 3, how: []string{"both", "up", "down"}, from: 1, to: 15},
	{kind: "partition", of: ofVehicle, share: 1, from: 0.1, to: 4},
	{kind: "gps-loss", of: ofVehicle, share: 2, from: 0.1, to: 1},
	{kind: "gps-glitch", of: ofVehicle, share: 1, low: 10, high: 60, from: 0.1, to: 1},
	{kind: "reboot", of: ofVehicle, share: 2},
	{kind: "no-arm", of: ofVehicle, share: 1, from: 2, to: 30},
	{kind: "no-lift", of: ofVehicle, share: 1, from: 2, to: 30},
	{kind: "land-beside", of: ofVehicle, share: 1, low: 0.5, high: 1.5, from: 5, to: 60},
	{kind: "remote-id-fail", of: ofVehicle, share: 1, how: []string{"status", "silent"}, from: 1, to: 20},
	{kind: "wind", of: ofAll, share: 2, low: 5, high: 9, from: 10, to: 60},
	{kind: "rain", of: ofAll, share: 2, low: 0.5, high: 8, from: 10, to: 60},
	{kind: "temperature", of: ofAll, share: 1, low: -12, high: 38, from: 30, to: 180},
	{kind: "intruder", of: ofVehicle, share: 1},
	{kind: "clock-off", of: ofVehicle, share: 1, low: -60, high: 60, from: 2, to: 60},
}

// newIll draws a fault that a day may bring. What is the matter with a transmitter comes only to a vehicle that has one.
func newIll(cfg Config, rng *rand.Rand) Ill {
	vehicle, dock := cfg.Vehicle[rng.IntN(len(cfg.Vehicle))], cfg.Dock[rng.IntN(len(cfg.Dock))].ID
	k := drawKind(rng)
	for k.kind == "remote-id-fail" && !vehicle.RemoteID {
		k = drawKind(rng)
	}
	i := Ill{After: time.Duration(rng.Int64N(int64(24 * time.Hour))).Truncate(time.Second), Fault: Fault{Kind: k.kind}}
	i.Lasts = time.Duration((k.from + (k.to-k.from)*rng.Float64()) * float64(time.Minute)).Truncate(time.Second)
	f := &i.Fault
	switch k.of {
	case ofDock:
		f.Dock = dock
	case ofVehicle:
		f.Vehicle = vehicle.ID
	}
	if len(k.how) > 0 {
		f.How = k.how[rng.IntN(len(k.how))]
	}
	f.Value = k.low + (k.high-k.low)*rng.Float64()
	switch k.kind {
	case "partition":
		f.Vehicle, f.Among = "", []string{vehicle.ID}
		if vehicle.Dock != "" {
			f.Among = append(f.Among, vehicle.Dock)
		}
	case "radio":
		f.Air = Air{Loss: 0.05 + 0.25*rng.Float64(), Duplicate: 0.05 * rng.Float64(), Delay: time.Duration(20+500*rng.Float64()) * time.Millisecond,
			Jitter: time.Duration(300*rng.Float64()) * time.Millisecond, Reorder: 0.05 * rng.Float64(), HeldBack: 200 * time.Millisecond}
	case "wind":
		f.Gust, f.Deg = f.Value*(1.2+0.4*rng.Float64()), 360*rng.Float64()
	case "gps-glitch", "intruder":
		f.Deg = 360 * rng.Float64()
	}
	return i
}

func drawKind(rng *rand.Rand) illKind {
	all := 0
	for i := range illKinds {
		all += illKinds[i].share
	}
	at := rng.IntN(all)
	for _, k := range illKinds {
		if at < k.share {
			return k
		}
		at -= k.share
	}
	return illKind{} // cannot be: the shares sum up to all
}
