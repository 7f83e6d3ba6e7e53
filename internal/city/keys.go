package city

import (
	"math/rand/v2"

	"groundstation/internal/station"
	"groundstation/mavlink/signing"
)

// keyring is a key folder in memory: what it holds outlives a station.
type keyring struct {
	keys station.Keys
	rng  *rand.ChaCha8
	due  []station.Input // answers for the next step
}

func newKeyring(seed uint64) keyring {
	return keyring{keys: station.Keys{}, rng: rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})}
}

// do carries out what the Core wants of a key folder; other outputs are none of it.
func (r *keyring) do(o station.Output) {
	switch o := o.(type) {
	case station.NewKey:
		k, err := signing.NewKey(r.rng)
		state := r.keys[o.ID]
		state.Next = k
		r.keys[o.ID] = state
		r.due = append(r.due, station.KeyMade{ID: o.ID, Key: k, Err: err})
	case station.AdoptKey:
		state := r.keys[o.ID]
		state.Key, state.Next = state.Next, signing.Key{}
		r.keys[o.ID] = state
		r.due = append(r.due, station.KeyAdopted{ID: o.ID})
	case station.KeepMarks:
		for id, m := range o.Marks {
			state := r.keys[id]
			state.Mark = m
			r.keys[id] = state
		}
	}
}

// answer hands the answers to a station that is alive.
func (r *keyring) answer(do func(station.Input)) {
	due := r.due
	r.due = nil
	for _, in := range due {
		do(in)
	}
}
