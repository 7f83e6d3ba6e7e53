package mission

import (
	"testing"
	"time"

	"groundstation/fleet"
)

// newSwapTable is one dock with two charged packs, and a vehicle with half of one.
func newSwapTable() *table {
	b := newTable(1, State{})
	p := &b.docks["H01"].Power
	p.PackPercent, p.PackCycles, p.Slots, p.Packs, p.PacksReady = 50, 7, 3, 2, 2
	return b
}

func (b *table) service() Service {
	s, _ := b.shown["service H01"].(Service)
	return s
}

func TestAChangeOfPacksIsKeptBeforeItIsOrdered(t *testing.T) {
	b := newSwapTable()
	b.slow = true
	b.run(4 * time.Second)
	if s := b.service(); len(b.sent) != 0 || s.Act != "swap-pack" || s.Gate == nil {
		t.Fatalf("before the commit: sent %v, %+v", b.sent, s)
	}
	b.slow = false
	b.commit()
	want := fleet.SwapPack{From: fleet.PackState{Cycles: 7, Ready: 2}}
	if len(b.sent) != 1 || b.sent[0].Dock != "H01" || b.sent[0].Act != want || b.sent[0].Sortie != "" {
		t.Fatalf("sent %+v", b.sent)
	}
	b.run(30 * time.Second)
	if len(b.sent) != 1 {
		t.Errorf("ordered again: %+v", b.sent)
	}
}

// What cannot be kept is not ordered, and neither is what a human, or a sortie, came before.
func TestAChangeOfPacksThatIsNotWantedAnyMoreIsNotOrdered(t *testing.T) {
	for name, between := range map[string]func(*table){
		"the store refuses": func(b *table) { b.broken = errDisk },
		"a human has it": func(b *table) {
			b.in(Observed{Event: fleet.ModeChanged{Vehicle: "V01", From: fleet.ModeHold, To: fleet.ModeManual, Cause: fleet.CauseUncommanded}})
			b.vehicles["V01"].Mode, b.vehicles["V01"].Armed = fleet.ModeManual, true
			b.hear()
		},
	} {
		b := newSwapTable()
		b.slow = true
		b.run(2 * time.Second)
		between(b)
		b.slow = false
		b.commit()
		if s := b.service(); len(b.sent) != 0 || s.Stage != fleet.StageFailed || s.Gate != nil {
			t.Errorf("%s: sent %+v, %+v", name, b.sent, s)
		}
	}
}

// What a dock refuses was not begun: the vehicle can go, and it is asked again later, each time after a longer while.
func TestARefusedChangeIsTriedAgainLater(t *testing.T) {
	b := newSwapTable()
	var at []time.Time
	for end := b.now.Add(20 * time.Minute); b.now.Before(end); {
		b.run(time.Second)
		if n := len(b.sent); n > len(at) {
			at = append(at, b.now)
			b.in(Observed{Event: fleet.Report{Intent: b.sent[n-1].ID, Dock: "H01", Stage: fleet.StageRefused, Code: "denied", At: b.now}})
			if s := b.service(); s.Gate != nil || s.Failures != n {
				t.Fatalf("%+v", s)
			}
		}
	}
	if len(at) != 5 {
		t.Fatalf("asked at %v", at)
	}
	for i := 1; i < 4; i++ {
		if a, b := at[i].Sub(at[i-1]), at[i+1].Sub(at[i]); a < 55*time.Second || b < a+30*time.Second {
			t.Errorf("%s, then %s", a, b)
		}
	}
}

// An operator puts a dock back in service only when it shows its vehicle with a pack at rest.
func TestADockIsReturnedToServiceByHand(t *testing.T) {
	b := newSwapTable()
	if r := b.told(t, ReturnDock{Dock: "H01"}); r.Err == nil || r.Err.Code != "in-service" {
		t.Fatalf("%+v", r)
	}
	b.run(2 * time.Second)
	k := b.docks["H01"]
	k.State, k.Power.PackPercent = fleet.DockFault, -1
	b.in(Observed{Event: fleet.Report{Intent: b.sent[0].ID, Dock: "H01", Stage: fleet.StageFailed, Code: "dock-state", Detail: "dock: fault", At: b.now}})
	b.run(2 * time.Second)
	if s := b.service(); s.Gate == nil || s.Gate.Code != "pack-change-failed" {
		t.Fatalf("%+v", s)
	}
	if r := b.told(t, ReturnDock{Dock: "H01"}); r.Err == nil || r.Err.Code != "dock-state" {
		t.Errorf("%+v", r)
	}
	k.State, k.Power.PackPercent, k.Power.PackCycles = fleet.DockIdle, 99, 7
	b.run(2 * time.Second)
	if in := b.incident(t, near); in.State != IncidentQueued {
		t.Errorf("the incident is %s", in.State)
	}
	if r := b.told(t, ReturnDock{Dock: "H01"}); r.Err != nil {
		t.Fatal(r.Err.Message)
	}
	b.run(5 * time.Second)
	if a, _ := b.shown["alarm pack-change-failed:H01"].(Alarm); a.Active {
		t.Errorf("%+v", a)
	}
	if len(b.d.sorties) != 1 {
		t.Error("nobody goes to the incident that waits")
	}
}
