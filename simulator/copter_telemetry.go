package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Messages that a copter has of its own.
const (
	idRawIMU         = 27
	idNavController  = 62
	idRCChannels     = 65
	idTimesync       = 111
	idIMU2           = 116
	idPower          = 125
	idIMU3           = 129
	idTerrainRequest = 133
	idTerrainReport  = 136
	idFenceStatus    = 162
	idPressure2      = 137
	idModesMonitor   = 437
)

// copterGroups are the messages of each MAV_DATA_STREAM, as a copter without a mount sends them.
var copterGroups = map[common.MAV_DATA_STREAM][]uint32{
	common.MAV_DATA_STREAM_RAW_SENSORS:     {idRawIMU, idIMU2, idIMU3, idPressure, idPressure2},
	common.MAV_DATA_STREAM_EXTENDED_STATUS: {idSysStatus, idPower, idMissionCurrent, idGPSRaw, idNavController, idTargetGlobal},
	common.MAV_DATA_STREAM_RC_CHANNELS:     {idServo, idRCChannels},
	common.MAV_DATA_STREAM_POSITION:        {idGlobalInt, idLocalNED},
	common.MAV_DATA_STREAM_EXTRA1:          {idAttitude},
	common.MAV_DATA_STREAM_EXTRA2:          {idVFRHUD},
	common.MAV_DATA_STREAM_EXTRA3:          {idSystemTime, idTerrainRequest, idTerrainReport, idBattery, idVibration},
}

// copterAsked are those that flow only when they are asked for one by one.
var copterAsked = []uint32{idHome, idExtended, idOrigin, idAttitudeQ, idAttitudeTarget, idTargetLocal, idGimbalAttitude, idMountStatus, idFlightInformation, idVersion}

// copterStreams is what a copter sends by itself: HEARTBEAT, and the question for the time of day.
func (v *vehicle) copterStreams(now time.Time) {
	first := now.Add(bootTime)
	v.streams.add(idHeartbeat, 1, first, v.rng.Float64())
	v.streams.add(idTimesync, 0.1, now.Add(every(0.1)), 0)
	for group := common.MAV_DATA_STREAM_RAW_SENSORS; group <= common.MAV_DATA_STREAM_EXTRA3; group++ {
		for _, id := range copterGroups[group] {
			v.streams.add(id, 0, first, 0)
		}
	}
	for _, id := range copterAsked {
		v.streams.add(id, 0, first, 0)
	}
}

// dataStream is REQUEST_DATA_STREAM: a group at a rate, or all of them. Its rates are what SET_MESSAGE_INTERVAL 0 brings back.
func (v *vehicle) dataStream(m *common.MessageRequestDataStream, now time.Time) {
	hz := float64(m.ReqMessageRate)
	if m.StartStop == 0 {
		hz = 0
	}
	for group, ids := range copterGroups {
		if m.ReqStreamId != common.MAV_DATA_STREAM_ALL && m.ReqStreamId != group {
			continue
		}
		for _, id := range ids {
			v.streams.rebase(id, hz, now)
		}
	}
}

