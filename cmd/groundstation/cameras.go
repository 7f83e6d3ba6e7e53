package main

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/video"
)

// cameraSpec is one video.source.
type cameraSpec struct {
	// ID is that of a vehicle, or a name of its own such as H03/outside.
	ID string `toml:"id"`
	// URL is where the camera is, rtsp or rtsps; of a vehicle it is camera_url.
	URL string `toml:"url"`
	// Transport is tcp, udp, multicast or auto.
	Transport string `toml:"transport"`
	// Always says that it is pulled though nobody watches.
	Always bool `toml:"always"`
	// CA is a PEM file with the authorities of an rtsps camera, SHA256 the fingerprint of its one certificate.
	CA     string `toml:"ca"`
	SHA256 string `toml:"sha256"`
	// SecretFile holds the secret of whoever publishes this source, readable by its owner alone.
	SecretFile string `toml:"secret_file"`
	// Low is where the camera offers its picture at a lower rate, for browsers that are far away.
	Low string `toml:"low"`
	// Mount is where a camera that does not move stands and looks, so that no-record zones are kept to what it sees. One
	// over a dock that has none is taken to see all around; of others there are no rules then.
	Mount *fleet.Mount `toml:"mount"`
}

// iceSpec is video.ice.
type iceSpec struct {
	// Full makes the station gather candidates itself; without, it is ice-lite.
	Full bool `toml:"full"`
	// Public is the address by number at which browsers reach video.udp, if it is another.
	Public string `toml:"public"`
	// Servers are the STUN and TURN servers that browsers are told of.
	Servers []struct {
		URL        string `toml:"url"`
		Username   string `toml:"username"`
		Credential string `toml:"credential"`
		// SecretFile holds what a TURN server shares with us, readable by its owner alone: browsers are told a name and a
		// credential made of it that last for hours, in place of those above.
		SecretFile string `toml:"secret_file"`
	} `toml:"server"`
}

// ice reads the files that it names.
func (s iceSpec) ice() (video.ICE, error) {
	i := video.ICE{Full: s.Full, Public: s.Public}
	for _, v := range s.Servers {
		server := video.ICEServer{URL: v.URL, Username: v.Username, Credential: v.Credential}
		if v.SecretFile != "" {
			var err error
			if server.Secret, err = readSecret(v.SecretFile); err != nil {
				return i, fmt.Errorf("video.ice.server %s: %w", v.URL, err)
			}
		}
		i.Servers = append(i.Servers, server)
	}
	return i, nil
}

// readSecret reads a file that is its owner's alone.
func readSecret(file string) (string, error) {
	about, err := os.Stat(file)
	if err != nil {
		return "", fmt.Errorf("secret_file: %w", err)
	}
	if about.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("others may read %s; chmod 600 it", file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("secret_file: %w", err)
	}
	secret := strings.TrimSpace(string(b))
	if len(secret) < 16 {
		return "", fmt.Errorf("the secret is shorter than 16 characters")
	}
	return secret, nil
}

// The values of video.transcode.
const (
	transcodeOnDemand = "on-demand"
	transcodeOff      = "off"
)

// recoding is how H.265 is transcoded.
func (c *Config) recoding() video.Recoding {
	if c.Video.Transcode == transcodeOff {
		return video.Recoding{}
	}
	return video.Recoding{Max: c.Video.TranscodeMax, Width: c.Video.TranscodeWidth}
}

// checkVideo names the first key of video that is wrong.
func (c *Config) checkVideo() error {
	if a := c.Video.RTSP; a != "" {
		at, err := netip.ParseAddrPort(a)
		if err != nil || !at.Addr().IsLoopback() {
			return fmt.Errorf("video.rtsp is %q; it is an address of this machine by number, such as 127.0.0.1:8554", a)
		}
	}
	v := c.Video
	switch {
	case v.Transcode != transcodeOnDemand && v.Transcode != transcodeOff:
		return fmt.Errorf("video.transcode is %q; it is %q or %q", v.Transcode, transcodeOnDemand, transcodeOff)
	case v.TranscodeMax < 1 || v.TranscodeMax > 64:
		return fmt.Errorf("video.transcode_max is %d; it is 1 to 64", v.TranscodeMax)
	case v.TranscodeWidth < 160 || v.TranscodeWidth > 3840:
		return fmt.Errorf("video.transcode_width is %d; it is 160 to 3840", v.TranscodeWidth)
	}
	seen := map[string]bool{}
	for _, s := range c.Video.Sources {
		if err := c.checkCamera(s); err != nil {
			return fmt.Errorf("video.source %q: %w", s.ID, err)
		}
		if seen[s.ID] {
			return fmt.Errorf("video.source %q is there twice", s.ID)
		}
		seen[s.ID] = true
	}
	if p := c.Video.ICE.Public; p != "" {
		if _, err := netip.ParseAddr(p); err != nil {
			return fmt.Errorf("video.ice.public is %q; it is an address by number", p)
		}
	}
	for _, s := range c.Video.ICE.Servers {
		u, err := url.Parse(s.URL)
		if err != nil || !slices.Contains([]string{"stun", "stuns", "turn", "turns"}, u.Scheme) {
			return fmt.Errorf("video.ice.server: url is %q; it is stun:HOST:PORT or turn:HOST:PORT", s.URL)
		}
		switch {
		case s.SecretFile != "" && (s.Username != "" || s.Credential != ""):
			return fmt.Errorf("video.ice.server %s: give username and credential or secret_file, not both", s.URL)
		case strings.HasPrefix(u.Scheme, "turn") && s.Username == "" && s.SecretFile == "":
			return fmt.Errorf("video.ice.server %s has no username", s.URL)
		}
	}
	return nil
}

