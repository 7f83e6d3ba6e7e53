package simulator

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

const testKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// The octets and their signature were put together by hand, with sha256sum; the link id is the simulator's own.
func TestGoldenSignature(t *testing.T) {
	s := newSecure(VehicleAt{Signs: true, SigningKey: testKey})
	signed, err := hex.DecodeString("fd09010005070100000000000304020c1d0303437a" + "02" + "522e0f1b951f" + "9b62b26dacc5")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.signature(signed[:len(signed)-signLen]); !bytes.Equal(got, signed[len(signed)-signLen:]) {
		t.Errorf("%x", got)
	}
	f := frame{system: 7, component: 1, raw: signed}
	if !s.hears(f, 0) || s.hears(f, 0) || s.refused != 1 {
		t.Error("the frame is taken once")
	}
	out := s.seal(time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.UTC), bytes.Clone(signed[:len(signed)-signatureLen]))
	if want := "01" + "532e0f1b951f"; hex.EncodeToString(out[len(out)-signatureLen:len(out)-signLen]) != want {
		t.Errorf("%x: its timestamp goes on after what it heard", out)
	}
}

func TestAVehicleWithAKeyHearsOnlyWhatIsSigned(t *testing.T) {
	cfg := smallCity()
	for i := range cfg.Vehicle {
		cfg.Vehicle[i].Signs = true
	}
	s := newStation(t, cfg)
	sys := cfg.Vehicle[0].SystemID
	v := s.w.vehicles[0]
	s.run(3 * time.Second)
	var key [32]uint8
	if _, err := hex.Decode(key[:], []byte(testKey)); err != nil {
		t.Fatal(err)
	}
	setup := &common.MessageSetupSigning{TargetSystem: uint8(sys), TargetComponent: 1, SecretKey: key, InitialTimestamp: 1}
	v.armed = true
	s.send(sys, setup)
	v.armed = false
	everybody := *setup
	everybody.TargetSystem = 0
	s.send(sys, &everybody)
	if v.sec.active() {
		t.Fatal("a key is taken while armed, or from a broadcast")
	}
	s.send(sys, setup)
	if !v.sec.active() {
		t.Fatal("the key is not taken")
	}
	arm := &common.MessageCommandLong{TargetSystem: uint8(sys), TargetComponent: 1, Command: common.MAV_CMD_REQUEST_MESSAGE, Param1: idVersion}
	acked := func() bool {
		s.run(200 * time.Millisecond)
		_, ok := last[*common.MessageCommandAck](s, sys)
		return ok
	}
	s.forget()
	s.send(sys, arm)
	if acked() || v.sec.refused == 0 {
		t.Error("an unsigned command is answered")
	}
	ours := newSecure(VehicleAt{Signs: true, SigningKey: testKey})
	s.voice.sec = &ours
	b := ours.seal(s.w.Now(), s.voice.encode(arm))
	s.w.Receive(sys, b)
	s.collect()
	if !acked() {
		t.Error("a signed command is not answered")
	}
	s.forget()
	s.w.Receive(sys, b)
	if acked() {
		t.Error("a replay is answered")
	}
	s.w.Step(s.w.Now().Add(worldStep))
	s.w.Step(s.w.Now().Add(time.Second))
	n := 0
	s.w.Drain(func(from uint32, b []byte) {
		if from == sys {
			n++
			if b[2]&flagSigned == 0 || !ours.genuine(frame{system: b[5], component: b[6], raw: b}) {
				t.Errorf("%x is not well signed", b)
			}
		}
	})
	if n == 0 {
		t.Error("it says nothing")
	}
}

func TestAVehicleThatCannotSignTakesNoKey(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(3 * time.Second)
	s.send(1, &common.MessageSetupSigning{TargetSystem: 1, TargetComponent: 1, SecretKey: [32]uint8{1, 2}})
	if s.w.vehicles[0].sec.active() {
		t.Error("it has a key")
	}
	cfg := smallCity()
	for _, bad := range []string{testKey, "00", strings.Repeat("x", 64)} {
		cfg.Vehicle[0].SigningKey, cfg.Vehicle[0].Signs = bad, bad != testKey
		if cfg.Validate() == nil {
			t.Errorf("%q is a key of a vehicle that signs: %v", bad, cfg.Vehicle[0].Signs)
		}
	}
}
