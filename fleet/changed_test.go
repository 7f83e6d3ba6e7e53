package fleet

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// late is what of a state may be seen late. Whatever else it holds must be told at once: a new field is named here, or is
// compared by ChangedFrom. A name covers all beneath it.
var late = map[string]string{
	"vehicle": `ID HeardAt UplinkAt RTTMS JitterMS Claimed Paths Firmware Position PositionAt AltRelM VelNMS VelEMS VelDMS HeadingDeg
		RollDeg PitchDeg GPS.Sats GPS.HDOP GPS.HAccM GPS.VAccM GPS.At Battery HomeAt Mission.At Mission.FenceID Mission.RallyID
		Gimbal.PitchDeg Gimbal.YawDeg Gimbal.RollDeg Gimbal.At Safety.Drift Clock RemoteID.Text RemoteID.Component RemoteID.At
		Manual.Grant Manual.Sticks Manual.Seq Manual.SticksAt Manual.Reason Manual.RTTMs Checks LastText LastTextAt RxFrames
		RxLost RxHz`,
	"dock": `ID HeardAt UplinkAt RTTMS JitterMS Claimed Paths StateAt Step Percent LidPercent LidAt Env.InTempC Env.OutTempC
		Env.Humidity Env.WindMS Env.GustMS Env.WindDeg Env.RainMMH Env.At Power.UPSMinutes Power.PackPercent Power.PackTempC
		Power.PackCycles Power.Slots Power.Packs Power.At StationHeardS NoLaunch NoLanding RxFrames RxLost`,
}

func TestNothingOfAStateIsForgotten(t *testing.T) {
	var v Vehicle
	var d Dock
	forgetsNothing(t, "vehicle", &v, v.ChangedFrom)
	forgetsNothing(t, "dock", &d, d.ChangedFrom)
}

func forgetsNothing[T any](t *testing.T, kind string, now *T, changedFrom func(*T) bool) {
	fill(reflect.ValueOf(now).Elem())
	if told := *now; changedFrom(&told) {
		t.Fatalf("a %s differs from itself", kind)
	}
	named := strings.Fields(late[kind])
	used := map[string]bool{}
	for _, f := range leaves(reflect.TypeFor[T](), nil) {
		told := *now
		alter(reflect.ValueOf(&told).Elem(), f.index)
		may := ""
		for _, n := range named {
			if f.name == n || strings.HasPrefix(f.name, n+".") {
				may, used[n] = n, true
			}
		}
		switch changed := changedFrom(&told); {
		case !changed && may == "":
			t.Errorf("%s.%s may be seen late: compare it in ChangedFrom, or name it here", kind, f.name)
		case changed && may != "":
			t.Errorf("%s.%s is told at once, and named here as what may be seen late", kind, f.name)
		}
	}
	for _, n := range named {
		if !used[n] {
			t.Errorf("a %s has no %s", kind, n)
		}
	}
}

type leaf struct {
	name  string
	index []int
}

// leaves are the fields of a struct, through the structs it holds and points to; the pointer itself is one too.
func leaves(of reflect.Type, at []int) (all []leaf) {
	for i := range of.NumField() {
		f := of.Field(i)
		in, below := f.Type, f.Type
		if in.Kind() == reflect.Pointer {
			below = in.Elem()
		}
		index := append(at[:len(at):len(at)], i)
		opens := below.Kind() == reflect.Struct && below != reflect.TypeFor[time.Time]()
		if !opens || in != below {
			all = append(all, leaf{f.Name, index})
		}
		if opens {
			for _, l := range leaves(below, index) {
				if !f.Anonymous {
					l.name = f.Name + "." + l.name
				}
				all = append(all, l)
			}
		}
	}
	return all
}

// fill points every pointer at something that is not the zero value, and puts one of each into a list.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.String:
		v.SetString("is")
	}
}

// alter changes one field, and leaves what other values point to alone.
func alter(v reflect.Value, index []int) {
	f := v.Field(index[0])
	if len(index) > 1 {
		if f.Kind() == reflect.Pointer {
			anew := reflect.New(f.Type().Elem())
			anew.Elem().Set(f.Elem())
			f.Set(anew)
			f = anew.Elem()
		}
		alter(f, index[1:])
		return
	}
	switch {
	case f.Type() == reflect.TypeFor[time.Time]():
		f.Set(reflect.ValueOf(time.Unix(1, 0)))
	case f.Kind() == reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 2, 2))
	case f.Kind() == reflect.Pointer:
		f.SetZero()
	case f.Kind() == reflect.String:
		f.SetString("other")
	case f.Kind() == reflect.Bool:
		f.SetBool(true)
	case f.CanInt():
		f.SetInt(7)
	case f.CanUint():
		f.SetUint(7)
	case f.CanFloat():
		f.SetFloat(7)
	}
}

func TestCamerasDrawnAnewAreTold(t *testing.T) {
	told := Vehicle{Cameras: []Camera{{Model: "A"}}}
	now := told
	if now.ChangedFrom(&told) {
		t.Error("the same picture")
	}
	if now.Cameras = []Camera{{Model: "A"}}; !now.ChangedFrom(&told) {
		t.Error("a picture drawn anew")
	}
}
