// Package energy says what a flight costs and what a battery still gives, in watt-hours, so that a vehicle turns back
// while it can still reach the place where it would land by itself.
//
// The cost of a way home is counted against the worst wind, straight into the nose:
//
//	climb or descent + cruise + failsafe hold + wait for a lid + precision retries + one go-around + reserve of the pack
//
// and never depends on the direction of the wind, which turns. Winds are measured a few metres above ground; aloft
// they are stronger by Aloft. A vehicle that cannot make way against that wind needs infinite energy: the answer is
// +Inf, and the caller compares, never prints it.
//
// What a pack gives is its charge times its usable energy, less in the cold (Usable).
package energy
