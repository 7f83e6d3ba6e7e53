package fleet

// Check is one thing that keeps a vehicle from arming, or that it warns of, as its own health and arming checks say.
type Check struct {
	// Name is the event's own name, such as check_modes_global_pos, by which a console may have words of its own.
	Name      string `json:"name"`
	Component string `json:"component"`
	Severity  string `json:"severity" enum:"error,warning"`
	Text      string `json:"text"`
}
