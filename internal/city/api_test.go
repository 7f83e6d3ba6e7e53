package city

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/account"
	"groundstation/api"
	"groundstation/fleet"
	"groundstation/internal/geo"
	"groundstation/mission/plan"
)

// memory keeps accounts for one test.
type memory struct{ state account.State }

func (m *memory) LoadAccounts() (account.State, error)          { return m.state, nil }
func (m *memory) CommitAccounts(changes []account.Change) error { m.keep(changes); return nil }

func (m *memory) keep(changes []account.Change) {
	for _, c := range changes {
		switch v := c.Value.(type) {
		case account.User:
			m.state.Users = append(m.state.Users, v)
		case account.Session:
			m.state.Sessions = append(m.state.Sessions, v)
		case account.Token:
			m.state.Tokens = append(m.state.Tokens, v)
		}
	}
}

// admin is one administrator with a token, made once: hashing a password is dear.
var admin = sync.OnceValues(func() (account.State, string) {
	m := &memory{}
	a, err := account.Open(m, nil)
	if err != nil {
		panic(err)
	}
	setup, err := a.OpenSetup()
	if err != nil {
		panic(err)
	}
	if _, _, err = a.SetUp(setup, "root", "a long enough password"); err != nil {
		panic(err)
	}
	_, token, err := a.AddToken("fuzz", account.Admin, "root", time.Time{})
	if err != nil {
		panic(err)
	}
	return m.state, token
})

// asking is a city's Desk to the API, which waits while the city's time goes on.
type asking struct{ c *City }

func (a asking) Do(_ context.Context, _ string, body any) (any, *fleet.Problem) { return a.c.Ask(body) }

// console calls the whole API of a city's station, in the test's own goroutine.
type console struct {
	t     testing.TB
	c     *City
	h     *api.Handler
	token string
	docs  struct {
		Paths      map[string]map[string]operation
		Components struct{ Schemas map[string]schema }
	}
	ops    []operation
	status map[int]int
}

type operation struct {
	method, path string
	RequestBody  *struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Properties map[string]schema
	Items      *schema
	Format     string
}

func newConsole(t testing.TB, c *City) *console {
	state, token := admin()
	accounts, err := account.Open(&memory{state}, nil)
	if err != nil {
		t.Fatal(err)
	}
	con := &console{t: t, c: c, token: token, status: map[int]int{}, h: api.New(api.Config{Board: c.board, Desk: asking{c}, Registry: c.registry,
		Accounts: accounts, PlanFiles: api.PlanFiles{Parse: plan.ParseQGC, Format: plan.FormatQGC}, Log: slog.New(slog.DiscardHandler)})}
	t.Cleanup(con.h.Close)
	if err := json.Unmarshal(con.call(http.MethodGet, "/api/openapi.json", "", nil), &con.docs); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(con.docs.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(con.docs.Paths[path])) {
			op := con.docs.Paths[path][method]
			op.method, op.path = strings.ToUpper(method), path
			if !strings.HasSuffix(path, "/events") && !strings.HasSuffix(path, "/manual") && op.path != "/api/v1/session" { // sockets, and signing out
				con.ops = append(con.ops, op)
			}
		}
	}
	if len(con.ops) < 50 {
		t.Fatalf("only %d operations", len(con.ops))
	}
	return con
}

