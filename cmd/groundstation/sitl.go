package main

import (
	"strconv"

	"groundstation/simulator"
)

// sitlFlags give vehicles of the simulated city to real autopilots in simulation.
type sitlFlags struct {
	PX4       string `name:"px4" help:"Folder of a PX4 SITL build (with bin/px4 and etc), each of whose processes flies one vehicle (px4)." type:"path"`
	HIL       bool   `name:"hil" help:"PX4 flies bodies of the city, in its wind, by lockstep HIL, not its own (SIH)."`
	ArduPilot string `name:"ardupilot" help:"ArduPilot SITL binary (a copter), each of whose processes flies one vehicle (ardupilot)." type:"path"`
	Count     int    `help:"How many vehicles --px4 or --ardupilot fly, the first quadrotors of the file; with both, each so many." default:"1"`
	Processes string `help:"Keep what these processes write in this folder (processes)." type:"path"`
}

// apply changes the city.
func (f sitlFlags) apply(cfg *simulator.Config) error {
	if f.Processes != "" {
		cfg.Processes = f.Processes
	}
	if f.PX4 != "" {
		cfg.PX4 = f.PX4
		name := "px4"
		if f.HIL {
			name = "px4-hil"
		}
		if err := cfg.Fly(name, f.Count); err != nil {
			return err
		}
	}
	if f.ArduPilot != "" {
		cfg.ArduPilot = f.ArduPilot
		return cfg.Fly("ardupilot", f.Count)
	}
	return nil
}

// args are the same flags for a process of its own.
func (f sitlFlags) args() []string {
	args := []string{"--count", strconv.Itoa(f.Count)}
	if f.HIL {
		args = append(args, "--hil")
	}
	for _, o := range [][2]string{{"--px4", f.PX4}, {"--ardupilot", f.ArduPilot}, {"--processes", f.Processes}} {
		if o[1] != "" {
			args = append(args, o[0], o[1])
		}
	}
	return args
}
