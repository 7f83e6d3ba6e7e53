// Command cut makes the recordings that the tests of mavlink replay out of the whole ones of a PX4 v1.17 (a tlog and the
// list of events that an independent decoder wrote beside it, both packed by xz):
//
//	go run ./internal/cut -from DIR -to mavlink/testdata -fly simulator/testdata
//
// Of the frames it leaves out the telemetry of high rate that no test asks about and all but the first bursts of files,
// and numbers the vehicle's frames anew, so that what was left out is not taken for loss. Of the list it leaves out what
// repeats such telemetry; what is left is the truth that the tests compare with, at seconds since its first line's time.
//
// For the simulator it keeps what was flown: the orders of the station, and where the vehicle was.
package main
