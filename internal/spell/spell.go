package spell

import (
	"reflect"
	"strings"
)

// Keys lists every key that TOML decodes into a struct type, dotted.
func Keys(t reflect.Type) []string { return keys(t, "") }

func keys(t reflect.Type, prefix string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return nil
	}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		name := f.Tag.Get("toml")
		switch {
		case f.Anonymous && name == "":
			out = append(out, keys(f.Type, prefix)...)
			continue
		case name == "-":
			continue
		case name == "":
			name = strings.ToLower(f.Name)
		}
		out = append(out, prefix+name)
		out = append(out, keys(f.Type, prefix+name+".")...)
	}
	return out
}

// Nearest is the known word with the smallest edit distance, the first of several; empty if none is known.
func Nearest(word string, known []string) string {
	best, least := "", 1<<30
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, change)
		}
	}
	return row[len(b)]
}
