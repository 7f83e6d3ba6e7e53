package conform

import (
	"fmt"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// The pages and recordings that say what is expected.
const (
	pageHeartbeat = "mavlink.io/en/services/heartbeat.html"
	pageFrames    = "mavlink.io/en/guide/serialization.html"
	pageCommand   = "mavlink.io/en/services/command.html"
	pageModes     = "mavlink.io/en/services/standard_modes.html"
	pageParam     = "mavlink.io/en/services/parameter.html"
	pageMission   = "mavlink.io/en/services/mission.html"
	pageFTP       = "mavlink.io/en/services/ftp.html"
	pageEvents    = "mavlink.io/en/services/events.html"
	pageCommon    = "mavlink.io/en/messages/common.html"
	pageComponent = "mavlink.io/en/services/component_information.html"
	measured      = "measured on PX4 v1.17 SIH"
	measuredArdu  = "measured on ArduCopter 4.7.0-dev SITL"
	pageHangar    = "hangar.xml"
)

// observed is a row about what was heard before anything was asked.
func observed(id, name string, answer func(p *Probe) string) row {
	return row{id: id, name: name, answer: func(p *Probe, _ [][]heard) string { return answer(p) }}
}

// stream is a row about the rate of one message.
func stream(name string, id uint32, px4 string) row {
	return observed("stream."+name, fmt.Sprintf("rate of %s (%d)", name, id), func(p *Probe) string {
		if p.census.count[id] == 0 {
			return "none"
		}
		return fmt.Sprintf("%.2f Hz", p.census.hz(id))
	}).on(PX4, px4)
}

func heartbeatRows() []row {
	return citing(pageHeartbeat,
		observed("heartbeat.rate", "rate of HEARTBEAT", func(p *Probe) string {
			return fmt.Sprintf("%.2f Hz", p.census.hz(0))
		}).on(PX4, "~1 Hz").on(Dock, "~1 Hz"),
		observed("heartbeat.autopilot", "autopilot and protocol version in HEARTBEAT", func(p *Probe) string {
			h, _ := latest[*common.MessageHeartbeat](p)
			return fmt.Sprintf("%s version %d", short(h.Autopilot.String(), "MAV_AUTOPILOT_"), h.MavlinkVersion)
		}).on(PX4, "PX4 version 3").on(Dock, "GENERIC version 3"),
		observed("frames.version", "version of the frames", func(p *Probe) string {
			if p.census.v1 == 0 {
				return "MAVLink 2"
			}
			return fmt.Sprintf("%d of %d are MAVLink 1", p.census.v1, p.census.frames)
		}).on(PX4, "MAVLink 2").on(Dock, "MAVLink 2").cites(pageFrames),
		observed("frames.sequence", "gaps in the sequence of frames in 25 s (a few are a busy machine's), and octets of no frame", func(p *Probe) string {
			return fmt.Sprintf("%d gaps %d octets", p.census.gaps, p.codec.bad)
		}).on(PX4, "<10 gaps 0 octets").on(Dock, "<10 gaps 0 octets").cites(pageFrames),
		observed("frames.datagram", "datagrams with more than one frame", func(p *Probe) string {
			return fmt.Sprint(p.census.datagrams)
		}).on(PX4, "0").cites(measured),
	)
}

// streamRows are what flows over the link of a ground station, disarmed on the ground.
func streamRows() []row {
	return citing(measured,
		observed("heartbeat.mode", "mode at rest", func(p *Probe) string {
			h, _ := latest[*common.MessageHeartbeat](p)
			return fmt.Sprintf("%s base %#x", p.mode(), uint8(h.BaseMode))
		}).on(PX4, "AUTO.LOITER disarmed STANDBY base 0x1d"),
		stream("ATTITUDE", 30, "~49.5 Hz"), stream("ATTITUDE_QUATERNION", 31, "~49.5 Hz"), stream("ATTITUDE_TARGET", 83, "~49.5 Hz"),
		stream("LOCAL_POSITION_NED", 32, "~49.5 Hz"), stream("GLOBAL_POSITION_INT", 33, "~49.5 Hz"),
		stream("POSITION_TARGET_LOCAL_NED", 85, "~49.5 Hz"), stream("SERVO_OUTPUT_RAW", 36, "~49.5 Hz"),
		stream("GPS_RAW_INT", 24, "~5 Hz"), stream("VFR_HUD", 74, "~4 Hz"), stream("SYS_STATUS", 1, "~1 Hz"),
		stream("ALTITUDE", 141, "~1 Hz"), stream("EXTENDED_SYS_STATE", 245, "~1 Hz"), stream("SCALED_PRESSURE", 29, "~1 Hz"),
		stream("LINK_NODE_STATUS", 8, "~1 Hz"), stream("MISSION_CURRENT", 42, "~1 Hz"), stream("GNSS_INTEGRITY", 441, "~1 Hz"),
		stream("OPEN_DRONE_ID_LOCATION", 12901, "~1 Hz"), stream("OPEN_DRONE_ID_SYSTEM", 12904, "~1 Hz"),
		stream("BATTERY_STATUS", 147, "~0.5 Hz"), stream("HOME_POSITION", 242, "~0.5 Hz"), stream("ESTIMATOR_STATUS", 230, "~0.5 Hz"),
		stream("CURRENT_MODE", 436, "~0.5 Hz"), stream("DISTANCE_SENSOR", 132, "~0.5 Hz"),
		stream("TIME_ESTIMATE_TO_TARGET", 380, "~0.5 Hz"), stream("CURRENT_EVENT_SEQUENCE", 411, "~0.33 Hz"),
		stream("PING", 4, "~0.1 Hz"), stream("VIBRATION", 241, "~0.1 Hz"),
		stream("SYSTEM_TIME", 2, "none"), stream("RC_CHANNELS", 65, "none"), stream("HIGHRES_IMU", 105, "none"),
		stream("MISSION_ITEM_REACHED", 46, "none"), stream("POSITION_TARGET_GLOBAL_INT", 87, "none"),
		stream("ORBIT_EXECUTION_STATUS", 360, "none"),
	)
}

// contentRows are about what those messages say at rest.
func contentRows() []row {
	return citing(measured,
		observed("content.boot-time", "time_boot_ms of ATTITUDE going back", func(p *Probe) string {
			return fmt.Sprintf("%d times", p.census.back)
		}).on(PX4, "0 times").cites(pageCommon),
		observed("content.prearm", "checks before arming in SYS_STATUS", func(p *Probe) string {
			m, ok := latest[*common.MessageSysStatus](p)
			if !ok {
				return silence
			}
			bit := common.MAV_SYS_STATUS_PREARM_CHECK
			return fmt.Sprintf("present %t enabled %t healthy %t", m.OnboardControlSensorsPresent&bit != 0,
				m.OnboardControlSensorsEnabled&bit != 0, m.OnboardControlSensorsHealth&bit != 0)
		}).on(PX4, "present false enabled false healthy true"),
		observed("content.voltage", "voltage in SYS_STATUS against the cells of BATTERY_STATUS", func(p *Probe) string {
			s, ok := latest[*common.MessageSysStatus](p)
			b, ok2 := latest[*common.MessageBatteryStatus](p)
			if !ok || !ok2 {
				return silence
			}
			sum := 0
			for _, v := range b.Voltages {
				if v != 65535 {
					sum += int(v)
				}
			}
			return agree(math.Abs(float64(sum)-float64(s.VoltageBattery)) < 0.03*float64(s.VoltageBattery))
		}).on(PX4, "agree").cites(pageCommon),
		observed("content.remaining", "charge in SYS_STATUS against BATTERY_STATUS", func(p *Probe) string {
			s, ok := latest[*common.MessageSysStatus](p)
			b, ok2 := latest[*common.MessageBatteryStatus](p)
			if !ok || !ok2 {
				return silence
			}
			return agree(s.BatteryRemaining == b.BatteryRemaining)
		}).on(PX4, "agree").cites(pageCommon),
		observed("content.fix", "fix of GPS_RAW_INT", func(p *Probe) string {
			m, ok := latest[*common.MessageGpsRawInt](p)
			if !ok {
				return silence
			}
			return short(m.FixType.String(), "GPS_FIX_TYPE_")
		}).on(PX4, "3D_FIX | DGPS | RTK_FLOAT | RTK_FIXED"),
		observed("content.gps-position", "GPS_RAW_INT against GLOBAL_POSITION_INT", func(p *Probe) string {
			g, ok := latest[*common.MessageGpsRawInt](p)
			e, ok2 := latest[*common.MessageGlobalPositionInt](p)
			if !ok || !ok2 {
				return silence
			}
			return agree(math.Abs(float64(g.Lat-e.Lat)) < 500 && math.Abs(float64(g.Lon-e.Lon)) < 500)
		}).on(PX4, "agree").cites(pageCommon),
		observed("content.home", "HOME_POSITION against GLOBAL_POSITION_INT", func(p *Probe) string {
			h, ok := latest[*common.MessageHomePosition](p)
			e, ok2 := latest[*common.MessageGlobalPositionInt](p)
			if !ok || !ok2 {
				return silence
			}
			return agree(math.Abs(float64(e.Alt-h.Altitude-e.RelativeAlt)) < 1500)
		}).on(PX4, "agree").cites(pageCommon),
		observed("content.attitude", "ATTITUDE against ATTITUDE_QUATERNION", func(p *Probe) string {
			a, ok := latest[*common.MessageAttitude](p)
			q, ok2 := latest[*common.MessageAttitudeQuaternion](p)
			if !ok || !ok2 {
				return silence
			}
			yaw := math.Atan2(2*float64(q.Q1*q.Q4+q.Q2*q.Q3), 1-2*float64(q.Q3*q.Q3+q.Q4*q.Q4))
			return agree(math.Abs(math.Remainder(yaw-float64(a.Yaw), 2*math.Pi)) < 0.02)
		}).on(PX4, "agree").cites(pageCommon),
		observed("content.landed", "EXTENDED_SYS_STATE on the ground", func(p *Probe) string {
			m, ok := latest[*common.MessageExtendedSysState](p)
			if !ok {
				return silence
			}
			return short(m.LandedState.String(), "MAV_LANDED_STATE_")
		}).on(PX4, "ON_GROUND").cites(pageCommon),
		observed("content.mode", "CURRENT_MODE against HEARTBEAT", func(p *Probe) string {
			h, ok := latest[*common.MessageHeartbeat](p)
			m, ok2 := latest[*common.MessageCurrentMode](p)
			if !ok || !ok2 {
				return silence
			}
			return agree(m.CustomMode == h.CustomMode && m.IntendedCustomMode == h.CustomMode)
		}).on(PX4, "agree").cites(pageModes),
		observed("content.landed-target", "frame of POSITION_TARGET_LOCAL_NED", func(p *Probe) string {
			m, ok := latest[*common.MessagePositionTargetLocalNed](p)
			if !ok {
				return silence
			}
			return short(m.CoordinateFrame.String(), "MAV_FRAME_")
		}).on(PX4, "LOCAL_NED"),
	)
}

func agree(yes bool) string {
	if yes {
		return "agree"
	}
	return "contradict"
}
