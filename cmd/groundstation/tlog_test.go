package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mavlink/tlog"
	"groundstation/mission"
)

// A flown sortie leaves a log in which the order to arm and the vehicle's answer are found, and what its dock said.
func TestASortieLeavesItsLog(t *testing.T) {
	t.Parallel()
	k := newKilled(t)
	k.untilLive()
	var incident mission.Incident
	k.call("POST", "/incidents", map[string]any{"title": "logged", "place": geo.Offset(geo.LatLon{Lat: 32.533, Lon: 120.4874223}, 315, 160)}, &incident)
	aloft := k.await("on the way", 4*time.Minute, func(s mission.Sortie) bool { return reached(s, mission.Outbound) })
	k.call("POST", "/incidents/"+string(incident.ID)+"/cancel", struct{}{}, nil)
	k.await("closed", 3*time.Minute, func(s mission.Sortie) bool { return s.ID == aloft.ID && s.State.Final() })
	dir := filepath.Join(k.data, "tlog", string(aloft.ID))
	sums := filepath.Join(dir, "SHA256SUMS")
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	late := time.After(10 * time.Second)
	for sealed := false; !sealed; {
		select {
		case <-tick.C:
			_, err := os.Stat(sums)
			sealed = err == nil
		case <-late:
			t.Fatal("the log of a closed sortie has no SHA256SUMS")
		}
	}
	f, err := os.Open(filepath.Join(dir, "001.tlog"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var ordered, answered, docked bool
	decoder, r := mavlink.NewDecoder(), tlog.NewReader(f)
	var last time.Time
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec.At.Before(last) || time.Since(rec.At) > time.Hour {
			t.Fatalf("a frame of %v after one of %v", rec.At, last)
		}
		last = rec.At
		bad := decoder.Split(rec.Frame, func(f mavlink.Frame) {
			if m, ok := f.Message.(*common.MessageCommandAck); ok {
				answered = answered || ordered && m.Command == common.MAV_CMD_COMPONENT_ARM_DISARM && m.Result == common.MAV_RESULT_ACCEPTED
			}
			if f.System == 255 && (f.ID == 75 || f.ID == 76) {
				ordered = ordered || ordersToArm(rec.Frame)
			}
			docked = docked || f.ID >= 53000 && f.ID < 53100
		})
		if bad.Bad+bad.Garbage > 0 {
			t.Errorf("%v: a frame that is none: %x", rec.At, rec.Frame)
		}
	}
	if st := r.Stats(); !ordered || !answered || !docked || st.Gaps > 0 || st.Records < 1000 {
		t.Errorf("ordered to arm %t, answered %t, the dock heard %t, %+v", ordered, answered, docked, st)
	}
	if n := k.metric("groundstation_tlog_frames_total"); n < 1000 {
		t.Errorf("%v frames counted", n)
	}
}

// ordersToArm reads COMMAND_LONG and COMMAND_INT by their wire form: param1 first, the command at octet 28.
func ordersToArm(frame []byte) bool {
	p := frame[10 : 10+int(frame[1])]
	return len(p) > 29 && p[28] == 400&0xff && p[29] == 400>>8 && [4]byte(p) == [4]byte{0, 0, 0x80, 0x3f}
}
