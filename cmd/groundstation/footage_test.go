package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/footage"
	"groundstation/mission"
	"groundstation/store"
)

// A recording that the ledger knows and that is not there is found by verify, unless the ledger says that it was deleted.
func TestVerifyMissesARecording(t *testing.T) {
	dir := t.TempDir()
	keep := func(r footage.Record) {
		t.Helper()
		db, err := store.Open(filepath.Join(dir, dbFile), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Commit([]mission.Op{{Kind: fleet.KindFootage, ID: r.ID, Value: r, Act: "footage.closed", By: "station"}}); err != nil {
			t.Fatal(err)
		}
	}
	r := footage.Record{ID: "V01-20260301-120000", Vehicle: "V01", Seq: 3, Hash: "ab"}
	keep(r)
	if err := (verifyCmd{dataFlag{dir}}).Run(); err == nil || !strings.Contains(err.Error(), r.ID) {
		t.Errorf("it is not missed: %v", err)
	}
	r.Deleted = &footage.Deleted{At: time.Now(), Why: "test"}
	keep(r)
	if err := (verifyCmd{dataFlag{dir}}).Run(); err != nil {
		t.Error(err)
	}
}
