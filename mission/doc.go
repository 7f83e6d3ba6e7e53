// Package mission decides: it holds incidents, sorties, plans and patrols, and the Desk, the only writer of
// assignments. The Desk is a pure core; its inputs and outputs stand in desk_io.go.
package mission
