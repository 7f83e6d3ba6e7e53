//go:build !linux

package link

import (
	"context"
	"errors"
	"io"
)

func openSerial(context.Context, Spec) (io.ReadWriteCloser, error) {
	return nil, errors.New("serial lines are opened on Linux only")
}
