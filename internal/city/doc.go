// Package city joins the station's Core and the simulated world in one thread under a clock of its own: no socket, no
// goroutine, no wall clock. Ten minutes of a city are flown in seconds, and the station can be taken away and made anew
// from what it had kept, at any moment.
//
//	world ──datagrams──► Core ──Write──► world
//	                     Core ──Persist──► memory (encoded, as the store keeps it) ──Committed──► Core
//
// The radio between them loses, doubles and delays (simulator.Air); the station dies over a transaction, before it is durable or
// after (Crash). After each step a judge holds the truth of the world, what is durable and the frames that left against
// the rules of judge.go. What is true is asked of the world, never of the station.
package city
