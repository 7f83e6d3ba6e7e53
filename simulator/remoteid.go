package simulator

import (
	"strings"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

const (
	remoteIDComponent = uint8(common.MAV_COMP_ID_ODID_TXRX_1)
	remoteIDPeriod    = time.Second // of heartbeat and arming status
	placeFresh        = 5 * time.Second
	namesFresh        = 10 * time.Second
	goodToArm         = "good to arm"
)

// remoteID is a vehicle's transmitter of Open Drone ID (https://mavlink.io/en/services/opendroneid.html), a component of its
// own. It is good to arm while it has a position, and the ground station, which it knows by its heartbeat, tells it again
// and again who flies, who operates and from where.
type remoteID struct {
	v     *vehicle
	voice voice
	next  time.Time
	gcs   uint8 // the system of the ground station, 0 before its first heartbeat
	// When each was last told.
	basicAt, operatorAt, systemAt time.Time
	fault                         string // what is wrong with it, by a fault
	mute                          bool   // it says nothing at all, by a fault
	// What state gave last, and when: the truth is looked at far more often than it changes.
	now   string
	nowAt time.Time
}

// stateEvery is how old what state gives may be.
const stateEvery = 200 * time.Millisecond

func newRemoteID(v *vehicle) *remoteID {
	return &remoteID{v: v, next: v.w.now.Add(remoteIDPeriod * time.Duration(v.at.SystemID%10) / 10),
		voice: voice{codec: v.w.codec, system: uint8(v.at.SystemID), component: remoteIDComponent, sec: &v.sec}}
}

func (r *remoteID) send(m message.Message) { r.v.w.post(r.v.at.SystemID, &r.v.radio, &r.voice, m) }

// step says what is due.
func (r *remoteID) step(now time.Time) {
	if r.mute || now.Before(r.next) {
		return
	}
	r.next = r.next.Add(remoteIDPeriod)
	if r.next.Before(now) { // after a pause there is no burst
		r.next = now.Add(remoteIDPeriod)
	}
	r.send(&common.MessageHeartbeat{Type: common.MAV_TYPE_ODID, Autopilot: common.MAV_AUTOPILOT_INVALID, SystemStatus: common.MAV_STATE_ACTIVE, MavlinkVersion: 3})
	m := &common.MessageOpenDroneIdArmStatus{}
	if lacks := r.lacks(now); lacks != "" {
		m.Status, m.Error = common.MAV_ODID_ARM_STATUS_PRE_ARM_FAIL_GENERIC, lacks
	}
	r.send(m)
}

// lacks is what keeps it from being good to arm, at most 50 octets; empty: nothing does.
func (r *remoteID) lacks(now time.Time) string {
	if r.fault != "" {
		return r.fault
	}
	var out []string
	for _, need := range []struct {
		name  string
		at    time.Time
		fresh time.Duration
	}{{"basic_id", r.basicAt, namesFresh}, {"operator_id", r.operatorAt, namesFresh}, {"system", r.systemAt, placeFresh}} {
		if need.at.IsZero() || now.Sub(need.at) > need.fresh {
			out = append(out, need.name)
		}
	}
	located := r.v.gnss.fix >= 3
	if r.v.outside != nil {
		located = r.v.seesSky() // the process keeps its fix to itself; the transmitter has a receiver of its own
	}
	if !located {
		out = append(out, "position")
	}
	if len(out) == 0 {
		return ""
	}
	return "missing " + strings.Join(out, ", ")
}

// receive takes a frame of the station.
func (r *remoteID) receive(now time.Time, f frame) {
	if r.mute {
		return
	}
	mine := func(system, component uint8, of [20]uint8) bool {
		return r.gcs != 0 && f.system == r.gcs && (system == 0 || system == r.voice.system) && (component == 0 || component == r.voice.component) && of == [20]uint8{}
	}
	switch m := f.msg.(type) {
	case *common.MessageHeartbeat:
		if m.Type == common.MAV_TYPE_GCS {
			r.gcs = f.system
		}
	case *common.MessageOpenDroneIdBasicId:
		if mine(m.TargetSystem, m.TargetComponent, m.IdOrMac) && m.UasId[0] != 0 {
			r.basicAt = now
		}
	case *common.MessageOpenDroneIdOperatorId:
		if mine(m.TargetSystem, m.TargetComponent, m.IdOrMac) && m.OperatorId != "" {
			r.operatorAt = now
		}
	case *common.MessageOpenDroneIdSystem:
		since2019 := time.Duration(m.Timestamp) * time.Second
		age := now.Sub(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(since2019))
		placed := m.OperatorLatitude != 0 || m.OperatorLongitude != 0
		if mine(m.TargetSystem, m.TargetComponent, m.IdOrMac) && placed && age < placeFresh && age > -placeFresh {
			r.systemAt = now
		}
	}
}

// state is what it would say now; empty: there is none.
func (r *remoteID) state(now time.Time) string {
	switch {
	case r == nil:
		return ""
	case r.mute:
		return "silent"
	}
	if now.Sub(r.nowAt) >= stateEvery {
		r.nowAt = now
		if r.now = r.lacks(now); r.now == "" {
			r.now = goodToArm
		}
	}
	return r.now
}

// inject is the fault remote-id-fail: "status" (it says so) or "silent" (it says nothing any more).
func (r *remoteID) inject(f Fault) {
	r.fault, r.mute, r.nowAt = "", false, time.Time{}
	switch {
	case f.Clear:
	case f.How == "silent":
		r.mute = true
	default:
		if r.fault = f.Text; r.fault == "" {
			r.fault = "transmitter fault"
		}
	}
}
