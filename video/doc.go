// Package video relays live pictures: it pulls a camera's RTSP stream when the first viewer asks, hands every RTP
// packet to every viewer, and lets a browser watch by WebRTC (WHEP, RFC 9725; non-trickle, one UDP port for all).
//
//	camera ─RTSP/TCP─► puller ─► stream ─┬─► viewer (queue) ─► WebRTC
//	                                     └─► viewer (queue) ─► WebRTC
//
//	source: Cold ─first viewer─► Pulling ─► Live ─last viewer left─► Warm ─10 s─► Cold
//	                  ▲            │ lost
//	                  └── back-off ┘
//
// A source's address may change (Point); its viewers go on with the next key picture. An address that a camera tells of
// itself is dialled only where Dialling allows it.
//
// One goroutine writes a stream and never waits: each viewer has a bounded queue, and one whose queue is full loses
// packets up to the next key picture, counted. A new viewer is first given the packets since the last key picture, so
// that it sees a picture at once. The package knows streams, not vehicles; a Gate given from outside says when nothing
// may be shown. Addresses and credentials of cameras never leave it, not in errors either.
package video
