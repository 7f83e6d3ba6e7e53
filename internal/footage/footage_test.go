package footage

import (
	"os"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
)

func TestASortieIsRecordedFromLaunchToLanding(t *testing.T) {
	inStudio(t, func(s *studio) {
		s.sortie(mission.Preparing)
		wait(10 * time.Second)
		if _, on := s.shown(); on || len(s.lib.All()) != 0 {
			t.Fatal("it is recorded before its launch")
		}
		s.sortie(mission.Launching)
		here := geo.LatLon{Lat: 32.53, Lon: 120.46}
		for i := range 250 {
			at := geo.Offset(here, 90, float64(i)).At(60)
			s.board.Put(fleet.KindVehicle, "V01", fleet.Vehicle{ID: "V01", Position: &at, PositionAt: time.Now(), Gimbal: &fleet.Gimbal{PitchDeg: -40}})
			wait(100 * time.Millisecond)
		}
		if on, there := s.shown(); !there || on.Missing != "" || on.Sortie != "S1" || on.Purpose != "incident" {
			t.Fatalf("%+v", on)
		}
		s.sortie(mission.Securing)
		wait(2 * time.Second)
		if on, there := s.shown(); there {
			t.Fatalf("still recorded on the ground: %+v", on)
		}
		s.board.Put(mission.KindSortie, "S1", nil)
		wait(time.Second)
		all, p := s.Find(Query{Limit: 10})
		if p != nil || len(all) != 1 {
			t.Fatalf("%+v", all)
		}
		r := all[0]
		if r.Open || r.MissingS != 0 || r.Segments != 3 || r.To.Sub(r.From) < 28*time.Second || r.KeptUntil.Sub(r.To) != 90*24*time.Hour {
			t.Errorf("%+v", r)
		}
		if n := s.store.said("footage.opened station"); n != 1 || s.store.said("footage.closed station") != 1 {
			t.Errorf("%q", s.store.acts)
		}
		track, p := s.Track(r.ID, "lin")
		if p != nil || len(track) < 110 || len(track) > 130 || track[0].PitchDeg == nil {
			t.Errorf("%d points: %v", len(track), p)
		}
		for near, want := range map[geo.LatLon]int{geo.Offset(here, 90, 100): 1, geo.Offset(here, 0, 500): 0} {
			if got, _ := s.Find(Query{Near: &near, WithinM: 60, Limit: 10}); len(got) != want {
				t.Errorf("near %v: %v", near, got)
			}
		}
		for name, c := range map[string]struct {
			q    Query
			want int
		}{
			"its time": {Query{From: r.From.Add(time.Second), To: r.To}, 1}, "before": {Query{To: r.From}, 0}, "after": {Query{From: r.To}, 0},
			"its vehicle": {Query{Vehicle: "V01"}, 1}, "another": {Query{Vehicle: "V02"}, 0}, "its sortie": {Query{Sortie: "S1"}, 1}, "another sortie": {Query{Sortie: "S2"}, 0},
		} {
			c.q.Limit = 10
			if got, _ := s.Find(c.q); len(got) != c.want {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}

func TestARecordingByHand(t *testing.T) {
	inStudio(t, func(s *studio) {
		if _, p := s.Start("V09", "lin"); p == nil || p.Code != "unknown-vehicle" {
			t.Errorf("%v", p)
		}
		if p := s.Stop("V01", "lin"); p == nil || p.Code != "not-recording" {
			t.Errorf("%v", p)
		}
		if _, p := s.Start("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		if _, p := s.Start("V01", "wu"); p == nil || p.Code != "recording" {
			t.Errorf("started twice: %v", p)
		}
		wait(5 * time.Second)
		s.sortie(mission.Outbound) // it goes on through a sortie and after it
		wait(5 * time.Second)
		s.sortie(mission.Closed)
		wait(5 * time.Second)
		if on, there := s.shown(); !there || on.Purpose != ByHand || on.By != "lin" {
			t.Fatalf("%+v", on)
		}
		// The station is started anew: what somebody began goes on.
		s.stop()
		s.open()
		wait(5 * time.Second)
		on, there := s.shown()
		if !there || on.By != "lin" {
			t.Fatalf("after a restart: %+v", on)
		}
		if p := s.Stop("V01", "wu"); p != nil {
			t.Fatal(p)
		}
		s.stop()
		s.open()
		wait(5 * time.Second)
		if on, there := s.shown(); there {
			t.Fatalf("it was stopped: %+v", on)
		}
		if all, _ := s.Find(Query{Limit: 10}); len(all) != 2 {
			t.Errorf("%+v", all)
		}
	})
}

func TestWhatSomebodyStoppedDoesNotBeginAgain(t *testing.T) {
	inStudio(t, func(s *studio) {
		s.sortie(mission.Outbound)
		wait(5 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		wait(5 * time.Second)
		if _, there := s.shown(); there {
			t.Fatal("it is recorded again")
		}
	})
}

// A recording that cannot be begun is an alarm, and is tried again.
func TestARecordingThatCannotBeBegunIsTriedAgain(t *testing.T) {
	inStudio(t, func(s *studio) {
		if err := os.WriteFile(s.dir+"/x", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s.stop()
		s.dir += "/x" // a file where the folder is to be
		s.open()
		s.sortie(mission.Outbound)
		wait(5 * time.Second)
		if _, p := s.Start("V02", "lin"); p == nil || p.Code != "storage" {
			t.Errorf("%v", p)
		}
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V01"); !raised {
			t.Error("nobody is told")
		}
		if err := os.Remove(s.dir); err != nil {
			t.Fatal(err)
		}
		wait(10 * time.Second)
		if on, there := s.shown(); !there || on.Missing != "" {
			t.Errorf("%+v", on)
		}
		if a, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V01"); raised {
			t.Errorf("%+v", a)
		}
	})
}
