package footage

import (
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/video/record"
)

func TestTheOldestMakeRoomAndWhatIsHeldStays(t *testing.T) {
	inStudio(t, func(s *studio) {
		var ids []string
		for range 3 {
			r, p := s.Start("V01", "lin")
			if p != nil {
				t.Fatal(p)
			}
			wait(15 * time.Second)
			if p := s.Stop("V01", "lin"); p != nil {
				t.Fatal(p)
			}
			ids = append(ids, r.ID)
			wait(time.Minute)
		}
		for _, c := range []struct {
			do   func() *fleet.Problem
			code string
		}{
			{func() *fleet.Problem { return s.Hold("none", "root", "case 7") }, "unknown-recording"},
			{func() *fleet.Problem { return s.Release(ids[0], "root", "over") }, "not-held"},
			{func() *fleet.Problem { return s.Hold(ids[0], "root", "case 7") }, ""},
			{func() *fleet.Problem { return s.Hold(ids[0], "root", "case 7") }, "held"},
		} {
			if p := c.do(); (p == nil) != (c.code == "") || p != nil && p.Code != c.code {
				t.Errorf("%v, want %q", p, c.code)
			}
		}
		here := func() (left []string) {
			all, _ := s.Find(Query{Limit: 10})
			for _, r := range all {
				left = append(left, r.ID)
			}
			return left
		}
		size := s.lib.Octets() / 3
		s.free.Store(s.cfg.MinFree - size) // others fill the disk
		wait(20 * time.Second)
		if left := here(); len(left) > 2 || !slices.Contains(left, ids[0]) || slices.Contains(left, ids[1]) {
			t.Fatalf("of %v are left %v", ids, left)
		}
		s.free.Store(-1 << 40)
		wait(20 * time.Second)
		if left := here(); len(left) != 1 || left[0] != ids[0] {
			t.Fatalf("of %v are left %v", ids, left)
		}
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recordings-full"); !raised {
			t.Error("nothing more is recorded and nobody is told")
		}
		// Nothing may be deleted: nothing is recorded, and that is a gap.
		r, p := s.Start("V02", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(20 * time.Second)
		if _, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, "recording-failed:V02"); !raised {
			t.Error("V02 is not recorded and nobody is told")
		}
		s.free.Store(1 << 40)
		wait(40 * time.Second)
		if p := s.Stop("V02", "lin"); p != nil {
			t.Fatal(p)
		}
		d, p := s.Get(r.ID)
		if p != nil || len(d.Parts) == 0 || !slices.ContainsFunc(d.Gaps, func(g record.Gap) bool { return g.Why == record.DiskFull }) {
			t.Errorf("%+v %v", d, p)
		}
		wait(5 * time.Second)
		for _, id := range []string{"recordings-full", "recording-failed:V02"} {
			if a, raised := fleet.Get[mission.Alarm](s.board, mission.KindAlarm, id); raised {
				t.Errorf("%+v", a)
			}
		}
		if p := s.Release(ids[0], "root", "case closed"); p != nil {
			t.Fatal(p)
		}
		if s.store.said("footage.deleted station") != 2 || s.store.said("footage.held root") != 1 || s.store.said("footage.released root") != 1 {
			t.Errorf("%q", s.store.acts)
		}
		// A deletion that was noted and not carried out is made up for.
		rec := s.recordsNow()[ids[0]]
		rec.Deleted = &Deleted{At: time.Now(), Why: "test"}
		if err := s.store.Commit([]mission.Op{{Kind: fleet.KindFootage, ID: ids[0], Value: rec}}); err != nil {
			t.Fatal(err)
		}
		s.stop()
		s.open()
		wait(time.Second)
		if slices.Contains(here(), ids[0]) {
			t.Error("it is there again")
		}
	})
}

func TestTheTimeOfARecordingIsOver(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(15 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		s.stop()
		wait(7 * 24 * time.Hour)
		s.open()
		wait(time.Second)
		if _, p := s.Get(r.ID); p == nil {
			t.Error("it is there after its seven days")
		}
	})
}
