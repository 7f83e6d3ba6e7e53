package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/internal/geo"
)

// Message ids of the vehicle's telemetry.
const (
	idHeartbeat         = 0
	idSysStatus         = 1
	idSystemTime        = 2
	idGPSRaw            = 24
	idAttitude          = 30
	idAttitudeQ         = 31
	idLocalNED          = 32
	idGlobalInt         = 33
	idMissionCurrent    = 42
	idItemReached       = 46
	idVFRHUD            = 74
	idTargetGlobal      = 87
	idAltitude          = 141
	idBattery           = 147
	idVersion           = 148
	idComponent         = 395
	idMetadata          = 397
	idOrigin            = 49
	idStorage           = 261
	idFlightInformation = 264
	idEstimator         = 230
	idHome              = 242
	idExtended          = 245
	idGimbalAttitude    = 285
	idMountInformation  = 280
	idMountStatus       = 281
	idProtocol          = 300
	idOrbit             = 360
	idEventSequence     = 411
	idCurrentMode       = 436
)

// mavType is MAV_TYPE of a class.
func mavType(class string) common.MAV_TYPE {
	if class == classVTOL {
		return common.MAV_TYPE_VTOL_FIXEDROTOR
	}
	return common.MAV_TYPE_QUADROTOR
}

// defaultStreams is what flows before a station asks for anything, as on a slow link of PX4, or all of PX4's.
func (v *vehicle) defaultStreams(now time.Time) {
	if v.w.cfg.PX4Streams {
		v.streamAsPX4(now)
		return
	}
	fast := v.w.cfg.StreamHz
	for _, s := range []struct {
		id uint32
		hz float64
	}{
		{idHeartbeat, 1}, {idSysStatus, 1}, {idSystemTime, 0}, {idGPSRaw, 2}, {idAttitude, fast}, {idAttitudeQ, 0},
		{idLocalNED, fast / 2}, {idGlobalInt, fast}, {idMissionCurrent, 1}, {idItemReached, 1}, {idVFRHUD, 2},
		{idTargetGlobal, 1}, {idAltitude, 1}, {idBattery, 0.5}, {idEstimator, 0.5}, {idHome, 0.5}, {idExtended, 1},
		{idGimbalAttitude, fast / 2}, {idOrbit, 2}, {idEventSequence, 0.33}, {idCurrentMode, 0.5},
	} {
		v.streams.add(s.id, s.hz, now.Add(bootTime), v.rng.Float64())
	}
	v.streams.add(idMountStatus, 1, now.Add(bootTime), float64(v.at.SystemID%10)/10)
}

// tellNow sends one message now, if there is something to say by it.
func (v *vehicle) tellNow(id uint32) {
	if m := v.is.telemetry(v, id, v.w.now); m != nil {
		v.send(m)
	}
}

