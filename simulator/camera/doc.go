// Package camera gives every simulated vehicle a camera: an RTSP server (TCP transport) with one H.264 stream per
// vehicle at rtsp://HOST/<id>, 640×360 at 15 pictures a second. A picture is drawn and encoded while somebody plays the
// stream and at no other time; an IDR picture comes every second and at once for a new player.
//
// The picture is an impression, not a rendering: flat cells of fields, woods, houses, roads and water that are a
// fixed function of the ground coordinate beneath each cell, seen from the vehicle's position, heading and gimbal; a
// bright block where the incident is, if in view; the vehicle's id, height, heading and UTC time in letters.
//
// # Timecode
//
// So that a program can tell from a decoded picture whose it is and how old, pixel rows 304 to 351 hold 3 rows of 40
// blocks of 16×16 pixels, black (0) or white (1). Of each row, blocks 0–3 are 1 0 1 0, blocks 36–39 are 0 1 0 1, and
// blocks 4–35 are 32 bits of data. The 96 bits, row by row, most significant first:
//
//	64 bits  milliseconds since 1970-01-01 UTC at which the picture was drawn
//	16 bits  tag: the CRC-16 of the id's bytes
//	16 bits  CRC-16 of the ten bytes before
//
// with CRC-16/IBM-3740: polynomial 0x1021, start 0xFFFF, no reflection; of "123456789" it is 0x29B1.
//
// To read it from a canvas of any size W×H: sample the luma at the middle of a block, x = ⌊(16·column + 8)·W/640⌋,
// y = ⌊(312 + 16·row)·H/360⌋. Per row, white is the mean of columns 0, 2, 37, 39 and black that of 1, 3, 36, 38; unless
// white − black ≥ 64 there is no timecode. A sample over the middle of the two is a 1. All eight frame blocks must
// read as stated and the CRC must agree. ReadTimecode is this in Go, timecode.js the same for a browser.
//
// # Cost
//
// Drawing and encoding one picture of a moving vehicle takes about 1.5 ms of one core (go test -bench Picture), so
// a watched camera costs 2 to 3 % of a core, an unwatched one nothing. Bit rates: about 3 Mbit/s in flight, 0.1 Mbit/s
// standing still.
package camera
