package fleet

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsNotKnownToIdentifyItselfIsNo(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		r     *RemoteID
		value float64
		age   float64
		text  string // empty: it may be launched
	}{
		"never heard":         {nil, 0, -1, "no transmitter was heard"},
		"ready":               {&RemoteID{State: RemoteIDReady, At: now}, 0, 0, ""},
		"ready, 5 s old":      {&RemoteID{State: RemoteIDReady, At: now.Add(-RemoteIDFresh)}, 0, 0, ""},
		"ready, older":        {&RemoteID{State: RemoteIDReady, At: now.Add(-RemoteIDFresh - time.Second)}, 6, 6, "silent for 6 s"},
		"present":             {&RemoteID{State: RemoteIDPresent, At: now}, 0, 0, "has not said"},
		"silent":              {&RemoteID{State: RemoteIDSilent, At: now.Add(-9 * time.Second)}, 9, 9, "silent for 9 s"},
		"failing":             {&RemoteID{State: RemoteIDFailing, Text: "no GNSS", At: now}, 1, 0, "identification: no GNSS"},
		"failing, no word":    {&RemoteID{State: RemoteIDFailing, At: now}, 1, 0, "not good to arm"},
		"a state of no sense": {&RemoteID{State: "", At: now}, 0, 0, "silent for 0 s"},
	} {
		v := Vehicle{RemoteID: c.r}
		g := v.Unidentified(now)
		if (g == nil) != (c.text == "") {
			t.Errorf("%s: %+v", name, g)
			continue
		}
		if g != nil && (g.Code != "remote-id" || g.Value != c.value || g.AgeS != c.age || !strings.Contains(g.Text, c.text)) {
			t.Errorf("%s: %+v", name, g)
		}
	}
}
