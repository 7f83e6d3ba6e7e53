package video

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestWhichAddressesAreDialled(t *testing.T) {
	d := NewDialling([]Source{{ID: "V01", URL: "rtsp://user:secret@10.1.2.3/V01"}, {ID: "V02", URL: "rtsp://127.0.0.1:8554/V02"}, {ID: "V03", URL: "rtsp://Camera.example/x"}, {ID: "V04", URL: ""}},
		[]netip.Prefix{netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("0.0.0.0/0")})
	narrow := NewDialling([]Source{{ID: "V01", URL: "rtsp://10.1.2.3/V01"}}, []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")})
	for told, ok := range map[string]bool{
		"rtsp://10.1.2.3/other":                  true,
		"rtsp://10.1.2.3:554/other":              true,
		"rtsp://127.0.0.1:8554/V02/thermal":      true,
		"rtsp://camera.example:554/y":            true,
		"rtsps://10.20.9.9:322/a":                true,
		"rtsp://[fd00::1]:8554/a":                true,
		"rtsp://127.0.0.1:22/":                   false,
		"rtsp://127.0.0.2:8554/":                 false,
		"rtsp://[::1]:8554/":                     false,
		"rtsp://[::ffff:127.0.0.1]:8554/":        false,
		"rtsp://[::ffff:169.254.169.254]:8554/":  false,
		"rtsp://169.254.169.254/latest":          false,
		"rtsp://[fe80::1%25eth0]:8554/":          false,
		"rtsp://[fe80::1]:8554/":                 false,
		"rtsp://224.0.0.1:8554/":                 false,
		"rtsp://0.0.0.0:8554/":                   false,
		"rtsp://255.255.255.255:8554/":           false,
		"rtsp://localhost:8554/":                 false,
		"rtsp://2130706433:8554/":                false,
		"rtsp://0x7f.1:8554/":                    false,
		"rtsp://127.1:8554/":                     false,
		"rtsp://evil.example/":                   false,
		"rtsp://camera.example.evil.example/":    false,
		"rtsp://10.1.2.3@evil.example/":          false,
		"http://10.1.2.3/":                       false,
		"file:///etc/passwd":                     false,
		"rtsp:10.1.2.3":                          false,
		"rtsp://":                                false,
		"":                                       false,
		"rtsp://%zz":                             false,
		"udp://10.20.1.1:5600":                   false,
		"rtsp://10.20.1.1:8554/\x00":             false,
		"rtsp://user:pass@10.20.1.1:8554/stream": true,
	} {
		if err := d.Check(told); (err == nil) != ok {
			t.Errorf("%q: %v", told, err)
		} else if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", told, err)
		}
	}
	for told, ok := range map[string]bool{"rtsp://10.20.1.1:8554/a": true, "rtsp://10.21.1.1:8554/a": false, "rtsp://10.1.2.3:8554/": false, "rtsp://8.8.8.8/": false} {
		if err := narrow.Check(told); (err == nil) != ok {
			t.Errorf("%q: %v", told, err)
		}
	}
}

func TestTheConfiguredAddressWins(t *testing.T) {
	d := NewDialling([]Source{{ID: "V01", URL: "rtsp://10.1.2.3/V01"}}, nil)
	for _, c := range []struct {
		configured, told string
		thermal          bool
		want             string
		own, refused     bool
	}{
		{"rtsp://10.1.2.3/V01", "rtsp://10.1.2.3/told", false, "rtsp://10.1.2.3/V01", false, false},
		{"rtsp://10.1.2.3/V01", "rtsp://10.1.2.3/told", true, "rtsp://10.1.2.3/told", true, false},
		{"rtsp://10.1.2.3/V01", "rtsp://10.6.6.6/told", true, "rtsp://10.1.2.3/V01", false, true},
		{"rtsp://10.1.2.3/V01", "", true, "rtsp://10.1.2.3/V01", false, false},
		{"", "rtsp://10.1.2.3/told", false, "rtsp://10.1.2.3/told", true, false},
		{"", "rtsp://10.6.6.6/told", false, "", false, true},
		{"", "", false, "", false, false},
	} {
		got, own, err := d.Choose(c.configured, c.told, c.thermal)
		if got != c.want || own != c.own || (err != nil) != c.refused {
			t.Errorf("%+v: %q %v %v", c, got, own, err)
		}
	}
}

// A viewer goes on watching when the address changes under it: over real RTSP, from nothing to a camera to its thermal
// picture.
func TestThePictureFollowsTheAddress(t *testing.T) {
	noLeaks(t)
	addr, _ := cameras(t, "127.0.0.1:0")
	other, _ := cameras(t, "127.0.0.1:0")
	h := hub(t, Source{ID: "V01", URL: ""})
	if _, _, err := h.Play(t.Context(), "V01", ""); err != ErrUnknownSource {
		t.Fatalf("a source without an address: %v", err)
	}
	h.Point("V01", "rtsp://"+addr+"/V01")
	h.Point("V99", "rtsp://"+addr+"/V01")
	packets, _ := watch(t, h, "V01")
	receive(t, packets)
	h.Point("V01", "rtsp://"+addr+"/V01") // the same: nothing happens
	h.Point("V01", "rtsp://"+other+"/V01")
	deadline := time.After(patience)
	keys := 0
	for last := uint16(0); keys < 3; {
		select {
		case p := <-packets:
			if last != 0 && p.SequenceNumber != last+1 {
				t.Fatalf("packet %d after %d", p.SequenceNumber, last)
			}
			last = p.SequenceNumber
			if startsKey(p.Payload) {
				keys++
			}
		case <-deadline:
			t.Fatal("the picture did not go on from the other address")
		}
	}
	if got := h.sources["V01"].address(); got != "rtsp://"+other+"/V01" {
		t.Fatal(got)
	}
}

func FuzzDialling(f *testing.F) {
	for _, s := range []string{"rtsp://10.1.2.3/a", "rtsp://[::ffff:127.0.0.1]:8554/", "rtsp://user@127.0.0.1", "rtsp://10.20.1.1:99999/"} {
		f.Add(s)
	}
	d := NewDialling([]Source{{ID: "V01", URL: "rtsp://10.1.2.3/V01"}}, []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16")})
	f.Fuzz(func(t *testing.T, told string) {
		if d.Check(told) == nil && !strings.Contains(told, "10.1.2.3") && !strings.Contains(told, "10.20.") && !strings.Contains(told, "%") && !strings.Contains(told, "::") {
			t.Fatalf("%q is dialled", told)
		}
	})
}
