package record

import (
	"fmt"
	"math"
	"time"
)

// Playlist gives a recording's closed segments as an HLS media playlist (RFC 8216): one to be read to its end, or
// one that grows while the recording is made. uri is where a segment's file is.
func Playlist(r *Recording, uri func(n int) string) []byte {
	longest := 1.0
	for _, s := range r.Segments {
		longest = max(longest, s.To.Sub(s.From).Seconds())
	}
	kind := "VOD"
	if r.Closed == nil {
		kind = "EVENT"
	}
	text := fmt.Sprintf("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-PLAYLIST-TYPE:%s\n#EXT-X-INDEPENDENT-SEGMENTS\n", int(math.Ceil(longest)), kind)
	for i, s := range r.Segments {
		if i > 0 && !follows(r.Segments[i-1], s) {
			text += "#EXT-X-DISCONTINUITY\n"
		}
		text += fmt.Sprintf("#EXT-X-MAP:URI=%q,BYTERANGE=\"%d@0\"\n#EXT-X-PROGRAM-DATE-TIME:%s\n#EXTINF:%.3f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n",
			uri(s.N), s.Init, s.From.UTC().Format("2006-01-02T15:04:05.000Z"), s.To.Sub(s.From).Seconds(), s.Octets-s.Init, s.Init, uri(s.N))
	}
	if r.Closed != nil {
		text += "#EXT-X-ENDLIST\n"
	}
	return []byte(text)
}

// follows says whether b goes on where a ends, with the same parameters.
func follows(a, b Segment) bool {
	return a.Generation == b.Generation && a.Codec == b.Codec && b.From.Sub(a.To).Abs() < time.Millisecond
}
