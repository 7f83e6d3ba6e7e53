package play

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"groundstation/internal/station"
	"groundstation/mavlink/tlog"
	"groundstation/simulator"
)

// record are the telemetry log and the truth of one run, kept if it fails.
type record struct {
	tlog, truths *os.File
	frames, true *bufio.Writer
	buf          []byte
	next         time.Time
	err          error
}

// truthEvery is how often the truth is written down.
const truthEvery = time.Second

// name is the scenario's file without folder and ending.
func (p *Play) name() string {
	return strings.TrimSuffix(filepath.Base(p.File), filepath.Ext(p.File))
}

// newRecord opens the files NAME.tlog and NAME.truth.jsonl; nil if nothing is to be kept.
func newRecord(p *Play, o Options) (*record, error) {
	if o.Keep == "" {
		return nil, nil
	}
	if err := os.MkdirAll(o.Keep, 0o750); err != nil {
		return nil, err
	}
	r := &record{}
	var err error
	if r.tlog, err = os.Create(filepath.Join(o.Keep, p.name()+".tlog")); err != nil {
		return nil, err
	}
	if r.truths, err = os.Create(filepath.Join(o.Keep, p.name()+".truth.jsonl")); err != nil {
		return nil, errors.Join(err, r.tlog.Close())
	}
	r.frames, r.true = bufio.NewWriterSize(r.tlog, 64<<10), bufio.NewWriterSize(r.truths, 64<<10)
	return r, nil
}

// tap writes every frame of both directions.
func (r *record) tap() station.Tap {
	if r == nil {
		return nil
	}
	return func(now time.Time, _ string, frame []byte, _ bool) {
		r.buf = tlog.Append(r.buf[:0], now, frame)
		r.write(r.frames, r.buf)
	}
}

// truth writes down the world once a second.
func (r *record) truth(t simulator.Truth) {
	if r == nil || t.At.Before(r.next) {
		return
	}
	r.next = t.At.Add(truthEvery)
	b, err := json.Marshal(t)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.write(r.true, append(b, '\n'))
}

func (r *record) write(w *bufio.Writer, b []byte) {
	if _, err := w.Write(b); err != nil && r.err == nil {
		r.err = err
	}
}

// close ends the record, and removes it unless it is to be kept.
func (r *record) close(keep bool) error {
	if r == nil {
		return nil
	}
	err := errors.Join(r.err, r.frames.Flush(), r.true.Flush(), r.tlog.Close(), r.truths.Close())
	if !keep {
		err = errors.Join(err, os.Remove(r.tlog.Name()), os.Remove(r.truths.Name()))
	}
	return err
}
