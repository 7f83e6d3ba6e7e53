// Package events puts the events of MAVLink's events interface (https://mavlink.io/en/services/events.html) into words,
// by the metadata that the firmware carries: Open takes the file apart (JSON, packed with xz or not), Set.Decode reads an
// event's arguments and writes its message by the template's rules, as libevents does:
//
//	{1} an argument, {2:.1} with decimals, {3m_v} {3:.0m} with a unit; \{ \< \\ are themselves
//	<param>NAME</param> the name; <a href="…">text</a> the text; <profile name="dev">…</profile> is left out
//
// Checks follows the events of the health and arming checks: a report begins with the arming check's summary, lists one
// event for each thing that is not right, and ends with the health summary; only a whole report counts.
//
// What a vehicle serves is judged: size, number of events, enumerations and entries, length of texts are bounded.
package events
