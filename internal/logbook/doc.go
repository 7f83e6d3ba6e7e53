// Package logbook says which flights' logs are still on board, and has them fetched after landing. It is pure: stepped
// with what the Desk and the sessions say, it gives Intents and what is to be written to disk.
//
//	sortie over, it flew ─► owed ─vehicle on the ground, disarmed, no sortie─► list ─the flight's log─► fetching ─► kept
//	                         ▲                                                    └─there is none─► none     │
//	                         └──a sortie, a lost link, a failure: it goes on where it was, later ────────────┘
//
// A log is told to be one flight's by its time, which lies in the flight; where a vehicle names logs without a time it is
// the newest, if that is no other flight's. A sortie never waits for a log: as soon as one is opened the reading ends.
// The rest is fetched after it, newest flight first.
package logbook
