package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"reflect"

	"github.com/BurntSushi/toml"

	"groundstation/fleet"
	"groundstation/internal/share"
	"groundstation/internal/spell"
	"groundstation/internal/station"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission/privacy"
)

// Config is the station's TOML file. Flags override it.
type Config struct {
	// DataDir holds the store and everything recorded.
	DataDir string `toml:"data_dir"`
	HTTP    struct {
		// Addr is where the console and the API are served.
		Addr string `toml:"addr"`
		// TrustedProxies are networks, such as 10.0.0.5/32: what a proxy there says of where a request came from
		// (X-Forwarded-For), and whether by TLS (X-Forwarded-Proto), is believed.
		TrustedProxies []string `toml:"trusted_proxies"`
	} `toml:"http"`
	MAVLink struct {
		// Links are the ways to vehicles and docks; one UDP server on 127.0.0.1:14550 if none is given.
		Links []link.Spec `toml:"link"`
		// Streams are rates of messages other than the usual ones.
		Streams []mavlink.Stream `toml:"stream"`
	} `toml:"mavlink"`
	// RTCM is where the corrections of a base station come from, for every vehicle's receiver.
	RTCM    station.BaseSpec `toml:"rtcm"`
	Traffic struct {
		// NearM and HeightM are how near an aircraft of others may come to a vehicle in the air before that is an alarm.
		NearM   float64 `toml:"near_m"`
		HeightM float64 `toml:"height_m"`
	} `toml:"traffic"`
	Privacy struct {
		// Transit is what happens to a picture whose camera is not seen to look at the horizon on the way to a task or home:
		// "record" (it is not recorded), "relay" (nor shown) or "off".
		Transit string `toml:"transit"`
		// HorizonDeg is how far below the horizon it may look there.
		HorizonDeg float64 `toml:"horizon_deg"`
		// RangeM is how far a camera at its wide end sees enough for a no-record zone to count.
		RangeM float64 `toml:"range_m"`
		// SlewDegS is the greatest rate of a gimbal, degrees a second.
		SlewDegS float64 `toml:"slew_deg_s"`
	} `toml:"privacy"`
	Video struct {
		// UDP is the one port all WebRTC media uses.
		UDP string `toml:"udp"`
		// Cameras are networks, such as 10.20.0.0/16: a camera that tells an address of its own there is pulled from it.
		// Addresses of camera_url are allowed in any case.
		Cameras []string `toml:"cameras"`
		Record  struct {
			// Purposes are those of sorties whose cameras are recorded from launch to landing: incident, patrol, manual.
			Purposes []string `toml:"purposes"`
			// PreRollS is how many seconds before its start a recording begins, where the picture was there.
			PreRollS float64 `toml:"pre_roll_s"`
			// SegmentS is how long a file of a recording is, seconds.
			SegmentS float64 `toml:"segment_s"`
		} `toml:"record"`
		Retention struct {
			// PatrolDays, IncidentDays and ManualDays are how long recordings are kept; the last is of sorties by hand and of
			// recordings that somebody started.
			PatrolDays   int `toml:"patrol_days"`
			IncidentDays int `toml:"incident_days"`
			ManualDays   int `toml:"manual_days"`
			// MaxMB is how much disk they may take together, MinFreeMB how much of it is left free for all else; the oldest
			// that is not held makes room.
			MaxMB     int64 `toml:"max_mb"`
			MinFreeMB int64 `toml:"min_free_mb"`
		} `toml:"retention"`
		// Transcode says whether ffmpeg makes H.265 into H.264 for browsers that play nothing else: "on-demand", where it is
		// installed, or "off".
		Transcode string `toml:"transcode"`
		// TranscodeMax is how many cameras are transcoded at a time, TranscodeWidth how wide their pictures are at most.
		TranscodeMax   int `toml:"transcode_max"`
		TranscodeWidth int `toml:"transcode_width"`
		Share          struct {
			// MaxHours is how long a link to a live camera may be open.
			MaxHours float64 `toml:"max_hours"`
			// Viewers is how many may look by one link at a time.
			Viewers int `toml:"viewers"`
			// BurnIn says whether the name of who looks is burnt into the picture of every link, by ffmpeg; where that cannot be
			// done nothing is shown.
			BurnIn bool `toml:"burn_in"`
		} `toml:"share"`
		// RTSP is where sources are handed on and published by RTSP, on this machine; empty for nowhere.
		RTSP string `toml:"rtsp"`
		// Sources say more of a vehicle's camera, or name a further one.
		Sources []cameraSpec `toml:"source"`
		// ICE says how browsers find the way to the media port.
		ICE iceSpec `toml:"ice"`
	} `toml:"video"`
	// Basemap is the map under everything: its file, and who made it.
	Basemap basemapSpec `toml:"basemap"`
	Logs    struct {
		// Fetch says whether flight logs are fetched after landing.
		Fetch bool `toml:"fetch"`
		// MaxMB is how much disk they may take together; the oldest make room.
		MaxMB int64 `toml:"max_mb"`
		// RateKBs is how fast a vehicle's log is read on average, kB/s, so that the link stays free for what matters more.
		RateKBs int `toml:"rate_kbs"`
	} `toml:"logs"`
	Tlog struct {
		// MaxMB bounds what the telemetry logs of all sorties take, megabytes of 2^20 octets; 0 records nothing.
		MaxMB int64 `toml:"max_mb"`
	} `toml:"tlog"`
	// Terrain is the ground as far as it was surveyed.
	Terrain terrainSpec `toml:"terrain"`
	// Mission are the Desk's own bounds.
	Mission missionConfig `toml:"mission"`
	Mirror  struct {
		// UDP is host:port of a program that looks on; empty for none.
		UDP string `toml:"udp"`
	} `toml:"mirror"`
	fleet.Registry
}

