package simulator

import (
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
)

// identifiedCity is smallCity whose vehicles carry transmitters.
func identifiedCity() Config {
	cfg := smallCity()
	for i := range cfg.Vehicle {
		cfg.Vehicle[i].RemoteID = true
	}
	return cfg
}

// names tells a transmitter all it must know, but for what skip says.
func (s *station) names(sys uint32, component uint8, skip string) {
	since2019 := uint32(s.w.Now().Sub(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)) / time.Second)
	to := uint8(sys)
	if skip != "basic_id" {
		s.send(sys, &common.MessageOpenDroneIdBasicId{TargetSystem: to, TargetComponent: component, IdType: 2, UasId: [20]uint8{'A'}})
	}
	if skip != "operator_id" {
		s.send(sys, &common.MessageOpenDroneIdOperatorId{TargetSystem: to, TargetComponent: component, OperatorId: "B"})
	}
	if skip != "system" {
		s.send(sys, &common.MessageOpenDroneIdSystem{TargetSystem: to, TargetComponent: component, OperatorLatitude: 1, Timestamp: since2019})
	}
}

func TestATransmitterIsGoodToArmWhenItKnowsWhoFlies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sys       uint32
		component uint8
		skip      string
		deaf      bool // to the station's heartbeat
		want      string
	}{
		"all of it, to all components":  {3, 0, "", false, ""},
		"all of it, to the transmitter": {3, 236, "", false, ""},
		"all of it, to another":         {3, 237, "", false, "missing basic_id, operator_id, system"},
		"of nobody who is known":        {3, 0, "", true, "missing basic_id, operator_id, system"},
		"without the vehicle":           {3, 0, "basic_id", false, "missing basic_id"},
		"without the operator":          {3, 0, "operator_id", false, "missing operator_id"},
		"without a place":               {3, 0, "system", false, "missing system"},
		"under a closed lid":            {1, 0, "", false, "missing position"},
	} {
		s := newStation(t, identifiedCity())
		s.beat = !c.deaf
		s.run(6 * time.Second)
		s.names(c.sys, c.component, c.skip)
		s.forget()
		s.run(1500 * time.Millisecond)
		m, ok := last[*common.MessageOpenDroneIdArmStatus](s, c.sys)
		good := common.MAV_ODID_ARM_STATUS_PRE_ARM_FAIL_GENERIC
		if c.want == "" {
			good = common.MAV_ODID_ARM_STATUS_GOOD_TO_ARM
		}
		if !ok || m.Error != c.want || m.Status != good {
			t.Errorf("%s: %v %+v", name, ok, m)
		}
	}
}

func TestATransmitterForgetsWhatItIsNotToldAgain(t *testing.T) {
	t.Parallel()
	s := newStation(t, identifiedCity())
	s.run(6 * time.Second)
	status := func() string {
		s.forget()
		s.run(1200 * time.Millisecond)
		m, ok := last[*common.MessageOpenDroneIdArmStatus](s, 3)
		if !ok {
			return "silent"
		}
		return m.Error
	}
	s.names(3, 0, "")
	if got := status(); got != "" {
		t.Errorf("told: %q", got)
	}
	s.run(5 * time.Second)
	if got := status(); got != "missing system" {
		t.Errorf("6 s later: %q", got)
	}
	s.run(5 * time.Second)
	if got := status(); got != "missing basic_id, operator_id, system" {
		t.Errorf("12 s later: %q", got)
	}
	s.names(3, 0, "")
	old := uint32(s.w.Now().Sub(time.Date(2019, 1, 1, 0, 0, 10, 0, time.UTC)) / time.Second)
	s.run(6 * time.Second)
	s.names(3, 0, "system")
	s.send(3, &common.MessageOpenDroneIdSystem{TargetSystem: 3, OperatorLatitude: 1, Timestamp: old})
	if got := status(); got != "missing system" {
		t.Errorf("told a time of long ago: %q", got)
	}
	inject := func(f Fault) {
		t.Helper()
		f.Kind, f.Vehicle = "remote-id-fail", "V03"
		if err := s.w.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		f          Fault
		said, real string
	}{
		{Fault{}, "transmitter fault", "transmitter fault"},
		{Fault{Text: strings.Repeat("x", 50)}, strings.Repeat("x", 50), strings.Repeat("x", 50)},
		{Fault{How: "silent"}, "silent", "silent"},
		{Fault{Clear: true}, "", goodToArm},
	} {
		s.names(3, 0, "")
		if c.f.Clear {
			inject(c.f)
			s.names(3, 0, "") // one that is silent is deaf too
		} else {
			inject(c.f)
		}
		if got := status(); got != c.said || s.w.Truth().Vehicles[2].RemoteID != c.real {
			t.Errorf("%+v: says %q, is %q", c.f, got, s.w.Truth().Vehicles[2].RemoteID)
		}
	}
	for _, f := range []Fault{{How: "loud"}, {Text: strings.Repeat("x", 51)}, {Vehicle: "V09"}} {
		f.Kind = "remote-id-fail"
		if f.Vehicle == "" {
			f.Vehicle = "V03"
		}
		if s.w.Inject(f) == nil {
			t.Errorf("%+v is taken", f)
		}
	}
	plain := newStation(t, smallCity())
	if plain.w.Inject(Fault{Kind: "remote-id-fail", Vehicle: "V03"}) == nil || plain.w.Truth().Vehicles[2].RemoteID != "" {
		t.Error("a vehicle without a transmitter has one that fails")
	}
}
