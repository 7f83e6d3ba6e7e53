package mavlink

import (
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// bulk decodes the messages that carry files: thousands come in a row.
var bulk = map[uint32]func(p *[payloadMax]byte) message.Message{
	110: func(p *[payloadMax]byte) message.Message {
		return &common.MessageFileTransferProtocol{TargetNetwork: p[0], TargetSystem: p[1], TargetComponent: p[2], Payload: [251]uint8(p[3:254])}
	},
	120: func(p *[payloadMax]byte) message.Message {
		return &common.MessageLogData{Ofs: u32(p, 0), Id: u16(p, 4), Count: p[6], Data: [90]uint8(p[7:97])}
	},
}
