package fleet

import "time"

// KindReplay is the Board's one entry (id "replay") on a station that plays a record. Where it stands nothing is live.
const KindReplay Kind = "replay"

// Replay says what is played.
type Replay struct {
	Files []string  `json:"files" nullable:"false"`
	From  time.Time `json:"from" doc:"The first frame of the record"`
	At    time.Time `json:"at" doc:"The time of the record that is shown"`
	Speed float64   `json:"speed" doc:"Seconds of the record in a second"`
	Ended bool      `json:"ended"`
}
