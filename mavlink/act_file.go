package mavlink

import (
	"errors"
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/ftp"
)

// fileBound is how long reading a file may take when the Intent does not say.
const fileBound = time.Hour

// files is one job of the session's only FTP client: its numbers go on from job to job, so that no answer to an old
// question is taken for one to a new.
type files struct {
	job   ftp.Job
	begun bool
	// sink takes what is read; nil: it is told as FilePart.
	sink func([]byte)
}

func (s *Session) beginFiles(a fleet.Act) (act, verdict) {
	for _, o := range s.tasks {
		if o.final == nil && fleet.Reads(o.in.Act) {
			return nil, refused("busy", "another file is being read")
		}
	}
	if s.ftp == nil {
		limits := ftp.DefaultLimits()
		limits.Rate = s.cfg.FileRate
		s.ftp = ftp.New(limits)
	}
	switch a := a.(type) {
	case fleet.ListFiles:
		return &files{job: ftp.List{Path: a.Path}}, notYet
	case fleet.FetchFile:
		return &files{job: ftp.Fetch{Path: a.Path, From: a.From, Sum: a.Sum, Most: a.Most, Verify: a.Verify}}, notYet
	case fleet.FetchLog:
		if a.Log.Path == "" {
			return newLogFetch(s, a), notYet
		}
		return &files{job: ftp.Fetch{Path: a.Log.Path, From: a.From, Sum: a.Sum, Most: a.Most, Verify: a.Verify}}, notYet
	}
	if _, ok := a.(fleet.FindWords); ok {
		return &findWords{}, notYet
	}
	return newLogList(), notYet
}

// stopReading ends every task that reads.
func (s *Session) stopReading(now time.Time) verdict {
	for _, o := range s.tasks {
		if o.final == nil && fleet.Reads(o.in.Act) {
			s.end(now, o, failed("yielded", "the reading was ended"))
		}
	}
	s.sweep()
	return allDone
}

// yields says whether a task that reads must end for a new Intent: a sortie never waits for a file.
func yields(in, reading fleet.Intent) bool {
	return fleet.Reads(reading.Act) && !fleet.Reads(in.Act) && (in.Sortie != "" || fleet.Moves(in.Act))
}

// occupied says whether anything but t is being done with the vehicle.
func (s *Session) occupied(t *task) bool {
	for _, o := range s.tasks {
		if o != t && o.act != nil && !fleet.Reads(o.in.Act) {
			return true
		}
	}
	return false
}

func (f *files) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.occupied(t) {
		t.wake = now.Add(time.Second)
		return notYet // the vehicle keeps its session; what it says meanwhile is asked for again
	}
	over, v := f.run(s, t, now, m)
	if over != nil {
		return f.finished(s, t, *over)
	}
	return v
}

// run moves the job on; over is how it ended.
func (f *files) run(s *Session, t *task, now time.Time, m message.Message) (over *ftp.Finished, v verdict) {
	var in ftp.Input = ftp.Tick{}
	switch p, ok := m.(*common.MessageFileTransferProtocol); {
	case !f.begun:
		f.begun = true
		in = ftp.Begin{Job: f.job}
	case ok && (p.TargetSystem == 0 || p.TargetSystem == StationSystem && p.TargetComponent == StationComponent):
		in = ftp.Reply{Payload: &p.Payload}
	}
	for _, o := range s.ftp.Step(now, in) {
		switch o := o.(type) {
		case ftp.Send:
			if v := guardVerdict(s.transmit(now, filePayload(s.system, o.Payload), nil)); v.stage != "" {
				return nil, v
			}
			s.progress(now, t, fleet.StageSent, 0)
		case ftp.Chunk:
			if f.sink != nil {
				f.sink(o.Data)
				continue
			}
			s.part(now, t, o.Offset, o.Data, o.Size, o.Sum)
		case ftp.Finished:
			return &o, notYet
		}
	}
	t.wake = s.ftp.Deadline()
	return nil, notYet
}

// part tells the next octets of a file.
func (s *Session) part(now time.Time, t *task, offset int64, data []byte, size int64, sum uint32) {
	s.emit(fleet.FilePart{Vehicle: s.spec.ID, Intent: t.in.ID, Offset: offset, Data: data, Size: size, Sum: sum})
	s.progress(now, t, fleet.StageProgress, int(100*(offset+int64(len(data)))/max(1, size)))
}

func (f *files) finished(s *Session, t *task, o ftp.Finished) verdict {
	if o.Err != nil {
		return fileVerdict(o.Err)
	}
	if l, ok := f.job.(ftp.List); ok {
		out := fleet.FilesListed{Vehicle: s.spec.ID, Intent: t.in.ID, Path: l.Path, Skipped: o.Skipped}
		for _, e := range o.Entries {
			out.Entries = append(out.Entries, fleet.FileEntry{Name: e.Name, Dir: e.Dir, Size: e.Size})
		}
		s.emit(out)
		return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d names", len(out.Entries))}
	}
	s.emit(fleet.FileRead{Vehicle: s.spec.ID, Intent: t.in.ID, Size: o.Size, Sum: o.Sum, Verified: o.Verified})
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d octets", o.Size)}
}

// fileVerdict gives a failed transfer its stable code.
func fileVerdict(err error) verdict {
	var nak *ftp.NakError
	switch {
	case errors.Is(err, ftp.ErrSilent):
		return verdict{fleet.StageTimedOut, "no-answer", err.Error()}
	case errors.Is(err, ftp.ErrPath):
		return refused("bad-path", err.Error())
	case errors.Is(err, ftp.ErrTooLarge):
		return refused("too-large", err.Error())
	case errors.Is(err, ftp.ErrChanged), errors.Is(err, ftp.ErrShort):
		return failed("file-changed", err.Error())
	case errors.Is(err, ftp.ErrChecksum):
		return failed("checksum", err.Error())
	case errors.As(err, &nak) && nak.Unsupported():
		return refused("unsupported", err.Error())
	case errors.As(err, &nak) && nak.NotFound():
		return refused("no-such-file", err.Error())
	}
	return failed("file-transfer", err.Error())
}

// stop tells the vehicle that its session is not needed any more.
func (f *files) stop(s *Session) {
	for _, o := range s.ftp.Step(s.now, ftp.Cancel{}) {
		if o, ok := o.(ftp.Send); ok {
			_ = s.transmit(s.now, filePayload(s.system, o.Payload), nil)
		}
	}
}

func filePayload(system fleet.SystemID, p ftp.Payload) *common.MessageFileTransferProtocol {
	return &common.MessageFileTransferProtocol{TargetSystem: uint8(system), TargetComponent: autopilot, Payload: p}
}
