package fleet

import "fmt"

// Signing says whether unsigned MAVLink frames of a system are believed.
type Signing string

// The rules of signing. A system of which the registry says nothing is under SigningAccept.
const (
	// SigningAccept believes unsigned frames until the system has sent one that is signed with its key; from then on,
	// also after a restart, only signed ones.
	SigningAccept Signing = "accept"
	// SigningRequired never believes an unsigned frame. It needs a key.
	SigningRequired Signing = "required"
)

func (s Signing) check() error {
	switch s {
	case "", SigningAccept, SigningRequired:
		return nil
	}
	return fmt.Errorf("signing %q is none of accept, required", s)
}
