package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

const pilotOperation = "vehicle-manual"

// What a pilot's browser may do.
const (
	pilotRate  = 60  // messages a second that are passed on; the station sends on 25
	pilotBurst = 30  // at once
	pilotFlood = 300 // over the rate, then it is closed
	// pilotSilent is when a WebSocket that says nothing is closed; the vehicle was stopped long before, after 0.5 s.
	pilotSilent = 2 * time.Second
	pilotTells  = 100 * time.Millisecond
)

// Steering takes a pilot's sticks at once, past the Desk; why is "" if they were taken.
type Steering interface {
	Steer(v fleet.VehicleID, in fleet.StickInput) (why string)
}

// PilotInput is one message of a pilot's browser: sticks as in MANUAL_CONTROL (x forward, y right and r clockwise -1000 to
// 1000, z thrust 0 to 1000 with 500 in the middle), a number that grows and the browser's own clock in milliseconds.
type PilotInput struct {
	Seq uint32  `json:"seq"`
	T   float64 `json:"t"`
	fleet.Sticks
}

// PilotStatus is what the station tells a pilot, ten times a second.
type PilotStatus struct {
	// Seq is the newest input that was taken, T its own time and HeldMs how long ago it came: the browser's round trip.
	Seq    uint32  `json:"seq"`
	T      float64 `json:"t"`
	HeldMs float64 `json:"heldMs"`
	// Stage is "" while the flight has not begun, or when it is over.
	Stage fleet.ManualStage `json:"stage" enum:",entering,flying,leaving"`
	// Sticks are what is sent to the vehicle.
	Sticks   fleet.Sticks `json:"sticks"`
	Mode     fleet.Mode   `json:"mode"`
	ModeName string       `json:"modeName"`
	By       string       `json:"by"`
	// AgeMs is how long ago the vehicle was heard, RTTMs the round trip to it.
	AgeMs float64  `json:"ageMs"`
	RTTMs *float64 `json:"rttMs,omitempty"`
	// Ignored counts inputs that were not taken, by reason.
	Ignored map[string]int `json:"ignored"`
	// Over says that the flight has ended, and Reason why.
	Over   bool   `json:"over"`
	Reason string `json:"reason,omitempty"`
}

// pilots are the WebSockets of those who fly by hand, one for each grant.
type pilots struct {
	mu      sync.Mutex
	flying  map[fleet.IntentID]bool
	closed  bool
	running sync.WaitGroup
	inputs  *prometheus.CounterVec
	ended   *prometheus.CounterVec
}

func newPilots(reg prometheus.Registerer) *pilots {
	p := &pilots{flying: map[fleet.IntentID]bool{},
		inputs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "groundstation_api_pilot_inputs_total", Help: "Messages of pilots who fly by hand, by what became of them."}, []string{"result"}),
		ended:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "groundstation_api_pilots_ended_total", Help: "WebSockets of pilots that have ended, by reason."}, []string{"reason"})}
	reg.MustRegister(p.inputs, p.ended, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "groundstation_api_pilots", Help: "Pilots who fly by hand now."},
		func() float64 { p.mu.Lock(); defer p.mu.Unlock(); return float64(len(p.flying)) }))
	return p
}

func (p *pilots) join(grant fleet.IntentID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.flying[grant] {
		return false
	}
	p.flying[grant] = true
	p.running.Add(1)
	return true
}

func (p *pilots) leave(grant fleet.IntentID) {
	p.mu.Lock()
	delete(p.flying, grant)
	p.mu.Unlock()
	p.running.Done()
}

// close waits for every pilot; the feed has told them to end.
func (p *pilots) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.running.Wait()
}

type pilotOne struct {
	ByID
	Grant string `query:"grant" required:"true" maxLength:"64" doc:"The id of the Command that vehicle-fly gave"`
}

