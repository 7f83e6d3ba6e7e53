package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/events"
	"groundstation/mavlink/ftp"
)

// componentMetadata is the id of COMPONENT_METADATA.
const componentMetadata = 397

// generalMax is the longest general metadata that is read, octets.
const generalMax = 64 << 10

// findWords asks for the component metadata, reads its file and looks for the events in it.
type findWords struct {
	ask  asking
	job  *files
	body []byte
}

func (a *findWords) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.occupied(t) {
		t.wake = now.Add(time.Second)
		return notYet
	}
	if a.job == nil {
		c, ok := m.(*common.MessageComponentMetadata)
		if !ok {
			return a.ask.step(s, t, now, componentMetadata)
		}
		a.ask.stop(s)
		path, err := events.Path(c.Uri)
		if err != nil {
			return refused("unsupported", err.Error())
		}
		a.job = &files{job: ftp.Fetch{Path: path, Most: generalMax}, sink: func(b []byte) { a.body = append(a.body, b...) }}
		m = nil
	}
	over, v := a.job.run(s, t, now, m)
	switch {
	case over == nil:
		return v
	case over.Err != nil:
		return fileVerdict(over.Err)
	}
	ref, err := events.Find(a.body)
	if err != nil {
		return refused("unsupported", err.Error())
	}
	s.emit(fleet.WordsFound{Vehicle: s.spec.ID, Intent: t.in.ID, Path: ref.Path, Sum: ref.Sum})
	return allDone
}

func (a *findWords) stop(s *Session) {
	a.ask.stop(s)
	if a.job != nil {
		a.job.stop(s)
	}
}
