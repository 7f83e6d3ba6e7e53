package mavlink

import (
	"errors"
	"net/netip"
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
	b := NewBatch()
	next := func(l *UDPLink) (data string, from netip.AddrPort, err error) {
		if err = l.Read(b); err == nil {
			b.Each(func(source netip.AddrPort, datagram []byte) { data, from = data+string(datagram), source })
		}
		return data, from, err
	}
	if err := vehicle.Write(station.Addr(), []byte("up")); err != nil {
		t.Fatal(err)
	}
	got, from, err := next(station)
	if err != nil || got != "up" || from != vehicle.Addr() {
		t.Fatalf("%q from %v: %v", got, from, err)
	}
	if err := station.Write(from, []byte("down")); err != nil {
		t.Fatal(err)
	}
	if got, _, err = next(vehicle); err != nil || got != "down" {
		t.Fatalf("%q: %v", got, err)
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
	if got, _, err = next(station); err != nil || got != "self" {
		t.Fatalf("%q: %v", got, err)
	}
	// What came together is read together.
	for range batchSize + 1 {
		if err := station.Write(station.Addr(), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if got, _, err = next(station); err != nil || len(got) != batchSize || !b.Full() {
		t.Fatalf("%q, full %v: %v", got, b.Full(), err)
	}
	if got, _, err = next(station); err != nil || got != "x" || b.Full() {
		t.Fatalf("%q, full %v: %v", got, b.Full(), err)
	}

	ended := make(chan error)
	go func() {
		ended <- station.Read(b)
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
