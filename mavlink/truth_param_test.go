package mavlink

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

var (
	truthSet    = regexp.MustCompile(`^PARAM_SET (?:b')?([A-Z0-9_]+)'?[ =](.*?)(?: type (\d))? -> (.*)$`)
	truthAnswer = regexp.MustCompile(`raw=(\S+) int=(-?\d+) type=(\d) idx=(\d+) @(\d+)ms|^(\S+) type=(\d) `)
)

// TestRecordedParameterSets: what the vehicle answered to each setting of a parameter, a value that is no number and a wrong
// type included, as the codec reads it.
func TestRecordedParameterSets(t *testing.T) {
	n := 0
	for _, name := range []string{"flight", "badinput"} {
		r := readRecording(t, name)
		d := &Decoder{kinds: allKinds()}
		var values []exchange
		for _, rec := range r.records {
			d.Split(rec.frame, func(f Frame) {
				switch m := f.Message.(type) {
				case *common.MessageParamValue:
					values = append(values, exchange{rec.at, false, m})
				case *common.MessageParamSet:
					values = append(values, exchange{rec.at, true, m})
				}
			})
		}
		for i, l := range r.truth {
			set := truthSet.FindStringSubmatch(l.text)
			if set == nil {
				continue
			}
			n++
			t.Run(fmt.Sprintf("%s %.3f %s %s type %s", name, l.at.Seconds(), set[1], set[2], set[3]), func(t *testing.T) {
				sent := i - 1
				for r.truth[sent].kind != "TX" {
					sent--
				}
				begin, end := r.zero.Add(r.truth[sent].at-2*time.Millisecond), r.zero.Add(l.at+2*time.Millisecond)
				var got []string
				asked := false
				for _, e := range values {
					if e.at.Before(begin) || e.at.After(end) {
						continue
					}
					if asked && e.byStation {
						break
					}
					switch m := e.m.(type) {
					case *common.MessageParamSet:
						asked = m.ParamId == set[1]
					case *common.MessageParamValue:
						if asked && m.ParamId == set[1] {
							v, known := param.Decode(m.ParamValue, fleet.ParamType(m.ParamType), param.Bytewise)
							got = append(got, fmt.Sprintf("%v %d %v", float32(v), m.ParamType, known))
						}
					}
				}
				var want []string
				for _, a := range truthAnswer.FindAllStringSubmatch(set[4], -1) {
					value, kind := a[1], a[3]
					if kind == "6" {
						value = a[2]
					}
					if a[6] != "" {
						value, kind = a[6], a[7]
					}
					var v float32
					if _, err := fmt.Sscan(value, &v); err != nil {
						t.Fatal(err)
					}
					want = append(want, fmt.Sprintf("%v %s true", v, kind))
				}
				if set[4] != "[]" && len(want) == 0 {
					t.Fatalf("%q was not understood", set[4])
				}
				if name == "flight" && len(got) > len(want) {
					got = got[:len(want)] // the list has the first answer only
				}
				if strings.Join(got, "; ") != strings.Join(want, "; ") {
					t.Errorf("answers %v, recorded %v", got, want)
				}
			})
		}
	}
	if n != 13 {
		t.Errorf("%d settings on the list", n)
	}
}
