package simulator

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// socket is one system's own address; it speaks to one partner only, as PX4 does.
//
// It is no connection of the runtime's poller: that one wants to hear when there is room to write again, and so every frame
// that leaves wakes a thread for nothing, which costs as much as sending it.
type socket struct {
	fd      int
	local   netip.AddrPort
	six     bool // of the family that writes IPv4 addresses as IPv6 ones
	partner netip.AddrPort
	to      unix.Sockaddr
}

// openSocket binds a socket; what cannot be had is an error.
func openSocket(at *net.UDPAddr) (*socket, error) {
	conn, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	k := &socket{local: plain(conn.LocalAddr().(*net.UDPAddr).AddrPort())}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) {
		if k.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0); failed != nil {
			return
		}
		var name unix.Sockaddr
		name, failed = unix.Getsockname(k.fd)
		_, k.six = name.(*unix.SockaddrInet6)
	}); err != nil {
		return nil, err
	}
	return k, failed
}

// speakTo makes somebody the partner.
func (k *socket) speakTo(partner netip.AddrPort) {
	k.partner = partner
	switch {
	case k.six:
		k.to = &unix.SockaddrInet6{Port: int(partner.Port()), Addr: partner.Addr().As16()}
	case partner.Addr().Is4(): // an IPv6 address is out of this socket's reach
		k.to = &unix.SockaddrInet4{Port: int(partner.Port()), Addr: partner.Addr().As4()}
	}
}

// send sends one datagram to the partner; nobody there, and no room, are no errors of ours.
func (k *socket) send(data []byte) {
	if k.to != nil {
		_ = unix.Sendto(k.fd, data, unix.MSG_DONTWAIT, k.to)
	}
}

// ears hear all sockets of a city.
type ears struct {
	poll, end int // epoll, and the eventfd that ends hear
}

func newEars() (*ears, error) {
	e := &ears{poll: -1, end: -1}
	var err error
	if e.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	if e.end, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err == nil {
		err = e.watch(0, e.end)
	}
	if err != nil {
		e.close()
		return nil, fmt.Errorf("eventfd: %w", err)
	}
	return e, nil
}

// watch has a descriptor of a system heard; system 0 is nobody's.
func (e *ears) watch(sys uint32, fd int) error {
	return unix.EpollCtl(e.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd), Pad: int32(sys)})
}

// hear gives each datagram until quiet is called; the bytes are the callee's until it returns.
func (e *ears) hear(each func(sys uint32, from netip.AddrPort, data []byte)) error {
	ready, buf := make([]unix.EpollEvent, 64), make([]byte, maxDatagram)
	for {
		n, err := unix.EpollWait(e.poll, ready, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("epoll: %w", err)
		}
		for _, r := range ready[:max(n, 0)] {
			if r.Pad == 0 {
				return nil
			}
			for {
				n, from, err := unix.Recvfrom(int(r.Fd), buf, unix.MSG_DONTWAIT)
				if errors.Is(err, unix.ECONNREFUSED) {
					continue // an ICMP error of an earlier write
				}
				if err != nil {
					break
				}
				each(uint32(r.Pad), address(from), buf[:n])
			}
		}
	}
}

// quiet ends hear.
func (e *ears) quiet() { _, _ = unix.Write(e.end, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

func (e *ears) close() {
	for _, fd := range []int{e.poll, e.end} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}

func address(a unix.Sockaddr) netip.AddrPort {
	switch a := a.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		return plain(netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port)))
	}
	return netip.AddrPort{}
}
