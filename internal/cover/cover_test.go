package cover

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTheGuardIsCoveredWhole: the tests of the guard reach every statement of its files, so that no rule is without a row.
func TestTheGuardIsCoveredWhole(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "cover.out")
	cmd := exec.Command("go", "test", "-run", "Guard|Fence|Zone", "-coverprofile", profile, "groundstation/mavlink")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // what the other tests without the race detector are built from
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	statements := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		if !strings.HasPrefix(filepath.Base(name), "guard") {
			continue
		}
		statements++
		if strings.HasSuffix(rest, " 0") {
			t.Errorf("no test of the guard reaches %s:%s", filepath.Base(name), strings.Fields(rest)[0])
		}
	}
	if statements < 100 {
		t.Errorf("only %d statements: the profile is not the guard's", statements)
	}
}

// TestEveryActIsWantedWildly: the property over what leaves a session knows every act that there is.
func TestEveryActIsWantedWildly(t *testing.T) {
	files, err := filepath.Glob("../../fleet/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var acts []string
	for _, name := range files {
		syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "act" && f.Recv != nil {
				acts = append(acts, f.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	slices.Sort(acts)
	wanted, err := os.ReadFile("../../mavlink/guard_property_test.go")
	if err != nil {
		t.Fatal(err)
	}
	docks := []string{"PrepareLanding", "Secure", "AbortLaunch", "SwapPack", "Charge", "Wake"} // wanted of docks by FuzzDock
	for _, act := range acts {
		if !slices.Contains(docks, act) && !strings.Contains(string(wanted), "fleet."+act+"{}") {
			t.Errorf("vehicleActs has no %s", act)
		}
	}
	if len(acts) < 30 {
		t.Errorf("only %d acts: the search is broken", len(acts))
	}
}
