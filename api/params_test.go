package api

import (
	"encoding/json"

	"math"
	"net/http"
	"testing"
	"time"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

func TestParameterRoutes(t *testing.T) {
	d := newDoor(t)
	get := func(method, path, body string, role account.Role, want int, into any) {
		t.Helper()
		resp, answer := d.do(method, Prefix+path, body, by(role, d))
		if resp.StatusCode != want {
			t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, answer)
		}
		if into != nil {
			if err := json.Unmarshal(answer, into); err != nil {
				t.Fatalf("%s %s: %v: %s", method, path, err, answer)
			}
		}
	}
	var p Problem
	get("GET", "/vehicles/V01/parameters", "", account.Viewer, 404, &p)
	if p.Code != "no-parameters" {
		t.Fatalf("%+v", p)
	}
	l := fleet.ParamList{Vehicle: "V01", Firmware: "PX4 1.17.0", At: time.Now().Add(-time.Minute), Params: []fleet.Param{
		{Name: "CAL_X", Type: 9, Value: math.NaN()}, {Name: "NAV_DLL_ACT", Type: 6, Value: 2}, {Name: "RTL_TYPE", Type: 6, Value: 1}}}
	d.board.Put(fleet.KindParams, "V01", l)
	var read Parameters
	get("GET", "/vehicles/V01/parameters", "", account.Viewer, 200, &read)
	if len(read.Params) != 2 || read.AgeS < 59 || read.AgeS > 90 || read.Params[0].Name != "NAV_DLL_ACT" {
		t.Fatalf("%+v", read)
	}
	get("POST", "/vehicles/V01/parameters/refresh", "", account.Operator, 202, nil)
	get("POST", "/vehicles/V01/safety", "", account.Operator, 202, nil)
	get("PUT", "/vehicles/V01/parameters/NAV_DLL_ACT", `{"value":3}`, account.Operator, 403, nil)
	get("PUT", "/vehicles/V01/parameters/NAV_DLL_ACT", `{"value":3}`, account.Admin, 202, nil)
	if w, ok := d.desk.last().(mission.WriteParams); !ok || w.Vehicle != "V01" || w.Values["NAV_DLL_ACT"] != 3 || w.Set != "" {
		t.Fatalf("%+v", d.desk.last())
	}
	asked := d.desk.count()
	get("PUT", "/vehicles/V01/parameters/a-b", `{"value":3}`, account.Admin, 422, nil)
	get("PUT", "/vehicles/V01/parameters/NAV_DLL_ACT", `{"value":NaN}`, account.Admin, 400, nil)
	get("PUT", "/vehicles/V99/parameters/NAV_DLL_ACT", `{"value":3}`, account.Admin, 404, nil)
	if d.desk.count() != asked {
		t.Fatal("the Desk was asked")
	}
	var head ParameterSetHead
	get("POST", "/parameter-sets", `{"name":"spring","vehicle":"V01"}`, account.Operator, 201, &head)
	if head.Count != 3 || head.Name != "spring" {
		t.Fatalf("%+v", head)
	}
	set := mission.ParamSet{ID: "PS1", Name: "spring", Vehicle: "V01", Params: []fleet.Param{{Name: "NAV_DLL_ACT", Type: 6, Value: 2}, {Name: "RTL_TYPE", Type: 6, Value: 0}, {Name: "GONE", Type: 6}}}
	d.board.Put(mission.KindParamSet, "PS1", set)
	var heads []ParameterSetHead
	get("GET", "/parameter-sets", "", account.Viewer, 200, &heads)
	if len(heads) != 1 || heads[0].Count != 3 {
		t.Fatalf("%+v", heads)
	}
	var diff ParameterDiff
	get("POST", "/parameter-sets/PS1/compare", `{"vehicle":"V01"}`, account.Viewer, 200, &diff)
	if diff.Equal != 1 || diff.Restore != 1 || len(diff.Differing) != 1 || diff.Differing[0].Vehicle != 1 || len(diff.Missing) != 1 || len(diff.Extra) != 1 {
		t.Fatalf("%+v", diff)
	}
	get("POST", "/parameter-sets/PS1/restore", `{"vehicle":"V01"}`, account.Operator, 403, nil)
	get("POST", "/parameter-sets/PS1/restore", `{"vehicle":"V01"}`, account.Admin, 202, nil)
	if w, ok := d.desk.last().(mission.WriteParams); !ok || len(w.Values) != 1 || w.Values["RTL_TYPE"] != 0 || w.Set != "PS1" {
		t.Fatalf("%+v", d.desk.last())
	}
	l.At = time.Now().Add(-time.Hour)
	d.board.Put(fleet.KindParams, "V01", l)
	get("POST", "/parameter-sets/PS1/restore", `{"vehicle":"V01"}`, account.Admin, http.StatusConflict, &p)
	if p.Code != "stale-parameters" {
		t.Fatalf("%+v", p)
	}
	get("GET", "/vehicles/V01/components/100/parameters", "", account.Viewer, 404, nil)
	d.board.Put(fleet.KindExtParams, "V01/100", fleet.ExtParamList{Vehicle: "V01", Component: 100, Params: []fleet.ExtParam{{Name: "CAM_ISO", Type: 5, Value: "100"}}})
	get("GET", "/vehicles/V01/components/100/parameters", "", account.Viewer, 200, nil)
	get("POST", "/vehicles/V01/components/100/parameters/refresh", "", account.Operator, 202, nil)
	get("POST", "/vehicles/V01/components/1/parameters/refresh", "", account.Operator, 422, nil)
	get("PUT", "/vehicles/V01/components/100/parameters/CAM_ISO", `{"value":"200"}`, account.Operator, 403, nil)
	get("PUT", "/vehicles/V01/components/100/parameters/CAM_ISO", `{"value":"200"}`, account.Admin, 202, nil)
	if w, ok := d.desk.last().(mission.WriteExtParam); !ok || w.Component != 100 || w.Value != "200" {
		t.Fatalf("%+v", d.desk.last())
	}
	get("PUT", "/vehicles/V01/components/100/parameters/CAM_ISO", `{"value":"2\u0007"}`, account.Admin, 422, nil)
	get("DELETE", "/parameter-sets/PS1", "", account.Operator, 403, nil)
	get("DELETE", "/parameter-sets/PS1", "", account.Admin, 204, nil)
}

