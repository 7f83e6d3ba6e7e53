package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"groundstation/api"
	"groundstation/simulator"
)

// A call that the station does not take is made again with its own number, before the next; one that it refuses is not.
func TestCallsAreMadeUntilTheyAreTaken(t *testing.T) {
	t.Setenv(tokenEnv, "gst_secret")
	cfg, err := simulator.Load("../../config/sim-fast.toml")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var got []api.IncidentInput
	answers := []int{http.StatusServiceUnavailable, http.StatusAccepted, http.StatusUnprocessableEntity, http.StatusAccepted}
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in api.IncidentInput
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/api/v1/incidents" || r.Header.Get("Authorization") != "Bearer gst_secret" {
			t.Errorf("%s %v: %v", r.URL.Path, r.Header, err)
		}
		got = append(got, in)
		w.WriteHeader(answers[len(got)-1])
		if len(got) == len(answers) {
			stop()
		}
	}))
	defer door.Close()
	c, err := newCaller(door.URL, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c.retry = time.Millisecond
	calls, err := simulator.NewCalls(cfg, 1, time.Now().Add(-time.Hour), 10_000, true)
	if err != nil {
		t.Fatal(err)
	}
	c.Run(ctx, calls)
	if len(got) != len(answers) || got[0] != got[1] || got[1].ExternalID == got[2].ExternalID || got[2].ExternalID == got[3].ExternalID {
		t.Fatalf("%+v", got)
	}
	if in := got[0]; in.ExternalID == "" || in.Title == "" || in.Priority == 0 || in.Place.Check() != nil || in.Place.Lat == 0 {
		t.Errorf("%+v", in)
	}
}

func TestCallsThatCannotBeAreNamed(t *testing.T) {
	cfg, err := simulator.Load("../../config/sim-fast.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"often", "-1", "0", "nan"} {
		if _, err := (callsFlags{Incidents: word}).calls(cfg); err == nil {
			t.Errorf("--incidents %s is taken", word)
		}
	}
	for _, word := range []string{"profile", "12.5"} {
		if c, err := (callsFlags{Incidents: word}).calls(cfg); err != nil || c == nil {
			t.Errorf("--incidents %s: %v", word, err)
		}
	}
	if c, err := (callsFlags{}).calls(cfg); c != nil || err != nil {
		t.Errorf("by itself it makes calls: %v, %v", c, err)
	}
	t.Setenv(tokenEnv, "")
	if _, err := newCaller("http://127.0.0.1:1", slog.New(slog.DiscardHandler)); err == nil {
		t.Error("it calls without a token")
	}
}