// telemetry builds one message from the present state as PX4 does; nil when there is nothing to say.
func (v *vehicle) telemetry(id uint32, now time.Time) message.Message {
	boot := v.sinceBootMS(now)
	us := uint64(now.Sub(v.boot) / time.Microsecond)
	switch id {
	case idHeartbeat:
		return v.heartbeat()
	case idSysStatus:
		return v.sysStatus()
	case idSystemTime:
		return &common.MessageSystemTime{TimeUnixUsec: uint64(v.clock().UnixMicro()), TimeBootMs: boot}
	case idGPSRaw:
		return v.gpsRaw(us)
	case idAttitude:
		roll, pitch := v.body.attitude()
		return &common.MessageAttitude{TimeBootMs: boot, Roll: rad(roll), Pitch: rad(pitch), Yaw: rad(turn(0, v.body.headingDeg))}
	case idAttitudeQ:
		return v.attitudeQ(boot)
	case idLocalNED:
		return v.localNED(boot)
	case idGlobalInt:
		return v.globalInt(boot, now)
	case idMissionCurrent:
		return v.missionCurrent()
	case idItemReached:
		if v.mode != modeMission || v.plan.reached < 0 {
			return nil
		}
		return &common.MessageMissionItemReached{Seq: uint16(v.plan.reached)}
	case idVFRHUD:
		b := &v.body
		throttle := uint16(0)
		if v.armed {
			throttle = uint16(clamp(100*v.pack.powerW/(2*v.at.HoverW), 0, 100))
		}
		return &common.MessageVfrHud{Airspeed: float32(b.airspeed), Groundspeed: float32(b.vel.Horizontal()),
			Heading: int16(b.headingDeg), Throttle: throttle, Alt: float32(v.estimate().U), Climb: float32(b.vel.U)}
	case idTargetGlobal:
		if !v.armed || v.landed {
			return nil
		}
		p := v.w.position(v.guide.sent)
		return &common.MessagePositionTargetGlobalInt{TimeBootMs: boot, CoordinateFrame: common.MAV_FRAME_GLOBAL_INT,
			LatInt: deg7(p.Lat), LonInt: deg7(p.Lon), Alt: float32(p.AltAMSL)}
	case idAltitude:
		est := v.estimate()
		rel := math.NaN()
		if v.homeValid {
			rel = est.U - v.home.U
		}
		// PX4 tells the terrain in the local frame, as what is left of the local altitude below the clearance (recorded).
		local, terrain, bottom := est.U-v.site.U, math.NaN(), math.NaN()
		if c := v.clearance(); (v.positionKnown(now) || v.armed) && c <= rangeMostM {
			terrain, bottom = local-c, c
		}
		return &common.MessageAltitude{TimeUsec: us, AltitudeMonotonic: float32(est.U), AltitudeAmsl: float32(est.U),
			AltitudeLocal: float32(local), AltitudeRelative: float32(rel),
			AltitudeTerrain: float32(terrain), BottomClearance: float32(bottom)}
	case idBattery:
		return v.batteryStatus()
	case idVersion:
		m := &common.MessageAutopilotVersion{Capabilities: 59647, FlightSwVersion: 17891583, MiddlewareSwVersion: 17891583,
			BoardVersion: 1, Uid: 0x4761_0000_0000_0000 | uint64(v.at.SystemID)}
		if v.at.NoFTP {
			m.Capabilities &^= common.MAV_PROTOCOL_CAPABILITY_FTP
		}
		return m
	case idMetadata:
		if v.at.NoFTP {
			return nil
		}
		return v.componentMetadata(boot)
	case idComponent:
		if v.at.NoFTP {
			return nil
		}
		return &common.MessageComponentInformation{TimeBootMs: boot, GeneralMetadataFileCrc: px4CRC(general()), GeneralMetadataUri: "mftp://" + generalPath}
	case idProtocol:
		return &common.MessageProtocolVersion{Version: 200, MinVersion: 100, MaxVersion: 203}
	case idEstimator:
		return v.estimatorStatus(us, now)
	case idHome:
		return v.homePosition(us)
	case idExtended:
		m := &common.MessageExtendedSysState{LandedState: v.landedState()}
		m.VtolState = v.wing.state
		return m
	case idMountStatus:
		return v.mountStatus(boot)
	case idMountInformation:
		return v.mountInformation(boot)
	case idGimbalAttitude:
		return v.gimbalStatus(boot)
	case idOrbit:
		center, radius := v.guide.orbit.center, v.guide.orbit.radius
		switch c := v.wing.round; {
		case v.wing.state == vtolFW && c.radius != 0:
			center, radius = c.to, c.radius
		case v.mode != modeOrbit:
			return nil
		}
		p := v.w.position(center)
		return &common.MessageOrbitExecutionStatus{TimeUsec: us, Radius: float32(radius), X: deg7(p.Lat),
			Y: deg7(p.Lon), Z: float32(p.AltAMSL)}
	case idEventSequence:
		return &common.MessageCurrentEventSequence{Sequence: v.said.seq}
	case idCurrentMode:
		return &common.MessageCurrentMode{StandardMode: common.MAV_STANDARD_MODE(v.mode.standard()), CustomMode: uint32(v.mode),
			IntendedCustomMode: uint32(v.mode)}
	case idOrigin:
		return v.originMessage(us)
	case idFlightInformation:
		return v.flightInformation(boot)
	case idStorage:
		return v.storage(boot)
	}
	return v.linkTelemetry(id, now)
}

func rad(deg float64) float32  { return float32(deg * math.Pi / 180) }
func deg7(deg float64) int32   { return int32(math.Round(deg * 1e7)) }
func milli(m float64) int32    { return int32(math.Round(m * 1000)) }
func centi(ms float64) int16   { return int16(clamp(math.Round(ms*100), -32768, 32767)) }
func centiU(ms float64) uint16 { return uint16(clamp(math.Round(ms*100), 0, 65535)) }

