package mavlink

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

const (
	// paramWindow is how many parameters are asked for at once.
	paramWindow = 4
	// paramTries is how often one is asked for: PX4 does not answer for a name it does not know.
	paramTries = 9
	// paramSets is how often one is set whose read-back still differs.
	paramSets = 3
)

// verify reads the required parameters, sets those that differ while disarmed, and reads them back.
//
//	each: read ─equal─► good
//	       │ differs, disarmed          ┌─differs (paramSets)─► bad
//	       └─► set ─PARAM_VALUE─► confirm (read) ─equal─► good        no answer, or armed ─► bad
type verify struct{ params []*param }

type paramState int

const (
	paramIdle paramState = iota
	paramRead
	paramSet
	paramConfirm
	paramGood
	paramBad
)

type param struct {
	name  string
	want  float64
	kind  common.MAV_PARAM_TYPE
	got   *float64
	state paramState
	tries int
	sets  int
	at    time.Time
}

func newVerify(want map[string]float64) *verify {
	a := &verify{}
	for name, v := range want {
		a.params = append(a.params, &param{name: name, want: v})
	}
	slices.SortFunc(a.params, func(x, y *param) int { return strings.Compare(x.name, y.name) })
	return a
}

func (a *verify) step(s *Session, t *task, now time.Time, m message.Message) verdict {
	if pv, ok := m.(*common.MessageParamValue); ok {
		for _, p := range a.params {
			if p.name == pv.ParamId {
				p.value(s, now, pv)
			}
		}
	}
	busy, over := 0, 0
	for _, p := range a.params {
		if p.state == paramIdle && busy < paramWindow {
			p.enter(paramRead)
		}
		if err := p.drive(s, now); err != nil {
			return guardVerdict(err)
		}
		switch p.state {
		case paramGood, paramBad:
			over++
		case paramRead, paramSet, paramConfirm:
			busy++
			t.wake = earlier(t.wake, p.at.Add(s.rtt.timeout(p.tries)))
		}
	}
	s.progress(now, t, fleet.StageSent, 0)
	if over < len(a.params) {
		s.progress(now, t, fleet.StageProgress, 100*over/len(a.params))
		return notYet
	}
	return a.conclude(s, now)
}

// conclude stores the result.
func (a *verify) conclude(s *Session, now time.Time) verdict {
	set := fleet.SafetySet{OK: true, CheckedAt: now}
	var names []string
	for _, p := range a.params {
		if p.state == paramBad {
			set.OK = false
			set.Drift = append(set.Drift, fleet.ParamMismatch{Name: p.name, Want: p.want, Got: p.got})
			names = append(names, p.name)
		}
	}
	s.v.Safety = set
	s.dirty = true
	if set.OK {
		return allDone
	}
	return failed("readback-mismatch", "not as required: "+strings.Join(names, ", "))
}

func (a *verify) stop(*Session) {}

func (p *param) enter(st paramState) { p.state, p.tries = st, 0 }

// drive sends what is due.
func (p *param) drive(s *Session, now time.Time) error {
	if p.state != paramRead && p.state != paramSet && p.state != paramConfirm ||
		p.tries > 0 && now.Before(p.at.Add(s.rtt.timeout(p.tries))) {
		return nil
	}
	if p.tries >= paramTries {
		p.state = paramBad
		return nil
	}
	p.tries++
	p.at = now
	if p.state == paramSet {
		raw, ok := encodeParam(p.want, p.kind)
		if !ok {
			p.state = paramBad
			return nil
		}
		return s.transmit(now, &common.MessageParamSet{
			TargetSystem: uint8(s.system), TargetComponent: autopilot, ParamId: p.name, ParamValue: raw, ParamType: p.kind,
		}, nil)
	}
	return s.transmit(now, &common.MessageParamRequestRead{
		TargetSystem: uint8(s.system), TargetComponent: autopilot, ParamId: p.name, ParamIndex: -1,
	}, nil)
}

// value takes what the vehicle says of this parameter.
func (p *param) value(s *Session, now time.Time, m *common.MessageParamValue) {
	got, ok := decodeParam(m.ParamValue, m.ParamType)
	if !ok || p.state == paramIdle || p.state == paramGood || p.state == paramBad {
		return
	}
	if p.tries == 1 {
		s.rtt.sample(now.Sub(p.at))
	}
	p.got, p.kind = &got, m.ParamType
	equal := sameParam(p.want, got, m.ParamType)
	switch {
	case p.state == paramRead && equal, p.state == paramConfirm && equal:
		p.state = paramGood
	case p.state == paramRead && s.v.Armed:
		p.state = paramBad
	case p.state == paramSet && equal:
		p.enter(paramConfirm)
	case p.state == paramRead, p.state == paramConfirm:
		if p.sets++; p.sets > paramSets || s.v.Armed {
			p.state = paramBad
			return
		}
		p.enter(paramSet)
	}
}

// decodeParam reads a PARAM_VALUE: integers are the bytes of the float field (MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE).
func decodeParam(v float32, kind common.MAV_PARAM_TYPE) (float64, bool) {
	bits := math.Float32bits(v)
	switch kind {
	case common.MAV_PARAM_TYPE_REAL32:
		return float64(v), true
	case common.MAV_PARAM_TYPE_INT32:
		return float64(int32(bits)), true
	case common.MAV_PARAM_TYPE_UINT32:
		return float64(bits), true
	case common.MAV_PARAM_TYPE_INT16:
		return float64(int16(bits)), true
	case common.MAV_PARAM_TYPE_UINT16:
		return float64(uint16(bits)), true
	case common.MAV_PARAM_TYPE_INT8:
		return float64(int8(bits)), true
	case common.MAV_PARAM_TYPE_UINT8:
		return float64(uint8(bits)), true
	}
	return 0, false
}

// encodeParam is the inverse; false if the value does not fit the type. Small integers, which PX4 does not have, are
// never written.
func encodeParam(v float64, kind common.MAV_PARAM_TYPE) (float32, bool) {
	switch kind {
	case common.MAV_PARAM_TYPE_REAL32:
		return float32(v), !math.IsNaN(v) && !math.IsInf(v, 0)
	case common.MAV_PARAM_TYPE_INT32:
		if v != math.Trunc(v) || v < math.MinInt32 || v > math.MaxInt32 {
			return 0, false
		}
		return math.Float32frombits(uint32(int32(v))), true
	case common.MAV_PARAM_TYPE_UINT32:
		if v != math.Trunc(v) || v < 0 || v > math.MaxUint32 {
			return 0, false
		}
		return math.Float32frombits(uint32(v)), true
	}
	return 0, false
}

func sameParam(want, got float64, kind common.MAV_PARAM_TYPE) bool {
	if kind == common.MAV_PARAM_TYPE_REAL32 {
		return same(float32(want), float32(got))
	}
	return want == got
}
