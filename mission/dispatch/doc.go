// Package dispatch says which vehicle answers an incident, and why each other one does not.
package dispatch
