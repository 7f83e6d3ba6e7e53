// Package privacy says when a camera's picture may be recorded and shown, by mechanism and not by promise: no-record zones,
// and the rule that a camera looks at the horizon on its way.
//
//	pose, gimbal, field of view ─► the ground in the picture, grown by every error ─┐
//	zones that are in force now ────────────────────────────────────────────────────┴─► touches ─► shown only, or dark
//	on the way out or home, axis lower than the limit, or not known ──────────────────────────► shown only, or dark
//	override with a reason, until its end ────────────────────────────────────────────────────► open
//
// The ground is that of each zone, between the least and the greatest height that it lies on where those were surveyed, else as
// level as the nearest pad. Nothing hides a zone: neither a hill nor a house is asked for.
//
// What is grown: the place by its error and by how far the vehicle comes until the next look; the height by its error; the
// angles by theirs and by how far the gimbal may have turned since it was last heard. A picture whose view is unknown or
// stale is treated as one that sees all around it, as far as the camera's range.
//
// The range is where a picture no longer shows who somebody is: at the wide end 500 m, which is 2.7 pixels to the metre in
// a picture 1920 pixels and 70 degrees wide (EN 62676-4 asks 12.5 for watching a crowd and 125 for recognising a known
// person); it grows with the zoom.
//
// A camera that does not move, such as one over a dock, is judged by the survey of its mount; without one it is taken to see
// all around its dock. One that looks into a dock is not judged.
//
// A gate closes at once. It opens when wider margins have been clear for two seconds, so that it does not flap.
//
//	open ─touches─► closed ─clear by the wider margins─► waiting ─2 s─► open
//	                  ▲                                     │touches
//	                  └─────────────────────────────────────┘
package privacy
