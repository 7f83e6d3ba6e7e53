package conform

import (
	"testing"
	"time"

	"groundstation/simulator"
)

// FuzzStep: whatever the other side says, the probe neither panics nor fails to end.
func FuzzStep(f *testing.F) {
	for _, system := range []uint32{1, 101} {
		w := simulator.NewWorld(scene(), start)
		var said []byte
		w.Step(start.Add(3 * time.Second))
		w.Drain(func(sys uint32, b []byte) {
			if sys == system && len(said) < 4096 {
				said = append(said, b...)
			}
		})
		f.Add(said, uint8(50))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		p, now := New(Options{Motors: true, Listen: time.Second}), start
		size := max(1, int(cut))
		for i := 0; !p.Done(); i++ {
			if i > 20_000 {
				t.Fatal("it does not end")
			}
			now = now.Add(500 * time.Millisecond)
			at := i * size % max(1, len(b))
			p.Step(now, b[min(at, len(b)):min(at+size, len(b))])
		}
		p.Table()
	})
}