func (v *vehicle) heartbeat() *common.MessageHeartbeat {
	state := common.MAV_STATE_STANDBY
	switch {
	case v.safe.active():
		state = common.MAV_STATE_CRITICAL
	case v.armed:
		state = common.MAV_STATE_ACTIVE
	case v.body.crashed || !v.runnable() || v.mode == modeMission && !v.plan.valid:
		state = common.MAV_STATE_UNINIT
	}
	return &common.MessageHeartbeat{Type: mavType(v.at.Class), Autopilot: common.MAV_AUTOPILOT_PX4,
		BaseMode: common.MAV_MODE_FLAG(v.mode.base(v.armed)), CustomMode: uint32(v.mode), SystemStatus: state, MavlinkVersion: 3}
}

func (v *vehicle) sysStatus() *common.MessageSysStatus {
	all := common.MAV_SYS_STATUS_SENSOR_3D_GYRO | common.MAV_SYS_STATUS_SENSOR_3D_ACCEL | common.MAV_SYS_STATUS_SENSOR_3D_MAG |
		common.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE | common.MAV_SYS_STATUS_SENSOR_GPS | common.MAV_SYS_STATUS_SENSOR_BATTERY
	health := all | common.MAV_SYS_STATUS_PREARM_CHECK // PX4 shows it as healthy only, never as present
	if v.gnss.fix < 3 {
		health &^= common.MAV_SYS_STATUS_SENSOR_GPS
	}
	if v.chargeState() >= 3 {
		health &^= common.MAV_SYS_STATUS_SENSOR_BATTERY
	}
	if !v.armed && (v.healthProblem() != "" || v.armProblem() != "") {
		health &^= common.MAV_SYS_STATUS_PREARM_CHECK
	}
	if v.mode == modePosition {
		all |= common.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
		health |= common.MAV_SYS_STATUS_SENSOR_RC_RECEIVER
	}
	return &common.MessageSysStatus{OnboardControlSensorsPresent: all, OnboardControlSensorsEnabled: all,
		OnboardControlSensorsHealth: health, Load: 320, VoltageBattery: uint16(v.volts() * 1000),
		CurrentBattery: int16(clamp(v.amps()*100, 0, 32767)), BatteryRemaining: int8(math.Round(v.pack.told))}
}

func (v *vehicle) gpsRaw(us uint64) *common.MessageGpsRawInt {
	m := &common.MessageGpsRawInt{TimeUsec: us, FixType: common.GPS_FIX_TYPE(v.gnss.fix), Eph: 65535, Epv: 65535, Cog: 65535}
	if v.gnss.fix < 3 {
		m.Vel = 65535
		return m
	}
	at, sats, hdop := v.received()
	p := v.w.position(at)
	b := &v.body
	m.Lat, m.Lon, m.Alt = deg7(p.Lat), deg7(p.Lon), milli(p.AltAMSL)
	m.Eph, m.Epv, m.SatellitesVisible = uint16(min(hdop*100, 9999)), uint16(min(hdop*150, 9999)), uint8(sats)
	m.Vel, m.Cog = centiU(b.vel.Horizontal()), centiU(heading(b.vel.E, b.vel.N))
	m.HAcc, m.VAcc, m.VelAcc = uint32(hdop*800), uint32(hdop*1200), 150
	return m
}

func (v *vehicle) attitudeQ(boot uint32) *common.MessageAttitudeQuaternion {
	half := func(deg float64) (s, c float64) { return math.Sincos(deg * math.Pi / 360) }
	roll, pitch := v.body.attitude()
	sr, cr := half(roll)
	sp, cp := half(pitch)
	sy, cy := half(turn(0, v.body.headingDeg))
	return &common.MessageAttitudeQuaternion{TimeBootMs: boot, Q1: float32(cr*cp*cy + sr*sp*sy), Q2: float32(sr*cp*cy - cr*sp*sy),
		Q3: float32(cr*sp*cy + sr*cp*sy), Q4: float32(cr*cp*sy - sr*sp*cy)}
}

func (v *vehicle) localNED(boot uint32) *common.MessageLocalPositionNed {
	est, vel := sub(v.estimate(), v.site), v.velocity()
	return &common.MessageLocalPositionNed{TimeBootMs: boot, X: float32(est.N), Y: float32(est.E), Z: float32(-est.U),
		Vx: float32(vel.N), Vy: float32(vel.E), Vz: float32(-vel.U)}
}