// copterTelemetry builds one message from the present state; nil for one a copter does not have, or has nothing to say by.
func (v *vehicle) copterTelemetry(id uint32, now time.Time) message.Message {
	boot := v.sinceBootMS(now)
	switch id {
	case idHeartbeat:
		return v.copterHeartbeat()
	case idSysStatus:
		return v.copterSysStatus()
	case idMissionCurrent:
		return v.copterMissionCurrent()
	case idHome:
		m, ok := v.homePosition(uint64(now.Sub(v.boot) / time.Microsecond)).(*common.MessageHomePosition)
		if !ok {
			return nil
		}
		nan := float32(math.NaN())
		m.Q = [4]float32{nan, nan, nan, nan}
		return m
	case idOrigin:
		if !v.homeValid {
			return nil
		}
	case idVersion:
		m := &common.MessageAutopilotVersion{Capabilities: 0xfbef, FlightSwVersion: 0x04070000, FlightCustomVersion: [8]byte([]byte("231a83b5")),
			Uid2: [18]uint8{0: 0x47, 17: uint8(v.at.SystemID)}}
		if v.at.NoFTP {
			m.Capabilities &^= common.MAV_PROTOCOL_CAPABILITY_FTP
		}
		return m
	case idTimesync:
		return &common.MessageTimesync{Ts1: now.Sub(v.boot).Nanoseconds()}
	case idExtended:
		return &common.MessageExtendedSysState{LandedState: v.landedState()}
	case idRawIMU:
		return &common.MessageRawImu{TimeUsec: uint64(boot) * 1000, Zacc: -1000}
	case idIMU2:
		return &common.MessageScaledImu2{TimeBootMs: boot, Zacc: -1000}
	case idIMU3:
		return &common.MessageScaledImu3{TimeBootMs: boot, Zacc: -1000}
	case idPressure2:
		m, _ := v.telemetry(idPressure, now).(*common.MessageScaledPressure)
		return &common.MessageScaledPressure2{TimeBootMs: boot, PressAbs: m.PressAbs, Temperature: m.Temperature}
	case idPower:
		return &common.MessagePowerStatus{Vcc: 5000}
	case idNavController:
		return v.navController()
	case idRCChannels:
		return v.rcChannels(boot)
	case idTerrainRequest:
		p := v.where()
		return &common.MessageTerrainRequest{Lat: deg7(p.Lat), Lon: deg7(p.Lon), GridSpacing: 100, Mask: math.MaxUint32}
	case idTerrainReport: // it has no grid: only how far it is above home
		p := v.w.position(v.estimate())
		return &common.MessageTerrainReport{Lat: deg7(p.Lat), Lon: deg7(p.Lon), CurrentHeight: float32(p.AltAMSL), Pending: 504}
	case idFenceStatus:
		return v.fenceStatus()
	case idModesMonitor:
		return &common.MessageAvailableModesMonitor{}
	case idSystemTime, idGPSRaw, idAttitude, idAttitudeQ, idLocalNED, idGlobalInt, idVFRHUD, idBattery, idServo, idVibration, idPressure,
		idAttitudeTarget, idTargetLocal, idTargetGlobal, idGimbalAttitude, idMountStatus, idMountInformation, idFlightInformation:
	default:
		return nil
	}
	return v.telemetry(id, now)
}

func (v *vehicle) copterHeartbeat() *common.MessageHeartbeat {
	c, state := v.copter, common.MAV_STATE_ACTIVE
	switch {
	case v.safe.active():
		state = common.MAV_STATE_CRITICAL
	case v.landed:
		state = common.MAV_STATE_STANDBY
	}
	return &common.MessageHeartbeat{Type: mavType(v.at.Class), Autopilot: common.MAV_AUTOPILOT_ARDUPILOTMEGA, BaseMode: c.custom.base(v.armed),
		CustomMode: uint32(c.custom), SystemStatus: state, MavlinkVersion: 3}
}

// The sensors a copter in simulation has, those it uses on the ground, and those that work: bits of MAV_SYS_STATUS_SENSOR as
// measured.
const (
	copterSensors = 0x5371fc2f
	copterEnabled = 0x5261fc2f
	copterHealthy = 0x5771fc2f
	copterAHRS    = 0x00200000
)

func (v *vehicle) copterSysStatus() *common.MessageSysStatus {
	m := v.sysStatus()
	fenced := common.MAV_SYS_STATUS_GEOFENCE
	m.OnboardControlSensorsPresent, m.OnboardControlSensorsEnabled, m.OnboardControlSensorsHealth = copterSensors, copterEnabled, copterHealthy
	if v.copter.param("FENCE_ENABLE") != 0 {
		m.OnboardControlSensorsEnabled |= fenced
	}
	if v.armed {
		m.OnboardControlSensorsEnabled |= common.MAV_SYS_STATUS_LOGGING
	}
	if v.copter.fails.fence.on != 0 {
		m.OnboardControlSensorsHealth &^= fenced
	}
	if v.copter.fails.battery > 0 {
		m.OnboardControlSensorsHealth &^= common.MAV_SYS_STATUS_SENSOR_BATTERY
	}
	if v.gnss.fix < 3 {
		m.OnboardControlSensorsHealth &^= common.MAV_SYS_STATUS_SENSOR_GPS
	}
	if !v.positionKnown(v.w.now) {
		m.OnboardControlSensorsHealth &^= copterAHRS
	}
	if !v.armed && (len(v.copterProblems()) > 0 || !v.positionKnown(v.w.now)) {
		m.OnboardControlSensorsHealth &^= common.MAV_SYS_STATUS_PREARM_CHECK
	}
	return m
}