func (con *console) call(method, path, media string, body []byte) []byte {
	r := httptest.NewRequest(method, "http://station"+path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+con.token)
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	con.h.ServeHTTP(w, r)
	con.status[w.Code]++
	if w.Code >= http.StatusInternalServerError && !strings.Contains(w.Body.String(), `"unavailable"`) { // there is no video here
		con.t.Errorf("%s %s %q: %d %s", method, path, body, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// dice turn arbitrary octets into choices; when they are used up every choice is the first.
type dice struct{ b []byte }

func (d *dice) of(n int) int {
	if len(d.b) == 0 {
		return 0
	}
	v := int(d.b[0])
	if d.b = d.b[1:]; n > 256 && len(d.b) > 0 {
		v |= int(d.b[0]) << 8
		d.b = d.b[1:]
	}
	return v % n
}

// pick is one of a few.
func pick[T any](d *dice, of ...T) T { return of[d.of(len(of))] }

// body makes a value of a schema: mostly what the station understands, sometimes anything.
func (con *console) body(d *dice, name string, s schema) any {
	if s.Ref != "" {
		s = con.docs.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	if d.of(40) == 39 {
		return pick[any](d, nil, "x", -1.5, true, []any{}, map[string]any{"x": 1})
	}
	if len(s.Enum) > 0 {
		return s.Enum[d.of(len(s.Enum))]
	}
	kind, _ := s.Type.(string)
	if list, ok := s.Type.([]any); ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	near := geo.Offset(con.c.registry.Docks[0].Pad.LatLon, float64(d.of(360)), float64(d.of(1000)))
	switch kind {
	case "object":
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
			if d.of(12) < 11 {
				out[key] = con.body(d, key, s.Properties[key])
			}
		}
		return out
	case "array":
		out := []any{}
		for range pick(d, 1, 2, 3, 4, 0, 70) {
			if s.Items != nil {
				out = append(out, con.body(d, name, *s.Items))
			}
		}
		return out
	case "boolean":
		return d.of(2) == 0
	case "integer":
		return pick(d, 1, 2, 3, 4, 5, 6, 0, -1, 255, 65536, math.MaxInt32, math.MaxInt64)
	case "number":
		wild := pick(d, math.NaN(), 0.0, -1, 91, 181, 1e10, -1e300, 5, 0.05, 61, 3601, 2001)
		switch {
		case d.of(6) == 5 && wild == wild:
			return wild
		case name == "lat":
			return near.Lat
		case name == "lon":
			return near.Lon
		case strings.HasPrefix(name, "alt"):
			return float64(pick(d, 60, 50, 45, 70, 100, 130, 9))
		}
		return float64(pick(d, 5, 10, 1, 0))
	case "string":
		if s.Format == "date-time" {
			return con.c.now.Add(time.Duration(d.of(600)) * time.Second).Format(time.RFC3339)
		}
		return con.word(d)
	}
	return nil
}

// word is a name that something may have.
func (con *console) word(d *dice) string {
	words := []string{"V01", "V02", "H01", "P1", "I1", "S1", "M1", "PS1", "NAV_DLL_ACT", "RTL_RETURN_ALT", "CAM_MODE", "1", "FREQ=DAILY", "Asia/Shanghai",
		"../etc/passwd", "<img src=x onerror=alert(1)>", "a\x00b", "烟", strings.Repeat("A", 300), ""}
	return words[d.of(len(words))]
}

// request makes one call and lets some time pass.
func (con *console) request(d *dice) {
	op := con.ops[d.of(len(con.ops))]
	var path []string
	for _, part := range strings.Split(op.path, "/") {
		switch {
		case part == "{component}" || part == "{system}":
			part = pick(d, "100", "1", "0", "190", "256", "x")
		case strings.HasPrefix(part, "{"):
			words := []string{"V01", "V02", "V01", "V02", "I1", "S1", "P1", "R1", "NAV_DLL_ACT", "..%2f..", "x"}
			if strings.Contains(op.path, "/incidents/") {
				words[0], words[1] = "I1", "I2"
			}
			if strings.Contains(op.path, "/sorties/") {
				words[0], words[1] = "S1", "S2"
			}
			if strings.Contains(op.path, "/plans/") {
				words[0], words[1] = "P1", "P2"
			}
			part = pick(d, words...)
		}
		path = append(path, part)
	}
	var body []byte
	media := ""
	if op.RequestBody != nil {
		for m, content := range op.RequestBody.Content {
			media = m
			b, err := json.Marshal(con.body(d, "", content.Schema))
			if err != nil {
				b = []byte("{")
			}
			body = b
		}
		if d.of(20) == 19 {
			body = bytes.Clone(d.b) // not even JSON
		}
	}
	con.call(op.method, strings.Join(path, "/"), media, body)
	con.c.Run(time.Duration(pick(d, 100, 20, 1000, 3000)) * time.Millisecond)
}

// turns says whether a gimbal may be given an angle or a rate; NaN is as it is.
func turns(v float32, most float64) bool {
	return math.IsNaN(float64(v)) || math.Abs(float64(v)) <= most+1e-3
}

// listed objects to a message that no station of this kind ever sends, by a list of its own; where it may go is judged by
// judge_sent.go.
func listed(dock bool, m message.Message) string {
	bad := func(low, high float64, values ...float32) bool {
		return slices.ContainsFunc(values, func(v float32) bool { return !(float64(v) >= low && float64(v) <= high) })
	}
	const any = 3e38
	switch m := m.(type) {
	case *common.MessageHeartbeat, *common.MessageTimesync:
		return ""
	case *common.MessageSetupSigning: // a new key, to one vehicle
		if dock || m.TargetSystem == 0 || m.TargetComponent != 1 || m.SecretKey == [32]uint8{} {
			return "a key that is told to all, or none"
		}
		return ""
	case *common.MessageGimbalManagerSetPitchyaw:
		if dock || !turns(m.Pitch, math.Pi/2) || !turns(m.Yaw, math.Pi) || !turns(m.PitchRate, math.Pi/3) || !turns(m.YawRate, math.Pi/3) {
			return "a gimbal turned too far or too fast"
		}
		return ""
	case *common.MessageCommandLong:
		if m.Command == 1000 { // a gimbal, degrees; NaN is as it is
			if dock || !turns(m.Param1, 90) || !turns(m.Param2, 180) || !turns(m.Param3, 60) || !turns(m.Param4, 60) {
				return "a gimbal turned too far or too fast"
			}
			return ""
		}
		if bad(-any, any, m.Param1, m.Param2, m.Param3, m.Param4, m.Param5, m.Param6, m.Param7) {
			return "a parameter is no number"
		}
		switch m.Command {
		case 511, 512: // streams and single messages
			return ""
		case 176:
			if !dock && m.Param1 == 1 && m.Param2 == 4 && slices.Contains([]float32{3, 4, 5, 6, 9}, m.Param3) || m.Param2 == 3 && m.Param3 == 0 {
				return ""
			}
		case 1001: // take the gimbal (255/190) or leave it (-3/-3); the second in control stays (-1)
			if !dock && (m.Param1 == 255 && m.Param2 == 190 || m.Param1 == -3 && m.Param2 == -3) && m.Param3 == -1 && m.Param4 == -1 {
				return ""
			}
		case 530, 531, 532, 534, 2000, 2001, 2500, 2501, 2502: // a camera's mode, zoom, focus, source, photos, video, streams
			if !dock && !bad(0, 1<<24, m.Param1, m.Param2, m.Param3, m.Param4) {
				return ""
			}
		case 400:
			if !dock && (m.Param1 == 0 || m.Param1 == 1) && m.Param2 == 0 {
				return ""
			}
		}
		return "not on the list of COMMAND_LONG"
	case *common.MessageCommandInt:
		if dock {
			if m.Command < 53051 || m.Command > 53054 || bad(0, 86400, m.Param1) || m.X == 0 {
				return "not on the list of docks"
			}
			return ""
		}
		if m.Command == 192 && m.X == math.MaxInt32 && m.Y == math.MaxInt32 && math.IsNaN(float64(m.Z)) && m.Param1 == -1 && m.Frame == 0 {
			return "" // stay where it is
		}
		if bad(-any, any, m.Param1, m.Param2, m.Param3, m.Z) || m.Frame != 0 {
			return "a parameter is no number, or not AMSL"
		}
		switch m.Command {
		case 192: // reposition: -1 is the vehicle's own speed
			if m.Param1 == -1 || !bad(0.09, 60.1, m.Param1) {
				return ""
			}
		case 34:
			if !bad(1, 2000, float32(math.Abs(float64(m.Param1)))) && !bad(0.09, 60.1, m.Param2) {
				return ""
			}
		case 179:
			if m.Param1 == 0 {
				return ""
			}
		case 195, 197:
			return ""
		}
		return "not on the list of COMMAND_INT"
	case *common.MessageMissionItemInt:
		if bad(-any, any, m.Param1, m.Param2, m.Param3, m.Z) || m.X < -9e8 || m.X > 9e8 || m.Y < -18e8 || m.Y > 18e8 {
			return "a value is no number or no place"
		}
		allowed := map[common.MAV_MISSION_TYPE][]common.MAV_CMD{0: {16, 22, 178, 195, 197}, 1: {5001, 5002, 5003, 5004}, 2: {5100}}[m.MissionType]
		if !dock && slices.Contains(allowed, m.Command) {
			return ""
		}
		return "not on the list of items"
	case *common.MessageParamSet:
		// The API lets an engineer write any parameter, so only the value is judged.
		if m.ParamType == 9 && bad(-any, any, m.ParamValue) {
			return "a parameter that is no number"
		}
	case *common.MessageManualControl:
		if m.Buttons != 0 || m.X < -1000 || m.X > 1000 || m.Y < -1000 || m.Y > 1000 || m.Z < 0 || m.Z > 1000 || m.R < -1000 || m.R > 1000 {
			return "sticks beyond their range"
		}
	case *common.MessageOpenDroneIdBasicId:
		if m.TargetSystem == 0 || m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.IdType != 1 && m.IdType != 2 || !strings.HasPrefix(string(m.UasId[:]), "UAS000") {
			return "not the identity of one of ours"
		}
	case *common.MessageOpenDroneIdOperatorId:
		if m.TargetSystem == 0 || m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.OperatorIdType != 0 || m.OperatorId != "CHN-HAIAN-0001" {
			return "not our operator"
		}
	case *common.MessageOpenDroneIdSelfId:
		if m.TargetSystem == 0 || m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.DescriptionType > 1 ||
			!slices.Contains([]string{"STANDBY", "INCIDENT RESPONSE", "PATROL", "PLANNED FLIGHT", "EMERGENCY LANDING"}, m.Description) {
			return "not a purpose of ours"
		}
	case *common.MessageOpenDroneIdSystem:
		at := geo.LatLon{Lat: float64(m.OperatorLatitude) / 1e7, Lon: float64(m.OperatorLongitude) / 1e7}
		if m.TargetSystem == 0 || m.TargetComponent != 0 || m.IdOrMac != [20]uint8{} || m.OperatorLocationType != 0 || m.AreaCount != 1 ||
			bad(10, 20, m.OperatorAltitudeGeo) || !(at.Lat > 32.3 && at.Lat < 32.8 && at.Lon > 120.2 && at.Lon < 120.8) || m.Timestamp < 220000000 {
			return "not the place of our operator"
		}
	case *common.MessageFileTransferProtocol:
		if op := m.Payload[3]; op > 5 && op != 14 && op != 15 {
			return "a file operation that writes"
		}
	case *common.MessageMissionCount, *common.MessageMissionRequestList, *common.MessageMissionRequestInt, *common.MessageMissionAck,
		*common.MessageMissionSetCurrent, *common.MessageParamRequestList, *common.MessageParamRequestRead, *common.MessageParamExtSet,
		*common.MessageParamExtRequestList, *common.MessageParamExtRequestRead, *common.MessageLogRequestList, *common.MessageLogRequestData,
		*common.MessageLogRequestEnd, *common.MessageCommandCancel:
	default:
		return "not on the list of messages"
	}
	if dock {
		return "not for a dock"
	}
	return ""
}

// hammer calls the real API with requests made of arbitrary octets while the station and its vehicles go on: every frame
// that leaves is judged by a list that the guard does not share, and by all the rules of this package.
func hammer(t *testing.T, b []byte) (frames map[string]int, status map[int]int) {
	c := seededCity(t, 2, 1)
	con := newConsole(t, c)
	frames = map[string]int{}
	c.Heard = func(system uint32, datagram []byte) {
		_, vehicle := c.judge.bySystem[system]
		err := c.judge.ears.each(datagram, func(m message.Message) {
			frames[fmt.Sprintf("%T", m)]++
			if why := listed(!vehicle, m); why != "" {
				t.Errorf("%T %+v to %d: %s", m, m, system, why)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
	d := &dice{b[:min(len(b), 4000)]}
	c.report(t, geo.Offset(c.registry.Docks[0].Pad.LatLon, 45, 300)) // so that something flies
	c.Run(time.Duration(d.of(60)) * time.Second)
	for range 100 {
		if len(d.b) == 0 || t.Failed() {
			break
		}
		con.request(d)
	}
	c.Run(10 * time.Second)
	return frames, con.status
}

// chance is octets of a seed.
func chance(seed uint64) []byte {
	rng, b := rand.New(rand.NewPCG(seed, 5)), make([]byte, 4000)
	for i := range b {
		b[i] = byte(rng.UintN(256))
	}
	return b
}

// TestTheAPISendsNothingThatIsNotListed: some series of requests.
func TestTheAPISendsNothingThatIsNotListed(t *testing.T) {
	t.Parallel()
	frames, status := map[string]int{}, map[int]int{}
	for seed := range uint64(12) {
		f, s := hammer(t, chance(seed))
		for k, n := range f {
			frames[k] += n
		}
		for k, n := range s {
			status[k] += n
		}
	}
	t.Log(frames, status)
	// What saw nothing proves nothing.
	for _, code := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent, http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity} {
		if status[code] == 0 {
			t.Errorf("no request was answered with %d", code)
		}
	}
	for _, m := range []message.Message{&common.MessageCommandLong{}, &common.MessageCommandInt{}, &common.MessageMissionItemInt{}, &common.MessageParamSet{},
		&common.MessageOpenDroneIdBasicId{}, &common.MessageOpenDroneIdOperatorId{}, &common.MessageOpenDroneIdSelfId{}, &common.MessageOpenDroneIdSystem{}} {
		if frames[fmt.Sprintf("%T", m)] == 0 {
			t.Errorf("no %T ever left", m)
		}
	}
}

// FuzzAPI looks for a series that sends what is not listed.
func FuzzAPI(f *testing.F) {
	f.Add(chance(100)[:500])
	f.Fuzz(func(t *testing.T, b []byte) { hammer(t, b[:min(len(b), 500)]) }) // short ones: many of them find more
}
