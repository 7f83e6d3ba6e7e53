package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// The argon2id parameters for new hashes: 19 MiB, two passes, one lane. They stand in each hash, so older hashes stay
// valid when these change.
const (
	argonMemoryKiB = 19 * 1024
	argonTime      = 2
	argonLanes     = 1
	argonSalt      = 16
	argonKey       = 32
)

var errHash = errors.New("not an argon2id hash this station could have written")

// HashPassword gives the PHC string of a password with the given salt (16 random bytes).
func HashPassword(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemoryKiB, argonLanes, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonTime, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// VerifyPassword says whether password is the one hashed. The error is about the hash, not the password.
func VerifyPassword(hash, password string) (bool, error) {
	var version int
	var memory, passes uint32
	var lanes uint8
	var tail string
	if n, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &passes, &lanes, &tail); err != nil || n != 5 {
		return false, errHash
	}
	if version != argon2.Version || memory < 8 || memory > 1<<20 || passes < 1 || passes > 16 || lanes < 1 {
		return false, errHash
	}
	cut := -1
	for i := range tail {
		if tail[i] == '$' {
			cut = i
		}
	}
	if cut < 0 {
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(tail[:cut])
	if err != nil {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(tail[cut+1:])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, errHash
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// newSecret gives 256 random bits as text after prefix, and their id.
func newSecret(prefix string) (secret, id string) {
	var b [32]byte
	rand.Read(b[:]) // never fails: the runtime aborts without a source of randomness
	secret = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, SecretID(secret)
}

func newSalt() []byte {
	b := make([]byte, argonSalt)
	rand.Read(b)
	return b
}

// SecretID is the id under which the holder of a secret is kept: SHA-256 in hex. A fast hash suffices for 256 random bits.
func SecretID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
