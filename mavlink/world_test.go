package mavlink

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// world steps one Session and one fakeVehicle in virtual time, over a radio that loses, repeats and reorders. All
// messages travel as bytes.
type world struct {
	t       *testing.T
	now     time.Time
	rng     *rand.Rand
	s       *Session
	v       *fakeVehicle
	radio   radio
	air     airQueue
	sent    int
	events  []fleet.Event
	frames  []message.Message // what the station sent
	up, dn  *Encoder
	upD     *Decoder
	dnD     *Decoder
	ids     int
	noRenew bool
	ways    []*way // beside the first
	from    *way   // by which the vehicle was just spoken to; nil is the first
	hearing bool   // the vehicle answers now
	stray   Source // where another than the vehicle is, and what was sent there
	astray  []message.Message
}

// radio is how bad the link is.
type radio struct {
	loss, repeat float64
	least, most  time.Duration
	cutUp, cutDn bool
}

// way is another way to the vehicle: a router on board sends the same frames by it, another channel of the autopilot
// counts its own and answers where it was asked.
type way struct {
	addr    Source
	radio   radio
	channel *Encoder
}

// The catalogues are shared by the tests, which make thousands of codecs; allKinds decodes what vehicles read, too.
var (
	allKinds = sync.OnceValue(func() *catalogue { return newCatalogue(true) })
)

func testDecoder() *Decoder { return &Decoder{kinds: stationKinds} }

func testEncoder(sys, cmp uint8) *Encoder { return &Encoder{kinds: stationKinds, sys: sys, cmp: cmp} }

var (
	goodRadio = radio{least: 2 * time.Millisecond, most: 5 * time.Millisecond}
	// badRadio is LTE on a bad day: a third lost each way, a fifth repeated, up to 400 ms, so order is lost too.
	badRadio = radio{loss: 0.3, repeat: 0.2, least: 30 * time.Millisecond, most: 400 * time.Millisecond}
)

type parcel struct {
	at   time.Time
	n    int
	up   bool
	data []byte
	by   *way
}

type airQueue []parcel

func (q airQueue) Len() int { return len(q) }
func (q airQueue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q airQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *airQueue) Push(x any)   { *q = append(*q, x.(parcel)) }
func (q *airQueue) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

var (
	worldStart = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	worldAddr  = source("127.0.0.1:14607")
	worldSpec  = fleet.VehicleSpec{ID: "V07", SystemID: 7, Class: fleet.DockQuad}
	worldTick  = 50 * time.Millisecond
)

func newWorld(t *testing.T, seed uint64, r radio) *world {
	w := &world{t: t, now: worldStart, rng: rand.New(rand.NewPCG(seed, 7)), radio: r,
		s: NewSession(worldSpec, DefaultConfig()), v: newFakeVehicle(7, worldStart),
		up: testEncoder(StationSystem, StationComponent), dn: testEncoder(7, 1)}
	w.upD, w.dnD = &Decoder{kinds: allKinds()}, testDecoder()
	w.v.send = func(m message.Message) {
		var b []byte
		if !w.hearing || w.from == nil || w.from.channel == nil {
			var err error
			if b, err = w.dn.Encode(nil, m); err != nil {
				t.Fatalf("vehicle sends %T: %v", m, err)
			}
			w.fly(b, false, nil)
		}
		for _, y := range w.ways {
			switch {
			case y.channel == nil:
				w.fly(b, false, y)
			case !w.hearing || w.from == y:
				own, _ := y.channel.Encode(nil, m)
				w.fly(own, false, y)
			}
		}
	}
	return w
}

// fly sends one datagram by a way; nil is the first.
func (w *world) fly(b []byte, up bool, by *way) {
	r := &w.radio
	if by != nil {
		r = &by.radio
	}
	copies := 1
	if w.rng.Float64() < r.repeat {
		copies = 2
	}
	for range copies {
		if w.rng.Float64() < r.loss || up && r.cutUp || !up && r.cutDn {
			continue
		}
		w.sent++
		d := r.least + time.Duration(w.rng.Int64N(int64(r.most-r.least)+1))
		heap.Push(&w.air, parcel{w.now.Add(d), w.sent, up, b, by})
	}
}

// another gives the vehicle one more way.
func (w *world) another(y way) *way {
	w.ways = append(w.ways, &y)
	return &y
}

func (w *world) step(in Input) {
	for _, o := range w.s.Step(w.now, in) {
		switch o := o.(type) {
		case Transmit:
			var by *way
			if o.To != worldAddr {
				i := slices.IndexFunc(w.ways, func(y *way) bool { return y.addr == o.To })
				if i < 0 && o.To == w.stray {
					w.astray = append(w.astray, o.Message)
					continue
				}
				if i < 0 {
					w.t.Fatalf("sent to %v", o.To)
				}
				by = w.ways[i]
			}
			w.frames = append(w.frames, o.Message)
			b, err := w.up.Encode(nil, o.Message)
			if err != nil {
				w.t.Fatal(err)
			}
			w.fly(b, true, by)
		case Emit:
			w.events = append(w.events, o.Event)
		}
	}
}

