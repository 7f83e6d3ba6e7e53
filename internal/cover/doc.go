// Package cover holds the test of what must be covered whole: the guard, which is the only way out to a vehicle.
package cover
