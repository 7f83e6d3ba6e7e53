package mission

import (
	"math"
	"testing"

	"groundstation/fleet"
)

func TestActsOnThePayload(t *testing.T) {
	managed := func(control string) func(*fleet.Vehicle) {
		return func(v *fleet.Vehicle) {
			v.Gimbal = &fleet.Gimbal{Manager: &fleet.GimbalManager{Component: 1, Device: 1, Control: control}}
		}
	}
	photo := UsePayload{Vehicle: "V01", Name: "photo", Act: fleet.TakePhotos{Single: true}}
	for _, c := range []struct {
		name string
		as   func(*fleet.Vehicle)
		body any
		code string
	}{
		{"photo on the ground", func(*fleet.Vehicle) {}, photo, ""},
		{"photo in the air", func(v *fleet.Vehicle) { v.Armed, v.Landed = true, fleet.InAir }, photo, ""},
		{"photo of who is not heard", func(v *fleet.Vehicle) { v.Link = fleet.LinkStale }, photo, "vehicle-offline"},
		{"photo by a stale page", func(*fleet.Vehicle) {}, UsePayload{Vehicle: "V01", Name: "photo", Act: photo.Act, Epoch: 77}, "stale-epoch"},
		{"photo of nobody", func(*fleet.Vehicle) {}, UsePayload{Vehicle: "V99", Name: "photo", Act: photo.Act}, "unknown-vehicle"},
		{"jog", managed("none"), Jog{Vehicle: "V01", Rate: fleet.JogGimbal{YawRate: 5}}, ""},
		{"jog without a gimbal", func(*fleet.Vehicle) {}, Jog{Vehicle: "V01"}, "no-gimbal"},
		{"jog another's", managed("other"), Jog{Vehicle: "V01"}, "gimbal-held"},
		{"jog the plan's", managed("vehicle"), Jog{Vehicle: "V01"}, "gimbal-held"},
		{"jog and take", managed("other"), Jog{Vehicle: "V01", Rate: fleet.JogGimbal{Take: true}}, ""},
		{"jog at no rate", managed("none"), Jog{Vehicle: "V01", Rate: fleet.JogGimbal{PitchRate: math.NaN()}}, "bad-value"},
		{"jog of who is not heard", func(v *fleet.Vehicle) { v.Link = fleet.LinkLost }, Jog{Vehicle: "V01"}, "vehicle-offline"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newTable(1, State{})
			c.as(b.vehicles["V01"])
			b.hear()
			before := len(b.sent)
			r := b.told(t, c.body)
			want := 1
			if c.code != "" {
				want = 0
			}
			if code := codeOf(r.Err); code != c.code || len(b.sent) != before+want {
				t.Fatalf("%q, %d intents", code, len(b.sent)-before)
			}
			if cmd, ok := r.Value.(Command); ok && (cmd.Act != "photo" || cmd.ID != b.sent[before].ID) {
				t.Fatalf("%+v", cmd)
			}
		})
	}
}

func codeOf(p *fleet.Problem) string {
	if p == nil {
		return ""
	}
	return p.Code
}
