package mission

import (
	"slices"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/privacy"
)

// watched is a table whose gates are seen.
func watched(st State) (*table, map[string]Gate) {
	gates := map[string]Gate{}
	b := newTable(2, st)
	b.step = func(outs []Output) {
		for _, o := range outs {
			if g, ok := o.(Gate); ok {
				gates[g.Camera] = g
			}
		}
	}
	return b, gates
}

func atHome(b *table) privacy.NoRecordZone {
	at := b.reg.Docks[0].Pad.LatLon
	return privacy.NoRecordZone{Name: "yard", Reason: "people live there", Rule: privacy.NoRecord, Center: &at, RadiusM: 200}
}

func TestWithoutARuleAPictureIsOpenWithoutAnEnd(t *testing.T) {
	b := newTable(2, State{})
	b.restart(State{})
	var first []Gate
	b.step = func(outs []Output) {
		for _, o := range outs {
			if g, ok := o.(Gate); ok {
				first = append(first, g)
			}
		}
	}
	b.run(3 * time.Second)
	if len(first) != 2 || !first[0].Record || !first[0].Show || !first[0].Until.IsZero() {
		t.Fatalf("%+v", first)
	}
	if p := b.shown["picture V01"]; p != nil {
		t.Errorf("the board is shown %+v", p)
	}
}

