package account

import (
	"sort"
	"time"
)

// AddUser makes a further user.
func (b *Book) AddUser(now time.Time, name string, role Role, hash, by string) ([]Change, error) {
	if _, ok := b.users[name]; ok {
		return nil, deny("exists", "there is a user named %s already", name)
	}
	for _, t := range b.tokens {
		if t.Name == name {
			return nil, deny("exists", "an API token is named %s; the ledger must tell them apart", name)
		}
	}
	if !role.Known() {
		return nil, deny("invalid", "role: must be viewer, operator, supervisor or admin")
	}
	u := User{Name: name, Role: role, Hash: hash, CreatedAt: now, By: by}
	return []Change{{Bucket: Users, ID: name, Value: u, Act: "user.created", By: by}}, nil
}

// ChangeUser gives a user another role, another password, or both; empty leaves it. A new password ends all sessions
// of the user and lifts a lock.
func (b *Book) ChangeUser(name string, role Role, hash, by string) ([]Change, error) {
	u, ok := b.users[name]
	if !ok {
		return nil, deny("unknown-user", "there is no user named %s", name)
	}
	if role != "" {
		if !role.Known() {
			return nil, deny("invalid", "role: must be viewer, operator, supervisor or admin")
		}
		if role != Admin && b.lastAdmin(name) {
			return nil, deny("last-admin", "%s is the last admin", name)
		}
		u.Role = role
	}
	act := "user.role-changed"
	var changes []Change
	if hash != "" {
		u.Hash, act = hash, "user.password-changed"
		changes = b.closeAll(name, by)
		if _, tried := b.attempts[name]; tried {
			changes = append(changes, Change{Bucket: Tries, ID: name, Act: "user.attempts-cleared", By: by})
		}
	}
	return append(changes, Change{Bucket: Users, ID: name, Value: u, Act: act, By: by}), nil
}

// RemoveUser removes a user and ends their sessions.
func (b *Book) RemoveUser(name, by string) ([]Change, error) {
	if _, ok := b.users[name]; !ok {
		return nil, deny("unknown-user", "there is no user named %s", name)
	}
	if b.lastAdmin(name) {
		return nil, deny("last-admin", "%s is the last admin", name)
	}
	return append(b.closeAll(name, by), Change{Bucket: Users, ID: name, Act: "user.removed", By: by}), nil
}

func (b *Book) lastAdmin(name string) bool {
	if b.users[name].Role != Admin {
		return false
	}
	for _, u := range b.users {
		if u.Role == Admin && u.Name != name {
			return false
		}
	}
	return true
}

func (b *Book) closeAll(name, by string) []Change {
	var changes []Change
	for _, s := range b.sessions {
		if s.User == name {
			changes = append(changes, Change{Bucket: Sessions, ID: s.ID, Act: "session.closed", By: by})
		}
	}
	sort.Slice(changes, func(i, j int) bool { return changes[i].ID < changes[j].ID })
	return changes
}

// AddToken makes a token for a program. A zero expires never.
func (b *Book) AddToken(now time.Time, id, name string, role Role, by string, expires time.Time) (Token, []Change, error) {
	if !role.Known() {
		return Token{}, nil, deny("invalid", "role: must be viewer, operator, supervisor or admin")
	}
	if !expires.IsZero() && !now.Before(expires) {
		return Token{}, nil, deny("invalid", "expiresAt: lies in the past")
	}
	if _, ok := b.users[name]; ok {
		return Token{}, nil, deny("exists", "a user is named %s; the ledger must tell them apart", name)
	}
	for _, t := range b.tokens {
		if t.Name == name {
			return Token{}, nil, deny("exists", "there is a token named %s already", name)
		}
	}
	t := Token{ID: id, Name: name, Role: role, By: by, CreatedAt: now, ExpiresAt: expires}
	return t, []Change{{Bucket: Tokens, ID: id, Value: t, Act: "token.created", By: by}}, nil
}

// RemoveToken revokes the token of that name.
func (b *Book) RemoveToken(name, by string) ([]Change, error) {
	for _, t := range b.tokens {
		if t.Name == name {
			return []Change{{Bucket: Tokens, ID: t.ID, Act: "token.revoked", By: by}}, nil
		}
	}
	return nil, deny("unknown-token", "there is no token named %s", name)
}

// Holds says whether a user or a token of that name may do what need asks for.
func (b *Book) Holds(now time.Time, name string, need Role) bool {
	if u, ok := b.users[name]; ok {
		return u.Role.Allows(need)
	}
	for _, t := range b.tokens {
		if t.Name == name && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt)) {
			return t.Role.Allows(need)
		}
	}
	return false
}

// Users lists the users by name.
func (b *Book) Users() []User {
	out := make([]User, 0, len(b.users))
	for _, u := range b.users {
		out = append(out, u)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Tokens lists the tokens by name.
func (b *Book) Tokens() []Token {
	out := make([]Token, 0, len(b.tokens))
	for _, t := range b.tokens {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// LockedUntil is when a name may try again; zero if now.
func (b *Book) LockedUntil(name string) time.Time { return b.attempts[name].LockedUntil }
