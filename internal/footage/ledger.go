package footage

import (
	"encoding/json"
	"fmt"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/video/record"
)

// Store keeps records and their line in the ledger.
type Store interface {
	Commit(ops []mission.Op) error
	Records(kind fleet.Kind) (map[string]json.RawMessage, error)
}

// Record is what the ledger holds of a recording, by its id.
type Record struct {
	ID      string          `json:"id"`
	Vehicle fleet.VehicleID `json:"vehicle"`
	Sortie  fleet.SortieID  `json:"sortie,omitempty"`
	Purpose string          `json:"purpose"`
	By      string          `json:"by"`
	From    time.Time       `json:"from"`
	To      *time.Time      `json:"to,omitempty"` // once it is closed
	// Seq and Hash are the line of its index that was the last when this was written.
	Seq        uint64    `json:"seq"`
	Hash       string    `json:"hash"`
	Segments   int       `json:"segments"`
	Octets     int64     `json:"octets"`
	AnchoredAt time.Time `json:"anchoredAt"`
	Hold       *Hold     `json:"hold,omitempty"`
	// Released is who let it go the last time, and why.
	Released *Hold    `json:"released,omitempty"`
	Deleted  *Deleted `json:"deleted,omitempty"`
}

// Hold keeps a recording from being deleted.
type Hold struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Deleted says when and why a recording went.
type Deleted struct {
	At  time.Time `json:"at"`
	Why string    `json:"why"`
}

// Access is one time that somebody saw a recording or took it away.
type Access struct {
	Recording string     `json:"recording"`
	Act       string     `json:"act"` // viewed, exported
	By        string     `json:"by"`
	At        time.Time  `json:"at"`
	From      *time.Time `json:"from,omitempty"` // of what was exported
	To        *time.Time `json:"to,omitempty"`
}

// anchorEvery is how often the index of an open recording is noted in the ledger.
const anchorEvery = time.Minute

// note gives the record of a recording as it is now, and what the ledger says of the change; no act if there is nothing
// to be noted yet. old is nil if it has none.
func note(now time.Time, old *Record, r *record.Recording) (rec Record, act, by string) {
	if old != nil {
		rec = *old
	}
	switch {
	case old != nil && r.Seq <= old.Seq:
		return rec, "", ""
	case old == nil:
		act, by = "footage.opened", r.By
	case r.Closed != nil:
		act, by = "footage.closed", r.Closed.By
	case len(r.Segments) > old.Segments && now.Sub(old.AnchoredAt) >= anchorEvery:
		act, by = "footage.anchored", "station"
	default:
		return rec, "", ""
	}
	rec.ID, rec.Vehicle, rec.Sortie, rec.Purpose, rec.By, rec.From = r.ID, fleet.VehicleID(r.Source), fleet.SortieID(r.Sortie), r.Purpose, r.Head.By, r.From
	rec.Seq, rec.Hash, rec.Segments, rec.Octets, rec.AnchoredAt = r.Seq, r.Hash, len(r.Segments), r.Octets, now.UTC()
	if r.Closed != nil {
		to := r.Closed.At
		rec.To = &to
	}
	return rec, act, by
}

// LoadRecords reads the ledger's records of recordings.
func LoadRecords(s Store) (map[string]Record, error) {
	raws, err := s.Records(fleet.KindFootage)
	if err != nil {
		return nil, err
	}
	out := map[string]Record{}
	for id, raw := range raws {
		var r Record
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, fmt.Errorf("record of recording %s: %w", id, err)
		}
		out[id] = r
	}
	return out, nil
}

// Anchors are what the ledger says of the recordings that are to be there.
func Anchors(records map[string]Record) (out []record.Anchor) {
	for _, r := range records {
		if r.Deleted == nil {
			out = append(out, record.Anchor{Recording: r.ID, Seq: r.Seq, Hash: r.Hash, Closed: r.To != nil})
		}
	}
	return out
}