func (c *Config) checkCamera(s cameraSpec) error {
	_, vehicle := c.Vehicle(fleet.VehicleID(s.ID))
	switch {
	case s.ID == "" || strings.ContainsAny(s.ID, "?#% \t") || strings.HasPrefix(s.ID, "/"):
		return fmt.Errorf("id is that of a vehicle, or a name such as H03/outside")
	case vehicle && s.URL != "":
		return fmt.Errorf("the address of a vehicle's camera is its camera_url")
	case vehicle && s.Mount != nil:
		return fmt.Errorf("a vehicle's camera has no mount; it tells where it looks")
	case !vehicle && s.URL == "" && s.SecretFile == "":
		return fmt.Errorf("it is no vehicle and has neither url nor secret_file")
	case !slices.Contains([]string{"", video.TransportTCP, video.TransportUDP, video.TransportMulticast, video.TransportAuto}, s.Transport):
		return fmt.Errorf("transport is %q; it is tcp, udp, multicast or auto", s.Transport)
	case s.CA != "" && s.SHA256 != "":
		return fmt.Errorf("give ca or sha256, not both")
	}
	if s.Mount != nil {
		if err := c.checkMount(s); err != nil {
			return err
		}
	}
	for key, address := range map[string]string{"url": s.URL, "low": s.Low} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "rtsp" && u.Scheme != "rtsps") {
			return fmt.Errorf("%s is no rtsp:// or rtsps:// address", key)
		}
	}
	if b, err := hex.DecodeString(s.SHA256); err != nil || len(b) != 0 && len(b) != 32 {
		return fmt.Errorf("sha256 is not 64 hexadecimal digits")
	}
	return nil
}

// mountWithinM is how far from its dock a dock's camera may stand, metres.
const mountWithinM = 200

func (c *Config) checkMount(s cameraSpec) error {
	if err := s.Mount.Check(); err != nil {
		return err
	}
	if d, outside := c.outside(s.ID); outside {
		if far := geo.Distance(s.Mount.LatLon, d.Pad.LatLon); far > mountWithinM {
			return fmt.Errorf("mount: it stands %.0f m from the dock; it is %d m at most", far, mountWithinM)
		}
	}
	return nil
}

// outside gives the dock over whose surroundings a camera looks.
func (c *Config) outside(id string) (fleet.DockSpec, bool) {
	dock, outside := strings.CutSuffix(id, "/outside")
	d, known := c.Dock(fleet.DockID(dock))
	return d, outside && known
}

// fixed gives the cameras that do not move and have rules: those over docks, and those whose mount is known.
func (c *Config) fixed() (all []fleet.FixedCamera) {
	for _, s := range c.Video.Sources {
		f := fleet.FixedCamera{ID: s.ID, Mount: s.Mount}
		d, outside := c.outside(s.ID)
		if outside {
			f.Dock, f.Near = d.ID, d.Pad.LatLon
		}
		if outside || s.Mount != nil {
			all = append(all, f)
		}
	}
	return all
}

// cameras gives every vehicle's camera and the further ones; at, if not empty, stands for the host and port of each.
func (c *Config) cameras(at string) (all []video.Source, err error) {
	specs := map[string]cameraSpec{}
	for _, s := range c.Video.Sources {
		specs[s.ID] = s
	}
	for _, v := range c.Vehicles {
		spec := specs[string(v.ID)]
		delete(specs, string(v.ID))
		spec.ID = string(v.ID)
		spec.URL = v.CameraURL // or, if it is empty, what its camera tells of itself
		s, err := spec.moved(at).source()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	for _, s := range c.Video.Sources {
		if _, further := specs[s.ID]; !further {
			continue
		}
		src, err := s.moved(at).source()
		if err != nil {
			return nil, err
		}
		all = append(all, src)
	}
	return all, nil
}

// moved is the camera at another host and port, if at is not empty.
func (s cameraSpec) moved(at string) cameraSpec {
	for _, address := range []*string{&s.URL, &s.Low} {
		if u, err := url.Parse(*address); err == nil && at != "" && *address != "" {
			u.Host = at
			*address = u.String()
		}
	}
	return s
}

// source reads the files that a source names.
func (s cameraSpec) source() (video.Source, error) {
	src := video.Source{ID: s.ID, URL: s.URL, Transport: s.Transport, Always: s.Always, Fingerprint: s.SHA256, Low: s.Low}
	if s.CA != "" {
		pem, err := os.ReadFile(s.CA)
		if err != nil {
			return src, fmt.Errorf("video.source %q: ca: %w", s.ID, err)
		}
		if src.CA = x509.NewCertPool(); !src.CA.AppendCertsFromPEM(pem) {
			return src, fmt.Errorf("video.source %q: ca: %s holds no certificate", s.ID, s.CA)
		}
	}
	if s.SecretFile != "" {
		var err error
		if src.Secret, err = readSecret(s.SecretFile); err != nil {
			return src, fmt.Errorf("video.source %q: %w", s.ID, err)
		}
	}
	return src, nil
}