func (h *Handler) handRoutes() {
	route(h, account.Operator, "vehicle-fly", http.MethodPost, "/vehicles/{id}/fly", "Take a flying vehicle to fly it by hand; the sticks go by its WebSocket", http.StatusAccepted,
		func(ctx context.Context, in *epochOne) (*one[mission.Command], error) {
			if _, ok := h.cfg.Registry.Vehicle(fleet.VehicleID(in.ID)); !ok {
				return nil, unknownVehicle(in.ID)
			}
			fly := mission.FlyByHand{Vehicle: fleet.VehicleID(in.ID)}
			if in.Body != nil {
				fly.Epoch = in.Body.Epoch
			}
			c, err := ask[mission.Command](ctx, h, fly)
			return &one[mission.Command]{c}, err
		})
	schema := func(t reflect.Type) *huma.Schema { return h.huma.OpenAPI().Components.Schemas.Schema(t, true, "") }
	op := huma.Operation{OperationID: pilotOperation, Method: http.MethodGet, Path: Prefix + "/vehicles/{id}/manual",
		Summary: "A pilot's sticks (WebSocket)", Tags: []string{"vehicles"},
		Description: "A WebSocket for whoever was given the vehicle by vehicle-fly. Each message from the browser is a PilotInput, 25 to 50 a second; " +
			"the station answers with a PilotStatus ten times a second. Half a second of silence, or its end, lets the sticks go and orders hold. " +
			"Needs the role operator.",
		Metadata: map[string]any{roleKey: account.Operator}, Security: []map[string][]string{{"session": {}}, {"token": {}}},
		Responses: map[string]*huma.Response{
			"101": {Description: "Switching to WebSocket"},
			"200": {Description: "Each message of the station", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(reflect.TypeFor[PilotStatus]())}}},
			"202": {Description: "Each message of the browser", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(reflect.TypeFor[PilotInput]())}}},
		}}
	huma.Register(h.huma, op, func(ctx context.Context, in *pilotOne) (*huma.StreamResponse, error) {
		id := who(ctx)
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			r, w := humago.Unwrap(ctx)
			h.fly(w, r, id, fleet.VehicleID(in.ID), fleet.IntentID(in.Grant))
		}}, nil
	})
}

// mayFly says whether a caller is the pilot of a grant that is alive.
func (h *Handler) mayFly(r *http.Request, id account.Identity, v fleet.VehicleID, grant fleet.IntentID) error {
	cmd, err := find[mission.Command](h, mission.KindCommand, string(grant))
	switch {
	case r.Header.Get("Origin") == "" && id.Token == "":
		h.metrics.refused.WithLabelValues("foreign-origin").Inc()
		return refuse(http.StatusForbidden, "foreign-origin", "a WebSocket with a session cookie must name its Origin")
	case h.cfg.Steering == nil:
		return refuse(http.StatusServiceUnavailable, "unavailable", "nothing is flown by hand here")
	case err != nil || cmd.Act != "fly" || cmd.Vehicle != v:
		return refuse(http.StatusNotFound, "unknown-grant", "%s was not given to anybody as %s", v, grant)
	case cmd.By != id.Name:
		return refuse(http.StatusForbidden, "forbidden", "%s was given to %s", v, cmd.By)
	case cmd.Stage.Final():
		return refuse(http.StatusConflict, "grant-over", "the flight by hand is over: %s %s", cmd.Code, cmd.Detail)
	}
	return nil
}

// fly serves one pilot until they leave, fall silent, may fly no longer, or the station stops. Whatever ends it lets the
// vehicle hold.
func (h *Handler) fly(w http.ResponseWriter, r *http.Request, id account.Identity, v fleet.VehicleID, grant fleet.IntentID) {
	if err := h.mayFly(r, id, v, grant); err != nil {
		status, p := unpack(err)
		writeProblem(w, status, p)
		return
	}
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		writeProblem(w, http.StatusUpgradeRequired, problem("upgrade-required", "this path speaks WebSocket"))
		return
	}
	if !h.pilots.join(grant) {
		writeProblem(w, http.StatusConflict, problem("flown-by-hand", "%s is flown by hand already", v))
		return
	}
	defer h.pilots.leave(grant)
	up := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, HandshakeTimeout: h.patience.write,
		CheckOrigin: func(*http.Request) bool { return true }} // ServeHTTP has judged it already
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer conn.Close()
	p := &pilot{h: h, conn: conn, id: id, vehicle: v, grant: grant, status: PilotStatus{By: id.Name, Ignored: map[string]int{}}, tokens: pilotBurst, filled: time.Now()}
	gone, why := make(chan struct{}), ""
	go func() {
		defer close(gone)
		why = p.read()
	}()
	reason, code := p.tell(gone), websocket.CloseNormalClosure
	if reason == "" {
		<-gone
		reason = why
	}
	switch reason {
	case "bad-input", "flood", "session-ended":
		code = websocket.ClosePolicyViolation
	}
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(closeWait))
	_ = conn.Close()
	<-gone
	h.pilots.ended.WithLabelValues(reason).Inc()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), deskWait)
	defer cancel()
	if _, problem := h.cfg.Desk.Do(ctx, id.Name, mission.EndByHand{Grant: grant}); problem != nil {
		h.cfg.Log.Warn("a flight by hand ended without an answer of the desk", "vehicle", v, "code", problem.Code)
	}
}

// pilot is one WebSocket: a reader, which passes sticks on, and a writer.
type pilot struct {
	h       *Handler
	conn    *websocket.Conn
	id      account.Identity
	vehicle fleet.VehicleID
	grant   fleet.IntentID

	mu     sync.Mutex
	status PilotStatus
	came   time.Time // of the newest input that was taken
	tokens float64
	filled time.Time
	flood  int
}

