// Package hls shows a source by Low-Latency HLS (RFC 8216bis), for those whom WebRTC does not reach: it goes over the
// same HTTP as everything else, a second or two later.
//
//	request ─► Server ─► show: reads a source while it is asked for ─► muxer: parts, segments and playlists in memory
//
// A show begins with the first request and ends when none has come for a while. When the source changes its codec, or
// nothing may be shown, what was made is thrown away: a player loads the playlist anew.
package hls
