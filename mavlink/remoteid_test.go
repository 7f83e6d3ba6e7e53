package mavlink

import (
	"math"
	"slices"
	"testing"
	"time"
	"unicode"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/minimal"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"pgregory.net/rapid"

	"groundstation/fleet"
)

// identified is a world whose vehicle has this rule and an id, and whose Desk has told who operates it.
func identified(t *testing.T, seed uint64, r radio, rule fleet.RemoteIDRule) *world {
	w := newWorld(t, seed, r)
	spec := worldSpec
	spec.RemoteID, spec.UASID = rule, "UAS-07"
	w.s = NewSession(spec, DefaultConfig())
	w.step(IdentityIn(worldIdentity()))
	return w
}

func worldIdentity() fleet.Identity {
	return fleet.Identity{OperatorID: "CHN-OP-1", Purpose: "PATROL", Operator: fakeHome.LatLon, EllipsoidM: 14, HeightKnown: true}
}

// hears gives the session one frame of a component, of this vehicle or another.
func (w *world) hears(e *Encoder, m message.Message) {
	w.t.Helper()
	b, err := e.Encode(nil, m)
	if err != nil {
		w.t.Fatal(err)
	}
	w.dnD.Split(b, func(f Frame) { w.step(&FrameIn{Frame: f, Source: worldAddr}) })
}

// transmitter is how it is told to stand; empty: none was heard.
func (w *world) transmitter() fleet.RemoteIDState {
	if w.s.told.RemoteID == nil {
		return ""
	}
	return w.s.told.RemoteID.State
}

func (w *world) remoteIs(want fleet.RemoteIDState) func() bool {
	return func() bool { return w.transmitter() == want }
}

func TestATransmitterIsKnownByItsIDAndItsHeartbeat(t *testing.T) {
	odid := &common.MessageHeartbeat{Type: minimal.MAV_TYPE_ODID, Autopilot: minimal.MAV_AUTOPILOT_INVALID, MavlinkVersion: 3}
	camera := &common.MessageHeartbeat{Type: minimal.MAV_TYPE_CAMERA, Autopilot: minimal.MAV_AUTOPILOT_INVALID, MavlinkVersion: 3}
	good := &common.MessageOpenDroneIdArmStatus{}
	bad := &common.MessageOpenDroneIdArmStatus{Status: common.MAV_ODID_ARM_STATUS_PRE_ARM_FAIL_GENERIC, Error: "missing basic_id\x07 message "}
	other := &common.MessageOpenDroneIdArmStatus{Status: 7}
	for name, c := range map[string]struct {
		system, component uint8
		m                 message.Message
		state             fleet.RemoteIDState
		text              string
	}{
		"the first transmitter":           {7, 236, odid, fleet.RemoteIDPresent, ""},
		"the third transmitter":           {7, 238, odid, fleet.RemoteIDPresent, ""},
		"a component before them":         {7, 235, odid, "", ""},
		"a component after them":          {7, 239, good, "", ""},
		"another kind of component":       {7, 236, camera, "", ""},
		"good to arm":                     {7, 237, good, fleet.RemoteIDReady, ""},
		"good to arm, by the autopilot":   {7, 1, good, fleet.RemoteIDReady, ""},
		"not good to arm":                 {7, 236, bad, fleet.RemoteIDFailing, "missing basic_id message"},
		"not good, by the autopilot":      {7, 1, bad, fleet.RemoteIDFailing, "missing basic_id message"},
		"a status of no sense":            {7, 236, other, fleet.RemoteIDFailing, ""},
		"another system":                  {8, 236, good, "", ""},
		"another system's autopilot":      {8, 1, good, "", ""},
		"another system that is not good": {8, 236, bad, "", ""},
	} {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		e := testEncoder(c.system, c.component)
		e.seq = 200
		w.hears(e, c.m)
		if got := w.transmitter(); got != c.state {
			t.Errorf("%s: %q, want %q", name, got, c.state)
		} else if r := w.s.told.RemoteID; r != nil && (r.Text != c.text || r.Component != c.component || !r.At.Equal(w.now)) {
			t.Errorf("%s: %+v", name, *r)
		}
		w.run(6*time.Second, nil)
		if r := w.s.told.RemoteID; r != nil && (r.State != fleet.RemoteIDSilent || r.Text != "") {
			t.Errorf("%s, 6 s later: %+v", name, *r)
		}
	}
}

