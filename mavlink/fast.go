package mavlink

import (
	"encoding/binary"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
)

// fast decodes the messages that make up most of the traffic; field offsets follow the wire order (largest first).
// A test holds each against the reflective decoder.
var fast = map[uint32]func(p *[payloadMax]byte) message.Message{
	0: func(p *[payloadMax]byte) message.Message {
		return &common.MessageHeartbeat{
			CustomMode: u32(p, 0), Type: minimal.MAV_TYPE(p[4]), Autopilot: minimal.MAV_AUTOPILOT(p[5]),
			BaseMode: minimal.MAV_MODE_FLAG(p[6]), SystemStatus: minimal.MAV_STATE(p[7]), MavlinkVersion: p[8],
		}
	},
	30: func(p *[payloadMax]byte) message.Message {
		return &common.MessageAttitude{
			TimeBootMs: u32(p, 0), Roll: f32(p, 4), Pitch: f32(p, 8), Yaw: f32(p, 12),
			Rollspeed: f32(p, 16), Pitchspeed: f32(p, 20), Yawspeed: f32(p, 24),
		}
	},
	33: func(p *[payloadMax]byte) message.Message {
		return &common.MessageGlobalPositionInt{
			TimeBootMs: u32(p, 0), Lat: i32(p, 4), Lon: i32(p, 8), Alt: i32(p, 12), RelativeAlt: i32(p, 16),
			Vx: i16(p, 20), Vy: i16(p, 22), Vz: i16(p, 24), Hdg: u16(p, 26),
		}
	},
	87: func(p *[payloadMax]byte) message.Message {
		return &common.MessagePositionTargetGlobalInt{
			TimeBootMs: u32(p, 0), LatInt: i32(p, 4), LonInt: i32(p, 8), Alt: f32(p, 12),
			Vx: f32(p, 16), Vy: f32(p, 20), Vz: f32(p, 24), Afx: f32(p, 28), Afy: f32(p, 32), Afz: f32(p, 36),
			Yaw: f32(p, 40), YawRate: f32(p, 44),
			TypeMask: common.POSITION_TARGET_TYPEMASK(u16(p, 48)), CoordinateFrame: common.MAV_FRAME(p[50]),
		}
	},
	245: func(p *[payloadMax]byte) message.Message {
		return &common.MessageExtendedSysState{
			VtolState: common.MAV_VTOL_STATE(p[0]), LandedState: common.MAV_LANDED_STATE(p[1]),
		}
	},
	285: func(p *[payloadMax]byte) message.Message {
		return &common.MessageGimbalDeviceAttitudeStatus{
			TimeBootMs: u32(p, 0), Q: [4]float32{f32(p, 4), f32(p, 8), f32(p, 12), f32(p, 16)},
			AngularVelocityX: f32(p, 20), AngularVelocityY: f32(p, 24), AngularVelocityZ: f32(p, 28),
			FailureFlags: common.GIMBAL_DEVICE_ERROR_FLAGS(u32(p, 32)), Flags: common.GIMBAL_DEVICE_FLAGS(u16(p, 36)),
			TargetSystem: p[38], TargetComponent: p[39],
			DeltaYaw: f32(p, 40), DeltaYawVelocity: f32(p, 44), GimbalDeviceId: p[48],
		}
	},
	436: func(p *[payloadMax]byte) message.Message {
		return &common.MessageCurrentMode{
			CustomMode: u32(p, 0), IntendedCustomMode: u32(p, 4), StandardMode: common.MAV_STANDARD_MODE(p[8]),
		}
	},
}

func u16(p *[payloadMax]byte, i int) uint16  { return binary.LittleEndian.Uint16(p[i:]) }
func i16(p *[payloadMax]byte, i int) int16   { return int16(u16(p, i)) }
func u32(p *[payloadMax]byte, i int) uint32  { return binary.LittleEndian.Uint32(p[i:]) }
func i32(p *[payloadMax]byte, i int) int32   { return int32(u32(p, i)) }
func f32(p *[payloadMax]byte, i int) float32 { return math.Float32frombits(u32(p, i)) }
