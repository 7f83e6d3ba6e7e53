package account

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

var epoch = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// memory keeps what it is given, and can be told to fail.
type memory struct {
	mu      sync.Mutex
	changes []Change
	fail    error
	// block, if set, is waited for in the next commit, after begun was closed.
	block, begun chan struct{}
}

func (m *memory) LoadAccounts() (State, error) { return State{}, nil }

func (m *memory) CommitAccounts(changes []Change) error {
	m.mu.Lock()
	fail, block, begun := m.fail, m.block, m.begun
	if fail == nil {
		m.changes = append(m.changes, changes...)
	}
	m.mu.Unlock()
	if block != nil {
		close(begun)
		<-block
	}
	return fail
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const password = "a long enough password"

// withRoot has one admin, root, signed in.
func withRoot(t *testing.T) (*Accounts, *memory, *clock, string) {
	t.Helper()
	m, c := &memory{}, &clock{now: epoch}
	a, err := Open(m, c.read)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := a.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	who, secret, err := a.SetUp(setup, "root", password)
	if err != nil {
		t.Fatal(err)
	}
	if who.Role != Admin || who.Name != "root" || who.Session == "" {
		t.Fatalf("the first user is %+v", who)
	}
	return a, m, c, secret
}

func denied(t *testing.T, err error, code string) {
	t.Helper()
	var d *Denied
	if !errors.As(err, &d) || d.Code != code {
		t.Errorf("got %v, want code %s", err, code)
	}
}

func TestSetupWorksOnceAndInTime(t *testing.T) {
	c := &clock{now: epoch}
	a, err := Open(&memory{}, c.read)
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = a.SetUp(first, "root", password)
	denied(t, err, "no-setup") // a newer one ends it
	_, _, err = a.SetUp("", "root", password)
	denied(t, err, "no-setup")
	_, _, err = a.SetUp(second, "root", "short")
	denied(t, err, "invalid")
	_, _, err = a.SetUp(second, "a name", password)
	denied(t, err, "invalid")
	c.advance(SetupLife)
	_, _, err = a.SetUp(second, "root", password)
	denied(t, err, "no-setup")
	third, err := a.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	if !a.Empty() {
		t.Error("there is somebody")
	}
	if _, _, err = a.SetUp(third, "root", password); err != nil {
		t.Fatal(err)
	}
	_, _, err = a.SetUp(third, "eve", password)
	denied(t, err, "no-setup")
	_, err = a.OpenSetup()
	denied(t, err, "no-setup")
}

func TestSessionsEnd(t *testing.T) {
	a, _, c, secret := withRoot(t)
	who, err := a.BySession(secret)
	if err != nil || who.Name != "root" || !who.ExpiresAt.Equal(epoch.Add(SessionLife)) {
		t.Fatalf("%+v, %v", who, err)
	}
	_, err = a.BySession(who.Session)
	denied(t, err, "no-session") // what is kept opens nothing
	if err := a.SignOut(who); err != nil {
		t.Fatal(err)
	}
	_, err = a.BySession(secret)
	denied(t, err, "no-session")
	if a.Alive(who) {
		t.Error("alive after sign-out")
	}
	who, secret, err = a.SignIn("root", password)
	if err != nil {
		t.Fatal(err)
	}
	c.advance(SessionLife - time.Second)
	if !a.Alive(who) {
		t.Error("dead before its time")
	}
	c.advance(time.Second)
	_, err = a.BySession(secret)
	denied(t, err, "no-session")
	if a.Alive(who) {
		t.Error("alive after its time")
	}
}

func TestANewPasswordOrRemovalEndsAllSessions(t *testing.T) {
	a, _, _, root := withRoot(t)
	if err := a.AddUser("lin", Operator, password, "root"); err != nil {
		t.Fatal(err)
	}
	one, _, err := a.SignIn("lin", password)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.ChangeUser("lin", Viewer, "", "root"); err != nil {
		t.Fatal(err)
	}
	if !a.Alive(one) {
		t.Error("a new role ended the session")
	}
	if err := a.ChangeUser("lin", "", "another long password", "root"); err != nil {
		t.Fatal(err)
	}
	if a.Alive(one) {
		t.Error("the session outlived its password")
	}
	_, _, err = a.SignIn("lin", password)
	denied(t, err, "wrong-password")
	two, secret, err := a.SignIn("lin", "another long password")
	if err != nil || two.Role != Viewer {
		t.Fatalf("%+v, %v", two, err)
	}
	if err := a.RemoveUser("lin", "root"); err != nil {
		t.Fatal(err)
	}
	_, err = a.BySession(secret)
	denied(t, err, "no-session")
	if _, err := a.BySession(root); err != nil {
		t.Errorf("root lost the session: %v", err)
	}
}

func TestFiveWrongPasswordsLockTheName(t *testing.T) {
	for _, name := range []string{"root", "stranger"} {
		t.Run(name, func(t *testing.T) {
			a, m, c, secret := withRoot(t)
			for range LockAfter {
				_, _, err := a.SignIn(name, "wrong password")
				denied(t, err, "wrong-password")
			}
			_, _, err := a.SignIn(name, password)
			denied(t, err, "locked")
			if _, err := a.BySession(secret); err != nil {
				t.Errorf("the lock ended a session: %v", err)
			}
			c.advance(LockFor - time.Second)
			_, _, err = a.SignIn(name, password)
			denied(t, err, "locked")
			c.advance(time.Second)
			_, _, err = a.SignIn(name, "wrong password")
			denied(t, err, "wrong-password") // counts anew
			if _, _, err = a.SignIn(name, password); (err == nil) != (name == "root") {
				t.Errorf("after the lock: %v", err)
			}
			for _, ch := range m.changes {
				if ch.ID == "stranger" {
					t.Errorf("a stranger's name was kept: %+v", ch)
				}
			}
		})
	}
}

func TestASuccessClearsTheCount(t *testing.T) {
	a, _, _, _ := withRoot(t)
	for range 3 {
		for range LockAfter - 1 {
			_, _, err := a.SignIn("root", "wrong password")
			denied(t, err, "wrong-password")
		}
		if _, _, err := a.SignIn("root", password); err != nil {
			t.Fatal(err)
		}
	}
}

func TestParallelGuessesCannotOutrunTheCount(t *testing.T) {
	a, _, _, _ := withRoot(t)
	var wrong, other int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			_, _, err := a.SignIn("root", "wrong password")
			var d *Denied
			mu.Lock()
			defer mu.Unlock()
			if errors.As(err, &d) && d.Code == "wrong-password" {
				wrong++
			} else {
				other++
			}
		})
	}
	all.Wait()
	if wrong != LockAfter || other != 12-LockAfter {
		t.Errorf("%d guesses were looked at, %d refused", wrong, other)
	}
}

