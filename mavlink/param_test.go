package mavlink

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

func intBits(v int32) float32 { return math.Float32frombits(uint32(v)) }

func manyParams(n int) map[string]fakeParam {
	out := map[string]fakeParam{}
	for i := range n {
		out[fmt.Sprintf("P_%04d", i)] = fakeParam{intBits(int32(i)), common.MAV_PARAM_TYPE_INT32}
	}
	return out
}

func (w *world) lists() (out []fleet.ParamList) {
	for _, e := range w.events {
		if r, ok := e.(fleet.ParamsRead); ok {
			out = append(out, r.List)
		}
	}
	return out
}

func TestReadParameters(t *testing.T) {
	for _, c := range []struct {
		name string
		r    radio
		n    int
	}{
		{"good", goodRadio, 890}, {"bad", badRadio, 890}, {"half lost", radio{loss: 0.5, repeat: 0.2, least: 30 * time.Millisecond, most: 400 * time.Millisecond}, 200},
		{"2 s round trip", radio{least: 950 * time.Millisecond, most: 1050 * time.Millisecond}, 890},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 3, c.r)
			w.v.params, w.v.paramHash = manyParams(c.n), true
			w.settle()
			begun := w.now
			done(t, w.do(fleet.ReadParameters{}))
			took := w.now.Sub(begun)
			lists := w.lists()
			if len(lists) != 1 || len(lists[0].Params) != c.n || lists[0].Vehicle != "V07" || lists[0].UID != "0000000000004954" || lists[0].Hash == 0 {
				t.Fatalf("%d lists: %d parameters, hash %d, uid %s", len(lists), len(lists[0].Params), lists[0].Hash, lists[0].UID)
			}
			for i, p := range lists[0].Params {
				if p.Value != float64(i) || p.Type != fleet.ParamInt32 {
					t.Fatalf("%+v at %d", p, i)
				}
			}
			asked := w.v.heard[21]
			done(t, w.do(fleet.ReadParameters{}))
			if w.v.heard[21] != asked {
				t.Error("read again though the checksum is the same")
			}
			t.Logf("%d parameters in %v", c.n, took)
		})
	}
}

func TestSetParameters(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.v.params = manyParams(30)
		w.v.params["MPC_XY_CRUISE"] = fakeParam{5, common.MAV_PARAM_TYPE_REAL32}
		w.settle()
		done(t, w.do(fleet.ReadParameters{}))
		done(t, w.do(fleet.SetParameters{Values: map[string]float64{"P_0003": -7, "P_0004": 4, "MPC_XY_CRUISE": 12.5}}))
		if math.Float32bits(w.v.params["P_0003"].v) != math.Float32bits(intBits(-7)) || w.v.params["MPC_XY_CRUISE"].v != 12.5 {
			t.Fatalf("%v", w.v.params["P_0003"])
		}
		changed := map[string]float64{}
		for _, e := range w.events {
			if c, ok := e.(fleet.ParamChanged); ok {
				changed[c.Param.Name] = c.Param.Value
			}
		}
		if len(changed) != 2 || changed["P_0003"] != -7 || changed["MPC_XY_CRUISE"] != 12.5 {
			t.Fatalf("changes told: %v", changed)
		}
	})
}

func TestSetParametersRefusals(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.v.params = manyParams(5)
	w.settle()
	for _, c := range []struct {
		values map[string]float64
		code   string
	}{
		{map[string]float64{"NO_SUCH": 1}, "unknown-parameter"},
		{map[string]float64{"no such": 1}, "unknown-parameter"},
		{map[string]float64{"P_0001": math.NaN()}, "readback-mismatch"},
		{map[string]float64{"P_0001": math.Inf(1)}, "readback-mismatch"},
		{map[string]float64{"P_0001": 1.5}, "readback-mismatch"},
		{map[string]float64{"P_0001": 1 << 40}, "readback-mismatch"},
	} {
		if r := w.do(fleet.SetParameters{Values: c.values}); r.Stage != fleet.StageFailed || r.Code != c.code {
			t.Errorf("%v: %+v", c.values, r)
		}
	}
	if w.v.heard[23] != 0 || w.v.params["P_0001"].v != intBits(1) {
		t.Fatal("something was written")
	}
	w.airborne()
	if r := w.do(fleet.SetParameters{Values: map[string]float64{"P_0001": 2}}); r.Stage != fleet.StageRefused || r.Code != "armed" {
		t.Fatalf("%+v", r)
	}
}

