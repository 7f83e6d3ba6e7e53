package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
)

// Parameters are read, kept as a set, changed, compared and restored, over good and bad air; never of a vehicle that
// flies; and a sortie is flown after all that.
func TestParametersAreReadKeptChangedAndRestored(t *testing.T) {
	t.Parallel()
	for _, air := range []simulator.Air{{}, {Loss: 0.3, Duplicate: 0.1, Delay: 40 * time.Millisecond, Jitter: 200 * time.Millisecond}} {
		c := seededCity(t, 2, 5)
		c.World.SetAir(air)
		c.Run(20 * time.Second)
		done := func(cmd mission.Command) {
			t.Helper()
			until(t, c, 6*time.Minute, cmd.Act, func() bool { return c.Command(cmd.ID).Stage.Final() })
			if got := c.Command(cmd.ID); got.Stage != fleet.StageDone {
				t.Fatalf("%+v", got)
			}
		}
		value := func(name string) float64 {
			l := shown[fleet.ParamList](c, fleet.KindParams, string("V01"))
			p, ok := l.Find(name)
			if !ok {
				t.Fatalf("%s is not in the list of %d", name, len(l.Params))
			}
			return p.Value
		}
		done(must[mission.Command](t, c, mission.ReadParams{Vehicle: "V01"}))
		done(must[mission.Command](t, c, mission.RequireSafety{Vehicle: "V01"}))
		c.Run(3 * time.Second)
		if v := value("NAV_DLL_ACT"); v != 2 {
			t.Fatalf("NAV_DLL_ACT %v", v)
		}
		cruise := value("MPC_XY_CRUISE")
		set := must[mission.ParamSet](t, c, mission.SaveParamSet{Name: "good", List: shown[fleet.ParamList](c, fleet.KindParams, string("V01"))})
		done(must[mission.Command](t, c, mission.WriteParams{Vehicle: "V01", Values: map[string]float64{"MPC_XY_CRUISE": cruise + 1, "NAV_ACC_RAD": 4}}))
		c.Run(3 * time.Second)
		l := shown[fleet.ParamList](c, fleet.KindParams, string("V01"))
		diff := l.Compare(set.Params)
		if len(diff.Differing) != 2 || len(diff.Missing)+len(diff.Extra) != 0 {
			t.Fatalf("%+v", diff)
		}
		done(must[mission.Command](t, c, mission.WriteParams{Vehicle: "V01", Values: set.Restorable("V01", diff), Set: set.ID}))
		c.Run(3 * time.Second)
		l = shown[fleet.ParamList](c, fleet.KindParams, string("V01"))
		if diff := l.Compare(set.Params); len(diff.Differing) != 0 || value("MPC_XY_CRUISE") != cruise {
			t.Fatalf("%+v", diff)
		}
		in, s := onScene(t, c, 400)
		refused(t, c, mission.WriteParams{Vehicle: s.Vehicle, Values: map[string]float64{"MPC_XY_CRUISE": 3}}, "vehicle-busy")
		refused(t, c, mission.ReadParams{Vehicle: s.Vehicle}, "vehicle-busy")
		must[mission.Incident](t, c, mission.CancelIncident{ID: in.ID})
		until(t, c, 10*time.Minute, "back", c.isOver(s.ID))
	}
}
