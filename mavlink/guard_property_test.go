package mavlink

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"
	"pgregory.net/rapid"

	"groundstation/fleet"
	"groundstation/internal/geo"
)

// vehicleActs are the acts that a vehicle's session may be given, and some that are not for it.
var vehicleActs = []fleet.Act{
	fleet.VerifySafety{}, fleet.SetHome{}, fleet.UploadPlan{}, fleet.Launch{}, fleet.GoTo{}, fleet.Orbit{}, fleet.LookAt{}, fleet.Hold{},
	fleet.Continue{}, fleet.Return{}, fleet.LandAt{}, fleet.Land{}, fleet.Disarm{}, fleet.SetRally{}, fleet.ReadParameters{},
	fleet.SetParameters{}, fleet.ReadExtended{}, fleet.SetExtended{}, fleet.ListFiles{}, fleet.FetchFile{}, fleet.ListLogs{},
	fleet.FetchLog{}, fleet.FlyManual{}, fleet.Resume{}, fleet.VerifyPlan{}, fleet.StopReading{}, fleet.TakePhotos{}, fleet.StopPhotos{},
	fleet.Record{}, fleet.SetZoom{}, fleet.SetFocus{}, fleet.SetCameraMode{}, fleet.ShowSource{}, fleet.AimGimbal{}, fleet.JogGimbal{},
	fleet.FindWords{}, fleet.LookAway{}, fleet.ReleaseGimbal{}, fleet.Follow{}, fleet.Divert{}, fleet.PrepareLaunch{}, fleet.CloseAway{}, fleet.RotateKey{}, nil,
}

// often is true three times of four: an act of which every value is wild never gets far.
func often(t *rapid.T, label string) bool { return rapid.IntRange(0, 3).Draw(t, label+" tame") > 0 }

// wild draws any value of a type: numbers from around what is allowed, and from all there are.
func wild(t *rapid.T, v reflect.Value, label string) {
	switch v.Interface().(type) {
	case geo.LatLon:
		if often(t, label) {
			p := geo.Offset(fakeHome.LatLon, rapid.Float64Range(0, 360).Draw(t, label+" bearing"), rapid.Float64Range(0, 2500).Draw(t, label+" metres"))
			v.Set(reflect.ValueOf(p))
			return
		}
	case fleet.ItemKind:
		kinds := []fleet.ItemKind{fleet.ItemTakeoff, fleet.ItemWaypoint, fleet.ItemSpeed, fleet.ItemROI, fleet.ItemROINone, "", "landing"}
		v.SetString(string(rapid.SampledFrom(kinds).Draw(t, label)))
		return
	case time.Time:
		return
	}
	switch v.Kind() {
	case reflect.Float64:
		if often(t, label) {
			v.SetFloat(rapid.SampledFrom([]float64{0, 0.1, 1, 5, 10, 30, 50, 50, 60, 61, 119, 121}).Draw(t, label))
			return
		}
		v.SetFloat(rapid.OneOf(rapid.Float64(), rapid.Float64Range(-200, 200), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1),
			0, -0.1, 0.1, 9.99, 10, 50, 120, 120.01, 90, 90.0000001, 91, -91, 180, 181, 1e10, 2000, 3600, math.MaxFloat64})).Draw(t, label))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 300)).Draw(t, label) >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 300)).Draw(t, label) & (1<<v.Type().Bits() - 1))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.String:
		if often(t, label) {
			v.SetString(rapid.SampledFrom([]string{"NAV_DLL_ACT", "COM_DL_LOSS_T", "RTL_RETURN_ALT", "SYS_AUTOSTART"}).Draw(t, label))
			return
		}
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "NAV_DLL_ACT", "COM_DL_LOSS_T", "RTL_RETURN_ALT", "SYS_AUTOSTART",
			"_HASH_CHECK", "log", "../etc", "a\x00b", strings.Repeat("A", 17)})).Draw(t, label))
	case reflect.Struct:
		for i := range v.NumField() {
			wild(t, v.Field(i), label+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		n := rapid.OneOf(rapid.IntRange(0, 6), rapid.SampledFrom([]int{33, 65})).Draw(t, label+" length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			wild(t, v.Index(i), fmt.Sprint(label, i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range rapid.IntRange(0, 3).Draw(t, label+" length") {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			wild(t, key, fmt.Sprint(label, " key ", i))
			wild(t, value, fmt.Sprint(label, " value ", i))
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label+" there") {
			v.Set(reflect.New(v.Type().Elem()))
			wild(t, v.Elem(), label)
		}
	}
}

