package station

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// paramFileMax bounds what is read of one file, octets.
const paramFileMax = 1 << 20

// shelf keeps the list of each vehicle's parameters in a file of its own, so that after a restart the vehicle's checksum
// can still spare the download. A goroutine writes, the newest list of each vehicle only; a file that is lost costs a
// download.
type shelf struct {
	dir  string
	log  *slog.Logger
	mu   sync.Mutex
	due  map[fleet.VehicleID]fleet.ParamList
	wake chan struct{}
	stop chan struct{}
	done sync.WaitGroup
}

func newShelf(dir string, log *slog.Logger) *shelf {
	s := &shelf{dir: dir, log: log, due: map[fleet.VehicleID]fleet.ParamList{}, wake: make(chan struct{}, 1), stop: make(chan struct{})}
	s.done.Go(s.run)
	return s
}

// put hands over a list and never waits.
func (s *shelf) put(l fleet.ParamList) {
	s.mu.Lock()
	s.due[l.Vehicle] = l
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// close writes what is left.
func (s *shelf) close() {
	close(s.stop)
	s.done.Wait()
}

func (s *shelf) run() {
	for {
		select {
		case <-s.wake:
			s.write()
		case <-s.stop:
			s.write()
			return
		}
	}
}

func (s *shelf) write() {
	s.mu.Lock()
	due := s.due
	s.due = map[fleet.VehicleID]fleet.ParamList{}
	s.mu.Unlock()
	for id, l := range due {
		if err := writeParams(s.dir, l); err != nil {
			s.log.Error("parameters not kept", "vehicle", id, "error", err)
		}
	}
}

func paramFile(dir string, id fleet.VehicleID) string {
	return filepath.Join(dir, fmt.Sprintf("%x.json", string(id))) // an id is no path
}

func writeParams(dir string, l fleet.ParamList) error {
	l.Params = slices.DeleteFunc(slices.Clone(l.Params), func(p fleet.Param) bool { return math.IsNaN(p.Value) || math.IsInf(p.Value, 0) })
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := paramFile(dir, l.Vehicle)
	if err := os.WriteFile(name+".tmp", b, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// LoadParams reads the kept lists of the registry's vehicles. A file that cannot be read or makes no sense is left out
// and named in the error; the others count.
func LoadParams(dir string, reg fleet.Registry) ([]fleet.ParamList, error) {
	var out []fleet.ParamList
	var problems []error
	for _, v := range reg.Vehicles {
		l, err := readParams(paramFile(dir, v.ID), v.ID)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			problems = append(problems, fmt.Errorf("parameters of %s: %w", v.ID, err))
		default:
			out = append(out, l)
		}
	}
	return out, errors.Join(problems...)
}

func readParams(name string, id fleet.VehicleID) (fleet.ParamList, error) {
	var l fleet.ParamList
	info, err := os.Stat(name)
	if err != nil {
		return l, err
	}
	if info.Size() > paramFileMax {
		return l, fmt.Errorf("%d octets are too many", info.Size())
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return l, err
	}
	sorted := slices.IsSortedFunc(l.Params, func(a, b fleet.Param) int { return strings.Compare(a.Name, b.Name) })
	named := !slices.ContainsFunc(l.Params, func(p fleet.Param) bool { return !param.ValidName(p.Name) })
	if l.Vehicle != id || !sorted || !named {
		return l, errors.New("not its own list")
	}
	return l, nil
}
