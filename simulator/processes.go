package simulator

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"groundstation/simulator/sitl"
)

// processes are the autopilots of a Shell that run by themselves.
type processes struct {
	bySystem map[uint32]*sitl.Instance
	work     string // removed at the end; empty: the user's own
	cued     time.Time
}

// openProcesses prepares a process for each vehicle that wants one; they start with Run.
func (s *Shell) openProcesses() error {
	s.processes.bySystem = map[uint32]*sitl.Instance{}
	outside := s.world.Outside()
	if len(outside) == 0 {
		return nil
	}
	work := s.cfg.Processes
	if work == "" {
		var err error
		if work, err = os.MkdirTemp("", "groundstation-sitl-"); err != nil {
			return fmt.Errorf("folder of the autopilots: %w", err)
		}
		s.processes.work = work
	}
	systems := make([]uint32, 0, len(outside))
	for sys := range outside {
		systems = append(systems, sys)
	}
	slices.Sort(systems)
	for _, sys := range systems {
		at := outside[sys]
		home, heading := s.world.Home(sys)
		place := sitl.Place{ID: at.ID, SystemID: sys, Home: home, HeadingDeg: heading, CruiseMS: at.CruiseMS, ClimbMS: at.ClimbMS,
			DescendMS: at.DescendMS, EnduranceS: at.EnergyWh / at.HoverW * 3600, Params: at.Params}
		maker, build := sitl.PX4, s.cfg.PX4
		switch at.Autopilot {
		case autopilotPX4HIL:
			maker = sitl.PX4HIL
		case autopilotArduPilot:
			maker, build = sitl.ArduPilot, s.cfg.ArduPilot
		}
		i, err := sitl.New(maker, build, work, s.cfg.Instances+int(sys)-1, place,
			func(b []byte) { s.take(packet{sys: sys, data: b, said: true}) },
			func(st sitl.State) { s.take(packet{sys: sys, state: &st}) }, s.log)
		if err != nil {
			return err
		}
		s.processes.bySystem[sys] = i
	}
	return nil
}

// runProcesses keeps the autopilots running until ctx ends.
func (s *Shell) runProcesses(ctx context.Context, wg *sync.WaitGroup, fail func(error)) {
	for _, i := range s.processes.bySystem {
		wg.Go(func() {
			if err := i.Run(ctx); err != nil {
				fail(fmt.Errorf("autopilot: %w", err))
			}
		})
	}
}

// clean removes what the processes wrote, once they have ended.
func (p *processes) clean() {
	if p.work != "" {
		os.RemoveAll(p.work)
	}
}

// tellProcesses gives the autopilots what the station sent, and 25 times a second their cues.
func (s *Shell) tellProcesses(now time.Time) {
	s.world.DrainOutside(func(sys uint32, data []byte) { s.processes.bySystem[sys].Tell(data) })
	if now.Sub(s.processes.cued) >= viewEvery {
		s.processes.cued = now
		s.world.Cues(func(sys uint32, c sitl.Cue) { s.processes.bySystem[sys].Cue(c) })
	}
}
