// Package mavlink speaks MAVLink with vehicles and docks. Everything is a pure core, the links are package link: a Session
// (one vehicle) or a DockSession (one dock) is stepped with frames, Intents and time, and answers with messages to
// transmit and Events to tell.
//
//	datagram ─► Decoder.Split ─► FrameIn ─┐
//	Intent ─────────────────────► IntentIn ├─► Session.Step(now, in) ─► Transmit ─► Encoder ─► link.Link.Write
//	proof that the Desk lives ──► Renew ───┘                         └► Emit (fleet.Event)
//
// The link of one system (link.go) is one path or several (path.go), of which the best leads: by measured loss and
// round trip (echo.go), at once when the leading one falls silent. A new source must prove that it is the vehicle.
//
//	never ─heartbeat─► online ─3 s silent─► stale ─10 s silent, or without a heartbeat─► lost
//	any ─another claims the id and does not prove itself─► quarantined (no command goes out)
//
// That it is heard does not say that it hears us: the uplink (uplink.go) is confirmed by its answers.
//
//	unknown ─answer─► confirmed ─10 s without an answer─► unconfirmed ─answer─► confirmed
//
// An Intent becomes a task (task.go) that holds one act; acts are level-triggered: after each input they look at what
// is observed and at their commands, and say how far they are. A moving act supersedes the one before.
//
//	Intent ─► refused (stale epoch, guard, link)
//	       └► sent ─► accepted (COMMAND_ACK, MISSION_ACK) ─► done (the effect is seen)
//	                └► refused │ failed │ timed-out (Bound)
//
// Protocol machines, each tolerant of loss, duplication and reordering:
//   - command.go: COMMAND_INT/LONG, https://mavlink.io/en/services/command.html, one per command id in flight, resent
//     with the adaptive timeout of rtt.go; IN_PROGRESS extends it; DO_SET_MODE's first ACK is not believed (PX4 sends two).
//   - cancel.go: COMMAND_CANCEL for what a vehicle still carries out when its Intent is superseded or out of time, and the
//     turn from COMMAND_LONG to COMMAND_INT and back where a vehicle takes only one; guard_command.go checks both alike.
//   - transfer.go: mission, fence and rally, https://mavlink.io/en/services/mission.html: upload, then read back and
//     compare; the read-back decides, so a lost final MISSION_ACK costs nothing. Items go ahead of their requests on a
//     slow link, and everything goes out several times at once on one that loses much.
//   - echo.go: https://mavlink.io/en/services/timesync.html, the round trip of each path, exact whatever is lost.
//   - act_resume.go: a plan flown on from an item, which the Envelope must name of the very plan that was read back.
//   - act_divert.go: a landing at another place than home: hold, rally point read back, return, its target observed.
//   - aboard.go: what was read back, its hash, and whether somebody else has changed it since; only what was approved starts.
//   - autopilot.go: what differs between PX4, ArduPilot and any other that speaks the standard modes, as one value.
//   - act_file.go: package mavlink/ftp with its guard (only what reads goes out), a bounded share of the link, and the rule
//     that a sortie never waits for a file; act_log.go: flight logs by it, or by package mavlink/flightlog.
//   - hearing.go: events in order (https://mavlink.io/en/services/events.html), put into words by package mavlink/events; the
//     reports of health and arming checks.
//   - act_ext.go: the extended parameters of components (https://mavlink.io/en/services/parameter_ext.html).
//   - manual.go: a flight by a pilot's sticks (MANUAL_CONTROL), which ends in a hold; act_follow.go: a target that moves,
//     followed by DO_REPOSITION.
//   - payload.go, asker.go, camera.go, act_camera.go, act_photo.go: https://mavlink.io/en/services/camera.html: cameras are
//     found by their heartbeats or the autopilot's word, asked for what they can tell, and believed by what they tell, not
//     by what they accept; a photo's lost message is asked for by its index.
//   - gimbal.go, act_gimbal.go, jog.go: https://mavlink.io/en/services/gimbal_v2.html: primary control is taken before a
//     gimbal is turned, never fought over, and given back; a rate stops half a second after the last wish.
//   - param.go, act_param.go: package mavlink/param with its guard and its acts; a required parameter that changes is told.
//
// Every message out passes guard.go, an allow-list with ranges and the Intent's Envelope. The GCS heartbeat goes out
// only while the Desk renews it, so that a hung station lets the vehicle's own data-link failsafe act.
package mavlink
