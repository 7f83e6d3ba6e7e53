package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"
)

// figure measures something with the built binary and prints its lines.
type figure struct {
	name    string
	measure func(binary string)
}

var figures = []figure{
	{"cpu_rss", inWorld(cpuRSS)},
	{"incident_first_frame", inWorld(incident)},
	{"frame_to_browser", inWorld(browser)},
	{"restart_heartbeat", inWorld(restart)},
	{"ingest", ingest},
	{"loss_upload", loss},
	{"virtual", virtual},
	{"day", day},
	{"orphans", orphans},
	{"simload", simLoad},
	{"cameras", cameras},
	{"video-relay-cpu-rtsp", videoRelay("rtsp")},
	{"video-relay-cpu-whep", videoRelay("whep")},
	{"video-transcode", transcode},
	{"video-delay_video-first-frame", inWorld(videoInBrowser)},
}

// inWorld measures in a running world.
func inWorld(measure func(*world)) func(string) {
	return func(binary string) {
		w := newWorld(binary)
		measure(w)
		w.close()
	}
}

// seeds is how many times the orphans' figure is flown.
var seeds int

// workers is how many of them at once.
var workers int

// profile is where a side writes its CPU profile; empty for none.
var profile string

func main() {
	binary := flag.String("binary", "bin/groundstation", "the built daemon")
	run := flag.String("run", ".", "measure the figures whose name matches")
	kind := flag.String("side", "", "be one side of a figure: station or gomavlib, cameras, copier or relay")
	from := flag.String("cameras", "", "where the cameras of a relay's side are, host:port")
	flag.StringVar(&mediamtx, "mediamtx", "", "a binary of MediaMTX, to be measured beside the relay")
	flag.StringVar(&go2rtc, "go2rtc", "", "a binary of go2rtc, to be measured beside the relay")
	vehicles := flag.Int("vehicles", 29, "how many vehicles a side is fed by")
	flag.IntVar(&seeds, "seeds", 1000, "how many seeds the figure of the orphans is flown with")
	flag.IntVar(&workers, "workers", 2, "how many seeds of the orphans are flown at once")
	flag.StringVar(&profile, "profile", "", "write the CPU profile of the last station of the ingest figure, of the last cameras or relay, or of the last flight in virtual time, to this file")
	flag.Parse()
	if *kind != "" {
		runSide(*kind, *vehicles, *from)
		return
	}
	want, err := regexp.Compile(*run)
	if err != nil {
		fail(err)
	}
	measured := 0
	for _, f := range figures {
		if !want.MatchString(f.name) {
			continue
		}
		measured++
		f.measure(*binary)
	}
	if measured == 0 {
		fail(fmt.Errorf("no figure matches %q", *run))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// line prints one figure; less is better.
func line(name string, value float64, unit string, aim float64) {
	word := "met"
	if value > aim {
		word = "short"
	}
	fmt.Printf("%s %.4g %s aim %.4g %s\n", name, value, unit, aim, word)
}

// lineMore prints one figure; more is better.
func lineMore(name string, value float64, unit string, aim float64) {
	word := "met"
	if value < aim {
		word = "short"
	}
	fmt.Printf("%s %.4g %s aim %.4g %s\n", name, value, unit, aim, word)
}

// quantile gives the q-th quantile by nearest rank, 0 to 1; the slice is sorted in place. Of nothing there is none.
func quantile(v []time.Duration, q float64) time.Duration {
	if len(v) == 0 {
		fail(errors.New("nothing was measured"))
	}
	slices.Sort(v)
	return v[min(len(v)-1, int(q*float64(len(v))))]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