func TestTokens(t *testing.T) {
	a, _, c, _ := withRoot(t)
	tok, secret, err := a.AddToken("dispatch", Operator, "root", epoch.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, "gst_") || strings.Contains(secret, tok.ID) || tok.ID == secret {
		t.Errorf("secret %q, id %q", secret, tok.ID)
	}
	who, err := a.ByToken(secret)
	if err != nil || who.Name != "dispatch" || who.Role != Operator || who.Session != "" {
		t.Errorf("%+v, %v", who, err)
	}
	_, err = a.BySession(secret)
	denied(t, err, "no-session")
	_, _, err = a.AddToken("dispatch", Viewer, "root", time.Time{})
	denied(t, err, "exists")
	_, _, err = a.AddToken("root", Viewer, "root", time.Time{})
	denied(t, err, "exists")
	denied(t, a.AddUser("dispatch", Viewer, password, "root"), "exists")
	_, _, err = a.AddToken("late", Viewer, "root", epoch)
	denied(t, err, "invalid")
	_, _, err = a.AddToken("mighty", "emperor", "root", time.Time{})
	denied(t, err, "invalid")
	c.advance(time.Hour)
	if a.Alive(who) {
		t.Error("alive after its time")
	}
	_, secret, err = a.AddToken("other", Viewer, "root", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.RemoveToken("other", "root"); err != nil {
		t.Fatal(err)
	}
	_, err = a.ByToken(secret)
	denied(t, err, "bad-token")
	denied(t, a.RemoveToken("other", "root"), "unknown-token")
}

func TestWhoHoldsARole(t *testing.T) {
	b := NewBook(State{})
	b.Apply([]Change{{Bucket: Users, ID: "lin", Value: User{Name: "lin", Role: Operator}}, {Bucket: Tokens, ID: "1", Value: Token{ID: "1", Name: "old", Role: Admin, ExpiresAt: epoch}},
		{Bucket: Tokens, ID: "2", Value: Token{ID: "2", Name: "dispatch", Role: Operator}}})
	for name, want := range map[string]bool{"lin": true, "dispatch": true, "old": false, "nobody": false, "": false} {
		if got := b.Holds(epoch, name, Operator); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if b.Holds(epoch, "lin", Supervisor) || !b.Holds(epoch.Add(-1), "old", Admin) {
		t.Error("a role is held that was not given, or not held before it ends")
	}
}

func TestTheLastAdminStays(t *testing.T) {
	a, _, _, _ := withRoot(t)
	denied(t, a.RemoveUser("root", "root"), "last-admin")
	denied(t, a.ChangeUser("root", Viewer, "", "root"), "last-admin")
	if err := a.AddUser("deputy", Admin, password, "root"); err != nil {
		t.Fatal(err)
	}
	denied(t, a.AddUser("deputy", Admin, password, "root"), "exists")
	denied(t, a.AddUser("x", "emperor", password, "root"), "invalid")
	if err := a.RemoveUser("root", "deputy"); err != nil {
		t.Fatal(err)
	}
	denied(t, a.RemoveUser("root", "deputy"), "unknown-user")
	denied(t, a.ChangeUser("root", Viewer, "", "deputy"), "unknown-user")
	if users := a.Users(); len(users) != 1 || users[0].Name != "deputy" || users[0].Hash != "" {
		t.Errorf("users: %+v", users)
	}
}

func TestWhatIsNotKeptIsNotInForce(t *testing.T) {
	a, m, _, _ := withRoot(t)
	m.fail = errors.New("disk on fire")
	if err := a.AddUser("lin", Operator, password, "root"); err == nil || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("AddUser: %v", err)
	}
	if _, _, err := a.SignIn("root", password); err == nil {
		t.Error("signed in without a record")
	}
	if _, _, err := a.AddToken("dispatch", Operator, "root", time.Time{}); err == nil {
		t.Error("made a token without a record")
	}
	if len(a.Users()) != 1 || len(a.Tokens()) != 0 {
		t.Error("it is in force all the same")
	}
}

func TestLookingUpNeverWaitsForTheDisk(t *testing.T) {
	a, m, _, secret := withRoot(t)
	m.mu.Lock()
	m.block, m.begun = make(chan struct{}), make(chan struct{})
	m.mu.Unlock()
	adding := make(chan error)
	go func() { adding <- a.AddUser("lin", Operator, password, "root") }()
	<-m.begun
	if who, err := a.BySession(secret); err != nil || !a.Alive(who) {
		t.Errorf("%+v, %v", who, err)
	}
	close(m.block)
	if err := <-adding; err != nil {
		t.Error(err)
	}
}

func TestOldSessionsGiveWay(t *testing.T) {
	b := NewBook(State{Users: []User{{Name: "lin", Role: Viewer, Hash: "h"}}})
	for i := range MaxSessions + 5 {
		_, changes, err := b.SignIn(epoch.Add(time.Duration(i)*time.Minute), "lin", "h", SecretID(string(rune('a'+i))))
		if err != nil {
			t.Fatal(err)
		}
		b.Apply(changes)
	}
	if len(b.sessions) != MaxSessions {
		t.Errorf("%d sessions are open", len(b.sessions))
	}
	if _, err := b.BySession(epoch.Add(time.Hour), SecretID("a")); err == nil {
		t.Error("the oldest stayed")
	}
	_, changes, err := b.SignIn(epoch.Add(48*time.Hour), "lin", "h", "new")
	if err != nil {
		t.Fatal(err)
	}
	b.Apply(changes)
	if len(b.sessions) != 1 {
		t.Errorf("%d expired sessions are still kept", len(b.sessions)-1)
	}
}

func TestStrangersAreBounded(t *testing.T) {
	b := NewBook(State{})
	for i := range 3 * maxStrangers {
		b.Apply(b.Wrong(epoch.Add(time.Duration(i)*time.Second), SecretID(string(rune(i)))))
	}
	if len(b.attempts) > maxStrangers+1 {
		t.Errorf("%d names are remembered", len(b.attempts))
	}
}

func TestRolesInclude(t *testing.T) {
	for _, c := range []struct {
		has, need Role
		want      bool
	}{{Viewer, Viewer, true}, {Viewer, Operator, false}, {Operator, Viewer, true}, {Operator, Supervisor, false}, {Supervisor, Operator, true},
		{Supervisor, Admin, false}, {Admin, Supervisor, true},
		{"", Viewer, false}, {"emperor", Viewer, false}, {Admin, "", false}, {Admin, "emperor", false}} {
		if got := c.has.Allows(c.need); got != c.want {
			t.Errorf("%q allows %q: %v", c.has, c.need, got)
		}
	}
}

func TestNamesAndPasswords(t *testing.T) {
	for name, ok := range map[string]bool{"lin": true, "林.operator-2": true, "a@b_c": true, "": false, "a b": false, "a/b": false,
		"a\nb": false, "<b>": false, strings.Repeat("x", 65): false, "\xff": false} {
		if (CheckName(name) == nil) != ok {
			t.Errorf("name %q: ok is %v", name, !ok)
		}
	}
	for password, ok := range map[string]bool{"0123456789": true, "012345678": false, strings.Repeat("x", 512): true, strings.Repeat("x", 513): false} {
		if (CheckPassword(password) == nil) != ok {
			t.Errorf("password of %d bytes: ok is %v", len(password), !ok)
		}
	}
}

func TestPasswordHashes(t *testing.T) {
	h := HashPassword("correct horse", []byte("0123456789abcdef"))
	if !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") || h != HashPassword("correct horse", []byte("0123456789abcdef")) {
		t.Errorf("hash %s", h)
	}
	if ok, err := VerifyPassword(h, "correct horse"); !ok || err != nil {
		t.Errorf("right password: %v, %v", ok, err)
	}
	if ok, err := VerifyPassword(h, "wrong horse"); ok || err != nil {
		t.Errorf("wrong password: %v, %v", ok, err)
	}
	for _, bad := range []string{"", "x", "$argon2i$v=19$m=8,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=8,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=8,t=1,p=1$AAAA", "$argon2id$v=19$m=8,t=1,p=1$!$!", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"} {
		if ok, err := VerifyPassword(bad, "x"); ok || err == nil {
			t.Errorf("hash %q was taken", bad)
		}
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY", "x")
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$", "")
	f.Fuzz(func(t *testing.T, hash, password string) {
		if strings.Contains(hash, "m=") && !strings.Contains(hash, "m=8,t=1,p=1$") {
			return // dear parameters only take time
		}
		_, _ = VerifyPassword(hash, password)
	})
}
