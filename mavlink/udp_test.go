package mavlink

import (
	"errors"
	"testing"
)

func TestUDPLink(t *testing.T) {
	station, err := ListenUDP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	vehicle, err := ListenUDP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 64)
	if err := vehicle.Write(station.Addr(), []byte("up")); err != nil {
		t.Fatal(err)
	}
	n, from, err := station.Read(b)
	if err != nil || string(b[:n]) != "up" || from != vehicle.Addr() {
		t.Fatalf("%q from %v: %v", b[:n], from, err)
	}
	if err := station.Write(from, []byte("down")); err != nil {
		t.Fatal(err)
	}
	if n, _, err = vehicle.Read(b); err != nil || string(b[:n]) != "down" {
		t.Fatalf("%q: %v", b[:n], err)
	}

	// Somebody who has gone must not end the reading.
	gone := vehicle.Addr()
	if err := vehicle.Close(); err != nil {
		t.Fatal(err)
	}
	_ = station.Write(gone, []byte("anybody?"))
	_ = station.Write(gone, []byte("anybody?"))
	if err := station.Write(station.Addr(), []byte("self")); err != nil {
		t.Fatal(err)
	}
	if n, _, err := station.Read(b); err != nil || string(b[:n]) != "self" {
		t.Fatalf("%q: %v", b[:n], err)
	}

	ended := make(chan error)
	go func() {
		_, _, err := station.Read(b)
		ended <- err
	}()
	if err := station.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
}

func TestListenUDPNamesTheAddress(t *testing.T) {
	l, err := ListenUDP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if _, err := ListenUDP(l.Addr().String()); err == nil {
		t.Fatal("a taken port was listened on")
	}
	if _, err := ListenUDP("nowhere:x"); err == nil {
		t.Fatal("a wrong address was accepted")
	}
}
