package mavlink

import (
	"math"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

const (
	// rebootStep is how far time_boot_ms must run backwards to mean a reboot.
	rebootStep = 2000
	// batteryFresh is how long BATTERY_STATUS is preferred to SYS_STATUS.
	batteryFresh = 10 * time.Second
	degrees      = 180 / math.Pi
	// clockSetSince is the year from which a vehicle's clock counts as set: without satellites it begins in 1970 or 2000.
	clockSetSince = 2020
)

// frame takes one frame of this system and gives the message the tasks may look at, nil if it must not be believed.
func (s *Session) frame(now time.Time, in *FrameIn) message.Message {
	f := &in.Frame
	if f.System != s.system {
		return nil
	}
	if f.Component != autopilot {
		if g, ok := f.Message.(*common.MessageGimbalDeviceAttitudeStatus); ok && in.Source == s.link.addr() {
			s.gimbal(now, g)
		}
		return s.besides(now, in)
	}
	if s.link.quiet(now) > s.cfg.Stale {
		s.see.backAt = now
	}
	beat, isBeat := f.Message.(*common.MessageHeartbeat)
	if isBeat && f.Checked && beat.Autopilot != minimal.MAV_AUTOPILOT_INVALID {
		before := s.link.state(now, &s.cfg)
		s.link.heartbeat(now, in.Source, in.Signed, &s.cfg)
		if before == fleet.LinkNever || before == fleet.LinkLost {
			s.streams.restart(now)
		}
	}
	by := s.link.follows(now, in.Source)
	if by == nil {
		s.prove(now, in)
		return nil
	}
	leads := s.link.frame(now, by, f)
	var place int64
	var fresh bool
	if leads {
		place, fresh = s.seq.next(now, f.Seq, f.ID, f.Message != nil)
	} else {
		by.copies++
	}
	s.v.RxFrames, s.v.RxLost, s.v.RxHz = s.seq.frames, s.seq.lost, s.seq.hz
	if !f.Checked {
		return nil
	}
	s.v.HeardAt = now
	s.heard = true
	if f.Message == nil {
		return nil
	}
	s.dirty = true
	// A late or repeated frame answers a question as well as a punctual one, but must not set the state back.
	if fresh {
		s.observe(now, f.Message, place)
	}
	if pt := s.payload.part(autopilot); pt != nil {
		s.payloadMessage(now, pt, f.Message, place)
	}
	switch m := f.Message.(type) {
	case *common.MessageTimesync:
		s.answered(now, in.Source, m)
	case *common.MessageCommandAck:
		if s.ack(now, autopilot, m) {
			s.obeyed(now)
		}
	case *common.MessageStatustext:
		if leads {
			s.statusText(now, m)
		}
	case *common.MessageEvent:
		if leads {
			s.autopilotEvent(now, m)
			s.event(now, m)
		}
	case *common.MessageCurrentEventSequence:
		if leads && fresh {
			s.eventSequence(now, m)
		}
	case *common.MessageResponseEventError:
		s.eventError(now, m)
	case *common.MessageParamValue:
		s.paramValue(now, m)
	}
	if !fresh && telemetry(f.Message) {
		return nil
	}
	return f.Message
}

// besides takes a frame of a component beside the autopilot, and gives what the tasks may look at.
func (s *Session) besides(now time.Time, in *FrameIn) message.Message {
	s.payloadFrame(now, in)
	s.remoteIDFrame(now, in)
	switch in.Frame.Message.(type) {
	case *common.MessageAdsbVehicle, *common.MessageOpenDroneIdBasicId, *common.MessageOpenDroneIdLocation:
		if in.Frame.Checked && s.link.follows(now, in.Source) != nil {
			s.traffic(now, in.Frame.Message)
		}
	case *common.MessageParamExtValue, *common.MessageParamExtAck:
		if in.Frame.Checked && s.link.follows(now, in.Source) != nil {
			s.see.speaker = in.Frame.Component
			return in.Frame.Message
		}
	}
	return nil
}

// telemetry says whether m describes a state (an older one must not be believed) and is no answer.
func telemetry(m message.Message) bool {
	switch m.(type) {
	case *common.MessageParamValue, *common.MessageParamError, *common.MessageMissionAck, *common.MessageMissionCount, *common.MessageMissionItemInt,
		*common.MessageMissionRequestInt, *common.MessageMissionRequest, *common.MessageCommandAck, *common.MessageFileTransferProtocol,
		*common.MessageLogEntry, *common.MessageLogData:
		return false
	}
	return true
}

// observe brings the vehicle's state up to date. place orders messages that tell the same thing.
func (s *Session) observe(now time.Time, m message.Message, place int64) {
	v := &s.v
	switch m := m.(type) {
	case *common.MessageHeartbeat:
		s.heartbeat(now, m, place)
	case *common.MessageCurrentMode:
		if s.auto.standard {
			s.mode(now, uint32(m.StandardMode), place)
		} else {
			s.mode(now, m.CustomMode, place)
		}
	case *common.MessageGlobalPositionInt:
		s.booted(now, m.TimeBootMs)
		s.globalPosition(now, m)
	case *common.MessageAttitude:
		s.booted(now, m.TimeBootMs)
		v.RollDeg, v.PitchDeg = float64(m.Roll)*degrees, float64(m.Pitch)*degrees
		sane(&v.RollDeg, &v.PitchDeg)
	case *common.MessageExtendedSysState:
		s.see.landedAt = now
		v.Landed = landed(m.LandedState)
	case *common.MessageSysStatus:
		s.sysStatus(now, m)
	case *common.MessageBatteryStatus:
		s.battery(now, m)
	case *common.MessageGpsRawInt:
		v.GPS = fleet.GPS{Fix: uint8(m.FixType), Sats: m.SatellitesVisible, At: now}
		if m.Eph != math.MaxUint16 {
			v.GPS.HDOP = float64(m.Eph) / 100
		}
		v.GPS.HAccM, v.GPS.VAccM = float64(m.HAcc)/1000, float64(m.VAcc)/1000
	case *common.MessageSystemTime:
		if told := time.UnixMicro(int64(min(m.TimeUnixUsec, math.MaxInt64))); told.Year() >= clockSetSince {
			v.Clock.Heard(now, told)
		}
	case *common.MessageHomePosition:
		if p := fromE7(m.Latitude, m.Longitude, float64(m.Altitude)/1000); p.Check() == nil {
			v.Home, v.HomeAt = &p, now
		}
	case *common.MessageMissionCurrent:
		s.missionCurrent(now, m)
	case *common.MessageMissionItemReached:
		s.see.reached = int(m.Seq) - s.auto.ownItems()
	case *common.MessagePositionTargetGlobalInt:
		s.see.target = target{lat: m.LatInt, lon: m.LonInt, alt: float64(m.Alt), at: now}
	case *common.MessageGimbalDeviceAttitudeStatus:
		s.gimbal(now, m)
	case *common.MessageAdsbVehicle, *common.MessageOpenDroneIdBasicId, *common.MessageOpenDroneIdLocation:
		s.traffic(now, m)
	case *common.MessageOpenDroneIdArmStatus:
		s.armStatus(now, m)
	case *common.MessageAvailableModes:
		s.availableMode(m)
	case *common.MessageAutopilotVersion:
		s.version(m)
	}
}

func (s *Session) heartbeat(now time.Time, m *common.MessageHeartbeat, place int64) {
	if m.Autopilot == minimal.MAV_AUTOPILOT_INVALID {
		return
	}
	s.know(familyOf(m))
	s.see.status, s.see.armedAt = uint8(m.SystemStatus), now
	s.v.Armed = m.BaseMode&minimal.MAV_MODE_FLAG_SAFETY_ARMED != 0
	if s.v.Failsafe = m.SystemStatus >= minimal.MAV_STATE_CRITICAL; !s.v.Failsafe && now.Sub(s.see.failsafeSaidAt) > failsafeEcho {
		s.v.FailsafeCause = ""
	}
	if !s.auto.standard {
		s.mode(now, m.CustomMode, place)
	}
}

func (s *Session) globalPosition(now time.Time, m *common.MessageGlobalPositionInt) {
	v := &s.v
	if m.Lat == 0 && m.Lon == 0 || fromE7(m.Lat, m.Lon, 0).LatLon.Check() != nil {
		return
	}
	s.see.lat, s.see.lon, s.see.altMM = m.Lat, m.Lon, m.Alt
	v.PositionAt = now
	v.AltRelM = float64(m.RelativeAlt) / 1000
	v.VelNMS, v.VelEMS, v.VelDMS = float64(m.Vx)/100, float64(m.Vy)/100, float64(m.Vz)/100
	if m.Hdg != math.MaxUint16 {
		v.HeadingDeg = float64(m.Hdg) / 100
	}
}

// here is the vehicle's position; false before the first.
func (s *Session) here() (geo.Position, bool) {
	return fromE7(s.see.lat, s.see.lon, float64(s.see.altMM)/1000), !s.v.PositionAt.IsZero()
}

func (s *Session) sysStatus(now time.Time, m *common.MessageSysStatus) {
	const check = common.MAV_SYS_STATUS_PREARM_CHECK
	s.v.PrearmOK = m.OnboardControlSensorsHealth&check != 0
	if now.Sub(s.see.batteryAt) <= batteryFresh && !s.see.batteryAt.IsZero() {
		return
	}
	b := fleet.Battery{Percent: float64(m.BatteryRemaining), At: now}
	if m.VoltageBattery != math.MaxUint16 {
		b.VoltageV = float64(m.VoltageBattery) / 1000
	}
	if m.CurrentBattery >= 0 {
		b.CurrentA = float64(m.CurrentBattery) / 100
	}
	s.v.Battery = b
}

func (s *Session) battery(now time.Time, m *common.MessageBatteryStatus) {
	if m.Id != 0 {
		return
	}
	s.see.batteryAt = now
	b := fleet.Battery{Percent: float64(m.BatteryRemaining), At: now}
	for _, mv := range m.Voltages {
		if mv != math.MaxUint16 {
			b.VoltageV += float64(mv) / 1000
		}
	}
	if m.CurrentBattery >= 0 {
		b.CurrentA = float64(m.CurrentBattery) / 100
	}
	if m.Temperature != math.MaxInt16 {
		b.TempC = float64(m.Temperature) / 100
	}
	s.v.Battery = b
}

func (s *Session) missionCurrent(now time.Time, m *common.MessageMissionCurrent) {
	st := fleet.MissionState{ID: m.MissionId, State: "unknown", Seq: max(0, int(m.Seq)-s.auto.ownItems()), Total: int(m.Total), At: now}
	switch m.MissionState {
	case common.MISSION_STATE_NO_MISSION:
		st.State = "none"
	case common.MISSION_STATE_NOT_STARTED:
		st.State = "not-started"
	case common.MISSION_STATE_ACTIVE:
		st.State = "active"
	case common.MISSION_STATE_PAUSED:
		st.State = "paused"
	case common.MISSION_STATE_COMPLETE:
		st.State = "complete"
	}
	if st.Total == math.MaxUint16 {
		st.Total = 0
	}
	st.FenceID, st.RallyID = m.FenceId, m.RallyPointsId
	if st.ID != s.v.Mission.ID {
		s.see.reached = -1
	}
	s.v.Mission = st
	s.watchPlan()
}

func (s *Session) gimbal(now time.Time, m *common.MessageGimbalDeviceAttitudeStatus) {
	w, x, y, z := float64(m.Q[0]), float64(m.Q[1]), float64(m.Q[2]), float64(m.Q[3])
	pitch := math.Asin(max(-1, min(1, 2*(w*y-z*x)))) * degrees
	yaw := math.Atan2(2*(w*z+x*y), 1-2*(y*y+z*z)) * degrees
	roll := math.Atan2(2*(w*x+y*z), 1-2*(x*x+y*y)) * degrees
	if math.Abs(pitch) > 89.9 { // yaw and roll turn about one axis: all of it is given to the yaw
		yaw, roll = 2*math.Atan2(z, w)*degrees, 0
	}
	if math.IsNaN(pitch) || math.IsNaN(yaw) {
		return
	}
	// Without a flag that says otherwise, a gimbal whose yaw is not locked reports it relative to the vehicle.
	earth := m.Flags&(common.GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME|common.GIMBAL_DEVICE_FLAGS_YAW_LOCK) != 0
	if m.Flags&common.GIMBAL_DEVICE_FLAGS_YAW_IN_VEHICLE_FRAME != 0 || !earth {
		yaw += s.v.HeadingDeg
	}
	s.see.gimbalFlags = common.GIMBAL_MANAGER_FLAGS(m.Flags) & gimbalTells
	s.v.Gimbal = &fleet.Gimbal{PitchDeg: pitch, YawDeg: math.Mod(yaw+720, 360), RollDeg: roll, At: now, Manager: s.payload.manager}
	s.dirty = true
}

// booted notices a reboot: time_boot_ms running backwards.
func (s *Session) booted(now time.Time, ms uint32) {
	again := !s.see.bootAt.IsZero() && ms+rebootStep < s.see.bootMS
	first := s.see.bootAt.IsZero()
	s.see.bootMS, s.see.bootAt = ms, now
	if !first && !again {
		return
	}
	s.v.BootID = uint32(now.Add(-time.Duration(ms) * time.Millisecond).Unix())
	if again {
		s.reboot(now)
	}
}

// reboot forgets what a vehicle that started anew no longer knows.
func (s *Session) reboot(now time.Time) {
	s.v.Safety = fleet.SafetySet{}
	s.v.Mission = fleet.MissionState{State: "unknown"}
	s.aboard.forget(s)
	s.v.Home, s.v.HomeAt = nil, time.Time{}
	s.see.reached = -1
	s.orders = nil
	s.ownModes = toldModes{}
	s.text = textJoin{}
	s.hearing.forget(s)
	s.remote.forgetSilent(now)
	s.dropHand("rebooted", "")
	s.streams.restart(now)
	s.tell(now)
	s.emit(fleet.Rebooted{Vehicle: s.spec.ID, At: now})
	for _, t := range s.tasks {
		if !fleet.Stops(t.in.Act) {
			t.final = &verdict{fleet.StageFailed, "rebooted", "the vehicle started anew"}
		}
	}
}

func landed(l common.MAV_LANDED_STATE) fleet.Landed {
	switch l {
	case common.MAV_LANDED_STATE_ON_GROUND:
		return fleet.OnGround
	case common.MAV_LANDED_STATE_TAKEOFF:
		return fleet.TakingOff
	case common.MAV_LANDED_STATE_IN_AIR:
		return fleet.InAir
	case common.MAV_LANDED_STATE_LANDING:
		return fleet.Landing
	}
	return fleet.LandedUnknown
}

// tell emits VehicleChanged: at once if something discrete changed, else at most every EmitEvery.
func (s *Session) tell(now time.Time) {
	if s.ripe(now) || s.v.ChangedFrom(s.told) {
		s.show(now)
	}
}

// ripe says whether a conflated change is old enough to be told.
func (s *Session) ripe(now time.Time) bool {
	return s.dirty && now.Sub(s.toldAt) >= s.cfg.EmitEvery || s.heard && now.Sub(s.toldAt) >= heardEvery
}

func (s *Session) show(now time.Time) {
	s.dirty, s.heard, s.toldAt = false, false, now
	if p, ok := s.here(); ok {
		s.v.Position = &p // a fresh value: what was told stays as it was
	}
	v := s.v
	s.told = &v
	s.emit(fleet.VehicleChanged{Vehicle: &v})
}
