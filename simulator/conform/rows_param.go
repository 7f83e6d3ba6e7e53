package conform

import (
	"fmt"
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	listWithin = 30 * time.Second
	intParam   = "NAV_DLL_ACT"      // of PX4, INT32
	floatParam = "MIS_TAKEOFF_ALT"  // of PX4, REAL32
	longParam  = "COM_DISARM_PRFLT" // 16 letters, so no zero ends it
)

// asInt is an integer as PX4 puts it into the float field: by its bits.
func asInt(v int32) float32 { return math.Float32frombits(uint32(v)) }

// values are the values of one parameter in the order they came.
func values(in []heard, name string) (out []*common.MessageParamValue) {
	for _, m := range of[*common.MessageParamValue](in) {
		if m.ParamId == name {
			out = append(out, m)
		}
	}
	return out
}

func readParam(name string) step {
	return step{say: said(func(p *Probe) message.Message {
		return &common.MessageParamRequestRead{TargetSystem: p.system, TargetComponent: p.component, ParamId: name, ParamIndex: -1}
	}), within: time.Second, settle: 100 * time.Millisecond, until: is(func(_ *Probe, m *common.MessageParamValue) bool { return m.ParamId == name })}
}

func setParam(name string, kind common.MAV_PARAM_TYPE, value func(p *Probe) float32) step {
	return step{say: said(func(p *Probe) message.Message {
		return &common.MessageParamSet{TargetSystem: p.system, TargetComponent: p.component, ParamId: name, ParamType: kind, ParamValue: value(p)}
	}), within: 600 * time.Millisecond}
}

func is32(v float32) func(*Probe) float32 { return func(*Probe) float32 { return v } }

// listed is the value a parameter had when all were listed.
func listed(name string) func(*Probe) float32 {
	return func(p *Probe) float32 { return p.params[name].value }
}

func (p *Probe) hasParams() bool {
	_, a := p.params[intParam]
	_, b := p.params[floatParam]
	return a && b
}

// set is a row that sets a parameter, reads it, and puts it back as it was listed.
func set(id, name, param string, kind common.MAV_PARAM_TYPE, value float32, want string) row {
	show := func(v float32) string {
		if param == intParam {
			return fmt.Sprint(int32(math.Float32bits(v)))
		}
		return fmt.Sprint(v)
	}
	back := common.MAV_PARAM_TYPE_REAL32
	if param == intParam {
		back = common.MAV_PARAM_TYPE_INT32
	}
	return row{id: id, name: name, steps: []step{setParam(param, kind, is32(value)), readParam(param), setParam(param, back, listed(param))},
		answer: func(p *Probe, in [][]heard) string {
			said, then := silence, "unread"
			if got := values(in[0], param); len(got) > 0 {
				said = fmt.Sprintf("%s %d times", show(got[0].ParamValue), len(got))
			}
			if got := values(in[1], param); len(got) > 0 {
				then = "is " + show(got[0].ParamValue)
				if got[0].ParamValue == p.params[param].value {
					then = "as before"
				}
			}
			return said + ", " + then
		}}.on(PX4, want).onlyIf((*Probe).hasParams)
}

