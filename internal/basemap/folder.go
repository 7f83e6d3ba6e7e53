package basemap

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

var mediaOf = map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}

// folder is z/x/y.png and the like, all of one kind.
type folder struct {
	root *os.Root // a link inside cannot lead out of it
	ext  string
}

func openFolder(path string) (tiles, Info, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, Info{}, err
	}
	info, ext, err := survey(root.FS())
	if err == nil {
		f := &folder{root: root, ext: ext}
		return f, info, nil
	}
	return nil, Info{}, errors.Join(err, root.Close())
}

// survey finds the zooms, the bounds of the coarsest of them, and what the tiles are.
func survey(dir fs.FS) (Info, string, error) {
	zooms, err := numbers(dir, ".")
	if err != nil || len(zooms) == 0 {
		return Info{}, "", errors.Join(errors.New("there is no folder of a zoom in it, such as 12/3421/1650.png"), err)
	}
	info := Info{MinZoom: deepest + 1, MaxZoom: -1, West: 180, South: 90, East: -180, North: -90}
	for z := range zooms {
		if z <= deepest {
			info.MinZoom, info.MaxZoom = min(info.MinZoom, z), max(info.MaxZoom, z)
		}
	}
	if info.MaxZoom < 0 {
		return Info{}, "", fmt.Errorf("no zoom up to %d", deepest)
	}
	ext := ""
	columns, err := numbers(dir, strconv.Itoa(info.MinZoom))
	for x := range columns {
		name := strconv.Itoa(info.MinZoom) + "/" + strconv.Itoa(x)
		rows, rowsErr := numbers(dir, name)
		err = errors.Join(err, rowsErr)
		for y, e := range rows {
			if mediaOf[e] == "" {
				continue
			}
			if ext == "" {
				ext = e
				if tile, err := fs.ReadFile(dir, name+"/"+strconv.Itoa(y)+e); err == nil {
					info.TileSize = widthOf(tile)
				}
			}
			west, north := corner(info.MinZoom, x, y)
			east, south := corner(info.MinZoom, x+1, y+1)
			info.West, info.East = min(info.West, west), max(info.East, east)
			info.South, info.North = min(info.South, south), max(info.North, north)
		}
	}
	if ext == "" {
		err = errors.Join(errors.New("its tiles are neither PNG, JPEG nor WebP"), err)
	}
	info.Media = mediaOf[ext]
	return info, ext, err
}

// numbers are the entries of a folder whose names are numbers, with what follows the number.
func numbers(dir fs.FS, name string) (map[int]string, error) {
	entries, err := fs.ReadDir(dir, name)
	out := map[int]string{}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), ext)); err == nil && n >= 0 {
			out[n] = strings.ToLower(ext)
		}
	}
	return out, err
}

// corner is the north-western corner of a tile, degrees.
func corner(z, x, y int) (lon, lat float64) {
	n := math.Exp2(float64(z))
	return float64(x)/n*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/n))) * 180 / math.Pi
}

func (f *folder) at(z, x, y int) ([]byte, error) {
	file, err := f.root.Open(fmt.Sprintf("%d/%d/%d%s", z, x, y, f.ext))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoTile
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	tile, err := io.ReadAll(io.LimitReader(file, maxTile+1))
	if err == nil && len(tile) > maxTile {
		err = fmt.Errorf("a tile of more than %d octets", maxTile)
	}
	return tile, err
}

func (f *folder) Close() error { return f.root.Close() }
