package account

import (
	"fmt"
	"sync"
	"time"
)

// Keeper keeps the records. CommitAccounts is one atomic, durable transaction.
type Keeper interface {
	LoadAccounts() (State, error)
	CommitAccounts([]Change) error
}

// Accounts is the shell around a Book: it owns locks, the clock, randomness and the keeping.
type Accounts struct {
	keeper Keeper
	now    func() time.Time
	decoy  string
	// hashing lets one password be hashed at a time (19 MiB and about 30 ms each); waiting bounds the queue before it.
	hashing chan struct{}
	waiting chan struct{}

	changing sync.Mutex // held over a whole change, the commit included
	mu       sync.RWMutex
	book     *Book // guarded by mu, which is never held while something is being kept
}

// Open reads what was kept. now is the clock; nil is time.Now.
func Open(keeper Keeper, now func() time.Time) (*Accounts, error) {
	if now == nil {
		now = time.Now
	}
	st, err := keeper.LoadAccounts()
	if err != nil {
		return nil, fmt.Errorf("load accounts: %w", err)
	}
	return &Accounts{keeper: keeper, now: now, decoy: HashPassword("a password nobody has", newSalt()),
		hashing: make(chan struct{}, 1), waiting: make(chan struct{}, 16), book: NewBook(st)}, nil
}

// change works out changes, keeps them, then applies them.
func (a *Accounts) change(work func(*Book) ([]Change, error)) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	a.mu.RLock()
	changes, err := work(a.book)
	a.mu.RUnlock()
	if err != nil {
		return err
	}
	var keep []Change
	for _, c := range changes {
		if !c.Volatile {
			keep = append(keep, c)
		}
	}
	if len(keep) > 0 {
		if err := a.keeper.CommitAccounts(keep); err != nil {
			return fmt.Errorf("keep accounts: %w", err)
		}
	}
	a.mu.Lock()
	a.book.Apply(changes)
	a.mu.Unlock()
	return nil
}

// slow runs f, which hashes a password, when it is its turn; Denied "busy" if too many wait.
func (a *Accounts) slow(f func() error) error {
	select {
	case a.waiting <- struct{}{}:
	default:
		return deny("busy", "too many people are signing in at once; try again in a second")
	}
	defer func() { <-a.waiting }()
	a.hashing <- struct{}{}
	defer func() { <-a.hashing }()
	return f()
}

func (a *Accounts) hash(password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	var h string
	err := a.slow(func() error { h = HashPassword(password, newSalt()); return nil })
	return h, err
}

// OpenSetup gives a new one-time secret with which the first user is made; Denied "no-setup" once there is one.
func (a *Accounts) OpenSetup() (string, error) {
	secret, id := newSecret("")
	err := a.change(func(b *Book) ([]Change, error) { return b.OpenSetup(a.now(), id) })
	if err != nil {
		return "", err
	}
	return secret, nil
}

// SetUp makes the first user and signs them in; the second result is the session's secret.
func (a *Accounts) SetUp(setup, name, password string) (Identity, string, error) {
	if err := CheckName(name); err != nil {
		return Identity{}, "", err
	}
	a.mu.RLock()
	err := a.book.CheckSetup(a.now(), SecretID(setup))
	a.mu.RUnlock()
	if err != nil {
		return Identity{}, "", err
	}
	hash, err := a.hash(password)
	if err != nil {
		return Identity{}, "", err
	}
	secret, id := newSecret("")
	var who Identity
	err = a.change(func(b *Book) (changes []Change, err error) {
		who, changes, err = b.SetUp(a.now(), SecretID(setup), name, hash, id)
		return changes, err
	})
	return who, secret, err
}

