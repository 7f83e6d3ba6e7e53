package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
)

// Air is how badly the radio carries datagrams in one direction. The zero value carries all at once.
type Air struct {
	// Loss and Duplicate are the shares of datagrams that are lost or arrive twice, 0 to 1.
	Loss      float64 `toml:"loss"`
	Duplicate float64 `toml:"duplicate"`
	// Delay is the least time under way; up to Jitter is added at random, so that datagrams overtake one another.
	Delay  time.Duration `toml:"delay"`
	Jitter time.Duration `toml:"jitter"`
	// Reorder is the share of datagrams that are held back for HeldBack more and overtaken by what follows.
	Reorder  float64       `toml:"reorder"`
	HeldBack time.Duration `toml:"held_back"`
	Burst    Burst         `toml:"burst"`
	// KbitS is the rate of the link, kbit/s; 0 is no limit. What it cannot carry yet waits, at most Queue octets (0 is
	// queueDefault). Overflow says what goes when the queue is full: the "newest", which is the default, or the "oldest".
	KbitS    float64 `toml:"kbit_s"`
	Queue    int     `toml:"queue"`
	Overflow string  `toml:"overflow"`
	Range    Range   `toml:"range"`
}

// Burst is loss that comes in bursts: the two-state chain of Gilbert (1960) and Elliott (1963), stepped by each datagram.
type Burst struct {
	// Enter and Leave are the chances that a burst begins or ends at a datagram, Loss the share lost within one (0 is all).
	Enter float64 `toml:"enter" json:"enter"`
	Leave float64 `toml:"leave" json:"leave"`
	Loss  float64 `toml:"loss" json:"loss"`
}

// Range is loss by distance from the antenna, which stands at a dock. The path loss grows with the logarithm of the
// distance and is shadowed by a normal error in dB (T. S. Rappaport, Wireless Communications, 2nd ed., 4.9): a datagram
// is lost with the chance that the shadowed signal lies below what the receiver needs,
//
//	Q(margin / σ),  margin = 10 · n · log10(M / distance)
//
// so that at M half are lost. The defaults are those of a vehicle in line of sight over a city, 3GPP TR 36.777 table
// B-2 and B-3 (UMa-AV): n = 2.2, σ = 4.64 · exp(−0.0066 · height) dB.
type Range struct {
	M        float64 `toml:"m" json:"m"`               // 0: the distance does not matter
	Exponent float64 `toml:"exponent" json:"exponent"` // 0 is the default
	SigmaDB  float64 `toml:"sigma_db" json:"sigmaDb"`  // 0 is the default
	Antenna  string  `toml:"antenna" json:"antenna"`   // a dock's id; empty is the nearest
}

// The defaults of an Air that has some of a thing.
const (
	queueDefault    = 16 << 10
	heldBackDefault = 100 * time.Millisecond
	exponentDefault = 2.2
	// bucketS is how long a link that was idle may send at any rate, seconds; it holds one datagram at least.
	bucketS, bucketLeast = 0.05, 600.0
)

// Check names the first value that cannot be.
func (a Air) Check() error {
	for _, s := range []struct {
		key   string
		value float64
	}{{"loss", a.Loss}, {"duplicate", a.Duplicate}, {"reorder", a.Reorder}, {"burst.enter", a.Burst.Enter}, {"burst.leave", a.Burst.Leave}, {"burst.loss", a.Burst.Loss}} {
		if !(s.value >= 0 && s.value <= 1) {
			return fmt.Errorf("%s is %v, want 0 to 1", s.key, s.value)
		}
	}
	for _, s := range []struct {
		key   string
		value time.Duration
	}{{"delay", a.Delay}, {"jitter", a.Jitter}, {"held_back", a.HeldBack}} {
		if s.value < 0 || s.value > time.Minute {
			return fmt.Errorf("%s is %v, want 0 to 1m", s.key, s.value)
		}
	}
	switch {
	case a.Burst.Enter > 0 && a.Burst.Leave == 0:
		return fmt.Errorf("burst.leave is 0, so that a burst never ends")
	case !(a.KbitS >= 0 && a.KbitS <= 1e6):
		return fmt.Errorf("kbit_s is %v, want 0 to 1e6", a.KbitS)
	case a.Queue < 0 || a.Queue > 64<<20:
		return fmt.Errorf("queue is %d, want 0 to %d octets", a.Queue, 64<<20)
	case a.Overflow != "" && a.Overflow != "newest" && a.Overflow != "oldest":
		return fmt.Errorf(`overflow is %q, want "newest" or "oldest"`, a.Overflow)
	case !(a.Range.M >= 0 && a.Range.M <= 1e6) || !(a.Range.Exponent >= 0 && a.Range.Exponent <= 8) || !(a.Range.SigmaDB >= 0 && a.Range.SigmaDB <= 40):
		return fmt.Errorf("range is %+v, want m 0 to 1e6, exponent 0 to 8, sigma_db 0 to 40", a.Range)
	}
	return nil
}

// UnmarshalJSON reads times as "200ms", and no unknown key.
func (a *Air) UnmarshalJSON(b []byte) error {
	var in struct {
		Loss, Duplicate, Reorder float64
		Delay, Jitter, HeldBack  string
		Burst                    Burst
		KbitS                    float64
		Queue                    int
		Overflow                 string
		Range                    Range
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil && err != io.EOF {
		return err
	}
	out := Air{Loss: in.Loss, Duplicate: in.Duplicate, Reorder: in.Reorder, Burst: in.Burst, KbitS: in.KbitS, Queue: in.Queue, Overflow: in.Overflow, Range: in.Range}
	for _, d := range []struct {
		text string
		into *time.Duration
	}{{in.Delay, &out.Delay}, {in.Jitter, &out.Jitter}, {in.HeldBack, &out.HeldBack}} {
		if d.text == "" {
			continue
		}
		v, err := time.ParseDuration(d.text)
		if err != nil {
			return err
		}
		*d.into = v
	}
	*a = out
	return nil
}

// at is the same air so far from the antenna, at a height above the ground, both in metres.
func (a Air) at(distance, height float64) Air {
	r := a.Range
	a.Range = Range{}
	if r.M <= 0 {
		return a
	}
	if r.Exponent == 0 {
		r.Exponent = exponentDefault
	}
	if r.SigmaDB == 0 {
		r.SigmaDB = 4.64 * math.Exp(-0.0066*max(0, height))
	}
	margin := 10 * r.Exponent * math.Log10(r.M/max(1, distance))
	far := 0.5 * math.Erfc(margin/r.SigmaDB/math.Sqrt2)
	a.Loss = 1 - (1-a.Loss)*(1-far)
	return a
}
