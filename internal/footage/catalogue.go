package footage

import (
	"os"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/video/record"
)

// RecordingItem is one recording as it is listed.
type RecordingItem struct {
	ID      string          `json:"id"`
	Vehicle fleet.VehicleID `json:"vehicle"`
	Sortie  fleet.SortieID  `json:"sortie,omitempty"`
	Purpose string          `json:"purpose" enum:"incident,patrol,manual,by-hand"`
	By      string          `json:"by"`
	From    time.Time       `json:"from" doc:"The pre-roll included"`
	To      time.Time       `json:"to" doc:"Its end, or how far it goes as yet"`
	Open    bool            `json:"open" doc:"It is being made"`
	Codec   string          `json:"codec" doc:"As in RFC 6381; empty if nothing was recorded yet"`
	Width   int             `json:"width"`
	Height  int             `json:"height"`
	Octets  int64           `json:"octets"`
	// MissingS is how many seconds of it are gaps.
	MissingS float64 `json:"missingS"`
	Segments int     `json:"segments"`
	Hold     *Hold   `json:"hold,omitempty"`
	// KeptUntil is when it is deleted unless it is held, or room is needed before.
	KeptUntil time.Time `json:"keptUntil"`
	// Seq and Hash are the last line of its index.
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// RecordingDetail is one recording with what it is made of.
type RecordingDetail struct {
	RecordingItem
	Closed *record.Closed   `json:"closed,omitempty"`
	Parts  []record.Segment `json:"parts" nullable:"false"`
	Gaps   []record.Gap     `json:"gaps" nullable:"false"`
	Missed *record.Gap      `json:"missed,omitempty" doc:"The gap that lasts; its end is not told yet"`
}

// Query chooses recordings; the zero value chooses all.
type Query struct {
	From, To time.Time // that have something between; zero: no limit
	Vehicle  fleet.VehicleID
	Sortie   fleet.SortieID
	Near     *geo.LatLon // whose vehicle came within WithinM metres of it
	WithinM  float64
	Limit    int
}

func (q Query) takes(r *record.Recording) bool {
	switch {
	case !q.To.IsZero() && !r.From.Before(q.To), !q.From.IsZero() && !r.To().After(q.From):
		return false
	case q.Vehicle != "" && r.Source != string(q.Vehicle), q.Sortie != "" && r.Sortie != string(q.Sortie):
		return false
	}
	return q.Near == nil || record.Near(r.Way, q.Near.Lat, q.Near.Lon, q.WithinM)
}

// Find gives the recordings that a query chooses, the newest first.
func (a *Archive) Find(q Query) ([]RecordingItem, *fleet.Problem) {
	out := []RecordingItem{}
	if !a.loaded.Load() {
		return out, fleet.Refuse("unavailable", "the recordings are still being read")
	}
	for _, r := range a.cfg.Library.All() {
		if len(out) < q.Limit && q.takes(r) {
			out = append(out, a.item(r))
		}
	}
	return out, nil
}

func (a *Archive) item(r *record.Recording) RecordingItem {
	a.mu.Lock()
	hold := a.records[r.ID].Hold
	a.mu.Unlock()
	it := RecordingItem{ID: r.ID, Vehicle: fleet.VehicleID(r.Source), Sortie: fleet.SortieID(r.Sortie), Purpose: r.Purpose, By: r.Head.By, From: r.From, To: r.To(),
		Open: r.Closed == nil, Octets: r.Octets, Segments: len(r.Segments), Hold: hold, KeptUntil: a.cfg.Policy.Until(r.Purpose, r.To()), Seq: r.Seq, Hash: r.Hash}
	for _, g := range r.Gaps {
		if g.Why != record.PacketsLost {
			it.MissingS += g.To.Sub(g.From).Seconds()
		}
	}
	if s := r.Writing; s != nil {
		it.Codec, it.Width, it.Height = s.Codec, s.Width, s.Height
	}
	if n := len(r.Segments); n > 0 {
		it.Codec, it.Width, it.Height = r.Segments[n-1].Codec, r.Segments[n-1].Width, r.Segments[n-1].Height
	}
	return it
}

// Get gives one recording.
func (a *Archive) Get(id string) (RecordingDetail, *fleet.Problem) {
	r, ok := a.cfg.Library.Get(id)
	if !ok {
		return RecordingDetail{}, unknown(id)
	}
	d := RecordingDetail{RecordingItem: a.item(r), Closed: r.Closed, Parts: r.Segments, Gaps: r.Gaps, Missed: r.Missing}
	if d.Parts == nil {
		d.Parts = []record.Segment{}
	}
	if d.Gaps == nil {
		d.Gaps = []record.Gap{}
	}
	return d, nil
}

// Dropped counts the pictures and frames of sound for which decks had no room.
func (a *Archive) Dropped() uint64 { return a.dropped.Load() }

// seenAgain is how long a view stands: what the same person reads of a recording meanwhile is the same view.
const seenAgain = 10 * time.Minute

// See notes that somebody sees a recording; what follows must not be shown before.
func (a *Archive) See(id, by string) *fleet.Problem {
	if _, ok := a.cfg.Library.Get(id); !ok {
		return unknown(id)
	}
	now := a.cfg.Now().UTC()
	k := view{id, by}
	a.mu.Lock()
	last, seen := a.viewed[k]
	a.mu.Unlock()
	if seen && now.Sub(last) < seenAgain {
		return nil
	}
	if p := a.noteAccess(Access{Recording: id, Act: "viewed", By: by, At: now}); p != nil {
		return p
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for k, at := range a.viewed {
		if now.Sub(at) >= seenAgain {
			delete(a.viewed, k)
		}
	}
	a.viewed[k] = now
	return nil
}

func (a *Archive) noteAccess(x Access) *fleet.Problem {
	op := mission.Op{Kind: fleet.KindFootageAccess, ID: x.Recording + "/" + x.At.Format(time.RFC3339Nano) + "/" + x.By, Value: x, Act: "footage." + x.Act, By: x.By}
	if err := a.cfg.Store.Commit([]mission.Op{op}); err != nil {
		return fleet.Refuse("storage", "it is not shown, because that could not be noted: %v", err)
	}
	return nil
}

// Segment opens the file of a segment for somebody.
func (a *Archive) Segment(id string, n int, by string) (*os.File, record.Segment, *fleet.Problem) {
	if p := a.See(id, by); p != nil {
		return nil, record.Segment{}, p
	}
	f, s, err := a.cfg.Library.OpenSegment(id, n)
	if err != nil {
		return nil, s, fleet.Refuse("unknown-segment", "recording %s has no segment %d", id, n)
	}
	return f, s, nil
}

// Track gives where the camera was, between two times if they are not zero.
func (a *Archive) Track(id, by string) ([]record.Point, *fleet.Problem) {
	if p := a.See(id, by); p != nil {
		return nil, p
	}
	track, err := a.cfg.Library.Track(id)
	if err != nil {
		a.cfg.Log.Error("track of a recording not read", "recording", id, "error", err)
		return nil, fleet.Refuse("internal", "the track cannot be read; the station's log says why")
	}
	if track == nil {
		track = []record.Point{}
	}
	return track, nil
}

// Playlist is the HLS playlist of a recording; uri is where a segment's file is.
func (a *Archive) Playlist(id string, uri func(n int) string) ([]byte, *fleet.Problem) {
	r, ok := a.cfg.Library.Get(id)
	if !ok {
		return nil, unknown(id)
	}
	return record.Playlist(r, uri), nil
}
