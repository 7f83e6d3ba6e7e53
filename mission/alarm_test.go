package mission

import (
	"testing"
	"time"
)

func TestANoticeIsAnAlarmUntilItsCauseIsGoneAndSomebodySawIt(t *testing.T) {
	b := newTable(1, State{})
	n := Notice{Code: "recording-failed", Severity: "warning", Vehicle: "V01", Text: "disk-full", Active: true}
	tell := func() *Alarm {
		if r := b.told(t, n); r.Err != nil {
			t.Fatal(r.Err)
		}
		b.run(time.Second)
		return b.d.alarms["recording-failed:V01"]
	}
	if a := tell(); a == nil || !a.Active || a.Severity != "warning" || a.Vehicle != "V01" || a.Text != "disk-full" {
		t.Fatalf("%+v", a)
	}
	kept := len(b.kept)
	if tell(); len(b.kept) != kept {
		t.Errorf("told again, it is kept again: %+v", b.kept[kept:])
	}
	n.Active = false
	if a := tell(); a == nil || a.Active {
		t.Fatalf("%+v", a)
	}
	if r := b.told(t, AckAlarm{ID: "recording-failed:V01"}); r.Err != nil || b.d.alarms["recording-failed:V01"] != nil {
		t.Errorf("%+v", r)
	}
}
