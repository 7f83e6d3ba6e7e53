package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const duplicatePrefix = "duplicate field "

// format is JSON as huma reads and writes it. Reading refuses a field given twice, letter case aside: encoding/json
// would take the last one and the schema check the first, so the pair could smuggle an unchecked value past it.
func format() huma.Format {
	return huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
		if _, first := v.(*any); first { // huma decodes into any, checks it, then into the type
			if err := checkDuplicates(data); err != nil {
				return err
			}
		}
		return json.Unmarshal(data, v)
	}}
}

// checkDuplicates walks the tokens once. Malformed JSON passes: Unmarshal says it better.
func checkDuplicates(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	type level struct {
		keys  map[string]bool // nil in an array
		value bool            // the next token is a value
	}
	var stack []level
	for {
		tok, err := dec.Token()
		if err != nil {
			return nil
		}
		if len(stack) > 0 {
			top := &stack[len(stack)-1]
			if key, isString := tok.(string); isString && top.keys != nil && !top.value {
				folded := strings.ToLower(key)
				if top.keys[folded] {
					return fmt.Errorf(duplicatePrefix+"%q", key)
				}
				top.keys[folded], top.value = true, true
				continue
			}
			top.value = false
		}
		switch tok {
		case json.Delim('{'):
			stack = append(stack, level{keys: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, level{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		}
	}
}
