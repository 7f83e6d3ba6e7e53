package footage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/video/record"
)

// change makes one change of a record durable, with its line in the ledger. what gives the record, and an act, or none
// if nothing is to be changed.
func (a *Archive) change(id string, what func(old *Record) (rec Record, act, by string, refused *fleet.Problem)) (Record, *fleet.Problem) {
	a.changing.Lock()
	defer a.changing.Unlock()
	a.mu.Lock()
	var old *Record
	if r, ok := a.records[id]; ok {
		old = &r
	}
	a.mu.Unlock()
	rec, act, by, refused := what(old)
	if refused != nil || act == "" {
		return rec, refused
	}
	if err := a.cfg.Store.Commit([]mission.Op{{Kind: fleet.KindFootage, ID: id, Value: rec, Act: act, By: by}}); err != nil {
		return rec, fleet.Refuse("storage", "it could not be kept: %v", err)
	}
	a.mu.Lock()
	a.records[id] = rec
	a.mu.Unlock()
	return rec, nil
}

// noteAll notes in the ledger what recordings have become, and raises alarms of those that cannot be written.
func (a *Archive) noteAll() {
	all := a.cfg.Library.All()
	slices.Reverse(all) // the oldest first
	for _, r := range all {
		if p := a.noteOne(r); p != nil {
			a.cfg.Log.Error("recording not noted in the ledger", "recording", r.ID, "problem", p.Message)
			return
		}
	}
	a.mu.Lock()
	shown := make(map[fleet.VehicleID]string, len(a.shown))
	for v, r := range a.shown {
		shown[v] = r.Missing
	}
	for v, r := range a.reels {
		if r.failed != "" {
			shown[v] = r.failed
		}
	}
	a.mu.Unlock()
	for _, spec := range a.cfg.Registry.Vehicles {
		why := shown[spec.ID]
		failed := why == string(record.DiskFull) || why == string(record.DiskFailed)
		_, raised := fleet.Get[mission.Alarm](a.cfg.Board, mission.KindAlarm, "recording-failed:"+string(spec.ID))
		if failed || raised {
			a.notice(mission.Notice{Code: "recording-failed", Severity: "warning", Vehicle: spec.ID, Active: failed,
				Text: fmt.Sprintf("the camera of %s is not recorded: %s", spec.ID, why)})
		}
	}
}

func (a *Archive) noteOne(r *record.Recording) *fleet.Problem {
	_, p := a.change(r.ID, func(old *Record) (Record, string, string, *fleet.Problem) {
		rec, act, by := note(a.cfg.Now(), old, r)
		return rec, act, by, nil
	})
	return p
}

func (a *Archive) notice(n mission.Notice) {
	ctx, cancel := context.WithTimeout(context.Background(), noticeWait)
	defer cancel()
	if _, p := a.cfg.Desk.Do(ctx, "station", n); p != nil {
		a.cfg.Log.Warn("alarm of recordings not taken", "code", n.Code, "problem", p.Message)
	}
}

// makeRoom deletes what may go: what is over its time, and the oldest while there is too little room.
func (a *Archive) makeRoom() {
	now := a.cfg.Now()
	records := a.recordsNow()
	policy := a.cfg.Policy
	policy.Quota = a.quota()
	var all []record.Kept
	for _, r := range a.cfg.Library.All() {
		all = append(all, record.Kept{ID: r.ID, Purpose: r.Purpose, To: r.To(), Octets: r.Octets, Open: r.Closed == nil, Held: records[r.ID].Hold != nil})
	}
	gone, fits := policy.Deletions(now, all, min(256<<20, a.cfg.Policy.Quota/10))
	for _, g := range gone {
		if err := a.remove(g, now); err != nil {
			a.cfg.Log.Error("old recording not deleted", "recording", g.ID, "error", err)
			fits = false
			break
		}
		a.cfg.Log.Info("recording deleted", "recording", g.ID, "why", g.Why)
	}
	a.full.Store(!fits)
	if _, raised := fleet.Get[mission.Alarm](a.cfg.Board, mission.KindAlarm, "recordings-full"); raised || !fits {
		a.notice(mission.Notice{Code: "recordings-full", Severity: "warning", Active: !fits,
			Text: "recordings fill their share of the disk and nothing of it may be deleted: nothing more is recorded"})
	}
}

// quota is what recordings may take now: less than the policy allows if others have filled the disk.
func (a *Archive) quota() int64 {
	quota := a.cfg.Policy.Quota
	free, err := a.cfg.Free()
	if err != nil {
		a.cfg.Log.Warn("room on the disk of recordings not known", "error", err)
		return quota
	}
	return min(quota, a.cfg.Library.Octets()+free-a.cfg.MinFree)
}

// remove notes a deletion and carries it out.
func (a *Archive) remove(g record.Deletion, now time.Time) error {
	_, p := a.change(g.ID, func(old *Record) (Record, string, string, *fleet.Problem) {
		if old == nil {
			return Record{}, "", "", fleet.Refuse("not-noted", "it is not in the ledger yet")
		}
		if old.Hold != nil {
			return *old, "", "", fleet.Refuse("held", "it was held meanwhile")
		}
		rec := *old
		rec.Deleted = &Deleted{At: now.UTC(), Why: g.Why}
		return rec, "footage.deleted", "station", nil
	})
	if p != nil {
		return p
	}
	return a.cfg.Library.Remove(g.ID)
}

// Hold keeps a recording from being deleted until Release.
func (a *Archive) Hold(id, by, reason string) *fleet.Problem {
	if r, ok := a.cfg.Library.Get(id); ok { // one that has just begun is not in the ledger yet
		if p := a.noteOne(r); p != nil {
			return p
		}
	}
	_, p := a.change(id, func(old *Record) (Record, string, string, *fleet.Problem) {
		switch {
		case old == nil || old.Deleted != nil:
			return Record{}, "", "", unknown(id)
		case old.Hold != nil:
			return *old, "", "", fleet.Refuse("held", "it is held already, by %s", old.Hold.By)
		}
		rec := *old
		rec.Hold = &Hold{By: by, At: a.cfg.Now().UTC(), Reason: reason}
		return rec, "footage.held", by, nil
	})
	return p
}

// Release lets a recording that was held go its way again.
func (a *Archive) Release(id, by, reason string) *fleet.Problem {
	_, p := a.change(id, func(old *Record) (Record, string, string, *fleet.Problem) {
		switch {
		case old == nil || old.Deleted != nil:
			return Record{}, "", "", unknown(id)
		case old.Hold == nil:
			return *old, "", "", fleet.Refuse("not-held", "it is not held")
		}
		rec := *old
		rec.Hold, rec.Released = nil, &Hold{By: by, At: a.cfg.Now().UTC(), Reason: reason}
		return rec, "footage.released", by, nil
	})
	return p
}

func unknown(id string) *fleet.Problem {
	return fleet.Refuse("unknown-recording", "there is no recording %s", id)
}
