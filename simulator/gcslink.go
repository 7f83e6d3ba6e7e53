package simulator

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// Messages that only the whole set of PX4's link has.
const (
	idPing           = 4
	idLinkNode       = 8
	idPressure       = 29
	idServo          = 36
	idAttitudeTarget = 83
	idTargetLocal    = 85
	idDistance       = 132
	idVibration      = 241
	idTimeToTarget   = 380
	idIntegrity      = 441
	idODIDLocation   = 12901
	idODIDSystem     = 12904
)

// px4Streams is what PX4 v1.17 sends over the link of a ground station before it asks for anything: 369 messages a
// second. base is what SET_MESSAGE_INTERVAL 0 brings back where that is another rate.
var px4Streams = []struct {
	id       uint32
	hz, base float64
}{
	{idAttitude, 50, 15}, {idAttitudeQ, 50, 0}, {idAttitudeTarget, 50, 0}, {idLocalNED, 50, 0}, {idGlobalInt, 50, 0},
	{idTargetLocal, 50, 0}, {idServo, 50, 0}, {idGPSRaw, 5, 0}, {idVFRHUD, 4, 0},
	{idHeartbeat, 1, 0}, {idSysStatus, 1, 0}, {idAltitude, 1, 0}, {idExtended, 1, 0}, {idPressure, 1, 0}, {idLinkNode, 1, 0},
	{idMissionCurrent, 1, 0}, {idIntegrity, 1, 0}, {idODIDLocation, 1, 0}, {idODIDSystem, 1, 0}, {idItemReached, 1, 0}, {idTargetGlobal, 1, 0},
	{idBattery, 0.5, 0}, {idHome, 0.5, 0}, {idEstimator, 0.5, 0}, {idCurrentMode, 0.5, 0}, {idDistance, 0.5, 0}, {idTimeToTarget, 0.5, 0},
	{idEventSequence, 0.33, 0}, {idPing, 0.1, 0}, {idVibration, 0.1, 0}, {idOrbit, 2, 0}, {idSystemTime, 0, 0}, {idGimbalAttitude, 10, 0},
}

// streamAsPX4 fills the table of streams with PX4's own.
func (v *vehicle) streamAsPX4(now time.Time) {
	for _, s := range px4Streams {
		v.streams.add(s.id, s.hz, now.Add(bootTime), v.rng.Float64())
		if s.base > 0 {
			v.streams.list[len(v.streams.list)-1].base = every(s.base)
		}
	}
}

// linkTelemetry builds the messages of that set which are not telemetry's; nil for others.
func (v *vehicle) linkTelemetry(id uint32, now time.Time) message.Message {
	boot, us := v.sinceBootMS(now), uint64(now.Sub(v.boot)/time.Microsecond)
	est := v.estimate()
	switch id {
	case idPing:
		v.pings++
		return &common.MessagePing{TimeUsec: us, Seq: v.pings}
	case idLinkNode:
		return &common.MessageLinkNodeStatus{Timestamp: us / 1000, TxBuf: 100, RxBuf: 100, MessagesSent: uint32(v.voice.seq)}
	case idPressure:
		return &common.MessageScaledPressure{TimeBootMs: boot, PressAbs: float32(pressureHPa(est.U)), Temperature: int16(v.w.weather.TempC * 100)}
	case idServo:
		return v.servos(uint32(us))
	case idAttitudeTarget:
		q := v.attitudeQ(boot)
		return &common.MessageAttitudeTarget{TimeBootMs: boot, Q: [4]float32{q.Q1, q.Q2, q.Q3, q.Q4}, Thrust: float32(v.thrust())}
	case idTargetLocal:
		return v.targetLocal(boot)
	case idDistance:
		return &common.MessageDistanceSensor{TimeBootMs: boot, MaxDistance: rangeMostM * 100, CurrentDistance: uint16(clamp(v.clearance()*100, 0, rangeMostM*100)),
			Orientation: common.MAV_SENSOR_ROTATION_PITCH_270, SignalQuality: 100}
	case idVibration:
		return &common.MessageVibration{TimeUsec: us, VibrationX: float32(v.thrust()), VibrationY: float32(v.thrust()), VibrationZ: float32(v.thrust())}
	case idTimeToTarget:
		return v.timeToTarget()
	case idIntegrity:
		return &development.MessageGnssIntegrity{Id: 4, RaimHfom: 65535, RaimVfom: 65535, CorrectionsQuality: 255, SystemStatusSummary: 255,
			GnssSignalQuality: 255, PostProcessingQuality: 255}
	case idODIDLocation:
		return v.openDroneID(now)
	case idODIDSystem:
		m := &common.MessageOpenDroneIdSystem{OperatorLocationType: common.MAV_ODID_OPERATOR_LOCATION_TYPE_TAKEOFF, AreaCount: 1, AreaCeiling: -1000,
			AreaFloor: -1000, OperatorAltitudeGeo: -1000, Timestamp: uint32(now.Unix() - odidEpoch)}
		if v.homeValid {
			p := v.w.position(v.home)
			m.OperatorLatitude, m.OperatorLongitude, m.OperatorAltitudeGeo = deg7(p.Lat), deg7(p.Lon), float32(p.AltAMSL)
		}
		return m
	}
	return nil
}

