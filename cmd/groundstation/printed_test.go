package main

import (
	"os"
	"strings"
	"testing"
)

// begun runs a server in this process and gives what it prints first, and how it ends. Nothing else of the test may print.
func begun(t *testing.T, run func() error) (printed string, ended <-chan error) {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = in
	t.Cleanup(func() { os.Stdout = stdout; _ = out.Close() })
	end := make(chan error, 1)
	go func() {
		end <- run()
		_ = in.Close()
	}()
	buffer := make([]byte, 4096)
	n, err := out.Read(buffer)
	if err != nil {
		t.Fatalf("it ended before it began: %v, %v", err, <-end)
	}
	return strings.TrimSpace(string(buffer[:n])), end
}
