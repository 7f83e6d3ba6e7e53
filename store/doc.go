// Package store keeps what must survive: the Desk's records, the accounts, and a ledger of every change, in one bbolt
// file that one daemon holds at a time.
//
//	Commit ─┐
//	Submit ─┼─► queue ─► writer: everything waiting goes into one transaction, one fsync ─► done, in order
//	account ┘
//
// One bucket for each kind of record: id → checksum (CRC-32C of kind, id and value) and the value as JSON. bbolt guards
// its own meta pages only, so the checksum is what tells a torn or rotten page from a record.
//
// The ledger gets one entry for each change in the same transaction: sequence, time, act, by whom, kind, id, SHA-256 of
// the value, and SHA-256 of the entry before. It is never changed and never shortened. Verify walks the chain, compares
// the newest entry of each record with the record itself, and both with anchors noted elsewhere: whoever can write the
// file can rewrite the whole chain, but not an anchor that is in other hands.
//
// What fails, and how it shows: a second daemon gets ErrLocked, a damaged file ErrCorrupt, a file of a newer program
// ErrNewer. A full disk is ErrFull, and the next commit may succeed. After any other failed write the store refuses
// everything until it is opened anew (ErrFailed), because after a failed fsync nobody knows what is on the disk, and a
// retry that succeeds proves nothing.
package store
