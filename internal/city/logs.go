package city

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"groundstation/fleet"
	"groundstation/internal/logbook"
	"groundstation/mavlink/ftp"
)

// Logs stands for the disk on which a station keeps flight logs: what was written outlives the station.
type Logs struct {
	// Files are what was written, whole or not.
	Files   map[fleet.SortieID][]byte
	onDisk  map[fleet.SortieID]logbook.FlightLog
	Appends int
}

// NewLogs is an empty disk.
func NewLogs() *Logs {
	return &Logs{Files: map[fleet.SortieID][]byte{}, onDisk: map[fleet.SortieID]logbook.FlightLog{}}
}

// config is what a new station finds.
func (l *Logs) config() *logbook.Config {
	cfg := &logbook.Config{}
	for id, r := range l.onDisk {
		if r.State == logbook.Fetching {
			r.Have, r.Sum = int64(len(l.Files[id])), ftp.Sum(0, l.Files[id])
		}
		cfg.Kept = append(cfg.Kept, r)
	}
	return cfg
}

// do carries out one piece of work, and says how a log went that was to be kept.
func (l *Logs) do(o logbook.Output) (logbook.Stored, bool) {
	switch o := o.(type) {
	case logbook.Open:
		id := o.Record.Sortie
		l.onDisk[id] = o.Record
		if int64(len(l.Files[id])) < o.Record.Have {
			return logbook.Stored{Sortie: id, Err: errors.New("less is there than was to be")}, true
		}
		l.Files[id] = l.Files[id][:o.Record.Have]
	case logbook.Append:
		l.Appends++
		if int64(len(l.Files[o.Sortie])) != o.Offset {
			return logbook.Stored{Sortie: o.Sortie, Err: errors.New("octets that do not follow")}, true
		}
		l.Files[o.Sortie] = append(l.Files[o.Sortie], o.Data...)
	case logbook.Close:
		r := o.Record
		b := l.Files[r.Sortie]
		if int64(len(b)) != r.Size || ftp.Sum(0, b) != r.Sum {
			return logbook.Stored{Sortie: r.Sortie, Err: errors.New("not what was fetched")}, true
		}
		sum := sha256.Sum256(b)
		r.State, r.SHA256 = logbook.Kept, hex.EncodeToString(sum[:])
		l.onDisk[r.Sortie] = r
		return logbook.Stored{Sortie: r.Sortie, SHA256: r.SHA256}, true
	case logbook.Note:
		l.onDisk[o.Record.Sortie] = o.Record
	}
	return logbook.Stored{}, false
}
