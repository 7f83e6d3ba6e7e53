package simulator

import "testing"

// A parameter that is set without frames is flown by, as one that came by PARAM_SET is.
func TestAParameterSetAtTheSeamIsFlownBy(t *testing.T) {
	w := NewWorld(smallCity(), testStart)
	w.Step(testStart.Add(2 * bootTime))
	v := w.vehicle("V03")
	for name, now := range map[string]func() float64{
		"MPC_XY_CRUISE": func() float64 { return v.limits().cruise }, "COM_DL_LOSS_T": func() float64 { return v.limits().linkLossT },
	} {
		want := now() + 3
		if !w.SetParam("V03", name, want) || now() != want {
			t.Errorf("%s is %v after it was set to %v", name, now(), want)
		}
	}
}
