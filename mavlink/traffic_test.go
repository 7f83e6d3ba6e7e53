package mavlink

import (
	"math"
	"testing"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

func TestTrafficIsToldFromAnyComponent(t *testing.T) {
	const all = common.ADSB_FLAGS_VALID_COORDS | common.ADSB_FLAGS_VALID_ALTITUDE | common.ADSB_FLAGS_VALID_CALLSIGN | common.ADSB_FLAGS_VALID_HEADING | common.ADSB_FLAGS_VALID_VELOCITY
	plane := common.MessageAdsbVehicle{IcaoAddress: 0x78ABCD, Lat: 325000000, Lon: 1204000000, Altitude: 350000, Heading: 9000, HorVelocity: 7000, Callsign: "CSN3456 ", Flags: all, Tslc: 2}
	without := func(f func(*common.MessageAdsbVehicle)) *common.MessageAdsbVehicle { m := plane; f(&m); return &m }
	mac := [20]uint8{1, 2, 3, 4, 5, 6}
	id := common.MessageOpenDroneIdBasicId{IdOrMac: mac, IdType: 1}
	copy(id.UasId[:], "1581F4ABC")
	other := common.MessageOpenDroneIdLocation{IdOrMac: mac, Latitude: 325000000, Longitude: 1204000000, AltitudeGeodetic: 80, Direction: 36100, SpeedHorizontal: 500}
	own := other
	own.IdOrMac = [20]uint8{}
	silent := other
	silent.AltitudeGeodetic = -1000
	for name, c := range map[string]struct {
		m    []message.Message
		want func(fleet.Contact) bool
	}{
		"an aircraft": {[]message.Message{&plane}, func(c fleet.Contact) bool {
			return c.ID == "adsb:78ABCD" && c.Name == "CSN3456" && c.AltKnown && c.Position.AltAMSL == 350 && *c.HeadingDeg == 90 && *c.SpeedMS == 70
		}},
		"no coordinates":      {[]message.Message{without(func(m *common.MessageAdsbVehicle) { m.Flags &^= common.ADSB_FLAGS_VALID_COORDS })}, nil},
		"latitude 91":         {[]message.Message{without(func(m *common.MessageAdsbVehicle) { m.Lat = 910000000 })}, nil},
		"old":                 {[]message.Message{without(func(m *common.MessageAdsbVehicle) { m.Tslc = 61 })}, nil},
		"an address too long": {[]message.Message{without(func(m *common.MessageAdsbVehicle) { m.IcaoAddress = math.MaxUint32 })}, nil},
		"no height": {[]message.Message{without(func(m *common.MessageAdsbVehicle) { m.Flags = common.ADSB_FLAGS_VALID_COORDS })}, func(c fleet.Contact) bool {
			return !c.AltKnown && c.HeadingDeg == nil && c.SpeedMS == nil && c.Name == ""
		}},
		"a drone": {[]message.Message{&id, &other}, func(c fleet.Contact) bool {
			return c.Kind == "drone" && c.ID == "odid:010203040506" && c.Name == "1581F4ABC" && c.Position.AltAMSL == 80 && c.HeadingDeg == nil && *c.SpeedMS == 5
		}},
		"a drone without height": {[]message.Message{&silent}, func(c fleet.Contact) bool { return !c.AltKnown }},
		"itself":                 {[]message.Message{&own}, nil},
	} {
		for _, component := range []uint8{1, 156} {
			w := newWorld(t, 1, goodRadio)
			w.settle()
			e := testEncoder(7, component)
			n := len(w.events)
			for _, m := range c.m {
				b, err := e.Encode(nil, m)
				if err != nil {
					t.Fatal(err)
				}
				w.dnD.Split(b, func(f Frame) { f.Seq = 200; w.step(&FrameIn{Frame: f, Source: worldAddr}) })
			}
			var got []fleet.Contact
			for _, ev := range w.events[n:] {
				if c, ok := ev.(fleet.ContactSeen); ok {
					got = append(got, c.Contact)
				}
			}
			switch {
			case c.want == nil && len(got) != 0, c.want != nil && (len(got) != 1 || !c.want(got[0]) || got[0].HeardBy != "V07"):
				t.Errorf("%s from component %d: %+v", name, component, got)
			}
		}
	}
}
