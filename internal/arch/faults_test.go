package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// faultShown is a scenario or a test as docs/faults.md names them.
var faultShown = regexp.MustCompile("`(scenarios/[a-z0-9-]+|[a-z/0-9]+\\.(?:Test|Fuzz)[A-Za-z0-9_]+)`")

// TestFaults: every row of docs/faults.md names scenarios and tests that exist, and no scenario is left out.
func TestFaults(t *testing.T) {
	page, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	named, faults, invariants := map[string]bool{}, 0, 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 6 || strings.HasPrefix(cells[1], "---") {
			continue
		}
		shown := cells[len(cells)-3]
		if strings.TrimSpace(shown) == "Shown by" {
			continue
		}
		if faults++; len(cells) == 7 {
			faults--
			invariants++
		}
		all := faultShown.FindAllStringSubmatch(shown, -1)
		if len(all) == 0 || len(all) != strings.Count(line, "`")/2 {
			t.Errorf("%d scenarios and tests are told from %s", len(all), line)
		}
		for _, one := range all {
			named[one[1]] = true
			if !shownBy(t, one[1]) {
				t.Errorf("there is no %s", one[1])
			}
		}
	}
	if faults < 25 || invariants != 28 {
		t.Errorf("%d faults and %d invariants: the page is not read", faults, invariants)
	}
	files, err := filepath.Glob("../../simulator/scenarios/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	ordinary := regexp.MustCompile(`(?m)^covers = \["(ordinary|drill)"`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if name := "scenarios/" + strings.TrimSuffix(filepath.Base(f), ".toml"); !named[name] && !ordinary.Match(text) {
			t.Errorf("%s is in no row", name)
		}
	}
}

// shownBy says whether there is this scenario, or this test.
func shownBy(t *testing.T, name string) bool {
	t.Helper()
	if scenario, is := strings.CutPrefix(name, "scenarios/"); is {
		_, err := os.Stat(filepath.Join("../../simulator/scenarios", scenario+".toml"))
		return err == nil
	}
	dir, test, _ := strings.Cut(name, ".")
	return exists(t, dir, test)
}
