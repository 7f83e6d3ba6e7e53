// Package footage is where cameras' recordings (video/record) meet the fleet: which sortie is recorded and when, where the
// vehicle was meanwhile, who saw it, what must not be deleted, and what is.
//
//	Board (sorties, vehicles) ─► Wants ─► reels: a Deck for each vehicle that is recorded, or about to be
//	                                        │ index lines
//	people ─► Start, Stop, Hold, Release    ▼
//	          View, Export ──────────► ledger of the store: opened, anchored each minute, closed, held, released,
//	clock, disk ─► Deletions ────────► deleted, viewed, exported
//
// A recording's index is a hash chain of its own; its newest line is noted in the ledger, so that verifying the ledger
// and the files shows whether either was changed. What is shown, given out, held or deleted is in the ledger before it is
// done.
//
// Nothing here is asked by who flies: a disk that is full or slow costs recordings, with an alarm, and nothing else.
package footage