// TestASafetyParameterThatChangesIsSeenAtOnce: whoever writes it, the vehicle is not ready any more, and stays so until
// the next check even if it is put right.
func TestASafetyParameterThatChangesIsSeenAtOnce(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.v.params = map[string]fakeParam{"NAV_DLL_ACT": {intBits(2), common.MAV_PARAM_TYPE_INT32}, "GF_ACTION": {intBits(3), common.MAV_PARAM_TYPE_INT32}}
	w.settle()
	want := map[string]float64{"NAV_DLL_ACT": 2, "GF_ACTION": 3}
	done(t, w.do(fleet.VerifySafety{Params: want}))
	if !w.s.told.Safety.OK {
		t.Fatal("not OK")
	}
	for _, v := range []int32{0, 2} {
		w.v.params["NAV_DLL_ACT"] = fakeParam{intBits(v), common.MAV_PARAM_TYPE_INT32}
		w.v.param("NAV_DLL_ACT") // as it is told to everybody when another station writes it
		w.run(20*time.Millisecond, nil)
		s := w.s.told.Safety
		if s.OK || len(s.Drift) != 1 || s.Drift[0].Name != "NAV_DLL_ACT" || *s.Drift[0].Got != 0 || s.ChangedAt == nil {
			t.Fatalf("after it was set to %d: %+v", v, s)
		}
	}
	if r := w.do(worldLaunch()); r.Stage != fleet.StageRefused || r.Code != "safety-params" {
		t.Fatalf("%+v", r)
	}
	done(t, w.do(fleet.VerifySafety{Params: want}))
	if s := w.s.told.Safety; !s.OK || len(s.Drift) != 0 || s.ChangedAt != nil {
		t.Fatalf("%+v", s)
	}
}

// TestRecordedParameters: the list that a real PX4 sent, read by a session, is the list that was recorded beside it.
func TestRecordedParameters(t *testing.T) {
	f, err := os.Open("testdata/params.tsv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var truth []fleet.Param
	for lines := bufio.NewScanner(z); lines.Scan(); {
		cols := strings.Split(lines.Text(), "\t")
		kind, err1 := strconv.Atoi(cols[2])
		v, err2 := strconv.ParseFloat(cols[3], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("%v %v", err1, err2)
		}
		if cols[0] != param.HashName {
			truth = append(truth, fleet.Param{Name: cols[0], Type: fleet.ParamType(kind), Value: v})
		}
	}
	slices.SortFunc(truth, func(a, b fleet.Param) int { return strings.Compare(a.Name, b.Name) })
	s := NewSession(fleet.VehicleSpec{ID: "V01", SystemID: 1}, Config{Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: time.Second})
	d := testDecoder()
	var got *fleet.ParamList
	var last fleet.Report
	take := func(outs []Output) {
		for _, o := range outs {
			if e, ok := o.(Emit); ok {
				switch e := e.Event.(type) {
				case fleet.ParamsRead:
					got = &e.List
				case fleet.Report:
					last = e
				}
			}
		}
	}
	records := readTlog(t, "testdata/flight.tlog.gz")
	asked := false
	for _, r := range records {
		if !asked && r.at.Sub(records[0].at) > 6*time.Second {
			asked = true
			take(s.Step(r.at, IntentIn{fleet.Intent{ID: "I1", Vehicle: "V01", Act: fleet.ReadParameters{}}}))
		}
		for at := s.Deadline(); !at.IsZero() && at.Before(r.at); at = s.Deadline() {
			take(s.Step(at, Tick{}))
		}
		d.Split(r.frame, func(f Frame) { take(s.Step(r.at, &FrameIn{Frame: f, Source: worldAddr})) })
	}
	if got == nil {
		t.Fatalf("no list: %+v", last)
	}
	if len(got.Params) != len(truth) || len(truth) != 887 {
		t.Fatalf("%d read, %d recorded", len(got.Params), len(truth))
	}
	for i, p := range got.Params {
		t.Run(truth[i].Name, func(t *testing.T) {
			moving := p.Name == "CAL_BARO0_OFF" // the vehicle calibrates it while it runs
			if p.Name != truth[i].Name || p.Type != truth[i].Type || !moving && !param.Equal(p.Value, truth[i].Value, p.Type) {
				t.Errorf("%+v, recorded %+v", p, truth[i])
			}
		})
	}
	if got.Hash == 0 || got.Firmware == "" || got.UID == "" {
		t.Errorf("hash %d, firmware %q, uid %q", got.Hash, got.Firmware, got.UID)
	}
}
