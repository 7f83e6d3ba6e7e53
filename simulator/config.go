package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"

	"groundstation/internal/geo"
)

// Config is the simulated city: where everything stands and how it behaves.
type Config struct {
	// Seed makes a run repeatable.
	Seed uint64 `toml:"seed"`
	// Station is the UDP address every system sends to; empty: each system answers the first it hears.
	Station string `toml:"station"`
	// Listen is the local address of the systems' sockets; the port is PortBase + system id, or any port when PortBase is 0.
	Listen   string `toml:"listen"`
	PortBase int    `toml:"port_base"`
	// Control is the loopback HTTP address for faults and truth; empty: none.
	Control string `toml:"control"`
	// RTSP is the address the cameras serve at.
	RTSP string `toml:"rtsp"`
	// PX4 is the folder of a PX4 SITL build, ArduPilot the binary of an ArduPilot SITL, Processes the folder for what their
	// processes write; empty: one that is removed at the end.
	PX4       string `toml:"px4"`
	ArduPilot string `toml:"ardupilot"`
	Processes string `toml:"processes"`
	// Instances is added to the instance number of every process (its system id less one), from which its ports follow.
	Instances int `toml:"instances"`

	// PatrolCars drive on the streets.
	PatrolCars int `toml:"patrol_cars"`
	// GroundAMSL is the height of the flat ground, metres; where a grid has heights, those count (see terrain).
	GroundAMSL float64 `toml:"ground_amsl"`
	// Terrain is the file of a grid of heights, beside the configuration's; empty: the ground is flat.
	Terrain string `toml:"terrain"`
	ground  *geo.Grid
	// StreamHz is the rate of the fast telemetry messages until a station sets another; 0 is 10.
	StreamHz float64 `toml:"stream_hz"`
	// PX4Streams: vehicles send all that PX4's link to a ground station carries, at its rates, 369 messages a second each;
	// StreamHz counts for nothing then.
	PX4Streams bool `toml:"px4_streams"`

	Weather Weather `toml:"weather"`
	// Air is how the radio is at the start, each way, for every system.
	Air     Air           `toml:"air"`
	GNSS    GNSSConfig    `toml:"gnss"`
	Timing  DockTiming    `toml:"dock_timing"`
	Traffic TrafficConfig `toml:"traffic"`
	Vehicle []VehicleAt   `toml:"vehicle"`
	Dock    []DockAt      `toml:"dock"`
	// Obstacle stand in the way of whatever flies low.
	Obstacle []ObstacleAt `toml:"obstacle"`
}

// Weather is the same over the whole city.
type Weather struct {
	WindMS   float64 `toml:"wind_ms" json:"windMs"`   // mean at 6 m
	GustMS   float64 `toml:"gust_ms" json:"gustMs"`   // three-second gust
	WindDeg  float64 `toml:"wind_deg" json:"windDeg"` // where it comes from, degrees true
	RainMMH  float64 `toml:"rain_mmh" json:"rainMmH"`
	TempC    float64 `toml:"temp_c" json:"tempC"`
	Humidity float64 `toml:"humidity" json:"humidity"`
}

// GNSSConfig says how satellite navigation behaves.
type GNSSConfig struct {
	// FixAfterS is the time from an open sky to a 3D fix, seconds.
	FixAfterS float64 `toml:"fix_after_s"`
	// SigmaM is the standard deviation of the slowly wandering position error on each axis, metres.
	SigmaM float64 `toml:"sigma_m"`
	// VelocityMS is that of the estimator's velocity in flight, on each axis, m/s.
	VelocityMS float64 `toml:"velocity_ms"`
}

// DockTiming says how long a dock's steps take, seconds.
type DockTiming struct {
	WarnS      float64 `toml:"warn_s"`
	LidS       float64 `toml:"lid_s"`
	ClampsS    float64 `toml:"clamps_s"`
	CentreS    float64 `toml:"centre_s"`
	ClearHoldS float64 `toml:"clear_hold_s"`
	// ChargeW is the power into a seated vehicle's pack, watts.
	ChargeW float64 `toml:"charge_w"`
	// SilentS is how long no station heartbeat makes the local rules hold.
	SilentS float64 `toml:"silent_s"`
	// DueMarginS is how long before the vehicle is due a silent dock opens by itself.
	DueMarginS float64 `toml:"due_margin_s"`
	// Vary is the standard deviation of the time of each motion, as a share of it.
	Vary float64 `toml:"vary"`
	// DockBootS is how long the dock's controller boots, BootS how long a vehicle that is switched on; SleepS is how long
	// after everything is done a cold dock switches its vehicle off.
	DockBootS float64 `toml:"dock_boot_s"`
	BootS     float64 `toml:"boot_s"`
	SleepS    float64 `toml:"sleep_s"`
	// SwapS is how long a change of packs takes.
	SwapS float64 `toml:"swap_s"`
	// ClimateLowC and ClimateHighC are the band the inside is held in, °C.
	ClimateLowC  float64 `toml:"climate_low_c"`
	ClimateHighC float64 `toml:"climate_high_c"`
}