// read passes sticks on until the WebSocket ends; it says why.
func (p *pilot) read() string {
	p.conn.SetReadLimit(readLimit)
	for {
		_ = p.conn.SetReadDeadline(time.Now().Add(pilotSilent))
		kind, raw, err := p.conn.ReadMessage()
		var timeout net.Error
		switch {
		case errors.As(err, &timeout) && timeout.Timeout():
			return "silent"
		case errors.Is(err, websocket.ErrReadLimit):
			return "bad-input"
		case err != nil:
			return "closed"
		}
		in, err := readInput(kind, raw)
		if err != nil {
			p.h.pilots.inputs.WithLabelValues("bad-input").Inc()
			return "bad-input"
		}
		if !p.take(time.Now(), in) {
			return "flood"
		}
	}
}

// readInput is strict: one JSON object with all the fields of PilotInput and no other.
func readInput(kind int, raw []byte) (PilotInput, error) {
	var in struct {
		Seq        *uint32
		T          *float64
		X, Y, Z, R *int16
	}
	if kind != websocket.TextMessage {
		return PilotInput{}, errors.New("not text")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return PilotInput{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return PilotInput{}, errors.New("more than one value")
	}
	if in.Seq == nil || in.T == nil || in.X == nil || in.Y == nil || in.Z == nil || in.R == nil {
		return PilotInput{}, errors.New("a field is missing")
	}
	return PilotInput{Seq: *in.Seq, T: *in.T, Sticks: fleet.Sticks{X: *in.X, Y: *in.Y, Z: *in.Z, R: *in.R}}, nil
}

// take passes one input on within the rate; false: there were far too many.
func (p *pilot) take(now time.Time, in PilotInput) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = min(pilotBurst, p.tokens+now.Sub(p.filled).Seconds()*pilotRate)
	p.filled = now
	why := "rate"
	if p.tokens >= 1 {
		p.tokens--
		why = p.h.cfg.Steering.Steer(p.vehicle, fleet.StickInput{Grant: p.grant, Seq: in.Seq, SentMS: in.T, Sticks: in.Sticks})
	} else if p.flood++; p.flood > pilotFlood {
		return false
	}
	if why != "" {
		p.status.Ignored[why]++
		p.h.pilots.inputs.WithLabelValues(why).Inc()
		return true
	}
	p.h.pilots.inputs.WithLabelValues("taken").Inc()
	p.status.Seq, p.status.T, p.came = in.Seq, in.T, now
	return true
}

// tell says how the flight stands until it ends; it says why, "" if the reader knows.
func (p *pilot) tell(gone <-chan struct{}) string {
	tick, alive := time.NewTicker(pilotTells), time.NewTicker(min(p.h.patience.alive, 500*time.Millisecond))
	defer tick.Stop()
	defer alive.Stop()
	for {
		select {
		case <-gone:
			return ""
		case <-p.h.feed.stop:
			return "stopping"
		case <-alive.C:
			if !p.h.cfg.Accounts.Alive(p.id) {
				return "session-ended"
			}
		case <-tick.C:
			st, raw := p.look(time.Now())
			_ = p.conn.SetWriteDeadline(time.Now().Add(p.h.patience.write))
			if err := p.conn.WriteMessage(websocket.TextMessage, raw); err != nil {
				return "slow"
			}
			if st.Over {
				return "over"
			}
		}
	}
}

// look is the flight as the Board shows it.
func (p *pilot) look(now time.Time) (PilotStatus, []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := &p.status
	if !p.came.IsZero() {
		st.HeldMs = now.Sub(p.came).Seconds() * 1000
	}
	if v, err := find[fleet.Vehicle](p.h, fleet.KindVehicle, string(p.vehicle)); err == nil {
		st.Mode, st.ModeName, st.AgeMs = v.Mode, v.ModeName, now.Sub(v.HeardAt).Seconds()*1000
		st.Stage, st.Sticks, st.RTTMs = "", fleet.Neutral, nil
		if m := v.Manual; m != nil && m.Grant == p.grant {
			st.Stage, st.Sticks, st.RTTMs, st.Reason = m.Stage, m.Sticks, m.RTTMs, m.Reason
		}
	}
	if cmd, err := find[mission.Command](p.h, mission.KindCommand, string(p.grant)); err == nil && cmd.Stage.Final() {
		st.Over, st.Reason = true, cmd.Code
	}
	raw, err := json.Marshal(st)
	if err != nil {
		st.Over, raw = true, []byte(`{"over":true}`) // no number of a session is none; find has looked
	}
	return *st, raw
}