func (v *vehicle) copterMissionCurrent() *common.MessageMissionCurrent {
	p := &v.plan
	m := &common.MessageMissionCurrent{Seq: uint16(p.cur), Total: uint16(max(0, len(p.items)-1)), MissionState: v.copterPlanState()}
	if v.copter.custom == copterAuto {
		m.MissionMode = 1
	}
	return m
}

func (v *vehicle) copterPlanState() common.MISSION_STATE {
	switch p := &v.plan; {
	case len(p.items) < 2:
		return common.MISSION_STATE_NO_MISSION
	case p.finished:
		return common.MISSION_STATE_COMPLETE
	case v.copter.custom == copterAuto && p.started && v.armed:
		return common.MISSION_STATE_ACTIVE
	}
	return common.MISSION_STATE_NOT_STARTED
}

func (v *vehicle) navController() *common.MessageNavControllerOutput {
	m, b := &common.MessageNavControllerOutput{NavBearing: int16(v.body.headingDeg)}, &v.body
	roll, pitch := b.attitude()
	m.NavRoll, m.NavPitch = float32(roll), float32(pitch)
	if v.armed && !v.landed {
		to := sub(v.guide.sent, v.estimate())
		m.TargetBearing, m.WpDist, m.AltError = int16(heading(to.E, to.N)), uint16(min(to.Horizontal(), math.MaxUint16)), float32(to.U)
	}
	return m
}

// rcChannels is a transmitter with its throttle down, or a station's sticks in its place.
func (v *vehicle) rcChannels(boot uint32) *common.MessageRcChannels {
	m := &common.MessageRcChannels{TimeBootMs: boot, Chancount: 8, Chan1Raw: 1500, Chan2Raw: 1500, Chan3Raw: 1000, Chan4Raw: 1500, Chan5Raw: 1800,
		Chan6Raw: 1000, Chan7Raw: 1000, Chan8Raw: 1800, Rssi: 254}
	if s := &v.stick; v.sticksHeard(v.w.now) {
		us := func(x float64) uint16 { return uint16(1500 + 500*x) }
		m.Chan1Raw, m.Chan2Raw, m.Chan3Raw, m.Chan4Raw = us(s.y), us(-s.x), us(s.z), us(s.r)
	}
	return m
}

// copterRequestMessage sends one message now, before the acknowledgement. A camera and a mount are asked for in vain.
func (v *vehicle) copterRequestMessage(id uint32, param float64, now time.Time) common.MAV_RESULT {
	switch id {
	case (&common.MessageAvailableModes{}).GetID():
		v.tellCopterModes(param)
		return common.MAV_RESULT_ACCEPTED
	case (&common.MessageCameraInformation{}).GetID():
		return common.MAV_RESULT_ACCEPTED
	}
	m := v.copterTelemetry(id, now)
	if m == nil {
		return common.MAV_RESULT_FAILED
	}
	v.send(m)
	return common.MAV_RESULT_ACCEPTED
}

// copterListed are the modes ArduCopter lists, in its order: what a transmitter would choose too.
var copterListed = [...]struct {
	custom uint32
	name   string
}{
	{27, "AUTO RTL"}, {1, "ACRO"}, {0, "STABILIZE"}, {3, "AUTO"}, {2, "ALT_HOLD"}, {7, "CIRCLE"}, {5, "LOITER"}, {4, "GUIDED"}, {9, "LAND"}, {6, "RTL"},
	{11, "DRIFT"}, {13, "SPORT"}, {14, "FLIP"}, {15, "AUTOTUNE"}, {16, "POSHOLD"}, {17, "BRAKE"}, {18, "THROW"}, {19, "AVOID_ADSB"},
	{20, "GUIDED_NOGPS"}, {21, "SMART_RTL"}, {22, "FLOWHOLD"}, {24, "ZIGZAG"}, {26, "AUTOROTATE"}, {28, "TURTLE"},
}

// tellCopterModes answers a request for AVAILABLE_MODES: one mode by its number from 1, or all, of which the rest follows.
func (v *vehicle) tellCopterModes(index float64) {
	for i, m := range copterListed {
		if index == 0 || index == float64(i+1) {
			v.send(&common.MessageAvailableModes{NumberModes: uint8(len(copterListed)), ModeIndex: uint8(i + 1), CustomMode: m.custom, ModeName: m.name})
		}
	}
}
