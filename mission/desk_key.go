package mission

import "groundstation/fleet"

// RotateKey gives a vehicle that stands disarmed and has no sortie a new signing key, or its first → Command. What is kept
// of it says who wanted it and how it ended; the key is in no record.
type RotateKey struct{ Vehicle fleet.VehicleID }

func (d *Desk) rotateKey(r Request, body RotateKey) {
	c, problem := d.craft(body.Vehicle)
	if problem == nil {
		problem = d.writable(c)
	}
	d.paramCommand(r, c, problem, Command{Act: "rotate-key"}, fleet.RotateKey{})
}