// wireJudge says what is wrong with a message that left, by rules of its own: it shares no line with the guard.
type wireJudge struct {
	env    fleet.Envelope
	manual bool // a pilot's grant has been given
	params bool // an engineer writes parameters
}

// ascii says whether s is some characters of printable ASCII.
func ascii(s string, most int) bool {
	return len(s) >= 1 && len(s) <= most && strings.IndexFunc(s, func(r rune) bool { return r < 32 || r > 126 }) < 0
}

func number[F float32 | float64](v F) bool { return v-v == 0 }

// inFence casts a ray to the east.
func (j *wireJudge) inFence(lat, lon float64) bool {
	in, f := false, j.env.Fence
	for i := range f {
		a, b := f[i], f[(i+1)%len(f)]
		if (a.Lat > lat) != (b.Lat > lat) && lon < (b.Lon-a.Lon)*(lat-a.Lat)/(b.Lat-a.Lat)+a.Lon {
			in = !in
		}
	}
	return in
}

// place judges a movement target.
func (j *wireJudge) place(x, y int32, z float32) string {
	lat, lon, alt := float64(x)/1e7, float64(y)/1e7, float64(z)
	switch {
	case !number(z) || lat < -90 || lat > 90 || lon < -180 || lon > 180:
		return "no place"
	case !j.inFence(lat, lon):
		return "outside the fence"
	case alt < j.env.FloorAMSL || alt > j.env.CeilingAMSL:
		return "outside its altitudes"
	}
	return ""
}

