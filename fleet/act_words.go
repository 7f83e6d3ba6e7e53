package fleet

// FindWords asks a vehicle where the metadata of its events is: by COMPONENT_METADATA and the file that it names
// (https://mavlink.io/en/services/component_information.html). It only reads. Done: WordsFound was emitted.
type FindWords struct{}

func (FindWords) act() {}

// WordsFound is where a vehicle has the metadata of its events; Sum names the version of it, so that it is read once for
// all vehicles that have the same.
type WordsFound struct {
	Vehicle VehicleID
	Intent  IntentID
	Path    string
	Sum     uint32
}

func (WordsFound) event() {}
