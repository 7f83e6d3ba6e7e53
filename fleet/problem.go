package fleet

import "fmt"

// Problem is a refusal with a stable code for programs and a sentence for people.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error gives "code: message".
func (p *Problem) Error() string { return p.Code + ": " + p.Message }

// Refuse makes a Problem.
func Refuse(code, format string, args ...any) *Problem {
	return &Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// TaskHash is the 32-bit id under which a dock knows a sortie (FNV-1a of its id).
func TaskHash(s SortieID) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
