package store

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission"
	"groundstation/mission/privacy"
)

var epoch = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path, Options{Now: func() time.Time { return epoch }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func fresh(t *testing.T) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "station.db")
	return open(t, path), path
}

func put(kind fleet.Kind, id string, value any) mission.Op {
	return mission.Op{Kind: kind, ID: id, Value: value, Act: string(kind) + ".put", By: "lin"}
}

func TestWhatWasCommittedIsLoadedAgain(t *testing.T) {
	s, path := fresh(t)
	old, recent := epoch.Add(-48*time.Hour), epoch.Add(-time.Hour)
	commit := func(ops ...mission.Op) {
		t.Helper()
		if err := s.Commit(ops); err != nil {
			t.Fatal(err)
		}
	}
	commit(put(mission.KindIncident, "I1", mission.Incident{ID: "I1", State: mission.IncidentQueued, UpdatedAt: old}),
		put(mission.KindSortie, "S1", mission.Sortie{ID: "S1", State: mission.Outbound, Vehicle: "V01"}))
	commit(put(mission.KindSortie, "S2", mission.Sortie{ID: "S2", State: mission.Closed, ClosedAt: &recent}),
		put(mission.KindSortie, "S3", mission.Sortie{ID: "S3", State: mission.Closed, ClosedAt: &old}))
	commit(put(mission.KindIncident, "I2", mission.Incident{ID: "I2", State: mission.IncidentServed, UpdatedAt: epoch.Add(-8 * 24 * time.Hour)}))
	commit(put(mission.KindPlan, "P1", mission.Plan{ID: "P1"}), put(mission.KindPlan, "P2", mission.Plan{ID: "P2"}))
	commit(put(mission.KindPlan, "P2", nil), put(mission.KindPatrol, "R1", mission.Patrol{ID: "R1"}))
	commit(put(mission.KindControl, "V01", mission.Control{Vehicle: "V01", Holder: "human"}), put(mission.KindAlarm, "a/1", mission.Alarm{ID: "a/1"}))
	commit(put(mission.KindCommand, "C1", mission.Command{ID: "C1", UpdatedAt: recent}), put(mission.KindCommand, "C2", mission.Command{ID: "C2", UpdatedAt: old}))
	commit(put(mission.KindCounter, mission.CounterIntent, uint64(41)), put(mission.KindCounter, mission.CounterIntent, uint64(math.MaxUint64)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, path)
	got, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := mission.State{
		Incidents: []mission.Incident{{ID: "I1", State: mission.IncidentQueued, UpdatedAt: old}},
		Sorties:   []mission.Sortie{{ID: "S1", State: mission.Outbound, Vehicle: "V01"}, {ID: "S2", State: mission.Closed, ClosedAt: &recent}},
		Plans:     []mission.Plan{{ID: "P1"}}, Patrols: []mission.Patrol{{ID: "R1"}},
		Controls: []mission.Control{{Vehicle: "V01", Holder: "human"}}, Alarms: []mission.Alarm{{ID: "a/1"}},
		Commands: []mission.Command{{ID: "C1", UpdatedAt: recent}}, IntentSeq: math.MaxUint64,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if head, err := s.Verify(); err != nil || head.Seq != 15 {
		t.Errorf("Verify: %+v, %v", head, err)
	}
}

func TestACommitIsAllOrNothing(t *testing.T) {
	s, _ := fresh(t)
	for name, bad := range map[string]mission.Op{
		"not JSON": put(mission.KindPlan, "P2", math.NaN()),
		"kind":     put("nonsense", "X", 1),
		"no id":    put(mission.KindPlan, "", 1),
		"long id":  put(mission.KindPlan, strings.Repeat("x", 2000), 1),
	} {
		if err := s.Commit([]mission.Op{put(mission.KindPlan, "P1", mission.Plan{ID: "P1"}), bad}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if st, err := s.Load(); err != nil || len(st.Plans) != 0 {
		t.Errorf("half a commit was kept: %+v, %v", st.Plans, err)
	}
	if err := s.Commit([]mission.Op{put("nonsense", "X", 1)}); !errors.Is(err, ErrKind) {
		t.Errorf("unknown kind: %v", err)
	}
	if err := s.Commit([]mission.Op{put(mission.KindPlan, "P1", mission.Plan{ID: "P1"})}); err != nil {
		t.Errorf("after bad commits: %v", err)
	}
}

// Every kind that a station starts from can be kept.
func TestWhatIsLoadedCanBeKept(t *testing.T) {
	s, _ := fresh(t)
	at := geo.LatLon{Lat: 32.5, Lon: 120.4}
	if err := s.Commit([]mission.Op{put(mission.KindBinding, "V01", mission.Binding{ID: "V01", System: 9}),
		put(mission.KindPrivacyZone, "Z1", privacy.NoRecordZone{ID: "Z1", Name: "school", Rule: privacy.NoRecord, Center: &at, RadiusM: 80}),
		put(mission.KindPicture, "V01", mission.Picture{Camera: "V01", Vehicle: "V01", Code: privacy.CodeZone})}); err != nil {
		t.Fatal(err)
	}
	st, err := s.Load()
	if err != nil || len(st.Bindings) != 1 || len(st.PrivacyZones) != 1 || st.PrivacyZones[0].RadiusM != 80 || len(st.Pictures) != 1 || st.Pictures[0].Code != privacy.CodeZone {
		t.Errorf("%+v %+v %+v, %v", st.Bindings, st.PrivacyZones, st.Pictures, err)
	}
}

func TestQueuedCommitsShareATransactionAndKeepTheirOrder(t *testing.T) {
	s, _ := fresh(t)
	const n = 400
	var mu sync.Mutex
	var order []int
	var all sync.WaitGroup
	all.Add(n)
	for i := range n {
		s.Submit([]mission.Op{put(mission.KindCounter, mission.CounterIntent, uint64(i))}, func(err error) {
			defer all.Done()
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
		})
	}
	all.Wait()
	for i, got := range order {
		if got != i {
			t.Fatalf("answer %d was for commit %d", i, got)
		}
	}
	st := s.Stats()
	if st.Commits != n || st.Transactions >= n/2 {
		t.Errorf("%d commits took %d transactions: they were not grouped", st.Commits, st.Transactions)
	}
	if state, err := s.Load(); err != nil || state.IntentSeq != n-1 {
		t.Errorf("the last commit did not win: %d, %v", state.IntentSeq, err)
	}
	if head, err := s.Verify(); err != nil || head.Seq != n {
		t.Errorf("Verify: %+v, %v", head, err)
	}
}

func TestASecondDaemonIsRefused(t *testing.T) {
	_, path := fresh(t)
	_, err := Open(path, Options{})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("second Open: %v", err)
	}
}

func TestAfterCloseNothingIsAccepted(t *testing.T) {
	s, _ := fresh(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit([]mission.Op{put(mission.KindPlan, "P1", 1)}); !errors.Is(err, ErrClosed) {
		t.Errorf("Commit: %v", err)
	}
	if err := s.CommitAccounts([]account.Change{{Bucket: account.Users, ID: "lin", Value: account.User{}}}); !errors.Is(err, ErrClosed) {
		t.Errorf("CommitAccounts: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestAFailedWriteStopsAcceptanceForGood(t *testing.T) {
	s, _ := fresh(t)
	if err := s.Commit([]mission.Op{put(mission.KindPlan, "P1", 1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Close(); err != nil { // as if the disk had gone
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Commit([]mission.Op{put(mission.KindPlan, "P2", 1)}); !errors.Is(err, ErrFailed) {
			t.Errorf("Commit: %v", err)
		}
	}
}

func TestANewerFileIsRefused(t *testing.T) {
	s, path := fresh(t)
	err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keySchema, []byte("2")) })
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if _, err := Open(path, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("Open: %v", err)
	}
}

func TestAccountsAreKept(t *testing.T) {
	s, path := fresh(t)
	a, err := account.Open(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := a.OpenSetup()
	if err != nil {
		t.Fatal(err)
	}
	_, session, err := a.SetUp(setup, "root", "a long password")
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := a.AddToken("dispatch", account.Operator, "root", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.SignIn("root", "wrong"); err == nil {
		t.Fatal("a wrong password was right")
	}
	_ = s.Close()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{session, token, setup, "a long password"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("a secret is in the file as it is")
		}
	}

	s = open(t, path)
	if a, err = account.Open(s, nil); err != nil {
		t.Fatal(err)
	}
	if who, err := a.BySession(session); err != nil || who.Name != "root" || who.Role != account.Admin {
		t.Errorf("session: %+v, %v", who, err)
	}
	if who, err := a.ByToken(token); err != nil || who.Name != "dispatch" {
		t.Errorf("token: %+v, %v", who, err)
	}
	if _, _, err := a.SetUp(setup, "again", "a long password"); err == nil {
		t.Error("the setup link worked twice")
	}
	if _, err := s.Verify(); err != nil {
		t.Error(err)
	}
	st, err := s.LoadAccounts()
	if err != nil || len(st.Attempts) != 1 || st.Attempts[0].Failures != 1 || st.Setup != nil {
		t.Errorf("accounts: %+v, %v", st, err)
	}
}

func TestABackupIsAWholeFile(t *testing.T) {
	s, path := fresh(t)
	for i := range 50 {
		if err := s.Commit([]mission.Op{put(mission.KindPlan, fmt.Sprint("P", i), mission.Plan{ID: "P"})}); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(filepath.Dir(path), "copy.db")
	if err := s.BackupFile(copied); err != nil {
		t.Fatal(err)
	}
	if err := s.BackupFile(copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("an existing file was not refused: %v", err)
	}
	want, err := s.Head()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit([]mission.Op{put(mission.KindPlan, "later", 1)}); err != nil {
		t.Fatal(err)
	}
	b, err := Open(copied, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if got, err := b.Verify(want); err != nil || got != want {
		t.Errorf("the backup's ledger: %+v, %v", got, err)
	}
	if st, err := b.Load(); err != nil || len(st.Plans) != 50 {
		t.Errorf("the backup holds %d plans, %v", len(st.Plans), err)
	}
	if err := b.Commit([]mission.Op{put(mission.KindPlan, "x", 1)}); !errors.Is(err, ErrClosed) {
		t.Errorf("a read-only store took a commit: %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".backup-*")); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestRecordsOfAKindAreGivenAsTheyAreKept(t *testing.T) {
	s, _ := fresh(t)
	if err := s.Commit([]mission.Op{put(fleet.KindFootage, "V01-1", map[string]int{"seq": 7}), put(fleet.KindFootageAccess, "V01-1/x", "seen")}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Records(fleet.KindFootage)
	if err != nil || len(got) != 1 || string(got["V01-1"]) != `{"seq":7}` {
		t.Errorf("%s %v", got, err)
	}
	if _, err := s.Records("nothing"); !errors.Is(err, ErrKind) {
		t.Errorf("an unknown kind: %v", err)
	}
	if _, err := s.Verify(); err != nil {
		t.Error(err)
	}
}
