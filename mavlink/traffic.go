package mavlink

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// namesMax bounds the drones whose serial numbers a session remembers.
const namesMax = 64

// tslcMax is the age beyond which an aircraft's report is worth nothing, seconds.
const tslcMax = 60

// traffic tells of aircraft that a receiver on the vehicle hears: ADSB_VEHICLE, and Open Drone ID of others
// (https://mavlink.io/en/services/opendroneid.html). The vehicle's own identification carries no id_or_mac.
func (s *Session) traffic(now time.Time, m message.Message) {
	switch m := m.(type) {
	case *common.MessageAdsbVehicle:
		if c, ok := aircraft(now, m); ok {
			s.contact(c)
		}
	case *common.MessageOpenDroneIdBasicId:
		if name := strings.TrimRight(printable(string(m.UasId[:])), " "); m.IdOrMac != [20]uint8{} && name != "" {
			if s.drones == nil {
				s.drones = map[[20]uint8]string{}
			}
			if _, known := s.drones[m.IdOrMac]; known || len(s.drones) < namesMax {
				s.drones[m.IdOrMac] = name
			}
		}
	case *common.MessageOpenDroneIdLocation:
		if c, ok := drone(now, m); ok {
			c.Name = s.drones[m.IdOrMac]
			s.contact(c)
		}
	}
}

func (s *Session) contact(c fleet.Contact) {
	c.HeardBy = s.spec.ID
	s.emit(fleet.ContactSeen{Contact: c})
}

// aircraft reads ADSB_VEHICLE: no valid place, no contact.
func aircraft(now time.Time, m *common.MessageAdsbVehicle) (fleet.Contact, bool) {
	at := fromE7(m.Lat, m.Lon, 0)
	if m.Flags&common.ADSB_FLAGS_VALID_COORDS == 0 || at.Check() != nil || m.Lat == 0 && m.Lon == 0 || m.IcaoAddress > 0xFFFFFF || m.Tslc > tslcMax {
		return fleet.Contact{}, false
	}
	c := fleet.Contact{ID: fmt.Sprintf("adsb:%06X", m.IcaoAddress), Kind: "aircraft", Position: at, At: now.Add(-time.Duration(m.Tslc) * time.Second)}
	if m.Flags&common.ADSB_FLAGS_VALID_CALLSIGN != 0 {
		c.Name = strings.TrimSpace(printable(m.Callsign))
	}
	if m.Flags&common.ADSB_FLAGS_VALID_ALTITUDE != 0 {
		c.Position.AltAMSL, c.AltKnown = float64(m.Altitude)/1000, true
	}
	if m.Flags&common.ADSB_FLAGS_VALID_HEADING != 0 && m.Heading < 36000 {
		c.HeadingDeg = measured(float64(m.Heading) / 100)
	}
	if m.Flags&common.ADSB_FLAGS_VALID_VELOCITY != 0 {
		c.SpeedMS = measured(float64(m.HorVelocity) / 100)
	}
	return c, c.Position.Check() == nil
}

// drone reads the OPEN_DRONE_ID_LOCATION of another.
func drone(now time.Time, m *common.MessageOpenDroneIdLocation) (fleet.Contact, bool) {
	at := fromE7(m.Latitude, m.Longitude, 0)
	if m.IdOrMac == [20]uint8{} || m.Latitude == 0 && m.Longitude == 0 || at.Check() != nil {
		return fleet.Contact{}, false
	}
	c := fleet.Contact{ID: "odid:" + strings.TrimRight(hex.EncodeToString(m.IdOrMac[:]), "0"), Kind: "drone", Position: at, At: now}
	if alt := float64(m.AltitudeGeodetic); alt > -1000 && !math.IsInf(alt, 0) { // -1000: not known
		c.Position.AltAMSL, c.AltKnown = alt, true
	}
	if m.Direction <= 36000 {
		c.HeadingDeg = measured(float64(m.Direction) / 100)
	}
	if m.SpeedHorizontal < 25500 {
		c.SpeedMS = measured(float64(m.SpeedHorizontal) / 100)
	}
	return c, c.Position.Check() == nil
}

func measured(v float64) *float64 { return &v }
