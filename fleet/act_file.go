package fleet

import "time"

// The acts that only read a vehicle's files (MAVLink FTP, https://mavlink.io/en/services/ftp.html). They change nothing,
// so that they need no control epoch; they wait while anything else is done with the vehicle, and end with code
// "yielded" as soon as a sortie wants something of it.

// ListFiles lists a directory. Done: FilesListed was emitted.
type ListFiles struct{ Path string }

// FetchFile reads a file from octet From on, of which Sum is the checksum of what came before (FilePart gives both). One
// longer than Most is refused. Verify asks for the vehicle's own checksum at the end, which keeps a vehicle busy for as
// long as it takes to read the file. Done: every FilePart and FileRead were emitted.
type FetchFile struct {
	Path   string
	From   int64
	Sum    uint32
	Most   int64
	Verify bool
}

// FlightLog is one log on board: at Path where it was listed by MAVLink FTP, else known by ID to the log protocol.
type FlightLog struct {
	Path string
	ID   uint16
	Size int64     // octets
	At   time.Time // when it was begun, by the vehicle's clock; zero: not known
}

// ListLogs lists the newest flight logs on board, by MAVLink FTP where the vehicle offers it and by the log protocol else.
// Done: LogsListed was emitted.
type ListLogs struct{}

// FetchLog reads a flight log that was listed, as FetchFile does; the log protocol has no checksum to Verify.
type FetchLog struct {
	Log    FlightLog
	From   int64
	Sum    uint32
	Most   int64
	Verify bool
}

func (ListFiles) act() {}
func (FetchFile) act() {}
func (ListLogs) act()  {}
func (FetchLog) act()  {}

// Reads says whether the act reads files and changes nothing.
func Reads(a Act) bool {
	switch a.(type) {
	case ListFiles, FetchFile, ListLogs, FetchLog, StopReading, FindWords:
		return true
	}
	return false
}

// StopReading ends whatever is read of the vehicle's files. Done: nothing is.
type StopReading struct{}

func (StopReading) act() {}
