package record

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"groundstation/video/unit"
)

// Whatever comes in whatever order, every instant of a recording is in one segment or in a gap.
func TestEveryInstantIsRecordedOrMissed(t *testing.T) {
	films := []*film{newFilm(t, unit.H264, 1), newFilm(t, unit.H264, 2), newFilm(t, unit.H265, 3)}
	opus := &unit.Track{Codec: unit.Opus, ClockRate: 48000, Channels: 2}
	bare := &unit.Track{Codec: unit.H264, Generation: 4} // its parameters are not known
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		c := NewCutter(now, Lengths{Segment: 2 * time.Second, Fragment: 300 * time.Millisecond, Silence: time.Second})
		var segments []Segment
		var gaps []Gap
		var open *Segment
		var written time.Time // as far as the open segment goes
		take := func(outs []Output) {
			for _, o := range outs {
				switch o := o.(type) {
				case Begin:
					if open != nil {
						t.Fatalf("segment %d begins within %d", o.Segment.N, open.N)
					}
					open, written = &o.Segment, o.Segment.From
				case Append:
					if open == nil || o.To.Before(written) || o.To.After(now.Add(time.Minute)) {
						t.Fatalf("a fragment until %s after one until %s", o.To, written)
					}
					written = o.To
				case End:
					if open == nil || o.Segment.N != open.N || o.Segment.To.Before(o.Segment.From) {
						t.Fatalf("%+v ends while %+v is open", o.Segment, open)
					}
					if n := len(segments); n > 0 && o.Segment.From.Before(segments[n-1].To) {
						t.Fatalf("%+v after %+v", o.Segment, segments[n-1])
					}
					if n := len(segments); n > 0 && o.Segment.BaseS < segments[n-1].BaseS {
						t.Fatalf("media time runs back: %+v after %+v", o.Segment, segments[n-1])
					}
					segments, open = append(segments, o.Segment), nil
				case Missed:
					gaps = append(gaps, o.Gap)
				}
			}
		}
		for range rapid.IntRange(0, 300).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 40, 40, 40, 40, 200, 900, 3000, 20000}).Draw(t, "ms")) * time.Millisecond)
			switch rapid.IntRange(0, 19).Draw(t, "what") {
			case 0:
				take(c.Step(now, Tick{}))
			case 1:
				take(c.Step(now, Absent{rapid.SampledFrom([]Why{SourceLost, Gated, Behind, DiskFull}).Draw(t, "why"), ""}))
			case 2:
				if c.Recording() { // also where the next file is not begun yet
					take(c.Step(now, Broken{To: written, Why: DiskFailed}))
				}
			case 3:
				take(c.Step(now, Unit{&unit.Unit{Track: opus, Data: [][]byte{{0x08, 1}}, Key: true, Arrived: now, PTS: time.Duration(rapid.Int64Range(-1e9, 1e12).Draw(t, "pts"))}}))
			case 4:
				take(c.Step(now, Unit{&unit.Unit{Track: bare, Data: [][]byte{{0x65, 1}}, Key: true, Arrived: now}}))
			case 5:
				u := *films[0].next(now)
				u.PTS, u.Lost = time.Duration(rapid.Int64().Draw(t, "pts")), true
				u.Data = [][]byte{rapid.SliceOf(rapid.Byte()).Draw(t, "nal"), nil}
				take(c.Step(now, Unit{&u}))
			default:
				f := films[rapid.SampledFrom([]int{0, 0, 0, 0, 1, 2}).Draw(t, "film")]
				late := time.Duration(rapid.IntRange(-50, 50).Draw(t, "late")) * time.Millisecond
				u := f.next(now.Add(min(0, late)))
				u.Lost = rapid.IntRange(0, 30).Draw(t, "lost") == 0
				take(c.Step(now, Unit{u}))
			}
		}
		take(c.Step(now, Stop{}))
		if open != nil {
			t.Fatalf("%+v was left open", open)
		}
		if holes := Holes(noon, now, segments, gaps); holes != nil {
			t.Fatalf("neither recorded nor missed: %v\nsegments %+v\ngaps %+v", holes, segments, gaps)
		}
		for _, g := range gaps {
			if g.To.Before(g.From) || g.Why == "" {
				t.Fatalf("%+v", g)
			}
		}
	})
}

// What is held or open stays, the newest stay longest, and what goes was in the way or its time was over.
func TestRetention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{Days: map[string]int{"patrol": 7, "incident": 90}, Other: 30, Quota: 100}
		var all []Kept
		by := map[string]Kept{}
		sum := int64(0)
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			k := Kept{ID: string(rune('A' + i)), Purpose: rapid.SampledFrom([]string{"patrol", "incident", "manual"}).Draw(t, "purpose"),
				To: noon.AddDate(0, 0, -rapid.IntRange(0, 100).Draw(t, "age")), Octets: rapid.Int64Range(0, 40).Draw(t, "octets"),
				Open: rapid.IntRange(0, 5).Draw(t, "open") == 0, Held: rapid.IntRange(0, 3).Draw(t, "held") == 0}
			all, by[k.ID], sum = append(all, k), k, sum+k.Octets
		}
		room := rapid.Int64Range(0, 50).Draw(t, "room")
		gone, fits := p.Deletions(noon, all, room)
		var newest time.Time
		left := sum + room
		for _, g := range gone {
			k := by[g.ID]
			delete(by, g.ID)
			left -= k.Octets
			over := !noon.Before(p.Until(k.Purpose, k.To))
			if k.Held || k.Open || (g.Why == Expired) != over || g.Why == ForRoom && left+k.Octets <= p.Quota {
				t.Fatalf("%+v goes as %s", k, g.Why)
			}
			if g.Why == ForRoom {
				newest = later(newest, k.To)
			}
		}
		if fits != (left <= p.Quota) {
			t.Fatalf("fits: %v with %d of %d", fits, left, p.Quota)
		}
		for _, k := range by {
			if !k.Held && !k.Open && (!noon.Before(p.Until(k.Purpose, k.To)) || k.Octets > 0 && (!fits || k.To.Before(newest))) {
				t.Fatalf("%+v stays; gone %+v, fits %v", k, gone, fits)
			}
		}
	})
}
