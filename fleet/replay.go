package fleet

import "time"

// KindReplay is the Board's one entry (id "replay") on a station that plays a record. Where it stands nothing is live.
const KindReplay Kind = "replay"

// Replay says what is played.
type Replay struct {
	Files []string  `json:"files" nullable:"false"`
	From  time.Time `json:"from" doc:"The first frame of the record"`
	Until time.Time `json:"until" doc:"The last frame of the record"`
	At    time.Time `json:"at" doc:"The time of the record that is shown"`
	Speed float64   `json:"speed" doc:"Seconds of the record in a second"`
	Ended bool      `json:"ended"`
	// Paused says that the record's time stands still, Seeking that it is on its way to another: what is shown beside it is
	// still that of before.
	Paused  bool `json:"paused"`
	Seeking bool `json:"seeking"`
}

// ReplayOrder is what is wanted of a replay; what is absent stays as it is.
type ReplayOrder struct {
	Paused *bool      `json:"paused,omitempty"`
	Speed  *float64   `json:"speed,omitempty" minimum:"0.1" maximum:"100" doc:"Seconds of the record in a second"`
	At     *time.Time `json:"at,omitempty" doc:"The time of the record to go to; what lies outside of it is its nearest end"`
}
