package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// inBrowser runs a script that measures in a headless Chromium, and reads what it prints.
func (w *world) inBrowser(script string, into any, more ...string) {
	args := append([]string{"ui/e2e/" + script, "--url", "http://" + w.http, "--cookie", w.cookie}, more...)
	out, err := exec.Command("node", args...).Output()
	if err != nil {
		var ended *exec.ExitError
		if errors.As(err, &ended) {
			err = fmt.Errorf("%w: %s", err, ended.Stderr)
		}
		fail(fmt.Errorf("measure in the browser: %w", err))
	}
	if err := json.Unmarshal(out, into); err != nil {
		fail(err)
	}
}

// videoInBrowser measures how old pictures are in the console, and how long after a click the first is there.
func videoInBrowser(w *world) {
	var got struct{ Cold, Warm, Delays []float64 }
	w.inBrowser("measure_video.mjs", &got, "--vehicles", "V01,V02")
	in := func(all []float64) (out []time.Duration) {
		for _, v := range all {
			out = append(out, time.Duration(v*float64(time.Millisecond)))
		}
		return out
	}
	delays, warm, cold := in(got.Delays), in(got.Warm), in(got.Cold)
	if len(delays) == 0 || len(warm) == 0 {
		fail(errors.New("the browser saw no picture"))
	}
	fmt.Printf("# by the timecode in %d decoded pictures; p50 %.0f ms; a picture every 66 ms holds one back by as much\n", len(delays), ms(quantile(delays, 0.5)))
	line("video_delay_p95", ms(quantile(delays, 0.95)), "ms", 150)
	fmt.Printf("# from a click in the list to a frame on the screen, %d times; p50 %.0f ms; the first time, when nobody looked before, %.0f ms\n",
		len(warm), ms(quantile(warm, 0.5)), ms(quantile(cold, 1)))
	line("video_first_frame_p95", ms(quantile(warm, 0.95)), "ms", 500)
}
