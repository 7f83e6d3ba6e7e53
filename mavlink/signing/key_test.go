package signing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// key gives a key made of one number.
func key(n byte) Key {
	var b [KeySize]byte
	for i := range b {
		b[i] = n + byte(i)
	}
	k, err := KeyOf(b)
	if err != nil {
		panic(err)
	}
	return k
}

func TestAKeyIsReadAsItWasWritten(t *testing.T) {
	k := key(9)
	again, err := ParseKey(k.Hex())
	if err != nil || !again.Equal(k) || !bytes.Equal(again.Octets(), k.Octets()) {
		t.Fatalf("%v", err)
	}
	if again.Equal(key(10)) || again.Equal(Key{}) || (Key{}).Equal(k) || !(Key{}).Equal(Key{}) {
		t.Error("keys that differ are equal")
	}
	if len(k.ID()) != 8 || k.ID() == key(10).ID() || strings.Contains(k.Hex(), k.ID()) {
		t.Errorf("id %s", k.ID())
	}
}

func TestWhatIsNoKeyIsRefusedWithoutBeingTold(t *testing.T) {
	good := key(1).Hex()
	for _, s := range []string{"", good[:62], good + "00", strings.Repeat("0", 64), strings.Repeat("ab", 32), strings.Replace(good, "1", "g", 1), good[:63] + "\n"} {
		if _, err := ParseKey(s); !errors.Is(err, ErrKey) || s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := NewKey(bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("a key of too little randomness")
	}
	if _, err := NewKey(bytes.NewReader(make([]byte, 32))); err == nil {
		t.Error("a key of no randomness")
	}
}

// However a key is printed, alone or deep inside of something, neither its hexadecimal digits nor its octets come out.
func TestKeyLeaks(t *testing.T) {
	k := key(0x61) // its octets are letters
	type inner struct{ secret Key }
	type outer struct {
		Open Key
		in   inner
		list []Key
		at   map[string]Key
	}
	o := outer{k, inner{k}, []Key{k}, map[string]Key{"V01": k}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b"} {
		fmt.Fprintf(&out, verb+verb+verb, k, o, &o)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "key", k, "in", o)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "key", k, "in", o)
	if err := json.NewEncoder(&out).Encode(o); err != nil {
		t.Fatal(err)
	}
	printed := strings.ToLower(out.String())
	octets := k.Octets()
	for _, secret := range []string{k.Hex()[:16], string(octets[:8]), strings.Trim(fmt.Sprint(octets[:4]), "[]"), "0x61, 0x62, 0x63"} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q is in %s", secret, printed)
		}
	}
	if !strings.Contains(printed, k.ID()) {
		t.Error("the id is not printed")
	}
}
