// Package mission holds what the fleet is doing and decides what it does next. Desk is the only writer of assignments;
// Sortie is one vehicle going out once. Both are pure: now and an input go in, outputs come out, and the shell in
// internal/station carries them out.
//
//	Request ─► decide, keep incident + sortie + first orders (one Persist) ─► Committed ─► Reply, Send (Intents)
//	Observed (vehicles, docks, reports) ─► Sortie.step ─► keep ─► Committed ─► Send
//
// Every Intent is kept in the record of its sortie before it is sent, and looked at again when the commit comes back:
// one whose control epoch is over, or a launch whose dock is no longer open, is not sent. Hold, return and land are
// sent at once and kept afterwards. Every Step of the Desk, at most a second apart, renews the sessions' right to send
// the station's heartbeat.
//
// A sortie (all states are in records.go):
//
//	Reserved ─┬──────────────► Preparing ─► Ready ─► Launching ─► Outbound ─► OnTask ─► Returning ─► HoldForPad ─► Landing ─► Securing ─► Closed
//	          └─► AwaitingCrew ───┘ (60 s)                 │           (recall, reserve line) ┘           ▲  ▲          │
//	before arming: ─► Securing (lid closes) ─► Aborted     │                                             │  └ GoAround ┘ (pad lost, twice)
//	armed, not lifted: ─► Disarming ─► Securing ─► Aborted ┘                                             └ (operator: continue) ┐
//	aloft, from any:  LinkLost ─► where it was, or Diverting if it flies its own return; too long ─► Missing                    │
//	                  HumanControl ─► where it was, by Release or Continue; ─► Closed where the human put it ───────────────────┘
//	                  Diverting (return to the ground pad, which needs no lid) ─► Closed, needs a crew
//	                  EmergencyLanding (the vehicle lands where it is) ─► Closed, needs a crew
//
// Preparing runs at once whatever can: the lid (dock), the safety parameters (safety), then with a position fix home
// and the plan, and last the vehicle's own checks (prearm). Each order has a bound and a number of tries; when they are
// used up the sortie aborts and its incident goes to the next best vehicle or is visibly queued.
//
// After a restart an open sortie commands nothing until its vehicle and dock have been seen (recover.go). A human's
// order stands, over restarts too, until Release or Continue (desk_control.go).
package mission
