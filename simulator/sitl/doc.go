// Package sitl runs real autopilots in simulation beside the simulated ones: each is a process of its own (software in the
// loop), whose vehicle stands in the same city, in its dock, behind its radio.
//
//	station ◄── radio ──► World ◄──► Instance ◄── frames ──► autopilot process
//	                        │           ▲  └──── state, cues ────┘
//	                        └── cues ───┘
//
// An Instance has two links to its process: one carries the station's frames untouched; by the other the process tells
// where its vehicle really is (State), and is told what only its surroundings know (Cue): whether satellites are seen
// from where it stands, and where the marker of an open dock lies. On the second link no heartbeat is ever sent: it would
// keep the process from noticing that the station is silent.
//
//	stopped ──start──► running ──exit──► waiting (2 s) ──► running;   Run's context ends: SIGTERM, after 5 s SIGKILL
//
// Program says how a process is started; PX4 and ArduPilot make one. Both fly with physics of their own (PX4: SIH,
// simulation in hardware; ArduPilot: its multicopter model).
//
// Sources: PX4 v1.17 ROMFS/px4fmu_common/init.d-posix, ArduPilot's SITL command line, MAVLink common message set.
package sitl
