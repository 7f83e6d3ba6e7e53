package api

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// static serves the console's files. They do not change while the daemon runs, so each is tagged by its content once.
type static struct {
	files fs.FS
	mu    sync.Mutex
	tags  map[string]string
}

func newStatic(files fs.FS) *static { return &static{files: files, tags: map[string]string{}} }

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeProblem(w, http.StatusMethodNotAllowed, problem("method", "this path takes GET, HEAD"))
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	switch name {
	case "":
		name = "index.html"
	case "share": // what a share link leads to; its token is in the fragment, which browsers keep to themselves
		name = "share.html"
	}
	f, err := s.open(name)
	if err != nil {
		writeProblem(w, http.StatusNotFound, problem("not-found", "there is nothing at this path"))
		return
	}
	defer f.Close()
	tag, err := s.tag(name, f)
	if err != nil {
		writeProblem(w, http.StatusInternalServerError, problem("internal", "this file cannot be read"))
		return
	}
	// The build names what is under assets/ by its content, so it may be kept for good.
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	w.Header().Set("ETag", tag)
	http.ServeContent(w, r, name, time.Time{}, f)
}

type seekable interface {
	fs.File
	io.Seeker
}

// open gives a regular file that can be read in parts, as embedded files and files of a folder can.
func (s *static) open(name string) (seekable, error) {
	if s.files == nil || !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	f, err := s.files.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	whole, ok := f.(seekable)
	if err != nil || !info.Mode().IsRegular() || !ok {
		_ = f.Close()
		return nil, fs.ErrNotExist
	}
	return whole, nil
}

func (s *static) tag(name string, f seekable) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.tags[name]; ok {
		return t, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	t := `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
	s.tags[name] = t
	return t, nil
}
