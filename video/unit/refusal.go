package unit

// Refusal is an error with a stable code.
type Refusal struct{ code, text string }

// Refuse makes one, to be kept as a variable.
func Refuse(code, text string) *Refusal { return &Refusal{code, text} }

// Error is the refusal in words.
func (r *Refusal) Error() string { return r.text }

// Code is the refusal for programs.
func (r *Refusal) Code() string { return r.code }

// ErrClosed is what reading a source ends with when the relay does.
var ErrClosed = Refuse("closing", "the video relay is closed")
