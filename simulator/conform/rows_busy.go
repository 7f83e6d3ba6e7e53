package conform

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// busyRows are what is refused while a transfer is under way, and that it goes on all the same.
func busyRows() []row {
	begin := func(m func(p *Probe) message.Message) step { return tell(100*time.Millisecond, m) }
	second := func(m func(p *Probe) message.Message) step {
		return step{say: said(m), as: secondSystem, within: few}
	}
	ack := func(how common.MAV_MISSION_RESULT) func(p *Probe) message.Message {
		return func(p *Probe) message.Message {
			return &common.MessageMissionAck{TargetSystem: p.system, TargetComponent: p.component, Type: how}
		}
	}
	wiped := func(p *Probe) message.Message {
		return &common.MessageMissionClearAll{TargetSystem: p.system, TargetComponent: p.component}
	}
	return citing("PX4 v1.17's mission manager",
		ended("busy.before", "upload of two items", "ACCEPTED", upload(plan, up(20), fly(20, 0, 20))),
		talk("busy.clear", "MISSION_CLEAR_ALL during an upload", "request 0 again WPM: IGN CLEAR CMD: Busy", begin(count(2, plan)), tell(few, wiped)),
		talk("busy.set-current", "MISSION_SET_CURRENT during it", "request 0 again WPM: IGN WP CURR CMD: Busy", tell(few, setCurrent(0))),
		talk("busy.list", "MISSION_REQUEST_LIST of a second station during it", "request 0 again Mission download request ignored, already active", second(requestList(plan))),
		talk("busy.request", "a request during it", "request 0 again WPM: REJ. CMD: Busy", tell(few, requestItem(0))),
		talk("busy.item-second", "an item of a second station", "request 0 again REJ. MIS ITEM: partner id mismatch", second(sendItem(plan, 0, up(20)))),
		talk("busy.item-type", "an item of another list", "ack ERROR, request 0 again", begin(count(2, plan)), tell(few, sendItem(fence, 0, up(20)))),
		talk("busy.goes-on", "the item that is wanted", "request 1 again", tell(few, sendItem(plan, 0, up(20)))),
		talk("busy.unsupported", "MISSION_ACK that calls the request unsupported", "float-request 1 again", tell(few, ack(common.MAV_MISSION_UNSUPPORTED))),
		talk("busy.unsupported-again", "the same once more", "request 1 again", tell(few, ack(common.MAV_MISSION_UNSUPPORTED))),
		talk("busy.cancel", "the upload is given up", silence, tell(few, ack(common.MAV_MISSION_OPERATION_CANCELLED))),
		talk("busy.download-count", "COUNT during a download", "ack ERROR WPM: IGN MISSION_COUNT: Busy", begin(requestList(plan)), tell(few, count(2, plan))),
		talk("busy.download-item", "an item during a download", "ack ERROR IGN MISSION_ITEM: Busy", tell(few, sendItem(plan, 0, up(20)))),
		talk("busy.download-second", "a request of a second station", "silence WPM: REJ. CMD: partner id mismatch", second(requestItem(0))),
		talk("busy.download-goes-on", "the request that is wanted", "item 0", tell(few, requestItem(0))),
		talk("busy.download-end", "the download is ended early", silence, tell(few, ack(common.MAV_MISSION_ACCEPTED))),
		talk("busy.ack-second", "MISSION_ACK of a second station", "silence REJ. WP CMD: partner id mismatch", second(ack(common.MAV_MISSION_ACCEPTED))),
	)
}
