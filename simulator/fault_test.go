package simulator

import (
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

func TestAVehicleSaysWhatItIsToldTo(t *testing.T) {
	s := newStation(t, smallCity())
	s.run(5 * time.Second)
	for _, text := range []string{"", strings.Repeat("x", sayMax+1)} {
		if err := s.w.Inject(Fault{Kind: "say", Vehicle: "V03", Text: text}); err == nil {
			t.Errorf("%d octets may be said", len(text))
		}
	}
	want := "<b>" + strings.Repeat("long ", 20) + "</b>"
	if err := s.w.Inject(Fault{Kind: "say", Vehicle: "V03", Text: want}); err != nil {
		t.Fatal(err)
	}
	s.run(time.Second)
	var got string
	for _, h := range s.in {
		if m, ok := h.msg.(*common.MessageStatustext); ok && h.sys == 3 && m.Severity == 4 {
			got += m.Text
		}
	}
	if got != want {
		t.Errorf("said %q", got)
	}
}
