package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"groundstation/account"
	"groundstation/internal/footage"
	"groundstation/store"
	"groundstation/video/record"
)

// dataFlag chooses the folder of a station that is not running; its store is held by one process at a time.
type dataFlag struct {
	Data string `name:"data" help:"The station's data folder." default:"data" type:"path"`
}

func (f dataFlag) open(readOnly bool) (*store.Store, error) {
	path := filepath.Join(f.Data, dbFile)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("no station has written to %s (--data): %w", f.Data, err)
	}
	db, err := store.Open(path, store.Options{ReadOnly: readOnly})
	if err != nil {
		return nil, fmt.Errorf("open %s; while the station runs, use its API instead: %w", path, err)
	}
	return db, nil
}

// tokenCmd makes what programs sign in with.
type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make an API token and print its secret, once."`
}

type tokenCreateCmd struct {
	dataFlag
	Name string        `arg:"" help:"What the token is called in the record."`
	Role string        `help:"What it may do." enum:"viewer,operator,supervisor,admin" default:"viewer"`
	For  time.Duration `help:"How long it is good for; 0: until it is revoked." default:"0"`
}

func (c tokenCreateCmd) Run() error {
	db, err := c.open(false)
	if err != nil {
		return err
	}
	defer db.Close()
	accounts, err := account.Open(db, time.Now)
	if err != nil {
		return fmt.Errorf("read the accounts: %w", err)
	}
	var expires time.Time
	if c.For > 0 {
		expires = time.Now().Add(c.For)
	}
	_, secret, err := accounts.AddToken(c.Name, account.Role(c.Role), "command line", expires)
	if err != nil {
		return fmt.Errorf("make the token: %w", err)
	}
	fmt.Println(secret)
	return nil
}

// verifyCmd checks the ledger's chain, and the recordings against what it notes of them.
type verifyCmd struct{ dataFlag }

func (c verifyCmd) Run() error {
	db, err := c.open(true)
	if err != nil {
		return err
	}
	defer db.Close()
	head, err := db.Verify()
	if err != nil {
		return fmt.Errorf("verify the ledger: %w", err)
	}
	fmt.Printf("%d entries, unbroken; head %s\n", head.Seq, head.Hash)
	noted, err := footage.LoadRecords(db)
	if err != nil {
		return fmt.Errorf("read the records of recordings: %w", err)
	}
	recordings, segments, err := record.Verify(filepath.Join(c.Data, videoDir), footage.Anchors(noted))
	if err != nil {
		return fmt.Errorf("verify the recordings: %w", err)
	}
	fmt.Printf("%d recordings, %d segments, as they were recorded\n", recordings, segments)
	return nil
}

// backupCmd copies the store.
type backupCmd struct {
	dataFlag
	To string `arg:"" help:"The file to write; it must not exist." type:"path"`
}

func (c backupCmd) Run() error {
	db, err := c.open(true)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.BackupFile(c.To)
}
