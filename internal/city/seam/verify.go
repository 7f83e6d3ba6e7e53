package seam

import (
	"sort"
	"strings"

	"groundstation/fleet"
)

// verify compares the required safety parameters and sets those that differ, while disarmed.
type verify struct{ want map[string]float64 }

func (a *verify) step(v *Vehicle, _ *task) verdict {
	set := fleet.SafetySet{OK: true, CheckedAt: v.now}
	var bad []string
	names := make([]string, 0, len(a.want))
	for name := range a.want {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		want := a.want[name]
		got, known, ok := v.world.Param(string(v.spec.ID), name)
		if known && got != want && float32(got) != float32(want) && !v.v.Armed {
			v.world.SetParam(string(v.spec.ID), name, want)
			got, known, ok = v.world.Param(string(v.spec.ID), name)
		}
		v.link.reply(v.now, ok)
		if !ok {
			return notYet
		}
		if !known || float32(got) != float32(want) {
			drift := fleet.ParamMismatch{Name: name, Want: want}
			if known {
				drift.Got = &got
			}
			set.OK, set.Drift, bad = false, append(set.Drift, drift), append(bad, name)
		}
	}
	v.v.Safety, v.required = set, true
	if !set.OK {
		return failed("readback-mismatch", "not as required: "+strings.Join(bad, ", "))
	}
	return allDone
}
