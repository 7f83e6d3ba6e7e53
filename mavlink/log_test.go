package mavlink

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/ftp"
)

// logs is the last list that was told.
func (w *world) logs() (out []fleet.FlightLog) {
	for _, e := range w.events {
		if l, ok := e.(fleet.LogsListed); ok {
			out = l.Logs
		}
	}
	return out
}

func TestLogsAreListedByFTPWhereItIsOffered(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		w.v.offers = common.MAV_PROTOCOL_CAPABILITY_FTP
		one, two := fileBytes(20_000), fileBytes(30_000)
		serveFiles(w.v, map[string][]byte{"log/2026-04-30/23_59_00.ulg": one, "log/2026-05-01/08_00_00.ulg": two, "log/2026-05-01/notes.txt": one,
			"log/2026-04-01/08_00_00.ulg": one, "log/2026-04-02/08_00_00.ulg": one, "log/sess001/log001.ulg": two})
		serveLogs(w.v, 0, one)
		w.settle()
		done(t, w.do(fleet.ListLogs{}))
		want := []fleet.FlightLog{
			{Path: "log/sess001/log001.ulg", Size: 30_000},
			{Path: "log/2026-05-01/08_00_00.ulg", Size: 30_000, At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)},
			{Path: "log/2026-04-30/23_59_00.ulg", Size: 20_000, At: time.Date(2026, 4, 30, 23, 59, 0, 0, time.UTC)},
		}
		if got := w.logs(); !slices.Equal(got, want) {
			t.Fatalf("%+v", got)
		}
		id := w.want(fleet.FetchLog{Log: want[1], Verify: true})
		done(t, w.final(id))
		if data, _, read := w.parts(id, 0); !bytes.Equal(data, two) || !read.Verified {
			t.Fatalf("%d octets, %+v", len(data), read)
		}
	})
}

func TestLogsAreFetchedByTheLogProtocolWhereFTPIsNot(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		one, two := fileBytes(700), fileBytes(100_000)
		serveLogs(w.v, 1, one, two) // as ArduPilot numbers them
		w.settle()
		done(t, w.do(fleet.ListLogs{}))
		want := []fleet.FlightLog{{ID: 1, Size: 700, At: worldStart.Add(time.Second)}, {ID: 2, Size: 100_000, At: worldStart.Add(2 * time.Second)}}
		if got := w.logs(); !slices.Equal(got, want) {
			t.Fatalf("%+v", got)
		}
		id := w.want(fleet.FetchLog{Log: want[1]})
		if !w.run(5*time.Minute, func() bool { d, _, _ := w.parts(id, 0); return len(d) > 40_000 }) {
			t.Fatal("nothing comes")
		}
		home := w.want(fleet.SetHome{Home: fakeHome})
		if r := w.final(id); r.Code != "yielded" {
			t.Fatalf("%+v", r)
		}
		done(t, w.final(home))
		got, sum, _ := w.parts(id, 0)
		rest := w.want(fleet.FetchLog{Log: want[1], From: int64(len(got)), Sum: sum})
		done(t, w.final(rest))
		more, _, read := w.parts(rest, int64(len(got)))
		if !bytes.Equal(append(got, more...), two) || read.Sum != ftp.Sum(0, two) || read.Verified {
			t.Fatalf("%d and %d octets, %+v", len(got), len(more), read)
		}
	})
}

// A vehicle that offers FTP and has no logs there is asked by the log protocol.
func TestLogsElsewhere(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	w.v.offers = common.MAV_PROTOCOL_CAPABILITY_FTP
	serveFiles(w.v, map[string][]byte{"etc/x": nil})
	serveLogs(w.v, 0, fileBytes(10))
	w.settle()
	done(t, w.do(fleet.ListLogs{}))
	if got := w.logs(); len(got) != 1 || got[0].Path != "" || got[0].Size != 10 {
		t.Fatalf("%+v", got)
	}
	if r := w.do(fleet.FetchLog{Log: got0(w), Most: 9}); r.Code != "too-large" {
		t.Errorf("%+v", r)
	}
	if r := w.do(fleet.FetchLog{Log: fleet.FlightLog{ID: 0, Size: 500}}); r.Code != "no-answer" && r.Code != "file-changed" {
		t.Errorf("%+v", r)
	}
	w.v.beside = func(m message.Message) bool { return m.GetID() == 110 || m.GetID() == 117 }
	if r := w.do(fleet.ListLogs{}); r.Code != "no-answer" {
		t.Errorf("%+v", r)
	}
}

func got0(w *world) fleet.FlightLog { return w.logs()[0] }

func TestGuardOfTheLogProtocol(t *testing.T) {
	g := guard{system: 7}
	for _, c := range []struct {
		m  message.Message
		ok bool
	}{
		{&common.MessageLogRequestList{TargetSystem: 7, TargetComponent: 1, End: 0xFFFF}, true},
		{&common.MessageLogRequestList{TargetSystem: 7, TargetComponent: 1, Start: 3, End: 2}, false},
		{&common.MessageLogRequestList{TargetComponent: 1, End: 0xFFFF}, false},
		{&common.MessageLogRequestData{TargetSystem: 7, TargetComponent: 1, Count: 90}, true},
		{&common.MessageLogRequestData{TargetSystem: 7, TargetComponent: 1}, false},
		{&common.MessageLogRequestData{TargetSystem: 7, TargetComponent: 1, Count: 1 << 30}, false},
		{&common.MessageLogRequestData{TargetSystem: 8, TargetComponent: 1, Count: 90}, false},
		{&common.MessageLogRequestEnd{TargetSystem: 7, TargetComponent: 1}, true},
		{&common.MessageLogRequestEnd{TargetSystem: 7, TargetComponent: 0}, false},
		{&common.MessageLogErase{TargetSystem: 7, TargetComponent: 1}, false},
	} {
		if err := g.check(c.m, nil); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.m, err)
		}
	}
}
