package mavlink

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/flightlog"
	"groundstation/mavlink/ftp"
)

// logRoots are where autopilots keep their logs: PX4, PX4 in simulation, ArduPilot.
var logRoots = []string{"/fs/microsd/log", "log", "/APM/LOGS"}

// logDays is how many of the newest directories of a root are looked into.
const logDays = 3

// logPort speaks the log protocol through the session and its guard.
type logPort struct {
	s   *Session
	now time.Time
}

func (p logPort) RequestList(first, last uint16) error {
	return p.s.transmit(p.now, &common.MessageLogRequestList{TargetSystem: uint8(p.s.system), TargetComponent: autopilot, Start: first, End: last}, nil)
}

func (p logPort) RequestData(id uint16, offset, count uint32) error {
	return p.s.transmit(p.now, &common.MessageLogRequestData{TargetSystem: uint8(p.s.system), TargetComponent: autopilot, Id: id, Ofs: offset, Count: count}, nil)
}

func (p logPort) Timeout(n int) time.Duration { return p.s.rtt.timeout(n) }

// logList lists the logs by FTP, if that is offered and there are any, else by the log protocol.
type logList struct {
	who   asking
	roots []string // that were not looked at
	root  string
	dirs  []string // of root, still to be looked into
	dir   string
	job   *files
	found []fleet.FlightLog
	old   *flightlog.List
}

func newLogList() *logList { return &logList{roots: logRoots} }

func (a *logList) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	switch {
	case s.occupied(t):
		t.wake = now.Add(time.Second)
		return notYet
	case s.params.uid == "":
		return a.who.step(s, t, now, autopilotVersion)
	case a.old != nil:
		return a.byProtocol(s, t, now, m)
	case a.job == nil:
		a.who.stop(s)
		if s.offers&common.MAV_PROTOCOL_CAPABILITY_FTP == 0 || !a.next() {
			a.old = flightlog.NewList()
			return a.byProtocol(s, t, now, nil)
		}
	}
	for {
		over, v := a.job.run(s, t, now, m)
		if over == nil {
			return v
		}
		m = nil
		switch {
		case errors.Is(over.Err, ftp.ErrSilent):
			return fileVerdict(over.Err)
		case over.Err == nil:
			a.take(over.Entries)
		}
		switch {
		case a.next():
		case len(a.found) > 0:
			return s.logsListed(t, a.found)
		default:
			a.job, a.old = nil, flightlog.NewList()
			return a.byProtocol(s, t, now, nil)
		}
	}
}

// next begins the next directory; false when there is none left.
func (a *logList) next() bool {
	switch {
	case len(a.dirs) > 0:
		a.dir, a.dirs = a.dirs[0], a.dirs[1:]
	case len(a.roots) > 0 && len(a.found) == 0:
		a.root, a.roots = a.roots[0], a.roots[1:]
		a.dir = ""
	default:
		return false
	}
	a.job = &files{job: ftp.List{Path: strings.TrimSuffix(a.root+"/"+a.dir, "/")}}
	return true
}

// take notes the logs of a directory, and the newest of the directories below a root.
func (a *logList) take(entries []ftp.Entry) {
	for _, e := range entries {
		name := strings.ToLower(e.Name)
		switch {
		case e.Dir && a.dir == "":
			a.dirs = append(a.dirs, e.Name)
		case !e.Dir && (strings.HasSuffix(name, ".ulg") || strings.HasSuffix(name, ".bin")):
			l := fleet.FlightLog{Path: strings.TrimSuffix(a.root+"/"+a.dir, "/") + "/" + e.Name, Size: e.Size}
			if at, err := time.Parse("2006-01-02/15_04_05.ulg", a.dir+"/"+name); err == nil {
				l.At = at
			}
			a.found = append(a.found, l)
		}
	}
	if a.dir == "" {
		slices.Sort(a.dirs)
		slices.Reverse(a.dirs)
		a.dirs = a.dirs[:min(len(a.dirs), logDays)]
	}
}

func (a *logList) byProtocol(s *Session, t *task, now time.Time, m message.Message) verdict {
	p := logPort{s, now}
	if e, ok := m.(*common.MessageLogEntry); ok {
		a.old.Take(now, p, flightlog.Entry{ID: e.Id, Count: e.NumLogs, Last: e.LastLogNum, TimeUTC: e.TimeUtc, Size: e.Size})
	}
	done, wake, err := a.old.Step(now, p)
	if err != nil {
		return logVerdict(err)
	}
	s.progress(now, t, fleet.StageSent, 0)
	if !done {
		t.wake = wake
		return notYet
	}
	var logs []fleet.FlightLog
	for _, l := range a.old.Logs() {
		logs = append(logs, fleet.FlightLog{ID: l.ID, Size: l.Size, At: l.At})
	}
	return s.logsListed(t, logs)
}

func (a *logList) stop(s *Session) {
	a.who.stop(s)
	if a.job != nil {
		a.job.stop(s)
	}
}

func (s *Session) logsListed(t *task, logs []fleet.FlightLog) verdict {
	s.emit(fleet.LogsListed{Vehicle: s.spec.ID, Intent: t.in.ID, Logs: logs})
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d logs", len(logs))}
}

// logFetch reads a log by the log protocol.
type logFetch struct {
	f    *flightlog.Fetch
	size int64
}

func newLogFetch(s *Session, a fleet.FetchLog) *logFetch {
	most := ftp.DefaultLimits().FileMax
	if a.Most > 0 {
		most = min(most, a.Most)
	}
	return &logFetch{flightlog.NewFetch(a.Log.ID, a.Log.Size, a.From, a.Sum, most, s.cfg.FileRate), a.Log.Size}
}

func (a *logFetch) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.occupied(t) {
		t.wake = now.Add(time.Second)
		return notYet
	}
	p := logPort{s, now}
	if d, ok := m.(*common.MessageLogData); ok {
		if at, fresh := a.f.Take(now, p, flightlog.Data{ID: d.Id, Offset: d.Ofs, Bytes: d.Data[:min(int(d.Count), len(d.Data))]}); len(fresh) > 0 {
			s.part(now, t, at, fresh, a.size, a.f.Sum())
		}
	}
	done, wake, err := a.f.Step(now, p)
	if err != nil {
		return logVerdict(err)
	}
	s.progress(now, t, fleet.StageSent, 0)
	if !done {
		t.wake = wake
		return notYet
	}
	s.emit(fleet.FileRead{Vehicle: s.spec.ID, Intent: t.in.ID, Size: a.size, Sum: a.f.Sum()})
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d octets", a.size)}
}

// stop says that no more is wanted, so that nothing goes on to be sent.
func (a *logFetch) stop(s *Session) {
	_ = s.transmit(s.now, &common.MessageLogRequestEnd{TargetSystem: uint8(s.system), TargetComponent: autopilot}, nil)
}

// logVerdict gives a failure of the log protocol its stable code.
func logVerdict(err error) verdict {
	switch {
	case errors.Is(err, flightlog.ErrSilent):
		return verdict{fleet.StageTimedOut, "no-answer", err.Error()}
	case errors.Is(err, flightlog.ErrTooLarge):
		return refused("too-large", err.Error())
	case errors.Is(err, flightlog.ErrShort):
		return failed("file-changed", err.Error())
	case errors.Is(err, flightlog.ErrIncomplete):
		return failed("incomplete", err.Error())
	}
	if v := guardVerdict(err); v.stage != "" {
		return v
	}
	return failed("file-transfer", err.Error())
}
