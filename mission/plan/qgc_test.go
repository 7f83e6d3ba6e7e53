package plan

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

func TestAFileOfQGroundControlIsRead(t *testing.T) {
	file, err := os.ReadFile("testdata/school.plan")
	if err != nil {
		t.Fatal(err)
	}
	_, items, zones, err := ParseQGC(file)
	if err != nil || len(zones) != 0 {
		t.Fatal(zones, err)
	}
	want := []fleet.Item{
		{Kind: fleet.ItemSpeed, SpeedMS: 8},
		{Kind: fleet.ItemWaypoint, Position: geo.LatLon{Lat: 32.5401, Lon: 120.4702}.At(64)},
		{Kind: fleet.ItemROI, Position: geo.LatLon{Lat: 32.541, Lon: 120.471}.At(4)},
		{Kind: fleet.ItemWaypoint, Position: geo.LatLon{Lat: 32.5412, Lon: 120.4725}.At(64), HoldS: 10},
		{Kind: fleet.ItemROINone},
		{Kind: fleet.ItemWaypoint, Position: geo.LatLon{Lat: 32.5421, Lon: 120.4731}.At(70)},
	}
	if !reflect.DeepEqual(items, want) {
		t.Errorf("got  %+v\nwant %+v", items, want)
	}
}

func TestAFileThatCannotBeFlownIsRefusedByName(t *testing.T) {
	good, err := os.ReadFile("testdata/school.plan")
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) string {
		if !strings.Contains(string(good), old) {
			t.Fatalf("the file does not hold %q", old)
		}
		return strings.Replace(string(good), old, new, 1)
	}
	for name, c := range map[string]struct{ file, says string }{
		"empty":          {"", "not a .plan file"},
		"not JSON":       {"PK\x03\x04", "not a .plan file"},
		"two values":     {string(good) + "{}", "something follows"},
		"a fence file":   {change(`"Plan"`, `"Fence"`), "version 1"},
		"version 2":      {change("\"version\": 1\n", "\"version\": 2\n"), "version 1"},
		"latitude 91":    {change("32.5401", "91"), "latitude 91"},
		"altitude 1e9":   {change("10, 0, 0, null, 32.5412, 120.4725, 60", "10, 0, 0, null, 32.5412, 120.4725, 1e9"), "altitude"},
		"number too big": {change("32.5401", "1e999"), "not a .plan file"},
		"terrain frame":  {change(`"frame": 0`, `"frame": 10`), "frame 10"},
		"a jump":         {change(`"command": 178`, `"command": 177`), "command 177"},
		"no altitude":    {change("32.5401, 120.4702, 60", "32.5401, 120.4702, null"), "missing"},
		"six params":     {change("[0, 0, 0, null, 32.5401, 120.4702, 60]", "[0, 0, 0, 32.5401, 120.4702, 60]"), "6 params"},
		"bare survey":    {change(`"SimpleItem"`, `"ComplexItem"`), "simple items"},
		"no home":        {change("[32.533, 120.467, 4]", "[]"), "plannedHomePosition"},
		"too big":        {string(good) + strings.Repeat(" ", MaxFile), "octets"},
	} {
		if _, _, _, err := ParseQGC([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}

func TestASurveyIsReadByItsItems(t *testing.T) {
	simple := `{"type":"SimpleItem","command":16,"frame":3,"params":[0,0,0,null,32.54,120.47,50],"autoContinue":true}`
	file := `{"fileType":"Plan","version":1,"mission":{"plannedHomePosition":[32.53,120.46,4],"items":[
		{"type":"ComplexItem","complexItemType":"survey","TransectStyleComplexItem":{"Items":[` + simple + "," + simple + `]}}]}}`
	_, items, _, err := ParseQGC([]byte(file))
	if err != nil || len(items) != 2 || items[1].Position.AltAMSL != 54 {
		t.Errorf("items %+v, error %v", items, err)
	}
}

// itemsOf draws lists that Check accepts.
func itemsOf(t *rapid.T) []fleet.Item {
	place := func(name string) geo.Position {
		return geo.LatLon{Lat: rapid.Float64Range(-90, 90).Draw(t, name+" lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, name+" lon")}.
			At(rapid.Float64Range(-500, 10000).Draw(t, name+" alt"))
	}
	items := []fleet.Item{{Kind: fleet.ItemWaypoint, Position: place("first")}}
	for range rapid.IntRange(0, 20).Draw(t, "more") {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			items = append(items, fleet.Item{Kind: fleet.ItemWaypoint, Position: place("way"), HoldS: rapid.Float64Range(0, maxHoldS).Draw(t, "hold")})
		case 1:
			items = append(items, fleet.Item{Kind: fleet.ItemSpeed, SpeedMS: rapid.Float64Range(0.1, maxSpeed).Draw(t, "speed")})
		case 2:
			items = append(items, fleet.Item{Kind: fleet.ItemROI, Position: place("roi")})
		case 3:
			items = append(items, fleet.Item{Kind: fleet.ItemROINone})
		}
	}
	return items
}

func TestWhatIsWrittenIsReadBackAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, name := itemsOf(t), rapid.String().Draw(t, "name")
		file, err := FormatQGC(name, want, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, got, _, err := ParseQGC(file)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func FuzzParseQGC(f *testing.F) {
	good, err := os.ReadFile("testdata/school.plan")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"fileType":"Plan","version":1,"mission":{"plannedHomePosition":[0,0,0],"items":[{"type":"ComplexItem"}]}}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, items, zones, err := ParseQGC(file)
		if err != nil {
			return
		}
		if problem := Check(items); problem != nil {
			t.Fatalf("what was read cannot be flown: %s", problem.Message)
		}
		again, err := FormatQGC("", items, zones)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, back, same, err := ParseQGC(again); err != nil || !reflect.DeepEqual(back, items) || !reflect.DeepEqual(same, zones) {
			t.Fatalf("written and read again it is %+v, %v; was %+v", back, err, items)
		}
	})
}
