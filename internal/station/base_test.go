package station

import (
	"bytes"
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"testing"
	"time"
)

// Message 1005 of the standard's example, and one whose checksum is wrong.
var (
	rtcm1005, _ = hex.DecodeString("d300133ed7d30202980edeef34b4bd62ac0941986f33360b98")
	rtcmBad, _  = hex.DecodeString("d300133ed7d30202980edeef34b4bd62ac0941986f33360b99")
)

// delivered is what a base passes on; more than any test lets come.
type delivered chan []byte

// heardBase runs a base until the test is over.
func heardBase(t *testing.T, b *Base) delivered {
	ctx, cancel := context.WithCancel(t.Context())
	heard, done := make(delivered, 4096), make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx, func(m []byte) { heard <- bytes.Clone(m) })
	}()
	t.Cleanup(func() { cancel(); <-done })
	return heard
}

// take waits for n messages, each the one that is right.
func (d delivered) take(t *testing.T, n int) {
	t.Helper()
	late := time.After(patience)
	for i := range n {
		select {
		case m := <-d:
			if !bytes.Equal(m, rtcm1005) {
				t.Errorf("delivered %x", m)
			}
		case <-late:
			t.Fatalf("%d messages of %d", i, n)
		}
	}
}

func TestCorrectionsByTCPAndAgainAfterALoss(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := OpenBase(BaseSpec{TCP: l.Addr().String()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	heard := heardBase(t, b)
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{[]byte("ICY 200 OK\r\n"), rtcm1005[:7], rtcm1005[7:], rtcmBad, bytes.Repeat(rtcm1005, 40)} {
		if _, err := conn.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	// What looks like a head inside the broken one is waited for, and costs nothing but that.
	heard.take(t, 41)
	_ = conn.Close()
	again, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if b.bad.Load() < 1 || b.garbage.Load() <= 12 {
		t.Errorf("%d wrong, %d octets of garbage", b.bad.Load(), b.garbage.Load())
	}
	if _, err := again.Write(rtcm1005); err != nil {
		t.Fatal(err)
	}
	heard.take(t, 1)
	if age := time.Since(time.Unix(0, b.last.Load())); age > 10*time.Second || b.connects.Load() != 2 {
		t.Errorf("age %v, %d connections", age, b.connects.Load())
	}
}

func TestCorrectionsByUDPAreBounded(t *testing.T) {
	b, err := OpenBase(BaseSpec{UDP: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	heard := heardBase(t, b)
	conn, err := net.Dial("udp", b.udp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	start := time.Now()
	for b.dropped.Load() <= 100 {
		if _, err := conn.Write(rtcm1005); err != nil || time.Since(start) > patience {
			t.Fatalf("%v; %d cut off", err, b.dropped.Load())
		}
	}
	if most := baseBurst + int(time.Since(start).Seconds()*baseRate) + 1; len(heard) > most {
		t.Errorf("%d passed on, at most %d in that time", len(heard), most)
	}
}

func TestBaseSpec(t *testing.T) {
	for spec, ok := range map[BaseSpec]bool{{}: true, {TCP: "base.example:2101"}: true, {UDP: "127.0.0.1:2102"}: true,
		{TCP: "a:1", UDP: "b:1"}: false, {TCP: "base.example"}: false, {UDP: ":2102"}: false} {
		if err := spec.Check(); (err == nil) != ok {
			t.Errorf("%+v: %v", spec, err)
		}
	}
}
