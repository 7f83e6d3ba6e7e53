package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"groundstation/video"
	"groundstation/video/recode"
)

// transcode measures what one camera's H.265 of 1080p, 30 pictures and 2 Mbit/s costs while it is made into H.264: the CPU
// time of its ffmpeg, at the usual width and at the camera's own.
func transcode(string) {
	s := startSide(sideCameras, 1)
	for _, width := range []int{1280, 1920} {
		cpu, hz := transcoded(s.addrs[0], width)
		fmt.Printf("# 1920×1080 to %d wide: %.1f pictures/s\n", width, hz)
		line(fmt.Sprintf("video-transcode_1080p_to_%d_cpu", width), 100*cpu, "%core", 100)
	}
	s.close()
}

// transcoded is the share of a core that ffmpeg takes, and the pictures a second that come out.
func transcoded(addr string, width int) (cpu, hz float64) {
	hub, err := video.NewHub([]video.Source{{ID: "V01", URL: "rtsp://" + addr + "/V01/h265/1080p"}}, video.Options{})
	if err != nil {
		fail(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- hub.Run(ctx) }()
	in, err := hub.View("V01")
	if err != nil {
		fail(err)
	}
	before := ended()
	var began, last time.Time
	pictures := 0
	span, cut := context.WithCancel(ctx)
	_ = recode.Run(span, in, width, nil, func(recode.Picture) {
		now := time.Now()
		if began.IsZero() {
			began = now
		}
		pictures++
		if last = now; now.Sub(began) >= camerasSpan {
			cut()
		}
	})
	cut()
	in.Close()
	stop()
	if err := <-over; err != nil {
		fail(err)
	}
	if pictures == 0 {
		fail(fmt.Errorf("nothing came out of ffmpeg"))
	}
	took := last.Sub(began).Seconds()
	return (ended() - before).Seconds() / took, float64(pictures) / took
}

// ended is the CPU time of the processes that this one has started and that have ended.
func ended() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		fail(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
