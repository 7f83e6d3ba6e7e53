package arch

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "groundstation"

// may says which of our packages each room may import. A room covers its subpackages, except where a longer name
// stands in the table.
var may = map[string][]string{
	"internal/geo":           {},
	"internal/spell":         {},
	"fleet":                  {"internal/geo"},
	"mavlink":                {"fleet", "internal/geo", "mavlink/dialect/hangar", "mavlink/param", "mavlink/ftp", "mavlink/rtcm", "mavlink/flightlog", "mavlink/events"},
	"mavlink/link":           {"mavlink"},
	"mavlink/dialect/hangar": {},
	"mavlink/param":          {"fleet"},
	"mavlink/ftp":            {},
	"mavlink/rtcm":           {},
	"mavlink/flightlog":      {},
	"mavlink/events":         {},
	"mavlink/signing":        {},
	"mavlink/tlog":           {},
	"hangar":                 {"fleet", "internal/geo"},
	"mission":                {"fleet", "internal/geo", "mission/dispatch", "mission/energy", "mission/airspace", "mission/plan", "mission/patrol", "mission/privacy"},
	"mission/privacy":        {"fleet", "internal/geo"},
	"mission/dispatch":       {"fleet", "internal/geo", "mission/energy"},
	"mission/energy":         {"fleet", "internal/geo"},
	"mission/airspace":       {"fleet", "internal/geo"},
	"mission/plan":           {"fleet", "internal/geo"},
	"mission/patrol":         {"fleet", "internal/geo"},
	"video/unit":             {},
	"video":                  {"video/unit", "video/recode"},
	"video/recode":           {"video/unit"},
	"video/hls":              {"video/unit"},
	"video/still":            {"video/unit"},
	"video/klv":              {},
	"video/rig":              {"video", "simulator"}, // of tests
	"video/flac":             {},
	"video/record":           {"video/unit", "video/flac"},
	"store":                  {"mission", "fleet", "account"},
	"account":                {},
	"internal/logbook":       {"mission", "fleet"},
	"internal/share":         {"mission", "fleet"},
	"internal/basemap":       {},
	"internal/footage":       {"video/klv", "video/record", "mission", "fleet", "internal/geo"},
	"internal/station":       {"internal/logbook", "mavlink/events", "mavlink", "mavlink/link", "mavlink/signing", "mavlink/param", "mavlink/rtcm", "mavlink/tlog", "hangar", "mission", "mission/dispatch", "fleet", "internal/geo", "store", "account", "video"},
	"api":                    {"internal/basemap", "internal/footage", "internal/share", "video/record", "video/still", "video/unit", "internal/logbook", "internal/station", "mavlink/param", "mission", "mission/dispatch", "mission/plan", "mission/patrol", "mission/privacy", "fleet", "internal/geo", "store", "account", "video"},
	"ui":                     {},
	"simulator":              {"internal/geo", "internal/spell", "mavlink/dialect/hangar", "simulator/camera", "simulator/camera/h264", "simulator/sitl"},
	"simulator/sitl":         {"internal/geo", "simulator/quad"},
	"simulator/quad":         {},
	"simulator/conform":      {"mavlink/dialect/hangar"},
	"internal/city":          {"internal/city/seam", "mavlink/ftp", "mavlink/events", "internal/station", "internal/logbook", "mavlink", "mavlink/signing", "hangar", "mission", "mission/dispatch", "mission/airspace", "mission/energy", "mission/privacy", "fleet", "internal/geo", "simulator"},
	"internal/city/seam":     {"mavlink/dialect/hangar", "fleet", "internal/geo", "simulator"},
	"internal/city/play":     {"internal/city", "internal/station", "mavlink/tlog", "mission", "fleet", "internal/geo", "simulator"},
	"internal/arch":          {},
	"internal/cover":         {},
	"internal/cut":           {},
	"internal/bench":         {"internal/geo", "fleet", "hangar", "mission", "simulator", "simulator/camera", "mavlink", "mavlink/link", "internal/station", "internal/city", "store", "video", "video/recode"},
	"cmd/groundstation":      nil, // wires everything
}

// cores are the places (a package, or files of it) that hold rules only: `now` is a parameter, nothing waits.
var cores = []string{
	"internal/geo", "internal/spell", "fleet", "hangar", "mission", "mission/dispatch", "mission/energy", "mission/airspace", "mission/plan",
	"mission/patrol", "mission/privacy", "account", "internal/station/core.go", "internal/station/slot.go", "internal/station/member.go", "internal/station/params.go", "internal/station/deadlines.go", "internal/station/hand.go", "internal/station/correct.go", "mavlink", "mavlink/param", "mavlink/ftp", "mavlink/flightlog", "mavlink/signing",
	"mavlink/tlog", "internal/station/unknown.go", "internal/station/greet.go",
	"internal/station/auth.go", "internal/station/rekey.go",
	"video/record/cutter.go", "video/record/lane.go", "video/record/mux.go", "video/record/fragments.go", "video/record/recording.go", "video/record/pcm.go", "video/flac/flac.go", "video/flac/writer.go",
	"video/record/index.go", "video/record/keep.go", "video/record/track.go", "video/record/playlist.go",
	"internal/footage/wants.go", "internal/footage/ledger.go", "internal/share/link.go", "internal/share/guesses.go", "video/recode/feed.go",
	"internal/logbook", "internal/station/logs.go", "mavlink/events", "internal/station/words.go", "simulator/quad", "simulator/conform",
	"simulator/scenario", "simulator/air.go", "simulator/way.go", "simulator/radio.go",
}

