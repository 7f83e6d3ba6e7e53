package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// codesOf are the literals that stand as codes: in a gate, and in what raises an alarm.
func codesOf(t *testing.T) (gates, alarms map[string]string) {
	gates, alarms = map[string]string{}, map[string]string{}
	at := map[string]int{"raise": -3, "note": -3} // from the end: code, severity, text
	literal := func(x ast.Expr) string {
		s, _ := template(x)
		return s
	}
	for _, dir := range []string{"hangar", "fleet", "mission", "mission/dispatch", "internal/footage"} {
		files, _ := filepath.Glob(filepath.Join("..", dir, "*.go"))
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch x := n.(type) {
				case *ast.CallExpr:
					if i, ok := at[called(x)]; ok && len(x.Args) >= 3 {
						alarms[literal(x.Args[len(x.Args)+i])] = path
					}
					if called(x) == "shut" && len(x.Args) >= 3 {
						gates[literal(x.Args[0])] = path
					}
				case *ast.CompositeLit:
					kind := ""
					switch k := x.Type.(type) {
					case *ast.SelectorExpr:
						kind = k.Sel.Name
					case *ast.Ident:
						kind = k.Name
					}
					into := map[string]map[string]string{"Gate": gates, "Notice": alarms}[kind]
					for _, e := range x.Elts {
						kv, _ := e.(*ast.KeyValueExpr)
						if kv == nil || into == nil {
							continue
						}
						if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Code" {
							into[literal(kv.Value)] = path
						}
					}
				}
				return true
			})
		}
	}
	delete(gates, "")
	delete(alarms, "")
	return gates, alarms
}

// refusalsOf are the codes that stand as literals in what refuses a call.
func refusalsOf(t *testing.T) map[string]string {
	codes := map[string]string{}
	at := map[string]int{"Refuse": 0, "problem": 0, "deny": 0, "refuse": 1}
	for _, dir := range slices.Concat(wholly, partly) {
		files, _ := filepath.Glob(filepath.Join("..", dir, "*.go"))
		for _, path := range files {
			if dir == "mavlink" || strings.HasSuffix(path, "_test.go") {
				continue // of an act, whose codes are others
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if x, ok := n.(*ast.CallExpr); ok {
					if i, refuses := at[called(x)]; refuses && len(x.Args) > i {
						if lit, ok := x.Args[i].(*ast.BasicLit); ok {
							code, _ := template(lit)
							codes[code] = path
						}
					}
				}
				return true
			})
		}
	}
	return codes
}

// Each code of a gate, of an alarm and of a refusal that the station gives has its words in both languages.
func TestEveryCodeHasItsWords(t *testing.T) {
	gates, alarms := codesOf(t)
	refusals := refusalsOf(t)
	if len(gates) < 30 || len(alarms) < 25 || len(refusals) < 120 {
		t.Fatalf("%d gates, %d alarms and %d refusals: the source is read wrongly", len(gates), len(alarms), len(refusals))
	}
	for area, codes := range map[string]map[string]string{"fleet.ts gate": gates, "act.ts alarmCode": alarms, "problem.ts problem": refusals} {
		file, name, _ := strings.Cut(area, " ")
		text, err := os.ReadFile("src/i18n/" + file)
		if err != nil {
			t.Fatal(err)
		}
		_, words, _ := strings.Cut(string(text), "export const "+name+" = {")
		words, _, _ = strings.Cut(words, "\n}")
		for code, path := range codes {
			if !regexp.MustCompile(`(?m)^  '?` + regexp.QuoteMeta(code) + `'?: \['[^']+', `).MatchString(words) {
				t.Errorf("%s: %q has no words in %s", path, code, area)
			}
		}
	}
}
