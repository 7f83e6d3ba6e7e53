package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"groundstation/simulator"
)

// callsFlags are the calls that a simulated city makes at a station, as an emergency centre does.
type callsFlags struct {
	Incidents string `help:"Calls for the station: \"profile\" (60 a day, by the hour of the town), or how many an hour, evenly; empty: none."`
	CallSeed  uint64 `help:"What chance begins with for the calls: what they are, where, and how far apart." default:"1"`
}

const (
	profileADay = 60.0
	// tokenEnv has the API token of who calls; a flag would show it to everybody on the machine.
	tokenEnv = "GROUNDSTATION_TOKEN"
	// callRetry is the pause before a call that the station did not take is made again, callMost how long one request may take.
	callRetry = 2 * time.Second
	callMost  = 10 * time.Second
)

// calls is the line of calls that the flags ask for from now on; nil: none.
func (f callsFlags) calls(cfg simulator.Config) (*simulator.Calls, error) {
	perDay, even := profileADay, false
	switch f.Incidents {
	case "":
		return nil, nil
	case "profile":
	default:
		rate, err := strconv.ParseFloat(f.Incidents, 64)
		if err != nil {
			return nil, fmt.Errorf("--incidents is %q; it is \"profile\" or a number of calls an hour", f.Incidents)
		}
		perDay, even = 24*rate, true
	}
	c, err := simulator.NewCalls(cfg, f.CallSeed, time.Now(), perDay, even)
	if err != nil {
		return nil, fmt.Errorf("--incidents: %w", err)
	}
	return c, nil
}

// caller posts calls to a station's API.
type caller struct {
	api, token string
	run        string // makes the numbers of this run its own
	retry      time.Duration
	client     http.Client
	log        *slog.Logger
}

func newCaller(api string, log *slog.Logger) (*caller, error) {
	token := os.Getenv(tokenEnv)
	if api == "" || token == "" {
		return nil, fmt.Errorf("--incidents needs --api and, in %s, a token of the role operator (groundstation token create)", tokenEnv)
	}
	return &caller{api: api, token: token, run: strconv.FormatInt(time.Now().Unix(), 36), retry: callRetry, client: http.Client{Timeout: callMost}, log: log}, nil
}

// Run makes each call when it comes, until ctx ends. One that the station does not take is made again, with the same
// number, and later ones wait behind it.
func (c *caller) Run(ctx context.Context, calls *simulator.Calls) {
	for {
		call, n, at := calls.Next()
		wait := time.Until(at)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
			err := c.post(ctx, call, n)
			var no *refusedCall
			switch {
			case err == nil, ctx.Err() != nil:
			case errors.As(err, &no):
				c.log.Warn("the station refused a call", "number", n, "error", err)
			default:
				c.log.Warn("a call was not taken and is made again", "number", n, "error", err)
				wait = c.retry
				continue
			}
			break
		}
	}
}

// refusedCall is an answer that another try does not change.
type refusedCall struct{ status, body string }

func (e *refusedCall) Error() string { return e.status + ": " + e.body }

func (c *caller) post(ctx context.Context, call simulator.Call, n int) error {
	body, err := json.Marshal(map[string]any{"externalId": fmt.Sprintf("110-%s-%d", c.run, n), "title": call.Title, "category": call.Category,
		"priority": call.Priority, "place": call.Place})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+"/api/v1/incidents", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500:
		return errors.New(res.Status)
	case res.StatusCode >= 300:
		return &refusedCall{res.Status, string(answer)}
	}
	return nil
}
