package account

import (
	"sort"
	"time"
)

// Bucket names a kind of record to whoever keeps it.
type Bucket string

// The buckets.
const (
	Users    Bucket = "user"
	Sessions Bucket = "session"
	Tokens   Bucket = "token"
	Setups   Bucket = "setup"
	Tries    Bucket = "attempt"
)

// Change is one record to keep (nil Value deletes it) and what the ledger says of it. Volatile ones are applied but
// need not be kept.
type Change struct {
	Bucket   Bucket
	ID       string
	Value    any
	Act, By  string
	Volatile bool
}

// Book is the rules over the records. Its methods answer with the changes they want; Apply makes them.
type Book struct {
	users    map[string]User
	sessions map[string]Session
	tokens   map[string]Token
	attempts map[string]Attempts
	setup    *Setup
}

// NewBook opens the book on what was kept.
func NewBook(st State) *Book {
	b := &Book{users: map[string]User{}, sessions: map[string]Session{}, tokens: map[string]Token{}, attempts: map[string]Attempts{}, setup: st.Setup}
	for _, u := range st.Users {
		b.users[u.Name] = u
	}
	for _, s := range st.Sessions {
		b.sessions[s.ID] = s
	}
	for _, t := range st.Tokens {
		b.tokens[t.ID] = t
	}
	for _, a := range st.Attempts {
		b.attempts[a.Name] = a
	}
	return b
}

// Apply puts changes into force.
func (b *Book) Apply(changes []Change) {
	for _, c := range changes {
		switch v := c.Value.(type) {
		case nil:
			switch c.Bucket {
			case Users:
				delete(b.users, c.ID)
			case Sessions:
				delete(b.sessions, c.ID)
			case Tokens:
				delete(b.tokens, c.ID)
			case Tries:
				delete(b.attempts, c.ID)
			case Setups:
				b.setup = nil
			}
		case User:
			b.users[c.ID] = v
		case Session:
			b.sessions[c.ID] = v
		case Token:
			b.tokens[c.ID] = v
		case Attempts:
			b.attempts[c.ID] = v
		case Setup:
			b.setup = &v
		}
	}
}

// Empty says whether there is no user yet.
func (b *Book) Empty() bool { return len(b.users) == 0 }

// OpenSetup opens the invitation for the first user; the older one, if any, ends.
func (b *Book) OpenSetup(now time.Time, id string) ([]Change, error) {
	if !b.Empty() {
		return nil, deny("no-setup", "there are users already; one of the admins adds others")
	}
	return []Change{{Bucket: Setups, ID: "setup", Value: Setup{ID: id, ExpiresAt: now.Add(SetupLife)}, Act: "setup.opened", By: "station"}}, nil
}

// CheckSetup says why the setup secret with this id opens nothing.
func (b *Book) CheckSetup(now time.Time, id string) error {
	if b.setup == nil || b.setup.ID != id || !now.Before(b.setup.ExpiresAt) || !b.Empty() {
		return deny("no-setup", "this setup link was used, has expired, or was never given out")
	}
	return nil
}

// SetUp makes the first user, an admin, and signs them in.
func (b *Book) SetUp(now time.Time, setupID, name, hash, sessionID string) (Identity, []Change, error) {
	if err := b.CheckSetup(now, setupID); err != nil {
		return Identity{}, nil, err
	}
	u := User{Name: name, Role: Admin, Hash: hash, CreatedAt: now, By: "setup"}
	s := Session{ID: sessionID, User: name, CreatedAt: now, ExpiresAt: now.Add(SessionLife)}
	return identity(u, s), []Change{
		{Bucket: Users, ID: name, Value: u, Act: "user.created", By: "setup"},
		{Bucket: Setups, ID: "setup", Act: "setup.used", By: name},
		{Bucket: Sessions, ID: s.ID, Value: s, Act: "session.opened", By: name},
	}, nil
}

func identity(u User, s Session) Identity {
	return Identity{Name: u.Name, Role: u.Role, Session: s.ID, ExpiresAt: s.ExpiresAt}
}

