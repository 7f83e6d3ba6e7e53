package ftp

import "slices"

const (
	// windowLen is how far ahead of the first missing byte anything is kept: several of PX4's bursts.
	windowLen = 256 << 10
	// spansMax bounds how many pieces with gaps between them are kept.
	spansMax = 2048
)

// span is a run of bytes, from inclusive, to exclusive, counted from the beginning of the file.
type span struct{ from, to int64 }

// window holds what came before its turn. next is the first byte that is missing.
type window struct {
	next  int64
	size  int64 // of the file
	buf   []byte
	spans []span // sorted, apart, beyond next
}

// put takes bytes at an offset and gives those that are in order now; they are valid until the next put. new says how
// many bytes were not known before.
func (w *window) put(offset int64, data []byte) (inOrder []byte, fresh int64) {
	s := span{offset, min(offset+int64(len(data)), w.size)}
	if s.from < w.next {
		if s.to <= w.next {
			return nil, 0
		}
		data = data[w.next-s.from:]
		s.from = w.next
	}
	if s.to <= s.from || s.to > w.next+windowLen {
		return nil, 0
	}
	if len(w.spans) == 0 && s.from == w.next {
		w.next = s.to
		return data[:s.to-s.from], s.to - s.from
	}
	if len(w.spans) >= spansMax {
		return nil, 0
	}
	if w.buf == nil {
		w.buf = make([]byte, windowLen)
	}
	before := w.held()
	for i, b := range data[:s.to-s.from] {
		w.buf[(s.from+int64(i))%windowLen] = b
	}
	w.merge(s)
	fresh = w.held() - before
	if first := w.spans[0]; first.from == w.next {
		inOrder = make([]byte, first.to-first.from)
		for i := range inOrder {
			inOrder[i] = w.buf[(first.from+int64(i))%windowLen]
		}
		w.next = first.to
		w.spans = slices.Delete(w.spans, 0, 1)
	}
	return inOrder, fresh
}

// merge adds a span and joins what touches.
func (w *window) merge(s span) {
	i := 0
	for i < len(w.spans) && w.spans[i].to < s.from {
		i++
	}
	j := i
	for j < len(w.spans) && w.spans[j].from <= s.to {
		s.from, s.to = min(s.from, w.spans[j].from), max(s.to, w.spans[j].to)
		j++
	}
	w.spans = slices.Replace(w.spans, i, j, s)
}

func (w *window) held() (n int64) {
	for _, s := range w.spans {
		n += s.to - s.from
	}
	return n
}

// gaps gives what is missing before the end of the last span, at most most of them, cut to pieces of dataMax; total is
// how many bytes all gaps have.
func (w *window) gaps(most int) (out []span, total int64) {
	at := w.next
	for _, s := range w.spans {
		total += s.from - at
		for ; at < s.from && len(out) < most; at += dataMax {
			out = append(out, span{at, min(at+dataMax, s.from)})
		}
		at = s.to
	}
	return out, total
}

// after gives the next pieces that nothing was heard of.
func (w *window) after(most int) (out []span) {
	at := w.next
	if n := len(w.spans); n > 0 {
		at = w.spans[n-1].to
	}
	for ; at < w.size && at < w.next+windowLen-dataMax && len(out) < most; at += dataMax {
		out = append(out, span{at, min(at+dataMax, w.size)})
	}
	return out
}
