package spell

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestKeysAreThoseThatAreDecoded(t *testing.T) {
	type Inner struct {
		Far float64 `toml:"far_m"`
	}
	type outer struct {
		Inner
		Name   string
		Since  time.Time `toml:"since"`
		List   []*Inner  `toml:"list"`
		Hidden int       `toml:"-"`
		_      int
	}
	want := []string{"far_m", "name", "since", "list", "list.far_m"}
	if got := Keys(reflect.TypeFor[outer]()); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheNearestIsTheOneWithTheFewestChanges(t *testing.T) {
	known := []string{"http.addr", "http", "video.udp", "mavlink.link.baud"}
	for word, want := range map[string]string{"http.adr": "http.addr", "HTTP": "http", "vido.udp": "video.udp", "mavlink.link.buad": "mavlink.link.baud"} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%s is near %q, want %q", word, got, want)
		}
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("of nothing %q is near", got)
	}
}
