package account

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// Role is what somebody may do; each includes those before it.
type Role string

// The roles: a Viewer sees, an Operator flies, a Supervisor answers for the shift and opens what a no-record zone shuts, an
// Admin keeps users, tokens and the zones.
const (
	Viewer     Role = "viewer"
	Operator   Role = "operator"
	Supervisor Role = "supervisor"
	Admin      Role = "admin"
)

func (r Role) rank() int {
	switch r {
	case Viewer:
		return 1
	case Operator:
		return 2
	case Supervisor:
		return 3
	case Admin:
		return 4
	}
	return 0
}

// Known says whether r is a role at all.
func (r Role) Known() bool { return r.rank() > 0 }

// Allows says whether r includes need. An unknown role allows nothing, and nobody has an unknown need.
func (r Role) Allows(need Role) bool { return need.rank() > 0 && r.rank() >= need.rank() }

// The periods of the rules.
const (
	SessionLife  = 24 * time.Hour
	SetupLife    = 24 * time.Hour
	LockAfter    = 5 // wrong passwords in a row
	LockFor      = 10 * time.Minute
	MaxSessions  = 20 // of one user; the oldest gives way
	maxStrangers = 1000
)

// User is a person. Hash is the PHC string of the password.
type User struct {
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	Hash      string    `json:"hash"`
	CreatedAt time.Time `json:"createdAt"`
	By        string    `json:"by"`
}

// Session is one sign-in. ID is the SHA-256 of its secret, in hex.
type Session struct {
	ID        string    `json:"id"`
	User      string    `json:"user"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Token lets a program in under its own name. ID is the SHA-256 of its secret, in hex.
type Token struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	By        string    `json:"by"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"` // zero: never
}

// Setup is the open invitation to make the first user. ID is the SHA-256 of its secret, in hex.
type Setup struct {
	ID        string    `json:"id"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Attempts are the wrong passwords given in a row for one name.
type Attempts struct {
	Name        string    `json:"name"`
	Failures    int       `json:"failures"`
	LockedUntil time.Time `json:"lockedUntil"`
	LastAt      time.Time `json:"lastAt"`
}

// State is all that is kept.
type State struct {
	Users    []User
	Sessions []Session
	Tokens   []Token
	Attempts []Attempts
	Setup    *Setup
}

// Identity is somebody who has come in.
type Identity struct {
	Name string
	Role Role
	// Session or Token is the id of what let them in; exactly one is set.
	Session string
	Token   string
	// ExpiresAt is when it ends; zero: never.
	ExpiresAt time.Time
}

// Denied is a refusal with a stable code: "wrong-password", "locked", "no-session", "bad-token", "no-setup",
// "exists", "unknown-user", "unknown-token", "last-admin", "invalid", "busy".
type Denied struct{ Code, Message string }

// Error gives "code: message".
func (d *Denied) Error() string { return d.Code + ": " + d.Message }

func deny(code, format string, args ...any) *Denied {
	return &Denied{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CheckName refuses names that are empty, longer than 64 characters, or hold anything but letters, digits and . _ - @.
func CheckName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > 64 || !utf8.ValidString(name) {
		return deny("invalid", "name: must have 1 to 64 characters")
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '_' && r != '-' && r != '@' {
			return deny("invalid", "name: only letters, digits and . _ - @ are allowed")
		}
	}
	return nil
}

// The bounds of a password, in bytes.
const (
	MinPassword = 10
	MaxPassword = 512
)

// CheckPassword refuses passwords out of bounds; length is the only rule (NIST SP 800-63B asks for no other).
func CheckPassword(password string) error {
	if len(password) < MinPassword || len(password) > MaxPassword {
		return deny("invalid", "password: must have %d to %d bytes", MinPassword, MaxPassword)
	}
	return nil
}
