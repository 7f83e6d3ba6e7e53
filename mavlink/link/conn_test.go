package link

import (
	"bytes"
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"groundstation/mavlink"
)

// piped runs a connection over a pipe, which holds nothing: whoever does not read stalls at once.
func piped(t *testing.T, body func(k *conn, far net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		k := newConn(near, mavlink.Source{Link: 1}, new(counters))
		ended := make(chan error, 1)
		ctx, stop := context.WithCancel(context.Background())
		go func() { ended <- k.run(ctx, newEar()) }()
		synctest.Wait()
		body(k, far)
		stop()
		<-ended
	})
}

func TestWhatWaitedTooLongIsNotSent(t *testing.T) {
	piped(t, func(k *conn, far net.Conn) {
		f := frames(t, 3)
		_ = k.put(f[0]) // the writer takes it and stalls
		synctest.Wait()
		_ = k.put(f[1])
		time.Sleep(queueAge + time.Millisecond)
		_ = k.put(f[2])
		got := make([]byte, 2*len(f[0]))
		for n := 0; n < len(got); {
			m, err := far.Read(got[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += m
		}
		if want := append(bytes.Clone(f[0]), f[2]...); !bytes.Equal(got, want) || k.n.dropped.Load() != 1 {
			t.Fatalf("%x, %d dropped", got, k.n.dropped.Load())
		}
	})
}

func TestAFullQueueDropsTheOldest(t *testing.T) {
	piped(t, func(k *conn, far net.Conn) {
		f := frames(t, queueMax+3)
		_ = k.put(f[0])
		synctest.Wait()
		for _, b := range f[1:] {
			_ = k.put(b)
		}
		if n := k.n.dropped.Load(); n != 2 {
			t.Fatalf("%d dropped", n)
		}
		want := append(bytes.Clone(f[0]), join(f[3:])...)
		var got []byte
		for b := make([]byte, pieceMax); len(got) < len(want); {
			n, err := far.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, b[:n]...)
		}
		if !bytes.Equal(got, want) {
			t.Fatal("not the newest, in order")
		}
	})
}

func TestAPeerThatTakesNothingLosesItsConnection(t *testing.T) {
	piped(t, func(k *conn, far net.Conn) {
		_ = k.put(frames(t, 1)[0])
		time.Sleep(writeTime - time.Millisecond)
		if k.n.peers.Load() != 1 {
			t.Fatal("ended too early")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if k.n.peers.Load() != 0 || k.n.stalled.Load() != 1 {
			t.Fatal("it goes on")
		}
		if err := k.put(frames(t, 1)[0]); err == nil {
			t.Fatal("something can be sent still")
		}
	})
}

func TestBackoffGrowsWithinItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b backoff
		least := backoffFirst
		for range rapid.IntRange(1, 50).Draw(t, "tries") {
			d := b.next(rapid.Float64Range(0, 1).Draw(t, "chance"))
			if d < least/2 || d > least {
				t.Fatalf("%v, want %v to %v", d, least/2, least)
			}
			least = min(2*least, backoffMost)
			if rapid.IntRange(0, 9).Draw(t, "held") == 0 {
				b.lasted(backoffGood)
				least = backoffFirst
			} else {
				b.lasted(backoffGood - 1)
			}
		}
	})
}