func TestSystemRoutes(t *testing.T) {
	d := newDoor(t)
	try := func(path, body string, role account.Role, want int, code string) {
		t.Helper()
		resp, answer := d.do("POST", Prefix+path, body, by(role, d))
		var p Problem
		_ = json.Unmarshal(answer, &p)
		if resp.StatusCode != want || p.Code != code {
			t.Errorf("%s %s: %d %s", path, body, resp.StatusCode, answer)
		}
	}
	try("/systems/41/bind", `{"id":"V01"}`, account.Admin, 404, "unknown-system")
	d.board.Put(fleet.KindUnknown, "41@1", fleet.UnknownSystem{ID: "41@1", System: 41, Link: 1, Says: "vehicle"})
	asked := d.desk.count()
	try("/systems/41/bind", `{"id":"V01"}`, account.Operator, 403, "forbidden")
	try("/systems/256/bind", `{"id":"V01"}`, account.Admin, 422, "invalid")
	d.board.Put(fleet.KindUnknown, "41@2", fleet.UnknownSystem{ID: "41@2", System: 41, Link: 2, Says: "vehicle"})
	try("/systems/41/bind", `{"id":"V01"}`, account.Admin, 409, "two-sources")
	if d.desk.count() != asked {
		t.Fatal("the Desk was asked")
	}
	d.board.Put(fleet.KindUnknown, "41@2", nil)
	d.do("POST", Prefix+"/systems/41/bind", `{"id":"V01"}`, by(account.Admin, d))
	if b, ok := d.desk.last().(mission.BindSystem); !ok || b.ID != "V01" || b.System != 41 {
		t.Fatalf("%+v", d.desk.last())
	}
	var list []fleet.UnknownSystem
	_, answer := d.do("GET", Prefix+"/systems", "", by(account.Viewer, d))
	if err := json.Unmarshal(answer, &list); err != nil || len(list) != 1 || list[0].System != 41 {
		t.Fatalf("%v %s", err, answer)
	}
}
