// Package ftp is the reading client of MAVLink FTP, https://mavlink.io/en/services/ftp.html: a pure machine that is
// stepped with the payloads of FILE_TRANSFER_PROTOCOL and gives payloads to send. It lists directories, fetches files
// and asks for their checksum. It never writes: nothing of a vehicle's files is changed by a station.
//
// A fetch reads by bursts, keeps what comes out of order in a window, fills the gaps with reads (or, when many are
// missing, with another burst), and hands out the bytes in order:
//
//	Fetch ─► open ─size─► burst ─► fill gaps ─► burst … ─all bytes─► close ─► checksum ─► Finished
//	           │ NAK 5        │ NAK 4, or the vehicle started anew
//	           └─► reset ─►───┴─► open again, go on where it was        (both bounded)
//	List ─► page ─► page … ─NAK 6─► Listed
//
// One job at a time: PX4 has one session for everybody. Requests are resent with the same number, which servers answer
// with the same reply; the timeout follows the measured round trip.
//
// What the other side says is judged: a file larger than Limits.FileMax, a size that changes, bytes beyond the size or
// the window, more names than Limits.EntriesMax, names that are no plain file names, endless pages, bursts that bring
// nothing. All memory is bounded by Limits and the window.
package ftp
