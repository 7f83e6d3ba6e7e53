package fleet

import "time"

// Uplink says whether a system is known to hear us; that we hear it says nothing of that.
type Uplink string

// The states of an uplink.
const (
	UplinkUnknown     Uplink = "unknown" // nothing was asked yet, or nothing is heard
	UplinkConfirmed   Uplink = "confirmed"
	UplinkUnconfirmed Uplink = "unconfirmed" // heard, but it has answered nothing for 10 s
)

// Ways is how well a system is reached.
type Ways struct {
	Uplink Uplink `json:"uplink,omitempty" enum:"unknown,confirmed,unconfirmed"`
	// UplinkAt is its last answer; of an unconfirmed uplink without any, when the questions began.
	UplinkAt *time.Time `json:"uplinkAt,omitempty"`
	// RTTMS and JitterMS are the round trip of the leading path by TIMESYNC and its mean deviation (RFC 6298).
	RTTMS    float64 `json:"rttMs,omitempty"`
	JitterMS float64 `json:"jitterMs,omitempty"`
	// Claimed is where another system is heard that claims its id, such as "1/127.0.0.1:14601".
	Claimed string `json:"claimed,omitempty"`
	// Paths are the ways to it, if there are several.
	Paths []Path `json:"paths,omitempty"`
}

// Path is one way to a system: a source on one of the station's links.
type Path struct {
	Link   uint8  `json:"link"`           // of the configuration
	Addr   string `json:"addr,omitempty"` // host:port of a datagram's source
	State  Link   `json:"state" enum:"online,stale,lost"`
	Best   bool   `json:"best"`   // messages go out by it
	Signed bool   `json:"signed"` // what comes by it is verified
	// Frames and Lost count by MAVLink sequence; Loss is the late share lost, Hz the rate.
	Frames uint64  `json:"frames"`
	Lost   uint64  `json:"lost"`
	Loss   float64 `json:"loss"`
	Hz     float64 `json:"hz"`
	// Copies are frames that were dropped, because the leading path brings what they say.
	Copies uint64 `json:"copies"`
	// RoundTripLoss is the share of our questions that went unanswered; RTTMS and JitterMS as in Ways.
	RoundTripLoss float64 `json:"roundTripLoss"`
	RTTMS         float64 `json:"rttMs"`
	JitterMS      float64 `json:"jitterMs"`
}
