package mavlink

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gomavlib/v3/pkg/dialects/common"
	"github.com/bluenviron/gomavlib/v3/pkg/dialects/development"
	"github.com/bluenviron/gomavlib/v3/pkg/message"

	"groundstation/fleet"
)

// The recordings of a real PX4 v1.17 and what they are about: a day's flights, commands on the ground, malformed
// input. Each test below compares what sessions make of the frames with what an independent program wrote beside them.
var recordings = []string{"flight", "ground", "badinput"}

// camel is a message's or field's name as the dialect's types spell it.
func camel(snake string) string {
	var b strings.Builder
	for _, word := range strings.Split(strings.ToLower(snake), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// TestRecordedFramesDecode: every message on the list is there, in its order, with every field as on the list.
func TestRecordedFramesDecode(t *testing.T) {
	for _, name := range recordings {
		t.Run(name, func(t *testing.T) {
			r := readRecording(t, name)
			d := &Decoder{kinds: allKinds()}
			type seenFrame struct {
				at time.Time
				m  message.Message
			}
			seen := map[string][]seenFrame{}
			for _, rec := range r.records {
				key := "RX "
				if rec.byStation() {
					key = "TX "
				}
				d.Split(rec.frame, func(f Frame) {
					if f.Message == nil || !f.Checked {
						t.Errorf("%v: message %d is not decoded", rec.at, f.ID)
						return
					}
					key += strings.TrimPrefix(reflect.TypeOf(f.Message).Elem().Name(), "Message")
					seen[key] = append(seen[key], seenFrame{rec.at, f.Message})
				})
			}
			for _, l := range r.truth {
				if l.kind == "--" {
					continue
				}
				key := l.kind + " " + camel(l.name)
				t.Run(fmt.Sprintf("%.3f %s", l.at.Seconds(), key), func(t *testing.T) {
					at := r.zero.Add(l.at)
					for len(seen[key]) > 0 && at.Sub(seen[key][0].at) > 2*time.Millisecond {
						seen[key] = seen[key][1:] // sent as mere bytes, which the list does not name
					}
					if len(seen[key]) == 0 || seen[key][0].at.Sub(at) > 2*time.Millisecond {
						t.Fatal("no such frame")
					}
					sameFields(t, seen[key][0].m, l.fields)
					seen[key] = seen[key][1:]
				})
			}
		})
	}
}

func sameFields(t *testing.T, m message.Message, want map[string]any) {
	t.Helper()
	v := reflect.ValueOf(m).Elem()
	for name, w := range want {
		f := v.FieldByName(camel(name))
		if !f.IsValid() {
			t.Errorf("%T has no field %s", m, name)
			continue
		}
		if f.Kind() == reflect.String {
			if f.String() != w {
				t.Errorf("%s: %q, recorded %q", name, f.String(), w)
			}
			continue
		}
		if list, ok := w.([]any); ok {
			for i := range list {
				if got := numberOf(f.Index(i)); got != list[i].(float64) {
					t.Errorf("%s[%d]: %v, recorded %v", name, i, got, list[i])
				}
			}
			continue
		}
		got, number := numberOf(f), math.NaN()
		if w != nil {
			number = w.(float64)
		}
		if !same(float32(got), float32(number)) && math.Abs(got-number) > 1e-30 {
			t.Errorf("%s: %v, recorded %v", name, got, number)
		}
	}
}

func numberOf(v reflect.Value) float64 {
	switch {
	case v.CanInt():
		return float64(v.Int())
	case v.CanUint():
		return float64(v.Uint())
	}
	return v.Float()
}

var (
	truthState   = regexp.MustCompile(`^STATE mode=(\S+) custom_mode=(\d+)\S* base_mode=\S+ armed=(\w+) system_status=(\d)`)
	truthLanded  = regexp.MustCompile(`^LANDED_STATE (\d)`)
	truthMission = regexp.MustCompile(`^MISSION_CURRENT seq=(\d+) total=(\d+) state=(\d) mode=\d mission_id=(\d+)`)
)

// TestRecordedStates: at each moment that the list tells of, the vehicle on the Board is in that mode, armed or not, in
// a failsafe or not, on the ground or in the air, and at that item of that plan.
func TestRecordedStates(t *testing.T) {
	missions := []string{"unknown", "none", "not-started", "active", "paused", "complete"}
	for _, name := range recordings {
		r := readRecording(t, name)
		p := newTape()
		next, heard := 0, false
		for _, l := range r.truth {
			if heard = heard || strings.HasPrefix(l.text, "STATE"); !heard {
				continue // nothing is believed before the first heartbeat
			}
			at := r.zero.Add(l.at + 2*time.Millisecond)
			for ; next < len(r.records) && !r.records[next].at.After(at); next++ {
				p.play(r.records[next], nil)
			}
			v := &p.s.v
			label := fmt.Sprintf("%s %.3f %s", name, l.at.Seconds(), l.text)
			if m := truthState.FindStringSubmatch(l.text); m != nil {
				t.Run(label, func(t *testing.T) {
					status, _ := strconv.Atoi(m[4])
					named := strings.Replace(m[1], "POSCTL/1", "POSCTL.ORBIT", 1)
					if v.ModeName != named || fmt.Sprint(p.s.see.custom) != m[2] || v.Armed != (m[3] == "True") || v.Failsafe != (status >= 5) {
						t.Errorf("mode %s (%d), armed %v, failsafe %v", v.ModeName, p.s.see.custom, v.Armed, v.Failsafe)
					}
				})
			}
			if m := truthLanded.FindStringSubmatch(l.text); m != nil {
				t.Run(label, func(t *testing.T) {
					want := map[string]fleet.Landed{"1": fleet.OnGround, "2": fleet.InAir, "3": fleet.TakingOff, "4": fleet.Landing}[m[1]]
					if v.Landed != want {
						t.Errorf("%s, recorded %s", v.Landed, want)
					}
				})
			}
			if m := truthMission.FindStringSubmatch(l.text); m != nil {
				t.Run(label, func(t *testing.T) {
					state, _ := strconv.Atoi(m[3])
					if m[2] == "65535" {
						m[2] = "0" // no plan
					}
					got := v.Mission
					if fmt.Sprint(got.Seq) != m[1] || fmt.Sprint(got.Total) != m[2] || got.State != missions[state] || fmt.Sprint(got.ID) != m[4] {
						t.Errorf("%+v", got)
					}
				})
			}
		}
		if p.bad != 0 {
			t.Errorf("%s: %d broken frames", name, p.bad)
		}
	}
}

// TestRecordedModeChanges: every change of mode of the recorded flights, in its order, with who made it. What the recorded
// ground station asked for is ordered; the low battery and the lost link are failsafes; the rest PX4 does by itself.
func TestRecordedModeChanges(t *testing.T) {
	type change struct {
		at             float64
		from, to       fleet.Mode
		cause          fleet.Cause
		detail, remark string
	}
	want := []change{
		{37.8, fleet.ModeHold, fleet.ModeMission, fleet.CauseOrdered, "", "DO_SET_MODE, then armed"},
		{81.2, fleet.ModeMission, fleet.ModeHold, fleet.CauseOrdered, "", "DO_SET_MODE: a pause"},
		{85.3, fleet.ModeHold, fleet.ModeMission, fleet.CauseOrdered, "", "MISSION_START"},
		{207.0, fleet.ModeMission, fleet.ModeReturn, fleet.CauseProgress, "plan complete", "the plan's last item"},
		{256.5, fleet.ModeReturn, fleet.ModeHold, fleet.CauseProgress, "disarmed", "landed"},
		{260.6, fleet.ModeHold, fleet.ModeTakeoff, fleet.CauseOrdered, "", "NAV_TAKEOFF"},
		{276.7, fleet.ModeTakeoff, fleet.ModeHold, fleet.CauseProgress, "take-off complete", "at its height"},
		{305.1, fleet.ModeHold, fleet.ModeOrbit, fleet.CauseOrdered, "", "DO_ORBIT"},
		{315.3, fleet.ModeOrbit, fleet.ModeHold, fleet.CauseOrdered, "", "DO_SET_MODE after it was refused without sticks"},
		{323.4, fleet.ModeHold, fleet.ModeOther, fleet.CauseOrdered, "", "DO_SET_MODE AUTO.FOLLOW"},
		{325.3, fleet.ModeOther, fleet.ModeHold, fleet.CauseOrdered, "", "DO_SET_MODE"},
		{326.4, fleet.ModeHold, fleet.ModePrecLand, fleet.CauseOrdered, "", "DO_SET_MODE AUTO.PRECLAND"},
		{327.4, fleet.ModePrecLand, fleet.ModeHold, fleet.CauseOrdered, "", "DO_SET_MODE"},
		{328.5, fleet.ModeHold, fleet.ModeReturn, fleet.CauseOrdered, "", "NAV_RETURN_TO_LAUNCH"},
		{338.7, fleet.ModeReturn, fleet.ModeLand, fleet.CauseOrdered, "", "NAV_LAND"},
		{387.5, fleet.ModeLand, fleet.ModeHold, fleet.CauseProgress, "disarmed", "landed"},
		{390.6, fleet.ModeHold, fleet.ModeTakeoff, fleet.CauseOrdered, "", "NAV_TAKEOFF"},
		{407.7, fleet.ModeTakeoff, fleet.ModeHold, fleet.CauseProgress, "take-off complete", "at its height"},
		{430.0, fleet.ModeHold, fleet.ModeReturn, fleet.CauseFailsafe, "ground station lost", "NAV_DLL_ACT 12 s after the last heartbeat"},
		{479.5, fleet.ModeReturn, fleet.ModeHold, fleet.CauseProgress, "disarmed", "landed"},
		{483.5, fleet.ModeHold, fleet.ModeTakeoff, fleet.CauseOrdered, "", "NAV_TAKEOFF"},
		{499.7, fleet.ModeTakeoff, fleet.ModeHold, fleet.CauseProgress, "take-off complete", "at its height"},
		{546.4, fleet.ModeHold, fleet.ModeLand, fleet.CauseFailsafe, "battery at emergency level", "COM_LOW_BAT_ACT"},
		{571.6, fleet.ModeLand, fleet.ModeHold, fleet.CauseProgress, "disarmed", "landed"},
	}
	r := readRecording(t, "flight")
	p := newTape()
	var got []fleet.ModeChanged
	for _, rec := range r.records {
		for _, e := range p.play(rec, nil) {
			if e, ok := e.(fleet.ModeChanged); ok {
				got = append(got, e)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d changes, recorded %d", len(got), len(want))
	}
	for i, w := range want[:min(len(got), len(want))] {
		t.Run(fmt.Sprintf("%.1f %s → %s by %s", w.at, w.from, w.to, w.remark), func(t *testing.T) {
			g := got[i]
			at := g.At.Sub(r.zero).Seconds()
			if g.From != w.from || g.To != w.to || g.Cause != w.cause || g.Detail != w.detail || math.Abs(at-w.at) > 0.1 {
				t.Errorf("at %.1f %s → %s: %s %q", at, g.From, g.To, g.Cause, g.Detail)
			}
		})
	}
	// The list's own changes of mode, which its writer saw in heartbeats, are as many and the same.
	var modes []string
	for _, l := range r.truth {
		if m := truthState.FindStringSubmatch(l.text); m != nil && (len(modes) == 0 || modes[len(modes)-1] != m[1]) {
			modes = append(modes, m[1])
		}
	}
	if len(modes) != len(want)+1 {
		t.Errorf("the list has %d changes of mode", len(modes)-1)
	}
}

// TestRecordedCommandResults: what became of every command that the recorded ground station sent is what the list says was
// acknowledged last, or that there was no answer.
func TestRecordedCommandResults(t *testing.T) {
	codes := []string{"", "temporarily-rejected", "denied", "unsupported", "failed"}
	for name, commands := range map[string]int{"flight": 75, "ground": 67, "badinput": 30} {
		r := readRecording(t, name)
		p := newTape()
		sent := map[common.MAV_CMD][]*command{}
		for _, rec := range r.records {
			p.play(rec, func(c *command) {
				// Its owner would have let go of an older one with this number.
				if before := sent[c.id]; len(before) > 0 {
					p.s.release(before[len(before)-1])
				}
				sent[c.id] = append(sent[c.id], c)
			})
		}
		n := 0
		for i, l := range r.truth {
			if l.kind != "TX" || l.name != "COMMAND_LONG" && l.name != "COMMAND_INT" {
				continue
			}
			n++
			id := common.MAV_CMD(l.number("command"))
			want, acks, label := -1, 0, ""
			for _, after := range r.truth[i+1:] {
				if after.kind == "TX" && (after.fields["command"] == l.fields["command"] || after.name == "SET_MODE") {
					break
				}
				if after.kind == "RX" && after.name == "COMMAND_ACK" && after.fields["command"] == l.fields["command"] {
					want = int(after.number("result"))
					acks++
				}
				if after.kind == "--" && label == "" && (strings.Contains(after.text, "result=") || strings.Contains(after.text, "ACK")) {
					label = after.text
				}
			}
			label, _, _ = strings.Cut(label, ": result=")
			t.Run(fmt.Sprintf("%s %.3f %s %s", name, l.at.Seconds(), id, label), func(t *testing.T) {
				if len(sent[id]) == 0 {
					t.Fatal("not among the frames")
				}
				c := sent[id][0]
				sent[id] = sent[id][1:]
				switch {
				case want < 0:
					if c.state != cmdSent {
						t.Errorf("%d acknowledged with %s, recorded no answer", c.state, c.result)
					}
				case want == 0:
					if c.state != cmdAccepted {
						t.Errorf("state %d with %s, recorded %d acknowledgements of success", c.state, c.result, acks)
					}
				default:
					if c.state != cmdRefused || int(c.result) != want || resultCode(c.result) != codes[want] {
						t.Errorf("state %d with %s (%s), recorded %d", c.state, c.result, resultCode(c.result), want)
					}
				}
			})
		}
		if n != commands {
			t.Errorf("%s: %d commands on the list, want %d", name, n, commands)
		}
	}
}

// TestRecordedTexts: every text of the vehicle, whole.
func TestRecordedTexts(t *testing.T) {
	for _, name := range recordings {
		r := readRecording(t, name)
		p := newTape()
		var got []fleet.Notice
		for _, rec := range r.records {
			for _, e := range p.play(rec, nil) {
				if e, ok := e.(fleet.Notice); ok {
					got = append(got, e)
				}
			}
		}
		type text struct {
			at       time.Duration
			severity int
			text     string
			id       float64
		}
		var want []text
		for _, l := range r.truth {
			if l.kind != "RX" || l.name != "STATUSTEXT" {
				continue
			}
			s := l.fields["text"].(string)
			if n := len(want); l.number("chunk_seq") > 0 && n > 0 && want[n-1].id == l.number("id") {
				want[n-1].text += s
				continue
			}
			want = append(want, text{l.at, int(l.number("severity")), s, l.number("id")})
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d texts, recorded %d", name, len(got), len(want))
		}
		for i, w := range want[:min(len(want), len(got))] {
			w.text = strings.TrimRight(w.text, "\t")
			t.Run(fmt.Sprintf("%s %.3f %s", name, w.at.Seconds(), w.text), func(t *testing.T) {
				if got[i].Text != w.text || got[i].Severity != w.severity {
					t.Errorf("%d %q", got[i].Severity, got[i].Text)
				}
			})
		}
	}
}

// TestRecordedAvailableModes: the vehicle's own list of its modes, each row as recorded, and what a session calls each.
func TestRecordedAvailableModes(t *testing.T) {
	f, err := os.Open("testdata/available_modes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := csv.NewReader(f)
	lines.Comma = '\t'
	rows, err := lines.ReadAll()
	if err != nil || len(rows) != 27 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	told := map[int]*development.MessageAvailableModes{}
	d := &Decoder{kinds: allKinds()}
	p := newTape()
	for _, rec := range readRecording(t, "ground").records {
		if !rec.byStation() {
			d.Split(rec.frame, func(f Frame) {
				if m, ok := f.Message.(*development.MessageAvailableModes); ok {
					told[int(m.ModeIndex)] = m
				}
			})
			p.play(rec, nil)
		}
	}
	known := map[string]string{ // by custom_mode, where the table has a word of its own
		"65536": "MANUAL", "131072": "ALTCTL", "196608": "POSCTL", "67371008": "AUTO.MISSION", "50593792": "AUTO.LOITER",
		"84148224": "AUTO.RTL", "33751040": "POSCTL.SLOW", "720896": "ALTITUDE_CRUISE", "327680": "ACRO", "655360": "TERMINATION",
		"393216": "OFFBOARD", "458752": "STABILIZED", "33816576": "AUTO.TAKEOFF", "100925440": "AUTO.LAND",
		"134479872": "AUTO.FOLLOW", "151257088": "AUTO.PRECLAND", "16973824": "POSCTL.ORBIT", "168034304": "AUTO.VTOL_TAKEOFF",
	}
	for _, row := range rows[1:] {
		t.Run(row[2]+" "+row[5], func(t *testing.T) {
			index, _ := strconv.Atoi(row[0])
			m := told[index]
			if m == nil {
				t.Fatal("never told")
			}
			if fmt.Sprint(uint(m.StandardMode)) != row[1] || fmt.Sprint(m.CustomMode) != row[2] || fmt.Sprint(uint(m.Properties)) != row[4] || m.ModeName != row[5] || m.NumberModes != 26 {
				t.Errorf("%+v", m)
			}
			want := known[row[2]]
			if want == "" {
				want = strings.ToUpper(row[5]) // a program on board may take it: only the vehicle knows its name
			}
			_, name := p.s.auto.named(m.CustomMode)
			if own := p.s.ownName(p.s.now, m.CustomMode); own != "" {
				name = own
			}
			if name != want {
				t.Errorf("called %s, want %s", name, want)
			}
		})
	}
}

var truthLog = regexp.MustCompile(`^LOG_ENTRY LOG_ENTRY \{id : (\d+), num_logs : (\d+), last_log_num : (\d+), time_utc : (\d+), size : (\d+)\}`)

// TestRecordedLogList: every entry of the two lists of flight logs.
func TestRecordedLogList(t *testing.T) {
	r := readRecording(t, "flight")
	d := &Decoder{kinds: allKinds()}
	var got []*common.MessageLogEntry
	for _, rec := range r.records {
		d.Split(rec.frame, func(f Frame) {
			if m, ok := f.Message.(*common.MessageLogEntry); ok {
				got = append(got, m)
			}
		})
	}
	n := 0
	for _, l := range r.truth {
		w := truthLog.FindStringSubmatch(l.text)
		if w == nil {
			continue
		}
		t.Run(fmt.Sprintf("%.3f log %s", l.at.Seconds(), w[1]), func(t *testing.T) {
			if n >= len(got) {
				t.Fatal("no frame is left")
			}
			m := got[n]
			if s := fmt.Sprintf("%d %d %d %d %d", m.Id, m.NumLogs, m.LastLogNum, m.TimeUtc, m.Size); s != strings.Join(w[1:], " ") {
				t.Errorf("%s, recorded %v", s, w[1:])
			}
		})
		n++
	}
	if n != 5 || len(got) != 5 {
		t.Errorf("%d entries on the list, %d among the frames", n, len(got))
	}
}