// VehicleAt is one simulated vehicle.
type VehicleAt struct {
	ID       string `toml:"id"`
	Name     string `toml:"name"`
	Class    string `toml:"class"`
	SystemID uint32 `toml:"system_id"`
	// Dock is the dock it starts in; else Site is where it stands.
	Dock     string        `toml:"dock"`
	Site     *geo.Position `toml:"site"`
	SiteName string        `toml:"site_name"`

	CruiseMS  float64 `toml:"cruise_ms"`
	ClimbMS   float64 `toml:"climb_ms"`
	DescendMS float64 `toml:"descend_ms"`
	MaxWindMS float64 `toml:"max_wind_ms"`
	EnergyWh  float64 `toml:"energy_wh"`
	HoverW    float64 `toml:"hover_w"`
	CruiseW   float64 `toml:"cruise_w"`
	HFOVDeg   float64 `toml:"hfov_deg"`
	MassKg    float64 `toml:"mass_kg"`
	// DragPerS is the deceleration by the air for each m/s of airspeed, 1/s; 0: with the square of the airspeed, so that
	// 1.3 times the cruise speed is all it can do.
	DragPerS float64 `toml:"drag_per_s"`
	// Chemistry of its cells, "lipo" or "li-ion"; empty: li-ion for a VTOL, lipo for the others.
	Chemistry string `toml:"chemistry"`
	// TetherM is the length of a tethered vehicle's cable; 0 is 100.
	TetherM float64 `toml:"tether_m"`
	// BatteryPercent it starts with; 0 is 100.
	BatteryPercent float64 `toml:"battery_percent"`
	// Params are parameters that differ from the defaults at boot.
	Params map[string]float64 `toml:"params"`
	// RemoteID: it carries a transmitter of Open Drone ID.
	RemoteID bool `toml:"remote_id"`
	// Receiver: it carries a receiver of ADS-B and of the remote identification of drones.
	Receiver bool `toml:"receiver"`
	// NoFTP: its autopilot does not serve files by MAVLink FTP, only logs by the log protocol.
	NoFTP bool `toml:"no_ftp"`
	// Autopilot: "px4", "px4-hil" or "ardupilot" is a process of its own that flies it (Config.PX4, Config.ArduPilot), with a
	// body of its own or, by lockstep HIL, with one of ours; empty: simulated.
	Autopilot string `toml:"autopilot"`
	// Personality is whom a simulated autopilot speaks as: "ardupilot" is ArduCopter 4.7, and Params have its names then; "px4" or
	// empty is PX4 v1.17.
	Personality string `toml:"personality"`
	// Signs: its autopilot can sign, as ArduPilot's; SigningKey is the key it has already, 64 hexadecimal digits.
	Signs      bool   `toml:"signs"`
	SigningKey string `toml:"signing_key"`
}

// DockAt is one simulated dock.
type DockAt struct {
	ID         string       `toml:"id"`
	Name       string       `toml:"name"`
	SystemID   uint32       `toml:"system_id"`
	Pad        geo.Position `toml:"pad"`
	HeadingDeg float64      `toml:"heading_deg"`
	GroundPad  geo.Position `toml:"ground_pad"`
	// Standby: "warm" or none keeps the vehicle inside powered, "cold" switches it off until it is needed.
	Standby string `toml:"standby"`
	// Packs are the spare packs of a dock that changes them; 0: it only charges.
	Packs int `toml:"packs"`
}

const (
	standbyWarm = "warm"
	standbyCold = "cold"
	packsMost   = 8
)

// DefaultConfig is a city without inhabitants, with the defaults of everything else.
func DefaultConfig() Config {
	return Config{
		Seed: 1, Listen: "127.0.0.1", PortBase: 14600, GroundAMSL: 4, StreamHz: 10, PatrolCars: 6,
		Weather: Weather{WindMS: 4, GustMS: 6, WindDeg: 110, TempC: 18, Humidity: 65},
		GNSS:    GNSSConfig{FixAfterS: 3, SigmaM: 0.35, VelocityMS: 0.08},
		Timing: DockTiming{WarnS: 2, LidS: 10, ClampsS: 3, CentreS: 6, ClearHoldS: 30,
			ChargeW: 240, SilentS: 15, DueMarginS: 60, Vary: 0.04, DockBootS: 8, BootS: 12, SleepS: 60, SwapS: 90,
			ClimateLowC: 16, ClimateHighC: 30},
		Traffic: TrafficConfig{FloorAMSL: 350, ReachM: 20000},
	}
}

