package signing

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// KeySize is the length of a key in octets; as text it has twice as many hexadecimal digits.
const KeySize = 32

// ErrKey says that a text is no key. It never tells what the text was.
var ErrKey = errors.New("not a signing key: 64 hexadecimal digits, not all the same")

// Key is a secret shared with one system. It prints as its ID, whatever it is printed with; the zero Key is none.
type Key struct {
	// Behind a function, so that printing a struct with a Key deep inside shows an address at most, with any verb.
	secret func() *[KeySize]byte
}

// NewKey reads a key from a source of randomness.
func NewKey(random io.Reader) (Key, error) {
	var b [KeySize]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Key{}, fmt.Errorf("make a signing key: %w", err)
	}
	return KeyOf(b)
}

// KeyOf makes a key of its octets. Octets that are all the same are nobody's secret.
func KeyOf(b [KeySize]byte) (Key, error) {
	for _, o := range b[1:] {
		if o != b[0] {
			return Key{secret: func() *[KeySize]byte { return &b }}, nil
		}
	}
	return Key{}, ErrKey
}

// ParseKey reads what Hex wrote.
func ParseKey(s string) (Key, error) {
	var b [KeySize]byte
	if len(s) != hex.EncodedLen(KeySize) {
		return Key{}, ErrKey
	}
	if _, err := hex.Decode(b[:], []byte(s)); err != nil {
		return Key{}, ErrKey
	}
	return KeyOf(b)
}

// IsZero says whether there is no key.
func (k Key) IsZero() bool { return k.secret == nil }

// Equal compares without telling by its time where they differ.
func (k Key) Equal(o Key) bool {
	if k.IsZero() || o.IsZero() {
		return k.IsZero() && o.IsZero()
	}
	return subtle.ConstantTimeCompare(k.secret()[:], o.secret()[:]) == 1
}

// ID names the key without giving anything of it away: eight hexadecimal digits of a hash.
func (k Key) ID() string {
	if k.IsZero() {
		return "none"
	}
	h := sha256.New()
	h.Write([]byte("groundstation signing key id"))
	h.Write(k.secret()[:])
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// Hex is the secret itself, for its own file.
func (k Key) Hex() string { return hex.EncodeToString(k.Octets()) }

// Octets is the secret itself, for SETUP_SIGNING to its own system.
func (k Key) Octets() []byte {
	if k.IsZero() {
		return nil
	}
	b := *k.secret()
	return b[:]
}

// String is the key's ID in words.
func (k Key) String() string { return "signing key " + k.ID() }

// Format prints the key as String does, with any verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// MarshalText is String, for JSON and structured logs.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
