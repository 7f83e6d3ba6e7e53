package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"time"

	bolt "go.etcd.io/bbolt"

	"groundstation/account"
	"groundstation/fleet"
	"groundstation/mission"
)

// How long finished records are given back at start; they stay in the file.
const (
	keepSorties   = 24 * time.Hour
	keepIncidents = 7 * 24 * time.Hour
	keepCommands  = 24 * time.Hour
)

const sealSize = 4

func checksum(kind, id string, value []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, []byte(kind+"\x00"+id+"\x00"))
	return crc32.Update(sum, table, value)
}

// seal puts the checksum before a value.
func seal(kind, id string, value []byte) []byte {
	out := binary.BigEndian.AppendUint32(make([]byte, 0, sealSize+len(value)), checksum(kind, id, value))
	return append(out, value...)
}

// unseal gives a value whose checksum is right.
func unseal(kind, id string, sealed []byte) ([]byte, error) {
	if len(sealed) < sealSize || binary.BigEndian.Uint32(sealed) != checksum(kind, id, sealed[sealSize:]) {
		return nil, fmt.Errorf("%w: %s %s fails its checksum; restore a backup", ErrCorrupt, kind, id)
	}
	return sealed[sealSize:], nil
}

// each decodes every record of a kind.
func each[T any](tx *bolt.Tx, kind string, take func(id string, v T)) error {
	b := tx.Bucket([]byte(kind))
	if b == nil {
		return nil
	}
	return b.ForEach(func(id, sealed []byte) error {
		raw, err := unseal(kind, string(id), sealed)
		if err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(raw, &v); err != nil {
			return fmt.Errorf("%w: %s %s: %v", ErrCorrupt, kind, id, err)
		}
		take(string(id), v)
		return nil
	})
}

// load collects the records of a kind that still matter.
func load[T any](tx *bolt.Tx, kind fleet.Kind, into *[]T, matters func(*T) bool) error {
	return each(tx, string(kind), func(_ string, v T) {
		if matters == nil || matters(&v) {
			*into = append(*into, v)
		}
	})
}

// Load gives what the Desk starts from. Long finished records are left out. Any damage is ErrCorrupt.
func (s *Store) Load() (mission.State, error) {
	var st mission.State
	now := s.now()
	err := s.view(func(tx *bolt.Tx) error {
		return firstError(
			load(tx, mission.KindIncident, &st.Incidents, func(i *mission.Incident) bool {
				switch i.State {
				case mission.IncidentServed, mission.IncidentDeclined, mission.IncidentCancelled:
					return now.Sub(i.UpdatedAt) < keepIncidents
				}
				return true
			}),
			load(tx, mission.KindSortie, &st.Sorties, func(o *mission.Sortie) bool {
				return !o.State.Final() || o.ClosedAt == nil || now.Sub(*o.ClosedAt) < keepSorties
			}),
			load(tx, mission.KindPlan, &st.Plans, nil),
			load(tx, mission.KindPatrol, &st.Patrols, nil),
			load(tx, mission.KindControl, &st.Controls, nil),
			load(tx, mission.KindAlarm, &st.Alarms, nil),
			load(tx, mission.KindParamSet, &st.ParamSets, nil),
			load(tx, mission.KindBinding, &st.Bindings, nil),
			load(tx, mission.KindPrivacyZone, &st.PrivacyZones, nil),
			load(tx, mission.KindPicture, &st.Pictures, nil),
			load(tx, mission.KindService, &st.Services, nil),
			load(tx, mission.KindCommand, &st.Commands, func(c *mission.Command) bool { return now.Sub(c.UpdatedAt) < keepCommands }),
			each(tx, string(mission.KindCounter), func(id string, n uint64) {
				if id == mission.CounterIntent {
					st.IntentSeq = n
				}
			}),
		)
	})
	return st, err
}

// Records gives every record of a kind as it is kept, by id. Any damage is ErrCorrupt.
func (s *Store) Records(kind fleet.Kind) (map[string]json.RawMessage, error) {
	if err := knownKind(s, kind); err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	err := s.view(func(tx *bolt.Tx) error {
		return each(tx, string(kind), func(id string, raw json.RawMessage) { out[id] = raw })
	})
	return out, err
}

// LoadAccounts implements account.Keeper.
func (s *Store) LoadAccounts() (account.State, error) {
	var st account.State
	err := s.view(func(tx *bolt.Tx) error {
		return firstError(
			load(tx, fleet.Kind(account.Users), &st.Users, nil),
			load(tx, fleet.Kind(account.Sessions), &st.Sessions, nil),
			load(tx, fleet.Kind(account.Tokens), &st.Tokens, nil),
			load(tx, fleet.Kind(account.Tries), &st.Attempts, nil),
			each(tx, string(account.Setups), func(_ string, v account.Setup) { st.Setup = &v }),
		)
	})
	return st, err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
