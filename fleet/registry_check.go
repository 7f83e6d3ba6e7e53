package fleet

import "fmt"

// Validate names the first entry that is wrong: an id given twice, a system id given twice or out of 1 to 254 (255 is
// the station), an id of remote identification given twice or that cannot be told, a dock that does not exist, a place that is none, a figure that cannot be, heights of the ground
// that are not those of its pads, an obstacle that is none.
func (r *Registry) Validate() error {
	systems := map[SystemID]string{}
	claim := func(id SystemID, who string) error {
		if id < 1 || id > 254 {
			return fmt.Errorf("%s: system_id %d is not within 1 to 254", who, id)
		}
		if other := systems[id]; other != "" {
			return fmt.Errorf("%s: system_id %d is %s's already", who, id, other)
		}
		systems[id] = who
		return nil
	}
	docks := map[DockID]bool{}
	for _, d := range r.Docks {
		who := "dock " + string(d.ID)
		if d.ID == "" || docks[d.ID] {
			return fmt.Errorf("%s: id is empty or given twice", who)
		}
		docks[d.ID] = true
		if err := claim(d.SystemID, who); err != nil {
			return err
		}
		if err := d.Pad.Check(); err != nil {
			return fmt.Errorf("%s: pad: %w", who, err)
		}
		if err := d.GroundPad.Check(); err != nil {
			return fmt.Errorf("%s: ground_pad: %w", who, err)
		}
		if err := d.Signing.check(); err != nil {
			return fmt.Errorf("%s: %w", who, err)
		}
		if !(d.SwapSeconds >= 0 && d.SwapSeconds <= 1800) {
			return fmt.Errorf("%s: swap_seconds %v is not within 0 to 1800", who, d.SwapSeconds)
		}
		if !(d.ChargeW >= 0 && d.ChargeW <= 5000) {
			return fmt.Errorf("%s: charge_w %v is not within 0 to 5000", who, d.ChargeW)
		}
		if d.OpenSeconds <= 0 || d.OpenSeconds > 300 {
			return fmt.Errorf("%s: open_seconds %v is not within 0 to 300", who, d.OpenSeconds)
		}
	}
	if err := r.Operator.check(); err != nil {
		return fmt.Errorf("remote_id: %w", err)
	}
	vehicles := map[VehicleID]bool{}
	known := map[string]VehicleID{} // by UASID
	lives := map[DockID]VehicleID{}
	for _, v := range r.Vehicles {
		who := "vehicle " + string(v.ID)
		if v.ID == "" || vehicles[v.ID] {
			return fmt.Errorf("%s: id is empty or given twice", who)
		}
		vehicles[v.ID] = true
		if err := claim(v.SystemID, who); err != nil {
			return err
		}
		if err := v.checkPlace(docks); err != nil {
			return fmt.Errorf("%s: %w", who, err)
		}
		if err := v.Signing.check(); err != nil {
			return fmt.Errorf("%s: %w", who, err)
		}
		if err := v.checkIdentity(); err != nil {
			return fmt.Errorf("%s: %w", who, err)
		}
		if v.UASID != "" {
			if other := known[v.UASID]; other != "" {
				return fmt.Errorf("%s: uas_id %q is %s's already", who, v.UASID, other)
			}
			known[v.UASID] = v.ID
		}
		if v.Dock != "" {
			if other := lives[v.Dock]; other != "" {
				return fmt.Errorf("%s: dock %s is %s's already", who, v.Dock, other)
			}
			lives[v.Dock] = v.ID
		}
		for _, f := range []struct {
			key        string
			value, max float64
		}{{"cruise_ms", v.CruiseMS, 60}, {"climb_ms", v.ClimbMS, 20}, {"descend_ms", v.DescendMS, 20}, {"max_wind_ms", v.MaxWindMS, 30},
			{"energy_wh", v.EnergyWh, 20000}, {"hover_w", v.HoverW, 20000}, {"cruise_w", v.CruiseW, 20000}} {
			if !(f.value > 0 && f.value <= f.max) {
				return fmt.Errorf("%s: %s %v is not within 0 to %v", who, f.key, f.value, f.max)
			}
		}
	}
	if err := r.checkTerrain(); err != nil {
		return err
	}
	return r.checkObstacles()
}

func (v *VehicleSpec) checkPlace(docks map[DockID]bool) error {
	switch {
	case v.Dock != "" && v.Site != nil:
		return fmt.Errorf("it has both dock and site; it lives in one place")
	case v.Dock == "" && v.Site == nil:
		return fmt.Errorf("it has neither dock nor site")
	case v.Dock != "" && !docks[v.Dock]:
		return fmt.Errorf("dock %s is not in the file", v.Dock)
	case v.Site != nil:
		if err := v.Site.Check(); err != nil {
			return fmt.Errorf("site: %w", err)
		}
	}
	switch v.Autopilot {
	case "", PX4, ArduPilot:
	default:
		return fmt.Errorf("autopilot %q is none of px4, ardupilot", v.Autopilot)
	}
	switch v.Class {
	case DockQuad, LongVTOL, CrewQuad, Tethered:
		return nil
	}
	return fmt.Errorf("class %q is none of dock-quad, long-vtol, crew-quad, tethered", v.Class)
}
