package fleet

import (
	"math"
	"strings"
	"testing"

	"groundstation/internal/geo"
)

func goodRegistry() Registry {
	place := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(4)
	quad := VehicleSpec{ID: "V01", Class: DockQuad, SystemID: 1, Dock: "H01", CruiseMS: 15, ClimbMS: 5, DescendMS: 3, MaxWindMS: 12,
		EnergyWh: 400, HoverW: 500, CruiseW: 550}
	crew := quad
	crew.ID, crew.SystemID, crew.Dock, crew.Class, crew.Site = "V02", 2, "", CrewQuad, &place
	return Registry{Vehicles: []VehicleSpec{quad, crew}, Docks: []DockSpec{{ID: "H01", SystemID: 101, Pad: place, GroundPad: place, OpenSeconds: 12}}}
}

// corners are so many of a ring around a place.
func corners(n int) (out []geo.LatLon) {
	for i := range n {
		out = append(out, geo.Offset(geo.LatLon{Lat: 32.5, Lon: 120.4}, float64(i)*360/float64(max(n, 1)), 20))
	}
	return out
}

func TestRegistryValidateNamesWhatIsWrong(t *testing.T) {
	good := goodRegistry()
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	low, high := -110.0, 90.0
	full := goodRegistry()
	full.Vehicles[0].RemoteID, full.Vehicles[0].UASID, full.Vehicles[0].UASIDKind = RemoteIDRequired, strings.Repeat("~", 20), UASSerial
	full.Vehicles[1].RemoteID, full.Vehicles[1].UASID, full.Vehicles[1].UASIDKind = RemoteIDNone, " ", UASRegistration
	for _, m := range []*float64{&low, &high} {
		full.Operator = Operator{ID: strings.Repeat("A", 20), Position: full.Vehicles[1].Site, GeoidM: m}
		if err := full.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		spoil func(*Registry)
		want  string
	}{
		"system id of the station":  {func(r *Registry) { r.Vehicles[0].SystemID = 255 }, "V01: system_id 255"},
		"system id twice":           {func(r *Registry) { r.Vehicles[1].SystemID = 101 }, "dock H01's already"},
		"vehicle id twice":          {func(r *Registry) { r.Vehicles[1].ID = "V01" }, "given twice"},
		"no such dock":              {func(r *Registry) { r.Vehicles[0].Dock = "H09" }, "H09 is not in the file"},
		"two places":                {func(r *Registry) { r.Vehicles[0].Site = r.Vehicles[1].Site }, "both dock and site"},
		"no place":                  {func(r *Registry) { r.Vehicles[1].Site = nil }, "neither"},
		"latitude 91":               {func(r *Registry) { r.Docks[0].Pad.Lat = 91 }, "latitude 91"},
		"NaN speed":                 {func(r *Registry) { r.Vehicles[0].CruiseMS = math.NaN() }, "cruise_ms NaN"},
		"no energy":                 {func(r *Registry) { r.Vehicles[0].EnergyWh = 0 }, "energy_wh 0"},
		"unknown class":             {func(r *Registry) { r.Vehicles[0].Class = "kite" }, `class "kite"`},
		"unknown rule of signing":   {func(r *Registry) { r.Vehicles[0].Signing = "maybe" }, `V01: signing "maybe"`},
		"a dock's rule of signing":  {func(r *Registry) { r.Docks[0].Signing = "always" }, `H01: signing "always"`},
		"unknown rule of identity":  {func(r *Registry) { r.Vehicles[0].RemoteID = "always" }, `V01: remote_id "always"`},
		"unknown kind of id":        {func(r *Registry) { r.Vehicles[0].UASIDKind = "name" }, `V01: uas_id_kind "name"`},
		"an id of 21 characters":    {func(r *Registry) { r.Vehicles[0].UASID = strings.Repeat("1", 21) }, "V01: uas_id"},
		"an id that is no ASCII":    {func(r *Registry) { r.Vehicles[0].UASID = "苏A" }, "V01: uas_id"},
		"an id with a line's end":   {func(r *Registry) { r.Vehicles[0].UASID = "A\n" }, "V01: uas_id"},
		"an id given twice":         {func(r *Registry) { r.Vehicles[0].UASID, r.Vehicles[1].UASID = "A1", "A1" }, `V02: uas_id "A1" is V01's already`},
		"operator of 21 characters": {func(r *Registry) { r.Operator.ID = strings.Repeat("1", 21) }, "remote_id: operator_id"},
		"operator at latitude 91":   {func(r *Registry) { r.Operator.Position = &geo.Position{LatLon: geo.LatLon{Lat: 91}} }, "remote_id: position"},
		"a geoid of 91 m":           {func(r *Registry) { m := 91.0; r.Operator.GeoidM = &m }, "remote_id: geoid_m 91"},
		"a geoid of -111 m":         {func(r *Registry) { m := -111.0; r.Operator.GeoidM = &m }, "remote_id: geoid_m -111"},
		"a change of an hour":       {func(r *Registry) { r.Docks[0].SwapSeconds = 3600 }, "swap_seconds 3600"},
		"a charger of NaN":          {func(r *Registry) { r.Docks[0].ChargeW = math.NaN() }, "charge_w NaN"},
		"obstacle without an id":    {func(r *Registry) { r.Obstacles = []Obstacle{{}} }, "id is empty"},
		"obstacle without a place":  {func(r *Registry) { r.Obstacles = []Obstacle{{ID: "O1"}} }, `"O1": want one of ring and line`},
		"obstacle of two corners":   {func(r *Registry) { r.Obstacles = []Obstacle{{ID: "O1", Ring: corners(2)}} }, "ring has 2 corners"},
		"line of one mast":          {func(r *Registry) { r.Obstacles = []Obstacle{{ID: "O1", Line: corners(1)}} }, "line has 1 masts"},
		"obstacle of no height":     {func(r *Registry) { r.Obstacles = []Obstacle{{ID: "O1", Ring: corners(3), TopAMSL: math.NaN()}} }, "top_amsl NaN"},
		"obstacle given twice": {func(r *Registry) {
			r.Obstacles = []Obstacle{{ID: "O1", Ring: corners(3)}, {ID: "O1", Line: corners(2)}}
		}, "given twice"},
		"obstacle that crosses": {func(r *Registry) {
			c := corners(4)
			c[2], c[3] = c[3], c[2]
			r.Obstacles = []Obstacle{{ID: "O1", Ring: c}}
		}, "meet"},
		"dock whose lid never opens": {func(r *Registry) { r.Docks[0].OpenSeconds = 0 }, "open_seconds 0"},
	} {
		t.Run(name, func(t *testing.T) {
			r := goodRegistry()
			c.spoil(&r)
			if err := r.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRebindKeepsSystemIDsApart(t *testing.T) {
	site := geo.LatLon{Lat: 32.5, Lon: 120.4}.At(4)
	craft := func(id VehicleID, system SystemID) VehicleSpec {
		return VehicleSpec{ID: id, SystemID: system, Class: CrewQuad, Site: &site, CruiseMS: 12, ClimbMS: 4, DescendMS: 2, MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160}
	}
	r := Registry{Vehicles: []VehicleSpec{craft("V01", 1), craft("V02", 2)}}
	before := r.Vehicles[0]
	for _, taken := range []SystemID{2, 0, 255} {
		if err := r.Rebind("V01", taken); err == nil || r.Vehicles[0].SystemID != 1 {
			t.Errorf("system id %d was given: %+v", taken, r.Vehicles[0])
		}
	}
	if err := r.Rebind("V01", 41); err != nil || r.Vehicles[0].SystemID != 41 || before.SystemID != 1 {
		t.Errorf("%v, %+v", err, r.Vehicles[0])
	}
}
