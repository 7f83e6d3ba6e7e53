package plan

import (
	"fmt"

	"groundstation/fleet"
)

// checkItem says what is wrong with one item.
func checkItem(it fleet.Item) error {
	switch it.Kind {
	case fleet.ItemTakeoff, fleet.ItemWaypoint, fleet.ItemROI:
		if err := it.Position.Check(); err != nil {
			return err
		}
		if !within(it.HoldS, 0, maxHoldS) {
			return fmt.Errorf("a hold of %v s is not within 0 to %d", it.HoldS, maxHoldS)
		}
	case fleet.ItemSpeed:
		if !within(it.SpeedMS, 0.1, maxSpeed) {
			return fmt.Errorf("a speed of %v m/s is not within 0.1 to %d", it.SpeedMS, maxSpeed)
		}
	case fleet.ItemROINone:
	default:
		return fmt.Errorf("%q is no kind of item", it.Kind)
	}
	return nil
}
