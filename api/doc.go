// Package api is the station's door: HTTP and JSON under /api/v1, a WebSocket that shows the Board, metrics, and the
// console's files. It holds no rules of flight: reads come from the fleet.Board, wishes go to the Desk, and whoever
// comes in is known by account.
//
//	browser ──► headers, Origin ──► ServeMux ──► who, role ──► huma: limits, schema ──► handler ──► Desk, Board, video
//	Board ──► feed (one goroutine: what changed, encoded once) ──► a writer per browser
//
// The Go types are the contract: openapi.json is generated from them and a test holds the committed copy
// (go test ./api -run OpenAPI -rewrite). The WebSocket's messages are in it as EventsMessage.
//
// Errors are always {"code","message"}. Codes of this package: invalid, unknown-field, duplicate-field, invalid-json,
// too-large, unsupported-media-type, slow-body, no-session, bad-token, forbidden, foreign-origin, not-found, method,
// too-many, unavailable, internal, and those of account and of the Desk. The status follows from the code (problem.go).
//
// What the daemon must set on its http.Server, since a handler cannot: ReadHeaderTimeout 5 s, IdleTimeout 2 min,
// MaxHeaderBytes 16 KiB. ReadTimeout and WriteTimeout stay 0: a body has 5 s here, and a WebSocket sets its own
// deadlines for each write (5 s) and pong (25 s). Close ends the browsers; http.Server.Shutdown does not know them.
package api
