package link

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// openSerial opens a line of 8 data bits, without parity and flow control. The file does not block, so that Close frees
// a writer whom the other end lets wait.
func openSerial(_ context.Context, spec Spec) (io.ReadWriteCloser, error) {
	f, err := os.OpenFile(spec.Addr, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open serial line: %w", err)
	}
	raw, err := f.SyscallConn()
	if err == nil {
		var failed error
		err = raw.Control(func(fd uintptr) { failed = setLine(int(fd), spec.baud()) })
		if err == nil {
			err = failed
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("set up serial line %s at %d baud: %w", spec.Addr, spec.baud(), err)
	}
	return f, nil
}

// setLine makes a terminal raw, at any speed.
func setLine(fd, baud int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = unix.IGNBRK, 0, 0
	t.Cflag = unix.CS8 | unix.CREAD | unix.CLOCAL | unix.BOTHER
	t.Ispeed, t.Ospeed = uint32(baud), uint32(baud)
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETS2, t); err != nil {
		return err
	}
	return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIOFLUSH)
}
