package mission

import (
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

// The bounds of what is kept.
const (
	maxParamSets   = 200
	maxParamWrites = 2000
	paramBound     = 5 * time.Minute
)

// ParamSet is a vehicle's parameters as they once were, kept under a name.
type ParamSet struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Vehicle  fleet.VehicleID `json:"vehicle"`
	Firmware string          `json:"firmware"`
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
	Params   []fleet.Param   `json:"params"`
}

// The bodies of requests about parameters.
type (
	// ReadParams reads a vehicle's whole list → Command.
	ReadParams struct{ Vehicle fleet.VehicleID }
	// RequireSafety reads a vehicle's safety set and writes what differs → Command.
	RequireSafety struct{ Vehicle fleet.VehicleID }
	// WriteParams writes parameters of a disarmed vehicle that has no sortie, each verified → Command.
	WriteParams struct {
		Vehicle fleet.VehicleID
		Values  map[string]float64
		// Set is the id of the set they are restored from; empty: they were given by hand.
		Set string
	}
	// ReadExtParams reads a component's extended parameters → Command.
	ReadExtParams struct {
		Vehicle   fleet.VehicleID
		Component uint8
	}
	// WriteExtParam writes one of them → Command.
	WriteExtParam struct {
		Vehicle     fleet.VehicleID
		Component   uint8
		Name, Value string
	}
	// SaveParamSet keeps a list under a name → ParamSet.
	SaveParamSet struct {
		Name string
		List fleet.ParamList
	}
	// DeleteParamSet → nil.
	DeleteParamSet struct{ ID string }
)

func (d *Desk) extParams(r Request, to fleet.VehicleID, act fleet.Act) {
	c, problem := d.craft(to)
	cmd := Command{Act: "read-component-parameters"}
	switch act := act.(type) {
	case fleet.ReadExtended:
		cmd.Component = act.Component
	case fleet.SetExtended:
		cmd.Act, cmd.Component, cmd.Texts = "write-component-parameter", act.Component, map[string]string{act.Name: act.Value}
		problem = first(problem, checkText("value", act.Value, 128, false))
	}
	if problem == nil {
		problem = d.heard(c)
	}
	d.paramCommand(r, c, problem, cmd, act)
}

func (d *Desk) readParams(r Request, body ReadParams) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = d.heard(c)
	}
	d.paramCommand(r, c, problem, Command{Act: "read-parameters"}, fleet.ReadParameters{})
}

func (d *Desk) requireSafety(r Request, body RequireSafety) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = d.writable(c)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	want := map[string]float64{}
	for _, p := range RequiredParams(c.spec, c.index, restAltM+restStepM*float64(c.index)) {
		want[p.Name] = p.Value
	}
	d.paramCommand(r, c, nil, Command{Act: "require-safety", Params: want}, fleet.VerifySafety{Params: want})
}

// The return altitudes of vehicles that have no sortie: any will do, so long as they differ. Metres above home.
const (
	restAltM  = 45.0
	restStepM = 2.0
)

func (d *Desk) writeParams(r Request, body WriteParams) {
	c, problem := d.craft(body.Vehicle)
	switch {
	case problem != nil:
	case len(body.Values) == 0:
		problem = fleet.Refuse("nothing-to-write", "nothing differs")
	case len(body.Values) > maxParamWrites:
		problem = fleet.Refuse("too-many", "%d parameters, at most %d at once", len(body.Values), maxParamWrites)
	default:
		problem = d.writable(c)
	}
	for name, v := range body.Values {
		if problem == nil && !finite(v) {
			problem = fleet.Refuse("bad-value", "%.20q: %v is not a number", name, v)
		}
	}
	act := "write-parameters"
	if body.Set != "" {
		act = "restore-parameters"
	}
	d.paramCommand(r, c, problem, Command{Act: act, Params: body.Values}, fleet.SetParameters{Values: body.Values})
}

// heard refuses a vehicle that cannot answer.
func (d *Desk) heard(c *craft) *fleet.Problem {
	switch v := c.state; {
	case v == nil || v.Link != fleet.LinkOnline:
		return fleet.Refuse("vehicle-offline", "%s is not heard", c.spec.ID)
	case c.sortie != "":
		return fleet.Refuse("vehicle-busy", "%s has sortie %s", c.spec.ID, c.sortie)
	}
	return nil
}

