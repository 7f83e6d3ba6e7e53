package mavlink

import (
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// exact decodes messages whose character fields hold numbers: the reflective decoder ends such a field at its first zero.
var exact = map[uint32]func(p *[payloadMax]byte) message.Message{
	322: func(p *[payloadMax]byte) message.Message {
		return &common.MessageParamExtValue{ParamCount: u16(p, 0), ParamIndex: u16(p, 2), ParamId: name16(p, 4), ParamValue: strings.TrimRight(string(p[20:148]), "\x00"),
			ParamType: common.MAV_PARAM_EXT_TYPE(p[148])}
	},
	323: func(p *[payloadMax]byte) message.Message {
		return &common.MessageParamExtSet{TargetSystem: p[0], TargetComponent: p[1], ParamId: name16(p, 2), ParamValue: strings.TrimRight(string(p[18:146]), "\x00"),
			ParamType: common.MAV_PARAM_EXT_TYPE(p[146])}
	},
	324: func(p *[payloadMax]byte) message.Message {
		return &common.MessageParamExtAck{ParamId: name16(p, 0), ParamValue: strings.TrimRight(string(p[16:144]), "\x00"),
			ParamType: common.MAV_PARAM_EXT_TYPE(p[144]), ParamResult: common.PARAM_ACK(p[145])}
	},
}

func fastOf(id uint32) func(p *[payloadMax]byte) message.Message {
	if f := fast[id]; f != nil {
		return f
	}
	if f := bulk[id]; f != nil {
		return f
	}
	return exact[id]
}

// name16 is a field of 16 characters, ended by a zero if it is shorter.
func name16(p *[payloadMax]byte, at int) string {
	name, _, _ := strings.Cut(string(p[at:at+16]), "\x00")
	return name
}
