package mission

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/airspace"
)

// sentTo is V01 in the air, ordered to a place 100 m beside its scene at an altitude above its layer.
func (b *table) sentTo(t *testing.T, above float64) (Sortie, Reply) {
	t.Helper()
	s := b.flying(t)
	at := geo.Offset(*s.Target, 90, 100).At(s.CruiseAMSL + above)
	return s, b.told(t, Manual{Vehicle: "V01", Act: "goto", Target: &at, OwnAltitude: true})
}

func TestAVehicleIsSentToAnAltitudeOfItsOwn(t *testing.T) {
	b := newTable(1, State{})
	s, r := b.sentTo(t, 20)
	if r.Err != nil {
		t.Fatalf("%s: %s", r.Err.Code, r.Err.Message)
	}
	b.run(time.Second)
	in := b.sent[len(b.sent)-1]
	to, ok := in.Act.(fleet.GoTo)
	if !ok || to.Target.AltAMSL != s.CruiseAMSL+20 || in.Envelope.CeilingAMSL < to.Target.AltAMSL || !insideAll(in.Envelope.Fence, to.Target.LatLon, 10) {
		t.Fatalf("sent %+v", in)
	}
	m := b.d.sortieOf(b.d.byID["V01"])
	if m.Hand == nil || m.Hand.Room.FloorAMSL != s.CruiseAMSL || m.Hand.Room.CeilingAMSL != s.CruiseAMSL+20 ||
		!airspace.Inside(m.Hand.Room.Ring, to.Target.LatLon) || !airspace.Inside(m.Hand.Room.Ring, m.Home.LatLon) {
		t.Fatalf("its room is %+v", m.Hand)
	}
	other := airspace.Claim{Sortie: "other", Volumes: []airspace.Volume{{Ring: m.Claim.Volumes[0].Ring, FloorAMSL: s.CruiseAMSL + 30, CeilingAMSL: s.CruiseAMSL + 30}}}
	if airspace.Conflict(other, m.Claim) || !airspace.Conflict(other, m.room()) {
		t.Error("somebody else may be given its room")
	}
	// Another order without an altitude brings it back to its layer; the room is held until it is there.
	back := s.Target.At(0)
	if r := b.told(t, Manual{Vehicle: "V01", Act: "goto", Target: &back}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.run(time.Second)
	if to, ok := b.sent[len(b.sent)-1].Act.(fleet.GoTo); !ok || to.Target.AltAMSL != s.CruiseAMSL || m.Hand == nil {
		t.Fatalf("sent %+v, room %+v", b.sent[len(b.sent)-1], m.Hand)
	}
}

func TestAVehicleCirclesByHand(t *testing.T) {
	b := newTable(1, State{})
	s := b.flying(t)
	r := b.told(t, Manual{Vehicle: "V01", Act: "orbit", Target: &geo.Position{LatLon: *s.Target}, RadiusM: 90})
	if r.Err != nil {
		t.Fatalf("%s: %s", r.Err.Code, r.Err.Message)
	}
	b.run(time.Second)
	in := b.sent[len(b.sent)-1]
	o, ok := in.Act.(fleet.Orbit)
	if !ok || o.RadiusM != 90 || o.Center.AltAMSL != s.CruiseAMSL || !insideAll(in.Envelope.Fence, o.Center.LatLon, 90) {
		t.Fatalf("sent %+v", in)
	}
	if m := b.d.sortieOf(b.d.byID["V01"]); m.Hand != nil || !insideAll(m.Claim.Volumes[0].Ring, o.Center.LatLon, 90) {
		t.Fatalf("its room is %+v, aside %+v", m.Claim.Volumes[0], m.Hand)
	}
}

func TestWhereAVehicleIsNotSent(t *testing.T) {
	for _, c := range []struct {
		act           string
		above, radius float64
		class         fleet.Class
		want          string
	}{
		{"goto", -40, 0, fleet.DockQuad, "bad-altitude"},
		{"goto", 80, 0, fleet.DockQuad, "bad-altitude"},
		{"orbit", 0, 5, fleet.DockQuad, "bad-radius"},
		{"orbit", 0, 600, fleet.DockQuad, "bad-radius"},
		{"orbit", 0, 60, fleet.LongVTOL, "bad-radius"},
		{"orbit", 0, 60, fleet.Tethered, "not-able"},
	} {
		b := newTable(1, State{})
		b.d.byID["V01"].spec.Class = fleet.DockQuad
		s := b.flying(t)
		b.d.byID["V01"].spec.Class = c.class
		at := s.Target.At(s.CruiseAMSL + c.above)
		if r := b.told(t, Manual{Vehicle: "V01", Act: c.act, Target: &at, OwnAltitude: c.above != 0, RadiusM: c.radius}); r.Err == nil || r.Err.Code != c.want {
			t.Errorf("%+v: answered %+v", c, r)
		}
	}
	b := newTable(1, State{})
	at := b.vehicles["V01"].Position.LatLon.At(90)
	for _, m := range []Manual{{Act: "orbit"}, {Act: "goto", OwnAltitude: true}} {
		m.Vehicle, m.Target = "V01", &at
		if r := b.told(t, m); r.Err == nil || r.Err.Code != "not-airborne" {
			t.Errorf("on the ground: %+v", r)
		}
	}
}

// Around a vehicle that does not know well where it is, whoever comes new is kept farther away.
func TestAVehicleInDoubtHasMoreRoom(t *testing.T) {
	b := newTable(1, State{})
	b.flying(t)
	for _, c := range []struct {
		gps       fleet.GPS
		aside, up float64
	}{{fleet.GPS{Fix: 3, HAccM: 0.8, VAccM: 1.2}, 0, 0}, {fleet.GPS{Fix: 3, HAccM: 12, VAccM: 5}, 18, 4}, {fleet.GPS{Fix: 2}, lostAsideM, 0}, {fleet.GPS{Fix: 6}, 0, 0}} {
		b.vehicles["V01"].GPS = c.gps
		b.run(time.Second)
		if room := b.d.rooms(); len(room) != 1 || room[0].AsideM != c.aside || room[0].UpM != c.up {
			t.Errorf("%+v: %+v", c.gps, room)
		}
	}
}
