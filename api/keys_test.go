package api

import (
	"encoding/json"
	"testing"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

func TestKeysAreForAdministrators(t *testing.T) {
	d := newDoor(t)
	for _, id := range []string{"V02", "V01"} {
		d.board.Put(fleet.KindKey, id, fleet.KeyStatus{ID: id, Rule: fleet.SigningAccept, Key: "0badcafe", Proven: true, Frames: map[string]uint64{"duplicate": 3}})
	}
	for _, c := range []struct {
		method, path string
		role         account.Role
		want         int
	}{
		{"GET", "/keys", account.Operator, 403}, {"GET", "/keys", account.Admin, 200},
		{"POST", "/vehicles/V01/key", account.Operator, 403}, {"POST", "/vehicles/V99/key", account.Admin, 404},
		{"POST", "/vehicles/V01/key", account.Admin, 202},
	} {
		resp, answer := d.do(c.method, Prefix+c.path, "", by(c.role, d))
		if resp.StatusCode != c.want {
			t.Fatalf("%s %s as %s: %d %s", c.method, c.path, c.role, resp.StatusCode, answer)
		}
		if c.method == "GET" && c.want == 200 {
			var keys []fleet.KeyStatus
			if err := json.Unmarshal(answer, &keys); err != nil || len(keys) != 2 || keys[0].ID != "V01" || keys[0].Key != "0badcafe" || keys[0].Frames["duplicate"] != 3 {
				t.Errorf("%s %v", answer, err)
			}
		}
	}
	if w, ok := d.desk.last().(mission.RotateKey); !ok || w.Vehicle != "V01" {
		t.Errorf("%+v", d.desk.last())
	}
}
