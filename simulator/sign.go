package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// An autopilot's side of MAVLink 2 signing (https://mavlink.io/en/guide/message_signing.html), as ArduPilot does it: with a
// key it signs all it says and hears nothing unsigned; a new key is taken from SETUP_SIGNING while disarmed; its
// timestamp goes on after the newest it has heard, and after a boot a minute past what it kept.

const (
	stampsPerSecond = 100_000
	stampTail       = 7 // link id and timestamp, before the signature
	signLen         = 6
	radioStatusID   = 109
	signLink        = 1 // its only channel
)

// signSince is what timestamps are counted from.
var signSince = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// secure is the key of one autopilot. The zero value has none.
type secure struct {
	able    bool // firmware that can sign; PX4 v1.17 cannot
	key     []byte
	stamp   uint64
	streams map[[3]byte]uint64
	refused int
}

func newSecure(at VehicleAt) secure {
	s := secure{able: at.Signs, streams: map[[3]byte]uint64{}}
	if at.SigningKey != "" {
		s.key, _ = hex.DecodeString(at.SigningKey) // Validate has read it before
	}
	return s
}

func validKey(digits string) bool {
	b, err := hex.DecodeString(digits)
	return err == nil && len(b) == 32
}

func (s *secure) active() bool { return s.able && len(s.key) == 32 }

func (s *secure) signature(upTo []byte) []byte {
	sum := sha256.Sum256(append(bytes.Clone(s.key), upTo...))
	return sum[:signLen]
}

// seal signs a frame that has the flag of a signed one and its checksum.
func (s *secure) seal(now time.Time, b []byte) []byte {
	s.stamp = max(s.stamp+1, uint64(now.Sub(signSince)/(time.Second/stampsPerSecond)))
	b = append(b, signLink)
	for shift := 0; shift < 48; shift += 8 {
		b = append(b, byte(s.stamp>>shift))
	}
	return append(b, s.signature(b)...)
}

// hears says whether a frame is taken.
func (s *secure) hears(f frame, id uint32) bool {
	if !s.active() || id == radioStatusID {
		return true
	}
	ok := s.genuine(f)
	if !ok {
		s.refused++
	}
	return ok
}

func (s *secure) genuine(f frame) bool {
	n := len(f.raw)
	if n < headerV2+signatureLen || f.raw[0] != magicV2 || f.raw[2]&flagSigned == 0 ||
		!bytes.Equal(s.signature(f.raw[:n-signLen]), f.raw[n-signLen:]) {
		return false
	}
	tail := f.raw[n-signLen-stampTail:]
	var at uint64
	for i := range 6 {
		at |= uint64(tail[1+i]) << (8 * i)
	}
	from := [3]byte{f.system, f.component, tail[0]}
	last, known := s.streams[from]
	if known && at <= last || !known && at+60*stampsPerSecond < s.stamp {
		return false
	}
	s.streams[from] = at
	s.stamp = max(s.stamp, at)
	return true
}

// setup takes a new key.
func (v *vehicle) setup(m *common.MessageSetupSigning) {
	if !v.sec.able || v.armed {
		return
	}
	v.sec.key = bytes.Clone(m.SecretKey[:])
	v.sec.stamp = max(v.sec.stamp, m.InitialTimestamp)
}

// rebooted forgets what lies in memory only.
func (s *secure) rebooted() {
	s.streams = map[[3]byte]uint64{}
	if s.stamp > 0 {
		s.stamp += 60 * stampsPerSecond
	}
}
