package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/simulator"
)

func TestTheShippedConfigurationIsValid(t *testing.T) {
	cfg, err := loadConfig("../../config/station.toml")
	if err != nil {
		t.Fatal(err)
	}
	docked := 0
	for _, v := range cfg.Vehicles {
		if v.Class == fleet.DockQuad {
			docked++
		}
	}
	if len(cfg.Vehicles) != 29 || len(cfg.Docks) != 18 || docked != 18 {
		t.Fatalf("%d vehicles (%d in docks), %d docks; the fleet is 29 (18) and 18", len(cfg.Vehicles), docked, len(cfg.Docks))
	}
	all, err := cfg.cameras("127.0.0.1:1")
	if err != nil || len(all) != 29+2*18 {
		t.Fatalf("%d cameras: %v", len(all), err)
	}
	city, err := simulator.Load("../../config/sim.toml")
	if err != nil || cfg.Registry.Terrain.Grid == nil || cfg.Terrain.Grid != city.Terrain {
		t.Errorf("its ground is %q, that of the city %q, %v", cfg.Terrain.Grid, city.Terrain, err)
	}
	if len(cfg.Registry.Cameras) != 18 {
		t.Errorf("%d cameras that do not move have rules, of 18 over docks", len(cfg.Registry.Cameras))
	}
	for _, c := range cfg.Registry.Cameras {
		if c.Mount == nil || c.ID != string(c.Dock)+"/outside" || geo.Distance(c.Near, c.Mount.LatLon) > 6 {
			t.Errorf("%+v", c)
		}
	}
	for _, c := range all {
		if c.URL != "rtsp://127.0.0.1:1/"+c.ID {
			t.Errorf("the camera %s is at %s", c.ID, c.URL)
		}
	}
}

const (
	vehicleText = "[[vehicle]]\nid = \"V01\"\nsystem_id = 1\n"
	dockText    = "[[dock]]\nid = \"H01\"\nsystem_id = 101\npad = { lat = 32.5, lon = 120.4, alt_amsl = 4.0 }\n"
)

func TestBadConfigurationIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":          {"[http]\nadr = \"x\"", `unknown key "http.adr"; did you mean "http.addr"`},
		"unknown table":        {"[htp]\naddr = \"x\"", `did you mean "http`},
		"unknown vehicle key":  {"[[vehicle]]\nid = \"V01\"\nsystem = 1", `did you mean "vehicle.system_id"`},
		"a proxy by name":      {"[http]\ntrusted_proxies = [\"proxy\"]", `http.trusted_proxies has "proxy"; it is the network of a proxy`},
		"everybody a proxy":    {"[http]\ntrusted_proxies = [\"0.0.0.0/0\"]", `http.trusted_proxies has "0.0.0.0/0"`},
		"address":              {"[[mavlink.link]]\nid = 1\nkind = \"udp-server\"\naddr = \"14550\"", `mavlink.link: link 1: addr is "14550"`},
		"link id":              {"[[mavlink.link]]\nid = 300\nkind = \"tcp-server\"\naddr = \"127.0.0.1:5760\"", "mavlink.link: link 1: id 300 is not within 1 to 255"},
		"link kind":            {"[[mavlink.link]]\nid = 1\nkind = \"radio\"", "kind is \"radio\"; it is one of udp-server"},
		"unknown link key":     {"[[mavlink.link]]\nid = 1\nbuad = 57600", `did you mean "mavlink.link.baud"`},
		"no network":           {"[video]\ncameras = [\"10.1.2.3\"]", `video.cameras: "10.1.2.3" is no network`},
		"RTSP for others":      {"[video]\nrtsp = \"0.0.0.0:8554\"", `video.rtsp is "0.0.0.0:8554"; it is an address of this machine`},
		"unknown source key":   {"[[video.source]]\nid = \"X\"\nurll = \"\"", `did you mean "video.source.url"`},
		"a week's link":        {"[video.share]\nmax_hours = 168", "video.share.max_hours is 168; it is more than 0, and 24 at most"},
		"a link for nobody":    {"[video.share]\nviewers = 0", "video.share.viewers is 0; it is 1 to 50"},
		"always transcoded":    {"[video]\ntranscode = \"always\"", "video.transcode is \"always\"; it is \"on-demand\" or \"off\""},
		"none transcoded":      {"[video]\ntranscode_max = 0", "video.transcode_max is 0; it is 1 to 64"},
		"a strip":              {"[video]\ntranscode_width = 16", "video.transcode_width is 16; it is 160 to 3840"},
		"an empty source":      {"[[video.source]]\nid = \"X\"", `video.source "X": it is no vehicle and has neither`},
		"a source twice":       {"[[video.source]]\nid = \"X\"\nurl = \"rtsp://h/\"\n[[video.source]]\nid = \"X\"\nurl = \"rtsp://h/\"", `video.source "X" is there twice`},
		"a strange transport":  {"[[video.source]]\nid = \"X\"\nurl = \"rtsp://h/\"\ntransport = \"srt\"", "transport is \"srt\"; it is tcp"},
		"no RTSP address":      {"[[video.source]]\nid = \"X\"\nurl = \"http://h/\"", "url is no rtsp://"},
		"half a fingerprint":   {"[[video.source]]\nid = \"X\"\nurl = \"rtsps://h/\"\nsha256 = \"ab\"", "sha256 is not 64"},
		"a mount in flight":    {vehicleText + "[[video.source]]\nid = \"V01\"\nmount = { lat = 32.5, lon = 120.4, hfov_deg = 60.0 }", "a vehicle's camera has no mount"},
		"a mount without view": {"[[video.source]]\nid = \"X\"\nurl = \"rtsp://h/\"\nmount = { lat = 32.5, lon = 120.4 }", "mount: hfov_deg 0 is not within 1 to 170"},
		"a mount far away":     {dockText + "[[video.source]]\nid = \"H01/outside\"\nurl = \"rtsp://h/\"\nmount = { lat = 32.51, lon = 120.4, hfov_deg = 60.0 }", "mount: it stands 1113 m from the dock"},
		"no ICE server":        {"[[video.ice.server]]\nurl = \"http://h\"", "video.ice.server: url is"},
		"TURN for all":         {"[[video.ice.server]]\nurl = \"turn:h:3478\"", "has no username"},
		"TURN twice":           {"[[video.ice.server]]\nurl = \"turn:h:3478\"\nusername = \"u\"\nsecret_file = \"f\"", "not both"},
		"a public name":        {"[video.ice]\npublic = \"station.example\"", "video.ice.public is"},
		"the old key":          {"[mavlink]\nudp = \"127.0.0.1:14550\"", `unknown key "mavlink.udp"`},
		"stream too fast":      {"[[mavlink.stream]]\nid = 30\nhz = 1000", "mavlink.stream: message 30 at 1000 Hz"},
		"stream not a number":  {"[[mavlink.stream]]\nid = 30\nhz = nan", "mavlink.stream: message 30 at NaN Hz"},
		"no room for logs":     {"[logs]\nmax_mb = 0", "logs.max_mb is 0"},
		"logs too fast":        {"[logs]\nrate_kbs = 1000000", "logs.rate_kbs is 1000000"},
		"no mirror":            {"[mirror]\nudp = \"14445\"", "mirror.udp is \"14445\"; it is host:port"},
		"no such rule":         {"[privacy]\ntransit = \"dark\"", `privacy.transit is "dark"; it is "record", "relay" or "off"`},
		"no such ground":       {"[terrain]\ngrid = \"nowhere.asc\"", "terrain.grid: open"},
		"ground by guess":      {"[terrain]\nerror_m = 300", "terrain.error_m is 300; it is more than 0, and 30 at most"},
		"ground beyond":        {"[terrain]\nbeyond = \"flat\"", `terrain.beyond is "flat"; it is "refused" or "level"`},
		"no horizon":           {"[privacy]\nhorizon_deg = 90", "privacy.horizon_deg 90 is not within 0 to 60"},
		"too small a log":      {"[tlog]\nmax_mb = 10", "tlog.max_mb is 10; it is 256 to"},
		"a negative log":       {"[tlog]\nmax_mb = -1", "tlog.max_mb is -1"},
		"unknown purpose":      {"[video.record]\npurposes = [\"fun\"]", "video.record.purposes has \"fun\""},
		"too long a pre-roll":  {"[video.record]\npre_roll_s = 600", "video.record.pre_roll_s is 600; it is 0 to 60"},
		"kept for no time":     {"[video.retention]\nincident_days = 0", "video.retention.incident_days is 0"},
		"no room for video":    {"[video.retention]\nmax_mb = 10", "video.retention.max_mb is 10"},
		"too long a hold":      {"[mission]\nhold_limit = \"1h\"", "mission.hold_limit is 1h0m0s; it is up to 10m0s"},
		"a negative scene":     {"[mission]\non_scene = \"-1s\"", "mission.on_scene is -1s"},
		"no queue":             {"[mission]\nmax_queued = -1", "mission.max_queued is -1"},
		"empty folder":         {"data_dir = \"\"", "data_dir"},
		"not TOML":             {"data_dir = ", "read"},
		"vehicle out of range": {"[[vehicle]]\nid = \"V01\"\nsystem_id = 255", "system_id 255"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "station.toml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := loadConfig(path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCamerasOfTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shipped, err := loadConfig("../../config/station.toml")
	if err != nil {
		t.Fatal(err)
	}
	shipped.Video.Sources = []cameraSpec{{ID: "V01", Transport: "udp", Always: true}, {ID: "C01", SecretFile: secret}}
	if err := shipped.Validate(); err != nil {
		t.Fatal(err)
	}
	all, err := shipped.cameras("127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	first, last := all[0], all[len(all)-1]
	if len(all) != 30 || first.ID != "V01" || first.Transport != "udp" || !first.Always || !strings.Contains(first.URL, "127.0.0.1:9") || last.ID != "C01" || last.Secret != "0123456789abcdef" {
		t.Errorf("%d cameras, %+v … %+v", len(all), first, last)
	}
	if err := os.Chmod(secret, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := shipped.cameras(""); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a secret that all may read: %v", err)
	}
	for name, spec := range map[string]cameraSpec{"no file": {ID: "C01", SecretFile: secret + "x"}, "no certificates": {ID: "C01", CA: secret}} {
		if _, err := spec.source(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOneDashIsAsGoodAsTwo(t *testing.T) {
	got := longFlags([]string{"serve", "-config", "x.toml", "--http", "127.0.0.1:0", "-h", "-", "-5"})
	if want := []string{"serve", "--config", "x.toml", "--http", "127.0.0.1:0", "-h", "-", "-5"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A grid is read beside the configuration, and is held against the pads that were surveyed.
func TestTheGroundOfTheConfiguration(t *testing.T) {
	const head, rows = "ncols 2\nnrows 2\nxllcenter 120.3\nyllcenter 32.4\ncellsize 0.2\n", "4 4\n4 4\n"
	pad := dockText + "ground_pad = { lat = 32.5, lon = 120.4, alt_amsl = 4.0 }\nopen_seconds = 12.0\n"
	for name, c := range map[string]struct{ grid, more, want string }{
		"as surveyed":         {head + rows, "", ""},
		"above the ellipsoid": {head + "34 34\n34 34\n", "", "by the grid the ground of dock H01 is 34.0 m AMSL, by its survey 4.0"},
		"elsewhere":           {strings.Replace(head, "120.3", "121.3", 1) + rows, "", "the grid does not have the ground of dock H01"},
		"elsewhere, as level": {strings.Replace(head, "120.3", "121.3", 1) + rows, "beyond = \"level\"\n", ""},
		"a row too few":       {head + "4 4\n", "", "heights.asc: 2 heights, want 2 columns and 2 rows"},
		"cells in metres":     {strings.Replace(head, "0.2", "30", 1) + rows, "", "cellsize is 30"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "station.toml")
		for file, text := range map[string]string{path: pad + "[terrain]\ngrid = \"heights.asc\"\n" + c.more, filepath.Join(dir, "heights.asc"): c.grid} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cfg, err := loadConfig(path)
		switch {
		case c.want == "" && (err != nil || cfg.Registry.Terrain.Grid == nil || cfg.Registry.Terrain.ErrorM != 2 || cfg.Registry.Terrain.Beyond != (c.more != "")):
			t.Errorf("%s: %+v, %v", name, cfg.Registry.Terrain, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
