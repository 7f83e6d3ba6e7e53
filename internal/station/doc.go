// Package station joins the cores into one: the sessions of every vehicle and dock, the dock gatekeepers and the Desk.
//
//	datagrams ─► Core.Step ─► session ─► Event ─► Desk ─► Intent ─► session ─► datagrams
//	                             └──────► Show ──► Board        └──► Persist ─► store ─► Committed ─► Desk
//
// Core is pure: it holds all state, and neither clock nor I/O; internal/city steps the same Core under a virtual clock.
// Station is its shell: one goroutine owns the Core, one reads the link, one commits to the store. Nothing the Core
// waits for is in its own goroutine, so no storage, network or browser fault delays hold, return or land; and if
// anything in the loop hangs, the station's heartbeat stops with it and the failsafe on board acts
// (docs/decisions/0001-one-loop.md).
//
// Queues: requests are bounded ("busy" is answered when full); datagrams that find the loop busy wait in a bounded
// queue and then in the socket's buffer, beyond which the kernel drops them. The counters on /metrics show each.
package station
