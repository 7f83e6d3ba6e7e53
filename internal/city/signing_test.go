package city

import (
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
	"groundstation/simulator"
)

// A vehicle that can sign gets its first key and flies a sortie with it over bad air; the station dies and comes back in
// the middle, the key is rotated afterwards, and nothing unsigned is believed from the first key on.
func TestASignedSortie(t *testing.T) {
	t.Parallel()
	c := changedCity(t, 2, 3, func(w *simulator.Config) {
		for i := range w.Vehicle {
			w.Vehicle[i].Signs = true
		}
	})
	c.World.SetAir(simulator.Air{Loss: 0.05, Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond})
	c.Run(20 * time.Second)
	done := func(cmd mission.Command) {
		t.Helper()
		until(t, c, 2*time.Minute, cmd.Act, func() bool { return c.Command(cmd.ID).Stage.Final() })
		if got := c.Command(cmd.ID); got.Stage != fleet.StageDone {
			t.Fatalf("%+v", got)
		}
	}
	signs := func(v fleet.VehicleID) fleet.KeyStatus {
		k, _ := fleet.Get[fleet.KeyStatus](c.board, fleet.KindKey, string(v))
		return k
	}
	for _, v := range []fleet.VehicleID{"V01", "V02"} {
		done(must[mission.Command](t, c, mission.RotateKey{Vehicle: v}))
		c.Run(6 * time.Second)
		if k := signs(v); !k.Proven || k.Key == "" || k.Next != "" || k.Frames["signed"] < 100 {
			t.Fatalf("%s: %+v", v, k)
		}
	}
	_, s := onScene(t, c, 400)
	before := signs(s.Vehicle)
	refused(t, c, mission.RotateKey{Vehicle: s.Vehicle}, "vehicle-busy")
	c.Kill()
	c.Run(2 * time.Second)
	c.Start()
	c.Run(10 * time.Second)
	if k := signs(s.Vehicle); k.Key != before.Key || k.Frames["signed"] < 100 || k.Frames["believed"] != 0 {
		t.Fatalf("after the crash: %+v", k)
	}
	must[mission.Sortie](t, c, mission.RecallSortie{Sortie: s.ID})
	until(t, c, 15*time.Minute, "back", c.isOver(s.ID))
	c.Run(20 * time.Second)
	done(must[mission.Command](t, c, mission.RotateKey{Vehicle: s.Vehicle}))
	c.Run(6 * time.Second)
	if k := signs(s.Vehicle); k.Key == before.Key || k.Next != "" || k.Frames["unsigned"]+k.Frames["bad-signature"]+k.Frames["wrong-key"] > 30 {
		t.Fatalf("%+v", k)
	}
}
