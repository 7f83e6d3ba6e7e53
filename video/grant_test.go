package video

import (
	"errors"
	"testing"
	"time"
)

func TestATokenOpensItsSourceForAWhile(t *testing.T) {
	var g grants
	now := time.Now()
	token, until := g.give("V01", now)
	for name, c := range map[string]struct {
		token, source string
		at            time.Time
		want          bool
	}{
		"its source":      {token, "V01", now, true},
		"another source":  {token, "V02", now, false},
		"another token":   {token + "x", "V01", now, false},
		"no token":        {"", "V01", now, false},
		"until its end":   {token, "V01", until.Add(-1), true},
		"once it expired": {token, "V01", until, false},
	} {
		if g.opens(c.token, c.source, c.at) != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
	}
	for i := range 2 * maxGrants {
		g.give("V02", now.Add(time.Duration(i)))
	}
	if len(g.open) > maxGrants || g.opens(token, "V01", now) {
		t.Errorf("%d tokens are open", len(g.open))
	}
}

func TestGrantRefuses(t *testing.T) {
	h := hub(t, Source{ID: "V01", URL: "rtsp://127.0.0.1:1/"})
	if _, _, _, err := h.Grant("V99"); !errors.Is(err, ErrUnknownSource) {
		t.Error(err)
	}
	if _, _, _, err := h.Grant("V01"); !errors.Is(err, ErrNoRTSP) {
		t.Error(err)
	}
}
