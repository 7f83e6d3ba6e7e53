package fleet

// FileEntry is one name in a directory of a vehicle.
type FileEntry struct {
	Name string
	Dir  bool
	Size int64 // octets of a file, as the vehicle says
}

// FilesListed is what a ListFiles found. Skipped counts names that were not believed.
type FilesListed struct {
	Vehicle VehicleID
	Intent  IntentID
	Path    string
	Entries []FileEntry
	Skipped int
}

// LogsListed is what a ListLogs found.
type LogsListed struct {
	Vehicle VehicleID
	Intent  IntentID
	Logs    []FlightLog
}

// FilePart is the next octets of a file that is fetched, in order and without gaps. Size is the whole file's; Sum is the
// checksum (MAVLink FTP's CRC32) of everything up to the end of Data.
type FilePart struct {
	Vehicle VehicleID
	Intent  IntentID
	Offset  int64
	Data    []byte
	Size    int64
	Sum     uint32
}

// FileRead says that a file has been fetched whole. Verified: the vehicle's own checksum is the same.
type FileRead struct {
	Vehicle  VehicleID
	Intent   IntentID
	Size     int64
	Sum      uint32
	Verified bool
}

func (FilesListed) event() {}
func (LogsListed) event()  {}
func (FilePart) event()    {}
func (FileRead) event()    {}
