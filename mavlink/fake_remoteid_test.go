package mavlink

import (
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// fakeTransmitter is a component that broadcasts Open Drone ID: https://mavlink.io/en/services/opendroneid.html. It is
// good to arm while the station tells it who flies.
type fakeTransmitter struct {
	w      *world
	enc    *Encoder
	comp   uint8
	off    bool
	broken string // what it says is wrong
	mute   bool   // heartbeats, and no status

	at     map[string]time.Time // when what it needs last came
	basic  *common.MessageOpenDroneIdBasicId
	owner  *common.MessageOpenDroneIdOperatorId
	self   *common.MessageOpenDroneIdSelfId
	system *common.MessageOpenDroneIdSystem
}

func newFakeTransmitter(w *world, comp uint8) *fakeTransmitter {
	x := &fakeTransmitter{w: w, enc: testEncoder(7, comp), comp: comp, at: map[string]time.Time{}}
	beside, tick := w.v.beside, w.v.besideTick
	w.v.beside = func(m message.Message) bool { return x.take(m) || beside != nil && beside(m) }
	w.v.besideTick = func(now time.Time) {
		if tick != nil {
			tick(now)
		}
		x.tick()
	}
	return x
}

// take hears what is addressed to all, or to it.
func (x *fakeTransmitter) take(m message.Message) bool {
	note := func(component uint8, what string) bool {
		if component == 0 || component == x.comp {
			x.at[what] = x.w.now
			return true
		}
		return false
	}
	switch m := m.(type) {
	case *common.MessageOpenDroneIdBasicId:
		x.basic = m
		note(m.TargetComponent, "basic id")
	case *common.MessageOpenDroneIdOperatorId:
		x.owner = m
		note(m.TargetComponent, "operator id")
	case *common.MessageOpenDroneIdSystem:
		x.system = m
		note(m.TargetComponent, "system")
	case *common.MessageOpenDroneIdSelfId:
		x.self = m
	default:
		return false
	}
	return false // another may want it too
}

func (x *fakeTransmitter) tick() {
	if x.off || !x.w.v.every("remote id "+string(rune(x.comp)), time.Second) {
		return
	}
	x.say(&common.MessageHeartbeat{Type: minimal.MAV_TYPE_ODID, Autopilot: minimal.MAV_AUTOPILOT_INVALID, SystemStatus: minimal.MAV_STATE_ACTIVE, MavlinkVersion: 3})
	if !x.mute {
		x.say(x.status())
	}
}

func (x *fakeTransmitter) status() *common.MessageOpenDroneIdArmStatus {
	var lacks []string
	if x.broken != "" {
		lacks = append(lacks, x.broken)
	}
	for _, what := range []string{"basic id", "operator id", "system"} {
		if x.at[what].IsZero() || x.w.now.Sub(x.at[what]) > 5*time.Second {
			lacks = append(lacks, "no "+what)
		}
	}
	if len(lacks) == 0 {
		return &common.MessageOpenDroneIdArmStatus{}
	}
	return &common.MessageOpenDroneIdArmStatus{Status: common.MAV_ODID_ARM_STATUS_PRE_ARM_FAIL_GENERIC, Error: strings.Join(lacks, ", ")}
}

func (x *fakeTransmitter) say(m message.Message) {
	b, err := x.enc.Encode(nil, m)
	if err != nil {
		x.w.t.Fatal(err)
	}
	x.w.fly(b, false, nil)
}
