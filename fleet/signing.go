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

// KindKey is a system's KeyStatus on the Board, by its id. It is asked for, and not sent to every browser.
const KindKey Kind = "signing-key"

// KeyStatus is what may be told of a system's signing key.
type KeyStatus struct {
	ID   string  `json:"id" doc:"Of the vehicle or the dock"`
	Rule Signing `json:"rule" enum:"accept,required"`
	// Key and Next name keys by eight digits that give nothing of them away; Next is offered and not heard yet.
	Key  string `json:"key,omitempty" doc:"The key in force, by its name"`
	Next string `json:"next,omitempty" doc:"A key that the system was told and has not signed with yet"`
	// Proven says that the system has signed with its key: nothing unsigned is believed of it.
	Proven bool `json:"proven"`
	// Frames counts frames by what became of them since the station started.
	Frames map[string]uint64 `json:"frames"`
}
