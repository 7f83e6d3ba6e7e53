package ui

import "testing"

func TestFilesIsRootedAtDist(t *testing.T) {
	if _, err := Files().Open(".gitkeep"); err != nil {
		t.Fatalf("dist is not the root of Files: %v", err)
	}
}