func TestATransmitterThatIsNotLookedAt(t *testing.T) {
	w := identified(t, 1, goodRadio, fleet.RemoteIDNone)
	newFakeTransmitter(w, 236)
	w.settle()
	w.run(10*time.Second, nil)
	if w.s.told.RemoteID != nil || leftOf[*common.MessageOpenDroneIdSystem](w) != 0 {
		t.Errorf("shown as %+v, told %d times", w.s.told.RemoteID, leftOf[*common.MessageOpenDroneIdSystem](w))
	}
}

// leftOf counts the messages of one kind that have left.
func leftOf[M message.Message](w *world) (n int) {
	for _, m := range w.frames {
		if _, ok := m.(M); ok {
			n++
		}
	}
	return n
}

func TestATransmitterIsToldWhoFlies(t *testing.T) {
	w := identified(t, 1, goodRadio, fleet.RemoteIDShown)
	x := newFakeTransmitter(w, 236)
	x.off = true
	w.settle()
	w.run(10*time.Second, nil)
	if n := leftOf[*common.MessageOpenDroneIdSystem](w); n != 0 {
		t.Fatalf("told %d times, to nobody", n)
	}
	x.off = false
	if !w.run(6*time.Second, w.remoteIs(fleet.RemoteIDReady)) {
		t.Fatalf("after 6 s: %+v", w.s.told.RemoteID)
	}
	w.frames = nil
	w.run(24*time.Second, nil)
	if s, b, o, d := leftOf[*common.MessageOpenDroneIdSystem](w), leftOf[*common.MessageOpenDroneIdBasicId](w), leftOf[*common.MessageOpenDroneIdOperatorId](w),
		leftOf[*common.MessageOpenDroneIdSelfId](w); s < 24 || s > 31 || b < 8 || o < 8 || d < 8 || b+o+d > 31 {
		t.Errorf("in 24 s: SYSTEM %d, BASIC_ID %d, OPERATOR_ID %d, SELF_ID %d", s, b, o, d)
	}
	wantBasic := &common.MessageOpenDroneIdBasicId{TargetSystem: 7, IdType: common.MAV_ODID_ID_TYPE_CAA_REGISTRATION_ID, UaType: common.MAV_ODID_UA_TYPE_HELICOPTER_OR_MULTIROTOR}
	copy(wantBasic.UasId[:], "UAS-07")
	said := *x.system
	if age := w.now.Unix() - 1546300800 - int64(said.Timestamp); age < 0 || age > 1 {
		t.Errorf("the time told is %d s old", age)
	}
	said.Timestamp = 0
	if *x.basic != *wantBasic || *x.owner != (common.MessageOpenDroneIdOperatorId{TargetSystem: 7, OperatorId: "CHN-OP-1"}) ||
		*x.self != (common.MessageOpenDroneIdSelfId{TargetSystem: 7, Description: "PATROL"}) ||
		said != (common.MessageOpenDroneIdSystem{TargetSystem: 7, OperatorLatitude: toE7(fakeHome.Lat), OperatorLongitude: toE7(fakeHome.Lon),
			AreaCount: 1, AreaCeiling: -1000, AreaFloor: -1000, OperatorAltitudeGeo: 14}) {
		t.Errorf("told %+v, %+v, %+v, %+v", *x.basic, *x.owner, *x.self, said)
	}
	id := worldIdentity()
	id.Purpose, id.Emergency, id.Fixed, id.HeightKnown = "EMERGENCY LANDING", true, true, false
	w.step(IdentityIn(id))
	w.run(3*time.Second, nil)
	if *x.self != (common.MessageOpenDroneIdSelfId{TargetSystem: 7, DescriptionType: common.MAV_ODID_DESC_TYPE_EMERGENCY, Description: "EMERGENCY LANDING"}) ||
		x.system.OperatorLocationType != common.MAV_ODID_OPERATOR_LOCATION_TYPE_FIXED || x.system.OperatorAltitudeGeo != -1000 {
		t.Errorf("in distress: told %+v, %+v", *x.self, *x.system)
	}
}

func TestOnlyWhatIsKnownIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		uas, operator          string
		kind                   fleet.UASIDKind
		class                  fleet.Class
		rule                   fleet.RemoteIDRule
		basics, owners, places bool
	}{
		"nothing":                   {class: fleet.DockQuad, rule: fleet.RemoteIDRequired},
		"the operator":              {operator: "OP", class: fleet.DockQuad, owners: true, places: true},
		"the vehicle":               {uas: "1581F", kind: fleet.UASSerial, class: fleet.LongVTOL, basics: true, places: true},
		"both, an operator abroad":  {uas: "1581F", operator: "操作者", class: fleet.Tethered, basics: true, places: true},
		"both, required, no sender": {uas: "A", operator: "OP", class: fleet.CrewQuad, rule: fleet.RemoteIDRequired, basics: true, owners: true, places: true},
	} {
		w := newWorld(t, 1, goodRadio)
		w.s = NewSession(fleet.VehicleSpec{ID: "V07", SystemID: 7, Class: c.class, RemoteID: c.rule, UASID: c.uas, UASIDKind: c.kind}, DefaultConfig())
		x := newFakeTransmitter(w, 238)
		x.off = c.rule == fleet.RemoteIDRequired
		id := worldIdentity()
		id.OperatorID = c.operator
		w.step(IdentityIn(id))
		w.settle()
		w.run(10*time.Second, nil)
		basics, owners, places := leftOf[*common.MessageOpenDroneIdBasicId](w), leftOf[*common.MessageOpenDroneIdOperatorId](w), leftOf[*common.MessageOpenDroneIdSystem](w)
		if (basics > 0) != c.basics || (owners > 0) != c.owners || (places > 0) != c.places {
			t.Errorf("%s: BASIC_ID %d, OPERATOR_ID %d, SYSTEM %d", name, basics, owners, places)
		}
		if !c.basics {
			continue
		}
		kinds := map[fleet.UASIDKind]common.MAV_ODID_ID_TYPE{"": 2, fleet.UASSerial: 1}
		types := map[fleet.Class]common.MAV_ODID_UA_TYPE{fleet.LongVTOL: 4, fleet.Tethered: 13, fleet.CrewQuad: 2}
		if x.basic.IdType != kinds[c.kind] || x.basic.UaType != types[c.class] {
			t.Errorf("%s: %+v", name, *x.basic)
		}
	}
}

func TestNothingIsToldOfATransmitterByADeadDeskOrALostLink(t *testing.T) {
	w := identified(t, 1, goodRadio, fleet.RemoteIDRequired)
	newFakeTransmitter(w, 236)
	w.settle()
	if !w.run(6*time.Second, w.remoteIs(fleet.RemoteIDReady)) {
		t.Fatalf("after 6 s: %+v", w.s.told.RemoteID)
	}
	w.noRenew = true
	w.run(5*time.Second, nil)
	w.frames = nil
	w.run(10*time.Second, nil)
	if n := leftOf[*common.MessageOpenDroneIdSystem](w); n != 0 {
		t.Errorf("told %d times by a station whose Desk is dead", n)
	}
	if got := w.transmitter(); got != fleet.RemoteIDFailing {
		t.Errorf("the transmitter is told nothing, and is %q", got)
	}
	w.noRenew = false
	w.run(6*time.Second, nil)
	w.radio.cutDn = true
	w.run(w.s.cfg.Stale+time.Second, nil)
	w.frames = nil
	w.run(10*time.Second, nil)
	if n := leftOf[*common.MessageOpenDroneIdSystem](w); n != 0 {
		t.Errorf("told %d times without hearing the vehicle", n)
	}
}

// One second is the pace of the status: what is lost, comes twice or late must not make a transmitter that is ready silent
// for long, nor set a state back.
func TestStatusesThatAreLostOrLate(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		w := identified(t, seed, badRadio, fleet.RemoteIDRequired)
		x := newFakeTransmitter(w, 236)
		w.settle()
		if !w.run(30*time.Second, w.remoteIs(fleet.RemoteIDReady)) {
			t.Fatalf("seed %d: after 30 s: %+v", seed, w.s.told.RemoteID)
		}
		silent := 0
		for range 600 {
			w.run(time.Second, nil)
			if w.transmitter() == fleet.RemoteIDSilent {
				silent++
			}
		}
		if silent > 18 {
			t.Errorf("seed %d: silent for %d of 600 s", seed, silent)
		}
		x.broken = "radio"
		if !w.run(10*time.Second, w.remoteIs(fleet.RemoteIDFailing)) {
			t.Errorf("seed %d: broken, and after 10 s %+v", seed, w.s.told.RemoteID)
		}
	}
	w := newWorld(t, 1, goodRadio)
	w.settle()
	e := testEncoder(7, 236)
	old, _ := e.Encode(nil, &common.MessageOpenDroneIdArmStatus{})
	w.hears(e, &common.MessageOpenDroneIdArmStatus{Status: 1, Error: "radio"})
	w.dnD.Split(old, func(f Frame) { w.step(&FrameIn{Frame: f, Source: worldAddr}) })
	if r := w.s.told.RemoteID; r == nil || r.State != fleet.RemoteIDFailing {
		t.Errorf("a status that came late set it back: %+v", r)
	}
}

