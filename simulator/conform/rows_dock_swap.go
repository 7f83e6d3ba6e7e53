package conform

import (
	"fmt"
	"slices"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"

	"groundstation/mavlink/dialect/hangar"
)

// swapMoves is the longest change of a pack.
const swapMoves = 5 * time.Minute

// power is DOCK_POWER as it was last heard in a step; nil: it was not.
func power(in []heard) *hangar.MessageDockPower {
	all := of[*hangar.MessageDockPower](in)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// swaps says whether a change of packs makes sense: there is a charged one, and that on board is not.
func swaps(p *Probe) bool {
	m, ok := latest[*hangar.MessageDockPower](p)
	return ok && m.PacksReady > 0 && m.PackPercent <= 90 && occupied(p)
}

// changedPack holds what is known of the pack on board, and of those in the slots, before and after.
func changedPack(before, after *hangar.MessageDockPower) string {
	switch {
	case before == nil || after == nil:
		return silence
	case before.PackCycles == after.PackCycles && before.Packs == after.Packs && before.PacksReady == after.PacksReady:
		return "same pack"
	case before.Packs == after.Packs && after.PackPercent > before.PackPercent:
		return "charged pack"
	}
	return fmt.Sprintf("%d packs of %d", after.Packs, before.Packs)
}

// dockSwapRows order a change of packs: once while it runs, and once more when it has ended.
func dockSwapRows() []row {
	const cmd = common.MAV_CMD(hangar.MAV_CMD_DOCK_SWAP_BATTERY)
	do := dockDo(hangar.MAV_CMD_DOCK_SWAP_BATTERY, dockTask, dockEpoch, 0)
	look := wait(2500 * time.Millisecond) // DOCK_POWER comes once a second
	first, again, end := step{say: said(do), within: 5 * time.Second}, acked(cmd, do), acked(cmd, do)
	again.within = swapMoves
	none := dockCommand("swap-none", "DOCK_SWAP_BATTERY of a dock without packs", "UNSUPPORTED", hangar.MAV_CMD_DOCK_SWAP_BATTERY, dockTask, dockEpoch, 0)
	return citing(pageHangar,
		none.onlyIf(func(p *Probe) bool {
			m, ok := latest[*hangar.MessageDockPower](p)
			return ok && m.Slots == 0
		}).moving(),
		row{id: "dock.swap", name: "DOCK_SWAP_BATTERY, and the same again while it runs", steps: []step{look, first, again, look}, answer: func(p *Probe, in [][]heard) string {
			return join(progress(append(in[1], in[2]...), cmd), lidAgrees(p), changedPack(power(in[0]), power(in[3])))
		}}.on(Dock, "IN_PROGRESS rising yes, ACCEPTED lid closed charged pack").onlyIf(swaps).moving(),
		row{id: "dock.swap-again", name: "the same when it has ended", steps: []step{look, end, look}, answer: func(p *Probe, in [][]heard) string {
			return join(acks(in[1], cmd), changedPack(power(in[0]), power(in[2])), p.dockState())
		}}.on(Dock, "ACCEPTED same pack IDLE | ACCEPTED same pack CHARGING").onlyIf(func(p *Probe) bool {
			return slices.ContainsFunc(p.results, func(r Result) bool { return r.ID == "dock.swap" && r.Verdict == Pass })
		}).moving(),
	)
}
