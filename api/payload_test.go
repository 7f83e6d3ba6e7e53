package api

import (
	"testing"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

func TestPayloadRoutes(t *testing.T) {
	d := newDoor(t)
	post := func(path, body string, role account.Role, want int) {
		t.Helper()
		if resp, answer := d.do("POST", Prefix+"/vehicles/V01/"+path, body, by(role, d)); resp.StatusCode != want {
			t.Fatalf("%s %s: %d %s", path, body, resp.StatusCode, answer)
		}
	}
	for _, c := range []struct {
		path, body, name string
		act              fleet.Act
	}{
		{"camera/photo", `{}`, "photo", fleet.TakePhotos{Single: true}},
		{"camera/photo", `{"intervalS":2,"component":101}`, "photos", fleet.TakePhotos{IntervalS: 2, Camera: fleet.CameraRef{Component: 101}}},
		{"camera/photo/stop", `{}`, "stop-photos", fleet.StopPhotos{}},
		{"camera/record", `{"on":true}`, "record", fleet.Record{On: true}},
		{"camera/record", `{"on":false}`, "stop-recording", fleet.Record{}},
		{"camera/mode", `{"mode":"video"}`, "camera-mode", fleet.SetCameraMode{Mode: fleet.CameraVideo}},
		{"camera/zoom", `{"percent":40}`, "zoom", fleet.SetZoom{Percent: 40}},
		{"camera/focus", `{"auto":true}`, "focus", fleet.SetFocus{Auto: true}},
		{"camera/source", `{"thermal":true}`, "thermal", fleet.ShowSource{Thermal: true}},
		{"gimbal/aim", `{"lock":true}`, "aim-gimbal", fleet.AimGimbal{Lock: true}},
		{"gimbal/release", `{}`, "release-gimbal", fleet.ReleaseGimbal{}},
		{"gimbal/look-away", `{}`, "look-away", fleet.LookAway{}},
	} {
		post(c.path, c.body, account.Operator, 202)
		if got, ok := d.desk.last().(mission.UsePayload); !ok || got.Vehicle != "V01" || got.Name != c.name || got.Act != c.act {
			t.Errorf("%s: %+v", c.path, d.desk.last())
		}
		post(c.path, c.body, account.Viewer, 403)
	}
	post("gimbal/jog", `{"pitchRate":-5,"yawRate":10,"epoch":3}`, account.Operator, 204)
	if got, ok := d.desk.last().(mission.Jog); !ok || got.Epoch != 3 || got.Rate != (fleet.JogGimbal{PitchRate: -5, YawRate: 10}) {
		t.Errorf("%+v", d.desk.last())
	}
	asked := d.desk.count()
	post("gimbal/jog", `{"pitchRate":-5,"yawRate":10}`, account.Viewer, 403)
	for path, body := range map[string]string{"camera/zoom": `{"percent":101}`, "camera/mode": `{"mode":"x"}`, "gimbal/aim": `{"pitchDeg":-91}`,
		"gimbal/jog": `{"pitchRate":61,"yawRate":0}`, "camera/photo": `{"count":-1}`, "camera/record": `{}`} {
		post(path, body, account.Operator, 422)
	}
	if d.desk.count() != asked {
		t.Error("the Desk was asked for nonsense")
	}
}
