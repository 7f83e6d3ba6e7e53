package fleet

import "time"

// ParamsRead carries the whole list of a vehicle's parameters, just read or just confirmed to be unchanged.
type ParamsRead struct{ List ParamList }

// ParamChanged is one parameter of the list that has another value now, whoever wrote it.
type ParamChanged struct {
	Vehicle VehicleID
	Param   Param
	At      time.Time
}

func (ParamsRead) event()   {}
func (ParamChanged) event() {}

// ExtParamsRead carries the extended parameters of a component, read whole or changed in one.
type ExtParamsRead struct{ List ExtParamList }

func (ExtParamsRead) event() {}
