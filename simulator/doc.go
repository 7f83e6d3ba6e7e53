// Package simulator is a city of vehicles and docks that speak as real ones do: autopilots like PX4 or ArduPilot over
// MAVLink 2 and docks over the hangar dialect. It shares no code with the station but geometry and the generated hangar
// dialect, so that both ends of the wire cannot carry the same mistake.
//
//	World (pure)   Step(now) · Receive(system, datagram) · Drain(each) · Inject(fault) · Truth()
//	Run (shell)    one UDP socket a system, one goroutine owns the World, a loopback HTTP port for faults and truth
//
// A World has no goroutine, no clock and no I/O; randomness comes from the seed. It is stepped by the shell in real
// time or by a test in virtual time, 20 ms at a step.
//
// A vehicle follows PX4 v1.17 where a station can notice: two acknowledgements for DO_SET_MODE, arming checks,
// missions judged only once home is valid, transfers that ask again every 250 ms and give up in silence after 5 s,
// parameters with bytewise integers, failsafes that first hold and then act, a joystick (MANUAL_CONTROL) that steers in
// position mode and is missed when it falls silent.
//
// With personality = "ardupilot" a vehicle has the same body and speaks as ArduCopter 4.7 (see copter): one acknowledgement a
// command, plans whose item 0 is home, parameters cast to float, nothing told that was not asked for but HEARTBEAT, "PreArm"
// texts, failsafes that act at once.
//
// A vehicle that signs (PX4 v1.17 cannot, ArduPilot can) takes a key by SETUP_SIGNING while disarmed; from then on it signs
// all it says and hears nothing else.
//
//	            DO_SET_MODE, MISSION_START, DO_REPOSITION, DO_ORBIT
//	disarmed ──arm──► take-off ──► hold · mission · orbit ──► return ──► land ──► disarmed
//	                                  │  failsafe: hold for COM_FAIL_ACT_T, then │
//	                                  └───────────────────────────────────────────┘
//
// A dock owns its motion and its interlocks:
//
//	idle/charging ─► opening ─► launch-ready ─► (vehicle gone) open ─► clear-hold ─► closing ─► away
//	away ─► opening ─► landing-ready ─► occupied ─► centring ─► closing ─► charging ─► idle
//	any motion ─► e-stop, fault, obstructed;  landed off centre ─► askew
//
// While a task is open and the station is silent the lid stays open, or opens when the vehicle is due; it never closes
// by timer. What is open, its epoch and when the vehicle is due outlive a restart of its controller, which reads the rest
// from its sensors; so does a latched stop. Nothing moves while somebody is at it: a person, an open cabinet, the local key.
// Motions take their time by the seed; the siren and the wait for a clear sky take theirs exactly.
//
// A cold dock switches its vehicle off when nothing is to be done, and boots it while the lid opens; a warm one never does.
// A dock with spare packs changes one that is low. Each holds a band of temperature, heats a pad that snow or ice covers,
// and says in DOCK_HEALTH what is wrong: a warning shuts launch and landing, a caution wants somebody to look.
//
// Truth is what really happens, for tests and cameras: a vehicle that lands on a closed lid, two vehicles closer than
// 2 m, a crash, or a lid that closes over an armed vehicle is an Accident.
//
// Sources: MAVLink common message set and the mission, parameter, command, camera v2 and gimbal v2 protocol pages; hangar.xml.
package simulator