// odidEpoch is 2019-01-01, from which Open Drone ID counts seconds.
const odidEpoch = 1546300800

// pressureHPa is the standard atmosphere's pressure at an altitude, metres.
func pressureHPa(alt float64) float64 { return 1013.25 * math.Pow(1-2.25577e-5*alt, 5.25588) }

// thrust is the share of full thrust, 0 to 1.
func (v *vehicle) thrust() float64 {
	if !v.armed {
		return 0
	}
	return clamp(v.pack.powerW/(2*v.at.HoverW), 0, 1)
}

// servos are the four motors' outputs, µs.
func (v *vehicle) servos(us uint32) *common.MessageServoOutputRaw {
	m := &common.MessageServoOutputRaw{TimeUsec: us}
	if v.armed {
		out := uint16(1100 + 800*v.thrust())
		m.Servo1Raw, m.Servo2Raw, m.Servo3Raw, m.Servo4Raw = out, out, out, out
	}
	return m
}

func (v *vehicle) targetLocal(boot uint32) *common.MessagePositionTargetLocalNed {
	m := &common.MessagePositionTargetLocalNed{TimeBootMs: boot, CoordinateFrame: common.MAV_FRAME_LOCAL_NED}
	if v.armed && !v.landed {
		t := sub(v.guide.sent, v.site)
		m.X, m.Y, m.Z = float32(t.N), float32(t.E), float32(-t.U)
		return m
	}
	nan := float32(math.NaN())
	m.X, m.Y, m.Z, m.Vx, m.Vy, m.Vz, m.Afx, m.Afy, m.Afz, m.Yaw, m.YawRate = nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan
	return m
}

// timeToTarget knows the way home only.
func (v *vehicle) timeToTarget() *common.MessageTimeEstimateToTarget {
	m := &common.MessageTimeEstimateToTarget{Land: -1, MissionNextItem: -1, MissionEnd: -1, CommandedAction: -1}
	if v.armed && !v.landed && v.homeValid {
		d := sub(v.estimate(), v.home)
		m.SafeReturn = int32(d.Horizontal()/v.at.CruiseMS + math.Abs(d.U)/v.at.DescendMS)
	}
	return m
}

func (v *vehicle) openDroneID(now time.Time) *common.MessageOpenDroneIdLocation {
	m := &common.MessageOpenDroneIdLocation{Status: common.MAV_ODID_STATUS_GROUND, Direction: 36100, SpeedHorizontal: 25500, SpeedVertical: 6300,
		AltitudeBarometric: -1000, AltitudeGeodetic: -1000, HeightReference: common.MAV_ODID_HEIGHT_REF_OVER_TAKEOFF, Height: -1000,
		Timestamp: float32(now.Minute()*60 + now.Second()), TimestampAccuracy: common.MAV_ODID_TIME_ACC_1_0_SECOND}
	if !v.landed {
		m.Status = common.MAV_ODID_STATUS_AIRBORNE
	}
	if !v.positionKnown(now) {
		return m
	}
	b, p := &v.body, v.w.position(v.estimate())
	m.Latitude, m.Longitude, m.AltitudeGeodetic, m.AltitudeBarometric = deg7(p.Lat), deg7(p.Lon), float32(p.AltAMSL), float32(p.AltAMSL)
	m.Direction, m.SpeedHorizontal, m.SpeedVertical = centiU(heading(b.vel.E, b.vel.N)), centiU(b.vel.Horizontal()), centi(b.vel.U)
	m.HorizontalAccuracy, m.VerticalAccuracy = common.MAV_ODID_HOR_ACC_1_METER, common.MAV_ODID_VER_ACC_1_METER
	if v.homeValid {
		m.Height = float32(v.estimate().U - v.home.U)
	}
	return m
}

// originMessage is where the local frame begins.
func (v *vehicle) originMessage(us uint64) *common.MessageGpsGlobalOrigin {
	p := v.w.position(v.site)
	return &common.MessageGpsGlobalOrigin{Latitude: deg7(p.Lat), Longitude: deg7(p.Lon), Altitude: milli(p.AltAMSL), TimeUsec: us}
}

func (v *vehicle) flightInformation(boot uint32) *common.MessageFlightInformation {
	m := &common.MessageFlightInformation{TimeBootMs: boot, FlightUuid: uint64(len(v.card.logs))}
	if v.armed {
		m.ArmingTimeUtc = uint64(v.armedAt.UnixMicro())
	}
	return m
}

// storage is the card, which is never full.
func (v *vehicle) storage(boot uint32) *common.MessageStorageInformation {
	const totalMiB = 30000
	used := 0.0
	for _, l := range v.card.logs {
		used += float64(l.size) / (1 << 20)
	}
	return &common.MessageStorageInformation{TimeBootMs: boot, StorageId: 1, StorageCount: 1, Status: common.STORAGE_STATUS_READY, TotalCapacity: totalMiB,
		UsedCapacity: float32(used), AvailableCapacity: float32(totalMiB - used), ReadSpeed: float32(math.NaN()), WriteSpeed: float32(math.NaN())}
}
