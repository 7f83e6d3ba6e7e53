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

func TestRegistryValidateNamesWhatIsWrong(t *testing.T) {
	good := goodRegistry()
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*Registry)
		want  string
	}{
		"system id of the station":   {func(r *Registry) { r.Vehicles[0].SystemID = 255 }, "V01: system_id 255"},
		"system id twice":            {func(r *Registry) { r.Vehicles[1].SystemID = 101 }, "dock H01's already"},
		"vehicle id twice":           {func(r *Registry) { r.Vehicles[1].ID = "V01" }, "given twice"},
		"no such dock":               {func(r *Registry) { r.Vehicles[0].Dock = "H09" }, "H09 is not in the file"},
		"two places":                 {func(r *Registry) { r.Vehicles[0].Site = r.Vehicles[1].Site }, "both dock and site"},
		"no place":                   {func(r *Registry) { r.Vehicles[1].Site = nil }, "neither"},
		"latitude 91":                {func(r *Registry) { r.Docks[0].Pad.Lat = 91 }, "latitude 91"},
		"NaN speed":                  {func(r *Registry) { r.Vehicles[0].CruiseMS = math.NaN() }, "cruise_ms NaN"},
		"no energy":                  {func(r *Registry) { r.Vehicles[0].EnergyWh = 0 }, "energy_wh 0"},
		"unknown class":              {func(r *Registry) { r.Vehicles[0].Class = "kite" }, `class "kite"`},
		"unknown rule of signing":    {func(r *Registry) { r.Vehicles[0].Signing = "maybe" }, `V01: signing "maybe"`},
		"a dock's rule of signing":   {func(r *Registry) { r.Docks[0].Signing = "always" }, `H01: signing "always"`},
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
