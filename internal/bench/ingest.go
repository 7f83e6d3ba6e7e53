package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The two that are fed: the station's way from the socket to the Board, and a bare gomavlib Node with a UDP server.
const (
	sideStation = "station"
	sideNode    = "gomavlib"
)

const (
	ingestRounds = 3
	ingestWarm   = 2 * time.Second
	ingestSpan   = 5 * time.Second
	ingestHz     = 50
)

// tally is what a side has done since it began.
type tally struct {
	Frames uint64
	CPU    time.Duration
	// Within counts datagrams by their time from the socket to the Board, under the bounds of delayBounds; the last is
	// all of them. A Node has no Board and gives none.
	Within []uint64
}

// side is one of the two as a process of its own, so that its CPU time is its own.
type side struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	addrs []string
}

func startSide(kind string, vehicles int, more ...string) *side {
	self, err := os.Executable()
	if err != nil {
		fail(err)
	}
	s := &side{cmd: exec.Command(self, "-side", kind, "-vehicles", strconv.Itoa(vehicles))}
	if kind == sideStation || kind == sideCameras || kind == sideRelay {
		s.cmd.Args = append(s.cmd.Args, "-profile", profile)
	}
	s.cmd.Args = append(s.cmd.Args, more...)
	s.cmd.Stderr = os.Stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		fail(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		fail(err)
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		fail(err)
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		fail(fmt.Errorf("%s ended before it began: %w", kind, err))
	}
	s.addrs = strings.Fields(line)
	return s
}

// tally asks for what was done until now.
func (s *side) tally() (t tally) {
	if _, err := io.WriteString(s.in, "tally\n"); err != nil {
		fail(err)
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		fail(err)
	}
	if err := json.Unmarshal(line, &t); err != nil {
		fail(err)
	}
	return t
}

func (s *side) close() {
	_ = s.in.Close()
	_ = s.cmd.Wait()
}

// ingested is one round of one side.
type ingested struct {
	share  float64 // CPU of one core
	lost   int64   // frames sent and not counted
	sent   uint64
	within []uint64
}

func ingestOnce(kind string, vehicles, each int) (r ingested) {
	s := startSide(kind, vehicles)
	defer s.close()
	f := newFeeder(s.addrs, vehicles, each)
	defer f.close()
	f.run(ingestWarm)
	began, before := time.Now(), s.tally()
	f.run(ingestSpan)
	took, after := time.Since(began), s.tally()
	time.Sleep(300 * time.Millisecond) // what is under way arrives
	end := s.tally()
	r.share = float64(after.CPU-before.CPU) / float64(took)
	r.sent, r.lost = f.frames, int64(f.frames)-int64(end.Frames)
	for i := range after.Within {
		r.within = append(r.within, after.Within[i]-before.Within[i])
	}
	return r
}

// ingest feeds the same datagrams to both sides in turn and compares the CPU they take.
func ingest(string) {
	for _, size := range []int{29, 1000} {
		for _, each := range []int{1, 5} {
			ingestRow(size, each)
		}
	}
}

func ingestRow(vehicles, each int) {
	var ours, theirs []float64
	var within []uint64
	var sent uint64
	var lost, missed int64
	for range ingestRounds {
		a, b := ingestOnce(sideStation, vehicles, each), ingestOnce(sideNode, vehicles, each)
		ours, theirs = append(ours, a.share), append(theirs, b.share)
		sent, lost, missed = sent+a.sent, lost+a.lost, missed+b.lost
		if within == nil {
			within = make([]uint64, len(a.within))
		}
		for i, n := range a.within {
			within[i] += n
		}
	}
	name := fmt.Sprintf("ingest_%dx%d", vehicles, ingestHz)
	form := "one frame in a datagram"
	if each > 1 {
		name += "_coalesced"
		form = fmt.Sprintf("%d frames in a datagram", each)
	}
	us, peer := median(ours), median(theirs)
	fmt.Printf("# %d vehicles, %d frames/s each, %s; medians of %d: station %.1f %%core, gomavlib Node %.1f %%core, which lost %.2f %% of the frames\n",
		vehicles, ingestHz, form, ingestRounds, 100*us, 100*peer, 100*float64(missed)/float64(sent))
	if each > 1 {
		// The Node reads the first frame of a datagram only: what it does not read costs it nothing.
		peer /= 1 - float64(missed)/float64(sent)
		fmt.Printf("# for each frame that came through: the Node would need %.1f %%core for all\n", 100*peer)
	}
	line(name+"_cpu_ratio", us/peer, "", 0.8)
	line(name+"_lost", float64(lost), "frames", 0)
	line(name+"_p99", p99(within), "ms", 5)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// p99 is the bound under which 99 of 100 delays are, in ms.
func p99(within []uint64) float64 {
	all := within[len(within)-1]
	if all == 0 {
		fail(fmt.Errorf("no delay was measured"))
	}
	for i, n := range within[:len(within)-1] {
		if float64(n) >= 0.99*float64(all) {
			return 1000 * delayBounds[i]
		}
	}
	return 1e9 // beyond every bound
}
