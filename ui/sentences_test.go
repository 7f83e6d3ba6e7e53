package ui

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wholly are the packages that speak to operators in all that they write; in the others only what goes into a refusal, a
// notice or a report does.
var (
	wholly = []string{"fleet", "hangar", "mission", "mission/airspace", "mission/dispatch", "mission/patrol", "mission/plan", "mission/privacy", "mavlink"}
	partly = []string{"account", "api", "internal/footage", "internal/logbook", "internal/share", "internal/station", "video", "video/recode"}
	// Files whose words go to whoever writes the configuration or to engineers.
	notShown = regexp.MustCompile(`^(fleet/(registry_check|terrain_check|signing)|mission/safety|mavlink/(io|encode|corrections|catalogue|decode|command))\.go$`)
	// Errors of the configuration in files that hold more.
	configured = regexp.MustCompile(`^fleet/remoteid\.go$`)
	speaks     = []string{"Refuse", "refuse", "problem", "deny", "refused", "failed"}
	fields     = []string{"Text", "Why", "Message", "Detail"}
)

var (
	verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)
	hole = regexp.MustCompile(`\{\w*\}`)
	// spoken is what people read: a word and something beside it.
	spoken = regexp.MustCompile(`[a-z]{2}.* | .*[a-z]{2}`)
)

// template is a sentence with {} for what is put into it; ok says that x is made of literals at all.
func template(x ast.Expr) (s string, ok bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			s, err := strconv.Unquote(x.Value)
			return s, err == nil
		}
	case *ast.ParenExpr:
		return template(x.X)
	case *ast.BinaryExpr:
		a, left := template(x.X)
		b, right := template(x.Y)
		if x.Op != token.ADD || !left && !right {
			return "", false
		}
		if !left {
			a = "{}"
		}
		if !right {
			b = "{}"
		}
		return a + b, true
	case *ast.CallExpr:
		if at, formats := formatOf(x); formats {
			f, ok := template(x.Args[at])
			return strings.ReplaceAll(verb.ReplaceAllString(strings.ReplaceAll(f, "%%", "\x00"), "{}"), "\x00", "%"), ok
		}
	}
	return "", false
}

// formatOf is which argument of a call is a format.
func formatOf(x *ast.CallExpr) (at int, ok bool) {
	at, ok = map[string]int{"Sprintf": 0, "Errorf": 0, "Refuse": 1, "problem": 1, "deny": 1, "refuse": 2, "shut": 5}[called(x)]
	if called(x) == "refuse" && len(x.Args) > 0 {
		if _, words := template(x.Args[0]); words {
			at = 0 // the guard's refusal has no code
		}
	}
	return at, ok && len(x.Args) > at
}

func called(x *ast.CallExpr) string {
	switch f := x.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

// trimmed is a sentence without what only joins it to others.
func trimmed(s string) string { return strings.Trim(s, ";:,.… ") }

// sentencesOf are those in a file, each with where it stands.
func sentencesOf(set *token.FileSet, file *ast.File, all, errorsToo bool, into map[string]string) {
	keep := func(s string, at token.Pos) {
		if s = trimmed(s); spoken.MatchString(s) && strings.Trim(hole.ReplaceAllString(s, ""), " :;,().→·%") != "" {
			into[s] = set.Position(at).String()
		}
	}
	var visit func(speaking bool) func(ast.Node) bool
	visit = func(speaking bool) func(ast.Node) bool {
		return func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ImportSpec, *ast.Comment:
				return false
			case *ast.Field:
				ast.Inspect(x.Type, visit(speaking))
				return false // without its tag
			case *ast.KeyValueExpr:
				if k, ok := x.Key.(*ast.Ident); ok && slices.Contains(fields, k.Name) {
					ast.Inspect(x.Value, visit(true))
					return false
				}
			case *ast.CallExpr:
				name := called(x)
				if slices.Contains([]string{"panic", "Info", "Warn", "Error", "Debug", "MustCompile", "New"}, name) || !errorsToo && name == "Errorf" {
					return false
				}
				if slices.Contains(speaks, name) && !speaking {
					ast.Inspect(x, visit(true))
					return false
				}
				if at, formats := formatOf(x); formats && speaking {
					if s, ok := template(x); ok {
						keep(s, x.Pos())
					}
					for i, a := range x.Args {
						if i != at {
							ast.Inspect(a, visit(true))
						}
					}
					return false
				}
			case *ast.BinaryExpr, *ast.BasicLit:
				if s, ok := template(n.(ast.Expr)); ok && speaking {
					keep(s, n.Pos())
					return false
				}
			}
			return true
		}
	}
	ast.Inspect(file, visit(all))
}

func spokenByTheStation(t *testing.T) map[string]string {
	out := map[string]string{}
	for _, dir := range slices.Concat(wholly, partly) {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, path := range files {
			name := filepath.ToSlash(filepath.Join(dir, filepath.Base(path)))
			if strings.HasSuffix(path, "_test.go") || notShown.MatchString(name) {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			sentencesOf(set, file, slices.Contains(wholly, dir), !configured.MatchString(name), out)
		}
	}
	return out
}

// Each sentence that the station can say to an operator is in the console's catalogue, and the catalogue has no others.
func TestEverySentenceIsTranslated(t *testing.T) {
	data, err := os.ReadFile("src/i18n/sentences.json")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue map[string]string
	if err := json.Unmarshal(data, &catalogue); err != nil {
		t.Fatal(err)
	}
	said := spokenByTheStation(t)
	known := map[string]bool{}
	for s := range catalogue {
		known[hole.ReplaceAllString(s, "{}")] = true
		if plain := hole.ReplaceAllString(s, "{}"); said[plain] == "" {
			t.Errorf("nothing says %q any more", s)
		}
	}
	for s, at := range said {
		if !known[s] {
			t.Errorf("%s: %q is not in ui/src/i18n/sentences.json; it goes there with its Chinese, {names} for what is put into it", at, s)
		}
	}
}
