package mavlink

import (
	"fmt"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// Input is what a session is stepped with: FrameIn, IntentIn, WithdrawIn, Renew, Tick.
type Input interface{ input() }

// FrameIn is a frame of this session's system and where it came from. It is read during the Step only.
type FrameIn struct {
	Frame  Frame
	Source Source
	// Signed says that the frame was signed with the system's key, and is no replay.
	Signed bool
}

// IntentIn is a wish of the Desk.
type IntentIn struct{ Intent fleet.Intent }

// WithdrawIn ends an Intent that the Desk wants no more; one that is over, or was never heard of, is none of it.
type WithdrawIn struct{ Intent fleet.IntentID }

// Renew lets the session send the GCS heartbeat until Until.
type Renew struct{ Until time.Time }

// Tick is the passing of time; due when Deadline is reached.
type Tick struct{}

func (*FrameIn) input()   {}
func (IntentIn) input()   {}
func (WithdrawIn) input() {}
func (Renew) input()      {}
func (Tick) input()       {}

// Output is what a session wants done: Transmit, Emit.
type Output interface{ output() }

// Transmit is a message that has passed the guard.
type Transmit struct {
	To      Source
	Message message.Message
}

// Emit is something to tell the Board and the Desk.
type Emit struct{ Event fleet.Event }

func (Transmit) output() {}
func (Emit) output()     {}

// The station's own address on every link.
const (
	StationSystem    = 255
	StationComponent = 190 // MAV_COMP_ID_MISSIONPLANNER
)

// autopilot is MAV_COMP_ID_AUTOPILOT1: the component of a vehicle or a dock that is commanded.
const autopilot = 1

// Stream is a message asked for with SET_MESSAGE_INTERVAL.
type Stream struct {
	ID uint32 `toml:"id"`
	// Hz is the rate; negative switches it off.
	Hz float64 `toml:"hz"`
}

// Check says whether the stream can be asked for: an id of 24 bits, and 0.01 to 100 Hz or off.
func (st Stream) Check() error {
	if st.ID >= 1<<24 {
		return fmt.Errorf("message id %d is not within 0 to %d", st.ID, 1<<24-1)
	}
	if !(st.Hz < 0 && st.Hz >= -1 || st.Hz >= 0.01 && st.Hz <= 100) {
		return fmt.Errorf("message %d at %v Hz: the rate is 0.01 to 100 Hz, or -1 for off", st.ID, st.Hz)
	}
	return nil
}

// Config is what all sessions share.
type Config struct {
	// Stale and Lost are the silences after which a link is called so; without a heartbeat for Lost it is lost too.
	Stale, Lost time.Duration
	// EmitEvery is the least time between two conflatable VehicleChanged or DockChanged.
	EmitEvery time.Duration
	// Streams are asked of each vehicle that appears, in this order; nil asks for none.
	Streams []Stream
	// FileRate is how many octets a second of a vehicle's files are asked for; 0 is no bound.
	FileRate int
}

// With is c with other rates for some messages.
func (c Config) With(streams []Stream) Config {
	c.Streams = slices.Clone(c.Streams)
	for _, st := range streams {
		i := slices.IndexFunc(c.Streams, func(have Stream) bool { return have.ID == st.ID })
		if i < 0 {
			c.Streams = append(c.Streams, st)
		} else {
			c.Streams[i] = st
		}
	}
	return c
}

// DefaultConfig is 3 s and 10 s, 25 Hz, and about 50 messages a second of each vehicle. Browsers are served at 10 Hz; a
// pace as slow here would add its wait to theirs.
func DefaultConfig() Config {
	return Config{
		Stale: 3 * time.Second, Lost: 10 * time.Second, EmitEvery: 40 * time.Millisecond, FileRate: 200_000,
		Streams: []Stream{
			{2, 0.5}, {1, 2}, {245, 5}, {33, 15}, {30, 10}, {436, 5}, {285, 5}, {42, 2}, {87, 2}, {24, 2}, {147, 1}, {242, 0.5},
			// What PX4 would send on its own and no one here reads, busiest first.
			{31, -1}, {83, -1}, {32, -1}, {85, -1}, {36, -1}, {74, -1}, {29, -1}, {141, -1}, {230, -1},
			{441, -1}, {12901, -1}, {12904, -1}, {380, -1}, {132, -1}, {241, -1}, {8, -1},
		},
	}
}
