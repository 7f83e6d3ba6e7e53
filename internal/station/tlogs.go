package station

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"groundstation/fleet"
)

// TlogPart is one file of a sortie's telemetry log.
type TlogPart struct {
	Name      string    `json:"name"`
	Size      int64     `json:"size" doc:"Octets"`
	WrittenAt time.Time `json:"writtenAt"`
	SHA256    string    `json:"sha256,omitempty" doc:"Once the sortie is closed"`
}

// ErrNoTlog says that nothing is kept of a sortie, or not what was asked for.
var ErrNoTlog = errors.New("no such telemetry log")

// Tlogs reads the logs that a Recorder keeps in a directory.
type Tlogs struct{ dir string }

// OpenTlogs reads the logs under dir, which need not exist yet.
func OpenTlogs(dir string) Tlogs { return Tlogs{dir} }

// Parts are the files of a sortie in order; ErrNoTlog if there are none.
func (l Tlogs) Parts(id fleet.SortieID) ([]TlogPart, error) {
	dir, err := tlogFolder(l.dir, id)
	if err != nil {
		return nil, ErrNoTlog
	}
	parts, err := partsOf(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(parts) == 0 {
		return nil, ErrNoTlog
	}
	return parts, err
}

// Open opens one file of a sortie, as Parts names it.
func (l Tlogs) Open(id fleet.SortieID, part string) (*os.File, error) {
	dir, err := tlogFolder(l.dir, id)
	if err != nil || !partName.MatchString(part) {
		return nil, ErrNoTlog
	}
	f, err := os.Open(filepath.Join(dir, part))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoTlog
	}
	return f, err
}

var (
	folderName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)
	partName   = regexp.MustCompile(`^[0-9]{3,6}\.tlog$`)
)

// tlogFolder is a sortie's folder. An id that could lead elsewhere is an error.
func tlogFolder(dir string, id fleet.SortieID) (string, error) {
	if !folderName.MatchString(string(id)) {
		return "", fmt.Errorf("sortie %q cannot name a folder", id)
	}
	return filepath.Join(dir, string(id)), nil
}

// partsOf lists the files of one log in order.
func partsOf(dir string) ([]TlogPart, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums, err := readSums(filepath.Join(dir, sumsFile))
	if err != nil {
		return nil, err
	}
	var parts []TlogPart
	for _, e := range entries {
		if !partName.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		parts = append(parts, TlogPart{Name: e.Name(), Size: info.Size(), WrittenAt: info.ModTime().UTC(), SHA256: sums[e.Name()]})
	}
	slices.SortFunc(parts, func(a, b TlogPart) int {
		if len(a.Name) != len(b.Name) {
			return len(a.Name) - len(b.Name)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return parts, nil
}

// readSums reads what writeSums wrote; none if it is not there.
func readSums(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sums := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if sum, part, ok := strings.Cut(lines.Text(), "  "); ok {
			sums[part] = sum
		}
	}
	return sums, lines.Err()
}
