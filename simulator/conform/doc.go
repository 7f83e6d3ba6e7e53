// Package conform is a black box that asks a vehicle or a dock how it behaves, and holds the answers against a list.
//
//	Probe (pure)   Step(now, octets) → octets to send · Deadline() · Done() · Table()
//	Run (shell)    one UDP or TCP endpoint, one goroutine owns the Probe
//
// A row is data: what is said, how long is listened, how what was heard becomes one short answer, and the answer that
// is expected of each personality. The expected answers of PX4 are those of a real PX4 v1.17 in simulation, those of ArduPilot
// those of a real ArduCopter 4.7.0-dev (it shares some rows, and has conversations of its own), those of a dock are
// hangar.xml's. A row without an expected answer for a personality shows what was measured and judges nothing.
//
//	seeking ──HEARTBEAT──► settling ──ready, or 20 s (60 s of ArduPilot)──► listening (25 s) ──► asking, row by row ──► done
//	seeking ──30 s──► done, without a table
//
// Without leave to move (Options.Motors) nothing is asked that could turn a motor or a lid. The missions, fences and rally
// points on board are cleared; a parameter that was changed is put back.
//
// The package shares no code with the station's mavlink package, nor with the simulator, so that neither end of a wire
// can hide the other's mistake.
//
// Sources: MAVLink services (https://mavlink.io/en/services/), hangar.xml, and measurements of PX4 v1.17.0 (SIH)
// and ArduCopter 4.7.0-dev (SITL, a quadrotor without mount and camera).
package conform
