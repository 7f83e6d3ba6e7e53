// Package station joins the cores into one: the sessions of every vehicle and dock, the dock gatekeepers and the Desk.
//
//	datagrams ─► Core.Step ─► session ─► Event ─► Desk ─► Intent ─► session ─► datagrams
//	                             └──────► Show ──► Board        └──► Persist ─► store ─► Committed ─► Desk
//
// Core is pure: it holds all state, and neither clock nor I/O; internal/city steps the same Core under a virtual clock.
// Station is its shell: one lock guards the Core; each link (mavlink/link) reads in a goroutine of
// its own and steps it with what it read, the loop with requests, commits and time, and the store commits in a goroutine of its own. Nothing the Core waits for happens under
// the lock, so no storage, network or browser fault delays hold, return or land; and if anything under it hangs, the
// station's heartbeat stops with it and the failsafe on board acts (docs/decisions/0001-one-loop.md).
//
// Queues: requests are bounded ("busy" is answered when full); datagrams that find the Core busy wait in the socket's
// buffer, beyond which the kernel drops them. The counters on /metrics show each.
package station
