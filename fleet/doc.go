// Package fleet is the vocabulary that all rooms share: permanent ids, what is known of a vehicle and of a dock, what
// happened (Event), what is wanted (Intent), how it went (Report), and the versioned Board that shows it all.
//
// It holds no behaviour but the Board's. Sessions (mavlink, hangar) emit Events and carry out Intents; the Desk
// (mission) consumes Events and emits Intents; browsers are shown the Board.
//
//	session ──Event──► Board, Desk          Desk ──Intent──► session ──Report (an Event)──► Desk
//
// Units and datum stand in the names. A pointer or a zero time means "never heard"; every live value has the time it
// was heard at, so that whoever shows it can show its age.
package fleet