func defaultConfig() Config {
	var c Config
	c.DataDir = "data"
	c.HTTP.Addr = "127.0.0.1:8080"
	c.Video.UDP = "127.0.0.1:8189"
	c.Video.Record.Purposes = []string{"incident", "patrol", "manual"}
	c.Video.Record.PreRollS, c.Video.Record.SegmentS = 10, 10
	c.Video.Retention.PatrolDays, c.Video.Retention.IncidentDays, c.Video.Retention.ManualDays = 30, 90, 30
	c.Video.Retention.MaxMB, c.Video.Retention.MinFreeMB = 200_000, 2048
	c.Video.Transcode, c.Video.TranscodeMax, c.Video.TranscodeWidth = transcodeOnDemand, 2, 1280
	c.Video.Share.MaxHours, c.Video.Share.Viewers = share.DayAtMost.Hours(), 3
	rules := privacy.Rules{}.WithDefaults()
	c.Privacy.Transit, c.Privacy.HorizonDeg, c.Privacy.RangeM, c.Privacy.SlewDegS = string(privacy.NoRecord), rules.HorizonDeg, rules.RangeM, rules.SlewDegS
	c.Traffic.NearM, c.Traffic.HeightM = 1000, 150
	c.Logs.Fetch, c.Logs.MaxMB, c.Logs.RateKBs = true, 20_000, 200
	c.Tlog.MaxMB = 16384
	c.Terrain = terrainSpec{ErrorM: 2, Beyond: beyondRefused}
	return c
}

// loadConfig reads path strictly: an unknown key is an error that names the nearest known one.
func loadConfig(path string) (Config, error) {
	c := defaultConfig()
	meta, err := toml.DecodeFile(path, &c)
	if err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0].String()
		return c, fmt.Errorf("%s: unknown key %q; did you mean %q?", path, key, spell.Nearest(key, spell.Keys(reflect.TypeOf(c))))
	}
	if len(c.MAVLink.Links) == 0 {
		c.MAVLink.Links = []link.Spec{{ID: 1, Kind: link.UDPServer, Addr: "127.0.0.1:14550"}}
	}
	if c.Registry.Terrain, err = c.Terrain.open(filepath.Dir(path)); err != nil {
		return c, fmt.Errorf("%s: terrain.%w", path, err)
	}
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	c.Registry.Cameras = c.fixed()
	return c, nil
}