// writable refuses a vehicle that may not be written to now: unless it is certain that it stands disarmed.
func (d *Desk) writable(c *craft) *fleet.Problem {
	if problem := d.heard(c); problem != nil {
		return problem
	}
	if c.state.Armed || c.state.Landed != fleet.OnGround {
		return fleet.Refuse("not-on-ground", "%s is not on the ground and disarmed (%s)", c.spec.ID, c.state.Landed)
	}
	return nil
}

// paramCommand keeps the command with what is to be written, and sends it when it is durable.
func (d *Desk) paramCommand(r Request, c *craft, problem *fleet.Problem, what Command, act fleet.Act) {
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	cmd := d.commandOf(c, what, r.By)
	in := fleet.Intent{ID: cmd.ID, Vehicle: c.spec.ID, Epoch: c.control.Epoch, Bound: paramBound, Act: act}
	d.then(func(err error) {
		if err != nil || c.control.Epoch != in.Epoch || c.sortie != "" {
			d.report(fleet.Report{Intent: cmd.ID, Vehicle: c.spec.ID, Stage: fleet.StageFailed, Code: failCode(err), At: d.now})
			return
		}
		d.out = append(d.out, Send{in})
	})
	d.replyKept(r, KindCommand, string(cmd.ID))
}

func (d *Desk) saveParamSet(r Request, body SaveParamSet) {
	problem := checkText("name", body.Name, 120, true)
	switch {
	case problem != nil:
	case len(body.List.Params) == 0:
		problem = fleet.Refuse("no-parameters", "the parameters of %s have not been read", body.List.Vehicle)
	case len(d.paramSets) >= maxParamSets:
		problem = fleet.Refuse("too-many", "%d sets are kept; delete one first", maxParamSets)
	}
	if problem != nil {
		d.reply(r, nil, problem)
		return
	}
	set := &ParamSet{ID: d.newID("PS"), Name: strings.TrimSpace(body.Name), Vehicle: body.List.Vehicle, Firmware: body.List.Firmware, By: r.By, At: d.now}
	for _, p := range body.List.Params {
		if finite(p.Value) { // what is no number can be neither kept nor restored
			set.Params = append(set.Params, p)
		}
	}
	d.paramSets[set.ID] = set
	d.change(KindParamSet, set.ID, "parameter-set.saved", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindParamSet, set.ID, func() { delete(d.paramSets, set.ID) })
		}
	})
	d.replyKept(r, KindParamSet, set.ID)
}

func (d *Desk) deleteParamSet(r Request, body DeleteParamSet) {
	old := d.paramSets[body.ID]
	if old == nil {
		d.reply(r, nil, fleet.Refuse("unknown-parameter-set", "there is no parameter set %q", body.ID))
		return
	}
	delete(d.paramSets, body.ID)
	d.change(KindParamSet, body.ID, "parameter-set.deleted", r.By)
	d.then(func(err error) {
		if err != nil {
			d.back(KindParamSet, body.ID, func() { restore(d.paramSets, body.ID, old) })
			d.reply(r, nil, notKept(err))
			return
		}
		d.reply(r, nil, nil)
	})
}

// ownGroups are parameters that belong to one airframe: its calibration, its ids. They are not restored to another.
var ownGroups = []string{"CAL_", "SENS_BOARD_", "MAV_SYS_ID", "MAV_COMP_ID", "SYSID_", "MAV_SYSID", "COMPASS_", "INS_", "AHRS_TRIM", "TC_", "BARO", "RC1_", "UAVCAN_NODE"}

// countGroups are counters of the vehicle's own, which are not restored at all.
var countGroups = []string{"LND_FLIGHT_T_", "COM_FLIGHT_UUID", "STAT_", "_HASH"}

// Restorable is which values of a set would be written to a vehicle, given how it differs from the set.
func (s *ParamSet) Restorable(to fleet.VehicleID, diff fleet.ParamDiff) map[string]float64 {
	out := map[string]float64{}
	for _, p := range diff.Differing {
		group := func(prefix string) bool { return strings.HasPrefix(p.Name, prefix) }
		if !slices.ContainsFunc(countGroups, group) && (to == s.Vehicle || !slices.ContainsFunc(ownGroups, group)) {
			out[p.Name] = p.Set
		}
	}
	return out
}