func (j *wireJudge) object(m message.Message) string {
	if v := reflect.ValueOf(m).Elem(); true {
		for _, name := range []string{"TargetSystem", "Target"} {
			if f := v.FieldByName(name); f.IsValid() && f.CanUint() && f.Uint() != 7 {
				return "to another system"
			}
		}
	}
	switch m := m.(type) {
	case *common.MessageHeartbeat:
		if m.Type != 6 || m.Autopilot != 8 {
			return "not a ground station's"
		}
	case *common.MessageGimbalManagerSetPitchyaw:
		for _, p := range []float32{m.Pitch, m.Yaw, m.PitchRate, m.YawRate} {
			if p == p && (p < -3.2 || p > 3.2) {
				return "an angle or a rate beyond a gimbal's"
			}
		}
	case *common.MessageCommandLong:
		if cameras := map[common.MAV_CMD]bool{511: true, 512: true, 530: true, 531: true, 532: true, 534: true, 1000: true, 1001: true,
			2000: true, 2001: true, 2500: true, 2501: true, 2502: true}; cameras[m.Command] {
			if m.Param1 > 1e6 || m.Param2 > 60e6 || m.Param3 > 1e5 {
				return "a number beyond any camera's"
			}
			return ""
		}
		if m.TargetComponent != 1 {
			return "beside the autopilot, which only cameras and gimbals are"
		}
		for _, p := range []float32{m.Param1, m.Param2, m.Param3, m.Param4, m.Param5, m.Param6, m.Param7} {
			if !number(p) {
				return "no number"
			}
		}
		switch m.Command {
		case 401:
		case 176:
			auto := m.Param2 == 4 && (m.Param3 == 3 || m.Param3 == 4 || m.Param3 == 5 || m.Param3 == 6 || m.Param3 == 9)
			if m.Param1 != 1 || !auto && !(j.manual && m.Param2 == 3 && m.Param3 == 0) {
				return "a mode that nobody may order"
			}
		case 400:
			if m.Param1 != 0 && m.Param1 != 1 || m.Param2 != 0 {
				return "by force"
			}
		default:
			return "a command that is not on the list"
		}
	case *common.MessageCommandInt:
		for _, p := range []float32{m.Param1, m.Param2, m.Param3} {
			if !number(p) {
				return "no number"
			}
		}
		if m.Frame != 0 {
			return "not AMSL"
		}
		switch m.Command {
		case 192:
			if m.Param1 != -1 && (m.Param1 < 0.09 || m.Param1 > 61) || math.IsInf(float64(m.Param4), 0) {
				return "a speed or heading that is none"
			}
			if m.X == math.MaxInt32 && m.Y == m.X && m.Z != m.Z && m.Param1 == -1 {
				return "" // nowhere: it stops
			}
			return j.place(m.X, m.Y, m.Z)
		case 34:
			if r := math.Abs(float64(m.Param1)); r < 1 || r > 2000 || m.Param2 < 0.09 || m.Param2 > 61 || !number(m.Param4) {
				return "no circle"
			}
			return j.place(m.X, m.Y, m.Z)
		case 179:
			if m.Param1 != 0 || !j.inFence(float64(m.X)/1e7, float64(m.Y)/1e7) || !number(m.Z) {
				return "no home"
			}
		case 197:
		case 195:
			if m.X < -900000000 || m.X > 900000000 || m.Y < -1800000000 || m.Y > 1800000000 || !number(m.Z) {
				return "no place"
			}
		default:
			return "a command that is not on the list"
		}
	case *common.MessageMissionItemInt:
		for _, p := range []float32{m.Param1, m.Param2, m.Param3, m.Z} {
			if !number(p) {
				return "no number"
			}
		}
		switch {
		case m.MissionType == 1:
			corner := m.Command == 5001 || m.Command == 5002
			circle := m.Command == 5003 || m.Command == 5004
			if !corner && !circle || corner && (m.Param1 < 3 || m.Param1 > 64) || circle && (m.Param1 < 1 || m.Param1 > 50000) || m.X < -900000000 || m.X > 900000000 || m.Y < -1800000000 || m.Y > 1800000000 {
				return "no fence"
			}
		case m.MissionType == 2:
			if m.Command != 5100 || !j.inFence(float64(m.X)/1e7, float64(m.Y)/1e7) {
				return "no rally point inside the fence"
			}
		case m.MissionType != 0:
			return "no list"
		case m.Command == 16, m.Command == 22:
			if m.Frame != 0 || m.Param1 < 0 || m.Param1 > 3600 {
				return "no waypoint"
			}
			return j.place(m.X, m.Y, m.Z)
		case m.Command == 178:
			if m.Param2 < 0.09 || m.Param2 > 61 {
				return "no speed"
			}
		case m.Command != 195 && m.Command != 197:
			return "an item that is not on the list"
		}
	case *common.MessageMissionCount:
		if most := map[common.MAV_MISSION_TYPE]uint16{0: 2000, 1: 64, 2: 32}[m.MissionType]; m.Count > most {
			return "too many"
		}
	case *common.MessageMissionSetCurrent:
		if m.Seq != 0 {
			return "not the first item"
		}
	case *common.MessageParamSet:
		group, _, _ := strings.Cut(m.ParamId, "_")
		known := map[string]bool{"NAV": true, "COM": true, "GF": true, "RTL": true, "BAT": true, "BAT1": true, "MIS": true, "EKF2": true,
			"CBRK": true, "MPC": true, "PLD": true, "FS": true, "FENCE": true, "BATT": true, "RALLY": true, "ARMING": true, "AUTO": true, "Q": true,
			"THR": true, "MAV": true, "SYSID": true}
		if !j.params && !known[group] || m.ParamType == 9 && !number(m.ParamValue) || m.ParamId == "" || len(m.ParamId) > 16 || strings.Trim(m.ParamId, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return "no parameter to write"
		}
	case *common.MessageManualControl:
		if !j.manual || m.X < -1000 || m.X > 1000 || m.Y < -1000 || m.Y > 1000 || m.Z < 0 || m.Z > 1000 || m.R < -1000 || m.R > 1000 || m.Buttons != 0 || m.Buttons2 != 0 || m.EnabledExtensions != 0 {
			return "sticks of nobody"
		}
	case *common.MessageFileTransferProtocol:
		if op := m.Payload[3]; op > 5 && op != 14 && op != 15 {
			return "a file operation that writes"
		}
		if text := string(m.Payload[12:min(251, 12+int(m.Payload[4]))]); (m.Payload[3] == 3 || m.Payload[3] == 4 || m.Payload[3] == 14) && strings.Contains(text, "..") {
			return "a path that climbs"
		}
	case *common.MessageParamExtSet, *common.MessageParamExtRequestRead, *common.MessageParamExtRequestList:
		if reflect.ValueOf(m).Elem().FieldByName("TargetComponent").Uint() < 2 {
			return "extended parameters of the autopilot"
		}
	case *common.MessageOpenDroneIdBasicId:
		if m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.IdType != 1 && m.IdType != 2 || m.UaType > 15 || !ascii(strings.TrimRight(string(m.UasId[:]), "\x00"), 20) {
			return "no identity of the vehicle"
		}
	case *common.MessageOpenDroneIdOperatorId:
		if m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.OperatorIdType != 0 || !ascii(m.OperatorId, 20) {
			return "no operator"
		}
	case *common.MessageOpenDroneIdSelfId:
		if m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.DescriptionType > 1 || !ascii(m.Description, 23) {
			return "no description"
		}
	case *common.MessageOpenDroneIdSystem:
		place := m.OperatorLatitude >= -900000000 && m.OperatorLatitude <= 900000000 && m.OperatorLongitude >= -1800000000 && m.OperatorLongitude <= 1800000000 &&
			(m.OperatorLatitude != 0 || m.OperatorLongitude != 0) && (m.OperatorLocationType == 0 || m.OperatorLocationType == 2)
		if m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || !place || !(m.OperatorAltitudeGeo >= -500 && m.OperatorAltitudeGeo <= 9000 || m.OperatorAltitudeGeo == -1000) ||
			m.AreaCount != 1 || m.AreaRadius != 0 || m.AreaCeiling != -1000 || m.AreaFloor != -1000 || m.Timestamp == 0 || m.ClassificationType|common.MAV_ODID_CLASSIFICATION_TYPE(m.CategoryEu)|common.MAV_ODID_CLASSIFICATION_TYPE(m.ClassEu) != 0 {
			return "no place of an operator"
		}
	case *common.MessageTimesync:
		if m.Tc1 != 0 {
			return "an answer"
		}
	case *common.MessageMissionRequestList, *common.MessageMissionRequestInt, *common.MessageMissionAck, *common.MessageParamRequestRead,
		*common.MessageParamRequestList, *common.MessageLogRequestList, *common.MessageLogRequestData, *common.MessageLogRequestEnd,
		*common.MessageRequestDataStream, *common.MessageCommandCancel, *common.MessageRequestEvent:
	default:
		return "a message that is not on the list"
	}
	return ""
}

