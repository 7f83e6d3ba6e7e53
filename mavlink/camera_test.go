package mavlink

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// sees waits for the camera, whole.
func (c *fakeOptics) sees() fleet.Camera {
	c.w.t.Helper()
	c.w.settle()
	if !c.w.run(2*time.Minute, func() bool {
		return len(c.w.s.v.Cameras) == 1 && c.w.s.v.Cameras[0].StatusAt != nil && len(c.w.s.v.Cameras[0].Streams) == len(c.streams) &&
			c.w.s.v.Cameras[0].Storage != "" && c.w.s.v.Cameras[0].Mode != ""
	}) {
		c.w.t.Fatalf("the camera was not made out: %+v", c.w.s.v.Cameras)
	}
	return c.w.s.v.Cameras[0]
}

func TestACameraIsFound(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		got := newFakeOptics(w).sees()
		want := fleet.Camera{Component: 100, Vendor: "Optik", Model: "O2", Firmware: "1.2.3", Mode: fleet.CameraPhoto, Storage: "ready", Shown: 1}
		if got.Component != want.Component || got.Vendor != want.Vendor || got.Model != want.Model || got.Firmware != want.Firmware ||
			got.Mode != want.Mode || got.Storage != want.Storage || got.Shown != want.Shown {
			t.Fatalf("%+v", got)
		}
		if strings.Join(got.Capabilities, " ") != "video photo modes zoom focus stream" || !got.Can("zoom") || got.Can("survey") {
			t.Fatalf("%v", got.Capabilities)
		}
		if *got.Zoom != 10 || *got.Focus != 50 || *got.StorageFreeMB != 1000 || *got.StorageTotalMB != 2000 || *got.ImageCount != 0 {
			t.Fatalf("%+v", got)
		}
		day, night := got.Streams[0], got.Streams[1]
		if day.Name != "day" || day.Host != "192.168.7.9:8554" || !day.Running || day.Thermal || day.FPS != 25 || day.Width != 1280 || day.Protocol != "rtsp" ||
			!night.Thermal || night.Running || night.Encoding != "h264" {
			t.Fatalf("%+v", got.Streams)
		}
	})
}

func TestACameraOfTheAutopilotIsFound(t *testing.T) {
	w := newWorld(t, 1, badRadio)
	c := newFakeOptics(w)
	c.onAutopilot()
	got := c.sees()
	if got.Component != 1 || got.Device != 1 {
		t.Fatalf("%+v", got)
	}
	done(t, w.do(fleet.TakePhotos{Single: true}))
	done(t, w.do(fleet.SetZoom{Camera: fleet.CameraRef{Component: 1, Device: 1}, Percent: 40}))
	if c.starts != 1 || c.zoom != 40 {
		t.Fatalf("%+v", c)
	}
}

func TestACameraComesAndGoes(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	c.silent = true
	if !w.run(30*time.Second, func() bool { return len(w.s.v.Cameras) == 0 }) {
		t.Fatal("a camera that is silent is still there")
	}
	if len(w.s.cmds) != 0 {
		t.Fatalf("commands left behind: %+v", w.s.cmds)
	}
	if r := w.do(fleet.TakePhotos{Single: true}); r.Code != "no-camera" {
		t.Fatalf("%+v", r)
	}
	c.silent, c.flags = false, opticsFlags|common.CAMERA_CAP_FLAGS_HAS_IMAGE_SURVEY_MODE
	if got := c.sees(); !got.Can("survey") {
		t.Fatalf("%+v", got)
	}
	c.boot, c.flags, c.photos = w.now, opticsFlags, nil
	if !w.run(time.Minute, func() bool { return len(w.s.v.Cameras) == 1 && !w.s.v.Cameras[0].Can("survey") }) {
		t.Fatal("a camera that started anew was not asked again")
	}
}

