package fleet

// RotateKey gives the vehicle a new signing key, or its first, only while it stands disarmed. The key is in no Intent,
// Event or record: the station makes it, and fills it in behind the guard. Done: a frame signed with the new key was
// heard, and the old one is gone. Until then both are kept and both are believed.
type RotateKey struct{}

func (RotateKey) act() {}
