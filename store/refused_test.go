package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"groundstation/mission"
)

// The kernel refuses to write (a limit on the size of files stands for a device that fails; it needs a process of its own):
// nothing is taken for kept, the store accepts no more for good, and what it had said is all there when it is opened again.
func TestAWriteThatTheKernelRefuses(t *testing.T) {
	if path := os.Getenv("STORE_TEST_REFUSED"); path != "" {
		fmt.Println(writeUntilRefused(path))
		return
	}
	path := filepath.Join(t.TempDir(), "station.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestAWriteThatTheKernelRefuses$")
	cmd.Env = append(os.Environ(), "STORE_TEST_REFUSED="+path)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "as it should") {
		t.Fatalf("%v: %s", err, out)
	}
	st, err := open(t, path).Load()
	if err != nil || len(st.Plans) != 1 || st.IntentSeq != 1 {
		t.Errorf("%d plans, %d: %v", len(st.Plans), st.IntentSeq, err)
	}
}

func writeUntilRefused(path string) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	keep := func(n uint64) error {
		return s.Commit([]mission.Op{put(mission.KindPlan, fmt.Sprint("P", n), mission.Plan{ID: "P"}), put(mission.KindCounter, mission.CounterIntent, n)})
	}
	if err := keep(1); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	most := limit.Cur
	limit.Cur = 2 * uint64(os.Getpagesize()) // the two heads of the file, and nothing behind them
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	refused := keep(2)
	limit.Cur = most // the device works again, which nobody may trust
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if after := keep(3); !errors.Is(refused, ErrFailed) || !errors.Is(after, ErrFailed) {
		return fmt.Errorf("refused with %v, then %v", refused, after)
	}
	return errors.New("as it should")
}
