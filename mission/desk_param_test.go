package mission

import (
	"fmt"
	"math"
	"testing"
	"time"

	"groundstation/fleet"
)

func paramList(v fleet.VehicleID, n int) fleet.ParamList {
	l := fleet.ParamList{Vehicle: v, UID: "1", Firmware: "PX4 1.17.0", Hash: 7, At: t0}
	for i := range n {
		l.Params = append(l.Params, fleet.Param{Name: fmt.Sprintf("P_%03d", i), Type: fleet.ParamInt32, Value: float64(i)})
	}
	return l
}

func TestParametersAreWrittenOnlyToAVehicleThatStands(t *testing.T) {
	write := WriteParams{Vehicle: "V01", Values: map[string]float64{"MPC_XY_CRUISE": 9}}
	for _, c := range []struct {
		name string
		as   func(v *fleet.Vehicle)
		body any
		code string
	}{
		{"stands", func(*fleet.Vehicle) {}, write, ""},
		{"armed", func(v *fleet.Vehicle) { v.Armed = true }, write, "not-on-ground"},
		{"in the air", func(v *fleet.Vehicle) { v.Landed = fleet.InAir }, write, "not-on-ground"},
		{"nobody knows where", func(v *fleet.Vehicle) { v.Landed = fleet.LandedUnknown }, write, "not-on-ground"},
		{"not heard", func(v *fleet.Vehicle) { v.Link = fleet.LinkStale }, write, "vehicle-offline"},
		{"read while not heard", func(v *fleet.Vehicle) { v.Link = fleet.LinkLost }, ReadParams{"V01"}, "vehicle-offline"},
		{"read", func(*fleet.Vehicle) {}, ReadParams{"V01"}, ""},
		{"safety", func(*fleet.Vehicle) {}, RequireSafety{"V01"}, ""},
		{"safety armed", func(v *fleet.Vehicle) { v.Armed = true }, RequireSafety{"V01"}, "not-on-ground"},
		{"a new key", func(*fleet.Vehicle) {}, RotateKey{"V01"}, ""},
		{"a new key, armed", func(v *fleet.Vehicle) { v.Armed = true }, RotateKey{"V01"}, "not-on-ground"},
		{"a new key, not heard", func(v *fleet.Vehicle) { v.Link = fleet.LinkStale }, RotateKey{"V01"}, "vehicle-offline"},
		{"a new key, nobody", func(*fleet.Vehicle) {}, RotateKey{"V99"}, "unknown-vehicle"},
		{"nothing", func(*fleet.Vehicle) {}, WriteParams{Vehicle: "V01"}, "nothing-to-write"},
		{"no number", func(*fleet.Vehicle) {}, WriteParams{Vehicle: "V01", Values: map[string]float64{"A": math.NaN()}}, "bad-value"},
		{"a camera's", func(*fleet.Vehicle) {}, WriteExtParam{"V01", 100, "CAM_ISO", "200"}, ""},
		{"a camera's to read", func(*fleet.Vehicle) {}, ReadExtParams{"V01", 100}, ""},
		{"a camera's, no text", func(*fleet.Vehicle) {}, WriteExtParam{"V01", 100, "CAM_ISO", "\x01"}, "bad-value"},
		{"a camera's, nobody", func(*fleet.Vehicle) {}, ReadExtParams{"V99", 100}, "unknown-vehicle"},
		{"nobody", func(*fleet.Vehicle) {}, WriteParams{Vehicle: "V99", Values: map[string]float64{"A": 1}}, "unknown-vehicle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newTable(1, State{})
			c.as(b.vehicles["V01"])
			b.hear()
			before := len(b.sent)
			r := b.told(t, c.body)
			if c.code != "" {
				if r.Err == nil || r.Err.Code != c.code || len(b.sent) != before {
					t.Fatalf("%+v, %d intents", r.Err, len(b.sent)-before)
				}
				return
			}
			if r.Err != nil || len(b.sent) != before+1 || b.sent[before].ID != r.Value.(Command).ID {
				t.Fatalf("%+v, %d intents", r.Err, len(b.sent)-before)
			}
		})
	}
}

