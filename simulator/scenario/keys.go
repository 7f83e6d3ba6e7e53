package scenario

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// knownKeys lists every key of a struct type, dotted.
func knownKeys(t reflect.Type, prefix string) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.PkgPath() == "time" {
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Anonymous {
			keys = append(keys, knownKeys(f.Type, prefix)...)
			continue
		}
		name := f.Tag.Get("toml")
		if name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		keys = append(keys, prefix+name)
		keys = append(keys, knownKeys(f.Type, prefix+name+".")...)
	}
	return keys
}

// nearest is the known word with the smallest edit distance.
func nearest(word string, known []string) string {
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

// lines finds where in a file something stands.
type lines struct{ text []string }

// of is the line of the nth table of an array, counted from 0; 0 if it is not found.
func (l lines) of(table string, n int) int {
	for i, line := range l.text {
		if strings.HasPrefix(strings.ReplaceAll(line, " ", ""), "[["+table+"]]") {
			if n == 0 {
				return i + 1
			}
			n--
		}
	}
	return 0
}

// key is the first line that sets a key of this last name; 0 if it is not found.
func (l lines) key(dotted string) int {
	last := dotted[strings.LastIndexByte(dotted, '.')+1:]
	sets := regexp.MustCompile(`(^|[\s{,.\[])` + regexp.QuoteMeta(last) + `\s*(=|\]|\.)`)
	return 1 + slices.IndexFunc(l.text, sets.MatchString)
}
