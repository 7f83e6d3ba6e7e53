package mavlink

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// verify reads the required parameters and sets those that differ while disarmed.
type verify struct {
	want map[string]float64
	x    *param.Exchange
}

func newVerify(want map[string]float64) *verify {
	return &verify{want: want, x: param.NewExchange(required(want))}
}

func (a *verify) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	over, v := s.exchange(a.x, t, now, m, false)
	if !over {
		return v
	}
	set := fleet.SafetySet{OK: true, CheckedAt: now}
	var names []string
	for _, r := range a.x.Results() {
		if r.Outcome != param.Good {
			set.OK = false
			set.Drift = append(set.Drift, fleet.ParamMismatch{Name: r.Name, Want: *r.Want, Got: r.Got})
			names = append(names, r.Name)
		}
	}
	s.v.Safety, s.params.required = set, a.want
	s.dirty = true
	if set.OK {
		return allDone
	}
	return failed("readback-mismatch", "not as required: "+strings.Join(names, ", "))
}

func (a *verify) stop(*Session) {}

// exchange moves an exchange of parameters on and says whether it is over. Nothing is written while armed.
func (s *Session) exchange(x *param.Exchange, t *task, now time.Time, m message.Message, free bool) (bool, verdict) {
	p := paramPort{s: s, now: now, free: free}
	mayWrite := !s.v.Armed
	takeParam(x, p, mayWrite, m)
	wake, err := x.Step(now, p, s.paramEncoding(), mayWrite)
	if err != nil {
		return false, guardVerdict(err)
	}
	s.progress(now, t, fleet.StageSent, 0)
	over, percent := x.Over()
	if !over {
		s.progress(now, t, fleet.StageProgress, percent)
		t.wake = wake
	}
	return over, notYet
}

// setParams writes parameters that an engineer asked for, each read back.
type setParams struct{ x *param.Exchange }

func (s *Session) beginSetParams(a fleet.SetParameters) (act, verdict) {
	if s.v.Armed || s.see.armedAt.IsZero() {
		return nil, refused("armed", "parameters are only written to a vehicle that is known to be disarmed")
	}
	if len(a.Values) == 0 {
		return nil, verdict{stage: fleet.StageDone, detail: "nothing to write"}
	}
	return &setParams{param.NewExchange(required(a.Values))}, notYet
}

func (a *setParams) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	over, v := s.exchange(a.x, t, now, m, true)
	if !over {
		return v
	}
	wrote, unknown := 0, 0
	var bad []string
	for _, r := range a.x.Results() {
		switch r.Outcome {
		case param.Good:
			if r.Wrote {
				wrote++
			}
			continue
		case param.Absent, param.Silent:
			unknown++
		}
		bad = append(bad, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Name, r.Outcome, r.Reason)))
	}
	switch {
	case len(bad) == 0 && wrote == 0:
		return verdict{stage: fleet.StageDone, detail: "they were so already"}
	case len(bad) == 0:
		return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d written and read back; some act only after the vehicle has been started anew", wrote)}
	case unknown == len(bad) && wrote == 0:
		return failed("unknown-parameter", strings.Join(bad[:min(len(bad), 20)], "; "))
	}
	return failed("readback-mismatch", fmt.Sprintf("%d written; %s", wrote, strings.Join(bad[:min(len(bad), 20)], "; ")))
}

func (a *setParams) stop(*Session) {}

// readParams reads the whole list, unless the vehicle says that the one known is still right.
type readParams struct {
	d *param.Download
	// who asks for the version, without which a list could be another vehicle's.
	who asking
}

func (a *readParams) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.params.uid == "" {
		return a.who.step(s, t, now, autopilotVersion)
	}
	if a.d == nil {
		a.who.stop(s)
		a.d = param.NewDownload(s.knownParams())
	}
	if v, ok := m.(*common.MessageParamValue); ok {
		a.d.Take(now, s.paramEncoding(), paramValue(v))
	}
	wake, err := a.d.Step(now, paramPort{s: s, now: now})
	switch {
	case errors.Is(err, param.ErrNoAnswer):
		return verdict{fleet.StageTimedOut, "no-answer", "the vehicle does not list its parameters"}
	case errors.Is(err, param.ErrIncomplete):
		return failed("incomplete", err.Error())
	case err != nil:
		return guardVerdict(err)
	}
	s.progress(now, t, fleet.StageSent, 0)
	done, percent := a.d.Done()
	if !done {
		s.progress(now, t, fleet.StageProgress, percent)
		t.wake = wake
		return notYet
	}
	l := a.d.List(now)
	l.Vehicle, l.UID, l.Firmware = s.spec.ID, s.params.uid, s.params.version
	mine := l
	mine.Params = slices.Clone(l.Params)
	s.params.list = &mine
	s.emit(fleet.ParamsRead{List: l})
	detail := fmt.Sprintf("%d read", len(l.Params))
	if a.d.Cached() {
		detail = fmt.Sprintf("%d unchanged, by the vehicle's own checksum", len(l.Params))
	}
	return verdict{stage: fleet.StageDone, detail: detail}
}

func (a *readParams) stop(s *Session) { a.who.stop(s) }

// knownParams is the list known of this very vehicle with this very firmware, or nil.
func (s *Session) knownParams() *fleet.ParamList {
	if l := s.params.list; l != nil && l.UID == s.params.uid && l.Firmware == s.params.version {
		return l
	}
	return nil
}

// version reads AUTOPILOT_VERSION.
func (s *Session) version(m *common.MessageAutopilotVersion) {
	s.v.Firmware = s.auto.name + firmware(m.FlightSwVersion)
	s.params.version = fmt.Sprintf("%s %x", s.v.Firmware, m.FlightCustomVersion)
	uid := uniqueID(m)
	s.link.identify(uid)
	s.params.uid = cmp.Or(uid, "none")
	s.offers = m.Capabilities
	s.params.encoding = param.Unknown
	switch {
	case m.Capabilities&common.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE != 0:
		s.params.encoding = param.Bytewise
	case m.Capabilities&common.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST != 0:
		s.params.encoding = param.Cast
	}
}
