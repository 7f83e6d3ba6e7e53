package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
)

// trafficCity is smallCity with traffic over it, heard by V03 only.
func trafficCity() Config {
	cfg := smallCity()
	cfg.Traffic.Aircraft = 4
	cfg.Vehicle[2].Receiver = true
	return cfg
}

func TestAircraftFlyTheirRoundsSmoothly(t *testing.T) {
	w := NewWorld(trafficCity(), testStart)
	if len(w.others) != 4 {
		t.Fatalf("%d aircraft", len(w.others))
	}
	for _, o := range w.others {
		was, head, _ := o.place(testStart)
		for s := 1; s <= 1800; s++ {
			at, headingDeg, on := o.place(testStart.Add(time.Duration(s) * time.Second))
			d := sub(at, was)
			if !on || math.Abs(length(d)-o.speedMS) > 0.5 || math.Abs(turn(heading(d.E, d.N), headingDeg)) > 4 || math.Abs(turn(head, headingDeg)) > 6 {
				t.Fatalf("%s after %d s: %+v heading %.0f from %+v heading %.0f", o.name, s, at, headingDeg, was, head)
			}
			if at.U < w.cfg.Traffic.FloorAMSL || at.Horizontal() > 20000 {
				t.Fatalf("%s after %d s at %+v", o.name, s, at)
			}
			was, head = at, headingDeg
		}
	}
}

func TestTrafficIsHeardInTheAirByAReceiver(t *testing.T) {
	for _, receiver := range []bool{true, false} {
		cfg := trafficCity()
		cfg.Vehicle[2].Receiver = receiver
		s := newStation(t, cfg)
		s.run(5 * time.Second)
		told := func() map[string]int {
			n := map[string]int{}
			for _, h := range s.in {
				if m, ok := h.msg.(*common.MessageAdsbVehicle); ok && h.sys == 3 {
					n[m.Callsign]++
				}
			}
			return n
		}
		if n := told(); len(n) != 0 {
			t.Fatalf("on the ground %v", n)
		}
		s.airborne()
		s.forget()
		s.run(10 * time.Second)
		n := told()
		if want := map[bool]int{true: 4, false: 0}[receiver]; len(n) != want {
			t.Fatalf("receiver %v: heard %v", receiver, n)
		}
		for name, k := range n {
			if k < 9 || k > 11 {
				t.Errorf("%s was reported %d times in 10 s", name, k)
			}
		}
		truth := map[string]OtherTruth{}
		for _, o := range s.w.Truth().Others {
			truth[o.Name] = o
		}
		for _, h := range s.in {
			if m, ok := h.msg.(*common.MessageAdsbVehicle); ok && s.w.Now().Sub(h.at) < time.Second {
				o := truth[m.Callsign]
				if far := geo.Distance(o.Position.LatLon, geo.LatLon{Lat: float64(m.Lat) / 1e7, Lon: float64(m.Lon) / 1e7}); far > 70 ||
					math.Abs(float64(m.Altitude)/1000-o.Position.AltAMSL) > 1 || math.Abs(float64(m.HorVelocity)/100-o.SpeedMS) > 0.1 {
					t.Errorf("%+v, in truth %+v", m, o)
				}
			}
		}
	}
}

func TestAnIntruderPassesAtItsDistance(t *testing.T) {
	for how, speed := range map[string]float64{"aircraft": 40, "drone": 10} {
		w := NewWorld(smallCity(), testStart)
		v := w.vehicles[2]
		if err := w.Inject(Fault{Kind: "intruder", Vehicle: "V03", How: how, Value: 200, Deg: 60}); err != nil {
			t.Fatal(err)
		}
		near, end := math.Inf(1), testStart
		for len(w.others) > 0 && w.Now().Before(testStart.Add(time.Hour)) {
			at, _, _ := w.others[0].place(w.Now())
			near, end = min(near, flat(at, v.body.pos)), w.Now()
			w.Step(w.Now().Add(time.Second))
		}
		if math.Abs(near-200) > speed {
			t.Errorf("%s came as near as %.0f m", how, near)
		}
		if gone := end.Sub(testStart).Seconds(); gone < 70 || gone > 200 {
			t.Errorf("%s was there for %.0f s", how, gone)
		}
	}
}

func TestAnIntruderCanBeSentAway(t *testing.T) {
	w := NewWorld(smallCity(), testStart)
	for _, f := range []Fault{{Vehicle: "V99"}, {Vehicle: "V03", How: "balloon"}, {Vehicle: "V03", Value: 10}} {
		f.Kind = "intruder"
		if w.Inject(f) == nil {
			t.Errorf("%+v is possible", f)
		}
	}
	for range 2 { // the second takes the place of the first
		if err := w.Inject(Fault{Kind: "intruder", Vehicle: "V03"}); err != nil || len(w.others) != 1 {
			t.Fatalf("%d intruders: %v", len(w.others), err)
		}
	}
	if err := w.Inject(Fault{Kind: "intruder", Vehicle: "V03", Clear: true}); err != nil || len(w.others) != 0 {
		t.Errorf("%d intruders left: %v", len(w.others), err)
	}
}
