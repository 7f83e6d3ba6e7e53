package mavlink

import (
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// serveMetadata gives a fake vehicle COMPONENT_METADATA.
func serveMetadata(v *fakeVehicle, uri string) {
	before := v.beside
	v.beside = func(m message.Message) bool {
		if c, ok := m.(*common.MessageCommandLong); ok && c.Command == common.MAV_CMD_REQUEST_MESSAGE && c.Param1 == componentMetadata {
			v.send(&common.MessageComponentMetadata{FileCrc: 1, Uri: uri})
			v.ack(c.Command, common.MAV_RESULT_ACCEPTED)
			return true
		}
		return before != nil && before(m)
	}
}

func TestWordsAreFound(t *testing.T) {
	general := []byte(`{"version": 1, "metadataTypes": [{"type": 4, "uri": "mftp://etc/extras/all_events.json.xz", "fileCrc": 271068824}]}`)
	overRadios(t, func(t *testing.T, w *world) {
		serveFiles(w.v, map[string][]byte{"etc/extras/general.json": general})
		serveMetadata(w.v, "mftp://etc/extras/general.json")
		w.settle()
		done(t, w.do(fleet.FindWords{}))
		found := 0
		for _, e := range w.events {
			switch e := e.(type) {
			case fleet.WordsFound:
				if found++; e.Path != "etc/extras/all_events.json.xz" || e.Sum != 271068824 || e.Vehicle != "V07" {
					t.Errorf("%+v", e)
				}
			case fleet.FilePart:
				t.Error("the general file was told in pieces")
			}
		}
		if found != 1 {
			t.Fatalf("found %d times", found)
		}
	})
	for name, c := range map[string]struct{ uri, body, code string }{
		"another protocol":        {"https://x/y.json", "", "unsupported"},
		"another component's":     {"mftp://[;comp=3]x", "", "unsupported"},
		"upwards":                 {"mftp://../x", "", "bad-path"},
		"missing":                 {"mftp://gone", "", "no-such-file"},
		"no JSON":                 {"mftp://x", "{", "unsupported"},
		"without events":          {"mftp://x", `{"metadataTypes": []}`, "unsupported"},
		"longer than is believed": {"mftp://x", string(make([]byte, generalMax+1)), "too-large"},
	} {
		w := newWorld(t, 1, goodRadio)
		serveFiles(w.v, map[string][]byte{"x": []byte(c.body)})
		serveMetadata(w.v, c.uri)
		w.settle()
		if r := w.do(fleet.FindWords{}); r.Code != c.code {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
