// Package flightlog is the reading side of MAVLink's log protocol (https://mavlink.io/en/messages/common.html#LOG_ENTRY)
// as two pure machines, stepped with time and with what the vehicle sends; they speak through a Port, which the session
// behind it guards. It is the way to a vehicle's flight logs where MAVLink FTP is not offered. Logs are never erased.
//
//	List:  ask for all ─entries, then quiet─► ask for what is missing … ─all ids heard─► done
//	Fetch: ask for a piece ─data, then quiet─► ask for its gaps … ─whole─► next piece … ─the log's size─► done
//
// A vehicle serves one request at a time, and a new one takes the place of the old, so that gaps that lie close together
// are asked for as one. Data has no checksum of its own beyond the frame's: a log counts as whole when every octet up to
// the size in its entry has come. All memory is bounded by one piece and by entriesMax.
package flightlog
