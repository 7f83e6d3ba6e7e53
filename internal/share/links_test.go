package share

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"groundstation/fleet"
	"groundstation/mission"
)

var quiet = slog.New(slog.DiscardHandler)

// shelf is a Store that says what it was given, and may fail.
type shelf struct {
	mu      sync.Mutex
	records map[fleet.Kind]map[string]json.RawMessage
	ledger  []string
	fail    error
	before  func(act string) // called before anything is kept
}

func newShelf() *shelf {
	return &shelf{records: map[fleet.Kind]map[string]json.RawMessage{fleet.KindShare: {}, fleet.KindShareOpening: {}}}
}

func (s *shelf) Commit(ops []mission.Op) error {
	if s.before != nil {
		s.before(ops[0].Act)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	for _, op := range ops {
		raw, err := json.Marshal(op.Value)
		if err != nil {
			return err
		}
		s.records[op.Kind][op.ID] = raw
		s.ledger = append(s.ledger, op.Act+" by "+op.By)
	}
	return nil
}

func (s *shelf) Records(kind fleet.Kind) (map[string]json.RawMessage, error) {
	return s.records[kind], nil
}

func (s *shelf) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.ledger, "; ")
}

func opened(t *testing.T, s *shelf) *Links {
	t.Helper()
	l, err := New(s, Rules{MaxFor: DayAtMost, Viewers: 2}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func made(t *testing.T, l *Links, lasts time.Duration) (LinkItem, string) {
	t.Helper()
	item, token, p := l.Make(Order{Camera: "V01", Viewer: "Fire brigade", Reason: "smoke at the quay", By: "lin", Until: time.Now().Add(lasts)})
	if p != nil {
		t.Fatal(p)
	}
	return item, token
}

func TestWhatIsKeptOpensNothing(t *testing.T) {
	s := newShelf()
	l := opened(t, s)
	defer l.Close()
	item, token := made(t, l, time.Hour)
	if len(token) != 43 {
		t.Errorf("%d characters are no 256 bits", len(token))
	}
	kept := string(s.records[fleet.KindShare][item.ID])
	if strings.Contains(kept, token) || !strings.Contains(kept, hashOf(token)) {
		t.Errorf("kept: %s", kept)
	}
	for _, not := range []string{hashOf(token), item.ID, token[:42], token + "A", ""} {
		if _, p := l.Open(not, "192.0.2.1"); p == nil || p.Code != "unknown-share" {
			t.Errorf("%q: %v", not, p)
		}
	}
	if _, p := l.Open(token, "192.0.2.2"); p != nil {
		t.Error(p)
	}
}

// Where the rules want the name in the picture it stands in that of every link, also of those that were made before.
func TestTheRulesBurnTheNameIntoEveryPicture(t *testing.T) {
	s := newShelf()
	before := opened(t, s)
	plain, token := made(t, before, time.Hour)
	before.Close()
	l, err := New(s, Rules{MaxFor: DayAtMost, Viewers: 2, BurnIn: true}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	item, _ := made(t, l, time.Hour)
	v, p := l.Open(token, "192.0.2.1")
	if p != nil || !v.BurnIn || plain.BurnIn || !item.BurnIn || !strings.Contains(string(s.records[fleet.KindShare][item.ID]), `"burnIn":true`) {
		t.Errorf("%+v %v, %+v", v, p, item)
	}
}

func TestNothingIsGivenThatIsNotNoted(t *testing.T) {
	s := newShelf()
	l := opened(t, s)
	defer l.Close()
	s.fail = errors.New("disk full")
	if _, token, p := l.Make(Order{Camera: "V01", Viewer: "a", Reason: "b", By: "lin", Until: time.Now().Add(time.Hour)}); p == nil || p.Code != "storage" || token != "" || len(l.List()) != 0 {
		t.Errorf("made: %q %v", token, p)
	}
	s.fail = nil
	item, token := made(t, l, time.Hour)
	s.fail = errors.New("disk full")
	if v, p := l.Open(token, "192.0.2.1"); p == nil || p.Code != "storage" || v != nil {
		t.Errorf("opened: %v %v", v, p)
	}
	s.fail = nil
	v, p := l.Open(token, "192.0.2.1")
	if p != nil {
		t.Fatal(p)
	}
	if want := "share.made by lin; share.opened by share " + item.ID; !strings.HasPrefix(s.said(), want) {
		t.Errorf("ledger: %s, want %s", s.said(), want)
	}
	if o := s.records[fleet.KindShareOpening][item.ID+"/1"]; !strings.Contains(string(o), `"from":"192.0.2.1"`) || !strings.Contains(string(o), "Fire brigade") {
		t.Errorf("opening: %s", o)
	}
	// What is taken back is shut before the disk is asked, and stays shut though that fails.
	s.before = func(act string) {
		if act == "share.revoked" && v.Ended() != EndRevoked {
			t.Error("it goes on while the disk works")
		}
	}
	s.fail = errors.New("disk full")
	if p := l.Revoke(item.ID, "wang"); p == nil || p.Code != "storage" {
		t.Errorf("revoked: %v", p)
	}
	if _, p := l.Open(token, "192.0.2.1"); p == nil || p.Code != "unknown-share" {
		t.Errorf("after it was taken back: %v", p)
	}
}

func TestALinkOutlivesTheStation(t *testing.T) {
	s := newShelf()
	first := opened(t, s)
	kept, token := made(t, first, time.Hour)
	gone, lost := made(t, first, time.Hour)
	if _, p := first.Open(token, "192.0.2.1"); p != nil {
		t.Fatal(p)
	}
	if p := first.Revoke(gone.ID, "lin"); p != nil {
		t.Fatal(p)
	}
	first.Close()
	if _, p := first.Open(token, "192.0.2.1"); p == nil || p.Code != "stopping" {
		t.Errorf("while it stops: %v", p)
	}
	if !strings.Contains(string(s.records[fleet.KindShareOpening][kept.ID+"/1"]), `"end":"stopping"`) {
		t.Errorf("end of the viewing: %s", s.records[fleet.KindShareOpening][kept.ID+"/1"])
	}
	second := opened(t, s)
	defer second.Close()
	if _, p := second.Open(token, "192.0.2.1"); p != nil {
		t.Error(p)
	}
	if _, p := second.Open(lost, "192.0.2.1"); p == nil {
		t.Error("one that was taken back opens again")
	}
	for _, i := range second.List() {
		if want := map[string]LinkItem{kept.ID: {State: "open", Opened: 2, Watching: 1}, gone.ID: {State: "revoked", RevokedBy: "lin"}}[i.ID]; i.State != want.State || i.Opened != want.Opened || i.Watching != want.Watching || i.RevokedBy != want.RevokedBy {
			t.Errorf("%+v, want %+v", i, want)
		}
	}
}

// Whoever may give no links away any more has given none: at once, while one is being made, and after a restart.
func TestLinksEndWithWhoeverMadeThem(t *testing.T) {
	s := newShelf()
	var gone, watched atomic.Bool
	rules := Rules{MaxFor: DayAtMost, Viewers: 2, May: func(name string) bool { return name != "lin" || !gone.Load() }}
	l, err := New(s, rules, quiet)
	if err != nil {
		t.Fatal(err)
	}
	item, token := made(t, l, time.Hour)
	other, _, p := l.Make(Order{Camera: "V01", Viewer: "a", Reason: "b", By: "wang", Until: time.Now().Add(time.Hour)})
	if p != nil {
		t.Fatal(p)
	}
	v, p := l.Open(token, "192.0.2.1")
	if p != nil {
		t.Fatal(p)
	}
	late := make(chan string)
	s.before = func(act string) {
		if act == "share.made" && watched.CompareAndSwap(false, true) { // whoever makes it is removed meanwhile
			gone.Store(true)
			if _, p := l.Open(token, "192.0.2.1"); p == nil || p.Code != "unknown-share" {
				t.Errorf("opened though its maker is gone: %v", p)
			}
			go func() {
				if p := l.Disown("root"); p != nil {
					t.Error(p)
				}
				late <- s.said()
			}()
			<-v.Context().Done()
		}
	}
	made(t, l, time.Hour)
	if said := <-late; strings.Count(said, "share.revoked by root") != 2 {
		t.Errorf("ledger: %s", said)
	}
	for _, i := range l.List() {
		if want := map[bool]string{true: "open", false: "revoked"}[i.ID == other.ID]; i.State != want || want == "revoked" && i.RevokedBy != "root" {
			t.Errorf("%+v, want %s", i, want)
		}
	}
	if v.Ended() != EndRevoked {
		t.Errorf("who looked by %s is told %q", item.ID, v.Ended())
	}
	if _, _, p := l.Make(Order{Camera: "V01", Viewer: "a", Reason: "b", By: "lin", Until: time.Now().Add(time.Hour)}); p == nil || p.Code != "forbidden" {
		t.Errorf("made by nobody: %v", p)
	}
	gone.Store(false)
	_, lost := made(t, l, time.Hour)
	l.Close()
	gone.Store(true)
	second, err := New(s, rules, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, p := second.Open(lost, "192.0.2.1"); p == nil || p.Code != "unknown-share" {
		t.Errorf("after a restart: %v", p)
	}
	if p := second.Disown("station"); p != nil || !strings.HasSuffix(s.said(), "share.revoked by station") {
		t.Errorf("%v; ledger: %s", p, s.said())
	}
}

func TestEveryEndStopsThePicture(t *testing.T) {
	for _, c := range []struct {
		want End
		do   func(l *Links, id string, v *Viewing)
	}{
		{EndRevoked, func(l *Links, id string, v *Viewing) {
			if p := l.Revoke(id, "lin"); p != nil {
				t.Error(p)
			}
		}},
		{EndExpired, func(l *Links, id string, v *Viewing) { time.Sleep(time.Nanosecond) }},
		{EndLeft, func(l *Links, id string, v *Viewing) { v.Leave() }},
		{EndStopped, func(l *Links, id string, v *Viewing) { l.Close() }},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newShelf()
			l := opened(t, s)
			item, token := made(t, l, time.Hour)
			v, p := l.Open(token, "192.0.2.1")
			if p != nil {
				t.Fatal(p)
			}
			stopped := make(chan string, 8)
			show := func(name string) error {
				return v.Show(func() (string, func(), error) { return name, func() { stopped <- name }, nil })
			}
			if err := errors.Join(show("first"), show("second")); err != nil {
				t.Error(err)
			}
			v.Hide("first") // which came too late
			for range 179 { // as the page does, up to a second before the link's time is over
				time.Sleep(20 * time.Second)
				if _, p := l.Find(v.ID, token, "192.0.2.1"); p != nil {
					t.Fatal(p)
				}
			}
			time.Sleep(20*time.Second - time.Nanosecond)
			if v.Ended() != "" || len(stopped) != 1 {
				t.Errorf("%s: it ended early: %s", c.want, v.Ended())
			}
			c.do(l, item.ID, v)
			synctest.Wait()
			if v.Ended() != c.want || len(stopped) != 2 {
				t.Errorf("%s: ended by %q, %d stopped", c.want, v.Ended(), len(stopped))
			}
			if err := show("late"); err == nil {
				t.Errorf("%s: a picture after the end", c.want)
			}
			for _, want := range []string{"first", "second", "late"} {
				if got := <-stopped; got != want {
					t.Errorf("%s: %s stopped, want %s", c.want, got, want)
				}
			}
			if got, p := l.Find(v.ID, token, "192.0.2.1"); p != nil || got.Ended() != c.want {
				t.Errorf("%s: its holder is not told: %v", c.want, p)
			}
			if o := string(s.records[fleet.KindShareOpening][item.ID+"/1"]); !strings.Contains(o, `"end":"`+string(c.want)+`"`) || !strings.HasSuffix(s.said(), "share.left by share "+item.ID) && c.want != EndRevoked {
				t.Errorf("%s: noted %s; %s", c.want, o, s.said())
			}
			l.Close()
			time.Sleep(time.Hour)
		})
	}
}

func TestAViewingThatNobodyAsksAboutEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := opened(t, newShelf())
		_, token := made(t, l, time.Hour)
		v, p := l.Open(token, "192.0.2.1")
		if p != nil {
			t.Fatal(p)
		}
		time.Sleep(silentFor - time.Second)
		if _, p := l.Find(v.ID, token, "192.0.2.1"); p != nil {
			t.Fatal(p)
		}
		time.Sleep(silentFor - time.Second)
		if _, p := l.Find(v.ID, "another token", "192.0.2.1"); p == nil || p.Code != "unknown-share" {
			t.Errorf("with another token: %v", p)
		}
		if v.Ended() != "" {
			t.Fatal("it ended though it was asked about")
		}
		time.Sleep(2 * time.Second)
		if v.Ended() != EndSilent {
			t.Errorf("%q", v.Ended())
		}
		time.Sleep(toldFor + time.Second)
		l.List()
		if _, p := l.Find(v.ID, token, "192.0.2.1"); p == nil {
			t.Error("it is never forgotten")
		}
		l.Close()
	})
}

func TestOnlySoManyLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := opened(t, newShelf())
		_, token := made(t, l, time.Hour)
		var last *Viewing
		for range 2 {
			v, p := l.Open(token, "192.0.2.1")
			if p != nil {
				t.Fatal(p)
			}
			last = v
		}
		if _, p := l.Open(token, "192.0.2.1"); p == nil || p.Code != "share-full" {
			t.Errorf("a third: %v", p)
		}
		_, other := made(t, l, time.Hour)
		if _, p := l.Open(other, "192.0.2.1"); p != nil {
			t.Errorf("by another link: %v", p)
		}
		last.Leave()
		synctest.Wait()
		if _, p := l.Open(token, "192.0.2.1"); p != nil {
			t.Errorf("in the place of one who left: %v", p)
		}
		l.Close()
	})
}

func TestOrders(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	good := Order{Camera: "V01", Viewer: "a", Reason: "b", By: "lin", Until: now.Add(2 * time.Hour)}
	rules := Rules{MaxFor: 2 * time.Hour, Viewers: 1}
	if p := rules.check(good, now, maxOpen-1); p != nil {
		t.Error(p)
	}
	for want, change := range map[string]func(*Order){
		"who":     func(o *Order) { o.Viewer = "" },
		"why":     func(o *Order) { o.Reason = "" },
		"past":    func(o *Order) { o.Until = now },
		"at most": func(o *Order) { o.Until = o.Until.Add(time.Nanosecond) },
	} {
		o := good
		change(&o)
		if p := rules.check(o, now, 0); p == nil || p.Code != "invalid" || !strings.Contains(p.Message, want) {
			t.Errorf("%s: %v", want, p)
		}
	}
	if p := rules.check(good, now, maxOpen); p == nil || p.Code != "too-many" {
		t.Errorf("one too many: %v", p)
	}
}

func TestWhoGuessesIsNotListenedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := opened(t, newShelf())
		_, token := made(t, l, time.Hour)
		v, p := l.Open(token, "2001:db8::1")
		if p != nil {
			t.Fatal(p)
		}
		for n := range guessesMax {
			if _, p := l.Open("wrong", fmt.Sprintf("2001:db8::%d", n+1)); p == nil || p.Code != "unknown-share" {
				t.Errorf("guess %d: %v", n, p)
			}
		}
		if _, p := l.Open(token, "2001:db8::ffff"); p == nil || p.Code != "too-many" {
			t.Errorf("from the same network: %v", p)
		}
		if _, p := l.Find("guessed", "wrong", "2001:db8::ffff"); p == nil || p.Code != "too-many" {
			t.Errorf("another door: %v", p)
		}
		if _, p := l.Find(v.ID, token, "2001:db8::1"); p != nil {
			t.Errorf("who looks already is cut off: %v", p)
		}
		if _, p := l.Open(token, "2001:db8:0:1::1"); p != nil {
			t.Errorf("from another network: %v", p)
		}
		v.Leave()
		time.Sleep(guessesIn)
		if _, p := l.Open(token, "2001:db8::1"); p != nil {
			t.Errorf("after a minute: %v", p)
		}
		if _, refused := l.Stats(); refused != guessesMax+2 {
			t.Errorf("%d refused", refused)
		}
		l.Close()
	})
}

func TestOriginsAreBounded(t *testing.T) {
	now, g := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), guesses{}
	for n := range originsMax + 5 {
		g.wrong(fmt.Sprintf("10.0.%d.%d", n/256, n%256), now.Add(time.Duration(n)))
	}
	if _, oldest := g["10.0.0.0"]; len(g) != originsMax || oldest {
		t.Errorf("%d places, the oldest there: %v", len(g), oldest)
	}
	for addr, want := range map[string]string{"::ffff:192.0.2.1": "192.0.2.1", "fe80::1%eth0": "fe80::/64", "2001:db8::5": "2001:db8::/64", "pipe": "pipe"} {
		if got := origin(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}
