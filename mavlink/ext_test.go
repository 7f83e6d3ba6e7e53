package mavlink

import (
	"slices"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
	"groundstation/mavlink/param"
)

// fakeCamera is a component with extended parameters; a mode takes it a while, and one value it will not take.
type fakeCamera struct {
	w      *world
	enc    *Encoder
	params []fleet.ExtParam
	sets   int
	worked map[string]bool
}

func newFakeCamera(w *world) *fakeCamera {
	c := &fakeCamera{w: w, enc: testEncoder(7, 100), worked: map[string]bool{}}
	c.params = []fleet.ExtParam{{Name: "CAM_EV", Type: fleet.ParamReal32, Value: "-0.5"}, {Name: "CAM_ISO", Type: fleet.ParamUint32, Value: "65536"},
		{Name: "CAM_MODE", Type: fleet.ParamUint32, Value: "1"}, {Name: "CAM_NAME", Type: 11, Value: "left eye"}, {Name: "CAM_TINT", Type: 8, Value: "-4294967296"}}
	w.v.beside = c.take
	return c
}

func (c *fakeCamera) send(m message.Message) {
	b, err := c.enc.Encode(nil, m)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.w.fly(b, false, nil)
}

func (c *fakeCamera) tell(i int) {
	p := c.params[i]
	raw, err := param.EncodeExt(p.Value, p.Type)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.send(&common.MessageParamExtValue{ParamId: p.Name, ParamValue: raw, ParamType: common.MAV_PARAM_EXT_TYPE(p.Type),
		ParamCount: uint16(len(c.params)), ParamIndex: uint16(i)})
}

func (c *fakeCamera) take(m message.Message) bool {
	switch m := m.(type) {
	case *common.MessageParamExtRequestList:
		for i := range c.params {
			c.tell(i)
		}
	case *common.MessageParamExtRequestRead:
		i := int(m.ParamIndex)
		if m.ParamId != "" {
			i = slices.IndexFunc(c.params, func(p fleet.ExtParam) bool { return p.Name == m.ParamId })
		}
		if i >= 0 && i < len(c.params) {
			c.tell(i)
		}
	case *common.MessageParamExtSet:
		c.sets++
		i := slices.IndexFunc(c.params, func(p fleet.ExtParam) bool { return p.Name == m.ParamId })
		got, ok := param.DecodeExt(m.ParamValue, fleet.ParamType(m.ParamType))
		ack := &common.MessageParamExtAck{ParamId: m.ParamId, ParamValue: m.ParamValue, ParamType: m.ParamType}
		switch {
		case i < 0 || !ok || got == "999":
			ack.ParamResult = common.PARAM_ACK_VALUE_UNSUPPORTED
		case m.ParamId == "CAM_MODE" && !c.worked[got]:
			c.worked[got] = true
			ack.ParamResult = common.PARAM_ACK_IN_PROGRESS
		default:
			c.params[i].Value = got
		}
		c.send(ack)
	default:
		return false
	}
	return true
}

func TestExtendedParameters(t *testing.T) {
	overRadios(t, func(t *testing.T, w *world) {
		c := newFakeCamera(w)
		w.settle()
		done(t, w.do(fleet.ReadExtended{Component: 100}))
		var l fleet.ExtParamList
		for _, e := range w.events {
			if r, ok := e.(fleet.ExtParamsRead); ok {
				l = r.List
			}
		}
		if !slices.Equal(l.Params, c.params) || l.Component != 100 || l.Vehicle != "V07" {
			t.Fatalf("%+v", l)
		}
		for name, v := range map[string]string{"CAM_EV": "1.25", "CAM_ISO": "256", "CAM_MODE": "2", "CAM_NAME": "right eye", "CAM_TINT": "7"} {
			done(t, w.do(fleet.SetExtended{Component: 100, Name: name, Value: v}))
			if i := slices.IndexFunc(c.params, func(p fleet.ExtParam) bool { return p.Name == name }); c.params[i].Value != v {
				t.Fatalf("%+v", c.params[i])
			}
		}
	})
}

func TestExtendedParametersThatAreRefused(t *testing.T) {
	w := newWorld(t, 1, goodRadio)
	c := newFakeCamera(w)
	w.settle()
	for _, x := range []struct {
		act  fleet.SetExtended
		code string
	}{
		{fleet.SetExtended{Component: 100, Name: "CAM_ISO", Value: "999"}, "denied"},
		{fleet.SetExtended{Component: 100, Name: "CAM_ISO", Value: "-1"}, "denied"},
		{fleet.SetExtended{Component: 100, Name: "CAM_EV", Value: "NaN"}, "denied"},
		{fleet.SetExtended{Component: 100, Name: "CAM_NAME", Value: "a\nb"}, "denied"},
		{fleet.SetExtended{Component: 100, Name: "NONE", Value: "1"}, "unknown-parameter"},
		{fleet.SetExtended{Component: 100, Name: "../x", Value: "1"}, "unknown-parameter"},
		{fleet.SetExtended{Component: 1, Name: "CAM_ISO", Value: "1"}, "guard"},
		{fleet.SetExtended{Component: 0, Name: "CAM_ISO", Value: "1"}, "guard"},
	} {
		if r := w.do(x.act); r.Code != x.code {
			t.Errorf("%+v: %+v", x.act, r)
		}
	}
	if c.sets != 1 {
		t.Errorf("%d sets went out", c.sets)
	}
	w.v.beside = nil
	if r := w.do(fleet.ReadExtended{Component: 101}); r.Code != "no-answer" {
		t.Errorf("%+v", r)
	}
	w.run(time.Second, nil)
}
