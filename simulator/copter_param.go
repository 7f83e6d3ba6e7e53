package simulator

import (
	"math"
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// param is a parameter of a copter.
func (c *copter) param(name string) float64 { return c.params.value(name) }

// setLimits makes the copter's parameters the flight limits.
func (v *vehicle) setLimits() {
	set := func(limit string, value float64) {
		if i, ok := v.params.index[limit]; ok {
			v.params.list[i].value = value
		}
	}
	for limit, value := range copterLimits {
		set(limit, value)
	}
	for _, m := range copterMeans {
		set(m.limit, v.copter.param(m.ardu)*m.scale)
	}
	// The climb of a return stays below so many metres for each metre of the way; 0: it always climbs.
	cone := 0.0
	if slope := v.copter.param("RTL_CONE_SLOPE"); slope > 0 {
		cone = math.Atan(1/slope) * 180 / math.Pi
	}
	set("RTL_CONE_ANG", cone)
	v.lim = nil
}

// copterValue is the PARAM_VALUE of one parameter.
func (v *vehicle) copterValue(i int) *common.MessageParamValue {
	p := v.copter.params.list[i]
	return &common.MessageParamValue{ParamId: p.name, ParamValue: float32(p.value), ParamType: p.kind,
		ParamCount: uint16(len(v.copter.params.list)), ParamIndex: uint16(i)}
}

// copterParamRead answers PARAM_REQUEST_READ; of one that is not there only PARAM_ERROR would tell, which common lacks.
func (v *vehicle) copterParamRead(m *common.MessageParamRequestRead) {
	i := int(m.ParamIndex)
	if i < 0 {
		known := false
		if i, known = v.copter.params.index[strings.TrimRight(m.ParamId, "\x00")]; !known {
			return
		}
	}
	if i < len(v.copter.params.list) {
		v.send(v.copterValue(i))
	}
}

// copterParamSet stores what comes as the parameter can hold it, whatever type the station takes it for.
func (v *vehicle) copterParamSet(m *common.MessageParamSet) {
	name := strings.TrimRight(m.ParamId, "\x00")
	if m.ParamValue == m.ParamValue && v.setCopter(name, float64(m.ParamValue)) {
		v.send(v.copterValue(v.copter.params.index[name]))
	}
}