func paramRows() []row {
	silent := func(id, name string, m func(p *Probe) message.Message) row {
		return row{id: id, name: name, steps: []step{{say: said(m), within: 1200 * time.Millisecond}}, answer: func(_ *Probe, in [][]heard) string {
			if got := of[*common.MessageParamValue](in[0]); len(got) > 0 {
				return "value of " + got[0].ParamId
			}
			return silence
		}}
	}
	read := func(name string, index int16) func(p *Probe) message.Message {
		return func(p *Probe) message.Message {
			return &common.MessageParamRequestRead{TargetSystem: p.system, TargetComponent: p.component, ParamId: name, ParamIndex: index}
		}
	}
	int32s, real32 := common.MAV_PARAM_TYPE_INT32, common.MAV_PARAM_TYPE_REAL32
	return citing(pageParam,
		row{id: "param.list", name: "all parameters", steps: []step{{say: said(func(p *Probe) message.Message {
			return &common.MessageParamRequestList{TargetSystem: p.system, TargetComponent: p.component}
		}), within: listWithin, settle: 500 * time.Millisecond, until: keepParam}}, answer: listAnswer}.
				on(PX4, "first _HASH_CHECK 65535, every index once").cites(measured),
		row{id: "param.by-index", name: "a parameter by its index", steps: []step{{say: said(read("", 10)), within: time.Second, settle: 100 * time.Millisecond,
			until: is[*common.MessageParamValue](nil)}}, answer: func(p *Probe, in [][]heard) string {
			got := of[*common.MessageParamValue](in[0])
			if len(got) == 0 {
				return silence
			}
			return agree(p.params[got[0].ParamId].index == 10)
		}}.on(PX4, "agree"),
		row{id: "param.by-name", name: "a parameter by its name of 16 letters", steps: []step{readParam(longParam)}, answer: func(p *Probe, in [][]heard) string {
			got := values(in[0], longParam)
			if len(got) == 0 {
				return silence
			}
			return agree(got[0].ParamValue == p.params[longParam].value)
		}}.on(PX4, "agree"),
		row{id: "param.hash", name: "_HASH_CHECK by name", steps: []step{readParam("_HASH_CHECK")}, answer: func(p *Probe, in [][]heard) string {
			got := values(in[0], "_HASH_CHECK")
			if len(got) == 0 {
				return silence
			}
			return fmt.Sprintf("index %d %s", got[0].ParamIndex, short(got[0].ParamType.String(), "MAV_PARAM_TYPE_"))
		}}.on(PX4, "index 65535 UINT32").cites(measured),
		silent("param.unknown-name", "an unknown name", read("NO_SUCH_PARAM", -1)).on(PX4, silence),
		silent("param.unknown-index", "an index beyond the last", read("", 30000)).on(PX4, silence),
		silent("param.set-unknown", "PARAM_SET of an unknown name", func(p *Probe) message.Message {
			return &common.MessageParamSet{TargetSystem: p.system, TargetComponent: p.component, ParamId: "NO_SUCH_PARAM", ParamType: real32}
		}).on(PX4, silence).cites(measured),
		set("param.set-int", "PARAM_SET of an integer by its bits", intParam, int32s, asInt(3), "3 2 times, is 3").cites(measured),
		set("param.set-float", "PARAM_SET of a float", floatParam, real32, 7.5, "7.5 2 times, is 7.5").cites(measured),
		row{id: "param.set-same", name: "PARAM_SET of the value it has", steps: []step{setParam(floatParam, real32, listed(floatParam))},
			answer: func(_ *Probe, in [][]heard) string {
				return fmt.Sprintf("%d times", len(values(in[0], floatParam)))
			}}.on(PX4, "1 times").onlyIf((*Probe).hasParams).cites(measured),
		set("param.wrong-type", "PARAM_SET of an integer as float", intParam, real32, 3, "silence, as before").cites(measured),
		set("param.wrong-type-float", "PARAM_SET of a float as integer", floatParam, int32s, asInt(7), "silence, as before").cites(measured),
		set("param.out-of-range", "PARAM_SET of an integer beyond its range", intParam, int32s, asInt(999), "999 2 times, is 999").cites(measured),
		set("param.huge", "PARAM_SET of a float beyond its range", floatParam, real32, 1e9, "1e+09 2 times, is 1e+09").cites(measured),
		set("param.nan", "PARAM_SET of NaN", floatParam, real32, nan(), "NaN * times, is NaN").cites(measured),
		row{id: "param.hash-moves", name: "_HASH_CHECK before and after a change", steps: []step{readParam("_HASH_CHECK"), setParam(intParam, int32s, is32(asInt(3))),
			readParam("_HASH_CHECK"), setParam(intParam, int32s, listed(intParam)), readParam("_HASH_CHECK")}, answer: func(_ *Probe, in [][]heard) string {
			a, b, c := values(in[0], "_HASH_CHECK"), values(in[2], "_HASH_CHECK"), values(in[4], "_HASH_CHECK")
			if len(a) == 0 || len(b) == 0 || len(c) == 0 {
				return silence
			}
			bits := math.Float32bits
			return fmt.Sprintf("moved %t, back %t", bits(a[0].ParamValue) != bits(b[0].ParamValue), bits(a[0].ParamValue) == bits(c[0].ParamValue))
		}}.on(PX4, "moved true, back true").onlyIf((*Probe).hasParams),
	)
}

// keepParam remembers what is listed and says when it was the last.
func keepParam(p *Probe, h heard) bool {
	m, ok := h.msg.(*common.MessageParamValue)
	if !ok || m.ParamIndex == math.MaxUint16 {
		return false
	}
	p.params[m.ParamId] = param{value: m.ParamValue, index: m.ParamIndex}
	return len(p.params) >= int(m.ParamCount)
}

func listAnswer(_ *Probe, in [][]heard) string {
	all := of[*common.MessageParamValue](in[0])
	if len(all) == 0 {
		return silence
	}
	seen, count, first := map[uint16]int{}, 0, ""
	if all[0].ParamIndex == math.MaxUint16 {
		first = fmt.Sprintf("first %s %d, ", all[0].ParamId, all[0].ParamIndex)
	}
	for _, m := range all {
		if m.ParamIndex != math.MaxUint16 {
			seen[m.ParamIndex]++
			count = int(m.ParamCount)
		}
	}
	missing, doubled := 0, 0
	for i := range count {
		switch n := seen[uint16(i)]; {
		case n == 0:
			missing++
		case n > 1:
			doubled++
		}
	}
	if missing > 0 || doubled > 0 {
		return fmt.Sprintf("%s%d missing, %d doubled of %d", first, missing, doubled, count)
	}
	return first + "every index once"
}
