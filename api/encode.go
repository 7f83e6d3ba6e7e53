package api

import (
	"encoding/json"
	"log/slog"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"groundstation/fleet"
)

// encoder turns entries of the Board into messages. Each entry is encoded once for each version, and browsers that
// stand at the same version share one finished message. It is not safe for concurrent use; the feed owns it.
type encoder struct {
	metrics *metrics
	log     *slog.Logger
	cache   map[entryKey]encoded
	// from and to are the versions between which last leads.
	from, to uint64
	last     *websocket.PreparedMessage
	size     int
}

type entryKey struct {
	kind fleet.Kind
	id   string
}

type encoded struct {
	version uint64
	octets  []byte
}

func newEncoder(m *metrics, log *slog.Logger) *encoder {
	return &encoder{metrics: m, log: log, cache: map[entryKey]encoded{}}
}

// entry gives one entry as JSON; nil if it cannot be (a value that is not a number, say), which is counted.
func (e *encoder) entry(n fleet.Entry) []byte {
	key := entryKey{n.Kind, n.ID}
	if c, ok := e.cache[key]; ok && c.version == n.Version {
		return c.octets
	}
	value := []byte("null")
	if n.Value != nil {
		var err error
		if value, err = json.Marshal(n.Value); err != nil {
			e.metrics.unfit.Inc()
			e.log.Error("a value on the board cannot be shown", "kind", n.Kind, "id", n.ID, "error", err)
			value = nil
		}
	}
	e.metrics.encoded.Inc()
	var octets []byte
	if value != nil {
		octets = make([]byte, 0, len(value)+len(n.ID)+64)
		octets = append(octets, `{"kind":`...)
		octets = appendString(octets, string(n.Kind))
		octets = append(octets, `,"id":`...)
		octets = appendString(octets, n.ID)
		octets = append(octets, `,"version":`...)
		octets = strconv.AppendUint(octets, n.Version, 10)
		octets = append(octets, `,"value":`...)
		octets = append(append(octets, value...), '}')
	}
	if n.Value == nil {
		delete(e.cache, key)
	} else {
		e.cache[key] = encoded{n.Version, octets}
	}
	return octets
}

func appendString(dst []byte, s string) []byte {
	q, err := json.Marshal(s)
	if err != nil { // cannot be: any string can be written
		q = []byte(`""`)
	}
	return append(dst, q...)
}

// delta gives the message from one version to another, shared by all browsers that stand at from.
func (e *encoder) delta(entries []fleet.Entry, from, to uint64, now time.Time) (*websocket.PreparedMessage, int, error) {
	if e.last != nil && e.from == from && e.to == to {
		return e.last, e.size, nil
	}
	octets := e.message("delta", nil, entries, to, now)
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, octets)
	if err != nil {
		return nil, 0, err
	}
	e.from, e.to, e.last, e.size = from, to, m, len(octets)
	return m, len(octets), nil
}

// snapshot gives the first message of one browser.
func (e *encoder) snapshot(user Person, entries []fleet.Entry, to uint64, now time.Time) (*websocket.PreparedMessage, int, error) {
	there := entries[:0:0]
	for _, n := range entries {
		if n.Value != nil {
			there = append(there, n)
		}
	}
	octets := e.message("snapshot", &user, there, to, now)
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, octets)
	return m, len(octets), err
}

func (e *encoder) message(kind string, user *Person, entries []fleet.Entry, to uint64, now time.Time) []byte {
	parts := make([][]byte, 0, len(entries))
	size := 256
	for _, n := range entries {
		if !isShown(n.Kind) {
			continue
		}
		if p := e.entry(n); p != nil {
			parts = append(parts, p)
			size += len(p) + 1
		}
	}
	out := make([]byte, 0, size)
	out = append(out, `{"type":"`...)
	out = append(out, kind...)
	out = append(out, `","version":`...)
	out = strconv.AppendUint(out, to, 10)
	out = append(out, `,"now":"`...)
	out = now.UTC().AppendFormat(out, time.RFC3339Nano)
	out = append(out, '"')
	if user != nil {
		out = append(out, `,"user":{"name":`...)
		out = appendString(out, user.Name)
		out = append(out, `,"role":`...)
		out = append(appendString(out, user.Role), '}')
	}
	out = append(out, `,"entries":[`...)
	for i, p := range parts {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, p...)
	}
	return append(out, `]}`...)
}