// What a zone forbids is forbidden at once, what it no longer forbids is allowed when that is durable; the ledger has a
// line for each.
func TestAZoneClosesAtOnceAndOpensWhenItIsKept(t *testing.T) {
	b, gates := watched(State{})
	b.slow = true
	id := b.ask(PutPrivacyZone{atHome(b)})
	if g := gates["V01"]; g.Record || g.Until.IsZero() || g.Code != privacy.CodeUnknown {
		t.Fatalf("before it is durable: %+v", g)
	}
	b.slow = false
	b.commit()
	z, ok := b.replies[id].Value.(privacy.NoRecordZone)
	if !ok || z.ID == "" || z.By != "lin" {
		t.Fatalf("%+v", b.replies[id])
	}
	if g := gates["V02"]; !g.Record || g.Until.Sub(b.now) > pictureLease {
		t.Errorf("a kilometre away: %+v", g)
	}
	b.run(10 * time.Second)
	if p, _ := b.shown["picture V01"].(Picture); p.Record || len(p.Zones) != 1 || p.Zones[0].Name != "yard" {
		t.Errorf("shown %+v", p)
	}
	if g := gates["V01"]; g.Until.Before(b.now) {
		t.Errorf("nobody judges: %+v at %s", g, b.now)
	}
	b.slow = true
	id = b.ask(DeletePrivacyZone{z.ID})
	b.run(4 * time.Second)
	if gates["V01"].Record {
		t.Error("it opens before the deletion is durable")
	}
	b.slow = false
	b.run(4 * time.Second)
	if g := gates["V01"]; !g.Record || !g.Until.IsZero() || b.replies[id].Err != nil || b.shown["privacy-zone "+z.ID] != nil {
		t.Errorf("when it is: %+v, %+v", g, b.replies[id])
	}
	var acts []string
	for _, op := range b.kept {
		if (op.Kind == KindPicture || op.Kind == KindPrivacyZone) && !strings.Contains(op.Act, "retried") {
			acts = append(acts, op.Act)
		}
	}
	if want := []string{"privacy-zone.put", "picture.not-recorded", "privacy-zone.deleted", "picture.open"}; !slices.Equal(sorted(acts), sorted(want)) {
		t.Errorf("the ledger says %v", acts)
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestAZoneThatCannotBeKeptIsTakenBack(t *testing.T) {
	b, gates := watched(State{})
	b.broken = errDisk
	id := b.ask(PutPrivacyZone{atHome(b)})
	b.commit()
	if r := b.replies[id]; r.Err == nil || r.Err.Code != "storage" {
		t.Fatalf("%+v", r)
	}
	b.broken = nil
	b.run(10 * time.Second)
	if len(b.d.zones) != 0 || !gates["V01"].Record {
		t.Errorf("zones %v, gate %+v", b.d.zones, gates["V01"])
	}
}

func TestAnOverrideCountsWhenItIsDurable(t *testing.T) {
	b, gates := watched(State{})
	b.told(t, PutPrivacyZone{atHome(b)})
	b.slow = true
	b.ask(OverridePicture{Camera: "V01", Reason: "a child is missing", For: time.Minute})
	b.run(3 * time.Second)
	if gates["V01"].Record {
		t.Fatal("open before it is durable")
	}
	b.slow, b.broken = false, errDisk
	b.commit()
	b.broken = nil
	b.run(3 * time.Second)
	if p := b.d.byID["V01"].eye.record; gates["V01"].Record || p.Override != nil {
		t.Fatalf("open, though it could not be kept: %+v", p)
	}
	r := b.told(t, OverridePicture{Camera: "V01", Reason: "a child is missing", For: 3 * time.Second})
	if g := gates["V01"]; r.Err != nil || !g.Record || g.Until.After(b.now.Add(3*time.Second)) {
		t.Fatalf("%+v, %+v", r, g)
	}
	b.run(4 * time.Second)
	if g := gates["V01"]; g.Record || g.Code != privacy.CodeUnknown {
		t.Errorf("after its end: %+v", g)
	}
	if last := b.kept[len(b.kept)-1]; last.Act != "picture.not-recorded" || last.Value.(Picture).Override != nil {
		t.Errorf("the ledger ends with %+v", last)
	}
}

// What is kept of zones and overrides counts after a restart.
func TestZonesAndOverridesStandOverARestart(t *testing.T) {
	b, gates := watched(State{})
	z := b.told(t, PutPrivacyZone{atHome(b)}).Value.(privacy.NoRecordZone)
	b.told(t, OverridePicture{Camera: "V01", Reason: "a child is missing", For: time.Minute})
	b.restart(State{PrivacyZones: []privacy.NoRecordZone{z}, Pictures: []Picture{b.d.byID["V01"].eye.record}})
	b.run(time.Second)
	if g := gates["V01"]; !g.Record || g.Code != privacy.CodeOverride {
		t.Errorf("%+v", g)
	}
	if p, ok := b.shown["picture V01"].(Picture); !ok || p.Override == nil {
		t.Errorf("shown %+v", p)
	}
	if next := b.told(t, PutPrivacyZone{atHome(b)}).Value.(privacy.NoRecordZone); next.ID == z.ID {
		t.Errorf("%s is given twice", z.ID)
	}
}

// A camera over a dock is kept to the zones too, whatever the vehicles do, and is opened by an override of its own.
func TestACameraOverADockIsJudged(t *testing.T) {
	b, gates := watched(State{})
	home := b.reg.Docks[0].Pad
	b.reg.Cameras = []fleet.FixedCamera{{ID: "H01/outside", Dock: "H01", Near: home.LatLon,
		Mount: &fleet.Mount{Position: home.LatLon.At(home.AltAMSL + 3), TiltDeg: -20, HFOVDeg: 90}}}
	b.restart(State{})
	b.run(time.Second)
	if g := gates["H01/outside"]; !g.Record || !g.Show || !g.Until.IsZero() {
		t.Fatalf("without a zone: %+v", g)
	}
	if gates["V01"].Camera != "V01" || b.shown["picture H01/outside"] != nil {
		t.Errorf("%+v; the board is shown %+v", gates, b.shown["picture H01/outside"])
	}
	at := geo.Offset(home.LatLon, 0, 300)
	z := privacy.NoRecordZone{Name: "school", Reason: "children", Rule: privacy.NoRelay, Center: &at, RadiusM: 100}
	z = b.told(t, PutPrivacyZone{z}).Value.(privacy.NoRecordZone)
	if g := gates["H01/outside"]; g.Record || g.Show || g.Code != privacy.CodeZone || g.Until.Sub(b.now) > pictureLease {
		t.Fatalf("a zone before it: %+v", g)
	}
	p, _ := b.shown["picture H01/outside"].(Picture)
	if p.Camera != "H01/outside" || p.Dock != "H01" || p.Vehicle != "" || p.Show || len(p.Zones) != 1 || p.Zones[0].ID != z.ID {
		t.Errorf("shown %+v", p)
	}
	b.run(5 * time.Second)
	if g := gates["H01/outside"]; g.Until.Before(b.now) {
		t.Errorf("nobody judges: %+v at %s", g, b.now)
	}
	r := b.told(t, OverridePicture{Camera: "H01/outside", Reason: "a child is missing", For: time.Minute})
	if g := gates["H01/outside"]; r.Err != nil || !g.Record || !g.Show || g.Code != privacy.CodeOverride || gates["V01"].Code == privacy.CodeOverride {
		t.Fatalf("overridden: %+v, %+v", r, gates)
	}
	b.restart(State{PrivacyZones: []privacy.NoRecordZone{z}, Pictures: []Picture{b.d.eyeOf["H01/outside"].record}})
	b.run(time.Second)
	if g := gates["H01/outside"]; !g.Record || g.Code != privacy.CodeOverride {
		t.Errorf("after a restart: %+v", g)
	}
	b.told(t, EndOverride{"H01/outside"})
	if g := gates["H01/outside"]; g.Record || g.Show {
		t.Errorf("after its end: %+v", g)
	}
	b.told(t, DeletePrivacyZone{z.ID})
	b.run(4 * time.Second)
	if g := gates["H01/outside"]; !g.Record || !g.Until.IsZero() {
		t.Errorf("without the zone: %+v", g)
	}
}

// A camera that belongs to no dock is on the ground of the pad nearest to it, which may lie higher than all others.
func TestACameraOnAHillIsJudgedByItsGround(t *testing.T) {
	b, gates := watched(State{})
	up := &b.reg.Docks[1].GroundPad
	up.AltAMSL = 60
	b.reg.Cameras = []fleet.FixedCamera{{ID: "square", Mount: &fleet.Mount{Position: up.LatLon.At(66), TiltDeg: -20, HFOVDeg: 40}}}
	at := geo.Offset(up.LatLon, 0, 30)
	b.restart(State{PrivacyZones: []privacy.NoRecordZone{{ID: "Z1", Name: "yard", Reason: "children", Rule: privacy.NoRecord, Center: &at, RadiusM: 5}}})
	b.run(time.Second)
	if g := gates["square"]; g.Record || g.Code != privacy.CodeZone {
		t.Errorf("a zone 30 m before it: %+v", g)
	}
}

func TestRequestsAboutPicturesThatAreRefused(t *testing.T) {
	b, _ := watched(State{})
	bad := atHome(b)
	bad.Ring = []geo.LatLon{here}
	unknown := atHome(b)
	unknown.ID = "Z9"
	for code, body := range map[string]any{
		"bad-zone": PutPrivacyZone{bad}, "unknown-privacy-zone": PutPrivacyZone{unknown}, "unknown-camera": OverridePicture{Camera: "V99", Reason: "x", For: time.Minute},
		"bad-reason": OverridePicture{Camera: "V01", Reason: " ", For: time.Minute}, "bad-time": OverridePicture{Camera: "V01", Reason: "x", For: time.Hour},
		"no-override": EndOverride{"V01"},
	} {
		if r := b.told(t, body); r.Err == nil || r.Err.Code != code {
			t.Errorf("%s: %+v", code, r)
		}
	}
}
