package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net"
	"strconv"
	"strings"
	"time"

	"groundstation/internal/geo"
	"groundstation/simulator/camera"
)

// serveCameras serves so many cameras of vehicles that fly circles over the city at 14 m/s, 60 m high, one in three
// with a turning gimbal. It prints its address.
func serveCameras(vehicles int) func() (uint64, []uint64) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	began := time.Now()
	place := func(i int, at time.Time) (geo.LatLon, float64) {
		const radius, speed = 700.0, 14.0
		angle := speed/radius*at.Sub(began).Seconds() + float64(i)
		middle := geo.LatLon{Lat: 32.50 + 0.012*float64(i/5), Lon: 120.43 + 0.015*float64(i%5)}
		p := geo.NewFrame(middle.At(0)).Position(geo.ENU{E: radius * math.Sin(angle), N: radius * math.Cos(angle)})
		return p.LatLon, math.Mod(angle*180/math.Pi+90, 360)
	}
	ids := make([]string, vehicles)
	for i := range ids {
		ids[i] = fmt.Sprintf("V%02d", i+1)
	}
	view := func(id string) (camera.View, bool) {
		n, err := strconv.Atoi(id[1:])
		if err != nil {
			return camera.View{}, false
		}
		now := time.Now()
		scene := &camera.Scene{Daylight: 1}
		var own geo.LatLon
		var nose float64
		for i := range vehicles {
			at, heading := place(i, now)
			if i == n-1 {
				own, nose = at, heading
			}
			scene.Things = append(scene.Things, camera.Thing{ID: ids[i], Kind: camera.Vehicle, Place: at, AltM: 60, HeadingDeg: heading, Warm: true})
		}
		yaw := 0.0
		if n%3 == 0 {
			yaw = 60 * math.Sin(now.Sub(began).Seconds()/4)
		}
		return camera.View{Lat: own.Lat, Lon: own.Lon, AltM: 60, HeadingDeg: nose, GimbalPitchDeg: -35, GimbalYawDeg: yaw, Scene: scene}, true
	}
	go func() {
		if err := camera.ServeOn(context.Background(), ln, ids, view, slog.New(slog.DiscardHandler)); err != nil {
			fail(err)
		}
	}()
	fmt.Println(ln.Addr())
	return func() (uint64, []uint64) { return 0, nil }
}

// copier writes packets to whoever connects, as each asks in its first line: nanoseconds from one to the next, and
// octets. Those of a picture come together, ten of them. It prints its address.
func copier() func() (uint64, []uint64) {
	const burst = 10
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	feed := func(c net.Conn) {
		line := make([]byte, 64)
		n, err := c.Read(line)
		every, size, found := strings.Cut(strings.TrimSpace(string(line[:n])), " ")
		period, wrong := strconv.Atoi(every)
		octets, bad := strconv.Atoi(size)
		if err != nil || !found || wrong != nil || bad != nil {
			fail(fmt.Errorf("asked for %q: %w", line[:n], err))
		}
		packet := make([]byte, octets)
		tick := time.NewTicker(burst * time.Duration(period))
		defer tick.Stop()
		for range tick.C {
			for range burst {
				if _, err := c.Write(packet); err != nil {
					return
				}
			}
		}
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				fail(err)
			}
			go feed(c)
		}
	}()
	fmt.Println(ln.Addr())
	return func() (uint64, []uint64) { return 0, nil }
}
