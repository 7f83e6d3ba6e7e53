package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write openapi.json anew")

func TestOpenAPIIsUpToDate(t *testing.T) {
	d := newDoor(t)
	got, err := d.handler.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if *rewrite {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, kept) {
		t.Fatal("openapi.json is not what the code says: go test ./api -run OpenAPI -rewrite, and look at the difference")
	}
}

func TestOpenAPIReferencesResolve(t *testing.T) {
	d := newDoor(t)
	raw, err := d.handler.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct{ Schemas map[string]json.RawMessage }
	}
	var tree any
	if json.Unmarshal(raw, &doc) != nil || json.Unmarshal(raw, &tree) != nil {
		t.Fatal("not JSON")
	}
	const prefix = "#/components/schemas/"
	refs := 0
	var walk func(any)
	walk = func(n any) {
		switch n := n.(type) {
		case map[string]any:
			if ref, ok := n["$ref"].(string); ok {
				refs++
				if len(ref) <= len(prefix) || doc.Components.Schemas[ref[len(prefix):]] == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, v := range n {
				walk(v)
			}
		case []any:
			for _, v := range n {
				walk(v)
			}
		}
	}
	walk(tree)
	if refs < 50 {
		t.Errorf("only %d references: the walk is broken", refs)
	}
	for _, s := range shown {
		if doc.Components.Schemas[s.schema] == nil {
			t.Errorf("no schema %s for kind %s", s.schema, s.kind)
		}
	}
}
