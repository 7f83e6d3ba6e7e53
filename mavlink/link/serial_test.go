package link

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"groundstation/mavlink"
)

// pty gives the near end of a pair of terminals and the name of the far one.
func pty(t *testing.T) (*os.File, string) {
	t.Helper()
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var number uint32
	var unlock int32
	control(t, f, syscall.TIOCGPTN, unsafe.Pointer(&number))
	control(t, f, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	return f, fmt.Sprintf("/dev/pts/%d", number)
}

func control(t *testing.T, f *os.File, request uintptr, p unsafe.Pointer) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var errno syscall.Errno
	if err := raw.Control(func(fd uintptr) { _, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(p)) }); err != nil || errno != 0 {
		t.Fatal(err, errno)
	}
}

func TestSerialLineThatIsPulledOutAndPutBack(t *testing.T) {
	device := filepath.Join(t.TempDir(), "radio")
	near, name := pty(t)
	if err := os.Symlink(name, device); err != nil {
		t.Fatal(err)
	}
	l, ear := run(t, Spec{ID: 7, Kind: Serial, Addr: device, Baud: 115200})
	f := frames(t, 6)
	exchange := func(near *os.File, down, up, want []byte) {
		t.Helper()
		until(t, "nothing can be written", func() bool { return l.Write(netip.AddrPort{}, down) == nil })
		got := make([]byte, len(down))
		for n := 0; n < len(got); {
			k, err := near.Read(got[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += k
		}
		if !bytes.Equal(got, down) {
			t.Fatalf("%x", got)
		}
		for i := 0; i < len(up); i += 9 {
			if _, err := near.Write(up[i:min(i+9, len(up))]); err != nil {
				t.Fatal(err)
			}
		}
		ear.await(t, mavlink.Source{Link: 7}, want)
	}
	exchange(near, f[0], append([]byte("boot \xfd\r\n"), join(f[1:4])...), join(f[1:4]))

	near.Close() // pulled out
	until(t, "the end is not noticed", func() bool { return l.Stats().Peers == 0 })
	near, name = pty(t)
	if err := os.Remove(device); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(name, device); err != nil {
		t.Fatal(err)
	}
	exchange(near, f[0], f[5], append(join(f[1:4]), f[5]...))
}

func TestASerialPeerThatTakesNothingDelaysNobody(t *testing.T) {
	_, name := pty(t) // nobody reads the near end
	l, _ := run(t, Spec{ID: 7, Kind: Serial, Addr: name})
	f := frames(t, 1)[0]
	until(t, "it is not opened", func() bool { return l.Stats().Peers == 1 })
	for begun := time.Now(); l.Stats().Dropped == 0; {
		_ = l.Write(netip.AddrPort{}, f)
		if time.Since(begun) > patience {
			t.Fatal("nothing is ever dropped")
		}
	}
	begun := time.Now()
	for range 10 * queueMax {
		_ = l.Write(netip.AddrPort{}, f)
	}
	if d := time.Since(begun); d > time.Second {
		t.Errorf("writes took %v", d)
	}
	// The end of the test frees the writer, which the kernel holds.
}
