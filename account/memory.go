package account

// Memory keeps nothing beyond the process: for who shows a record, or only looks on. Its people are those of State, or the one
// who has the one-time link; nobody is told that others may sign in, or no more, which the next start would not know of.
type Memory struct{ State State }

// LoadAccounts implements Keeper.
func (m Memory) LoadAccounts() (State, error) { return m.State, nil }

// CommitAccounts implements Keeper.
func (Memory) CommitAccounts(changes []Change) error {
	for _, c := range changes {
		if c.Bucket == Tokens || c.Bucket == Users && c.By != "setup" {
			return deny("read-only", "nothing is kept here: who may sign in cannot be changed")
		}
	}
	return nil
}
