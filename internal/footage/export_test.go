package footage

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/video/klv"
	"groundstation/video/record"
)

func TestWhoSeesItIsNotedBefore(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		wait(25 * time.Second)
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		wait(2 * time.Second)
		s.store.fail = errors.New("disk")
		if _, _, p := s.Segment(r.ID, 1, "wu"); p == nil || p.Code != "storage" {
			t.Errorf("shown without a note: %v", p)
		}
		if _, p := s.Take(Order{ID: r.ID, By: "wu"}); p == nil || p.Code != "storage" {
			t.Errorf("given out without a note: %v", p)
		}
		s.store.fail = nil
		for range 3 {
			f, _, p := s.Segment(r.ID, 1, "wu")
			if p != nil {
				t.Fatal(p)
			}
			f.Close()
		}
		if n := s.store.said("footage.viewed wu"); n != 1 {
			t.Errorf("%d views", n)
		}
		wait(11 * time.Minute)
		if p := s.See(r.ID, "wu"); p != nil || s.store.said("footage.viewed wu") != 2 {
			t.Errorf("%v %q", p, s.store.acts)
		}
		if _, _, p := s.Segment(r.ID, 9, "wu"); p == nil || p.Code != "unknown-segment" {
			t.Errorf("%v", p)
		}
		if p := s.See("../x", "wu"); p == nil || p.Code != "unknown-recording" {
			t.Errorf("%v", p)
		}
	})
}

func TestAnExportHoldsWhatItsManifestSays(t *testing.T) {
	inStudio(t, func(s *studio) {
		r, p := s.Start("V01", "lin")
		if p != nil {
			t.Fatal(p)
		}
		for range 25 {
			at := geo.LatLon{Lat: 32.53, Lon: 120.46}.At(60)
			s.board.Put(fleet.KindVehicle, "V01", fleet.Vehicle{ID: "V01", Position: &at, PositionAt: time.Now()})
			wait(time.Second)
		}
		if p := s.Stop("V01", "lin"); p != nil {
			t.Fatal(p)
		}
		d, _ := s.Get(r.ID)
		if _, p := s.Take(Order{ID: r.ID, From: d.To, To: d.From}); p == nil || p.Code != "invalid" {
			t.Errorf("%v", p)
		}
		if _, p := s.Take(Order{ID: r.ID, From: d.To.Add(time.Hour), To: d.To.Add(2 * time.Hour)}); p == nil || p.Code != "no-pictures" {
			t.Errorf("%v", p)
		}
		e, p := s.Take(Order{ID: r.ID, By: "wu", From: d.From.Add(5 * time.Second), To: d.From.Add(15 * time.Second), Originals: true, Transport: true})
		if p != nil {
			t.Fatal(p)
		}
		var buf bytes.Buffer
		if err := e.Write(&buf); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if got[f.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		var m Manifest
		if err := json.Unmarshal(got["manifest.json"], &m); err != nil {
			t.Fatal(err)
		}
		if len(m.Files) != len(got)-1 || m.ExportedBy != "wu" || m.Index.Hash != d.Hash || m.Noted.Hash == "" || len(m.Segments) != 2 {
			t.Errorf("%+v", m)
		}
		for _, f := range m.Files {
			sum := sha256.Sum256(got[f.Name])
			if hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(got[f.Name])) != f.Octets {
				t.Errorf("%s is not what the manifest says", f.Name)
			}
		}
		for _, seg := range m.Segments {
			sum := sha256.Sum256(got["original/"+seg.File])
			if hex.EncodeToString(sum[:]) != seg.SHA256 {
				t.Errorf("%s is not what was recorded", seg.File)
			}
		}
		if index, _, err := record.ReadIndex(got["original/index.log"]); err != nil || index.Hash != m.Index.Hash {
			t.Errorf("the index: %v", err)
		}
		if !bytes.HasPrefix(got["clip-1.vtt"], []byte("WEBVTT\n")) || bytes.Count(got["clip-1.vtt"], []byte("-->")) != 10 {
			t.Errorf("%s", got["clip-1.vtt"])
		}
		if n := bytes.Count(got["clip-1.ts"], klv.Key[:]); n != 10 || got["clip-1.ts"][0] != 0x47 || len(got["clip-1.ts"])%188 != 0 {
			t.Errorf("%d sets of metadata in a transport stream of %d octets", n, len(got["clip-1.ts"]))
		}
		if s.store.said("footage.exported wu") != 1 {
			t.Errorf("%q", s.store.acts)
		}
	})
}
