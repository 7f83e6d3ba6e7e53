package mavlink

import (
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// dataStreams are the groups of messages of REQUEST_DATA_STREAM, by the messages in them that are asked for.
var dataStreams = map[uint32]common.MAV_DATA_STREAM{
	24: common.MAV_DATA_STREAM_EXTENDED_STATUS, 42: common.MAV_DATA_STREAM_EXTENDED_STATUS, 87: common.MAV_DATA_STREAM_EXTENDED_STATUS,
	33: common.MAV_DATA_STREAM_POSITION, 30: common.MAV_DATA_STREAM_EXTRA1, 147: common.MAV_DATA_STREAM_EXTRA3,
	245: common.MAV_DATA_STREAM_EXTENDED_STATUS, 2: common.MAV_DATA_STREAM_EXTRA3,
}

// dataStream asks the old way for a message that SET_MESSAGE_INTERVAL could not be used for. It is not acknowledged; a
// group is asked for once for each of its messages.
func (s *Session) dataStream(now time.Time, refused *common.MessageCommandLong) {
	group, ok := dataStreams[uint32(refused.Param1)]
	if refused.Command != common.MAV_CMD_SET_MESSAGE_INTERVAL || !ok || refused.Param2 <= 0 {
		return
	}
	_ = s.transmit(now, &common.MessageRequestDataStream{TargetSystem: uint8(s.system), TargetComponent: autopilot,
		ReqStreamId: group, ReqMessageRate: uint16(max(1, min(50, 1e6/refused.Param2))), StartStop: 1}, nil)
}
