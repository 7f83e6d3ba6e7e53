package mavlink

import (
	"strings"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/ftp"
)

// readingRulings are the rows of what is only asked for: the time, rates, files and flight logs.
func readingRulings() []ruling {
	ftpOpen, ftpWrite := ftp.Payload{3: ftp.OpReset}, ftp.Payload{3: 7}
	return []ruling{
		{"time", &px4Guard, addressedTo(&px4Guard, &common.MessageTimesync{Ts1: 5}), nil, true},
		{"time, answered", &px4Guard, addressedTo(&px4Guard, &common.MessageTimesync{Tc1: 1, Ts1: 5}), nil, false},
		{"rate of old", &px4Guard, addressedTo(&px4Guard, &common.MessageRequestDataStream{ReqMessageRate: 4}), nil, true},
		{"file read", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{Payload: ftpOpen}), nil, true},
		{"file written", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{Payload: ftpWrite}), nil, false},
		{"file of another network", &px4Guard, addressedTo(&px4Guard, &common.MessageFileTransferProtocol{TargetNetwork: 1, Payload: ftpOpen}), nil, false},

		{"flight logs listed", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestList{End: 65535}), nil, true},
		{"flight log read", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestData{Id: 1, Count: 90}), nil, true},
		{"flight log let go", &px4Guard, addressedTo(&px4Guard, &common.MessageLogRequestEnd{}), nil, true},
		{"flight logs erased", &px4Guard, addressedTo(&px4Guard, &common.MessageLogErase{}), nil, false},
	}
}

// parameterRulings are the rows of parameters, of the autopilot and of what it carries.
func parameterRulings() []ruling {
	param := func(name string, kind common.MAV_PARAM_TYPE, v float32) *common.MessageParamSet {
		return &common.MessageParamSet{TargetSystem: 7, TargetComponent: 1, ParamId: name, ParamType: kind, ParamValue: v}
	}
	ext := func(component uint8, name, value string, kind common.MAV_PARAM_EXT_TYPE) *common.MessageParamExtSet {
		return &common.MessageParamExtSet{TargetSystem: 7, TargetComponent: component, ParamId: name, ParamType: kind, ParamValue: value}
	}
	read := func(name string, index int16) *common.MessageParamRequestRead {
		return &common.MessageParamRequestRead{TargetSystem: 7, TargetComponent: 1, ParamId: name, ParamIndex: index}
	}
	extRead := func(name string, index int16) *common.MessageParamExtRequestRead {
		return &common.MessageParamExtRequestRead{TargetSystem: 7, TargetComponent: 100, ParamId: name, ParamIndex: index}
	}
	return []ruling{
		{"all parameters", &px4Guard, addressedTo(&px4Guard, &common.MessageParamRequestList{}), nil, true},
		{"parameter by name", &px4Guard, read("NAV_DLL_ACT", -1), nil, true},
		{"parameter by index", &px4Guard, read("", 0), nil, true},
		{"parameter by nothing", &px4Guard, read("", -1), nil, false},
		{"parameter by a name of 16", &px4Guard, read("A123456789012345", -1), nil, true},
		{"parameter by a name of 17", &px4Guard, read("A1234567890123456", -1), nil, false},
		{"parameter by a path", &px4Guard, read("../x", -1), nil, false},
		{"safety parameter", &px4Guard, param("NAV_DLL_ACT", common.MAV_PARAM_TYPE_INT32, 0), nil, true},
		{"another parameter", &px4Guard, param("SYS_AUTOSTART", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"another parameter by an engineer", &freeGuard, param("SYS_AUTOSTART", common.MAV_PARAM_TYPE_INT32, 0), nil, true},
		{"the hash", &freeGuard, param("_HASH_CHECK", common.MAV_PARAM_TYPE_UINT32, 0), nil, false},
		{"parameter without a name", &freeGuard, param("", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"parameter with a name that is none", &freeGuard, param("NAV_\x00", common.MAV_PARAM_TYPE_INT32, 0), nil, false},
		{"octet", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_UINT8, 0), nil, true},
		{"type 0", &px4Guard, param("COM_X", 0, 0), nil, false},
		{"64 bits", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_UINT64, 0), nil, false},
		{"double", &px4Guard, param("COM_X", common.MAV_PARAM_TYPE_REAL64, 0), nil, false},
		{"real", &px4Guard, param("RTL_RETURN_ALT", common.MAV_PARAM_TYPE_REAL32, 30), nil, true},
		{"all of a camera's", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 100}, nil, true},
		{"all of the autopilot's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 1}, nil, false},
		{"all of everybody's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: 0}, nil, false},
		{"all of a station's, extended", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 7, TargetComponent: StationComponent}, nil, false},
		{"all of another's camera", &px4Guard, &common.MessageParamExtRequestList{TargetSystem: 8, TargetComponent: 100}, nil, false},
		{"a camera's by name", &px4Guard, extRead("CAM_MODE", -1), nil, true},
		{"a camera's by index", &px4Guard, extRead("", 3), nil, true},
		{"a camera's by nothing", &px4Guard, extRead("", -1), nil, false},
		{"a camera's by a path", &px4Guard, extRead("a/b", -1), nil, false},
		{"a camera's set", &px4Guard, ext(100, "CAM_MODE", "\x01", 1), nil, true},
		{"a camera's set to text", &px4Guard, ext(100, "CAM_NAME", "abc", 11), nil, true},
		{"a camera's set to what is no number", &px4Guard, ext(100, "CAM_EV", "\x00\x00\xc0\x7f", 9), nil, false},
		{"a camera's set to a type that is none", &px4Guard, ext(100, "CAM_MODE", "\x01", 12), nil, false},
		{"a camera's set to 129 octets", &px4Guard, ext(100, "CAM_NAME", strings.Repeat("a", 129), 11), nil, false},
		{"a camera's set without a name", &px4Guard, ext(100, "", "\x01", 1), nil, false},
	}
}
