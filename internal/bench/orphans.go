package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"groundstation/internal/city"
)

// orphanRun is what became of the orphans of one seed.
type orphanRun struct {
	seed   uint64
	all    []city.Orphan
	broken []city.Violation
	err    error
}

// orphans is the station that dies with every vehicle in the air, some of them on their way into their docks, each battery
// near its reserve line, and stays dead for ten minutes: where each comes down, and what is left in its pack.
func orphans(string) {
	defer debug.SetGCPercent(debug.SetGCPercent(virtualGC))
	stop := profiled()
	began, cpu := time.Now(), used()
	runs := flyOrphans()
	took := used() - cpu
	stop()
	t := orphanTally{landed: map[string]int{}, worst: map[string]float64{}}
	for _, r := range runs {
		t.add(r)
	}
	slices.Sort(t.spare)
	fmt.Printf("# %d seeds, %d returns, %.2f s of CPU a seed, %.0f s in all with %d at once; the last down after %v\n",
		seeds, t.flown, took.Seconds()/float64(seeds), time.Since(began).Seconds(), workers, t.longest)
	for _, place := range []string{city.PlaceDock, city.PlaceDockEdge, city.PlaceGroundPad, city.PlaceSite, city.PlaceOther, city.PlaceElsewhere, ""} {
		if n := t.landed[place]; n > 0 {
			fmt.Printf("# %6d landed: %s, the farthest %.2f m from its middle\n", n, place, t.worst[place])
		}
	}
	fmt.Printf("# %d landings broken off; %d were coming down into their docks when the station died, %d of them missed the contacts\n", t.rises, t.landing, t.missed)
	fmt.Printf("# usable energy left at touch-down above the tenth of the pack that is never planned away, of those not on a cable: p1 %.1f Wh, p50 %.1f Wh, least %.1f Wh\n",
		t.spare[len(t.spare)/100], t.spare[len(t.spare)/2], t.spare[0])
	line("orphans_not_on_prepared_ground", float64(t.landed[""]+t.landed[city.PlaceElsewhere]), "returns", 0)
	line("orphans_rules_broken", float64(t.broken), "rules", 0)
	lineMore("orphans_energy_above_reserve_p1", t.spare[len(t.spare)/100], "Wh", 0)
}

// flyOrphans flies every seed, some at once; each city is a thread of its own.
func flyOrphans() []orphanRun {
	registry, world := wholeCity()
	runs := make([]orphanRun, seeds)
	next := make(chan int)
	var done sync.WaitGroup
	for range max(1, workers) {
		done.Go(func() {
			for i := range next {
				w, seed := world, uint64(i+1)
				w.Seed = seed
				c := city.AtSeam(registry, w, virtualStart)
				all, err := c.Orphans(seed)
				runs[i] = orphanRun{seed, all, c.Violations(), err}
			}
		})
	}
	for i := range runs {
		next <- i
	}
	close(next)
	done.Wait()
	return runs
}

// orphanTally is what all seeds come to.
type orphanTally struct {
	flown, rises, landing, missed, broken int
	landed                                map[string]int
	worst                                 map[string]float64
	longest                               time.Duration
	spare                                 []float64
}

func (t *orphanTally) add(r orphanRun) {
	if r.err != nil {
		fail(r.err)
	}
	for _, v := range r.broken {
		t.broken++
		fmt.Printf("# seed %d: %s\n", r.seed, v)
	}
	for _, o := range r.all {
		if o.Place == "" || o.Place == city.PlaceElsewhere {
			fmt.Printf("# seed %d: %+v\n", r.seed, o)
		}
		t.flown++
		t.landed[o.Place]++
		t.rises += o.Rises
		if o.Landing {
			t.landing++
		}
		if o.BayMissed() {
			t.missed++
		}
		t.longest, t.worst[o.Place] = max(t.longest, o.FlownFor), max(t.worst[o.Place], o.MissM)
		if !o.Cable {
			t.spare = append(t.spare, o.SpareWh)
		}
	}
}
