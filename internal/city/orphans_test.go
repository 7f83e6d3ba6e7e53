package city

import "testing"

// A few of the seeds of the figure: everybody comes down on prepared ground, with the promised part of the pack.
func TestOrphansComeHome(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		c := cityAtSeam(t, seed+1)
		all, err := c.Orphans(seed + 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			t.Logf("%+v", o)
			if o.Place == "" || o.Place == "elsewhere" {
				t.Errorf("seed %d: %+v", seed+1, o)
			}
		}
	}
}