// Challenge gives the hash to check a password for name against. ok is false for a stranger, whose password is to be
// checked against something all the same so that the time taken says nothing.
func (b *Book) Challenge(now time.Time, name string) (hash string, ok bool, err error) {
	if a := b.attempts[name]; now.Before(a.LockedUntil) {
		return "", false, deny("locked", "too many wrong passwords: try again after %s", a.LockedUntil.UTC().Format("15:04:05 MST"))
	}
	u, ok := b.users[name]
	return u.Hash, ok, nil
}

// Wrong counts a wrong password.
func (b *Book) Wrong(now time.Time, name string) []Change {
	a := b.attempts[name]
	if !a.LockedUntil.IsZero() && !now.Before(a.LockedUntil) {
		a = Attempts{}
	}
	a.Name, a.LastAt = name, now
	a.Failures++
	act := "user.wrong-password"
	if a.Failures >= LockAfter {
		a.LockedUntil = now.Add(LockFor)
		act = "user.locked"
	}
	_, known := b.users[name]
	changes := []Change{{Bucket: Tries, ID: name, Value: a, Act: act, By: name, Volatile: !known}}
	if old := b.oldestStranger(); !known && old != "" {
		changes = append(changes, Change{Bucket: Tries, ID: old, Volatile: true})
	}
	return changes
}

// oldestStranger gives way when too many names that do not exist have been tried.
func (b *Book) oldestStranger() string {
	if len(b.attempts) < maxStrangers+len(b.users) {
		return ""
	}
	oldest := ""
	for name, a := range b.attempts {
		if _, known := b.users[name]; !known && (oldest == "" || a.LastAt.Before(b.attempts[oldest].LastAt)) {
			oldest = name
		}
	}
	return oldest
}

// SignIn opens a session for a user whose password against hash was right.
func (b *Book) SignIn(now time.Time, name, hash, sessionID string) (Identity, []Change, error) {
	u, ok := b.users[name]
	if !ok || u.Hash != hash {
		return Identity{}, nil, deny("wrong-password", "name or password is wrong")
	}
	s := Session{ID: sessionID, User: name, CreatedAt: now, ExpiresAt: now.Add(SessionLife)}
	changes := []Change{{Bucket: Sessions, ID: s.ID, Value: s, Act: "session.opened", By: name}}
	if _, tried := b.attempts[name]; tried {
		changes = append(changes, Change{Bucket: Tries, ID: name, Act: "user.attempts-cleared", By: name})
	}
	var mine []Session
	for _, old := range b.sessions {
		switch {
		case !now.Before(old.ExpiresAt):
			changes = append(changes, Change{Bucket: Sessions, ID: old.ID, Act: "session.expired", By: old.User})
		case old.User == name:
			mine = append(mine, old)
		}
	}
	sort.Slice(mine, func(i, j int) bool { return mine[i].CreatedAt.Before(mine[j].CreatedAt) })
	for i := 0; i <= len(mine)-MaxSessions; i++ {
		changes = append(changes, Change{Bucket: Sessions, ID: mine[i].ID, Act: "session.closed", By: name})
	}
	return identity(u, s), changes, nil
}

// SignOut ends a session.
func (b *Book) SignOut(sessionID, by string) []Change {
	if _, ok := b.sessions[sessionID]; !ok {
		return nil
	}
	return []Change{{Bucket: Sessions, ID: sessionID, Act: "session.closed", By: by}}
}

// BySession says who holds the session with this id.
func (b *Book) BySession(now time.Time, id string) (Identity, error) {
	s, ok := b.sessions[id]
	if !ok || !now.Before(s.ExpiresAt) {
		return Identity{}, deny("no-session", "sign in first")
	}
	u, ok := b.users[s.User]
	if !ok {
		return Identity{}, deny("no-session", "sign in first")
	}
	return identity(u, s), nil
}

// ByToken says which program holds the token with this id.
func (b *Book) ByToken(now time.Time, id string) (Identity, error) {
	t, ok := b.tokens[id]
	if !ok || !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		return Identity{}, deny("bad-token", "this API token is unknown, revoked or expired")
	}
	return Identity{Name: t.Name, Role: t.Role, Token: t.ID, ExpiresAt: t.ExpiresAt}, nil
}
