package conform

import (
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// harmless is the question of these rows: SYSTEM_TIME off, or of a dock, DOCK_POWER as it is by default.
func harmless(p *Probe) *common.MessageCommandLong {
	if p.who == Dock {
		return long(p, common.MAV_CMD_SET_MESSAGE_INTERVAL, 53003, 0)
	}
	return long(p, common.MAV_CMD_SET_MESSAGE_INTERVAL, 2, -1)
}

// frameRows are good and bad frames around one harmless question.
func frameRows() []row {
	question := func(p *Probe) []byte {
		p.seq[ownSystem]++
		return p.codec.frameOf(harmless(p), ownSystem, ownComponent, p.seq[ownSystem]-1)
	}
	asked := func(id, name, want string, datagrams func(p *Probe) [][]byte) row {
		return row{id: "frame." + id, name: name, steps: []step{{raw: datagrams, within: 700 * time.Millisecond}},
			answer: func(_ *Probe, in [][]heard) string { return acks(in[0], common.MAV_CMD_SET_MESSAGE_INTERVAL) }}.on(PX4, want).on(Dock, want)
	}
	one := func(change func(p *Probe, b []byte) []byte) func(p *Probe) [][]byte {
		return func(p *Probe) [][]byte { return [][]byte{change(p, question(p))} }
	}
	same := func(_ *Probe, b []byte) []byte { return b }
	from := func(system uint8) func(p *Probe) [][]byte {
		return func(p *Probe) [][]byte {
			if system == 0 {
				return [][]byte{p.codec.frameOf(harmless(p), 0, ownComponent, 0)}
			}
			return [][]byte{p.codec.frameOf(harmless(p), p.system, ownComponent, 0)}
		}
	}
	good := func(id string) row {
		return asked(id, "a good frame right after", "ACCEPTED", one(same)).on(Dock, "ACCEPTED")
	}
	return citing(pageFrames,
		asked("good", "a good frame", "ACCEPTED", one(same)),
		asked("truncated", "a frame cut short, then two good ones: it takes the beginning of the next with it", "ACCEPTED", func(p *Probe) [][]byte {
			b := question(p)
			return [][]byte{b[: len(b)-12 : len(b)-12], question(p), question(p)}
		}),
		asked("checksum", "a frame with a wrong checksum", silence, one(func(_ *Probe, b []byte) []byte { b[len(b)-1] ^= 0x55; return b })),
		good("checksum-after"),
		asked("garbage", "garbage before a frame in one datagram", "ACCEPTED", one(func(_ *Probe, b []byte) []byte { return append([]byte("\x00\x01\x02garbage\xff"), b...) })),
		asked("two", "two frames in one datagram", "ACCEPTED ACCEPTED", func(p *Probe) [][]byte { return [][]byte{append(question(p), question(p)...)} }),
		asked("split", "a frame in two datagrams", "ACCEPTED", func(p *Probe) [][]byte {
			b := question(p)
			return [][]byte{b[:15:15], slices.Clone(b[15:])}
		}),
		good("split-after"),
		asked("incompatible", "an unknown incompatibility flag", silence, func(p *Probe) [][]byte {
			return [][]byte{p.codec.pack(harmless(p), magicV2, 0x80, ownSystem, ownComponent, 0)}
		}),
		good("incompatible-after"),
		asked("v1", "a MAVLink 1 frame", "ACCEPTED", func(p *Probe) [][]byte {
			return [][]byte{p.codec.pack(harmless(p), magicV1, 0, ownSystem, ownComponent, 0)}
		}),
		row{id: "frame.v1-answers", name: "version of the frames after that", steps: []step{{raw: one(same), within: time.Second}}, answer: func(_ *Probe, in [][]heard) string {
			for _, h := range in[0] {
				if h.magic == magicV1 {
					return "MAVLink 1"
				}
			}
			return "MAVLink 2"
		}}.on(PX4, "MAVLink 2"),
		asked("own-id", "a frame that has the vehicle's own system id", "ACCEPTED", from(1)),
		asked("id-0", "a frame of system 0", "ACCEPTED", from(0)),
		asked("zeros", "a datagram of zeros, then a good frame", "ACCEPTED", func(p *Probe) [][]byte { return [][]byte{make([]byte, 280), question(p)} }),
		asked("empty", "an empty datagram, then a good frame", "ACCEPTED", func(p *Probe) [][]byte { return [][]byte{{}, question(p)} }),
	)
}