// Load reads a configuration file; an unknown key is an error.
func Load(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read simulator configuration: %w", err)
	}
	cfg, err := Parse(string(text))
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	if cfg.Terrain != "" {
		if cfg.ground, err = loadTerrain(filepath.Dir(path), cfg.Terrain); err != nil {
			return Config{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	return cfg, nil
}

// Parse reads a configuration; an unknown key is an error.
func Parse(text string) (Config, error) {
	cfg := DefaultConfig()
	meta, err := toml.Decode(text, &cfg)
	if err != nil {
		return Config{}, fmt.Errorf("decode: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		names := make([]string, len(unknown))
		for i, k := range unknown {
			names[i] = k.String()
		}
		sort.Strings(names)
		return Config{}, fmt.Errorf("unknown keys: %s", strings.Join(names, ", "))
	}
	return cfg, cfg.Validate()
}

// Validate names the first key that cannot be and its legal range.
func (c *Config) Validate() error {
	if err := c.Air.Check(); err != nil {
		return fmt.Errorf("air: %w", err)
	}
	positive := []struct {
		key   string
		value float64
	}{
		{"dock_timing.lid_s", c.Timing.LidS}, {"dock_timing.clamps_s", c.Timing.ClampsS},
		{"dock_timing.centre_s", c.Timing.CentreS}, {"dock_timing.silent_s", c.Timing.SilentS},
		{"stream_hz", c.StreamHz}, {"dock_timing.dock_boot_s", c.Timing.DockBootS}, {"dock_timing.swap_s", c.Timing.SwapS},
	}
	for _, p := range positive {
		if !(p.value > 0) {
			return fmt.Errorf("%s is %v, want more than 0", p.key, p.value)
		}
	}
	if err := c.Traffic.check(); err != nil {
		return err
	}
	if err := c.Timing.check(); err != nil {
		return err
	}
	if c.PatrolCars < 0 || c.PatrolCars > 100 {
		return fmt.Errorf("patrol_cars is %d, want 0 to 100", c.PatrolCars)
	}
	for i := range c.Obstacle {
		if err := c.Obstacle[i].check(); err != nil {
			return fmt.Errorf("obstacle %q: %w", c.Obstacle[i].ID, err)
		}
	}
	docks := map[string]bool{}
	systems := map[uint32]string{}
	claim := func(id string, sys uint32) error {
		if sys < 1 || sys > 254 {
			return fmt.Errorf("%s: system_id is %d, want 1 to 254", id, sys)
		}
		if other, taken := systems[sys]; taken {
			return fmt.Errorf("%s: system_id %d is also %s's", id, sys, other)
		}
		systems[sys] = id
		return nil
	}
	for _, d := range c.Dock {
		if err := claim(d.ID, d.SystemID); err != nil {
			return err
		}
		if err := d.Pad.Check(); err != nil {
			return fmt.Errorf("%s: pad: %w", d.ID, err)
		}
		if err := d.GroundPad.Check(); err != nil {
			return fmt.Errorf("%s: ground_pad: %w", d.ID, err)
		}
		if d.Standby != "" && d.Standby != standbyWarm && d.Standby != standbyCold {
			return fmt.Errorf("%s: standby is %q, want warm or cold", d.ID, d.Standby)
		}
		if d.Packs < 0 || d.Packs > packsMost {
			return fmt.Errorf("%s: packs is %d, want 0 to %d", d.ID, d.Packs, packsMost)
		}
		docks[d.ID] = true
	}
	for _, v := range c.Vehicle {
		switch {
		case v.Autopilot == autopilotArduPilot && c.ArduPilot == "":
			return fmt.Errorf("%s: autopilot is %q, and ardupilot says no binary", v.ID, v.Autopilot)
		case (v.Autopilot == autopilotPX4 || v.Autopilot == autopilotPX4HIL) && c.PX4 == "":
			return fmt.Errorf("%s: autopilot is %q, and px4 says no build", v.ID, v.Autopilot)
		}
		if err := claim(v.ID, v.SystemID); err != nil {
			return err
		}
		if err := v.check(docks); err != nil {
			return fmt.Errorf("%s: %w", v.ID, err)
		}
	}
	return nil
}

// check names the first of a dock's numbers that cannot be.
func (t *DockTiming) check() error {
	switch {
	case !(t.Vary >= 0 && t.Vary <= 0.2):
		return fmt.Errorf("dock_timing.vary is %v, want 0 to 0.2", t.Vary)
	case !(t.BootS >= bootTime.Seconds() && t.BootS <= 300):
		return fmt.Errorf("dock_timing.boot_s is %v, want %v to 300", t.BootS, bootTime.Seconds())
	case !(t.SleepS >= 0):
		return fmt.Errorf("dock_timing.sleep_s is %v, want 0 or more", t.SleepS)
	case !(t.ClimateLowC >= -40 && t.ClimateHighC <= 60 && t.ClimateLowC+2*climateBand <= t.ClimateHighC):
		return fmt.Errorf("dock_timing.climate_low_c and climate_high_c are %v and %v, want %v or more apart within -40 to 60",
			t.ClimateLowC, t.ClimateHighC, 2*climateBand)
	}
	return nil
}

// Fly gives the first count quadrotors that are simulated here to processes of an autopilot.
func (c *Config) Fly(autopilot string, count int) error {
	left := count
	for i := range c.Vehicle {
		v := &c.Vehicle[i]
		if left == 0 {
			break
		}
		if v.Autopilot == "" && v.Personality != arduCopter.name && v.Class != classTethered && v.Class != classVTOL {
			v.Autopilot = autopilot
			left--
		}
	}
	if count < 1 || left > 0 {
		return fmt.Errorf("count is %d, want 1 to %d, the quadrotors there are", count, count-left)
	}
	return nil
}

func (v *VehicleAt) check(docks map[string]bool) error {
	switch {
	case v.Dock != "" && !docks[v.Dock]:
		return fmt.Errorf("dock %q is not configured", v.Dock)
	case v.Dock == "" && v.Site == nil:
		return fmt.Errorf("neither dock nor site is set")
	case v.Site != nil && v.Site.Check() != nil:
		return fmt.Errorf("site: %w", v.Site.Check())
	case !(v.CruiseMS > 0 && v.CruiseMS <= 60):
		return fmt.Errorf("cruise_ms is %v, want above 0 to 60", v.CruiseMS)
	case !(v.ClimbMS > 0 && v.ClimbMS <= 15):
		return fmt.Errorf("climb_ms is %v, want above 0 to 15", v.ClimbMS)
	case !(v.DescendMS > 0 && v.DescendMS <= 10):
		return fmt.Errorf("descend_ms is %v, want above 0 to 10", v.DescendMS)
	case !(v.EnergyWh > 0):
		return fmt.Errorf("energy_wh is %v, want more than 0", v.EnergyWh)
	case !(v.HoverW > 0 && v.CruiseW > 0):
		return fmt.Errorf("hover_w and cruise_w must be more than 0")
	case v.Chemistry != "" && chemistries[v.Chemistry] == nil:
		return fmt.Errorf(`chemistry is %q, want "lipo" or "li-ion"`, v.Chemistry)
	case !(v.DragPerS >= 0 && v.DragPerS <= 2):
		return fmt.Errorf("drag_per_s is %v, want 0 to 2", v.DragPerS)
	case !(v.TetherM >= 0 && v.TetherM <= 300):
		return fmt.Errorf("tether_m is %v, want 0 to 300", v.TetherM)
	case v.SigningKey != "" && !(v.Signs && validKey(v.SigningKey)):
		return fmt.Errorf("signing_key is no 64 hexadecimal digits of a vehicle that signs")
	case v.Autopilot != "" && v.Autopilot != autopilotPX4 && v.Autopilot != autopilotPX4HIL && v.Autopilot != autopilotArduPilot:
		return fmt.Errorf("autopilot is %q, want px4, px4-hil or ardupilot, or none", v.Autopilot)
	case v.Autopilot != "" && (v.Class == classTethered || v.Class == classVTOL):
		return fmt.Errorf("autopilot %q flies a quadrotor, not a %s", v.Autopilot, v.Class)
	case v.Personality != "" && v.Personality != px4.name && v.Personality != arduCopter.name:
		return fmt.Errorf("personality is %q, want px4 or ardupilot", v.Personality)
	case v.Personality != "" && v.Autopilot != "":
		return fmt.Errorf("personality is that of a simulated autopilot, and %s is a process", v.Autopilot)
	case v.Personality == arduCopter.name && v.Class == classVTOL:
		return fmt.Errorf("personality %q is a multicopter's, not a %s's", v.Personality, v.Class)
	case v.BatteryPercent < 0 || v.BatteryPercent > 100:
		return fmt.Errorf("battery_percent is %v, want 0 to 100", v.BatteryPercent)
	}
	if name := v.unknownParam(); name != "" {
		return fmt.Errorf("params: a simulated %s has no parameter %s", cmp.Or(v.Personality, px4.name), name)
	}
	return nil
}

// unknownParam is the first of its Params that a simulated autopilot does not have; empty: it has all.
func (v *VehicleAt) unknownParam() string {
	if v.Autopilot != "" {
		return ""
	}
	known := newParams(*v).index
	if v.Personality == arduCopter.name {
		known = newCopterParams(*v).index
	}
	for _, name := range slices.Sorted(maps.Keys(v.Params)) {
		if _, ok := known[name]; !ok {
			return name
		}
	}
	return ""
}
