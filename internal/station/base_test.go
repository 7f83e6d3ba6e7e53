package station

import (
	"bytes"
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"
)

// Message 1005 of the standard's example, and one whose checksum is wrong.
var (
	rtcm1005, _ = hex.DecodeString("d300133ed7d30202980edeef34b4bd62ac0941986f33360b98")
	rtcmBad, _  = hex.DecodeString("d300133ed7d30202980edeef34b4bd62ac0941986f33360b99")
)

// heardBase runs a base and gives what it delivers.
func heardBase(t *testing.T, b *Base) (count func() int, stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	var all [][]byte
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.Run(ctx, func(m []byte) {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, bytes.Clone(m))
			if !bytes.Equal(m, rtcm1005) {
				t.Errorf("delivered %x", m)
			}
		})
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return func() int { mu.Lock(); defer mu.Unlock(); return len(all) }, stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not %s", what)
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
	count, stop := heardBase(t, b)
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{[]byte("ICY 200 OK\r\n"), rtcm1005[:7], rtcm1005[7:], rtcmBad, bytes.Repeat(rtcm1005, 40)} {
		if _, err := conn.Write(part); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	// What looks like a head inside the broken one is waited for, and costs nothing but that.
	eventually(t, "41 messages", func() bool { return count() == 41 && b.bad.Load() >= 1 && b.garbage.Load() > 12 })
	_ = conn.Close()
	again, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Write(rtcm1005); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a message after the loss", func() bool { return count() == 42 })
	if age := time.Since(time.Unix(0, b.last.Load())); age > 10*time.Second || b.connects.Load() != 2 {
		t.Errorf("age %v, %d connections", age, b.connects.Load())
	}
	stop()
}

func TestCorrectionsByUDPAreBounded(t *testing.T) {
	b, err := OpenBase(BaseSpec{UDP: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	count, _ := heardBase(t, b)
	conn, err := net.Dial("udp", b.udp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	start := time.Now()
	for range 2000 {
		if _, err := conn.Write(rtcm1005); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "a flood cut off", func() bool { return b.dropped.Load() > 100 })
	if most := baseBurst + int(time.Since(start).Seconds()*baseRate) + 1; count() > most {
		t.Errorf("%d passed on, at most %d in that time", count(), most)
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
