package basemap

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // for the width of a tile
	_ "image/png"
	"os"
)

// ErrNoTile says that the map has nothing at this place.
var ErrNoTile = errors.New("no tile here")

// maxTile is how large a picture may be, octets.
const maxTile = 4 << 20

// deepest is the finest zoom that is served.
const deepest = 22

// Info says what a map covers: its zooms, its bounds in degrees, and how many pixels wide a tile is.
type Info struct {
	MinZoom, MaxZoom         int
	West, South, East, North float64
	TileSize                 int
	Media                    string // "image/png", "image/jpeg" or "image/webp"
	Attribution              string
}

// tiles is where pictures are kept; at gives ErrNoTile where there is none.
type tiles interface {
	at(z, x, y int) ([]byte, error)
	Close() error
}

// Map is a basemap. Any number of goroutines may ask for tiles.
type Map struct {
	Info
	tiles tiles
}

// Open opens an archive, or a folder of tiles. attribution takes the place of the archive's own if it is not empty.
func Open(path, attribution string) (*Map, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	m := &Map{}
	if stat.IsDir() {
		m.tiles, m.Info, err = openFolder(path)
	} else {
		m.tiles, m.Info, err = openArchive(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if attribution != "" {
		m.Attribution = attribution
	}
	return m, nil
}

// Tile gives the picture of a tile.
func (m *Map) Tile(z, x, y int) ([]byte, error) {
	if z < m.MinZoom || z > m.MaxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return nil, ErrNoTile
	}
	return m.tiles.at(z, x, y)
}

// Close closes the file.
func (m *Map) Close() error { return m.tiles.Close() }

// widthOf is how wide a picture is; 256, as most are, where that cannot be read.
func widthOf(tile []byte) int {
	c, _, err := image.DecodeConfig(bytes.NewReader(tile))
	if err != nil || c.Width < 64 || c.Width > 2048 {
		return 256
	}
	return c.Width
}
