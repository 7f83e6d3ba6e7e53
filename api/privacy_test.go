package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"groundstation/account"
	"groundstation/mission"
	"groundstation/mission/privacy"
)

// An administrator keeps the zones, a supervisor opens pictures, an operator shuts them again; everybody else sees them.
func TestPrivacyRoutes(t *testing.T) {
	d := newDoor(t)
	d.board.Put(mission.KindPrivacyZone, "Z1", privacy.NoRecordZone{ID: "Z1", Name: "school", Rule: privacy.NoRelay})
	zone := `{"name":"school","reason":"children","rule":"record","center":{"lat":32.5,"lon":120.4},"radiusM":80,"daily":{"from":"07:30","to":"17:00","timeZone":"Asia/Shanghai"}}`
	for _, c := range []struct {
		method, path, body string
		need               account.Role
		status             int
		asked              any
		says               string
	}{
		{"GET", "/privacy-zones", "", account.Viewer, 200, nil, `"rule":"relay"`},
		{"POST", "/privacy-zones", zone, account.Admin, 201, nil, `"timeZone":"Asia/Shanghai"`},
		{"PUT", "/privacy-zones/Z1", zone, account.Admin, 200, nil, `"id":"Z1"`},
		{"DELETE", "/privacy-zones/Z1", "", account.Admin, 204, mission.DeletePrivacyZone{ID: "Z1"}, ""},
		{"POST", "/cameras/H01%2Foutside/picture/override", `{"reason":"a child is missing","minutes":5}`, account.Supervisor, 200,
			mission.OverridePicture{Camera: "H01/outside", Reason: "a child is missing", For: 5 * time.Minute}, `"by":"chief"`},
		{"POST", "/cameras/H01%2Foutside/picture/override", `{"reason":"a child is missing","minutes":16}`, account.Supervisor, 422, nil, "minutes"},
		{"POST", "/cameras/H01%2Foutside/picture/override", `{"reason":"","minutes":5}`, account.Supervisor, 422, nil, "reason"},
		{"POST", "/privacy-zones", strings.Replace(zone, "07:30", "7:30", 1), account.Admin, 422, nil, "from"},
		{"DELETE", "/cameras/H01%2Foutside/picture/override", "", account.Operator, 200, mission.EndOverride{Camera: "H01/outside"}, `"camera":"H01/outside"`},
	} {
		resp, answer := d.do(c.method, Prefix+c.path, c.body, by(c.need, d), header("Origin", d.url))
		if resp.StatusCode != c.status || !strings.Contains(string(answer), c.says) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.method, c.path, resp.StatusCode, answer, c.status, c.says)
		}
		if c.asked != nil {
			want, _ := json.Marshal(c.asked)
			if got, _ := json.Marshal(d.desk.last()); string(want) != string(got) {
				t.Errorf("%s %s asked the desk for %s, want %s", c.method, c.path, got, want)
			}
		}
		for _, role := range []account.Role{account.Viewer, account.Operator, account.Supervisor} {
			if role.Allows(c.need) {
				continue
			}
			if resp, _ := d.do(c.method, Prefix+c.path, c.body, by(role, d), header("Origin", d.url)); resp.StatusCode != 403 {
				t.Errorf("%s %s by a %s: %d", c.method, c.path, role, resp.StatusCode)
			}
		}
	}
}
