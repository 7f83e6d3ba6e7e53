// Package camera gives every simulated vehicle and dock its cameras: an RTSP server (TCP transport) with a stream at
//
//	rtsp://HOST/V07              H.264, 640×360, 15 pictures a second, drawn
//	rtsp://HOST/V07/thermal      the same from the thermal camera
//	rtsp://HOST/H03/inside       a dock's camera in its room, and
//	rtsp://HOST/H03/outside      one on a mast, over dock and ground pad
//	…/h265                       each of these in H.265
//	…/low                        each of these with 5 pictures a second
//	…/720p, …/1080p              H.264 load clips of 30 pictures a second and 2 Mbit/s
//	…/h265/720p, …/h265/1080p    the same in H.265
//
// A picture is drawn and encoded once for all who play the stream, and at no time else; a key picture comes every second
// and at once for a new player. A player that does not keep up loses packets, which are counted; no other does.
//
// # Picture
//
// The picture is made of flat cells of 4×4 pixels, seen by a pinhole camera from the vehicle's position, by its heading, gimbal,
// field of view and zoom. Beneath lies the city of the console's map (package city), on it stand buildings, masts and lines
// (Skyline), which hide what is behind them, docks with their lids, ground pads, vehicles, cars and people, as far as the Scene
// has them; all by day and by night, or, for a thermal camera, by how warm they are. A bright block is where the incident is, if in view; in letters stand the id, height,
// heading and UTC time. The inside of a dock is black unless its lamp is on or its lid lets daylight in.
//
// # Load clips
//
// For load there is no need to draw: a clip is a loop of 4 s, made once when it is first asked for and shared by all cameras.
// Each of its pictures is two slices. The upper is the loop's; the lower holds the timecode and is coded for each camera
// when it is sent, so that a load test too can tell whose picture it has and how old it is. Filler NAL units bring the
// stream to its rate. RTP time and numbers go on over the seams.
//
// # Timecode
//
// So that a program can tell from a decoded picture whose it is and how old, pixel rows 304 to 351 hold 3 rows of 40
// blocks of 16×16 pixels, black (0) or white (1). Of each row, blocks 0–3 are 1 0 1 0, blocks 36–39 are 0 1 0 1, and
// blocks 4–35 are 32 bits of data. The 96 bits, row by row, most significant first:
//
//	64 bits  milliseconds since 1970-01-01 UTC at which the picture was drawn
//	16 bits  tag: the CRC-16 of the bytes of the vehicle's id, or of a dock camera's (H03/inside)
//	16 bits  CRC-16 of the ten bytes before
//
// with CRC-16/IBM-3740: polynomial 0x1021, start 0xFFFF, no reflection; of "123456789" it is 0x29B1.
//
// To read it from a canvas of any size W×H: sample the luma at the middle of a block, x = ⌊(16·column + 8)·W/640⌋,
// y = ⌊(312 + 16·row)·H/360⌋. Per row, white is the mean of columns 0, 2, 37, 39 and black that of 1, 3, 36, 38; unless
// white − black ≥ 64 there is no timecode. A sample over the middle of the two is a 1. All eight frame blocks must
// read as stated and the CRC must agree. ReadTimecode is this in Go, timecode.js the same for a browser.
//
// At 720p and 1080p the strip is two and three times as large.
//
// # Cost
//
// Measured by `make bench BENCH=cameras`, with every vehicle in flight. One picture of a moving vehicle takes about 0.4 ms
// of a core in H.264 and twice that in H.265 (go test -bench Picture); one of a camera that stands still is drawn from the
// landscape before, and what did not change in it is skipped by the encoder.
package camera
