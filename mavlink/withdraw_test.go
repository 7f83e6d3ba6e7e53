package mavlink

import (
	"fmt"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// orders are what was sent of a command.
func (w *world) orders(id common.MAV_CMD) (n int) {
	for _, m := range w.frames {
		switch c := m.(type) {
		case *common.MessageCommandInt:
			if c.Command == id {
				n++
			}
		case *common.MessageCommandLong:
			if c.Command == id {
				n++
			}
		}
	}
	return n
}

// TestNothingIsSentOfWhatIsWithdrawn: an order that the vehicle does not answer is sent again and again until the Desk wants
// it no more; from then on nothing goes out of it, and another order is carried out.
func TestNothingIsSentOfWhatIsWithdrawn(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, seed, badRadio)
			w.airborne()
			w.v.beside = func(m message.Message) bool { // never answers, never goes
				c, ok := m.(*common.MessageCommandInt)
				return ok && c.Command == common.MAV_CMD_DO_REPOSITION
			}
			old := w.want(fleet.GoTo{Target: geo.Offset(fakeHome.LatLon, 90, 200).At(60)})
			if !w.run(20*time.Second, func() bool { return w.orders(common.MAV_CMD_DO_REPOSITION) > 1 }) {
				t.Fatal("it was not tried again")
			}
			sent := w.orders(common.MAV_CMD_DO_REPOSITION)
			w.step(WithdrawIn{Intent: old})
			if r := w.final(old); r.Stage != fleet.StageFailed || r.Code != "withdrawn" {
				t.Fatalf("%+v", r)
			}
			w.step(WithdrawIn{Intent: old})
			w.step(WithdrawIn{Intent: "never heard of"})
			w.run(time.Minute, nil)
			if n := w.orders(common.MAV_CMD_DO_REPOSITION); n != sent {
				t.Errorf("%d frames after it was withdrawn", n-sent)
			}
			if len(w.s.tasks) != 0 {
				t.Errorf("%d tasks are left", len(w.s.tasks))
			}
			for _, c := range w.s.cmds {
				if c.id == common.MAV_CMD_DO_REPOSITION {
					t.Errorf("%+v is left", c)
				}
			}
			done(t, w.do(fleet.Hold{}))
		})
	}
}
