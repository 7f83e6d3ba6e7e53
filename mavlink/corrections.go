package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
	"groundstation/mavlink/rtcm"
)

// CorrectionIn is one RTCM message for the vehicle's receiver, cut up.
type CorrectionIn struct{ Pieces []rtcm.Piece }

func (CorrectionIn) input() {}

// correct passes an RTCM message on, as it is, to a vehicle that is heard: GPS_RTCM_DATA is not acknowledged, and an old
// one is worth nothing.
func (s *Session) correct(now time.Time, in CorrectionIn) {
	if s.link.state(now, &s.cfg) != fleet.LinkOnline {
		return
	}
	for _, p := range in.Pieces {
		m := &common.MessageGpsRtcmData{Flags: p.Flags, Len: uint8(len(p.Data))}
		copy(m.Data[:], p.Data)
		_ = s.transmit(now, m, nil) // the guard looks at the length
	}
}

// correction checks GPS_RTCM_DATA, which says nothing but how long it is: nothing lies beyond that.
func (g *guard) correction(m *common.MessageGpsRtcmData) error {
	if err := within("RTCM bytes", float64(m.Len), 0, float64(len(m.Data))); err != nil {
		return err
	}
	for _, b := range m.Data[m.Len:] {
		if b != 0 {
			return refuse("RTCM bytes beyond the length")
		}
	}
	return nil
}
