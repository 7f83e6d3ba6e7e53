package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"groundstation/fleet"
	"groundstation/mission"
)

const (
	// requestMost is how long one request may take, rejoinAfter the pause before the feed is joined again.
	requestMost = 15 * time.Second
	rejoinAfter = 100 * time.Millisecond
	answerMost  = 4 << 20 // octets
)

// door is the station's API as programs come to it, each name with a token of its own.
type door struct {
	addr   string
	client http.Client
	admin  string

	mu     sync.Mutex
	tokens map[string]string
}

// openDoor makes the first user by the one-time token, and a token for what is done for the scenario itself.
func openDoor(ctx context.Context, addr, setup string) (*door, error) {
	d := &door{addr: addr, client: http.Client{Timeout: requestMost}, tokens: map[string]string{}}
	var cookie string
	req, err := d.request(ctx, http.MethodPost, "/setup", map[string]string{"token": setup, "name": "scenario", "password": setup + "-of-the-scenario"})
	if err != nil {
		return nil, err
	}
	if err := d.send(req, nil, &cookie); err != nil {
		return nil, err
	}
	if req, err = d.request(ctx, http.MethodPost, "/tokens", map[string]string{"name": "scenario-admin", "role": "admin"}); err != nil {
		return nil, err
	}
	req.Header.Set("Cookie", cookie)
	var made struct{ Secret string }
	err = d.send(req, &made, nil)
	d.admin = made.Secret
	return d, err
}

func (d *door) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+d.addr+"/api/v1"+path, bytes.NewReader(b))
	if err == nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, err
}

// refusal is what the station answers when it does not do what was asked.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

// send gives the answer into into, and the cookie that came with it; the error is a *refusal where the station answered.
func (d *door) send(req *http.Request, into any, cookie *string) error {
	res, err := d.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, answerMost))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		var why refusal
		if err := json.Unmarshal(b, &why); err != nil || why.Code == "" {
			why = refusal{fmt.Sprint(res.StatusCode), string(b)}
		}
		return &why
	}
	for _, c := range res.Cookies() {
		if cookie != nil {
			*cookie = c.Name + "=" + c.Value
		}
	}
	if into == nil || len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, into)
}

// token is that of a name, made when it first asks for something.
func (d *door) token(ctx context.Context, name string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.tokens[name]; t != "" {
		return t, nil
	}
	req, err := d.request(ctx, http.MethodPost, "/tokens", map[string]string{"name": name, "role": "operator"})
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+d.admin)
	var made struct{ Secret string }
	err = d.send(req, &made, nil)
	d.tokens[name] = made.Secret
	return made.Secret, err
}

// ask asks for something in somebody's name; not answered: nobody was there.
func (d *door) ask(ctx context.Context, by string, body any) (_ mission.Reply, answered bool) {
	c, known := callOf(body)
	if !known {
		return mission.Reply{Err: fleet.Refuse("no-route", "the API has no way to ask for a %T", body)}, true
	}
	token, err := d.token(ctx, by)
	if err == nil {
		var req *http.Request
		if req, err = d.request(ctx, c.method, c.path, c.body); err == nil {
			req.Header.Set("Authorization", "Bearer "+token)
			err = d.send(req, c.into, nil)
		}
	}
	var why *refusal
	switch {
	case err == nil:
		return mission.Reply{Value: c.value()}, true
	case errors.As(err, &why):
		return mission.Reply{Err: fleet.Refuse(why.Code, "%s", why.Message)}, true
	}
	return mission.Reply{}, false
}

// watch puts what the station shows on the board, as consoles are shown it, until ctx ends; a station that is away is
// waited for.
func (d *door) watch(ctx context.Context, board *fleet.Board) {
	for ctx.Err() == nil {
		d.join(ctx, board)
		select {
		case <-ctx.Done():
		case <-time.After(rejoinAfter):
		}
	}
}

// join reads the feed until it ends.
func (d *door) join(ctx context.Context, board *fleet.Board) {
	conn, res, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+d.addr+"/api/v1/events", http.Header{"Authorization": {"Bearer " + d.admin}})
	if res != nil && res.Body != nil {
		defer res.Body.Close()
	}
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	for {
		var m struct {
			Entries []struct {
				Kind  fleet.Kind
				ID    string
				Value json.RawMessage
			}
		}
		if err := conn.ReadJSON(&m); err != nil {
			return
		}
		for _, e := range m.Entries {
			if value, shown := decode(e.Kind, e.Value); shown {
				board.Put(e.Kind, e.ID, value)
			}
		}
	}
}
