// Package scenario reads what is to happen to the city and what must come of it: the world, the station's settings, what
// happens over time, and expectations. It is pure: somebody else steps a station and a world, asks what is due, carries
// it out, and says which conditions hold.
//
//	Parse ─► Scenario ─► Script.Due(elapsed, holds) ─► acts
//	                 └─► Watch.Look(elapsed, holds) ─► results
//
// A file is TOML, read strictly. Times are from the start, in the city's time.
//
//	title = { en = "…", zh = "…" }     purpose likewise; [[drill]] is what a trainee is told and does
//	covers = ["one-way-loss"]          the rows of the fault table it stands for
//	duration = "12m"                   at most; it ends sooner when all is decided and everything stands on the ground
//	[world]    docks = ["H01"]  vehicles = ["V23"]  weather, battery, air; base and station name other files
//	[station]  on_scene = "2m"  …
//	[[at]]     after = "30s"  on = { a condition }  and one act: incident, cancel, move, plan, fly, patrol, act, fault,
//	           station, store, clock
//	[[expect]] a condition, and by = "3m", or never = true, or nothing: at the end; since = "id of an [[at]]"
//
// A condition names one subject (incident, sortie, sorties, lifts, vehicle, shown, dock, alarm, command, patrol,
// touchdown, nearer_m, accident) and what it is. "@a" is the vehicle, or its dock, that goes for the thing named a.
package scenario
