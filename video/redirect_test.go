package video

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"
)

// A camera that redirects the station to another address is not followed there.
func TestARedirectIsNotFollowed(t *testing.T) {
	noLeaks(t)
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	camera, inside := listen(), listen()
	asked := make(chan string, 8)
	go func() {
		c, err := camera.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for r := bufio.NewScanner(c); r.Scan(); {
			method, _, isRequest := strings.Cut(r.Text(), " ")
			if !isRequest || !strings.HasSuffix(r.Text(), "RTSP/1.0") {
				continue
			}
			cseq := ""
			for r.Scan() && r.Text() != "" {
				if v, ok := strings.CutPrefix(r.Text(), "CSeq: "); ok {
					cseq = v
				}
			}
			asked <- method
			if method == "DESCRIBE" {
				fmt.Fprintf(c, "RTSP/1.0 301 Moved\r\nCSeq: %s\r\nLocation: rtsp://%s/secret\r\n\r\n", cseq, inside.Addr())
				continue
			}
			fmt.Fprintf(c, "RTSP/1.0 200 OK\r\nCSeq: %s\r\nPublic: DESCRIBE\r\n\r\n", cseq)
		}
	}()
	reached := make(chan struct{})
	go func() {
		if c, err := inside.Accept(); err == nil {
			c.Close()
			close(reached)
		}
	}()
	s := newSource(Source{ID: "V01", URL: "rtsp://" + camera.Addr().String() + "/V01"}, false, slog.New(slog.DiscardHandler))
	if err := s.session(t.Context()); err == nil {
		t.Fatal("a redirect is a picture")
	}
	var methods []string
	for len(asked) > 0 {
		methods = append(methods, <-asked)
	}
	if len(methods) == 0 || methods[len(methods)-1] != "DESCRIBE" {
		t.Fatalf("asked %v", methods)
	}
	select {
	case <-reached:
		t.Fatal("the station connected to where the camera sent it")
	case <-time.After(200 * time.Millisecond):
	}
	camera.Close()
	inside.Close()
}