// SignIn opens a session; the second result is its secret.
func (a *Accounts) SignIn(name, password string) (Identity, string, error) {
	wrong := deny("wrong-password", "name or password is wrong")
	if CheckName(name) != nil || len(password) > MaxPassword {
		return Identity{}, "", wrong
	}
	var who Identity
	secret, id := newSecret("")
	// One password at a time is looked at, so parallel guesses cannot outrun the count.
	err := a.slow(func() error {
		a.mu.RLock()
		hash, known, err := a.book.Challenge(a.now(), name)
		a.mu.RUnlock()
		if err != nil {
			return err
		}
		against := hash
		if !known {
			against = a.decoy
		}
		right, err := VerifyPassword(against, password)
		if err != nil {
			return fmt.Errorf("check the password of %s: %w", name, err)
		}
		if !right || !known {
			if err := a.change(func(b *Book) ([]Change, error) { return b.Wrong(a.now(), name), nil }); err != nil {
				return err
			}
			return wrong
		}
		return a.change(func(b *Book) (changes []Change, err error) {
			who, changes, err = b.SignIn(a.now(), name, hash, id)
			return changes, err
		})
	})
	if err != nil {
		return Identity{}, "", err
	}
	return who, secret, nil
}

// SignOut ends the session somebody came in with.
func (a *Accounts) SignOut(who Identity) error {
	return a.change(func(b *Book) ([]Change, error) { return b.SignOut(who.Session, who.Name), nil })
}

// BySession says who holds a session's secret. It never waits for the disk.
func (a *Accounts) BySession(secret string) (Identity, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.book.BySession(a.now(), SecretID(secret))
}

// ByToken says which program holds a token's secret. It never waits for the disk.
func (a *Accounts) ByToken(secret string) (Identity, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.book.ByToken(a.now(), SecretID(secret))
}

// Alive says whether what let somebody in still stands: not signed out, removed, revoked or expired.
func (a *Accounts) Alive(who Identity) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var err error
	if who.Session != "" {
		_, err = a.book.BySession(a.now(), who.Session)
	} else {
		_, err = a.book.ByToken(a.now(), who.Token)
	}
	return err == nil
}

// Holds says whether a user or a token of that name may do what need asks for.
func (a *Accounts) Holds(name string, need Role) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.book.Holds(a.now(), name, need)
}

// Empty says whether there is no user yet.
func (a *Accounts) Empty() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.book.Empty()
}

// Users lists the users; their hashes are left out.
func (a *Accounts) Users() []User {
	a.mu.RLock()
	defer a.mu.RUnlock()
	users := a.book.Users()
	for i := range users {
		users[i].Hash = ""
	}
	return users
}

// AddUser makes a further user.
func (a *Accounts) AddUser(name string, role Role, password, by string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	hash, err := a.hash(password)
	if err != nil {
		return err
	}
	return a.change(func(b *Book) ([]Change, error) { return b.AddUser(a.now(), name, role, hash, by) })
}

// ChangeUser gives a user another role, another password, or both; empty leaves it.
func (a *Accounts) ChangeUser(name string, role Role, password, by string) error {
	hash := ""
	if password != "" {
		var err error
		if hash, err = a.hash(password); err != nil {
			return err
		}
	}
	return a.change(func(b *Book) ([]Change, error) { return b.ChangeUser(name, role, hash, by) })
}

// RemoveUser removes a user and ends their sessions.
func (a *Accounts) RemoveUser(name, by string) error {
	return a.change(func(b *Book) ([]Change, error) { return b.RemoveUser(name, by) })
}

// Tokens lists the tokens.
func (a *Accounts) Tokens() []Token {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.book.Tokens()
}

// AddToken makes a token for a program and gives its secret, which is shown this once. A zero expires never.
func (a *Accounts) AddToken(name string, role Role, by string, expires time.Time) (Token, string, error) {
	if err := CheckName(name); err != nil {
		return Token{}, "", err
	}
	secret, id := newSecret("gst_")
	var t Token
	err := a.change(func(b *Book) (changes []Change, err error) {
		t, changes, err = b.AddToken(a.now(), id, name, role, by, expires)
		return changes, err
	})
	return t, secret, err
}

// RemoveToken revokes the token of that name.
func (a *Accounts) RemoveToken(name, by string) error {
	return a.change(func(b *Book) ([]Change, error) { return b.RemoveToken(name, by) })
}
