package simulator

import (
	"math"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// filmedCity is smallCity whose vehicles have cameras.
func filmedCity() Config {
	cfg := smallCity()
	cfg.RTSP = "127.0.0.1:8554"
	return cfg
}

// order sends a command to a component and gives its result.
func (s *station) order(sys uint32, component uint8, id common.MAV_CMD, p ...float32) common.MAV_RESULT {
	s.t.Helper()
	m := &common.MessageCommandLong{TargetSystem: uint8(sys), TargetComponent: component, Command: id}
	for i, v := range p {
		*[]*float32{&m.Param1, &m.Param2, &m.Param3, &m.Param4, &m.Param5, &m.Param6, &m.Param7}[i] = v
	}
	s.in = nil
	s.send(sys, m)
	s.run(100 * time.Millisecond)
	for _, h := range s.in {
		if a, ok := h.msg.(*common.MessageCommandAck); ok && h.sys == sys && a.Command == id {
			return a.Result
		}
	}
	s.t.Fatalf("command %d: no acknowledgement", id)
	return 0
}

// newest is the last message of a type that a system sent.
func newest[M message.Message](s *station, sys uint32) (m M, ok bool) {
	for _, h := range s.in {
		if got, is := h.msg.(M); is && h.sys == sys {
			m, ok = got, true
		}
	}
	return m, ok
}

func (s *station) ask(sys uint32, component uint8, id, about float32) common.MAV_RESULT {
	return s.order(sys, component, common.MAV_CMD_REQUEST_MESSAGE, id, about)
}

func TestACameraTellsOfItself(t *testing.T) {
	t.Parallel()
	s := newStation(t, filmedCity())
	s.run(2 * time.Second)
	if s.ask(1, 100, 259, 0) != accepted {
		t.Fatal("no information")
	}
	if m, ok := newest[*common.MessageCameraInformation](s, 1); !ok || m.Flags&common.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM == 0 || m.CameraDeviceId != 0 {
		t.Fatalf("%+v", m)
	}
	s.ask(1, 100, 269, 0)
	if m, ok := newest[*common.MessageVideoStreamInformation](s, 1); !ok || m.Uri != "rtsp://127.0.0.1:8554/V01/thermal" ||
		m.Flags != common.VIDEO_STREAM_STATUS_FLAGS_THERMAL || m.Count != 2 {
		t.Fatalf("%+v", m)
	}
	s.ask(3, 100, 269, 0)
	if m, ok := newest[*common.MessageVideoStreamInformation](s, 3); !ok || m.Uri != "rtsp://127.0.0.1:8554/V03" || m.Count != 1 {
		t.Fatalf("%+v", m)
	}
	if s.ask(1, 100, 148, 0) != common.MAV_RESULT_UNSUPPORTED || s.ask(1, 100, 263, 0) != common.MAV_RESULT_DENIED || s.ask(3, 100, 269, 2) != common.MAV_RESULT_DENIED {
		t.Fatal("it told what it cannot")
	}
	if plain := newStation(t, smallCity()); plain.w.vehicles[0].optics != nil {
		t.Fatal("a city without cameras has some")
	}
}

func TestACameraTakesPhotosOnceAndFills(t *testing.T) {
	t.Parallel()
	s := newStation(t, filmedCity())
	s.run(2 * time.Second)
	for range 2 { // the second is the repeat of an order whose acknowledgement was lost
		if s.order(1, 100, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 7) != accepted {
			t.Fatal("refused")
		}
	}
	if s.order(1, 100, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 8) != common.MAV_RESULT_TEMPORARILY_REJECTED {
		t.Fatal("a photo within another")
	}
	s.run(time.Second)
	o := s.w.vehicles[0].optics
	if m, ok := newest[*common.MessageCameraImageCaptured](s, 1); !ok || m.ImageIndex != 0 || m.CaptureResult != common.MAV_BOOL_TRUE || len(o.photos) != 1 {
		t.Fatalf("%+v of %d", m, len(o.photos))
	}
	s.in = nil
	o.freeMB = 1
	s.order(1, 100, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 9)
	s.run(time.Second)
	if m, ok := newest[*common.MessageCameraImageCaptured](s, 1); !ok || m.CaptureResult != common.MAV_BOOL_FALSE {
		t.Fatalf("a photo on a full card: %+v", m)
	}
	if s.order(1, 100, common.MAV_CMD_VIDEO_START_CAPTURE, 0, 1) != common.MAV_RESULT_FAILED {
		t.Fatal("a recording on a full card")
	}
	o.freeMB = 10
	s.order(1, 100, common.MAV_CMD_VIDEO_START_CAPTURE, 0, 1)
	s.run(time.Second)
	if m, ok := newest[*common.MessageCameraCaptureStatus](s, 1); !ok || m.VideoStatus != 1 || m.RecordingTimeMs < 500 {
		t.Fatalf("%+v", m)
	}
	s.run(4 * time.Second)
	if m, _ := newest[*common.MessageCameraCaptureStatus](s, 1); m.VideoStatus != 0 {
		t.Fatal("it records on a full card")
	}
}

func TestACameraTellsHowWideItsPictureIs(t *testing.T) {
	t.Parallel()
	cfg := filmedCity()
	cfg.Vehicle[0].HFOVDeg = 70
	s := newStation(t, cfg)
	s.run(2 * time.Second)
	field := func() *common.MessageCameraFovStatus {
		t.Helper()
		m, ok := newest[*common.MessageCameraFovStatus](s, 1)
		if !ok {
			t.Fatal("it does not tell")
		}
		return m
	}
	near := func(what string, got float32, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 0.01 {
			t.Errorf("%s: %v°, want %v°", what, got, want)
		}
	}
	if s.ask(1, 100, 271, 0) != accepted {
		t.Fatal("refused")
	}
	wide := s.w.vehicles[0].at.HFOVDeg
	near("at its wide end", field().Hfov, wide)
	near("its height", field().Vfov, 2*math.Atan(math.Tan(wide*math.Pi/360)*9/16)*180/math.Pi)
	s.order(1, 100, common.MAV_CMD_SET_CAMERA_ZOOM, 2, 100)
	s.run(time.Second)
	if m := field(); !(float64(m.Hfov) < wide/2) {
		t.Errorf("on the way it tells %v°", m.Hfov)
	}
	s.run(4 * time.Second)
	near("ten times nearer", field().Hfov, 2*math.Atan(math.Tan(wide*math.Pi/360)/10)*180/math.Pi)
	s.in = nil
	s.run(2 * time.Second)
	if _, ok := newest[*common.MessageCameraFovStatus](s, 1); ok {
		t.Error("it tells though nothing changes and nobody asked")
	}
	if s.order(1, 100, common.MAV_CMD_SET_MESSAGE_INTERVAL, 271, 200000) != accepted {
		t.Fatal("refused")
	}
	s.in = nil
	s.run(2 * time.Second)
	told := 0
	for _, h := range s.in {
		if _, ok := h.msg.(*common.MessageCameraFovStatus); ok {
			told++
		}
	}
	if told < 9 || told > 11 {
		t.Errorf("told %d times in two seconds", told)
	}
}

func TestTheSmallCameraNeedsItsMode(t *testing.T) {
	t.Parallel()
	s := newStation(t, filmedCity())
	s.run(2 * time.Second)
	if s.order(3, 100, common.MAV_CMD_VIDEO_START_CAPTURE, 0, 0) != common.MAV_RESULT_DENIED {
		t.Fatal("it records in photo mode")
	}
	s.order(3, 100, common.MAV_CMD_SET_CAMERA_MODE, 0, 1)
	if s.order(3, 100, common.MAV_CMD_VIDEO_START_CAPTURE, 0, 0) != accepted || s.order(3, 100, common.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 1) != common.MAV_RESULT_DENIED ||
		s.order(3, 100, common.MAV_CMD_SET_CAMERA_MODE, 0, 0) != common.MAV_RESULT_TEMPORARILY_REJECTED {
		t.Fatal("modes do not matter")
	}
	s.order(3, 100, common.MAV_CMD_SET_CAMERA_ZOOM, 2, 100)
	s.run(5 * time.Second)
	if z := s.w.Views()[2].Zoom; math.Abs(z-zoomTimes) > 0.01 {
		t.Fatalf("zoomed %v times", z)
	}
	if s.order(3, 100, common.MAV_CMD_SET_CAMERA_ZOOM, 2, 101) != common.MAV_RESULT_DENIED || s.order(3, 100, common.MAV_CMD_STORAGE_FORMAT, 1, 1) != common.MAV_RESULT_UNSUPPORTED {
		t.Fatal("nonsense was accepted")
	}
}

func TestTheGimbalHeedsWhoControlsIt(t *testing.T) {
	t.Parallel()
	s := newStation(t, smallCity())
	s.run(2 * time.Second)
	nan := float32(math.NaN())
	aim := func(pitch, yaw, flags float32) common.MAV_RESULT {
		return s.order(1, 1, common.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, pitch, yaw, nan, nan, flags)
	}
	if s.ask(1, 1, 280, 0) != accepted || aim(-30, 0, 12) != common.MAV_RESULT_DENIED {
		t.Fatal("anybody may turn it")
	}
	told := func() bool {
		m, ok := newest[*common.MessageGimbalDeviceAttitudeStatus](s, 1)
		return ok && m.Flags&common.GIMBAL_DEVICE_FLAGS_YAW_LOCK != 0
	}
	v := s.w.vehicles[0]
	if s.order(1, 1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 255, 190, -1, -1) != accepted || aim(-30, 90, 12) != accepted {
		t.Fatal("refused")
	}
	s.run(4 * time.Second)
	if m, ok := newest[*common.MessageGimbalManagerStatus](s, 1); !ok || m.PrimaryControlSysid != 255 || m.Flags != 12 {
		t.Fatalf("%+v", m)
	}
	if told() || math.Abs(v.gimbal.pitchDeg+30) > 1 || math.Abs(turn(v.body.headingDeg+90, v.gimbal.yawDeg)) > 1 {
		t.Fatalf("%+v", v.gimbal)
	}
	before := v.gimbal.yawDeg
	s.send(1, &common.MessageGimbalManagerSetPitchyaw{TargetSystem: 1, TargetComponent: 1, Flags: 12, Pitch: nan, Yaw: nan, PitchRate: 0, YawRate: 0.2})
	s.run(2 * time.Second)
	if d := turn(before, v.gimbal.yawDeg); math.Abs(d-0.4*180/math.Pi) > 5 {
		t.Fatalf("turned by %v degrees", d)
	}
	if aim(0, 0, 28) != accepted {
		t.Fatal("refused")
	}
	s.run(6 * time.Second)
	if !told() || !v.gimbal.locked || math.Abs(turn(0, v.gimbal.yawDeg)) > 1 {
		t.Fatalf("%+v", v.gimbal)
	}
	s.order(1, 1, common.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, -3, -3, -1, -1)
	if aim(-30, 0, 12) != common.MAV_RESULT_DENIED {
		t.Fatal("turned without control")
	}
}
