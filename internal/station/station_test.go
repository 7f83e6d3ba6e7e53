package station

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"go.uber.org/goleak"

	"groundstation/fleet"
	"groundstation/hangar"
	"groundstation/internal/geo"
	"groundstation/mavlink"
	"groundstation/mavlink/link"
	"groundstation/mission"
	"groundstation/store"
)

const patience = 20 * time.Second

var registry = fleet.Registry{Vehicles: []fleet.VehicleSpec{{ID: "V01", Class: fleet.CrewQuad, SystemID: 7, CruiseMS: 12, ClimbMS: 4, DescendMS: 2,
	MaxWindMS: 10, EnergyWh: 80, HoverW: 150, CruiseW: 160, Site: &geo.Position{LatLon: geo.LatLon{Lat: 32.5, Lon: 120.4}, AltAMSL: 4}}},
	Cameras: []fleet.FixedCamera{{ID: "H01/outside", Dock: "H01", Near: geo.LatLon{Lat: 32.5, Lon: 120.4}}}}

// running is a station with a real socket and a real store.
type running struct {
	*Station
	board *fleet.Board
	link  link.Link
	path  string
	stop  func() error
}

func listen(t *testing.T) link.Link {
	t.Helper()
	l, err := link.Spec{ID: 1, Kind: link.UDPServer, Addr: "127.0.0.1:0"}.Open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func run(t *testing.T, more ...link.Link) *running {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) })
	r := &running{board: fleet.NewBoard(), path: filepath.Join(t.TempDir(), "station.db")}
	db, err := store.Open(r.path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.link = listen(t)
	core := NewCore(Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits()}, mission.State{}, time.Now())
	r.Station = New(core, append([]link.Link{r.link}, more...), r.board, db, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	var stopped bool
	r.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return errors.Join(<-ended, db.Close())
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// A vehicle that says one word is greeted by the station's heartbeat and shown on the Board.
func TestAVehicleThatSpeaksIsHeardAndAnswered(t *testing.T) {
	r := run(t)
	conn, err := net.Dial("udp", r.link.Spec().Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	beat, err := mavlink.NewEncoder(7, 1).Encode(nil, &common.MessageHeartbeat{Type: common.MAV_TYPE_QUADROTOR, Autopilot: common.MAV_AUTOPILOT_PX4,
		BaseMode: 0x1d, CustomMode: 0x03040000, SystemStatus: common.MAV_STATE_STANDBY, MavlinkVersion: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(beat); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	heard := false
	for buffer := make([]byte, 2048); !heard; {
		n, err := conn.Read(buffer)
		if err != nil {
			t.Fatalf("no heartbeat of the station: %v", err)
		}
		mavlink.NewDecoder().Split(buffer[:n], func(f mavlink.Frame) {
			heard = heard || f.System == StationSystem && f.Component == StationComponent && f.ID == 0
		})
	}
	if v := r.await(t, "V01", func(v fleet.Vehicle) bool { return v.Link == fleet.LinkOnline }); v.Mode != fleet.ModeHold {
		t.Errorf("the Board shows %+v", v)
	}
}

// await waits until the Board shows a vehicle as wanted.
func (r *running) await(t *testing.T, id string, ok func(fleet.Vehicle) bool) (found fleet.Vehicle) {
	t.Helper()
	late := time.After(patience)
	for version := uint64(0); ; {
		entries, now, changed := r.board.Since(version)
		version = now
		for _, e := range entries {
			if v, is := e.Value.(*fleet.Vehicle); is && e.ID == id {
				if found = *v; ok(found) {
					return found
				}
			}
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("the Board shows %+v", found)
		}
	}
}

// What was answered is in the file, also when the station ends in the next instant.
func TestWhatWasAnsweredIsInTheFile(t *testing.T) {
	r := run(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	value, problem := r.Do(ctx, "lin", mission.CreateIncident{Title: "smoke", Priority: 2, Place: geo.LatLon{Lat: 32.5, Lon: 120.4}})
	if problem != nil {
		t.Fatal(problem.Message)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(r.path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	st, err := db.Load()
	if err != nil || len(st.Incidents) != 1 || st.Incidents[0].ID != value.(mission.Incident).ID {
		t.Errorf("the file has %+v, %v", st.Incidents, err)
	}
}

// More requests than the queue holds are refused at once, and those who go away are told what they cannot know.
func TestAFullQueueRefuses(t *testing.T) {
	core := NewCore(Config{Registry: registry, Session: mavlink.DefaultConfig(), Limits: hangar.DefaultLimits()}, mission.State{}, time.Now())
	s := New(core, nil, fleet.NewBoard(), nil, slog.New(slog.DiscardHandler)) // nobody runs it
	gone, leave := context.WithCancel(t.Context())
	leave()
	for i := range maxAsks {
		if _, problem := s.Do(gone, "lin", mission.HoldAll{}); problem == nil || problem.Code != "no-answer" {
			t.Fatalf("request %d: %v", i, problem)
		}
	}
	if _, problem := s.Do(t.Context(), "lin", mission.HoldAll{}); problem == nil || problem.Code != "busy" {
		t.Errorf("one too many: %v", problem)
	}
}
