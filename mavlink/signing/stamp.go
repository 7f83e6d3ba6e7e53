package signing

import (
	"crypto/sha256"
	"hash"
	"time"
)

// Timestamp counts 10 µs since 2015-01-01 UTC; it has 48 bits.
type Timestamp uint64

// The length of a second and the last timestamp there is (in the year 2104).
const (
	Second       Timestamp = 100_000
	TimestampMax Timestamp = 1<<48 - 1
)

var epoch = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// At is the timestamp of a time; a time before 2015 has the first, one after 2104 the last.
func At(now time.Time) Timestamp {
	s := now.Unix() - epoch.Unix()
	switch {
	case s < 0:
		return 0
	case s > int64(TimestampMax/Second):
		return TimestampMax
	}
	return min(Timestamp(s)*Second+Timestamp(now.Nanosecond()/10_000), TimestampMax)
}

// after is t and d more, at most TimestampMax.
func (t Timestamp) after(d Timestamp) Timestamp { return min(t+d, TimestampMax) }

// The form of a signed frame.
const (
	magicV1, magicV2 = 0xFE, 0xFD
	headerV1         = 6
	headerV2         = 10
	checksumLen      = 2
	flagSigned       = 0x01
	sumLen           = 6
	// TailLen is the length of what Append adds: link id, timestamp, signature.
	TailLen = 1 + 6 + sumLen
)

// mill computes signatures without leaving anything to collect.
type mill struct {
	hash hash.Hash
	out  [sha256.Size]byte
}

// sum signs all octets before the signature.
func (m *mill) sum(k Key, signed []byte) []byte {
	if m.hash == nil {
		m.hash = sha256.New()
	}
	m.hash.Reset()
	m.hash.Write(k.secret()[:])
	m.hash.Write(signed)
	return m.hash.Sum(m.out[:0])[:sumLen]
}
