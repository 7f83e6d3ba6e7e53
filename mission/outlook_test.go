package mission

import (
	"math"
	"testing"
	"time"

	"groundstation/mission/energy"
)

// What is left falls a little at each look: what is shown follows it all the same.
func TestTheReserveThatIsShownFollowsTheBattery(t *testing.T) {
	b := newTable(1, State{})
	b.flying(t)
	v := b.vehicles["V01"]
	for range 300 {
		v.Battery.Percent -= 0.03
		b.run(200 * time.Millisecond)
	}
	have := energy.Usable(b.reg.Vehicles[0], v.Battery)
	o, _ := b.shown["outlook V01"].(Outlook)
	if math.Abs(o.EnergyWh-have) > 0.5 {
		t.Errorf("shown %.1f Wh of %.1f Wh", o.EnergyWh, have)
	}
}
