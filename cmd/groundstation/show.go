package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"groundstation/api"
)

// show serves a console beside what runs until ctx or one of both ends.
func show(ctx context.Context, listener net.Listener, door *api.Handler, run func(context.Context) error) (err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- run(running) }()
	server := &http.Server{Handler: door, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-ended:
	case err = <-served:
		stop()
		err = errors.Join(err, <-ended)
	}
	closing, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	if shut := server.Shutdown(closing); shut != nil {
		_ = server.Close()
	}
	door.Close()
	if err != nil {
		return fmt.Errorf("show: %w", err)
	}
	return nil
}
