// Package dispatch decides which vehicle goes to a place: one snapshot in, one Decision out, nothing else read.
//
//	feasible (every rule, for every vehicle) ─► rank (time of arrival) ─► Decision with every rejection
//
// The shape is that of a cluster scheduler: the decision is data, kept with the incident, and shows for every vehicle
// of the fleet either its time of arrival or every rule it fails, with the measured value, the limit and the age.
// What is unknown or stale is "no". Nothing is committed here; the Desk, the only writer, does that.
//
// The time of arrival counts what the vehicle waits for before it lifts (the lid of its dock as it stands now, or the
// crew's word), the climb, and the way in the wind as it blows now. Equal times go to the lower id.
package dispatch
