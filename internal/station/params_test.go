package station

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/mavlink"
	"groundstation/mission"
)

func listOf(v fleet.VehicleID, n int) fleet.ParamList {
	l := fleet.ParamList{Vehicle: v, UID: "1", Firmware: "PX4", Hash: 9, At: time.Unix(1e9, 0).UTC()}
	for i := range n {
		l.Params = append(l.Params, fleet.Param{Name: fmt.Sprintf("P_%04d", i), Type: fleet.ParamInt32, Value: float64(i)})
	}
	return l
}

func TestTheShelfKeepsTheNewestListOfEachVehicle(t *testing.T) {
	dir := t.TempDir() + "/params"
	s := newShelf(dir, slog.New(slog.DiscardHandler))
	for n := range 50 {
		s.put(listOf("V01", n+1))
	}
	odd := listOf("../V02", 3)
	odd.Params[1].Value = math.NaN()
	s.put(odd)
	s.close()
	reg := fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01"}, {ID: "../V02"}, {ID: "V03"}}}
	got, err := LoadParams(dir, reg)
	if err != nil || len(got) != 2 || len(got[0].Params) != 50 || got[0].Hash != 9 || len(got[1].Params) != 2 {
		t.Fatalf("%v %+v", err, got)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 2 {
		t.Fatalf("%v %v", names, err)
	}
	for name, content := range map[string]string{"torn": `{"vehicle":"V01","par`, "another's": `{"vehicle":"V09"}`,
		"not sorted": `{"vehicle":"V01","params":[{"name":"B"},{"name":"A"}]}`, "no names": `{"vehicle":"V01","params":[{"name":"../x"}]}`} {
		if err := os.WriteFile(paramFile(dir, "V01"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := LoadParams(dir, reg); err == nil || len(got) != 1 {
			t.Errorf("%s: %v, %d lists", name, err, len(got))
		}
	}
	if err := os.Truncate(paramFile(dir, "V01"), paramFileMax+1); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadParams(dir, reg); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("too long: %v", err)
	}
}

// TestAListThatChangesIsShownNowAndThen: values that change often do not cost a list each, and none is lost.
func TestAListThatChangesIsShownNowAndThen(t *testing.T) {
	now := time.Unix(1e9, 0)
	c := NewCore(Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits(), Params: []fleet.ParamList{listOf("V01", 100)}}, mission.State{}, now)
	var shown []fleet.ParamList
	take := func() {
		for _, o := range c.out {
			if s, ok := o.(Show); ok && s.Kind == fleet.KindParams {
				shown = append(shown, s.Value.(fleet.ParamList))
			}
		}
		c.out = nil
	}
	c.params(now, fleet.ParamsRead{List: listOf("V01", 890)})
	take()
	first := slices.Clone(shown[0].Params)
	for i := range 3000 {
		now = now.Add(time.Millisecond)
		c.params(now, fleet.ParamChanged{Vehicle: "V01", Param: fleet.Param{Name: "P_0005", Type: fleet.ParamInt32, Value: float64(1000 + i)}})
		c.params(now, fleet.ParamChanged{Vehicle: "V77", Param: fleet.Param{Name: "P_0005"}})
		c.params(now, fleet.ParamChanged{Vehicle: "V01", Param: fleet.Param{Name: "NOT_THERE"}})
		take()
	}
	c.params(now.Add(2*time.Second), fleet.VehicleChanged{Vehicle: &fleet.Vehicle{ID: "V01"}})
	take()
	if len(shown) > 6 || len(shown) < 4 {
		t.Fatalf("%d lists shown", len(shown))
	}
	if last := shown[len(shown)-1]; last.Params[5].Value != 3999 || last.Hash != 0 || len(last.Params) != 890 {
		t.Fatalf("%+v", last.Params[5])
	}
	if !slices.Equal(first, shown[0].Params) {
		t.Fatal("what was shown has changed")
	}
}
