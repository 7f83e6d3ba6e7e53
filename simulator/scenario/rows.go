package scenario

// Rows are the rows of the fault table, and what else a scenario may stand for.
func Rows() []string {
	return []string{
		"bad-link", "one-way-loss", "link-loss", "one-id", "reboot", "clock", "kill", "mid-upload", "disk-full", "slow-disk", "torn-write",
		"lid", "dock-power", "e-stop", "will-not-lift", "gnss", "weather", "battery-sag", "return-blocked", "beside-dock", "two-incidents",
		"human", "slow-browser", "video", "cut-off", "floods", "packs", "ordinary", "drill", "radio",
	}
}

// What a thing can be.
var (
	incidentStates = []string{"queued", "assigned", "on-scene", "served", "declined", "cancelled", "over"}
	sortieStates   = []string{"requested", "reserved", "awaiting-crew", "preparing", "ready", "launching", "outbound", "on-task", "returning", "hold-for-pad",
		"landing", "securing", "closed", "disarming", "aborted", "link-lost", "human-control", "diverting", "go-around", "emergency-landing", "missing", "over"}
	vehicleStates = []string{"docked", "ground-pad", "site", "grounded", "airborne", "armed", "disarmed", "crashed", "failsafe", "hold", "mission", "return",
		"land", "orbit", "takeoff", "precland", "position"}
	shownStates  = []string{"online", "stale", "lost", "quarantined", "confirmed", "unconfirmed", "human", "automation"}
	dockStates   = []string{"lid-open", "lid-closed", "lid-between", "seated", "empty", "estop", "blocked", "pack-out"}
	alarmStates  = []string{"active", "over"}
	commandEnds  = []string{"sent", "accepted", "progress", "done", "refused", "failed", "timed-out"}
	touchedDowns = []string{"dock", "ground-pad", "site", "elsewhere"}
)

// IncidentStates and SortieStates are those of the station; a test of the runner holds them against it.
func IncidentStates() []string { return incidentStates[:len(incidentStates)-1] }
func SortieStates() []string   { return sortieStates[:len(sortieStates)-1] }
