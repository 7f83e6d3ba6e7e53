package footage

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"groundstation/fleet"
	"groundstation/video/record"
)

// Order is what somebody takes away of a recording.
type Order struct {
	ID, By   string
	From, To time.Time // zero: its beginning, its end
	// Originals adds the files as they were recorded, with the index that chains their hashes.
	Originals bool
	// Transport adds each clip as MPEG transport stream with MISB ST 0601 beside the picture.
	Transport bool
}

// Manifest says what an export holds and by what it can be verified.
type Manifest struct {
	Recording  record.Head `json:"recording"`
	ExportedAt time.Time   `json:"exportedAt"`
	ExportedBy string      `json:"exportedBy"`
	From       time.Time   `json:"from"` // as asked for
	To         time.Time   `json:"to"`
	// Index is the last line of the recording's index: each line holds the hash of the one before, each segment's line the
	// hash of its file. Noted is the line of it that stood in the station's ledger at that time.
	Index    Line             `json:"index"`
	Noted    Line             `json:"noted"`
	Segments []record.Segment `json:"segments"` // that the clip was made of
	Gaps     []record.Gap     `json:"gaps"`     // within the clip
	Files    []File           `json:"files"`
}

// Line is a line of an index.
type Line struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// File is one file of an export.
type File struct {
	Name   string     `json:"name"`
	Octets int64      `json:"octets"`
	SHA256 string     `json:"sha256"`
	From   *time.Time `json:"from,omitempty"` // of a clip: when its first picture came
	To     *time.Time `json:"to,omitempty"`
	// LeftOut is the codec of the clip's sound, where a transport stream does not carry it.
	LeftOut string `json:"leftOut,omitempty"`
}

// Export is an order that was accepted and noted.
type Export struct {
	archive   *Archive
	order     Order
	rec       *record.Recording
	stretches []record.Stretch
	manifest  Manifest
}

// Take checks an order and notes it in the ledger; Write gives it out.
func (a *Archive) Take(o Order) (*Export, *fleet.Problem) {
	r, ok := a.cfg.Library.Get(o.ID)
	if !ok {
		return nil, unknown(o.ID)
	}
	if o.From.IsZero() {
		o.From = r.From
	}
	if o.To.IsZero() {
		o.To = r.To()
	}
	if !o.To.After(o.From) {
		return nil, fleet.Refuse("invalid", "the end is not after the beginning")
	}
	stretches, err := r.Stretches(o.From, o.To)
	if err != nil {
		return nil, fleet.Refuse("no-pictures", "%v", err)
	}
	now := a.cfg.Now().UTC()
	if p := a.noteAccess(Access{Recording: o.ID, Act: "exported", By: o.By, At: now, From: &o.From, To: &o.To}); p != nil {
		return nil, p
	}
	noted := a.recordsNow()[o.ID]
	m := Manifest{Recording: r.Head, ExportedAt: now, ExportedBy: o.By, From: o.From, To: o.To, Index: Line{r.Seq, r.Hash}, Noted: Line{noted.Seq, noted.Hash}}
	for _, s := range r.Segments {
		if s.To.After(o.From) && s.From.Before(o.To) {
			m.Segments = append(m.Segments, s)
		}
	}
	for _, g := range r.Gaps {
		if g.To.After(o.From) && g.From.Before(o.To) {
			m.Gaps = append(m.Gaps, g)
		}
	}
	return &Export{a, o, r, stretches, m}, nil
}

// Name is what the export's file is called.
func (e *Export) Name() string { return e.order.ID + e.order.From.UTC().Format("-150405") + ".zip" }

// Write writes the export as a ZIP file: a clip as MP4 (more than one if there are gaps in it, or the picture changed),
// the track, the originals if they were asked for, and manifest.json with the hash of each.
func (e *Export) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	for i, s := range e.stretches {
		var begins time.Time
		f, err := e.file(z, fmt.Sprintf("clip-%d.mp4", i+1), func(w io.Writer) (err error) {
			begins, err = e.archive.cfg.Library.WriteMP4(w, e.order.ID, s, e.order.From)
			return err
		})
		if err != nil {
			return err
		}
		f.From, f.To = &begins, &s.To
		e.manifest.Files = append(e.manifest.Files, f)
	}
	if e.order.Transport {
		if err := e.transport(z); err != nil {
			return err
		}
	}
	if err := e.track(z); err != nil {
		return err
	}
	if e.order.Originals {
		if err := e.originals(z); err != nil {
			return err
		}
	}
	_, err := e.file(z, "manifest.json", func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(e.manifest)
	})
	return errors.Join(err, z.Close())
}

func (e *Export) track(z *zip.Writer) error {
	all, err := e.archive.cfg.Library.Track(e.order.ID)
	if err != nil {
		return err
	}
	within := []record.Point{}
	for _, p := range all {
		if !p.At.Before(e.order.From) && p.At.Before(e.order.To) {
			within = append(within, p)
		}
	}
	// Subtitles of the first clip count from its first picture.
	from := *e.manifest.Files[0].From
	return errors.Join(
		e.add(z, "track.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(within) }),
		e.add(z, "clip-1.vtt", func(w io.Writer) error { return record.WriteVTT(w, from, within) }))
}

func (e *Export) originals(z *zip.Writer) error {
	index, err := e.archive.cfg.Library.Index(e.order.ID)
	if err != nil {
		return err
	}
	if err := e.add(z, "original/"+record.IndexFile, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(index))
		return err
	}); err != nil {
		return err
	}
	for _, s := range e.manifest.Segments {
		if err := e.add(z, "original/"+s.File, func(w io.Writer) error {
			f, _, err := e.archive.cfg.Library.OpenSegment(e.order.ID, s.N)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(w, f)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (e *Export) add(z *zip.Writer, name string, write func(io.Writer) error) error {
	f, err := e.file(z, name, write)
	if err == nil {
		e.manifest.Files = append(e.manifest.Files, f)
	}
	return err
}

// file adds a file, not compressed: pictures are already.
func (e *Export) file(z *zip.Writer, name string, write func(io.Writer) error) (File, error) {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: e.manifest.ExportedAt})
	if err != nil {
		return File{}, err
	}
	sum := &summed{w: w, hash: sha256.New()}
	if err := write(sum); err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	return File{Name: name, Octets: sum.n, SHA256: hex.EncodeToString(sum.hash.Sum(nil))}, nil
}

// summed counts and hashes what is written.
type summed struct {
	w    io.Writer
	hash hash.Hash
	n    int64
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.hash.Write(b[:n])
	s.n += int64(n)
	return n, err
}