// Validate names the first key that is wrong and what it may be.
func (c *Config) Validate() error {
	if c.DataDir == "" {
		return errors.New("data_dir is empty; it is the folder the station writes to")
	}
	for _, a := range []struct{ key, addr string }{{"http.addr", c.HTTP.Addr}, {"video.udp", c.Video.UDP}} {
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			return fmt.Errorf("%s is %q; it is host:port, such as 127.0.0.1:8080", a.key, a.addr)
		}
	}
	if err := link.CheckAll(c.MAVLink.Links); err != nil {
		return fmt.Errorf("mavlink.link: %w", err)
	}
	for _, t := range []struct {
		key        string
		value, max float64
	}{{"near_m", c.Traffic.NearM, 20000}, {"height_m", c.Traffic.HeightM, 5000}} {
		if !(t.value > 0 && t.value <= t.max) {
			return fmt.Errorf("traffic.%s %v is not within 0 to %v", t.key, t.value, t.max)
		}
	}
	switch c.Privacy.Transit {
	case string(privacy.NoRecord), string(privacy.NoRelay), transitOff:
	default:
		return fmt.Errorf("privacy.transit is %q; it is %q, %q or %q", c.Privacy.Transit, privacy.NoRecord, privacy.NoRelay, transitOff)
	}
	for _, p := range []struct {
		key        string
		value, max float64
	}{{"horizon_deg", c.Privacy.HorizonDeg, 60}, {"range_m", c.Privacy.RangeM, 10000}, {"slew_deg_s", c.Privacy.SlewDegS, 360}} {
		if !(p.value > 0 && p.value <= p.max) {
			return fmt.Errorf("privacy.%s %v is not within 0 to %v", p.key, p.value, p.max)
		}
	}
	if err := c.RTCM.Check(); err != nil {
		return fmt.Errorf("rtcm: %w", err)
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if _, err := c.cameraNets(); err != nil {
		return fmt.Errorf("video.cameras: %w", err)
	}
	if err := c.checkRecording(); err != nil {
		return err
	}
	if h := c.Video.Share.MaxHours; !(h > 0 && h <= share.DayAtMost.Hours()) {
		return fmt.Errorf("video.share.max_hours is %v; it is more than 0, and %v at most", h, share.DayAtMost.Hours())
	}
	if n := c.Video.Share.Viewers; n < 1 || n > 50 {
		return fmt.Errorf("video.share.viewers is %d; it is 1 to 50", n)
	}
	if err := c.checkVideo(); err != nil {
		return err
	}
	for _, st := range c.MAVLink.Streams {
		if err := st.Check(); err != nil {
			return fmt.Errorf("mavlink.stream: %w", err)
		}
	}
	if c.Logs.MaxMB < 1 || c.Logs.MaxMB > 1e8 {
		return fmt.Errorf("logs.max_mb is %d; it is 1 to 100000000", c.Logs.MaxMB)
	}
	if c.Logs.RateKBs < 1 || c.Logs.RateKBs > 100_000 {
		return fmt.Errorf("logs.rate_kbs is %d; it is 1 to 100000", c.Logs.RateKBs)
	}
	if to := c.Mirror.UDP; to != "" {
		if host, port, err := net.SplitHostPort(to); err != nil || host == "" || port == "" {
			return fmt.Errorf("mirror.udp is %q; it is host:port, such as 127.0.0.1:14445", to)
		}
	}
	if mb := c.Tlog.MaxMB; mb != 0 && (mb < 256 || mb > 1<<24) {
		return fmt.Errorf("tlog.max_mb is %d; it is 256 to %d, or 0 to record nothing", mb, 1<<24)
	}
	if err := c.Basemap.check(); err != nil {
		return fmt.Errorf("basemap.%w", err)
	}
	if err := c.Mission.check(); err != nil {
		return fmt.Errorf("mission.%w", err)
	}
	return c.Registry.Validate()
}

func (c *Config) checkRecording() error {
	for _, p := range c.Video.Record.Purposes {
		if p != "incident" && p != "patrol" && p != "manual" {
			return fmt.Errorf("video.record.purposes has %q; they are incident, patrol and manual", p)
		}
	}
	keep := c.Video.Retention
	for _, v := range []struct {
		key             string
		value, min, max float64
	}{
		{"record.pre_roll_s", c.Video.Record.PreRollS, 0, 60}, {"record.segment_s", c.Video.Record.SegmentS, 2, 60},
		{"retention.patrol_days", float64(keep.PatrolDays), 1, 3650}, {"retention.incident_days", float64(keep.IncidentDays), 1, 3650},
		{"retention.manual_days", float64(keep.ManualDays), 1, 3650}, {"retention.max_mb", float64(keep.MaxMB), 256, 1 << 30},
		{"retention.min_free_mb", float64(keep.MinFreeMB), 0, 1 << 30},
	} {
		if !(v.value >= v.min && v.value <= v.max) {
			return fmt.Errorf("video.%s is %v; it is %v to %v", v.key, v.value, v.min, v.max)
		}
	}
	return nil
}

// transitOff is privacy.transit without a rule.
const transitOff = "off"

// privacyRules are the rules of pictures.
func (c *Config) privacyRules() privacy.Rules {
	r := privacy.Rules{Transit: privacy.Rule(c.Privacy.Transit), HorizonDeg: c.Privacy.HorizonDeg, RangeM: c.Privacy.RangeM, SlewDegS: c.Privacy.SlewDegS}
	if c.Privacy.Transit == transitOff {
		r.Transit = ""
	}
	return r
}

// session is what all sessions share.
func (c *Config) session() mavlink.Config {
	s := mavlink.DefaultConfig().With(c.MAVLink.Streams)
	s.FileRate = c.Logs.RateKBs * 1000
	return s
}

// proxies are the networks of http.trusted_proxies.
func (c *Config) proxies() (nets []netip.Prefix, err error) {
	for _, s := range c.HTTP.TrustedProxies {
		n, err := netip.ParsePrefix(s)
		if err != nil || n.Bits() == 0 {
			return nil, fmt.Errorf("http.trusted_proxies has %q; it is the network of a proxy, such as 10.0.0.5/32", s)
		}
		nets = append(nets, n.Masked())
	}
	return nets, nil
}

// cameraNets are the networks of video.cameras.
func (c *Config) cameraNets() (nets []netip.Prefix, err error) {
	for _, s := range c.Video.Cameras {
		n, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q is no network, such as 10.20.0.0/16", s)
		}
		nets = append(nets, n)
	}
	return nets, nil
}

// udp is the address of the first UDP server among the links; nil if there is none.
func (c *Config) udp() *string {
	for i := range c.MAVLink.Links {
		if c.MAVLink.Links[i].Kind == link.UDPServer {
			return &c.MAVLink.Links[i].Addr
		}
	}
	return nil
}