// TestWhatIsWrittenIsKeptFirst: who wrote which parameter is in the ledger before the first frame goes out, and nothing
// goes out that could not be kept.
func TestWhatIsWrittenIsKeptFirst(t *testing.T) {
	b := newTable(1, State{})
	before := len(b.sent)
	b.ask(WriteParams{Vehicle: "V01", Values: map[string]float64{"MPC_XY_CRUISE": 9}})
	if len(b.sent) != before {
		t.Fatal("sent before it was kept")
	}
	b.commit()
	if len(b.sent) != before+1 {
		t.Fatal("not sent")
	}
	op := b.kept[len(b.kept)-1]
	if cmd, ok := op.Value.(Command); !ok || op.Act != "command.write-parameters" || op.By != "lin" || cmd.Params["MPC_XY_CRUISE"] != 9 {
		t.Fatalf("%+v", op)
	}
	b.broken = fmt.Errorf("disk full")
	b.ask(WriteParams{Vehicle: "V01", Values: map[string]float64{"MPC_XY_CRUISE": 10}})
	b.commit()
	if len(b.sent) != before+1 {
		t.Fatal("sent though it was not kept")
	}
}

func TestParameterSets(t *testing.T) {
	b := newTable(2, State{})
	l := paramList("V01", 50)
	l.Params[3].Value = math.NaN()
	r := b.told(t, SaveParamSet{Name: " before the update ", List: l})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	set := r.Value.(ParamSet)
	if set.Name != "before the update" || set.By != "lin" || len(set.Params) != 49 || set.ID == "" {
		t.Fatalf("%+v", set)
	}
	for _, bad := range []SaveParamSet{{Name: "", List: l}, {Name: "a\x00", List: l}, {Name: "empty"}} {
		if r := b.told(t, bad); r.Err == nil {
			t.Errorf("%q was kept", bad.Name)
		}
	}
	now := paramList("V02", 48)
	now.Params[5].Value, now.Params[6].Type = 99, fleet.ParamReal32
	diff := now.Compare(set.Params)
	if diff.Equal != 45 || len(diff.Differing) != 1 || len(diff.Missing) != 3 || len(diff.Extra) != 1 {
		t.Fatalf("%+v", diff)
	}
	if got := set.Restorable("V02", diff); len(got) != 1 || got["P_005"] != 5 {
		t.Fatalf("%v", got)
	}
	// A restart knows it still.
	again := newTable(2, State{ParamSets: []ParamSet{set}})
	if got, ok := again.shown["parameter-set "+set.ID].(ParamSet); !ok || len(got.Params) != 49 {
		t.Fatalf("%+v", got)
	}
	if r := again.told(t, DeleteParamSet{set.ID}); r.Err != nil {
		t.Fatal(r.Err)
	}
	if r := again.told(t, DeleteParamSet{set.ID}); r.Err == nil || r.Err.Code != "unknown-parameter-set" {
		t.Fatalf("%+v", r.Err)
	}
	again.run(time.Second)
	if again.shown["parameter-set "+set.ID] != nil {
		t.Fatal("still shown")
	}
}

// TestWhatBelongsToOneAirframeIsNotRestoredToAnother: its calibration, its ids; and its counters to nobody.
func TestWhatBelongsToOneAirframeIsNotRestoredToAnother(t *testing.T) {
	diff := fleet.ParamDiff{}
	for _, name := range []string{"CAL_ACC0_XOFF", "MAV_SYS_ID", "MPC_XY_CRUISE", "LND_FLIGHT_T_LO", "COMPASS_OFS_X"} {
		diff.Differing = append(diff.Differing, fleet.ParamDiffer{Name: name, Set: 1, Vehicle: 2})
	}
	set := ParamSet{Vehicle: "V01"}
	if got := set.Restorable("V01", diff); len(got) != 4 {
		t.Errorf("to itself: %v", got)
	}
	if got := set.Restorable("V02", diff); len(got) != 1 || got["MPC_XY_CRUISE"] != 1 {
		t.Errorf("to another: %v", got)
	}
}

func TestTheNumberOfSetsIsBounded(t *testing.T) {
	var st State
	for i := range maxParamSets {
		st.ParamSets = append(st.ParamSets, ParamSet{ID: fmt.Sprintf("PS%d", i)})
	}
	b := newTable(1, st)
	if r := b.told(t, SaveParamSet{Name: "one more", List: paramList("V01", 3)}); r.Err == nil || r.Err.Code != "too-many" {
		t.Fatalf("%+v", r.Err)
	}
}