// run lets d pass, or less if until says so.
func (w *world) run(d time.Duration, until func() bool) bool {
	end := w.now.Add(d)
	tick, renew := w.now, w.now
	for {
		if until != nil && until() {
			return true
		}
		at := earlier(earlier(tick, renew), w.s.Deadline())
		if len(w.air) > 0 {
			at = earlier(at, w.air[0].at)
		}
		if at.After(end) {
			w.now = end
			return until == nil
		}
		if at.Before(w.now) {
			at = w.now
		}
		w.now = at
		switch {
		case len(w.air) > 0 && !w.air[0].at.After(w.now):
			p := heap.Pop(&w.air).(parcel)
			if p.up {
				w.from, w.hearing = p.by, true
				w.upD.Split(p.data, func(f Frame) { w.v.take(w.now, f.Message) })
				w.hearing = false
			} else {
				from := worldAddr
				if p.by != nil {
					from = p.by.addr
				}
				w.dnD.Split(p.data, func(f Frame) { w.step(&FrameIn{Frame: f, Source: from}) })
			}
		case !tick.After(w.now):
			w.v.tick(w.now, worldTick)
			tick = w.now.Add(worldTick)
		case !renew.After(w.now):
			renew = w.now.Add(time.Second)
			if !w.noRenew {
				w.step(Renew{Until: w.now.Add(3 * time.Second)})
			}
		default:
			w.step(Tick{})
			if next := w.s.Deadline(); !next.IsZero() && next.Before(w.now) {
				w.t.Fatalf("deadline %v lies before now %v", next, w.now)
			}
		}
	}
}

// settle lets the session hear the vehicle.
func (w *world) settle() {
	w.t.Helper()
	if !w.run(20*time.Second, func() bool {
		return w.s.v.Link == fleet.LinkOnline && w.s.v.Home != nil && w.s.v.Landed != fleet.LandedUnknown
	}) {
		w.t.Fatal("the session did not hear the vehicle")
	}
}

// want gives an Intent to the session.
func (w *world) want(a fleet.Act) fleet.IntentID {
	return w.wantWithin(worldEnvelope(), a)
}

// wantWithin gives an Intent with an envelope of its own.
func (w *world) wantWithin(env fleet.Envelope, a fleet.Act) fleet.IntentID {
	w.ids++
	id := fleet.IntentID(fmt.Sprintf("I%d", w.ids))
	w.step(IntentIn{fleet.Intent{ID: id, Vehicle: "V07", Epoch: 1, Sortie: "S1", Envelope: env, Act: a}})
	return id
}

// do gives an Intent and waits for its final report.
func (w *world) do(a fleet.Act) fleet.Report {
	w.t.Helper()
	return w.final(w.want(a))
}

func (w *world) final(id fleet.IntentID) fleet.Report {
	w.t.Helper()
	var out fleet.Report
	n, read := 0, 0
	find := func() bool {
		for ; read < len(w.events); read++ {
			if r, ok := w.events[read].(fleet.Report); ok && r.Intent == id && r.Stage.Final() {
				out = r
				n++
			}
		}
		if n > 1 {
			w.t.Fatalf("%d final reports of %s", n, id)
		}
		return n == 1
	}
	if !w.run(6*time.Minute, find) {
		w.t.Fatalf("no final report of %s", id)
	}
	return out
}

func (w *world) stages(id fleet.IntentID) (out []fleet.Stage) {
	for _, e := range w.events {
		if r, ok := e.(fleet.Report); ok && r.Intent == id && r.Stage != fleet.StageProgress {
			out = append(out, r.Stage)
		}
	}
	return out
}

func (w *world) changes() (out []fleet.ModeChanged) {
	for _, e := range w.events {
		if c, ok := e.(fleet.ModeChanged); ok {
			out = append(out, c)
		}
	}
	return out
}

// worldEnvelope is 2 km around home, 10 to 120 m.
func worldEnvelope() fleet.Envelope {
	env := fleet.Envelope{FloorAMSL: 10, CeilingAMSL: 120}
	for b := 45.0; b < 360; b += 90 {
		env.Fence = append(env.Fence, geo.Offset(fakeHome.LatLon, b, 2800))
	}
	return env
}

func worldPlan() fleet.UploadPlan {
	at := func(bearing, d, alt float64) geo.Position { return geo.Offset(fakeHome.LatLon, bearing, d).At(alt) }
	return fleet.UploadPlan{
		Items: []fleet.Item{
			{Kind: fleet.ItemTakeoff, Position: fakeHome.LatLon.At(34)},
			{Kind: fleet.ItemSpeed, SpeedMS: 12},
			{Kind: fleet.ItemWaypoint, Position: at(30, 300, 60)},
			{Kind: fleet.ItemROI, Position: at(40, 400, 4)},
			{Kind: fleet.ItemWaypoint, Position: at(40, 380, 60), HoldS: 20},
			{Kind: fleet.ItemROINone},
		},
		Fence: worldEnvelope().Fence,
		Rally: []geo.Position{at(90, 20, 4)},
	}
}

// worldLaunch starts worldPlan, which was approved.
func worldLaunch() fleet.Launch { return fleet.Launch{Plan: worldPlan().Hash()} }

// airborne brings the vehicle into the air in hold, by the back door.
func (w *world) airborne() {
	w.settle()
	w.v.armed, w.v.landed, w.v.status = true, 2, 4
	w.v.mode = px4Hold
	w.v.pos = fakeHome.LatLon.At(54)
	w.v.goal = w.v.pos
	w.run(3*time.Second, nil)
}
