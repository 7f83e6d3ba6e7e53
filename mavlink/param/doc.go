// Package param is MAVLink's parameter protocol (https://mavlink.io/en/services/parameter.html) as two pure machines,
// stepped with time and with what the vehicle sends; they speak through a Port, which the session behind it guards.
//
// Exchange reads parameters by name, and writes those that differ when it may:
//
//	each: read ─equal, or only read─► good
//	       │ differs          ┌─differs (setsMax)─► differs
//	       └─► set ─equal─► confirm (read) ─equal─► good       no answer ─► silent     not for this type ─► refused
//
// Download reads the whole list, unless the vehicle's checksum says that the one known is still right:
//
//	hash ─equal to the cache─► done
//	  └─other, or silence─► list ─quiet─► fill (gaps by index) ─none left─► hash ─► done
//	                         ▲  └─many gaps, or the count grew─┘  └─no answer─► failed
//
// PX4 counts only parameters in use, so the count grows while it runs and every index behind the new one moves: names
// identify, indexes only find gaps, and those seen under another count are forgotten. A name that does not exist is
// answered by silence (PX4), or by PARAM_ERROR (ArduPilot since 4.7).
//
// Integers travel as the bytes of the float field (PX4) or as its value (ArduPilot), as AUTOPILOT_VERSION says.
package param
