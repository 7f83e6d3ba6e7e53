package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"groundstation/internal/city/play"
)

// simRunCmd runs scenarios against the real station.
type simRunCmd struct {
	Files []string `arg:"" name:"file" help:"Scenarios (simulator/scenarios/*.toml)."`
	Seed  uint64   `help:"What chance begins with; the same seed gives the same run." default:"1"`
	JUnit string   `name:"junit" help:"File for the results as JUnit XML." type:"path"`
	JSON  string   `name:"json" help:"File for the results as JSON." type:"path"`
	Keep  string   `help:"Folder where a run that fails leaves its telemetry log, for groundstation replay, and the truth; with --real its station's log and records too." type:"path"`
	Real  bool     `help:"In real time over sockets, the station as a process of its own."`

	binary string // of the station; empty: this one
}

// errExpectation is that something was expected and did not come to be.
var errExpectation = errors.New("not all was as expected")

func (c simRunCmd) Run() error { return c.run(os.Stdout) }

func (c simRunCmd) run(out io.Writer) error {
	plays := make([]*play.Play, len(c.Files))
	for i, f := range c.Files {
		p, err := play.Load(f)
		if err != nil {
			return err
		}
		plays[i] = p
	}
	if c.Real && c.binary == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find this binary: %w", err)
		}
		c.binary = self
	}
	reports, err := c.all(plays, out)
	if err != nil {
		return err
	}
	for _, o := range []struct {
		file  string
		write func(io.Writer, []play.Report) error
	}{{c.JSON, play.JSON}, {c.JUnit, play.JUnit}} {
		if o.file == "" {
			continue
		}
		if err := writeTo(o.file, reports, o.write); err != nil {
			return err
		}
	}
	passed, failed, unjudged := 0, 0, 0
	for _, r := range reports {
		switch {
		case r.Passed:
			passed++
		case r.Failed():
			failed++
		}
		unjudged += r.Unjudged()
	}
	fmt.Fprintf(out, "%d of %d passed, seed %d", passed, len(reports), c.Seed)
	if unjudged > 0 {
		fmt.Fprintf(out, "; %d not played, %d checks not judged", len(reports)-passed-failed, unjudged)
	}
	fmt.Fprintln(out)
	if failed > 0 {
		return errExpectation
	}
	return nil
}

// all runs as many at once as there are processors, and tells of each in order.
func (c simRunCmd) all(plays []*play.Play, out io.Writer) ([]play.Report, error) {
	type outcome struct {
		report play.Report
		took   time.Duration
		err    error
	}
	outcomes := make([]chan outcome, len(plays))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var running sync.WaitGroup
	defer running.Wait()
	for i := range plays {
		outcomes[i] = make(chan outcome, 1)
	}
	running.Go(func() {
		for i, p := range plays {
			free <- struct{}{}
			running.Go(func() {
				began := time.Now()
				o := play.Options{Seed: c.Seed, Keep: c.Keep}
				if c.Real {
					o.Binary = c.binary
				}
				r, err := p.Run(o)
				outcomes[i] <- outcome{r, time.Since(began), err}
				<-free
			})
		}
	})
	var reports []play.Report
	for i, p := range plays {
		o := <-outcomes[i]
		if o.err != nil {
			return nil, fmt.Errorf("%s: %w", p.File, o.err)
		}
		tell(out, o.report, o.took)
		reports = append(reports, o.report)
	}
	return reports, nil
}

// tell says in a line how a run went, and what failed.
func tell(out io.Writer, r play.Report, took time.Duration) {
	word := "ok  "
	switch {
	case r.Failed():
		word = "FAIL"
	case !r.Passed:
		word = "--  "
	}
	city := time.Duration(r.TookS * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(out, "%s %s  %s  %v in %.1f s\n", word, r.File, r.Title.EN, city, took.Seconds())
	for _, check := range r.Checks {
		word := ""
		if check.Unjudged {
			word = "not judged: "
		}
		if !check.Passed {
			fmt.Fprintf(out, "     %s%s: %s\n", word, check.Text, strings.ReplaceAll(check.Why, "; ", "\n       "))
		}
	}
}

func writeTo(file string, reports []play.Report, write func(io.Writer, []play.Report) error) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(write(f, reports), f.Close())
}
