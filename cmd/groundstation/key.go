package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"groundstation/internal/station"
)

// keyCmd is for signing keys. What it prints names a key without telling it.
type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make the key of a vehicle or a dock; a station reads it when it starts."`
	List   keyListCmd   `cmd:"" help:"List the keys by their ids."`
}

type keyCreateCmd struct {
	dataFlag
	ID string `arg:"" help:"The vehicle or dock, as the configuration names it."`
}

func (c keyCreateCmd) Run() error {
	dir := filepath.Join(c.Data, keyDir)
	id, err := station.CreateKey(dir, c.ID)
	if err != nil {
		return err
	}
	fmt.Printf("%s has key %s in %s\n", c.ID, id, filepath.Join(dir, c.ID+".key"))
	return nil
}

type keyListCmd struct{ dataFlag }

func (c keyListCmd) Run() error {
	keys, err := station.ListKeys(filepath.Join(c.Data, keyDir))
	if err != nil {
		return fmt.Errorf("list keys: %w", err)
	}
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		k := keys[id]
		fmt.Printf("%s  key %s  next %s  proven %t\n", id, k.Key.ID(), k.Next.ID(), k.Mark.Heard.Proven)
	}
	return nil
}
