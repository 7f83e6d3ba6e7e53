package fleet

// Gate is one shut precondition: the rule, the measured value, the limit, and how old the value is. Unknown or stale
// is shut.
type Gate struct {
	Code  string  `json:"code"` // stable: "battery", "wind", "rain", "link", "busy", "dock-state", "safety-params", …
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
	Unit  string  `json:"unit,omitempty"`
	AgeS  float64 `json:"ageS"` // -1 unknown
	// Text is the whole reason in English; the console renders Code in the operator's language.
	Text string `json:"text"`
}
