package mavlink

import (
	"fmt"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// extPort speaks with one component.
type extPort struct {
	s         *Session
	now       time.Time
	component uint8
}

func (p extPort) RequestRead(name string, index int) error {
	return p.s.transmit(p.now, &common.MessageParamExtRequestRead{TargetSystem: uint8(p.s.system), TargetComponent: p.component,
		ParamId: name, ParamIndex: int16(index)}, nil)
}

func (p extPort) RequestList() error {
	return p.s.transmit(p.now, &common.MessageParamExtRequestList{TargetSystem: uint8(p.s.system), TargetComponent: p.component}, nil)
}

func (p extPort) Set(name, raw string, t fleet.ParamType) error {
	return p.s.transmit(p.now, &common.MessageParamExtSet{TargetSystem: uint8(p.s.system), TargetComponent: p.component,
		ParamId: name, ParamValue: raw, ParamType: common.MAV_PARAM_EXT_TYPE(t)}, nil)
}

func (p extPort) Timeout(n int) time.Duration { return p.s.rtt.timeout(n) }

func extValue(m *common.MessageParamExtValue) param.ExtValue {
	return param.ExtValue{Name: m.ParamId, Raw: m.ParamValue, Type: fleet.ParamType(m.ParamType), Count: int(m.ParamCount), Index: int(m.ParamIndex)}
}

// readExt reads the extended parameters of a component.
type readExt struct {
	component uint8
	l         *param.ExtList
}

func (a *readExt) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if v, ok := m.(*common.MessageParamExtValue); ok && s.see.speaker == a.component {
		a.l.Take(now, extValue(v))
	}
	done, wake, err := a.l.Step(now, extPort{s, now, a.component})
	if err != nil {
		if v := guardVerdict(err); v.stage != "" {
			return v
		}
		return verdict{fleet.StageTimedOut, "no-answer", fmt.Sprintf("component %d does not list extended parameters", a.component)}
	}
	s.progress(now, t, fleet.StageSent, 0)
	if !done {
		t.wake = wake
		return notYet
	}
	l := fleet.ExtParamList{Vehicle: s.spec.ID, Component: a.component, At: now, Params: a.l.Params()}
	s.emit(fleet.ExtParamsRead{List: l})
	return verdict{stage: fleet.StageDone, detail: fmt.Sprintf("%d read", len(l.Params))}
}

func (a *readExt) stop(*Session) {}

// setExt writes one extended parameter.
type setExt struct {
	component uint8
	x         *param.ExtSet
}

func (a *setExt) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if s.see.speaker == a.component {
		switch m := m.(type) {
		case *common.MessageParamExtValue:
			a.x.Take(extValue(m))
		case *common.MessageParamExtAck:
			a.x.Ack(m.ParamId, int(m.ParamResult))
		}
	}
	wake, err := a.x.Step(now, extPort{s, now, a.component})
	if v := guardVerdict(err); v.stage != "" {
		return v
	}
	s.progress(now, t, fleet.StageSent, 0)
	switch a.x.Outcome {
	case "":
		t.wake = wake
		return notYet
	case param.Good:
		return allDone
	case param.Absent, param.Silent:
		return failed("unknown-parameter", fmt.Sprintf("component %d has no such parameter, or does not answer", a.component))
	case param.Refused:
		return declined("denied", fmt.Sprintf("component %d: %s", a.component, a.x.Reason))
	}
	return failed("readback-mismatch", "it reads back as "+a.x.Got)
}

func (a *setExt) stop(*Session) {}
