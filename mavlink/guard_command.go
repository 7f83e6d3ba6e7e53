package mavlink

import (
	"errors"
	"fmt"
	"math"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/fleet"
)

// errUnlisted is wrapped by the refusal of a command that a list does not name.
var errUnlisted = errors.New("not on the list")

func unlisted(id common.MAV_CMD) error {
	return fmt.Errorf("%w: command %d is %w", ErrGuard, id, errUnlisted)
}

// or is the verdict of the list that names a command: the second one's where the first does not. The same rules hold for a
// command in whichever of the two messages it travels.
func or(err error, second func() error) error {
	if errors.Is(err, errUnlisted) {
		return second()
	}
	return err
}

// locates says whether the fifth to seventh parameter of a command are a place.
func locates(id common.MAV_CMD) bool {
	switch id {
	case common.MAV_CMD_DO_REPOSITION, common.MAV_CMD_DO_ORBIT, common.MAV_CMD_DO_SET_HOME, common.MAV_CMD_DO_SET_ROI_LOCATION:
		return true
	}
	return false
}

// nowhere says whether a DO_REPOSITION names no place at all, by MAVLink's own words for that.
func nowhere(m *common.MessageCommandInt) bool {
	return m.Command == common.MAV_CMD_DO_REPOSITION && m.X == math.MaxInt32 && m.Y == math.MaxInt32 && math.IsNaN(float64(m.Z))
}

// intForm is a COMMAND_LONG as COMMAND_INT (https://mavlink.io/en/services/command.html): a place in degE7, and AMSL.
func intForm(m *common.MessageCommandLong) *common.MessageCommandInt {
	i := &common.MessageCommandInt{
		TargetSystem: m.TargetSystem, TargetComponent: m.TargetComponent, Frame: common.MAV_FRAME_GLOBAL, Command: m.Command,
		Param1: m.Param1, Param2: m.Param2, Param3: m.Param3, Param4: m.Param4, X: int32(m.Param5), Y: int32(m.Param6), Z: m.Param7,
	}
	switch {
	case m.Command == common.MAV_CMD_DO_REPOSITION && math.IsNaN(float64(m.Param5)) && math.IsNaN(float64(m.Param6)):
		i.X, i.Y = math.MaxInt32, math.MaxInt32
	case locates(m.Command):
		i.X, i.Y = toE7(float64(m.Param5)), toE7(float64(m.Param6))
	}
	return i
}

// longForm is a COMMAND_INT as COMMAND_LONG. A place in float32 is off by as much as a metre.
func longForm(m *common.MessageCommandInt) *common.MessageCommandLong {
	l := &common.MessageCommandLong{
		TargetSystem: m.TargetSystem, TargetComponent: m.TargetComponent, Command: m.Command,
		Param1: m.Param1, Param2: m.Param2, Param3: m.Param3, Param4: m.Param4, Param5: float32(m.X), Param6: float32(m.Y), Param7: m.Z,
	}
	switch {
	case nowhere(m):
		l.Param5, l.Param6 = m.Z, m.Z // NaN
	case locates(m.Command):
		l.Param5, l.Param6 = float32(float64(m.X)/1e7), float32(float64(m.Y)/1e7)
	}
	return l
}

// current checks the item from which a plan is to be flown: the first, or the one that the Envelope names of the very plan
// that is on board.
func (g *guard) current(seq int, env *fleet.Envelope) error {
	own := 0
	if g.auto != nil {
		own = g.auto.ownItems()
	}
	switch {
	case seq == 0 || seq == own:
		return nil
	case env == nil || env.Item == nil || env.Item.Item != seq-own:
		return refuse("a plan is only started from its first item")
	case g.plan == "" || env.Item.Plan != g.plan:
		return refuse("the plan on board is not the one of which item %d was approved", env.Item.Item)
	}
	return nil
}
