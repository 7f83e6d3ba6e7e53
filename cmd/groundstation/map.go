package main

import (
	"errors"
	"fmt"
	"log/slog"

	"groundstation/internal/basemap"
)

// basemapSpec is the map under everything in the console; without a file the console draws its made-up one.
type basemapSpec struct {
	// File is a PMTiles archive of pictures, or a folder of them as z/x/y.png: Web Mercator over WGS-84.
	File string `toml:"file"`
	// Attribution says who made it; empty: what the archive says.
	Attribution string `toml:"attribution"`
}

func (b basemapSpec) check() error {
	if b.File == "" && b.Attribution != "" {
		return errors.New("file is missing; an attribution alone is no map")
	}
	if len(b.Attribution) > 200 {
		return fmt.Errorf("attribution has %d octets; it has 200 at most", len(b.Attribution))
	}
	return nil
}

// open gives the map, or nil if none is configured. One that cannot be read is said so: the station serves without it.
func (b basemapSpec) open(log *slog.Logger) *basemap.Map {
	if b.File == "" {
		return nil
	}
	m, err := basemap.Open(b.File, b.Attribution)
	if err != nil {
		log.Error("the map cannot be read; the made-up one is shown", "err", err)
		return nil
	}
	log.Info("map opened", "file", b.File, "min_zoom", m.MinZoom, "max_zoom", m.MaxZoom)
	return m
}
