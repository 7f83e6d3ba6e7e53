package mission

import (
	"math"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// Bad input gets its code; nothing is kept and nothing is sent.
func TestBadInputIsRefusedWithItsCode(t *testing.T) {
	incident := func(change func(*CreateIncident)) CreateIncident {
		in := near
		change(&in)
		return in
	}
	way := fleet.Item{Kind: fleet.ItemWaypoint, Position: here.At(80)}
	for _, c := range []struct {
		body any
		code string
	}{
		{incident(func(in *CreateIncident) { in.Place.Lat = 91 }), "bad-place"},
		{incident(func(in *CreateIncident) { in.Place.Lat = math.NaN() }), "bad-place"},
		{incident(func(in *CreateIncident) { in.Place.Lon = math.Inf(1) }), "bad-place"},
		{incident(func(in *CreateIncident) { in.Place = geo.LatLon{} }), "bad-place"},
		{incident(func(in *CreateIncident) { in.Priority = 0 }), "bad-priority"},
		{incident(func(in *CreateIncident) { in.Priority = 6 }), "bad-priority"},
		{incident(func(in *CreateIncident) { in.Title = strings.Repeat("长", 201) }), "bad-title"},
		{incident(func(in *CreateIncident) { in.Title = "a\x00b" }), "bad-title"},
		{incident(func(in *CreateIncident) { in.Category = "\xff" }), "bad-category"},
		{incident(func(in *CreateIncident) { in.ExternalID = strings.Repeat("1", 129) }), "bad-external-id"},
		{MoveIncident{ID: "I9", Place: here}, "unknown-incident"},
		{CancelIncident{ID: "I9"}, "unknown-incident"},
		{PutPlan{Plan: Plan{ID: "P9", Name: "x", Items: []fleet.Item{way}, Version: 1}}, "unknown-plan"},
		{DeletePlan{ID: "P9"}, "unknown-plan"},
		{FlyPlan{Plan: "P9"}, "unknown-plan"},
		{PutPatrol{Patrol: Patrol{Name: "x", Plan: "P9", Recurrence: "FREQ=DAILY", Start: t0, Zone: "UTC"}}, "unknown-plan"},
		{DeletePatrol{ID: "R9"}, "unknown-patrol"},
		{ConfirmLaunch{Sortie: "S9"}, "unknown-sortie"},
		{RecallSortie{Sortie: "S9"}, "unknown-sortie"},
		{Manual{Vehicle: "V99", Act: "hold"}, "unknown-vehicle"},
		{Manual{Vehicle: "V01", Act: "explode"}, "bad-act"},
		{Manual{Vehicle: "V01", Act: "goto"}, "bad-target"},
		{Manual{Vehicle: "V01", Act: "goto", Target: &geo.Position{LatLon: geo.LatLon{Lat: 91}}}, "bad-target"},
		{Manual{Vehicle: "V01", Act: "hold"}, "not-airborne"},
		{Manual{Vehicle: "V01", Act: "hold", Epoch: 77}, "stale-epoch"},
		{Release{Vehicle: "V01"}, "not-held"},
		{AckAlarm{ID: "none"}, "unknown-alarm"},
		{struct{}{}, "unknown-request"},
	} {
		b := newTable(1, State{})
		kept := len(b.kept)
		r := b.told(t, c.body)
		b.run(time.Second)
		if r.Err == nil || r.Err.Code != c.code || r.Value != nil {
			t.Errorf("%T: %+v, want %s", c.body, r, c.code)
		}
		if len(b.kept) != kept || len(b.sent) != 0 {
			t.Errorf("%T: kept %v, sent %v", c.body, b.kept[kept:], b.sent)
		}
	}
}

func TestAVehicleThatFliesIsNotToBeHad(t *testing.T) {
	b := newTable(1, State{})
	s := b.flying(t)
	plan := b.told(t, PutPlan{Plan: Plan{Name: "round", Items: []fleet.Item{{Kind: fleet.ItemWaypoint, Position: geo.Offset(here, 45, 200).At(80)}}}})
	if plan.Err != nil {
		t.Fatal(plan.Err.Message)
	}
	if r := b.told(t, FlyPlan{Plan: plan.Value.(Plan).ID, Vehicle: "V01"}); r.Err == nil || !strings.Contains(r.Err.Message, "V01") {
		t.Errorf("%+v", r)
	}
	in := b.incident(t, CreateIncident{Title: "second", Priority: 1, Place: geo.Offset(here, 180, 400)})
	if in.State != IncidentQueued || in.Decision == nil || !strings.HasPrefix(in.Decision.Summary, "no drone") {
		t.Errorf("it is %s: %+v", in.State, in.Decision)
	}
	if got := in.Decision.Candidates[0].Rejections[0]; got.Code != "busy" || !strings.Contains(got.Text, string(s.ID)) {
		t.Errorf("passed over by %+v", got)
	}
}

// The more urgent is served first, the other when a vehicle is there again.
func TestTheQueueIsServedByUrgency(t *testing.T) {
	b := newTable(1, State{})
	b.vehicles["V01"].Battery.Percent = 5
	b.run(time.Second)
	low, high := near, near
	low.Priority, high.Priority = 4, 1
	a, c := b.incident(t, low), b.incident(t, high)
	if a.State != IncidentQueued || c.State != IncidentQueued {
		t.Fatalf("%s and %s with an empty battery", a.State, c.State)
	}
	b.vehicles["V01"].Battery.Percent = 95
	b.run(5 * time.Second)
	if x, y := b.shownIncident(a.ID), b.shownIncident(c.ID); x.State != IncidentQueued || y.State != IncidentAssigned {
		t.Errorf("the less urgent is %s, the urgent %s", x.State, y.State)
	}
	if r := b.told(t, CancelIncident{ID: c.ID}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	if r := b.told(t, CancelIncident{ID: c.ID}); r.Err == nil || r.Err.Code != "incident-over" {
		t.Errorf("cancelled twice: %+v", r)
	}
}

func TestTooManyWaitingIncidentsAreRefused(t *testing.T) {
	b := newTable(1, State{})
	b.vehicles["V01"].Link = fleet.LinkLost
	b.d = NewDesk(b.reg, State{}, DeskConfig{MaxQueued: 3}, b.now)
	b.run(5 * time.Second)
	for range 3 {
		b.incident(t, near)
	}
	if r := b.told(t, near); r.Err == nil || r.Err.Code != "too-many-incidents" {
		t.Errorf("%+v", r)
	}
}
