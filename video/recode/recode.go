package recode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"groundstation/video/unit"
)

// idlest is the lowest priority of a process, as nice has it.
const idlest = 19

// keyEvery is how often a picture is a key picture, s.
const keyEvery = 2

// remembered is how many pictures may be in ffmpeg while their times are known.
const remembered = 128

// Reader gives a source's access units in order, as video.Tap does. An error of it with a Code says why there are none
// now; any other ends it.
type Reader interface {
	Next(ctx context.Context) (*unit.Unit, error)
}

// Picture is one of H.264.
type Picture struct {
	NALs     [][]byte
	PTS      time.Duration // by the clock of what was read
	Captured time.Time     // zero: not known
}

// coded is an error that says why there is nothing to show now.
type coded interface {
	error
	Code() string
}

// Run reads pictures and gives them as H.264, no wider than width pixels and with the stamp if it is not nil, until ctx or in
// ends or ffmpeg does; it gives the error. give is called by one goroutine at a time.
func Run(ctx context.Context, in Reader, width int, stamp *Stamp, give func(Picture)) error {
	var first *unit.Unit
	for {
		var err error
		if first == nil {
			first, err = next(ctx, in)
		}
		if err == nil && !first.Key {
			first = nil
			continue
		}
		if err == nil {
			first, err = process(ctx, in, first, width, stamp, give)
		}
		if err != nil {
			return err
		}
	}
}

// next gives the next picture; nil is not given.
func next(ctx context.Context, in Reader) (*unit.Unit, error) {
	for {
		u, err := in.Next(ctx)
		var why coded
		switch {
		case err == nil && u.Track.Channels == 0:
			return u, nil
		case err != nil && (!errors.As(err, &why) || errors.Is(err, unit.ErrClosed)):
			return nil, err
		}
	}
}

// process runs one ffmpeg from a key picture on. It gives the picture with which another must begin, or nil where the gate
// was shut.
func process(ctx context.Context, in Reader, first *unit.Unit, width int, stamp *Stamp, give func(Picture)) (*unit.Unit, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var f feed
	head, err := f.head(first)
	if err != nil {
		return nil, err
	}
	c, to, from, err := start(ctx, width, stamp)
	if err != nil {
		return nil, err
	}
	var times times
	var reading sync.WaitGroup
	ended := make(chan struct{})
	reading.Go(func() {
		defer cancel() // so that what waits for a picture learns that ffmpeg has ended
		defer close(ended)
		read(from, func(nals [][]byte, at time.Duration) {
			if ctx.Err() == nil {
				give(Picture{NALs: nals, PTS: at + f.first, Captured: times.captured(at)})
			}
		})
	})
	then, err := write(ctx, in, first, head, &f, &times, to)
	over := false // ffmpeg ended by itself
	select {
	case <-ended:
		over = true
	default:
	}
	cancel() // kills it
	_ = to.Close()
	reading.Wait()
	_ = c.Wait()
	if over && err == nil || errors.Is(err, syscall.EPIPE) || over && errors.Is(err, context.Canceled) {
		return nil, fmt.Errorf("ffmpeg ended: %.200s", c.Stderr)
	}
	return then, err
}

// start begins one ffmpeg. What it knows is two pipes and the stamp.
func start(ctx context.Context, width int, stamp *Stamp) (c *exec.Cmd, to io.WriteCloser, from io.Reader, err error) {
	filter := "scale='min(" + strconv.Itoa(width) + ",iw)':-2:flags=fast_bilinear,format=yuv420p"
	if stamp != nil {
		filter += stamp.filter()
	}
	c = exec.CommandContext(ctx, "ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error",
		"-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0", "-threads", "1", "-f", "mp4", "-i", "pipe:0",
		"-map", "0:v:0", "-an", "-vf", filter, "-fps_mode", "passthrough",
		"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline", "-threads", "1",
		"-crf", "26", "-maxrate", "2500k", "-bufsize", "1250k", "-force_key_frames", "expr:gte(t,n_forced*"+strconv.Itoa(keyEvery)+")",
		"-f", "flv", "-flvflags", "no_duration_filesize", "-flush_packets", "1", "pipe:1")
	c.Stderr = &complaint{}
	if stamp != nil {
		sheet, err := stamp.file()
		if err != nil {
			return nil, nil, nil, err
		}
		defer sheet.Close()
		c.ExtraFiles = []*os.File{sheet} // its third, after the pipes
	}
	if to, err = c.StdinPipe(); err != nil {
		return nil, nil, nil, err
	}
	if from, err = c.StdoutPipe(); err != nil {
		return nil, nil, nil, err
	}
	if err := c.Start(); err != nil {
		return nil, nil, nil, fmt.Errorf("start ffmpeg: %w", err)
	}
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, c.Process.Pid, idlest) // at a usual priority it works too
	return c, to, from, nil
}

// write gives ffmpeg pictures until another must begin.
func write(ctx context.Context, in Reader, first *unit.Unit, head []byte, f *feed, t *times, to io.Writer) (then *unit.Unit, err error) {
	if _, err := to.Write(head); err != nil {
		return nil, err
	}
	for u := first; ; {
		part, err := f.fragment(u)
		if err != nil {
			return nil, err
		}
		if part != nil {
			t.put(f.at(u), u.Captured)
			if _, err := to.Write(part); err != nil {
				return nil, err
			}
		}
		for u = nil; u == nil; {
			got, err := in.Next(ctx)
			var why coded
			switch {
			case err != nil && errors.As(err, &why) && !errors.Is(err, unit.ErrClosed):
				return nil, nil
			case err != nil:
				return nil, err
			case got.Track.Channels == 0:
				u = got
			}
		}
		if u.Track.Generation != first.Track.Generation {
			return u, nil
		}
	}
}

// read reads pictures until ffmpeg ends.
func read(from io.Reader, take func(nals [][]byte, at time.Duration)) {
	out, err := newFLV(from)
	if err != nil {
		return
	}
	for {
		nals, at, err := out.next()
		if err != nil {
			return
		}
		take(nals, at)
	}
}

// times are when the pictures in ffmpeg were taken.
type times struct {
	mu  sync.Mutex
	all [remembered]struct {
		at       time.Duration
		captured time.Time
	}
	n int
}

func (t *times) put(at time.Duration, captured time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[t.n%remembered].at, t.all[t.n%remembered].captured = at, captured
	t.n++
}

// captured is when the picture was taken whose time is this to the millisecond.
func (t *times) captured(at time.Duration) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range t.all[:min(t.n, remembered)] {
		if d := p.at - at; d > -2*time.Millisecond && d < 2*time.Millisecond {
			return p.captured
		}
	}
	return time.Time{}
}

// complaint keeps the beginning of what ffmpeg complains of.
type complaint struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (c *complaint) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if room := 1024 - c.buf.Len(); room > 0 {
		c.buf.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// String is what was kept.
func (c *complaint) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.String()
}
