package scenario

import (
	"regexp"
	"slices"
	"strings"
)

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
