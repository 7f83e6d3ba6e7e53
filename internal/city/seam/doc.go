// Package seam is a family of vehicles and docks that the station meets as Intents and Events alone: the simulated city
// without frames, by the same Core, Desk and gatekeepers. It does for the simulated world what a session of MAVLink does
// over a link: an Intent is checked, ordered, watched until its effect is seen, and ends in one Report.
//
//	Core ──Intent──► Vehicle, Dock ──order──► simulator.World
//	Core ◄──Event─── Vehicle, Dock ◄──state── simulator.World
//
// There is no loss, no retry and no protocol here: an order is carried out at the next look, unless the radio is cut.
package seam