func TestTheWorstOfSeveralTransmittersCounts(t *testing.T) {
	w := identified(t, 1, goodRadio, fleet.RemoteIDRequired)
	a, b := newFakeTransmitter(w, 236), newFakeTransmitter(w, 238)
	w.settle()
	for _, c := range []struct {
		name   string
		change func()
		state  fleet.RemoteIDState
		by     uint8
	}{
		{"both are well", func() {}, fleet.RemoteIDReady, 236},
		{"the second says nothing of its state", func() { b.mute = true }, fleet.RemoteIDSilent, 238},
		{"and the first is broken", func() { a.broken = "antenna" }, fleet.RemoteIDFailing, 236},
		{"the first is switched off", func() { a.off, b.mute = true, false }, fleet.RemoteIDSilent, 236},
		{"both are well again", func() { a.off, a.broken = false, "" }, fleet.RemoteIDReady, 236},
	} {
		c.change()
		w.run(8*time.Second, nil)
		if r := w.s.told.RemoteID; r == nil || r.State != c.state || r.Component != c.by {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
	a.off = true
	w.run(8*time.Second, nil)
	w.v.boot = w.now // the autopilot starts anew: what is not there is waited for no more
	w.run(8*time.Second, nil)
	if r := w.s.told.RemoteID; r == nil || r.State != fleet.RemoteIDReady || r.Component != 238 {
		t.Errorf("after a reboot: %+v", r)
	}
}

func TestALaunchIsRefusedWithoutIdentification(t *testing.T) {
	for name, c := range map[string]struct {
		rule    fleet.RemoteIDRule
		prepare func(*fakeTransmitter)
		code    string
	}{
		"required, and no transmitter": {fleet.RemoteIDRequired, func(x *fakeTransmitter) { x.off = true }, "remote-id"},
		"required, and silent":         {fleet.RemoteIDRequired, func(x *fakeTransmitter) { x.mute = true }, "remote-id"},
		"required, and broken":         {fleet.RemoteIDRequired, func(x *fakeTransmitter) { x.broken = "antenna" }, "remote-id"},
		"required, and ready":          {fleet.RemoteIDRequired, func(*fakeTransmitter) {}, ""},
		"shown, and broken":            {fleet.RemoteIDShown, func(x *fakeTransmitter) { x.broken = "antenna" }, ""},
		"not asked for":                {"", func(x *fakeTransmitter) { x.off = true }, ""},
	} {
		w := identified(t, 1, goodRadio, c.rule)
		x := newFakeTransmitter(w, 236)
		c.prepare(x)
		w.settle()
		w.run(8*time.Second, nil)
		if r := w.do(worldPlan()); r.Stage != fleet.StageDone {
			t.Fatalf("%s: %+v", name, r)
		}
		r := w.do(worldLaunch())
		switch {
		case c.code == "" && r.Stage != fleet.StageDone:
			t.Errorf("%s: %+v", name, r)
		case c.code != "" && (r.Stage != fleet.StageFailed && r.Stage != fleet.StageRefused || r.Code != c.code || w.v.arms != 0):
			t.Errorf("%s: %+v, armed %d times", name, r, w.v.arms)
		}
	}
}

// TestWhatATransmitterSaysIsShownAsPlainText: whatever fills the error, what is shown is short, and printable.
func TestWhatATransmitterSaysIsShownAsPlainText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, 1, goodRadio)
		w.settle()
		var raw [payloadMax]byte
		raw[0] = 1
		copy(raw[1:51], rapid.SliceOfN(rapid.Byte(), 50, 50).Draw(rt, "error"))
		component := rapid.SampledFrom([]uint8{1, 236}).Draw(rt, "component")
		kind := stationKinds.kind(12918)
		m, err := kind.rw.Read(&message.MessageRaw{ID: 12918, Payload: raw[:51]}, true)
		if err != nil {
			rt.Fatal(err)
		}
		w.step(&FrameIn{Frame: Frame{System: 7, Component: component, Seq: 200, V2: true, ID: 12918, Checked: true, Message: m}, Source: worldAddr})
		r := w.s.v.RemoteID
		if r == nil || r.State != fleet.RemoteIDFailing || len(r.Text) > 50 {
			rt.Fatalf("%+v", r)
		}
		for _, c := range r.Text {
			if c == unicode.ReplacementChar || !unicode.IsPrint(c) {
				rt.Fatalf("%q holds %U", r.Text, c)
			}
		}
	})
}