func TestNoMoreCamerasThanAreFollowed(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	for i := range 40 {
		c.enc, c.comp = testEncoder(7, uint8(20+i)), uint8(20+i)
		w.v.next["optics"] = time.Time{}
		w.run(200*time.Millisecond, nil)
	}
	if n := len(w.s.payload.parts); n != partsMax {
		t.Fatalf("%d components are followed", n)
	}
}

func TestActsOnACamera(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		c := newFakeOptics(w)
		c.sees()
		for range 3 {
			done(t, w.do(fleet.TakePhotos{Single: true}))
		}
		if c.starts != 3 {
			t.Fatalf("%d photos were taken for three orders", c.starts)
		}
		done(t, w.do(fleet.Record{On: true}))
		if c.video.IsZero() || c.mode != common.CAMERA_MODE_VIDEO || !w.s.v.Cameras[0].Recording {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		done(t, w.do(fleet.Record{On: true}))
		done(t, w.do(fleet.Record{}))
		if !c.video.IsZero() || w.s.v.Cameras[0].Recording {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		done(t, w.do(fleet.SetCameraMode{Mode: fleet.CameraPhoto}))
		done(t, w.do(fleet.SetZoom{Percent: 72.5}))
		done(t, w.do(fleet.SetFocus{Percent: 20}))
		done(t, w.do(fleet.SetFocus{Auto: true}))
		if c.zoom != 72.5 || c.focus != 20 || *w.s.v.Cameras[0].Zoom != 72.5 {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		done(t, w.do(fleet.ShowSource{Thermal: true}))
		if w.s.v.Cameras[0].Shown != 2 || !w.s.v.Cameras[0].Streams[1].Running {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		done(t, w.do(fleet.ShowSource{}))
		if w.s.v.Cameras[0].Shown != 1 {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		done(t, w.do(fleet.TakePhotos{IntervalS: 0.5}))
		if !w.s.v.Cameras[0].Photographing || w.s.v.Cameras[0].IntervalSeconds != 0.5 {
			t.Fatalf("%+v", w.s.v.Cameras[0])
		}
		if r := w.do(fleet.TakePhotos{Single: true}); r.Code != "busy" {
			t.Fatalf("%+v", r)
		}
		done(t, w.do(fleet.StopPhotos{}))
		if c.left != 0 {
			t.Fatal("the series goes on")
		}
	})
}

func TestRecordingTimeIsTheCamerasOwn(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.mode, c.video = common.CAMERA_MODE_VIDEO, w.now.Add(-100*time.Second) // before the station looked
	c.sees()
	w.run(3*time.Second, nil)
	if v := w.s.v.Cameras[0]; !v.Recording || v.RecordSeconds < 100 || w.now.Sub(*v.StatusAt) > 2*time.Second {
		t.Fatalf("%+v", v)
	}
}

func TestAPhotoWhoseMessageIsLost(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	c.mute[cameraImageCapturedID] = 1
	if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageDone || r.Detail != "photo 0" || c.starts != 1 {
		t.Fatalf("%+v", r)
	}
	c.mute[cameraImageCapturedID] = 1
	c.fails = true
	if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageFailed || r.Code != "capture-failed" {
		t.Fatalf("%+v", r)
	}
	c.mute[cameraImageCapturedID], c.fails = 1000, false
	if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageDone || !strings.Contains(r.Detail, "its own message was lost") || c.starts != 3 {
		t.Fatalf("%+v", r)
	}
}

// A status that was on its way before the photo knows nothing of it: the camera does not count anew.
func TestAStatusFromBeforeAPhoto(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	old, err := c.enc.Encode(nil, &common.MessageCameraCaptureStatus{TimeBootMs: c.ms(), AvailableCapacity: c.free})
	if err != nil {
		t.Fatal(err)
	}
	c.mute[cameraCaptureStatusID] = 2 // none newer comes before it
	c.shoot()
	w.run(200*time.Millisecond, nil)
	w.fly(old, false, nil)
	w.run(200*time.Millisecond, nil)
	if v := w.s.v.Cameras[0]; v.LastPhoto == nil || *v.ImageCount != 1 {
		t.Fatalf("photo %+v, %d counted", v.LastPhoto, *v.ImageCount)
	}
	c.photos, c.mute[cameraCaptureStatusID] = nil, 0
	c.status()
	w.run(200*time.Millisecond, nil)
	if v := w.s.v.Cameras[0]; v.LastPhoto != nil || *v.ImageCount != 0 {
		t.Fatalf("it counts anew: %+v", v)
	}
}

// What was accepted may have been an older order: when the camera tells that nothing came of it, it is ordered again.
func TestAnAcceptanceOfAnOlderOrder(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	for _, act := range []fleet.TakePhotos{{Single: true}, {IntervalS: 5}} {
		c.lateAck[common.MAV_CMD_IMAGE_START_CAPTURE] = 1
		done(t, w.do(act))
	}
	if c.starts != 1 || c.left == 0 || c.heard[common.MAV_CMD_IMAGE_START_CAPTURE] != 4 {
		t.Fatalf("%d photos, %d of the series, %d orders", c.starts, c.left, c.heard[common.MAV_CMD_IMAGE_START_CAPTURE])
	}
}

// Three answers lost in a row make the asker rest for half a minute: not while an order waits.
func TestAnOrderDoesNotRest(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	w.run(2*time.Second, nil)
	c.mute[cameraSettingsID] = 5
	done(t, w.do(fleet.SetCameraMode{Mode: fleet.CameraVideo}))
}

// A real ArduCopter 4.7 (CAM1_TYPE 1) gives its camera no number and no capability, counts its photos and has no
// CAMERA_IMAGE_CAPTURED.
func TestACameraWithoutANumber(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.onAutopilot()
	c.device, c.flags, c.uncaptured = 0, 0, true
	w.settle()
	if !w.run(20*time.Second, func() bool { return len(w.s.v.Cameras) == 1 && w.s.v.Cameras[0].StatusAt != nil }) {
		t.Fatal("the camera was not made out")
	}
	began := w.now
	for i := range 2 {
		if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageDone || !strings.Contains(r.Detail, "by the camera's count") || c.starts != i+1 {
			t.Fatalf("%+v, %d photos", r, c.starts)
		}
	}
	if took := w.now.Sub(began); took > 15*time.Second {
		t.Errorf("two photos took %v", took)
	}
	done(t, w.do(fleet.TakePhotos{IntervalS: 0.5, Count: 3}))
	w.run(5*time.Second, nil)
	c.coy = true
	done(t, w.do(fleet.TakePhotos{IntervalS: 0.5}))
	if w.run(5*time.Second, nil); c.left == 0 || !w.s.v.Cameras[0].Photographing {
		t.Errorf("%d left of a series without an end, %+v", c.left, w.s.v.Cameras[0])
	}
	done(t, w.do(fleet.StopPhotos{}))
	if w.run(5*time.Second, nil); c.left != 0 || w.s.v.Cameras[0].Photographing {
		t.Errorf("the series goes on: %d, %+v", c.left, w.s.v.Cameras[0])
	}
	if r := w.do(fleet.SetZoom{Percent: 50}); r.Code != "unsupported" || !strings.Contains(r.Detail, "the autopilot's camera") {
		t.Errorf("%+v", r)
	}
}

func TestWhatACameraRefusesOrDoesNotDo(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	c.refuses[common.MAV_CMD_IMAGE_START_CAPTURE] = common.MAV_RESULT_TEMPORARILY_REJECTED
	if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageRefused || r.Code != "temporarily-rejected" || !strings.HasPrefix(r.Detail, "camera 100: ") {
		t.Errorf("%+v", r)
	}
	delete(c.refuses, common.MAV_CMD_IMAGE_START_CAPTURE)
	for cmd, act := range map[common.MAV_CMD]fleet.Act{
		common.MAV_CMD_IMAGE_START_CAPTURE: fleet.TakePhotos{Single: true},
		common.MAV_CMD_SET_CAMERA_MODE:     fleet.Record{On: true},
		common.MAV_CMD_SET_CAMERA_ZOOM:     fleet.SetZoom{Percent: 90},
	} {
		c.ignores[cmd] = true
		if r := w.do(act); r.Stage != fleet.StageTimedOut || r.Code != "timeout" {
			t.Errorf("%T that was accepted and not done: %+v", act, r)
		}
		c.ignores[cmd] = false
	}
	if n := slices.Compact(slices.Clone(c.numbers)); len(n) != 1 || len(c.numbers) < 2 {
		t.Errorf("a photo of which nothing came was ordered by the numbers %d", c.numbers)
	}
	w.v.deafTo[common.MAV_CMD_SET_CAMERA_FOCUS] = true
	if r := w.do(fleet.SetFocus{Percent: 30}); r.Stage != fleet.StageDone {
		t.Errorf("done and never acknowledged: %+v", r)
	}
	for _, x := range []struct {
		act  fleet.Act
		code string
	}{
		{fleet.TakePhotos{Single: true, Camera: fleet.CameraRef{Component: 101}}, "no-camera"},
		{fleet.SetCameraMode{Mode: fleet.CameraSurvey}, "unsupported"},
		{fleet.SetCameraMode{Mode: "x"}, "bad-value"},
		{fleet.SetZoom{Percent: 101}, "guard"},
		{fleet.TakePhotos{IntervalS: 0.01}, "guard"},
		{fleet.TakePhotos{IntervalS: 1, Count: -3}, "guard"},
	} {
		if r := w.do(x.act); r.Stage != fleet.StageRefused || r.Code != x.code {
			t.Errorf("%+v: %+v", x.act, r)
		}
	}
	if len(w.s.tasks) != 0 {
		t.Errorf("tasks left behind: %d", len(w.s.tasks))
	}
}

func TestTheOnlyStreamShowsTheOtherSensor(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.streams = c.streams[:1]
	c.streams[0].Count = 1
	c.sees()
	done(t, w.do(fleet.ShowSource{Thermal: true}))
	if !w.s.v.Cameras[0].Streams[0].Thermal {
		t.Fatalf("%+v", w.s.v.Cameras[0])
	}
	c.noSource = true
	if r := w.do(fleet.ShowSource{}); r.Code != "unsupported" {
		t.Fatalf("%+v", r)
	}
}

func TestACameraThatGoesDuringAnAct(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeOptics(w)
	c.sees()
	c.silent = true
	if r := w.do(fleet.TakePhotos{Single: true}); r.Stage != fleet.StageFailed || r.Code != "camera-lost" {
		t.Fatalf("%+v", r)
	}
	w.run(time.Second, nil)
	if len(w.s.cmds) != 0 {
		t.Fatalf("commands left behind: %+v", w.s.cmds[0])
	}
}

// An acknowledgement of the camera is none of the autopilot's command of the same id, nor the other way about.
func TestAcknowledgementsBelongToTheirComponent(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.settle()
	now := w.now
	a := w.s.newCommand(now, w.s.longTo(1, common.MAV_CMD_REQUEST_MESSAGE, 242), nil, 3)
	b := w.s.newCommand(now, w.s.longTo(100, common.MAV_CMD_REQUEST_MESSAGE, 259), nil, 3)
	if a.state != cmdSent || b.state != cmdSent {
		t.Fatal("one waits for the other")
	}
	w.s.ack(now, 100, &common.MessageCommandAck{Command: common.MAV_CMD_REQUEST_MESSAGE, Result: common.MAV_RESULT_DENIED})
	if a.state != cmdSent || b.state != cmdRefused {
		t.Fatalf("%v %v", a.state, b.state)
	}
}
