package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

const faultBodyMax = 64 << 10

// Control is what the control port needs of a running city.
type Control interface {
	Inject(ctx context.Context, f Fault) error
	Truth(ctx context.Context) (Truth, error)
}

// ControlHandler answers the loopback control port: POST /faults with a Fault as JSON, GET /truth. A page of a browser
// has no business here: a request with an Origin is refused.
func ControlHandler(c Control) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" {
			refuse(w, http.StatusForbidden, "forbidden", errors.New("no browser may inject faults"))
			return
		}
		dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, faultBodyMax))
		dec.DisallowUnknownFields()
		var f Fault
		if err := dec.Decode(&f); err != nil {
			refuse(w, http.StatusBadRequest, "malformed", err)
			return
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			refuse(w, http.StatusBadRequest, "malformed", errors.New("more than one JSON value"))
			return
		}
		if err := c.Inject(r.Context(), f); err != nil {
			refuse(w, http.StatusUnprocessableEntity, "fault-refused", err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /truth", func(w http.ResponseWriter, r *http.Request) {
		t, err := c.Truth(r.Context())
		if err != nil {
			refuse(w, http.StatusServiceUnavailable, "ended", err)
			return
		}
		answer(w, http.StatusOK, t)
	})
	return mux
}

func refuse(w http.ResponseWriter, status int, code string, err error) {
	answer(w, status, map[string]string{"code": code, "message": err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the other side has gone
}
