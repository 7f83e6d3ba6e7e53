package mavlink

import (
	"bytes"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/rtcm"
)

func TestCorrectionsReachAVehicleThatIsHeard(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	var got []*common.MessageGpsRtcmData
	message := bytes.Repeat([]byte{7}, 400)
	cut := &rtcm.Fragmenter{}
	w.step(CorrectionIn{cut.Cut(message)}) // nobody there yet
	w.settle()
	w.step(CorrectionIn{cut.Cut(message)})
	w.radio.cutDn = true
	w.run(w.s.cfg.Stale*2, func() bool { return w.s.v.Link != fleet.LinkOnline })
	w.step(CorrectionIn{cut.Cut(message)}) // it would be old
	for _, m := range w.frames {
		if c, ok := m.(*common.MessageGpsRtcmData); ok {
			got = append(got, c)
		}
	}
	var joined []byte
	for i, c := range got {
		joined = append(joined, c.Data[:c.Len]...)
		if c.Flags != 1<<3|uint8(i)<<1|1 {
			t.Errorf("piece %d: flags %08b", i, c.Flags)
		}
	}
	if len(got) != 3 || !bytes.Equal(joined, message) {
		t.Fatalf("%d pieces of %d bytes", len(got), len(joined))
	}
}

func TestGuardOfCorrections(t *testing.T) {
	v, d := guard{system: 7}, guard{system: 103, dock: true}
	whole := &common.MessageGpsRtcmData{Flags: 8, Len: 3, Data: [180]uint8{1, 2, 3}}
	long := &common.MessageGpsRtcmData{Len: 181}
	beyond := &common.MessageGpsRtcmData{Len: 2, Data: [180]uint8{1, 2, 3}}
	if err := v.check(whole, nil); err != nil {
		t.Error(err)
	}
	if v.check(long, nil) == nil || v.check(beyond, nil) == nil || d.check(whole, nil) == nil {
		t.Error("passed: too long, bytes beyond its length, or to a dock")
	}
}