// shells are files inside a core's package that own I/O.
var shells = []string{"fleet/board.go", "account/accounts.go", "simulator/conform/shell.go"}

type file struct {
	path    string // slash-separated, from the module's root
	imports []string
	syntax  *ast.File
}

func parse(t *testing.T) []file {
	t.Helper()
	root := "../.."
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f := file{path: filepath.ToSlash(rel), syntax: syntax}
		for _, spec := range syntax.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, name)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go files found: the walk is broken")
	}
	return files
}

// room is the longest entry of the table that holds the package.
func room(pkg string) (string, bool) {
	for p := pkg; p != "." && p != "/"; p = path.Dir(p) {
		if _, ok := may[p]; ok {
			return p, true
		}
	}
	return "", false
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, f := range parse(t) {
		pkg := path.Dir(f.path)
		from, ok := room(pkg)
		if !ok {
			t.Errorf("%s: package %s is not in the table: say what it may import", f.path, pkg)
			continue
		}
		if may[from] == nil {
			continue
		}
		for _, name := range f.imports {
			ours, found := strings.CutPrefix(name, module+"/")
			if !found {
				continue
			}
			to, ok := room(ours)
			if !ok || to != from && !slices.Contains(may[from], to) {
				t.Errorf("%s: %s may not import %s", f.path, from, ours)
			}
		}
	}
}

// TestStationAndSimulatorShareOnlyGeometry keeps one bug from hiding at both ends. How a key of a file is spelt is at neither.
func TestStationAndSimulatorShareOnlyGeometry(t *testing.T) {
	for _, f := range parse(t) {
		if !strings.HasPrefix(f.path, "simulator/") {
			continue
		}
		for _, name := range f.imports {
			ours, found := strings.CutPrefix(name, module+"/")
			if found && !strings.HasPrefix(ours, "simulator") && ours != "internal/geo" && ours != "internal/spell" && ours != "mavlink/dialect/hangar" {
				t.Errorf("%s imports %s", f.path, ours)
			}
		}
	}
}

func TestCoresHaveNoClockGoroutineLockOrIO(t *testing.T) {
	bannedImports := []string{"net", "os", "io/fs", "sync", "context", "log", "log/slog", "net/http", "math/rand", "os/exec"}
	seen := 0
	for _, f := range parse(t) {
		pkg := path.Dir(f.path)
		if !slices.Contains(cores, pkg) && !slices.Contains(cores, f.path) || slices.Contains(shells, f.path) {
			continue
		}
		seen++
		for _, name := range f.imports {
			if slices.Contains(bannedImports, name) {
				t.Errorf("%s: a core may not import %s", f.path, name)
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: a core starts a goroutine", f.path)
			case *ast.SelectStmt:
				t.Errorf("%s: a core waits in a select", f.path)
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" {
					switch n.Sel.Name {
					case "Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker":
						t.Errorf("%s: a core uses time.%s; now is a parameter", f.path, n.Sel.Name)
					}
				}
			}
			return true
		})
	}
	if seen == 0 {
		t.Fatal("no core file was looked at")
	}
}

// TestTestsWaitForWhatTheyWant: a test that sleeps for a while passes or fails by how busy the machine is. In a bubble of
// testing/synctest the clock waits for the test instead.
func TestTestsWaitForWhatTheyWant(t *testing.T) {
	err := fs.WalkDir(os.DirFS("../.."), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return cmp.Or(err, fs.SkipDir)
		}
		if !strings.HasSuffix(p, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path.Join("../..", p))
		if err == nil && bytes.Contains(text, []byte("time."+"Sleep(")) && !bytes.Contains(text, []byte(`"testing/synctest"`)) {
			t.Errorf("%s sleeps outside a bubble", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryPackageHasADoc(t *testing.T) {
	packages := map[string]bool{}
	for _, f := range parse(t) {
		packages[path.Dir(f.path)] = true
	}
	for pkg := range packages {
		if pkg == "mavlink/dialect/hangar" || pkg == "cmd/groundstation" || pkg == "ui" {
			continue // generated, a command, one embed
		}
		if _, err := os.Stat(filepath.Join("../..", filepath.FromSlash(pkg), "doc.go")); err != nil {
			t.Errorf("%s has no doc.go", pkg)
		}
	}
}