// globalInt is silent without a global position, as PX4 is.
func (v *vehicle) globalInt(boot uint32, now time.Time) message.Message {
	if !v.positionKnown(now) && !v.armed {
		return nil
	}
	est, vel := v.estimate(), v.velocity()
	p := v.w.position(est)
	m := &common.MessageGlobalPositionInt{TimeBootMs: boot, Lat: deg7(p.Lat), Lon: deg7(p.Lon), Alt: milli(p.AltAMSL),
		Vx: centi(vel.N), Vy: centi(vel.E), Vz: centi(-vel.U), Hdg: uint16(v.body.headingDeg * 100)}
	if v.homeValid {
		m.RelativeAlt = milli(est.U - v.home.U)
	}
	return m
}

func (v *vehicle) missionCurrent() *common.MessageMissionCurrent {
	p := &v.plan
	m := &common.MessageMissionCurrent{Seq: uint16(p.cur), Total: uint16(len(p.items)), MissionState: v.planState(), MissionMode: v.missionMode(),
		MissionId: v.stored[0].id, FenceId: v.stored[1].id, RallyPointsId: v.stored[2].id}
	if len(p.items) == 0 {
		m.Total = 65535
	}
	return m
}

func (v *vehicle) batteryStatus() *common.MessageBatteryStatus {
	m := &common.MessageBatteryStatus{BatteryFunction: common.MAV_BATTERY_FUNCTION_ALL, Type: common.MAV_BATTERY_TYPE_LIPO,
		Temperature: int16(v.pack.tempC * 100), CurrentBattery: int16(clamp(v.amps()*100, 0, 32767)),
		CurrentConsumed: -1, EnergyConsumed: int32(v.fullWh() * (100 - v.pack.told) / 100 * 36),
		BatteryRemaining: int8(math.Round(v.pack.told)), ChargeState: common.MAV_BATTERY_CHARGE_STATE(v.chargeState())}
	for i := range m.Voltages {
		m.Voltages[i] = 65535
		if i < cells {
			m.Voltages[i] = uint16(v.volts() / cells * 1000)
		}
	}
	if v.armed && v.pack.powerW > 1 {
		m.TimeRemaining = int32(v.fullWh() * v.pack.told / 100 * 3600 / v.pack.powerW)
	}
	return m
}

func (v *vehicle) estimatorStatus(us uint64, now time.Time) *common.MessageEstimatorStatus {
	m := &common.MessageEstimatorStatus{TimeUsec: us, Flags: common.ESTIMATOR_ATTITUDE | common.ESTIMATOR_VELOCITY_VERT | common.ESTIMATOR_POS_VERT_ABS,
		VelRatio: 0.02, PosHorizRatio: 0.02, PosVertRatio: 0.02, MagRatio: 0.01, PosHorizAccuracy: float32(v.accuracy(now)), PosVertAccuracy: 0.9}
	if v.gnss.jump != v.gnss.taken {
		m.PosHorizRatio = float32(length(sub(v.gnss.jump, v.gnss.taken)) / gateM)
		m.Flags |= common.ESTIMATOR_GPS_GLITCH
	}
	if v.positionKnown(now) {
		m.Flags |= common.ESTIMATOR_VELOCITY_HORIZ | common.ESTIMATOR_POS_HORIZ_REL | common.ESTIMATOR_POS_HORIZ_ABS |
			common.ESTIMATOR_PRED_POS_HORIZ_REL | common.ESTIMATOR_PRED_POS_HORIZ_ABS
	} else {
		m.PosHorizAccuracy = 1000
	}
	return m
}

func (v *vehicle) homePosition(us uint64) message.Message {
	if !v.homeValid {
		return nil
	}
	p := v.w.position(v.home)
	off := sub(v.home, v.site)
	return &common.MessageHomePosition{Latitude: deg7(p.Lat), Longitude: deg7(p.Lon), Altitude: milli(p.AltAMSL),
		X: float32(off.N), Y: float32(off.E), Z: float32(-off.U), Q: [4]float32{1, 0, 0, 0}, TimeUsec: us}
}

// where is the true position as latitude, longitude and altitude AMSL.
func (v *vehicle) where() geo.Position { return v.w.position(v.body.pos) }
