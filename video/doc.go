// Package video relays live pictures: it pulls a camera's RTSP stream (within the connection, by UDP, by group, over TLS)
// when the first reader asks, or always, or takes it from who publishes it by RTSP or WHIP; and hands every packet to every
// reader: browsers by WebRTC (WHEP, RFC 9725; non-trickle, one UDP port for all), players by RTSP.
//
//	camera ─RTSP─► session ─┐            ┌─► viewer     ─► WebRTC
//	publisher ─RTSP, WHIP ──┴─► stream ──┼─► rtspReader ─► RTSP
//	                                     └─► Tap: access units, for a recorder
//
//	source: Cold ─first viewer─► Pulling ─► Live ─last viewer left─► Warm ─10 s─► Cold
//	                  ▲            │ lost
//	                  └── back-off ┘
//
// A source's address may change (Point); its viewers go on with the next key picture. An address that a camera tells of
// itself is dialled only where Dialling allows it.
//
// One goroutine writes a stream and never waits: each reader has a bounded queue, and one whose queue is full loses
// packets up to the next key picture, counted. A packet is one object that all readers share. A new reader is first given
// the packets since the last key picture, so that it sees a picture at once. A Tap reads the same stream as access units,
// joined once for all taps and only while there are any. H.264 and H.265 are carried, sound beside them if it is Opus, AAC
// or G.711; a source that begins again, or with another codec, goes on in the same stream. Of what a WHIP publisher sends in
// several layers (RFC 8853) the largest is its picture and the smallest that for narrow ways.
//
// The package knows streams, not vehicles; a Gate given from outside says what may be shown and recorded now. It is asked
// ten times a second while a source is pulled: what a reader has not sent when it shuts is taken back, and a reader goes
// on with a key picture from after it opened. Addresses and credentials of cameras never leave the package, not in errors
// either.
package video
