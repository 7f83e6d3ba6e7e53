// Package share lets somebody without an account look at one live camera for a while, by a link.
//
//	operator ──Make──► link: camera, who looks, why, until when ──token, told once──► somebody
//	somebody ──Open, by the token──► viewing ──► WebRTC or HLS, which ends with it
//	viewing: open ──revoked, expired, left, not heard of for a minute, station stops──► over
//
// A token is 256 random bits of which only the SHA-256 is kept. A token that was never given out, one that was taken back
// and one whose time is over get the same answer; only who holds a viewing is told why that ended. Wrong tokens are counted
// by where they come from, and who sends many is not listened to for a while.
//
// A link is in the ledger before its token is told (share.made), and each viewing before anything is shown (share.opened).
// Taking a link back ends its viewings first and is noted then (share.revoked), since a slow disk must not keep a picture
// open. The end of a viewing is noted when it has ended (share.left).
//
// The name of who looks stands over the picture; where the maker or the rules want it, it is burnt into it.
//
// What may be shown is not judged here: what a viewing shows is asked of the relay, whose gate holds for all.
package share
