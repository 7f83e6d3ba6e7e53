// Package tlog reads and writes the telemetry logs that QGroundControl, Mission Planner and MAVProxy write and read: for
// each frame, in the order in which they came or went, eight octets and then the frame as it was on the wire, with
// nothing between two records and nothing before the first.
//
//	┌ microseconds since 1970-01-01 UTC, big endian ┐┌ one MAVLink 1 or 2 frame, signature included ┐
//
// The form is described nowhere but in the programs (QGroundControl src/Comms/MAVLinkProtocol.cc, pymavlink
// mavutil.mavlogfile). It has neither a header nor a checksum of its own, so a Reader judges by what it finds: a file that
// ends within a record is a file that was not closed, and octets that are no record are passed over to the next two that
// follow one another.
//
// A SETUP_SIGNING carries a key in clear: it is never written.
package tlog
