package station

import "groundstation/internal/logbook"

// LogKeeping says where and how flight logs are kept.
type LogKeeping struct {
	Dir  LogDir
	Kept []logbook.FlightLog // as Dir.Load gave them, and the Core was told
	Most int64               // octets of all logs together; the oldest make room
}

// KeepLogs keeps flight logs while Run runs; call it before Run.
func (s *Station) KeepLogs(k LogKeeping) { s.logs = &k }

func (s *Station) startLogs() {
	if s.logs != nil {
		s.logShelf = newLogShelf(s.logs.Dir, s.logs.Kept, s.logs.Most, s.log, &s.Metrics.logDrops, func(st logbook.Stored) { s.step(LogStored{st}) })
	}
}

// closeLogs waits until what was fetched is on the disk; how that went still steps the Core.
func (s *Station) closeLogs() {
	s.opening.Wait()
	if s.logShelf != nil {
		s.logShelf.close()
	}
}