func TestTheOwnIdentityIsNoTraffic(t *testing.T) {
	w := identified(t, 1, goodRadio, fleet.RemoteIDRequired)
	w.settle()
	own := &common.MessageOpenDroneIdLocation{Latitude: toE7(fakeHome.Lat), Longitude: toE7(fakeHome.Lon), AltitudeGeodetic: 80}
	for _, component := range []uint8{1, 236, 237, 238} {
		e := testEncoder(7, component)
		e.seq = 200
		w.hears(e, wantOwn())
		w.hears(e, own)
	}
	if slices.ContainsFunc(w.events, func(e fleet.Event) bool { _, seen := e.(fleet.ContactSeen); return seen }) {
		t.Error("its own position is taken for another's")
	}
}

func wantOwn() *common.MessageOpenDroneIdBasicId {
	m := &common.MessageOpenDroneIdBasicId{IdType: 2}
	copy(m.UasId[:], "UAS-07")
	return m
}

// FuzzRemoteID gives a session whatever transmitters may say, in any order and at any time, and any identity to tell: what
// leaves has passed the guard, the deadline lies ahead, and what is shown is bounded. Four octets of a script are a step:
// what, by which component, how much time, where the content begins.
func FuzzRemoteID(f *testing.F) {
	f.Add([]byte{0, 236, 10, 0, 1, 236, 10, 0, 2, 0, 40, 3, 1, 1, 200, 2}, []byte("\x01missing basic_id message"), "CHN-OP-1", "PATROL", 32.5, 120.4, 14.0)
	f.Add([]byte{1, 238, 10, 0, 3, 0, 250, 0, 0, 237, 255, 9}, []byte("\x00"), "\x00", "\u202e", math.NaN(), math.Inf(1), -1e300)
	f.Fuzz(func(t *testing.T, script, content []byte, operator, purpose string, lat, lon, height float64) {
		kinds := stationKinds
		now := worldStart
		spec := worldSpec
		spec.RemoteID, spec.UASID = fleet.RemoteIDRequired, operator
		s := NewSession(spec, DefaultConfig())
		step := func(in Input) {
			for _, o := range s.Step(now, in) {
				if m, ok := o.(Transmit); ok {
					if why := (&wireJudge{env: worldEnvelope()}).object(m.Message); why != "" {
						t.Fatalf("%+v left: %s", m.Message, why)
					}
				}
			}
			if d := s.Deadline(); !d.IsZero() && d.Before(now) {
				t.Fatalf("the deadline lies %v back", now.Sub(d))
			}
		}
		seq := uint8(0)
		hear := func(component uint8, id uint32, m message.Message) {
			seq++
			step(&FrameIn{Frame: Frame{System: 7, Component: component, Seq: seq, V2: true, ID: id, Checked: true, Message: m}, Source: worldAddr})
		}
		hear(1, 0, px4Beat())
		for n := 0; len(script) >= 4 && n < 200; n++ {
			a := script[:4]
			script = script[4:]
			for range 4 { // as a shell would
				if d := s.Deadline(); !d.IsZero() && !d.After(now) {
					step(Tick{})
				}
			}
			now = now.Add(time.Duration(a[2]) * 20 * time.Millisecond)
			switch a[0] % 4 {
			case 2:
				step(Renew{Until: now.Add(3 * time.Second)})
				hear(1, 0, px4Beat())
				continue
			case 3:
				id := fleet.Identity{OperatorID: operator, Purpose: purpose, Emergency: a[1]&1 != 0, Fixed: a[1]&2 != 0, EllipsoidM: height, HeightKnown: a[1]&4 != 0}
				id.Operator.Lat, id.Operator.Lon = lat, lon
				step(IdentityIn(id))
				continue
			}
			id := []uint32{0, 12918}[a[0]%4]
			var p [payloadMax]byte
			copy(p[:], content[min(int(a[3]), len(content)):])
			if m, err := kinds.kind(id).rw.Read(&message.MessageRaw{ID: id, Payload: p[:]}, true); err == nil {
				hear(a[1], id, m)
			}
		}
		if n := len(s.remote.list); n > 4 {
			t.Fatalf("%d transmitters", n)
		}
		if r := s.v.RemoteID; r != nil && (len(r.Text) > 50 || r.Text != printable(r.Text)) {
			t.Fatalf("shown as %q", r.Text)
		}
	})
}
