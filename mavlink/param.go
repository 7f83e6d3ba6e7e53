package mavlink

import (
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// params is what a session knows of its vehicle's parameters.
type params struct {
	// list is the last whole list, or the one given at start, and this session's own; it counts only for the hardware and
	// firmware it names.
	list *fleet.ParamList
	// required is the safety set of the last check.
	required map[string]float64
	uid      string
	version  string // of the firmware, with its build
	encoding param.Encoding
}

// paramPort lets the machines of package param speak through the session and its guard.
type paramPort struct {
	s   *Session
	now time.Time
	// free: the act is an engineer's, so that not only safety parameters may be written.
	free bool
}

func (p paramPort) RequestRead(name string, index int) error {
	m := &common.MessageParamRequestRead{TargetSystem: uint8(p.s.system), TargetComponent: autopilot, ParamId: name, ParamIndex: int16(index)}
	return p.s.transmit(p.now, m, nil)
}

func (p paramPort) RequestList() error {
	return p.s.transmit(p.now, &common.MessageParamRequestList{TargetSystem: uint8(p.s.system), TargetComponent: autopilot}, nil)
}

func (p paramPort) Set(name string, raw float32, t fleet.ParamType) error {
	p.s.guard.anyParam = p.free
	err := p.s.transmit(p.now, &common.MessageParamSet{
		TargetSystem: uint8(p.s.system), TargetComponent: autopilot, ParamId: name, ParamValue: raw, ParamType: common.MAV_PARAM_TYPE(t),
	}, nil)
	p.s.guard.anyParam = false
	return err
}

func (p paramPort) Timeout(n int) time.Duration { return p.s.rtt.timeout(n) }
func (p paramPort) Sample(d time.Duration)      { p.s.rtt.sample(d) }

// paramEncoding is how the vehicle encodes integers: as it says, and before that as its family does.
func (s *Session) paramEncoding() param.Encoding {
	if s.params.encoding != param.Unknown {
		return s.params.encoding
	}
	return s.auto.encoding
}

func paramValue(m *common.MessageParamValue) param.Value {
	return param.Value{Name: m.ParamId, Raw: m.ParamValue, Type: fleet.ParamType(m.ParamType), Count: int(m.ParamCount), Index: int(m.ParamIndex)}
}

// paramError reads a PARAM_ERROR.
func paramError(m *common.MessageParamError) param.Error {
	return param.Error{Name: m.ParamId, Unknown: m.Error == common.MAV_PARAM_ERROR_DOES_NOT_EXIST,
		Reason: "vehicle: " + strings.TrimPrefix(m.Error.String(), "MAV_PARAM_ERROR_")}
}

// takeParam hands a message to an exchange.
func takeParam(x *param.Exchange, p paramPort, mayWrite bool, m message.Message) {
	switch m := m.(type) {
	case *common.MessageParamValue:
		x.Take(p.now, p, p.s.paramEncoding(), mayWrite, paramValue(m))
	case *common.MessageParamError:
		x.Fail(paramError(m))
	}
}

// paramValue notes every PARAM_VALUE, asked for or not: somebody else may have written it. A required parameter that is
// no longer as it must be ends the vehicle's readiness at once.
func (s *Session) paramValue(now time.Time, m *common.MessageParamValue) {
	got, ok := param.Decode(m.ParamValue, fleet.ParamType(m.ParamType), s.paramEncoding())
	if !ok || !param.ValidName(m.ParamId) || m.ParamId == param.HashName {
		return
	}
	p := fleet.Param{Name: m.ParamId, Type: fleet.ParamType(m.ParamType), Value: got}
	if want, ok := s.params.required[p.Name]; ok && !s.v.Safety.CheckedAt.IsZero() {
		s.drift(now, p, want)
	}
	s.params.note(p, func() { s.emit(fleet.ParamChanged{Vehicle: s.spec.ID, Param: p, At: now}) })
}

// note corrects the list by one value, if it is of a parameter in it that has changed.
func (ps *params) note(p fleet.Param, changed func()) {
	if ps.list == nil || ps.list.UID != ps.uid {
		return
	}
	i, found := slices.BinarySearchFunc(ps.list.Params, p.Name, func(q fleet.Param, name string) int { return strings.Compare(q.Name, name) })
	if !found || ps.list.Params[i].Type == p.Type && param.Equal(ps.list.Params[i].Value, p.Value, p.Type) {
		return
	}
	ps.list.Params[i], ps.list.Hash = p, 0
	changed()
}

// drift compares one required parameter with what the vehicle says now.
func (s *Session) drift(now time.Time, p fleet.Param, want float64) {
	i := slices.IndexFunc(s.v.Safety.Drift, func(d fleet.ParamMismatch) bool { return d.Name == p.Name })
	if param.Equal(want, p.Value, p.Type) || i >= 0 && s.v.Safety.Drift[i].Got != nil && *s.v.Safety.Drift[i].Got == p.Value {
		return // that it is right again is for the next check to say
	}
	drift := slices.Clone(s.v.Safety.Drift) // what was told stays as it was
	if i < 0 {
		drift, i = append(drift, fleet.ParamMismatch{Name: p.Name, Want: want}), len(drift)
	}
	drift[i].Got = &p.Value
	s.v.Safety.OK, s.v.Safety.Drift = false, drift
	s.v.Safety.ChangedAt = &now
	s.dirty = true
}

// required are the safety parameters to read, and to write where they differ.
func required(want map[string]float64) []param.Goal {
	var goals []param.Goal
	for name, v := range want {
		goals = append(goals, param.Goal{Name: name, Want: &v})
	}
	return goals
}

// KnowParams gives the session the list that was kept of its vehicle. It counts only once the vehicle has said that it
// is the same hardware and firmware, and its checksum that nothing has changed.
func (s *Session) KnowParams(l fleet.ParamList) {
	l.Params = slices.Clone(l.Params)
	s.params.list = &l
}
