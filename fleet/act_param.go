package fleet

// ReadParameters reads the whole list of parameters, or learns by the vehicle's checksum that the one known is still
// right. Done: ParamsRead was emitted.
type ReadParameters struct{}

// SetParameters writes parameters by name, only while disarmed, each verified by reading it back; what is so already
// is not written. An unknown name, a value that is none of the parameter's type and a read-back that differs are each
// named in the report. It is an engineer's act and not bound to the safety set. Done: all are as given.
type SetParameters struct{ Values map[string]float64 }

func (ReadParameters) act() {}
func (SetParameters) act()  {}

// ReadExtended reads the extended parameters of a component. Done: ExtParamsRead was emitted.
type ReadExtended struct{ Component uint8 }

// SetExtended writes one extended parameter of a component and reads it back. Done: it is as given.
type SetExtended struct {
	Component   uint8
	Name, Value string
}

func (ReadExtended) act() {}
func (SetExtended) act()  {}
