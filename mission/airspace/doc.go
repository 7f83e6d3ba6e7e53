// Package airspace keeps the station's own vehicles apart by giving each sortie room of its own before it flies.
//
// A sortie claims
//   - a transit slab: the convex hull of everything it may fly over (home, pads, every waypoint, the circle at the
//     scene), widened by the track error, at one altitude. The hull is convex, so every straight way home from
//     anywhere in it (the autopilot's own return included) stays inside;
//   - a column above each place where it lifts off or may land, from the ground to that altitude.
//
// Altitudes are layers, LayerM apart, from LowestAGL to HighestAGL above the highest ground of the sortie, all AMSL.
// Two claims agree if every pair of their volumes is HorizontalM apart on the ground plane or VerticalM in height.
// Assign takes the lowest layer that agrees with everything claimed; a way over somebody else's pad takes the highest,
// so that its owner can still climb below. What is known to stand in the way is kept clear of by SideM and OverM, and the ground,
// where it was surveyed, by ClearM: a claim that comes nearer is lifted a layer, or refused where none clears it. The same claims and wish give the same answer.
//
// A vehicle that does not know well where it is needs more room beside and above its claim (AsideM, UpM): whoever comes new keeps
// clear of that too.
//
// Claims have no times: room is held from the reservation until the sortie is closed, because a vehicle may turn
// home at any moment.
package airspace
