// Package play runs scenarios (simulator/scenario) against the real station in virtual time, with package city, whose
// judge looks after every rule; or, over sockets, against its process in real time, with the rules that can be seen from outside. What is true is asked of the simulated world; what the station says is taken from its
// Board, as consoles are shown it.
//
//	file ─► scenario ─► script ─► acts ─► world and station ─► truth, Board ─► expectations ─► Report
package play
