package simulator

import (
	"strings"
	"testing"
)

func TestLoadCity(t *testing.T) {
	for _, path := range []string{"../config/sim.toml", "../config/sim-fast.toml"} {
		cfg, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(cfg.Vehicle) != 29 || len(cfg.Dock) != 18 {
			t.Fatalf("%s: %d vehicles and %d docks, want 29 and 18", path, len(cfg.Vehicle), len(cfg.Dock))
		}
		for _, v := range cfg.Vehicle {
			if (v.Dock == "") == (v.Site == nil) {
				t.Errorf("%s: want either a dock or a site", v.ID)
			}
			if v.Site != nil && (v.Site.Lat < 32 || v.Site.Lon < 120) {
				t.Errorf("%s: site %v was not decoded", v.ID, *v.Site)
			}
		}
		for _, d := range cfg.Dock {
			if d.Pad.Lat < 32 || d.Pad.AltAMSL == 0 || d.GroundPad.Lon < 120 {
				t.Errorf("%s: positions were not decoded: %+v", d.ID, d)
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const dock = "[[dock]]\nid='H01'\nsystem_id=101\npad={lat=32.0,lon=120.0,alt_amsl=4.0}\nground_pad={lat=32.0,lon=120.0,alt_amsl=4.0}\n"
	const vehicle = "[[vehicle]]\nid='V01'\nsystem_id=1\ncruise_ms=10.0\nclimb_ms=3.0\ndescend_ms=2.0\nenergy_wh=100.0\nhover_w=100.0\ncruise_w=100.0\n"
	cases := []struct{ name, text, want string }{
		{"unknown key", "sede = 1", "unknown keys: sede"},
		{"unknown key in a vehicle", vehicle + "colour='red'\ndock='H01'\n" + dock, "vehicle.colour"},
		{"unknown dock", vehicle + "dock='H09'\n" + dock, `dock "H09" is not configured`},
		{"no place", vehicle, "neither dock nor site"},
		{"same system", dock + dock, "system_id 101 is also"},
		{"latitude", strings.Replace(dock, "lat=32.0", "lat=91.0", 1), "latitude 91"},
		{"not a number", strings.Replace(dock, "lat=32.0", "lat=nan", 1), "latitude NaN"},
		{"lid", "[dock_timing]\nlid_s = 0.0", "dock_timing.lid_s"},
		{"motions that vary too much", "[dock_timing]\nvary = 0.3", "dock_timing.vary"},
		{"a boot before the first heartbeat", "[dock_timing]\nboot_s = 1.0", "dock_timing.boot_s"},
		{"a band too narrow", "[dock_timing]\nclimate_low_c = 25.0", "climate_low_c and climate_high_c"},
		{"patrol cars", "patrol_cars = 101", "patrol_cars is 101"},
		{"standby", dock + "standby='luke'", `standby is "luke"`},
		{"packs", dock + "packs=9", "packs is 9"},
		{"personality", vehicle + "dock='H01'\npersonality='dji'\n" + dock, `personality is "dji", want px4 or ardupilot`},
		{"a process with a personality", "px4='/opt/px4'\n" + vehicle + "dock='H01'\nautopilot='px4'\npersonality='ardupilot'\n" + dock, "personality is that of a simulated autopilot"},
		{"a copter with wings", vehicle + "dock='H01'\nclass='long-vtol'\npersonality='ardupilot'\n" + dock, "a multicopter's"},
		{"a name that PX4 has not", vehicle + "dock='H01'\nparams={FS_GCS_ENABLE=1}\n" + dock, "px4 has no parameter FS_GCS_ENABLE"},
		{"a name that ArduPilot has not", vehicle + "dock='H01'\npersonality='ardupilot'\nparams={NAV_DLL_ACT=1}\n" + dock, "ardupilot has no parameter NAV_DLL_ACT"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
