package basemap

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

const (
	headerLen = 127
	// maxDirectory bounds a directory and the metadata, unpacked; leavesKept how many leaves of the index are remembered.
	maxDirectory = 16 << 20
	leavesKept   = 64
	// deepestLeaf is how many directories may lead to a tile: a root and three below it, as the specification has it.
	deepestLeaf = 4
)

var mediaByType = map[byte]string{2: "image/png", 3: "image/jpeg", 4: "image/webp"}

// section is a part of an archive.
type section struct{ at, length uint64 }

// archive is a PMTiles file.
type archive struct {
	file    *os.File
	root    []entry
	leaves  section
	data    section
	zipped  bool // its directories are
	mu      sync.Mutex
	fetched map[uint64][]entry // leaves by their place
}

// entry is a run of tiles with the same picture, or with no run a leaf of the index.
type entry struct {
	id, at uint64
	length uint32
	run    uint32
}

func openArchive(path string) (tiles, Info, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, Info{}, err
	}
	a := &archive{file: file, fetched: map[uint64][]entry{}}
	info, err := a.begin()
	if err != nil {
		return nil, Info{}, errors.Join(err, file.Close())
	}
	return a, info, nil
}

// begin reads the header, the root of the index and the metadata.
func (a *archive) begin() (Info, error) {
	h := make([]byte, headerLen)
	if _, err := a.file.ReadAt(h, 0); err != nil || string(h[:7]) != "PMTiles" || h[7] != 3 {
		return Info{}, errors.New("it is no PMTiles archive of version 3")
	}
	part := func(i int) section {
		return section{binary.LittleEndian.Uint64(h[i:]), binary.LittleEndian.Uint64(h[i+8:])}
	}
	degrees := func(i int) float64 { return float64(int32(binary.LittleEndian.Uint32(h[i:]))) / 1e7 }
	a.leaves, a.data = part(40), part(56)
	info := Info{Media: mediaByType[h[99]], MinZoom: int(h[100]), MaxZoom: int(h[101]), West: degrees(102), South: degrees(106), East: degrees(110), North: degrees(114), TileSize: 256}
	switch {
	case h[99] == 1:
		return info, errors.New("its tiles are vectors; only pictures are shown (PNG, JPEG, WebP)")
	case info.Media == "":
		return info, fmt.Errorf("its tiles are of kind %d; only pictures are shown (PNG, JPEG, WebP)", h[99])
	case h[97] != 1 && h[97] != 2:
		return info, fmt.Errorf("its index is compressed by way %d; only none and gzip are read", h[97])
	case h[98] > 1:
		return info, errors.New("its pictures are compressed once more")
	case info.MinZoom > info.MaxZoom || info.MaxZoom > deepest:
		return info, fmt.Errorf("zoom %d to %d is not within 0 to %d", info.MinZoom, info.MaxZoom, deepest)
	}
	a.zipped = h[97] == 2
	raw, err := a.unpacked(part(8))
	if err != nil {
		return info, fmt.Errorf("root of the index: %w", err)
	}
	if a.root, err = directory(raw); err != nil {
		return info, err
	}
	if len(a.root) == 0 {
		return info, errors.New("there is no tile in it")
	}
	var meta struct {
		Attribution string `json:"attribution"`
	}
	if raw, err := a.unpacked(part(24)); err == nil && json.Unmarshal(raw, &meta) == nil {
		info.Attribution = meta.Attribution
	}
	if first := a.root[0]; first.run > 0 {
		if tile, err := a.read(section{a.data.at + first.at, uint64(first.length)}, maxTile); err == nil {
			info.TileSize = widthOf(tile)
		}
	}
	return info, nil
}

func (a *archive) read(s section, most uint64) ([]byte, error) {
	if s.length > most || s.at > 1<<62 {
		return nil, fmt.Errorf("%d octets at %d of the archive, %d at most", s.length, s.at, most)
	}
	out := make([]byte, s.length)
	_, err := a.file.ReadAt(out, int64(s.at))
	return out, err
}

func (a *archive) unpacked(s section) ([]byte, error) {
	raw, err := a.read(s, maxDirectory)
	if err != nil || !a.zipped {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, maxDirectory+1))
	if err == nil && len(out) > maxDirectory {
		err = fmt.Errorf("a directory of more than %d octets", maxDirectory)
	}
	return out, err
}

// directory reads an index: how many entries, then all ids by their differences, runs, lengths and places.
func directory(raw []byte) ([]entry, error) {
	broken := errors.New("its index is broken")
	next := func() uint64 {
		v, n := binary.Uvarint(raw)
		if n <= 0 {
			raw = nil
			return 0
		}
		raw = raw[n:]
		return v
	}
	count := next()
	if count > uint64(len(raw)) { // each entry takes four octets at least
		return nil, broken
	}
	out := make([]entry, count)
	id := uint64(0)
	for i := range out {
		id += next()
		out[i].id = id
	}
	for i := range out {
		out[i].run = uint32(next())
	}
	for i := range out {
		out[i].length = uint32(next())
	}
	for i := range out {
		if raw == nil {
			return nil, broken
		}
		switch at := next(); {
		case at > 0:
			out[i].at = at - 1
		case i > 0:
			out[i].at = out[i-1].at + uint64(out[i-1].length)
		default:
			return nil, broken
		}
	}
	return out, nil
}

// find is the entry that holds a tile, or the leaf that may know it.
func find(index []entry, id uint64) (entry, bool) {
	low, high := 0, len(index)
	for low < high {
		if middle := (low + high) / 2; index[middle].id <= id {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return entry{}, false
	}
	e := index[low-1]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}

func (a *archive) leaf(e entry) ([]entry, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.fetched[e.at]; ok {
		return known, nil
	}
	raw, err := a.unpacked(section{a.leaves.at + e.at, uint64(e.length)})
	if err != nil {
		return nil, err
	}
	index, err := directory(raw)
	if err != nil {
		return nil, err
	}
	if len(a.fetched) >= leavesKept {
		clear(a.fetched)
	}
	a.fetched[e.at] = index
	return index, nil
}

func (a *archive) at(z, x, y int) ([]byte, error) {
	id, index := tileID(z, x, y), a.root
	for range deepestLeaf {
		e, ok := find(index, id)
		switch {
		case !ok:
			return nil, ErrNoTile
		case e.run > 0:
			return a.read(section{a.data.at + e.at, uint64(e.length)}, maxTile)
		}
		var err error
		if index, err = a.leaf(e); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("its index is too deep")
}

func (a *archive) Close() error { return a.file.Close() }

// tileID counts tiles zoom by zoom, within one along a Hilbert curve.
func tileID(z, x, y int) uint64 {
	id := (uint64(1)<<(2*z) - 1) / 3 // of all coarser zooms
	for s := 1 << z >> 1; s > 0; s >>= 1 {
		rx, ry := 0, 0
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		id += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x&(s-1), s-1-y&(s-1)
			}
			x, y = y, x
		}
		x, y = x&(s-1), y&(s-1)
	}
	return id
}
