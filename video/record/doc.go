// Package record keeps what cameras show, so that it can be shown to others later as what was seen.
//
//	Tap ─► queue ─► Deck ─► Cutter ─► RECORDING/000001.mp4, 000002.mp4, … (fragmented MP4, ISO/IEC 14496-12)
//	       (drops)    │         └───► RECORDING/index.log (hash chain) ─► Anchor, for a ledger in other hands
//	                  └─────────────► RECORDING/track.jsonl (where the camera was)
//
//	Deck: Waiting ─Start─► Recording ─Stop─► Waiting      a waiting deck keeps the last seconds, the pre-roll
//	Cutter:  Gap ─key picture─► Segment ─silence, loss of the source, shut gate, full disk, other parameters─► Gap
//	                               └─key picture after 10 s─► Segment
//
// Every instant from the start of a recording to its stop is in a segment or in a gap, and a gap says why. Time is the
// station's clock, by which pictures are told to have arrived; a segment also carries the camera's clock where that was
// heard, and says which of the two it has.
//
// A segment is a file of its own: initialization, then a fragment about every second, each written at once and whole.
// It begins with a key picture. A process that is killed loses what was not written yet of the last fragment; the next
// one cuts a torn fragment off (Library) and goes on with what is whole. Each line of the index holds the hash of the
// line before, and a segment's line the SHA-256 of its file: whoever holds the hash of the last line can tell whether
// anything was changed since.
//
// The writer of a deck is the only one that waits for the disk: what comes is queued within a bound and dropped beyond,
// which is a gap. The package knows streams, not vehicles: ids and purposes are words to it.
package record
