package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built console, rooted at its index.html. On a clone where the console has not been built it holds no
// index.html; Built tells.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil { // only a malformed path can fail, and "dist" is none
		return dist
	}
	return sub
}

// Built says whether the console was built before the daemon was.
func Built() bool {
	_, err := fs.Stat(Files(), "index.html")
	return err == nil
}