// TestWhateverIsWantedNothingLeavesThatIsNotAllowed: any acts with any values, on the ground and in the air, carried out
// with a vehicle that answers; every frame is judged by rules that the guard does not share.
func TestWhateverIsWantedNothingLeavesThatIsNotAllowed(t *testing.T) {
	left := map[string]int{}
	// A property that sees nothing proves nothing: a run that missed one of these is followed by another.
	seen := func() bool {
		for _, name := range []string{"CommandLong", "CommandInt", "MissionItemInt", "ParamSet", "ManualControl", "FileTransferProtocol"} {
			if left["Message"+name] == 0 {
				return false
			}
		}
		return true
	}
	for i := 0; i < 10 && !seen(); i++ {
		rapid.Check(t, func(rt *rapid.T) { anyActs(t, rt, left) })
	}
	if !seen() {
		t.Errorf("only these ever left: %v", left)
	}
}

func anyActs(t *testing.T, rt *rapid.T, left map[string]int) {
	w := newWorld(t, rapid.Uint64().Draw(rt, "seed"), goodRadio)
	w.v.params = map[string]fakeParam{"NAV_DLL_ACT": {intBits(0), common.MAV_PARAM_TYPE_INT32}, "COM_DL_LOSS_T": {intBits(10), common.MAV_PARAM_TYPE_INT32},
		"RTL_RETURN_ALT": {60, common.MAV_PARAM_TYPE_REAL32}, "SYS_AUTOSTART": {intBits(10040), common.MAV_PARAM_TYPE_INT32}}
	if rapid.Bool().Draw(rt, "airborne") {
		w.airborne()
	} else {
		w.settle()
	}
	j := wireJudge{env: worldEnvelope()}
	check := func() {
		for _, m := range w.frames {
			left[reflect.TypeOf(m).Elem().Name()]++
			if why := j.object(m); why != "" {
				rt.Fatalf("%T %+v left: %s", m, m, why)
			}
		}
		w.frames = nil
	}
	check()
	for i := range rapid.IntRange(1, 12).Draw(rt, "acts") {
		act := rapid.SampledFrom(vehicleActs).Draw(rt, fmt.Sprint("act ", i))
		if act != nil {
			v := reflect.New(reflect.TypeOf(act)).Elem()
			wild(rt, v, fmt.Sprintf("%d %T", i, act))
			act = v.Interface().(fleet.Act)
		}
		_, manual := act.(fleet.FlyManual)
		_, params := act.(fleet.SetParameters)
		j.manual, j.params = j.manual || manual, j.params || params
		id := w.want(act)
		check()
		if manual {
			w.run(2*time.Second, nil)
			in := fleet.StickInput{Grant: id}
			v := reflect.ValueOf(&in.Sticks).Elem()
			wild(rt, v, "sticks")
			for in.Seq = 1; in.Seq < 20; in.Seq++ {
				in.SentMS += 40
				w.step(GrantIn{id, w.now.Add(time.Second)})
				w.step(SticksIn(in))
				w.run(40*time.Millisecond, nil)
				check()
			}
		}
		w.run(time.Duration(rapid.IntRange(0, 20000).Draw(rt, "pause"))*time.Millisecond, func() bool { check(); return false })
		check()
	}
}
