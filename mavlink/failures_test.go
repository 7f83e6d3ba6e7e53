package mavlink

import (
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// uploadBound is how long an upload may take that nobody gave a bound.
const uploadBound = time.Minute + 40*resendFirst

// spoiler changes what the vehicle says about its mission: what it gives is sent instead, and whether that was a failure.
type spoiler func(m message.Message) (instead []message.Message, failed bool)

func drop(is func(message.Message) bool) spoiler {
	return func(m message.Message) ([]message.Message, bool) {
		if is(m) {
			return nil, true
		}
		return []message.Message{m}, false
	}
}

func replace(is func(message.Message) bool, by func(message.Message) message.Message) spoiler {
	return func(m message.Message) ([]message.Message, bool) {
		if is(m) {
			return []message.Message{by(m)}, true
		}
		return []message.Message{m}, false
	}
}

func missionCount(m message.Message) bool {
	c, ok := m.(*common.MessageMissionCount)
	return ok && c.MissionType == common.MAV_MISSION_TYPE_MISSION
}

func missionItem(seq uint16) func(message.Message) bool {
	return func(m message.Message) bool {
		i, ok := m.(*common.MessageMissionItemInt)
		return ok && i.MissionType == common.MAV_MISSION_TYPE_MISSION && i.Seq == seq
	}
}

func missionRequest(seq uint16) func(message.Message) bool {
	return func(m message.Message) bool {
		r, ok := m.(*common.MessageMissionRequestInt)
		return ok && r.MissionType == common.MAV_MISSION_TYPE_MISSION && r.Seq == seq
	}
}

func missionAcked(m message.Message) bool {
	a, ok := m.(*common.MessageMissionAck)
	return ok && a.MissionType == common.MAV_MISSION_TYPE_MISSION
}

func ackOf(result common.MAV_MISSION_RESULT) func(message.Message) message.Message {
	return func(message.Message) message.Message {
		return &common.MessageMissionAck{TargetSystem: StationSystem, TargetComponent: StationComponent, Type: result}
	}
}

func otherSequence(m message.Message) message.Message {
	switch m := m.(type) {
	case *common.MessageMissionItemInt:
		other := *m
		other.Seq += 2
		return &other
	case *common.MessageMissionRequestInt:
		other := *m
		other.Seq += 2
		return &other
	}
	return m
}

// TestMissionFailureModes are the ways in which a vehicle can fail to do its part of the mission protocol, those of
// QGroundControl's mock vehicle under its names, and a few more. What fails once is overcome; what fails always ends
// within its bound, with a code, and whatever the vehicle holds then is the whole plan or none of it. A final
// acknowledgement decides nothing: the read-back does.
func TestMissionFailureModes(t *testing.T) {
	for _, c := range []struct {
		name   string
		spoil  spoiler
		always fleet.Stage // how it ends when it fails each time
		code   string
	}{
		{"ReadRequestListNoResponse", drop(missionCount), fleet.StageTimedOut, "timeout"},
		{"ReadRequest0NoResponse", drop(missionItem(0)), fleet.StageTimedOut, "timeout"},
		{"ReadRequest1NoResponse", drop(missionItem(1)), fleet.StageTimedOut, "timeout"},
		{"ReadRequest0IncorrectSequence", replace(missionItem(0), otherSequence), fleet.StageTimedOut, "timeout"},
		{"ReadRequest1IncorrectSequence", replace(missionItem(1), otherSequence), fleet.StageTimedOut, "timeout"},
		{"ReadRequest0ErrorAck", replace(missionItem(0), ackOf(common.MAV_MISSION_ERROR)), fleet.StageTimedOut, "timeout"},
		{"ReadRequest1ErrorAck", replace(missionItem(1), ackOf(common.MAV_MISSION_ERROR)), fleet.StageTimedOut, "timeout"},
		{"WriteMissionCountNoResponse", drop(missionRequest(0)), fleet.StageTimedOut, "timeout"},
		{"WriteRequest1NoResponse", drop(missionRequest(1)), fleet.StageTimedOut, "timeout"},
		{"WriteRequest0IncorrectSequence", replace(missionRequest(0), otherSequence), fleet.StageTimedOut, "timeout"},
		{"WriteRequest1IncorrectSequence", replace(missionRequest(1), otherSequence), fleet.StageTimedOut, "timeout"},
		{"WriteRequest0ErrorAck", replace(missionRequest(0), ackOf(common.MAV_MISSION_ERROR)), fleet.StageTimedOut, "timeout"},
		{"WriteRequest1ErrorAck", replace(missionRequest(1), ackOf(common.MAV_MISSION_ERROR)), fleet.StageTimedOut, "timeout"},
		{"WriteFinalAckNoResponse", drop(missionAcked), fleet.StageDone, ""},
		{"WriteFinalAckErrorAck", replace(missionAcked, ackOf(common.MAV_MISSION_ERROR)), fleet.StageDone, ""},
		{"WriteFinalAckMissingRequests", replace(missionRequest(3), ackOf(common.MAV_MISSION_ACCEPTED)), fleet.StageTimedOut, "timeout"},
		{"WriteFinalAckNoSpace", replace(missionAcked, ackOf(common.MAV_MISSION_NO_SPACE)), fleet.StageRefused, "denied"},
		{"WriteRequest1Denied", replace(missionRequest(1), ackOf(common.MAV_MISSION_DENIED)), fleet.StageRefused, "denied"},
		{"ReadRequestListOtherCount", replace(missionCount, func(m message.Message) message.Message {
			other := *m.(*common.MessageMissionCount)
			other.Count--
			return &other
		}), fleet.StageFailed, "readback-mismatch"},
		{"ReadRequest1OtherItem", replace(missionItem(1), func(m message.Message) message.Message {
			other := *m.(*common.MessageMissionItemInt)
			other.Param2++
			return &other
		}), fleet.StageFailed, "readback-mismatch"},
	} {
		t.Run(c.name+"/once", func(t *testing.T) {
			if c.code == "denied" {
				return // a refusal is an answer, the first as well as the last
			}
			w, failures := spoiled(t, c.spoil, 1)
			r := w.do(worldPlan())
			if r.Stage != fleet.StageDone {
				t.Fatalf("%+v", r)
			}
			if *failures != 1 {
				t.Fatalf("failed %d times", *failures)
			}
			w.holds(t, worldPlan())
		})
		t.Run(c.name+"/always", func(t *testing.T) {
			w, failures := spoiled(t, c.spoil, 1<<30)
			begun := w.now
			r := w.do(worldPlan())
			if r.Stage != c.always || r.Code != c.code {
				t.Fatalf("%+v", r)
			}
			if took := w.now.Sub(begun); *failures == 0 || took > uploadBound {
				t.Fatalf("failed %d times, ended after %v", *failures, took)
			}
			if len(w.v.lists[common.MAV_MISSION_TYPE_MISSION]) != 0 {
				w.holds(t, worldPlan())
			}
		})
	}
}

// spoiled is a world whose vehicle fails as often.
func spoiled(t *testing.T, s spoiler, most int) (w *world, failures *int) {
	t.Helper()
	w = newWorld(t, 1, goodRadio)
	w.settle()
	failures = new(int)
	say := w.v.send
	w.v.send = func(m message.Message) {
		if *failures >= most {
			say(m)
			return
		}
		instead, failed := s(m)
		if failed {
			*failures++
		}
		for _, m := range instead {
			say(m)
		}
	}
	return w, failures
}

// holds checks that the vehicle has the whole plan on board.
func (w *world) holds(t *testing.T, plan fleet.UploadPlan) {
	t.Helper()
	want, got := missionTransfer(7, plan.Items, false).items, w.v.lists[common.MAV_MISSION_TYPE_MISSION]
	if len(got) != len(want) {
		t.Fatalf("%d items on board, want %d", len(got), len(want))
	}
	for i := range want {
		if !sameItem(&want[i], &got[i], 0) {
			t.Errorf("item %d on board: %+v", i, got[i])
		}
	}
}
