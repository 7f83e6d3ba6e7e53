package mission

import (
	"fmt"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

func (b *table) sees(c fleet.Contact) { b.in(Observed{Event: fleet.ContactSeen{Contact: c}}) }

func TestTrafficIsMergedAndForgotten(t *testing.T) {
	b := newTable(1, State{})
	at := geo.Offset(here, 0, 5000).At(300)
	b.sees(fleet.Contact{ID: "adsb:780123", Kind: "aircraft", Name: "CSN3456", Position: at, AltKnown: true, HeardBy: "V01", At: b.now.Add(-2 * time.Second)})
	b.run(2 * time.Second)
	newer := geo.Offset(here, 0, 4900).At(290)
	b.sees(fleet.Contact{ID: "adsb:780123", Kind: "aircraft", Position: newer, AltKnown: true, HeardBy: "V02", At: b.now})
	b.sees(fleet.Contact{ID: "adsb:780123", Kind: "aircraft", Position: at, AltKnown: true, HeardBy: "V01", At: b.now.Add(-time.Second)}) // late
	c, _ := b.shown["traffic adsb:780123"].(fleet.Contact)
	if c.HeardBy != "V02" || c.Position != newer || c.Name != "CSN3456" {
		t.Fatalf("%+v", c)
	}
	b.run(contactGone - 2*time.Second)
	if b.shown["traffic adsb:780123"] == nil {
		t.Fatal("forgotten too early")
	}
	b.run(4 * time.Second)
	if v := b.shown["traffic adsb:780123"]; v != nil {
		t.Fatalf("still shown: %+v", v)
	}
	for i := range contactsMost + 10 {
		b.sees(fleet.Contact{ID: fmt.Sprint("x", i), Position: at, At: b.now})
	}
	if len(b.d.contacts) != contactsMost || b.d.ContactsDropped() != 10 {
		t.Fatalf("%d known, %d dropped", len(b.d.contacts), b.d.ContactsDropped())
	}
	b.sees(fleet.Contact{ID: "future", Position: at, At: b.now.Add(time.Minute)})
	b.sees(fleet.Contact{ID: "nowhere", Position: geo.LatLon{Lat: 91}.At(0), At: b.now})
	if b.d.contacts["future"] != nil || b.d.contacts["nowhere"] != nil {
		t.Fatal("taken: of the future, or nowhere")
	}
}

func TestTrafficNearAVehicleInTheAirIsAnAlarm(t *testing.T) {
	b := newTable(1, State{})
	own := *b.vehicles["V01"].Position
	near := fleet.Contact{ID: "adsb:1", Kind: "aircraft", Position: geo.Offset(own.LatLon, 90, 700).At(150), AltKnown: true}
	alarm := func() *Alarm { return b.d.alarms["traffic:V01"] }
	shown := func() fleet.Contact { return b.shown["traffic adsb:1"].(fleet.Contact) }
	see := func(c fleet.Contact) {
		c.At = b.now
		b.sees(c)
		b.run(time.Second)
	}
	if see(near); alarm() != nil {
		t.Fatal("an alarm for a vehicle on the ground")
	}
	b.flying(t)
	high := near
	high.Position.AltAMSL = 2000
	if see(high); alarm() != nil && alarm().Active {
		t.Fatalf("an alarm for one 1,900 m above: %+v", alarm())
	}
	if see(near); alarm() == nil || !alarm().Active || alarm().Vehicle != "V01" {
		t.Fatalf("no alarm: %+v", alarm())
	}
	far := near
	far.Position = geo.Offset(own.LatLon, 90, 3000).At(150)
	if see(far); alarm().Active || len(shown().Near) != 0 {
		t.Fatalf("it has gone, the alarm has not, or it is shown near %v", shown().Near)
	}
	unknown := near
	unknown.AltKnown, unknown.Position.AltAMSL = false, 0
	if see(unknown); !alarm().Active {
		t.Fatal("one that does not tell its height counts at any")
	}
	if near := shown().Near; len(near) != 1 || near[0] != "V01" {
		t.Fatalf("it is not shown as near V01: %v", near)
	}
	b.run(contactFresh + time.Second)
	if alarm().Active {
		t.Fatal("an alarm for a report that is old")
	}
	if near := shown().Near; len(near) != 0 {
		t.Fatalf("an old report is shown as near %v", near)
	}
}
