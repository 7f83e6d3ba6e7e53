package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEnumsAreTheConstants holds the enum tags, from which the console's types come, against the constants of the code.
func TestEnumsAreTheConstants(t *testing.T) {
	constants := map[string][]string{} // by type
	for _, dir := range []string{"../fleet", "../mission"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range f.Decls {
				d, ok := decl.(*ast.GenDecl)
				if !ok || d.Tok != token.CONST {
					continue
				}
				for _, spec := range d.Specs {
					v := spec.(*ast.ValueSpec)
					typ, named := v.Type.(*ast.Ident)
					if !named || len(v.Values) != 1 {
						continue
					}
					if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						s, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						constants[typ.Name] = append(constants[typ.Name], s)
					}
				}
			}
		}
	}
	d := newDoor(t)
	schemas := d.handler.huma.OpenAPI().Components.Schemas.Map()
	for field, typ := range map[string]string{
		"Vehicle.link": "Link", "Vehicle.mode": "Mode", "Vehicle.landed": "Landed", "Dock.link": "Link", "Dock.state": "DockState",
		"Dock.lidSwitch": "Lid", "Dock.lidEncoder": "Lid", "VehicleSpec.class": "Class", "Item.kind": "ItemKind",
		"Incident.state": "IncidentState", "Sortie.state": "SortieState", "Command.stage": "Stage",
	} {
		schema, property, _ := strings.Cut(field, ".")
		var got []string
		for _, v := range schemas[schema].Properties[property].Enum {
			got = append(got, v.(string))
		}
		want := constants[typ]
		slices.Sort(got)
		slices.Sort(want)
		if len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s lists %q, the constants of %s are %q", field, got, typ, want)
		}
	}
}
