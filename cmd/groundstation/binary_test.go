package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// binaryDir is where stationBinary builds, removed when the tests are over.
var binaryDir string

func TestMain(m *testing.M) {
	code := m.Run()
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
	os.Exit(code)
}

var buildStation = sync.OnceValue(func() error {
	dir, err := os.MkdirTemp("", "groundstation-test-")
	if err != nil {
		return err
	}
	binaryDir = dir
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "groundstation"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is shipped
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
})

// stationBinary is the program, built once for all tests that start it.
func stationBinary(t *testing.T) string {
	t.Helper()
	if err := buildStation(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(binaryDir, "groundstation")
}
