package play

import (
	"encoding/json"
	"net/http"
	"reflect"

	"groundstation/fleet"
	"groundstation/mission"
)

// call is a request of the API.
type call struct {
	method, path string
	body         map[string]any
	into         any // a pointer to what it answers; nil: of no interest
}

// value is the answer itself.
func (c *call) value() any {
	if c.into == nil {
		return nil
	}
	return reflect.ValueOf(c.into).Elem().Interface()
}

// callOf is how the API is asked for what the Desk is asked for in virtual time.
func callOf(body any) (c call, known bool) {
	post := func(path string, body map[string]any, into any) (call, bool) {
		return call{http.MethodPost, path, body, into}, true
	}
	switch b := body.(type) {
	case mission.CreateIncident:
		return post("/incidents", map[string]any{"externalId": b.ExternalID, "title": b.Title, "category": b.Category, "priority": b.Priority,
			"place": b.Place}, &mission.Incident{})
	case mission.MoveIncident:
		return call{http.MethodPatch, "/incidents/" + string(b.ID), map[string]any{"place": b.Place}, &mission.Incident{}}, true
	case mission.CancelIncident:
		return post("/incidents/"+string(b.ID)+"/cancel", map[string]any{"reason": b.Reason}, &mission.Incident{})
	case mission.PutPlan:
		return post("/plans", map[string]any{"name": b.Plan.Name, "items": b.Plan.Items, "zones": b.Plan.Zones}, &mission.Plan{})
	case mission.FlyPlan:
		return post("/plans/"+string(b.Plan)+"/fly", map[string]any{"vehicle": b.Vehicle}, &mission.Sortie{})
	case mission.PutPatrol:
		p := b.Patrol
		return post("/patrols", map[string]any{"name": p.Name, "plan": p.Plan, "vehicle": p.Vehicle, "recurrence": p.Recurrence, "start": p.Start,
			"zone": p.Zone, "windowS": p.WindowS, "enabled": p.Enabled}, &mission.Patrol{})
	case mission.ConfirmLaunch:
		return post("/sorties/"+string(b.Sortie)+"/confirm", nil, &mission.Sortie{})
	case mission.RecallSortie:
		return post("/sorties/"+string(b.Sortie)+"/recall", nil, &mission.Sortie{})
	case mission.ResumeSortie:
		return post("/sorties/"+string(b.Sortie)+"/resume", map[string]any{"item": b.Item}, &mission.Sortie{})
	case mission.Release:
		return post("/vehicles/"+string(b.Vehicle)+"/release", nil, nil)
	case mission.HoldAll:
		return post("/fleet/hold", nil, nil)
	case mission.RecallAll:
		return post("/fleet/recall", nil, nil)
	case mission.Manual:
		act := map[string]any{}
		if b.Epoch != 0 {
			act["epoch"] = b.Epoch
		}
		if b.Target != nil {
			act["position"] = b.Target
		}
		return post("/vehicles/"+string(b.Vehicle)+"/"+b.Act, act, &mission.Command{})
	}
	return c, false
}

// decode is a value of the feed as the Board of the station holds it; not shown: nobody here looks at this kind.
func decode(kind fleet.Kind, b json.RawMessage) (value any, shown bool) {
	if string(b) == "null" {
		return nil, true
	}
	switch kind {
	case fleet.KindVehicle:
		return read[fleet.Vehicle](b)
	case mission.KindOutlook:
		return read[mission.Outlook](b)
	case mission.KindIncident:
		return read[mission.Incident](b)
	case mission.KindSortie:
		return read[mission.Sortie](b)
	case mission.KindAlarm:
		return read[mission.Alarm](b)
	case mission.KindCommand:
		return read[mission.Command](b)
	case mission.KindPatrol:
		return read[mission.Patrol](b)
	}
	return nil, false
}

func read[T any](b json.RawMessage) (any, bool) {
	var v T
	err := json.Unmarshal(b, &v)
	return v, err == nil
}
